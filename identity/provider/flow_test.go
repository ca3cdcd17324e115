package provider

import (
	"context"
	"encoding/base64"
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"skrin/acl"
	"skrin/identity"
	"skrin/internal/jose"
	"skrin/linkeddata"
)

// From the request to the resource, and on through refreshing and revoking.
func TestWholeWay(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		ctx, phone := context.Background(), w.device()
		r, err := w.p().Begin(ctx, query("prompt", "consent"))
		if err != nil {
			t.Fatal(err)
		}
		if step, err := w.p().Next(r, Subject{}); step != SignIn || err != nil {
			t.Fatalf("nobody is signed in: %v, %v", step, err)
		}
		ticket, err := w.p().Ticket(r)
		if err != nil {
			t.Fatal(err)
		}
		w.move(5 * time.Minute)
		if r, err = w.p().Resume(ctx, ticket); err != nil {
			t.Fatal(err)
		}
		who := w.signedIn()
		if step, err := w.p().Next(r, who); step != Consent || err != nil {
			t.Fatalf("not asked yet: %v, %v", step, err)
		}
		to, err := w.p().Allow(r, who)
		if err != nil {
			t.Fatal(err)
		}
		answer := answerOf(t, to)
		if !strings.HasPrefix(to, callback+"?") || answer.Get("state") != "s1" || answer.Get("iss") != issuerURL || len(answer.Get("code")) < 43 {
			t.Fatalf("answered at %s", to)
		}
		tokens, err := phone.exchange(answer.Get("code"))
		if err != nil {
			t.Fatal(err)
		}
		checkTokens(t, w, phone, tokens)
		for range 3 {
			w.move(9 * time.Minute)
			next, err := phone.refresh(tokens.RefreshToken)
			if err != nil {
				t.Fatal(err)
			}
			if next.RefreshToken == tokens.RefreshToken || next.IDToken == "" {
				t.Error("refreshing gives the same refresh token, or no ID token")
			}
			if err := phone.uses(next.AccessToken); err != nil {
				t.Errorf("after refreshing: %v", err)
			}
			tokens = next
		}
		if err := w.p().Revoke(ctx, url.Values{"token": {tokens.RefreshToken}, "client_id": {photos}}, nil); err != nil {
			t.Fatal(err)
		}
		if err := phone.uses(tokens.AccessToken); !errors.Is(err, identity.ErrToken) {
			t.Errorf("revoked, and yet: %v", err)
		}
		_, err = phone.refresh(tokens.RefreshToken)
		refused(t, "refresh after revoking", err, InvalidGrant, false)
	})
}

// checkTokens holds what was issued against the verifier and the standards.
func checkTokens(t *testing.T, w *world, d *device, tokens *Tokens) {
	t.Helper()
	agent, err := w.v.Verify(context.Background(), identity.Proof{
		Authorization: []string{"DPoP " + tokens.AccessToken}, DPoP: []string{d.proof("GET", resource, tokens.AccessToken)}, Method: "GET", URL: resource,
	})
	want := acl.Agent{WebID: maria, Client: linkeddata.MustIRI(photos), Issuer: linkeddata.MustIRI(issuerURL)}
	if err != nil || agent != want {
		t.Fatalf("the verifier says %v, %v", agent, err)
	}
	if err := w.device().uses(tokens.AccessToken); !errors.Is(err, identity.ErrProof) {
		t.Errorf("with another key: %v", err)
	}
	if err := d.uses(tokens.IDToken); !errors.Is(err, identity.ErrToken) {
		t.Errorf("the ID token as an access token: %v", err)
	}
	if tokens.TokenType != "DPoP" || tokens.ExpiresIn != 600 || tokens.Scope != "openid webid offline_access" {
		t.Errorf("%s, %d s, %s", tokens.TokenType, tokens.ExpiresIn, tokens.Scope)
	}
	id := w.open(tokens.IDToken)
	aud, _ := id.Claims.Texts("aud")
	at, _ := id.Claims.Instant("auth_time")
	for name, want := range map[string]string{"iss": issuerURL, "sub": maria.String(), "webid": maria.String(), "azp": photos, "nonce": "n1"} {
		if said, _ := id.Claims.Text(name); said != want {
			t.Errorf("ID token: %s is %q", name, said)
		}
	}
	if !slices.Equal(aud, []string{photos, "solid"}) || !at.Equal(w.now()) || id.Algorithm != jose.ES256 {
		t.Errorf("ID token: aud %q, auth_time %v, %s", aud, at, id.Algorithm)
	}
}

// open reads a token of ours with the published keys.
func (w *world) open(token string) *jose.Signed {
	w.t.Helper()
	signed, err := jose.Parse(token)
	if err != nil {
		w.t.Fatal(err)
	}
	data, err := w.p().JWKS()
	if err != nil {
		w.t.Fatal(err)
	}
	keys, err := jose.ParseKeySet(data)
	if err != nil || keys.Verify(signed) != nil {
		w.t.Fatalf("not signed with a published key: %v", err)
	}
	return signed
}

