package issuer

import (
	"net/http"
	"time"

	"skrin/linkeddata"
)

// Options of an Issuer; the zero value will do.
type Options struct {
	Now    func() time.Time // default time.Now
	Listen string           // default 127.0.0.1:0
}

// Issuer is a running issuer.
type Issuer struct{ opt Options }

// New starts an issuer on loopback. Close it.
func New(opt Options) (*Issuer, error) { return &Issuer{opt}, nil }

// Close stops it.
func (i *Issuer) Close() error { return nil }

// IRI is the issuer's identifier.
func (i *Issuer) IRI() linkeddata.IRI { return linkeddata.IRI{} }

// Person is somebody who can ask: a WebID, a client and that client's key.
type Person struct {
	WebID, Client linkeddata.IRI
}

// Person makes somebody with a WebID document on this issuer's host.
func (i *Issuer) Person(name string, client linkeddata.IRI) (*Person, error) { return &Person{}, nil }

// Vouch makes a person for a WebID hosted elsewhere, whose document must list this issuer.
func (i *Issuer) Vouch(webid, client linkeddata.IRI) (*Person, error) { return &Person{}, nil }

// Token gives an access token for the person, good for hours.
func (p *Person) Token() (string, error) { return "", nil }

// Proof gives a fresh DPoP proof for a request with this token.
func (p *Person) Proof(method, url, token string) (string, error) { return "", nil }

// HTTP gives an HTTP client that asks as the person, with a fresh proof each time.
func (p *Person) HTTP() *http.Client { return http.DefaultClient }

// RoundTripper wraps next (nil: the default) to sign each request as the person.
func (p *Person) RoundTripper(next http.RoundTripper) http.RoundTripper { return next }

// Curl gives a curl command line that works once, while the proof is young.
func (p *Person) Curl(method, url string) (string, error) { return "", nil }
