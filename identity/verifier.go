package identity

import (
	"context"
	"errors"
	"time"

	"skrin/acl"
	"skrin/internal/outbound"
	"skrin/linkeddata"
)

// Proof is what a request brought to show who asks.
type Proof struct {
	Authorization, DPoP []string // every header line, in order
	Method              string
	URL                 string // absolute, made from the configured base URL, never from Host
}

// Errors. Every error of Verify wraps ErrUnauthenticated.
var (
	ErrUnauthenticated = errors.New("not authenticated")
	ErrRequest         = errors.New("malformed credentials")
	ErrToken           = errors.New("access token refused")
	ErrProof           = errors.New("proof of possession refused")
	ErrReplay          = errors.New("proof used before")
	ErrIssuer          = errors.New("issuer not trusted for this WebID")
	ErrUnreachable     = errors.New("issuer or WebID document cannot be reached")
	ErrBusy            = errors.New("proofs cannot be remembered now")
)

// Config is what a Verifier is made of.
type Config struct {
	Base  linkeddata.IRI
	Fetch *outbound.Client
	Now   func() time.Time

	// Heartbeat makes durable that proofs issued up to this instant may have been accepted.
	Heartbeat func(time.Time) error

	InsecureLoopback bool // accept http issuers and WebIDs on loopback
}

// Verifier checks credentials. It may be used by many goroutines.
type Verifier struct{ conf Config }

// NewVerifier makes a Verifier.
func NewVerifier(conf Config) *Verifier { return &Verifier{conf: conf} }

// Verify says who asks.
func (v *Verifier) Verify(ctx context.Context, p Proof) (acl.Agent, error) {
	return acl.Agent{}, ErrUnauthenticated
}

// Refusal is the error type of Verify.
type Refusal struct{ kind error }

// Error names the check that failed.
func (r *Refusal) Error() string { return r.kind.Error() }

// Description is for the client.
func (r *Refusal) Description() string { return r.kind.Error() }

// Code is the OAuth error code for WWW-Authenticate.
func (r *Refusal) Code() string { return "invalid_token" }

// Challenge gives the WWW-Authenticate value that answers err (nil: no credentials were brought).
func Challenge(err error) string { return "DPoP" }

// Snapshot ends the verifier and gives its replay memory, to be saved at shutdown.
func (v *Verifier) Snapshot() ([]byte, error) { return nil, nil }

// Restore takes up a snapshot and the last heartbeat that was saved; both empty in a fresh data folder.
func (v *Verifier) Restore(snapshot []byte, heartbeat time.Time) error { return nil }

// Forget drops what is cached about a WebID, because its document changed.
func (v *Verifier) Forget(webid linkeddata.IRI) {}
