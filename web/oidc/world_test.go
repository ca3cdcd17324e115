package oidc_test

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/url"
	"strings"
	"testing"

	"skrin/identity/provider"
	"skrin/internal/jose"
	"skrin/internal/podtest"
	"skrin/web"
)

const codeVerifier = "a-verifier-of-forty-three-characters-or-more"

// world is a house over HTTP, with Maria and Bo living there, and two apps whose documents lie elsewhere.
type world struct {
	*podtest.World
	t         testing.TB
	restarts  bool // the house is started anew between each two steps
	maria, bo podtest.Resident
	photos    *app
	diary     *app
}

func newWorld(t testing.TB, h podtest.House, change ...func(*web.Config)) *world {
	t.Helper()
	w := &world{World: podtest.NewHouse(t, h, change...), t: t}
	w.maria, w.bo = w.Settle("maria"), w.Settle("bosse")
	w.photos = w.app("photos", nil)
	w.diary = w.app("diary", map[string]any{"redirect_uris": []string{"https://diary.example/cb", "http://127.0.0.1/cb", "http://localhost:7000/cb", "org.example.diary:/cb"}})
	return w
}

// step is what happens between two steps of a flow.
func (w *world) step() {
	if w.restarts {
		w.Restart()
	}
}

// app is a client with a key, on one device.
type app struct {
	w            *world
	id, redirect string
	authorize    []string // Authorization header, for clients with a secret
	key          *jose.PrivateKey
}

// app publishes the document of a client, with something changed.
func (w *world) app(name string, change map[string]any) *app {
	w.t.Helper()
	a := &app{w: w, id: w.Issuer.URL("/apps/" + name), redirect: "https://" + name + ".example/cb", key: newKey(w.t)}
	doc := map[string]any{
		"@context":                  []string{"https://www.w3.org/ns/solid/oidc-context.jsonld"},
		"client_id":                 a.id,
		"client_name":               name,
		"redirect_uris":             []string{a.redirect, a.redirect + "?x=1"},
		"post_logout_redirect_uris": []string{"https://" + name + ".example/bye"},
		"logo_uri":                  w.Issuer.URL("/inner/logo"),
		"jwks_uri":                  w.Issuer.URL("/inner/jwks"),
		"policy_uri":                w.Issuer.URL("/inner/policy"),
		"tos_uri":                   w.Issuer.URL("/inner/tos"),
		"grant_types":               []string{"authorization_code", "refresh_token"},
		"response_types":            []string{"code"},
		"scope":                     "openid webid offline_access",
	}
	maps.Copy(doc, change)
	text, err := json.Marshal(doc)
	if err != nil {
		w.t.Fatal(err)
	}
	w.Issuer.Publish("/apps/"+name, "application/ld+json", string(text))
	return a
}

// elsewhere is the same app on another device.
func (a *app) elsewhere() *app {
	other := *a
	other.key = newKey(a.w.t)
	return &other
}

