package provider

import (
	"slices"

	"skrin/internal/jose"
)

// How clients authenticate at the token endpoint (RFC 7591 section 2).
const (
	authNone  = "none"
	authBasic = "client_secret_basic"
	authPost  = "client_secret_post"
)

// description is what a client says about itself, in its document or when it
// registers: RFC 7591 section 2. What it does not name is ignored.
type description struct {
	client Client
	method string   // token_endpoint_auth_method, "" when not said
	grants []string // nil when not said
	native bool
}

// describe reads a description. Errors are of registration.
func describe(o jose.Object) (description, *Error) {
	var d description
	for _, step := range [...]func(*description, jose.Object) *Error{
		(*description).readRedirects, (*description).readFlow, (*description).readSigning, (*description).readWords,
	} {
		if err := step(&d, o); err != nil {
			return description{}, err
		}
	}
	return d, nil
}

func (d *description) readRedirects(o jose.Object) *Error {
	redirects, err := o.Texts("redirect_uris")
	if err != nil || len(redirects) == 0 || len(redirects) > maxRedirects {
		return refuse(InvalidRedirect, "redirect_uris must be a list of one to 32 addresses")
	}
	for _, one := range redirects {
		if !soundRedirect(one) {
			return refuse(InvalidRedirect, "a redirect URI must be https, http to this machine, or a scheme of the app's own with a dot (com.example.app:/back), without fragment")
		}
	}
	after, err := o.Texts("post_logout_redirect_uris")
	if err != nil || len(after) > maxRedirects {
		return refuse(InvalidMetadata, "post_logout_redirect_uris must be a list of at most 32 addresses")
	}
	for _, one := range after {
		if !soundRedirect(one) {
			return refuse(InvalidMetadata, "a post-logout redirect URI must be as a redirect URI must")
		}
	}
	d.client.Redirects, d.client.PostLogout = redirects, after
	return nil
}

// readFlow wants the code flow and no other.
func (d *description) readFlow(o jose.Object) *Error {
	var err1, err2, err3 error
	var responses []string
	d.grants, err1 = o.Texts("grant_types")
	responses, err2 = o.Texts("response_types")
	d.method, err3 = o.Text("token_endpoint_auth_method")
	switch {
	case err1 != nil || d.grants != nil && !slices.Contains(d.grants, grantCode):
		return refuse(InvalidMetadata, "grant_types must hold authorization_code")
	case err2 != nil || responses != nil && !slices.Contains(responses, "code"):
		return refuse(InvalidMetadata, "response_types must hold code")
	case err3 != nil || !slices.Contains([]string{"", authNone, authBasic, authPost}, d.method):
		return refuse(InvalidMetadata, "token_endpoint_auth_method is not one that is offered")
	}
	d.client.Refresh = d.grants == nil || slices.Contains(d.grants, grantRefresh)
	return nil
}

func (d *description) readSigning(o jose.Object) *Error {
	alg, err1 := o.Text("id_token_signed_response_alg")
	subject, err2 := o.Text("subject_type")
	if err1 != nil || alg != "" && !slices.Contains(signing[:], jose.Algorithm(alg)) {
		return refuse(InvalidMetadata, "id_token_signed_response_alg is not one that is offered")
	}
	if err2 != nil || subject != "" && subject != "public" {
		return refuse(InvalidMetadata, "subject_type must be public")
	}
	if o.Has("id_token_encrypted_response_alg") {
		return refuse(InvalidMetadata, "ID tokens are not encrypted")
	}
	d.client.Algorithm = jose.Algorithm(alg)
	return nil
}

func (d *description) readWords(o jose.Object) *Error {
	for name, into := range map[string]*string{
		"client_name": &d.client.Name, "client_uri": &d.client.Page, "policy_uri": &d.client.Policy, "tos_uri": &d.client.Terms,
	} {
		text, err := o.Text(name)
		if err != nil {
			return refuse(InvalidMetadata, "client_name, client_uri, policy_uri and tos_uri must be texts")
		}
		if *into = cleanLink(text); name == "client_name" {
			*into = cleanName(text)
		}
	}
	kind, err := o.Text("application_type")
	d.native = kind == "native"
	if err != nil || kind != "" && kind != "native" && kind != "web" {
		return refuse(InvalidMetadata, "application_type must be web or native")
	}
	return nil
}
