package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"skrin/internal/podtest/issuer"
	"skrin/internal/podtest/pages"
	"skrin/linkeddata"
)

// A program asks for tokens and uses them, as somebody's script or as an app.
type program struct {
	t          *testing.T
	at         *visitor // whose connection it has
	key        *issuer.Person
	desk       string
	id, secret string
	refresh    string
}

// keyOf gives a key that signs proofs.
func keyOf(t *testing.T) *issuer.Person {
	t.Helper()
	i, err := issuer.New(issuer.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { i.Close() })
	nobody := linkeddata.MustIRI("https://nobody.example/")
	key, err := i.Vouch(nobody, nobody)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// token asks as a script does.
func (p *program) token() string {
	p.t.Helper()
	token := p.exchange(url.Values{"grant_type": {"client_credentials"}, "scope": {"webid"}})
	if token == "" {
		p.t.Fatalf("no token: %d %s", p.at.code, p.at.page)
	}
	return token
}

// exchange asks the token endpoint; "" when it is refused.
func (p *program) exchange(form url.Values) string {
	p.t.Helper()
	if p.secret == "" {
		form.Set("client_id", p.id)
	}
	req, err := http.NewRequest("POST", p.desk+"oidc/token", strings.NewReader(form.Encode()))
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if p.secret != "" {
		req.SetBasicAuth(url.QueryEscape(p.id), url.QueryEscape(p.secret))
	}
	proof, err := p.key.ProofWith("POST", p.desk+"oidc/token", "", func(_, claims issuer.Parts) { delete(claims, "ath") })
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("DPoP", proof)
	var got struct {
		Access  string `json:"access_token"`
		Refresh string `json:"refresh_token"`
	}
	if err := json.Unmarshal([]byte(p.at.load(req).page), &got); err != nil {
		p.t.Fatalf("the token endpoint: %d %s", p.at.code, p.at.page)
	}
	p.refresh = got.Refresh
	return got.Access
}

// reads asks for something with a token.
func (p *program) reads(address, token string) int {
	p.t.Helper()
	req, err := http.NewRequest("GET", address, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	proof, err := p.key.Proof("GET", address, token)
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Authorization", "DPoP "+token)
	req.Header.Set("DPoP", proof)
	return p.at.load(req).code
}

// register makes the program known to the issuer, as apps do that have no document.
func (p *program) register(redirect string) {
	p.t.Helper()
	req, err := http.NewRequest("POST", p.desk+"oidc/register", strings.NewReader(`{"client_name":"A diary","redirect_uris":["`+redirect+`"],
		"grant_types":["authorization_code","refresh_token"],"response_types":["code"],"token_endpoint_auth_method":"none"}`))
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	var got struct {
		ID string `json:"client_id"`
	}
	if err := json.Unmarshal([]byte(p.at.load(req).page), &got); err != nil || got.ID == "" {
		p.t.Fatalf("registering: %d %s", p.at.code, p.at.page)
	}
	p.id = got.ID
}

// app signs Maria in to an app, twice: it ends when the host signs her out everywhere, whether she is still signed in
// herself or has left.
func (p *place) app(t *testing.T, maria *visitor, desk, card string) {
	t.Helper()
	private := strings.TrimSuffix(card, "profile/card") + "health/"
	for _, leaves := range []bool{false, true} {
		diary := &program{t: t, at: maria, desk: desk, key: keyOf(t)}
		token := diary.signIn()
		refresh, told := diary.refresh, "1 browser and 1 app"
		if leaves {
			maria.get(desk + "app/sign-out").fill(map[string]string{"token": pages.Forms(maria.page)[0].Fields["token"]})
			told = "0 browsers and 1 app"
		}
		if status := diary.reads(private, token); status != 200 || refresh == "" {
			t.Fatalf("the app: %d, a refresh token: %v", status, refresh != "")
		}
		if _, said := p.skrin(exitDone, "", "account", "sign-out", "maria"); !strings.Contains(said, told) {
			t.Errorf("signed out: %q", said)
		}
		if status := diary.reads(private, token); status != 401 {
			t.Errorf("the app, when she was signed out: %d", status)
		}
		if diary.exchange(url.Values{"grant_type": {"refresh_token"}, "refresh_token": {refresh}}) != "" {
			t.Error("the app gets new tokens after she was signed out")
		}
		maria.get(desk + "app/home").on("app/sign-in").fill(map[string]string{"name": "maria", "password": password}).on("app/home")
	}
}

// signIn is what an app does when its visitor wants to sign in with it, and says yes.
func (p *program) signIn() (token string) {
	p.t.Helper()
	const redirect, verifier = "https://diary.example/back", "a-verifier-that-is-long-enough-for-everybody-who-asks"
	p.register(redirect)
	sum := sha256.Sum256([]byte(verifier))
	p.at.get(p.desk + "oidc/authorize?" + url.Values{
		"response_type": {"code"}, "client_id": {p.id}, "redirect_uri": {redirect}, "scope": {"openid webid offline_access"}, "prompt": {"consent"},
		"state": {"x"}, "code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])}, "code_challenge_method": {"S256"},
	}.Encode()).on("app/authorize").fill(map[string]string{"answer": "allow"})
	code := p.at.at.Query().Get("code")
	if p.at.at.Host != "diary.example" || code == "" {
		p.t.Fatalf("the browser is at %s: %s", p.at.at, p.at.text())
	}
	return p.exchange(url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {redirect}, "code_verifier": {verifier}})
}

// shown is the text of the element with an id.
func (v *visitor) shown(id string) string {
	v.t.Helper()
	_, rest, found := strings.Cut(v.page, `id="`+id+`">`)
	text, _, _ := strings.Cut(rest, "<")
	if !found {
		v.t.Fatalf("at %s there is no %s: %s", v.at, id, v.text())
	}
	return text
}
