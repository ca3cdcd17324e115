package oidc_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"skrin/internal/podtest"
	"skrin/pod"
)

// houses are the ways to build a house: pods and pages beside each other, and apart.
var houses = map[string]podtest.House{
	"paths":             {},
	"subdomains":        {Layout: pod.Subdomains},
	"a host of its own": {Host: "login.localhost"},
	"subdomains, apart": {Layout: pod.Subdomains, Host: "app.localhost"},
}

// The whole way of an app, in every house, with and without a restart between each step.
func TestSignInAndRead(t *testing.T) {
	for name, h := range houses {
		for _, restarts := range []bool{false, true} {
			t.Run(map[bool]string{false: name, true: name + ", with restarts"}[restarts], func(t *testing.T) {
				w := newWorld(t, h)
				w.restarts = restarts
				first := w.photos.signIn()
				if first.TokenType != "DPoP" || first.ExpiresIn != 600 || first.RefreshToken == "" {
					t.Errorf("%+v", first)
				}
				id := claims(t, first.IDToken)
				if id["iss"] != w.Provider.Issuer().String() || id["webid"] != w.maria.WebID.String() || id["nonce"] != "n1" {
					t.Error(id)
				}
				w.step()
				w.photos.get("/maria/health/", first.AccessToken).Want(200)
				w.photos.get("/bosse/health/", first.AccessToken).Want(403)
				w.step()
				second := w.tokens(w.photos.refresh(first.RefreshToken))
				w.step()
				w.photos.get("/maria/health/", second.AccessToken).Want(200)
				w.photos.get("/maria/health/", first.AccessToken).Want(200)
				w.step()
				w.photos.post("/oidc/revoke", url.Values{"token": {second.RefreshToken}, "client_id": {w.photos.id}}).Want(200)
				w.step()
				w.photos.get("/maria/health/", second.AccessToken).Want(401)
				w.photos.get("/maria/health/", first.AccessToken).Want(401)
				fails(t, "refreshed after it was revoked", w.photos.refresh(second.RefreshToken), 400, "invalid_grant")
			})
		}
	}
}

// What the endpoints say of themselves leads there.
func TestMetadata(t *testing.T) {
	for name, h := range houses {
		w := newWorld(t, h)
		text := w.Public().Get(w.at("/.well-known/openid-configuration")).Want(200).Has("Content-Type", "application/json").Has("Cache-Control", "max-age=3600").Body
		var doc map[string]any
		if err := json.Unmarshal([]byte(text), &doc); err != nil {
			t.Fatal(err)
		}
		issuer := w.Provider.Issuer().String()
		if doc["issuer"] != issuer || w.Public().Get(w.at("/.well-known/oauth-authorization-server")).Body != text {
			t.Errorf("%s: %s", name, text)
		}
		for name, value := range doc {
			where, is := value.(string)
			if !is || !strings.HasSuffix(name, "_endpoint") && name != "jwks_uri" {
				continue
			}
			if a := w.Public().Do("OPTIONS", where, ""); a.Status != 204 || !strings.HasPrefix(where, issuer) {
				t.Errorf("%s is %s: %d", name, where, a.Status)
			}
		}
		w.Public().Get(doc["jwks_uri"].(string)).Want(200).Has("Content-Type", "application/jwk-set+json").Says(`"kty":"RSA"`).Says(`"kty":"EC"`)
	}
}

// A script signs in by its secret, in the header and in the body.
func TestScript(t *testing.T) {
	w := newWorld(t, podtest.House{})
	info, secret, err := w.Provider.NewScript(w.maria.Account.ID, w.maria.WebID, "backup")
	if err != nil {
		t.Fatal(err)
	}
	script := &app{w: w, id: info.ID, key: newKey(t), authorize: []string{basic(info.ID, secret.Reveal())}}
	byHeader := w.tokens(script.post("/oidc/token", url.Values{"grant_type": {"client_credentials"}, "scope": {"webid"}}))
	w.Restart()
	script.get("/maria/health/", byHeader.AccessToken).Want(200)
	script.authorize = nil
	byBody := w.tokens(script.post("/oidc/token", url.Values{"grant_type": {"client_credentials"}, "client_id": {info.ID}, "client_secret": {secret.Reveal()}}))
	script.get("/maria/health/", byBody.AccessToken).Want(200)
	if byBody.RefreshToken != "" || byBody.IDToken != "" && claims(t, byBody.IDToken)["webid"] != w.maria.WebID.String() {
		t.Errorf("%+v", byBody)
	}
	if err := w.Provider.EndScript(w.maria.Account.ID, info.ID); err != nil {
		t.Fatal(err)
	}
	script.get("/maria/health/", byBody.AccessToken).Want(401)
}

// An access token ends by itself; so do a refresh token that nobody used and a code.
func TestEndsByItself(t *testing.T) {
	w := newWorld(t, podtest.House{})
	tokens, code := w.photos.signIn(), w.photos.code()
	w.Advance(10*time.Minute + time.Second)
	w.photos.get("/maria/health/", tokens.AccessToken).Want(401).Has("WWW-Authenticate", `error="invalid_token"`)
	fails(t, "an old code", w.photos.exchange(code), 400, "invalid_grant")
	w.Advance(45 * 24 * time.Hour)
	fails(t, "an old refresh token", w.photos.refresh(tokens.RefreshToken), 400, "invalid_grant")
}

// The key that the verifier got in the house itself is the one that is published; a new one is believed at once.
func TestKeysTurn(t *testing.T) {
	w := newWorld(t, podtest.House{Host: "login.localhost"})
	tokens := w.photos.signIn()
	w.photos.get("/maria/health/", tokens.AccessToken).Want(200)
	w.Advance(95 * 24 * time.Hour)
	if err := w.Provider.Tend(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.Advance(2 * time.Hour)
	fresh := w.photos.signIn()
	w.photos.get("/maria/health/", fresh.AccessToken).Want(200)
}
