package provider

import (
	"encoding/base64"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"skrin/linkeddata"
)

// Bounds of authorization requests.
const (
	maxQuery = 8 << 10
	maxState = 4 << 10
	maxNonce = 1 << 10
	maxHint  = 256
)

// Prompt is what an app asked to be put before the citizen (OpenID Connect Core
// section 3.1.2.1, Initiating User Registration 1.0).
type Prompt uint8

// Prompts, which may be asked for together, except PromptNone.
const (
	PromptNone Prompt = 1 << iota // nothing may be shown
	PromptLogin
	PromptConsent
	PromptAccount // select_account: which account, so sign in anew
	PromptCreate  // make an account
)

// Request is an authorization request that may be answered: its client is
// known, and its redirect URI is that client's.
type Request struct {
	Client    Client
	Redirect  string // where the answer goes
	Scopes    []string
	State     string
	Nonce     string
	Challenge string // PKCE, S256
	JKT       string // the key that the tokens shall be bound to, when said (dpop_jkt)
	Prompt    Prompt
	MaxAge    time.Duration // how long ago the sign-in may be; negative: any time
	LoginHint string        // who may be meant: a stranger's word, for the sign-in page
	Locales   string        // ui_locales, as sent
	Hint      linkeddata.IRI
	Asked     time.Time // when it first came

	issuer linkeddata.IRI
	query  url.Values
}

// Asks says whether a prompt was asked for.
func (r Request) Asks(p Prompt) bool { return r.Prompt&p != 0 }

// Offline says whether the app wants to go on when the citizen has left.
func (r Request) Offline() bool { return slices.Contains(r.Scopes, ScopeOffline) }

// ReadRequest reads an authorization request of a client that is known:
// whatever it decides is decided from its arguments. The error is an *Error,
// with Redirect when the redirect URI could be believed. Hint is not read:
// see [Provider.Begin].
func ReadRequest(issuer linkeddata.IRI, c Client, q url.Values, asked time.Time) (Request, error) {
	r := Request{Client: c, MaxAge: -1, Asked: asked.Truncate(time.Second), issuer: issuer, query: q}
	if err := r.readPlace(q); err != nil {
		return Request{}, err
	}
	for _, step := range [...]func(*Request, url.Values) *Error{
		(*Request).readState, checkOnce, (*Request).readFlow, (*Request).readScopes, (*Request).readPKCE,
		(*Request).readPrompt, (*Request).readTexts,
	} {
		if err := step(&r, q); err != nil {
			return Request{}, r.fail(err)
		}
	}
	return r, nil
}

// readPlace finds where answers go. Until it is done nobody is sent anywhere.
func (r *Request) readPlace(q url.Values) *Error {
	size := 0
	for name, values := range q {
		for _, v := range values {
			size += len(name) + len(v) + 2
		}
	}
	if size > maxQuery {
		return refuse(InvalidRequest, "the request is too long")
	}
	id, err := one(q, "client_id")
	if err != nil || id != r.Client.ID {
		return refuse(InvalidClient, "exactly one client_id is needed")
	}
	if r.Client.Kind == Script {
		return refuse(UnauthorizedClient, "a script signs nobody in")
	}
	redirect, err := one(q, "redirect_uri")
	if err != nil || redirect == "" {
		return refuse(InvalidRedirect, "exactly one redirect_uri is needed")
	}
	if !r.Client.redirects(redirect) {
		return refuse(InvalidRedirect, "the redirect_uri is not one of the client's")
	}
	r.Redirect = redirect
	return nil
}

func (r *Request) readState(q url.Values) *Error {
	state, err := one(q, "state")
	if err == nil && len(state) > maxState {
		err = refuse(InvalidRequest, "the state is too long")
	}
	if err == nil {
		r.State = state
	}
	return err
}

func checkOnce(_ *Request, q url.Values) *Error {
	for name := range q {
		if _, err := one(q, name); err != nil {
			return err
		}
	}
	return nil
}

