package upstream

import (
	"errors"
	"net/http"
	"net/url"

	"golang.org/x/oauth2"

	"skrin/internal/jose"
)

// proof is what RFC 9449, section 4.2, wants to be said beside a code.
type proof struct {
	ID     string `json:"jti"`
	Method string `json:"htm"`
	URL    string `json:"htu"`
	Issued int64  `json:"iat"`
	Nonce  string `json:"nonce,omitempty"`
}

// proving makes a client whose requests prove the possession of a key (DPoP),
// for issuers that give no token without. The key is made for one exchange: the
// token that is bound to it is thrown away.
func (p *party) proving(key *jose.PrivateKey, nonce string) *http.Client {
	client := *p.client
	client.Transport = prover{next: client.Transport, prove: func(r *http.Request) (string, error) {
		at := url.URL{Scheme: r.URL.Scheme, Host: r.URL.Host, Path: r.URL.Path, RawPath: r.URL.RawPath}
		return key.Sign(jose.Header{Type: "dpop+jwt", Embed: true}, proof{randomID(), r.Method, at.String(), p.now().Unix(), nonce})
	}}
	return &client
}

// prover puts a proof into the header of each request.
type prover struct {
	next  http.RoundTripper
	prove func(*http.Request) (string, error)
}

func (t prover) RoundTrip(r *http.Request) (*http.Response, error) {
	text, err := t.prove(r)
	if err != nil {
		return nil, err
	}
	r = r.Clone(r.Context())
	r.Header.Set("DPoP", text)
	return t.next.RoundTrip(r)
}

// maxNonce bounds what an issuer wants to have in a proof.
const maxNonce = 1024

// wantedNonce is what an issuer wants to have in a proof, and did not find in
// the last one (RFC 9449, section 8); "": nothing.
func wantedNonce(err error) string {
	var e *oauth2.RetrieveError
	if !errors.As(err, &e) || e.ErrorCode != "use_dpop_nonce" || e.Response == nil {
		return ""
	}
	if nonce := e.Response.Header.Get("DPoP-Nonce"); len(nonce) <= maxNonce {
		return nonce
	}
	return ""
}
