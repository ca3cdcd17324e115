package provider

import "net/url"

// Codes of errors (RFC 6749 sections 4.1.2.1 and 5.2, OpenID Connect Core
// section 3.1.2.6, RFC 7591 section 3.2.2, RFC 9449 section 5).
const (
	InvalidRequest       = "invalid_request"
	InvalidClient        = "invalid_client" // 401, unlike the others
	InvalidGrant         = "invalid_grant"
	InvalidScope         = "invalid_scope"
	InvalidProof         = "invalid_dpop_proof"
	InvalidRedirect      = "invalid_redirect_uri"
	InvalidMetadata      = "invalid_client_metadata"
	UnauthorizedClient   = "unauthorized_client"
	UnsupportedGrant     = "unsupported_grant_type"
	UnsupportedResponse  = "unsupported_response_type"
	UnsupportedToken     = "unsupported_token_type"
	AccessDenied         = "access_denied"
	LoginRequired        = "login_required"
	ConsentRequired      = "consent_required"
	RequestNotSupported  = "request_not_supported"
	URINotSupported      = "request_uri_not_supported"
	RegistrationNotTaken = "registration_not_supported"
	Unavailable          = "temporarily_unavailable" // 503, or 429 at registration
)

// Error is what an asker is told: a code of the standards and a sentence in
// fixed words. It repeats nothing that was sent, so it may be logged and told.
type Error struct {
	Code, Description string

	// Redirect is where the browser may be sent with this error, which it
	// carries already. When it is "", the error must be shown and nobody sent
	// anywhere.
	Redirect string

	// Silent says that the app asked for nothing to be shown (prompt=none).
	// With any other error nobody is sent to Redirect by themselves before they
	// have signed in: anybody can be the app (RFC 9700 section 4.11.2).
	Silent bool

	// Withdrawn is the family that ended because something came back that is
	// good only once. The citizen should hear of it.
	Withdrawn *Family

	cause error // of our own rooms only
}

// Error is for the log.
func (e *Error) Error() string {
	s := "provider: " + e.Code + ": " + e.Description
	if e.cause != nil {
		s += ": " + e.cause.Error()
	}
	return s
}

// Unwrap gives the cause, if there is one.
func (e *Error) Unwrap() error { return e.cause }

func refuse(code, description string) *Error { return &Error{Code: code, Description: description} }

// one gives a parameter that may be sent once (RFC 6749 section 3.1); "" when
// it was not sent, or without a value, which counts the same.
func one(form url.Values, name string) (string, *Error) {
	values := form[name]
	switch {
	case len(values) == 0:
		return "", nil
	case len(values) > 1:
		return "", refuse(InvalidRequest, "a parameter was sent more than once")
	}
	return values[0], nil
}
