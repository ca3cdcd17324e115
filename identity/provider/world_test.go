package provider

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"skrin/identity"
	"skrin/identity/records"
	"skrin/internal/jose"
	"skrin/internal/outbound"
	"skrin/linkeddata"
)

const (
	issuerURL = "https://pod.example/"
	photos    = "https://photos.example/id"
	diary     = "https://diary.example/id"
	callback  = "https://photos.example/callback"
	verifier  = "a-verifier-of-forty-three-characters-or-more"
	resource  = "https://pod.example/maria/health/labs/1"
)

var maria = linkeddata.MustIRI("https://pod.example/maria/profile/card#me")

// world is a provider over records, the web around it, and somebody to sign in.
type world struct {
	t        testing.TB
	restarts bool // a new provider over the same records each time it is asked
	conf     Config
	mu       sync.Mutex
	at       time.Time
	pages    map[string]page // what the web answers
	hits     map[string]int
	store    *records.Store
	last     *Provider
	v        *identity.Verifier
}

type page struct {
	kind, body string
	at         string // where it really stands, "" for where it was asked for
	err        error
}

// keysMade are signing keys that are made once for all tests: RSA takes its time.
var keysMade = sync.OnceValue(func() *records.Store {
	store := records.Memory()
	if _, err := openRing(store, start); err != nil {
		panic(err)
	}
	return store
})

var start = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{t: t, at: start, pages: map[string]page{}, hits: map[string]int{}, store: records.Memory()}
	copyKind(t, keysMade(), w.store, keyKind.Name)
	fetch := outbound.New(outbound.Config{Base: linkeddata.MustIRI(issuerURL), Local: w.local})
	t.Cleanup(fetch.Close)
	w.conf = Config{Issuer: linkeddata.MustIRI(issuerURL), Records: w.store, Fetch: fetch, Now: w.now}
	w.v = identity.NewVerifier(identity.Config{
		Base: linkeddata.MustIRI(issuerURL), Fetch: fetch, Now: w.now,
		Local: identity.Local{Issuer: w.conf.Issuer, Live: func(family string) (bool, error) { return w.p().Live(family) }},
	})
	w.publish(maria.WithoutFragment().String(), "text/turtle",
		"<#me> <http://www.w3.org/ns/solid/terms#oidcIssuer> <"+issuerURL+">.")
	w.document(photos, nil)
	w.document(diary, map[string]any{"redirect_uris": []string{"https://diary.example/cb", "http://127.0.0.1/cb", "org.example.diary:/cb"}})
	return w
}

