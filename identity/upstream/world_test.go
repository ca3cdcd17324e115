package upstream

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"skrin/identity/account"
	"skrin/identity/records"
	"skrin/internal/jose"
)

const (
	clientID = "skrin at pods.example"
	secret   = "s3cret+canary/of the host"
	browser  = "the browser of maria"
)

// fake is an issuer outside, as strict as a good one, that a test can make worse.
type fake struct {
	t      testing.TB
	server *httptest.Server
	key    *jose.PrivateKey // what it signs with
	keys   []*jose.PublicKey

	mu     sync.Mutex
	codes  map[string]url.Values // what was asked for, by code
	asked  map[string]int        // requests, by path
	now    func() time.Time
	basic  bool                                            // the last secret came in the header
	client *clientRules                                    // nil: the secret says who we are
	pushes map[string]url.Values                           // requests that were pushed, by name
	must   bool                                            // it takes pushed requests alone
	why    string                                          // it said no the last time
	dpop   *possession                                     // nil: a code is enough
	wants  map[string][]string                             // what a parameter of a request may be; "": not there
	about  map[string]any                                  // members of the discovery document that are different; nil: missing
	claims func(claims map[string]any)                     // changes what a token says
	token  func(compact string, claims map[string]any) any // changes the token itself
	answer map[string]http.HandlerFunc                     // by path, instead of what is said there
	hash   func(access string) string                      // at_hash
	sent   map[string]any                                  // beside the tokens
}

// cachedKeys spares tests the making of keys.
var cachedKeys = sync.OnceValue(func() map[jose.Algorithm]*jose.PrivateKey {
	all := map[jose.Algorithm]*jose.PrivateKey{}
	for _, a := range jose.Algorithms() {
		key, err := jose.GenerateKey(a)
		if err != nil {
			panic(err)
		}
		all[a] = key
	}
	return all
})

func newFake(t testing.TB, now func() time.Time, start func(http.Handler) *httptest.Server) *fake {
	key := cachedKeys()[jose.ES256]
	f := &fake{t: t, key: key, keys: []*jose.PublicKey{key.Public()}, codes: map[string]url.Values{}, pushes: map[string]url.Values{}, asked: map[string]int{},
		now: now, about: map[string]any{}, answer: map[string]http.HandlerFunc{}, sent: map[string]any{}}
	f.server = start(f)
	t.Cleanup(f.server.Close)
	return f
}

func (f *fake) url() string { return f.server.URL }

// ServeHTTP is the issuer's side of what we ask.
func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked[r.URL.Path]++
	if other, there := f.answer[r.URL.Path]; there {
		other(w, r)
		return
	}
	switch r.URL.Path {
	case "/.well-known/openid-configuration":
		about := map[string]any{"issuer": f.url(), "authorization_endpoint": f.url() + "/authorize?tenant=a", "token_endpoint": f.url() + "/token",
			"jwks_uri": f.url() + "/keys", "authorization_response_iss_parameter_supported": true,
			"token_endpoint_auth_methods_supported": []string{"client_secret_basic", "client_secret_post"}}
		if f.client != nil {
			about["token_endpoint_auth_methods_supported"] = []string{"private_key_jwt"}
		}
		maps.Copy(about, f.about)
		maps.DeleteFunc(about, func(_ string, v any) bool { return v == nil })
		reply(w, 200, about)
	case "/keys":
		reply(w, 200, jose.NewKeySet(f.keys...))
	case "/token":
		f.exchange(w, r)
	case "/par":
		f.takePushed(w, r)
	default:
		http.NotFound(w, r)
	}
}

