package identity

import (
	"errors"
	"strings"

	"skrin/internal/jose"
)

// ErrUnauthenticated is wrapped by every error of Verify.
var ErrUnauthenticated = errors.New("not authenticated")

// Kinds of refusal. Each error of Verify wraps exactly one of these. The first
// five say that the credentials are bad (401); after the last two nobody knows,
// and the web answers 503 with Retry-After, so that clients keep their tokens.
var (
	ErrRequest = errors.New("malformed credentials")             // headers: how many, which scheme
	ErrToken   = errors.New("access token refused")              // the token itself
	ErrIssuer  = errors.New("issuer not trusted for this WebID") // discovery, keys or the WebID document do not bear the token out
	ErrProof   = errors.New("proof of possession refused")       // the DPoP proof
	ErrReplay  = errors.New("proof of possession used before")   // the same proof again

	ErrUnreachable = errors.New("issuer or WebID document cannot be reached")
	ErrBusy        = errors.New("proofs of possession cannot be remembered now") // memory full, heartbeat not saved, just crashed, or shutting down
)

// Refusal is the type of every error of Verify. It names the check that failed
// in fixed words and repeats nothing that the request said, so it may be
// logged and told.
type Refusal struct {
	kind  error
	check string
	cause error // of our own rooms only, which name no URL and no content; may be nil
}

// Error is for the log.
func (r *Refusal) Error() string {
	s := "identity: " + r.kind.Error() + ": " + r.check
	if r.cause != nil {
		s += ": " + r.cause.Error()
	}
	return s
}

// Unwrap gives ErrUnauthenticated, the kind, and the cause if there is one.
func (r *Refusal) Unwrap() []error {
	if r.cause == nil {
		return []error{ErrUnauthenticated, r.kind}
	}
	return []error{ErrUnauthenticated, r.kind, r.cause}
}

// Description is for the client: which check failed.
func (r *Refusal) Description() string { return r.check }

// Code is the error code of RFC 6750 and RFC 9449, "" when the credentials
// were not found bad.
func (r *Refusal) Code() string {
	switch r.kind {
	case ErrRequest:
		return "invalid_request"
	case ErrProof, ErrReplay:
		return "invalid_dpop_proof"
	case ErrUnreachable, ErrBusy:
		return ""
	}
	return "invalid_token"
}

// Challenge is the WWW-Authenticate value that goes with err: an error of
// Verify, or nil when credentials are wanted and none were brought.
func Challenge(err error) string {
	algorithms := make([]string, 0, 4)
	for _, a := range jose.Algorithms() {
		algorithms = append(algorithms, string(a))
	}
	challenge := `DPoP algs="` + strings.Join(algorithms, " ") + `", scope="openid webid"`
	var r *Refusal
	if errors.As(err, &r) && r.Code() != "" {
		challenge += `, error="` + r.Code() + `", error_description="` + r.Description() + `"`
	}
	return challenge
}

func refuse(kind error, check string, cause error) *Refusal {
	return &Refusal{kind: kind, check: check, cause: cause}
}