func newKey(t testing.TB) *jose.PrivateKey {
	t.Helper()
	key, err := jose.GenerateKey(jose.ES256)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// alter changes parameters: name, value, name, value. The value "-" takes one out; a name twice sends it twice.
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

func hashed(s string) string {
	sum := sha256.Sum256([]byte(s))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// request is a good authorization request, with parameters changed.
func (a *app) request(change ...string) url.Values {
	return alter(url.Values{
		"client_id": {a.id}, "redirect_uri": {a.redirect}, "response_type": {"code"}, "scope": {"openid webid offline_access"},
		"state": {"s1"}, "nonce": {"n1"}, "code_challenge": {hashed(codeVerifier)}, "code_challenge_method": {"S256"},
	}, change)
}

// at is an address of the provider.
func (w *world) at(path string) string { return w.DeskURL(path) }

// cookie is the header field of a browser where somebody is signed in.
func (w *world) cookie(who podtest.Resident) []string {
	return []string{"Cookie", "skrin-session=" + who.Token.Reveal()}
}

// begin asks for authorization, and gives the ticket.
func (a *app) begin(change ...string) string {
	a.w.t.Helper()
	to := a.w.Public().Get(a.w.at("/oidc/authorize?" + a.request(change...).Encode())).Want(303).Header.Get("Location")
	ticket, there := strings.CutPrefix(to, a.w.at("/app/authorize")+"?request=")
	if !there {
		a.w.t.Fatalf("sent to %q", to)
	}
	return ticket
}

// allow is what the pages do when somebody who is signed in says yes.
func (w *world) allow(ticket string, who podtest.Resident) url.Values {
	w.t.Helper()
	ticket, err := url.QueryUnescape(ticket)
	if err != nil {
		w.t.Fatal(err)
	}
	r, err := w.Provider.Resume(context.Background(), ticket)
	if err != nil {
		w.t.Fatal(err)
	}
	to, err := w.Provider.Allow(r, who.Subject())
	if err != nil {
		w.t.Fatal(err)
	}
	u, err := url.Parse(to)
	if err != nil {
		w.t.Fatal(err)
	}
	return u.Query()
}

// code is one that Maria gave the app.
func (a *app) code(change ...string) string {
	a.w.t.Helper()
	ticket := a.begin(change...)
	a.w.step()
	return a.w.allow(ticket, a.w.maria).Get("code")
}

// proof is one of possession, with something changed.
func (a *app) proof(method, to, token string, change func(header, claims map[string]any)) string {
	a.w.t.Helper()
	header := map[string]any{"typ": "dpop+jwt", "alg": "ES256", "jwk": a.key.Public()}
	claims := map[string]any{"htm": method, "htu": to, "iat": a.w.Now().Unix(), "jti": rand.Text()}
	if token != "" {
		claims["ath"] = hashed(token)
	}
	if change != nil {
		change(header, claims)
	}
	return signed(a.w.t, a.key, header, claims)
}

func signed(t testing.TB, key *jose.PrivateKey, header, claims map[string]any) string {
	t.Helper()
	h, err1 := json.Marshal(header)
	c, err2 := json.Marshal(claims)
	text, err3 := key.SignBytes(h, c)
	if err1 != nil || err2 != nil || err3 != nil {
		t.Fatal(err1, err2, err3)
	}
	return text
}

// post sends a form with a fresh proof. fields come after, or in place of, those that a good request has.
func (a *app) post(path string, form url.Values, fields ...string) *podtest.Answer {
	a.w.t.Helper()
	fields = append([]string{"Content-Type", "application/x-www-form-urlencoded", "DPoP", a.proof("POST", a.w.at("/oidc/token"), "", nil)}, fields...)
	for _, line := range a.authorize {
		fields = append(fields, "Authorization", line)
	}
	return a.w.Public().Do("POST", a.w.at(path), form.Encode(), fields...)
}

// exchange redeems a code, with parameters changed.
func (a *app) exchange(code string, change ...string) *podtest.Answer {
	a.w.t.Helper()
	return a.post("/oidc/token", a.exchanging(code, change...))
}

func (a *app) exchanging(code string, change ...string) url.Values {
	return alter(url.Values{
		"grant_type": {"authorization_code"}, "code": {code}, "client_id": {a.id}, "redirect_uri": {a.redirect}, "code_verifier": {codeVerifier},
	}, change)
}

func (a *app) refresh(token string, change ...string) *podtest.Answer {
	a.w.t.Helper()
	return a.post("/oidc/token", alter(url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}, "client_id": {a.id}}, change))
}

// tokens reads an answer of the token endpoint.
func (w *world) tokens(a *podtest.Answer) provider.Tokens {
	w.t.Helper()
	var t provider.Tokens
	if err := json.Unmarshal([]byte(a.Want(200).Body), &t); err != nil {
		w.t.Fatal(err)
	}
	return t
}

// signIn is the whole way of an app.
func (a *app) signIn(change ...string) provider.Tokens {
	a.w.t.Helper()
	code := a.code(change...)
	a.w.step()
	return a.w.tokens(a.exchange(code))
}

// get asks for something with an access token and a proof.
func (a *app) get(path, token string) *podtest.Answer {
	a.w.t.Helper()
	to := a.w.URL(path)
	return a.w.Public().Get(to, "Authorization", "DPoP "+token, "DPoP", a.proof("GET", to, token, nil))
}

// fails checks that an answer is an error of this status and code, in JSON and not to be kept.
func fails(t testing.TB, name string, a *podtest.Answer, status int, code string) {
	t.Helper()
	var e struct {
		Error       string `json:"error"`
		Description string `json:"error_description"`
	}
	err := json.Unmarshal([]byte(a.Body), &e)
	if a.Status != status || err != nil || e.Error != code || e.Description == "" {
		t.Errorf("%s: %d %s; want %d %s", name, a.Status, a.Body, status, code)
	}
	if a.Header.Get("Cache-Control") != "no-store" || a.Header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("%s: the header is %v", name, a.Header)
	}
}

// claims are those of a token, without looking at the signature.
func claims(t testing.TB, token string) map[string]any {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatalf("not a token: %q", token)
	}
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	c := map[string]any{}
	if err == nil {
		err = json.Unmarshal(text, &c)
	}
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// basic is a client's secret as a header.
func basic(id, secret string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(url.QueryEscape(id)+":"+url.QueryEscape(secret)))
}
