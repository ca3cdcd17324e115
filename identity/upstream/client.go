package upstream

import (
	"fmt"
	"net/url"
	"slices"
	"time"

	"skrin/internal/jose"
)

// A method is how we say who we are, in the words of OpenID Connect Core, section 9.
type method string

const (
	byHeader method = "client_secret_basic"
	byBody   method = "client_secret_post"
	byKey    method = "private_key_jwt"
)

// usualType is what a token that says who its maker is calls itself, as the
// successor of RFC 7523 has it (draft-ietf-oauth-rfc7523bis).
const usualType = "client-authentication+jwt"

// How long an assertion is good for. Some issuers take no more than a minute, by
// a clock that may be behind ours.
const (
	assertionLife = 40 * time.Second
	assertionSlip = 5 * time.Second
)

// assertion is what RFC 7523, section 3, wants to be said.
type assertion struct {
	Issuer    string `json:"iss"`
	Subject   string `json:"sub"`
	Audience  string `json:"aud"` // one text, never a list: a list of several is the way to be somebody at two issuers
	ID        string `json:"jti"`
	Issued    int64  `json:"iat"`
	NotBefore int64  `json:"nbf"`
	Expires   int64  `json:"exp"`
}

// introduce adds to a form what says who we are, where that goes into the form.
// It is good for one request.
func (p *party) introduce(m *metadata, form url.Values) error {
	form.Set("client_id", p.ClientID)
	switch m.method {
	case byBody:
		form.Set("client_secret", p.Secret.Reveal())
	case byKey:
		signed, err := p.assert()
		if err != nil {
			return err
		}
		form.Set("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
		form.Set("client_assertion", signed)
	}
	return nil
}

// assert signs who we are. It is meant for the issuer that the host configured
// and for nobody else, whatever address that issuer has its endpoints at: an
// issuer that gives another one's endpoint for its own gets nothing that is
// believed there.
func (p *party) assert() (string, error) {
	a := assertion{Issuer: p.ClientID, Subject: p.ClientID, Audience: p.Audience, ID: randomID()}
	if a.Audience == "" {
		a.Audience = p.URL
	}
	now := p.now()
	a.Issued, a.Expires = now.Add(-assertionSlip).Unix(), now.Add(assertionLife).Unix()
	a.NotBefore = a.Issued
	kind := p.AssertionType
	if kind == "" {
		kind = usualType
	}
	return p.Key.Sign(jose.Header{Type: kind}, a)
}

// readMethod says how we say who we are: by the key when there is one; else the
// secret goes into the header, unless the issuer or the host wants it in the body.
func (p *party) readMethod(o jose.Object) (method, error) {
	methods, err := o.Texts("token_endpoint_auth_methods_supported")
	if err != nil {
		return "", err
	}
	algorithms, err := o.Texts("token_endpoint_auth_signing_alg_values_supported")
	if err != nil {
		return "", err
	}
	if p.Key != nil {
		return byKey, p.takesKey(methods, algorithms)
	}
	header := methods == nil || slices.Contains(methods, string(byHeader))
	body := slices.Contains(methods, string(byBody)) || methods == nil && p.Post
	switch {
	case body && (p.Post || !header):
		return byBody, nil
	case header && !p.Post:
		return byHeader, nil
	case slices.Contains(methods, string(byKey)) && !header && !body:
		return "", fmt.Errorf(`it takes no secret, but a key: give "key_file"`)
	}
	return "", fmt.Errorf(`it does not take a secret, or not where "secret_in" wants to put it`)
}

// takesKey says whether an issuer can check what our key signs. One that says
// nothing of it may.
func (p *party) takesKey(methods, algorithms []string) error {
	alg := string(p.Key.Public().Algorithm())
	switch {
	case methods != nil && !slices.Contains(methods, string(byKey)):
		return fmt.Errorf(`it takes no key: give "secret_file" instead of "key_file"`)
	case algorithms != nil && !slices.Contains(algorithms, alg):
		return fmt.Errorf(`it takes no key that signs with %s: see "key_alg"`, alg)
	}
	return nil
}