// Who was asked once is not asked again: the silent way, with prompt=none.
func TestSilently(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		w.device().signIn()
		w.move(time.Hour)
		who := w.signedIn()
		who.AuthTime = w.now().Add(-30 * time.Minute)
		for _, change := range [][]string{nil, {"prompt", "none"}, {"scope", "openid"}, {"max_age", "1800"}} {
			r := w.begin(change...)
			if step, err := w.p().Next(r, who); step != Ready || err != nil {
				t.Errorf("%v: %v, %v", change, step, err)
				continue
			}
			to, err := w.p().Answer(r, who)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w.device().exchange(answerOf(t, to).Get("code")); err != nil {
				t.Error(err)
			}
		}
	})
}

// Registered clients have a secret, and refresh with whatever key they have then.
func TestRegisteredClient(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		reg, err := w.p().Register([]byte(`{"redirect_uris":["http://localhost:3000/cb"],"client_name":"Dev\u202e app",
			"id_token_signed_response_alg":"RS256","grant_types":["authorization_code","refresh_token"]}`), "here")
		if err != nil {
			t.Fatal(err)
		}
		if reg.Name != "Dev app" || reg.Method != authBasic || reg.Expires == nil || *reg.Expires != w.now().Add(clientLife).Unix() {
			t.Errorf("%+v", reg)
		}
		code := w.allowed("client_id", reg.ID, "redirect_uri", "http://localhost:3000/cb")
		basic := "Basic " + b64(url.QueryEscape(reg.ID)+":"+url.QueryEscape(reg.Secret))
		form := url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {"http://localhost:3000/cb"}, "code_verifier": {verifier}}
		tokens, err := w.device().token(form, basic)
		if err != nil {
			t.Fatal(err)
		}
		if w.open(tokens.IDToken).Algorithm != jose.RS256 {
			t.Error("the ID token is not signed as was asked")
		}
		other := w.device()
		tokens, err = other.token(url.Values{"grant_type": {"refresh_token"}, "refresh_token": {tokens.RefreshToken}, "client_id": {reg.ID}, "client_secret": {reg.Secret}})
		if err != nil {
			t.Fatal(err)
		}
		if err := other.uses(tokens.AccessToken); err != nil {
			t.Error(err)
		}
		_, err = other.token(url.Values{"grant_type": {"refresh_token"}, "refresh_token": {tokens.RefreshToken}, "client_id": {reg.ID}})
		refused(t, "refresh without the secret", err, InvalidClient, false)
		w.move(100 * 24 * time.Hour)
		if _, err := w.p().Client(context.Background(), reg.ID); err != nil {
			t.Errorf("in use, and gone after 100 days: %v", err)
		}
	})
}

func TestScript(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		info, secret, err := w.p().NewScript("account-m", maria, "nightly")
		if err != nil {
			t.Fatal(err)
		}
		machine := w.device()
		form := url.Values{"grant_type": {"client_credentials"}, "scope": {"openid webid"}}
		tokens, err := machine.token(form, "Basic "+b64(info.ID+":"+secret.Reveal()))
		if err != nil {
			t.Fatal(err)
		}
		if tokens.IDToken != "" || tokens.RefreshToken != "" || tokens.Family.Account != "account-m" {
			t.Errorf("%+v", tokens)
		}
		if err := machine.uses(tokens.AccessToken); err != nil {
			t.Error(err)
		}
		if all, err := w.p().Scripts("account-m"); err != nil || len(all) != 1 || all[0].Name != "nightly" || !all[0].Used.Equal(w.now()) {
			t.Errorf("%+v, %v", all, err)
		}
		if err := w.p().EndScript("account-other", info.ID); !errors.Is(err, ErrNone) {
			t.Errorf("somebody else ends it: %v", err)
		}
		if err := w.p().EndScript("account-m", info.ID); err != nil {
			t.Fatal(err)
		}
		if err := machine.uses(tokens.AccessToken); !errors.Is(err, identity.ErrToken) {
			t.Errorf("ended, and yet: %v", err)
		}
		_, err = machine.token(form, "Basic "+b64(info.ID+":"+secret.Reveal()))
		refused(t, "an ended script", err, InvalidClient, false)
	})
}

func TestUnusualRedirects(t *testing.T) {
	w := newWorld(t)
	for _, redirect := range []string{"http://127.0.0.1:52413/cb", "http://127.0.0.1/cb", "org.example.diary:/cb"} {
		r := w.begin("client_id", diary, "redirect_uri", redirect)
		to, err := w.p().Allow(r, w.signedIn())
		if err != nil || !strings.HasPrefix(to, redirect+"?") {
			t.Errorf("%s: %s, %v", redirect, to, err)
		}
		if step, err := w.p().Next(w.begin("client_id", diary, "redirect_uri", redirect), w.signedIn()); step != Consent || err != nil {
			t.Errorf("%s: nobody can know which app is there, and yet: %v, %v", redirect, step, err)
		}
	}
	to, err := w.p().Allow(w.begin("redirect_uri", "https://photos.example/other?x=1"), w.signedIn())
	if err != nil || !strings.HasPrefix(to, "https://photos.example/other?x=1&code=") {
		t.Errorf("with a query: %s, %v", to, err)
	}
	if !strings.Contains(w.begin().Deny(), "error=access_denied") {
		t.Error(w.begin().Deny())
	}
}

func b64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
