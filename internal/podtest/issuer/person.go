package issuer

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"sync"
	"time"

	"skrin/internal/jose"
	"skrin/linkeddata"
)

// Parts are the members of a token's header or claims.
type Parts = map[string]any

// Person is somebody who can ask: a WebID, through a client, with the key that
// the client proves to hold. It may be used by many goroutines.
type Person struct {
	WebID, Client linkeddata.IRI

	issuer *Issuer
	key    *jose.PrivateKey

	mu    sync.Mutex
	token string
	until time.Time
}

// Person makes somebody whose WebID document this issuer hosts and which names
// it: see Issuer.WebID. A second call with the same name is the same person
// with another client or another key.
func (i *Issuer) Person(name string, client linkeddata.IRI) (*Person, error) {
	webid := i.WebID(name)
	card, err := i.card(webid, name)
	if err != nil {
		return nil, err
	}
	i.Publish(page(name), "text/turtle", card)
	return i.Vouch(webid, client)
}

// Vouch makes a person for a WebID hosted elsewhere: a pod's own. Nobody
// believes it unless the WebID's document names this issuer.
func (i *Issuer) Vouch(webid, client linkeddata.IRI) (*Person, error) {
	key, err := jose.GenerateKey(jose.ES256)
	if err != nil {
		return nil, fmt.Errorf("make a person: %w", err)
	}
	return &Person{WebID: webid, Client: client, issuer: i, key: key}, nil
}

// Key is what the person's client proves to hold.
func (p *Person) Key() *jose.PrivateKey { return p.key }

// Token gives an access token for the person, the same while it is good for
// another minute.
func (p *Person) Token() (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if now := p.issuer.opt.Now(); p.token != "" && now.Add(time.Minute).Before(p.until) {
		return p.token, nil
	}
	token, err := p.TokenWith(nil)
	if err != nil {
		return "", err
	}
	p.token, p.until = token, p.issuer.opt.Now().Add(p.issuer.opt.TokenLife)
	return token, nil
}

// TokenWith signs a fresh access token after change (which may be nil) has
// made of its header and claims what it likes. The algorithm of the signature
// stays the key's.
func (p *Person) TokenWith(change func(header, claims Parts)) (string, error) {
	key, now := p.issuer.Key(), p.issuer.opt.Now()
	header := Parts{"typ": "at+jwt", "alg": p.issuer.opt.Algorithm, "kid": key.Public().ID()}
	claims := Parts{
		"iss":       p.issuer.IRI().String(),
		"sub":       p.WebID.String(),
		"webid":     p.WebID.String(),
		"client_id": p.Client.String(),
		"aud":       "solid",
		"iat":       now.Unix(),
		"exp":       now.Add(p.issuer.opt.TokenLife).Unix(),
		"jti":       rand.Text(),
		"cnf":       Parts{"jkt": p.key.Public().Thumbprint()},
	}
	return sign(key, header, claims, change)
}

// Proof gives a fresh DPoP proof for one request with this token. Query and
// fragment of the URL do not matter.
func (p *Person) Proof(method, url, token string) (string, error) {
	return p.ProofWith(method, url, token, nil)
}

// ProofWith signs a fresh proof after change (which may be nil) has made of
// its header and claims what it likes.
func (p *Person) ProofWith(method, url, token string, change func(header, claims Parts)) (string, error) {
	header := Parts{"typ": "dpop+jwt", "alg": jose.ES256, "jwk": p.key.Public()}
	sum := sha256.Sum256([]byte(token))
	claims := Parts{
		"htm": method,
		"htu": withoutQuery(url),
		"ath": base64.RawURLEncoding.EncodeToString(sum[:]),
		"iat": p.issuer.opt.Now().Unix(),
		"jti": rand.Text(),
	}
	return sign(p.key, header, claims, change)
}

func sign(key *jose.PrivateKey, header, claims Parts, change func(header, claims Parts)) (string, error) {
	if change != nil {
		header, claims = maps.Clone(header), maps.Clone(claims)
		change(header, claims)
	}
	head, err := json.Marshal(header)
	if err != nil {
		return "", fmt.Errorf("sign: %w", err)
	}
	body, err := json.Marshal(claims)
	if err != nil {
		return "", fmt.Errorf("sign: %w", err)
	}
	return key.SignBytes(head, body)
}

func withoutQuery(url string) string {
	if i := strings.IndexAny(url, "?#"); i >= 0 {
		return url[:i]
	}
	return url
}

// Sign puts the person's token and a fresh proof on a request.
func (p *Person) Sign(r *http.Request) error {
	token, err := p.Token()
	if err != nil {
		return err
	}
	proof, err := p.Proof(r.Method, r.URL.String(), token)
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "DPoP "+token)
	r.Header.Set("DPoP", proof)
	return nil
}

// RoundTripper signs each request as the person and hands it to next, or to
// http.DefaultTransport when next is nil.
func (p *Person) RoundTripper(next http.RoundTripper) http.RoundTripper {
	if next == nil {
		next = http.DefaultTransport
	}
	return signer{p, next}
}

type signer struct {
	person *Person
	next   http.RoundTripper
}

func (s signer) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	if err := s.person.Sign(r); err != nil {
		return nil, err
	}
	return s.next.RoundTrip(r)
}

// HTTP gives a client that asks as the person, with a fresh proof each time.
// It shows redirects and does not follow them.
func (p *Person) HTTP() *http.Client {
	return &http.Client{
		Transport:     p.RoundTripper(nil),
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Curl gives a command line that asks once as the person. Its token is good
// for hours, its proof for one request within two minutes. More arguments for
// curl may follow it.
func (p *Person) Curl(method, url string) (string, error) {
	token, err := p.Token()
	if err != nil {
		return "", err
	}
	proof, err := p.Proof(method, url, token)
	if err != nil {
		return "", err
	}
	how := "-i -X " + method
	if method == http.MethodHead {
		how = "-I"
	}
	return fmt.Sprintf("curl -sS %s %s -H %s -H %s", how, quote(url), quote("Authorization: DPoP "+token), quote("DPoP: "+proof)), nil
}

// quote makes one word of the shell's.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
