package console_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"skrin/internal/podtest"
	"skrin/internal/podtest/issuer"
)

// app is a Solid app with a document that says who it is, as it runs somewhere else.
type app struct {
	t        testing.TB
	w        *podtest.World
	key      *issuer.Person // its key alone
	ID       string
	redirect string
	verifier string
	state    string
	tokens   map[string]any
}

// newApp publishes an app. change alters its document.
func newApp(t testing.TB, w *podtest.World, name string, change ...func(map[string]any)) *app {
	t.Helper()
	a := &app{t: t, w: w, key: w.As("the key of " + name).Signer, ID: w.Issuer.URL("/apps/" + name), redirect: "https://" + name + ".example/back"}
	doc := map[string]any{
		"@context": []string{"https://www.w3.org/ns/solid/oidc-context.jsonld"}, "client_id": a.ID, "client_name": "The " + name,
		"redirect_uris": []string{a.redirect}, "post_logout_redirect_uris": []string{"https://" + name + ".example/bye"},
		"scope": "openid webid offline_access", "grant_types": []string{"authorization_code", "refresh_token"}, "response_types": []string{"code"},
		"token_endpoint_auth_method": "none",
	}
	for _, c := range change {
		c(doc)
	}
	text, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	a.redirect = doc["redirect_uris"].([]string)[0]
	w.Issuer.Publish("/apps/"+name, "application/ld+json", string(text))
	return a
}

// registers gives the app a name by registration instead.
func (a *app) registers() {
	a.t.Helper()
	text, err := json.Marshal(map[string]any{"client_name": "The watch", "redirect_uris": []string{a.redirect}, "token_endpoint_auth_method": "none"})
	a.must(err)
	res, err := a.http().Post(a.w.DeskURL("/oidc/register"), "application/json", bytes.NewReader(text))
	a.must(err)
	defer res.Body.Close()
	var made struct {
		ID string `json:"client_id"`
	}
	a.must(json.NewDecoder(res.Body).Decode(&made))
	if a.ID = made.ID; made.ID == "" {
		a.t.Fatalf("not registered: %d", res.StatusCode)
	}
}

// asks gives the address that the app sends a browser to. pairs add to it.
func (a *app) asks(pairs ...string) string {
	a.verifier, a.state = random(), random()
	sum := sha256.Sum256([]byte(a.verifier))
	q := url.Values{
		"response_type": {"code"}, "client_id": {a.ID}, "redirect_uri": {a.redirect}, "scope": {"openid webid"}, "state": {a.state},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])}, "code_challenge_method": {"S256"},
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	return a.w.DeskURL("/oidc/authorize") + "?" + q.Encode()
}

func random() string {
	b := make([]byte, 32)
	rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}

// answer reads what a browser came back with.
func (a *app) answer(left string) url.Values {
	a.t.Helper()
	back, err := url.Parse(left)
	if joint := left[min(len(left), len(a.redirect)):]; err != nil || !strings.HasPrefix(left, a.redirect) || joint == "" || joint[0] != '?' && joint[0] != '&' {
		a.t.Fatalf("the browser came to %q, not back to the app", left)
	}
	q := back.Query()
	if q.Get("state") != a.state || q.Get("iss") != a.w.Provider.Issuer().String() {
		a.t.Fatalf("came back with %v", q)
	}
	return q
}

// exchange turns the code of an answer into tokens.
func (a *app) exchange(left string) *app {
	a.t.Helper()
	if status := a.redeem(left); status != http.StatusOK {
		a.t.Fatalf("no tokens: %d %v", status, a.tokens)
	}
	return a
}

// redeem is exchange, and gives the status.
func (a *app) redeem(left string) int {
	a.t.Helper()
	code := a.answer(left).Get("code")
	if code == "" {
		a.t.Fatalf("no code: %s", left)
	}
	return a.token(url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {a.redirect}, "client_id": {a.ID}, "code_verifier": {a.verifier}})
}

// refresh gets new tokens, and gives the status.
func (a *app) refresh() int {
	a.t.Helper()
	refresh, _ := a.tokens["refresh_token"].(string)
	return a.token(url.Values{"grant_type": {"refresh_token"}, "refresh_token": {refresh}, "client_id": {a.ID}})
}

func (a *app) token(form url.Values) int {
	a.t.Helper()
	to := a.w.DeskURL("/oidc/token")
	req, err := http.NewRequest(http.MethodPost, to, strings.NewReader(form.Encode()))
	a.must(err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	proof, err := a.key.ProofWith(http.MethodPost, to, "", func(_, claims issuer.Parts) { delete(claims, "ath") })
	a.must(err)
	req.Header.Set("DPoP", proof)
	res, err := a.http().Do(req)
	a.must(err)
	defer res.Body.Close()
	was := a.tokens
	a.tokens = nil
	a.must(json.NewDecoder(res.Body).Decode(&a.tokens))
	if res.StatusCode != http.StatusOK && was != nil {
		a.tokens = was
	}
	return res.StatusCode
}

// reads asks for something in a pod with the app's token, and gives the status.
func (a *app) reads(path string) int {
	a.t.Helper()
	return a.does(http.MethodGet, path)
}

// does asks for something with a text for a body, and gives the status.
func (a *app) does(method, path string) int {
	a.t.Helper()
	to := a.w.URL(path)
	req, err := http.NewRequest(method, to, strings.NewReader("a text"))
	a.must(err)
	if method == http.MethodGet {
		req.Body, req.ContentLength = nil, 0
	}
	req.Header.Set("Content-Type", "text/plain")
	token, _ := a.tokens["access_token"].(string)
	proof, err := a.key.Proof(method, to, token)
	a.must(err)
	req.Header.Set("Authorization", "DPoP "+token)
	req.Header.Set("DPoP", proof)
	res, err := a.http().Do(req)
	a.must(err)
	res.Body.Close()
	return res.StatusCode
}

func (a *app) http() *http.Client {
	dial := func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, a.w.Address)
	}
	return &http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: dial}}
}

func (a *app) must(err error) {
	a.t.Helper()
	if err != nil {
		a.t.Fatal(err)
	}
}