func reply(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

func (f *fake) exchange(w http.ResponseWriter, r *http.Request) {
	no := func(code string) { reply(w, 400, map[string]string{"error": code, "error_description": "canary"}) }
	if r.ParseForm() != nil || r.Method != http.MethodPost {
		no("invalid_request")
		return
	}
	if !f.knows(r) {
		no("invalid_client")
		return
	}
	if f.dpop != nil {
		if code := f.dpop.refuse(f, w, r); code != "" {
			no(code)
			return
		}
	}
	code := r.PostForm.Get("code")
	asked, there := f.codes[code]
	delete(f.codes, code)
	sum := sha256.Sum256([]byte(r.PostForm.Get("code_verifier")))
	challenge := base64.RawURLEncoding.EncodeToString(sum[:])
	if !there || challenge != asked.Get("code_challenge") || r.PostForm.Get("redirect_uri") != asked.Get("redirect_uri") || r.PostForm.Get("grant_type") != "authorization_code" {
		no("invalid_grant")
		return
	}
	claims := map[string]any{"iss": f.url(), "sub": "maria-at-the-bank", "aud": clientID, "exp": f.now().Add(time.Minute).Unix(), "iat": f.now().Unix(),
		"nonce": asked.Get("nonce"), "name": "Maria Lind", "acr": asked.Get("acr_values")}
	if asked.Has("max_age") { // it is not said unasked
		claims["auth_time"] = f.now().Unix()
	}
	if f.hash != nil {
		claims["at_hash"] = f.hash("access")
	}
	if f.claims != nil {
		f.claims(claims)
	}
	compact, err := f.key.Sign(jose.Header{Type: "JWT"}, claims)
	if err != nil {
		f.t.Error(err)
	}
	answer := map[string]any{"access_token": "access", "token_type": "Bearer", "expires_in": 60, "id_token": compact}
	if f.token != nil {
		answer["id_token"] = f.token(compact, claims)
	}
	maps.Copy(answer, f.sent)
	maps.DeleteFunc(answer, func(_ string, v any) bool { return v == nil })
	reply(w, 200, answer)
}

// authorize is the person proving themselves at the issuer: what their browser
// is sent there with, and comes back with.
func (f *fake) authorize(to string) url.Values {
	f.t.Helper()
	u, err := url.Parse(to)
	if err != nil || !strings.HasPrefix(to, f.url()+"/authorize?") {
		f.t.Fatalf("the browser is sent to %q (%v)", to, err)
	}
	q := f.asks(u.Query())
	for name, want := range map[string]string{"response_type": "code", "client_id": clientID, "code_challenge_method": "S256"} {
		if q.Get(name) != want {
			f.t.Errorf("%s is %q, want %q", name, q.Get(name), want)
		}
	}
	for name, values := range f.wants {
		if !slices.Contains(values, q.Get(name)) {
			f.t.Errorf("%s is %q, and may be %q", name, q.Get(name), values)
		}
	}
	if u.Query().Get("tenant") != "a" {
		f.t.Errorf("the issuer's own part of the address is lost: %s", to)
	}
	if !strings.Contains(" "+q.Get("scope")+" ", " openid ") || len(q.Get("state")) < 22 || len(q.Get("nonce")) < 22 || len(q.Get("code_challenge")) != 43 {
		f.t.Errorf("asked for with %v", q)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	code := fmt.Sprintf("code-%d", len(f.codes)+f.asked["/token"])
	f.codes[code] = q
	return url.Values{"code": {code}, "state": {q.Get("state")}, "iss": {f.url()}}
}

// count says how often a path was asked for.
func (f *fake) count(path string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.asked[path]
}

// world is a host with two issuers, and a clock that the test moves.
type world struct {
	t            testing.TB
	cfg          Config
	bank, region *fake
	*Issuers

	mu  sync.Mutex
	now time.Time
}

func newWorld(t testing.TB, change ...func(*Config)) *world {
	t.Helper()
	w := &world{t: t, now: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)}
	w.bank, w.region = newFake(t, w.clock, httptest.NewServer), newFake(t, w.clock, httptest.NewServer)
	w.cfg = Config{Records: records.Memory(), Now: w.clock, Issuers: []Issuer{issuer("bank", w.bank.url()), issuer("region", w.region.url())},
		Redirect: func(id string) string { return "https://app.pods.example/app/external/" + id + "/callback" }}
	for _, c := range change {
		c(&w.cfg)
	}
	w.restart()
	return w
}

func issuer(id, at string) Issuer {
	return Issuer{ID: id, Name: "The " + id, URL: at, ClientID: clientID, Secret: account.NewSecret(secret)}
}

// restart is what a server does overnight: nothing but the records is left.
func (w *world) restart() {
	w.t.Helper()
	u, err := New(w.cfg)
	if err != nil {
		w.t.Fatal(err)
	}
	w.Issuers = u
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) wait(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// begin sends maria's browser to the bank.
func (w *world) begin(wish Wish) (to string, state account.Secret) {
	w.t.Helper()
	to, state, err := w.Begin(context.Background(), "bank", wish, browser)
	if err != nil {
		w.t.Fatalf("nothing is begun: %v", err)
	}
	return to, state
}

// finish brings it back.
func (w *world) finish(query url.Values, state account.Secret) (Answer, error) {
	w.t.Helper()
	a, err := w.Finish(context.Background(), "bank", query, state, browser)
	if err != nil && (a.Identity != account.Identity{} || a.Level != "") {
		w.t.Errorf("with %v there is an identity", err)
	}
	if err != nil {
		for _, canary := range []string{"canary", "maria", "http", secret} {
			if strings.Contains(err.Error(), canary) {
				w.t.Errorf("the error says %q", err)
			}
		}
	}
	return a, err
}

// signIn is the whole way.
func (w *world) signIn(wish Wish) (Answer, error) {
	w.t.Helper()
	to, state := w.begin(wish)
	return w.finish(w.bank.authorize(to), state)
}

// is checks which error came.
func is(t testing.TB, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: %v, want %v", what, err, want)
	}
}