func copyKind(t testing.TB, from, to records.Records, kind string) {
	t.Helper()
	err := from.View(func(a records.Tx) error {
		return to.Update(func(b records.Tx) error {
			return a.Each(kind, func(name string, value []byte) (bool, error) { return true, b.Put(kind, name, value) })
		})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.at
}

func (w *world) move(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.at = w.at.Add(d)
}

// p is the provider as it runs now.
func (w *world) p() *Provider {
	w.mu.Lock()
	p := w.last
	w.mu.Unlock()
	if p != nil && !w.restarts {
		return p
	}
	p, err := New(w.conf)
	if err != nil {
		w.t.Fatal(err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.last = p
	return p
}

// local is the whole web of a test.
func (w *world) local(_ context.Context, iri linkeddata.IRI) (outbound.Document, bool, error) {
	data, err := []byte(nil), error(nil)
	switch iri.String() {
	case issuerURL + ".well-known/openid-configuration":
		data, err = w.p().Metadata()
	case issuerURL + "oidc/jwks":
		data, err = w.p().JWKS()
	default:
		w.mu.Lock()
		defer w.mu.Unlock()
		w.hits[iri.String()]++
		p, there := w.pages[iri.String()]
		doc := outbound.Document{Body: []byte(p.body), MediaType: p.kind}
		if p.at != "" {
			doc.IRI = linkeddata.MustIRI(p.at)
		}
		return doc, there || !iri.HasPrefix(w.conf.Issuer), p.err // no test goes out into the world
	}
	return outbound.Document{Body: data, MediaType: "application/json"}, err == nil, err
}

func (w *world) publish(at, kind, body string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.pages[at] = page{kind: kind, body: body}
}

// document publishes a client document with something changed.
func (w *world) document(id string, change map[string]any) {
	w.t.Helper()
	doc := map[string]any{
		"@context":                  []string{"https://www.w3.org/ns/solid/oidc-context.jsonld"},
		"client_id":                 id,
		"client_name":               "Photos",
		"redirect_uris":             []string{callback, "https://photos.example/other?x=1"},
		"post_logout_redirect_uris": []string{"https://photos.example/bye"},
		"logo_uri":                  "https://photos.example/logo.png",
		"policy_uri":                "https://photos.example/policy",
		"jwks_uri":                  "https://photos.example/jwks",
		"scope":                     "openid webid offline_access",
		"grant_types":               []string{"refresh_token", "authorization_code"},
		"response_types":            []string{"code"},
	}
	for name, value := range change {
		if doc[name] = value; value == nil {
			delete(doc, name)
		}
	}
	data, err := json.Marshal(doc)
	if err != nil {
		w.t.Fatal(err)
	}
	w.publish(strings.Split(id, "#")[0], "application/ld+json", string(data))
}

// signedIn is Maria, who signed in just now.
func (w *world) signedIn() Subject {
	return Subject{Account: "account-m", WebID: maria, Session: "session-1", AuthTime: w.now(), AMR: []string{"hwk"}}
}

func challenge(v string) string {
	sum := sha256.Sum256([]byte(v))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// query is a good request of the photos app, with parameters changed: name,
// value, name, value. The value "-" takes a parameter out; a name twice sends
// it twice.
func query(change ...string) url.Values {
	q := url.Values{
		"client_id": {photos}, "redirect_uri": {callback}, "response_type": {"code"}, "scope": {"openid webid offline_access"},
		"state": {"s1"}, "nonce": {"n1"}, "code_challenge": {challenge(verifier)}, "code_challenge_method": {"S256"},
	}
	return alter(q, change)
}

func alter(q url.Values, change []string) url.Values {
	set := map[string]bool{}
	for i := 0; i+1 < len(change); i += 2 {
		name, value := change[i], change[i+1]
		switch {
		case value == "-":
			q.Del(name)
		case set[name]:
			q.Add(name, value)
		default:
			q.Set(name, value)
		}
		set[name] = true
	}
	return q
}

// begin is a request that must be good.
func (w *world) begin(change ...string) Request {
	w.t.Helper()
	r, err := w.p().Begin(context.Background(), query(change...))
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

// allowed is a code that Maria allowed.
func (w *world) allowed(change ...string) string {
	w.t.Helper()
	to, err := w.p().Allow(w.begin(change...), w.signedIn())
	if err != nil {
		w.t.Fatal(err)
	}
	return answerOf(w.t, to).Get("code")
}

func answerOf(t testing.TB, to string) url.Values {
	t.Helper()
	u, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query()
}

// device is where an app runs: it holds a key.
type device struct {
	w   *world
	key *jose.PrivateKey
}

func (w *world) device() *device {
	w.t.Helper()
	key, err := jose.GenerateKey(jose.ES256)
	if err != nil {
		w.t.Fatal(err)
	}
	return &device{w, key}
}

func (d *device) jkt() string { return d.key.Public().Thumbprint() }

func (d *device) proof(method, to, token string) string {
	claims := map[string]any{"htm": method, "htu": to, "iat": d.w.now().Unix(), "jti": random(16)}
	if token != "" {
		claims["ath"] = challenge(token)
	}
	proof, err := d.key.Sign(jose.Header{Type: "dpop+jwt", Embed: true}, claims)
	if err != nil {
		d.w.t.Fatal(err)
	}
	return proof
}

// token asks the token endpoint with a real proof.
func (d *device) token(form url.Values, authorization ...string) (*Tokens, error) {
	p := d.w.p()
	jkt, err := d.w.v.Possess(identity.Proof{DPoP: []string{d.proof("POST", p.TokenEndpoint(), "")}, Method: "POST", URL: p.TokenEndpoint()})
	if err != nil {
		d.w.t.Fatal(err)
	}
	return p.Token(context.Background(), TokenRequest{Form: form, Authorization: authorization, JKT: jkt})
}

// exchange redeems a code of the photos app, with parameters changed.
func (d *device) exchange(code string, change ...string) (*Tokens, error) {
	return d.token(alter(url.Values{
		"grant_type": {"authorization_code"}, "code": {code}, "client_id": {photos}, "redirect_uri": {callback}, "code_verifier": {verifier},
	}, change))
}

func (d *device) refresh(token string, change ...string) (*Tokens, error) {
	return d.token(alter(url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}, "client_id": {photos}}, change))
}

// uses asks for a resource with a token.
func (d *device) uses(token string) error {
	_, err := d.w.v.Verify(context.Background(), identity.Proof{
		Authorization: []string{"DPoP " + token}, DPoP: []string{d.proof("GET", resource, token)}, Method: "GET", URL: resource,
	})
	return err
}

// signIn is the whole way of an app.
func (d *device) signIn(change ...string) *Tokens {
	d.w.t.Helper()
	tokens, err := d.exchange(d.w.allowed(change...))
	if err != nil {
		d.w.t.Fatal(err)
	}
	return tokens
}

// refused checks that an error is for the asker, of this kind, and whether it goes back to the client.
func refused(t testing.TB, name string, err error, code string, back bool) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Errorf("%s: %v, want %s", name, err, code)
		return
	}
	if e.Code != code || (e.Redirect != "") != back {
		t.Errorf("%s: %v, sent back to %q; want %s, sent back: %v", name, err, e.Redirect, code, back)
	}
}

// both runs a test with one provider, and with a new one for each call.
func both(t *testing.T, test func(t *testing.T, w *world)) {
	for name, restarts := range map[string]bool{"one run": false, "a restart between each step": true} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.restarts = restarts
			test(t, w)
		})
	}
}