// readFlow wants the code flow, answered in the query, asked for in the open.
func (r *Request) readFlow(q url.Values) *Error {
	switch {
	case q.Get("request") != "":
		return refuse(RequestNotSupported, "request objects are not read")
	case q.Get("request_uri") != "":
		return refuse(URINotSupported, "request objects are not fetched")
	case q.Get("registration") != "":
		return refuse(RegistrationNotTaken, "clients do not register on the way")
	case q.Get("response_type") == "":
		return refuse(InvalidRequest, "the response_type is missing")
	case q.Get("response_type") != "code":
		return refuse(UnsupportedResponse, "the response_type must be code")
	case q.Get("response_mode") != "" && q.Get("response_mode") != "query":
		return refuse(InvalidRequest, "the response_mode must be query")
	}
	return nil
}

// readScopes keeps the scopes that mean something.
func (r *Request) readScopes(q url.Values) *Error {
	asked := strings.Fields(q.Get("scope"))
	if !slices.Contains(asked, ScopeOpenID) {
		return refuse(InvalidScope, "the scope must hold openid")
	}
	for _, known := range [...]string{ScopeOpenID, ScopeWebID, ScopeProfile, ScopeOffline} {
		if slices.Contains(asked, known) && (known != ScopeOffline || r.Client.Refresh) {
			r.Scopes = append(r.Scopes, known)
		}
	}
	return nil
}

func (r *Request) readPKCE(q url.Values) *Error {
	r.Challenge, r.JKT = q.Get("code_challenge"), q.Get("dpop_jkt")
	switch {
	case r.Challenge == "":
		return refuse(InvalidRequest, "PKCE is needed: there is no code_challenge")
	case q.Get("code_challenge_method") != "S256":
		return refuse(InvalidRequest, "the code_challenge_method must be S256")
	case !isSHA256(r.Challenge):
		return refuse(InvalidRequest, "the code_challenge is not a SHA-256 in base64url")
	case r.JKT != "" && !isSHA256(r.JKT):
		return refuse(InvalidRequest, "dpop_jkt is not a SHA-256 in base64url")
	}
	return nil
}

func isSHA256(s string) bool {
	sum, err := base64.RawURLEncoding.Strict().DecodeString(s)
	return err == nil && len(sum) == 32 && len(s) == 43
}

func (r *Request) readPrompt(q url.Values) *Error {
	words := map[string]Prompt{
		"none": PromptNone, "login": PromptLogin, "consent": PromptConsent, "select_account": PromptAccount, "create": PromptCreate,
	}
	for _, word := range strings.Fields(q.Get("prompt")) {
		p, known := words[word]
		if !known {
			return refuse(InvalidRequest, "the prompt is not one that is offered")
		}
		r.Prompt |= p
	}
	if r.Asks(PromptNone) && r.Prompt != PromptNone {
		return refuse(InvalidRequest, "the prompt none goes with no other")
	}
	if q.Get("max_age") != "" {
		seconds, err := strconv.ParseUint(q.Get("max_age"), 10, 31)
		if err != nil {
			return refuse(InvalidRequest, "max_age is not a number of seconds")
		}
		r.MaxAge = time.Duration(seconds) * time.Second
	}
	return nil
}

func (r *Request) readTexts(q url.Values) *Error {
	r.Nonce, r.LoginHint, r.Locales = q.Get("nonce"), q.Get("login_hint"), q.Get("ui_locales")
	if len(r.Nonce) > maxNonce || len(r.LoginHint) > maxHint || len(r.Locales) > maxHint {
		return refuse(InvalidRequest, "the nonce, the login_hint or the ui_locales are too long")
	}
	return nil
}

// fail gives an error the address that takes it to the client.
func (r Request) fail(e *Error) *Error {
	add := url.Values{"error": {e.Code}, "error_description": {e.Description}}
	e.Redirect, e.Silent = r.back(add), r.silent()
	return e
}

// silent says whether nothing may be shown, also where the request is no good.
func (r Request) silent() bool {
	prompts := r.query["prompt"]
	return len(prompts) == 1 && slices.Equal(strings.Fields(prompts[0]), []string{"none"})
}

// back makes the address of an answer, which always says whose it is (RFC 9207).
func (r Request) back(add url.Values) string {
	if r.State != "" {
		add.Set("state", r.State)
	}
	add.Set("iss", r.issuer.String())
	return withQuery(r.Redirect, add)
}

// Deny is where to send the browser when the citizen said no.
func (r Request) Deny() string {
	return r.fail(refuse(AccessDenied, "the citizen said no")).Redirect
}
