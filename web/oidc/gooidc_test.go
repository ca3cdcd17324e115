package oidc_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"skrin/internal/podtest"
)

// possessing puts a proof on what goes to the token endpoint, which is all that a library for OpenID Connect has to
// learn for us.
type possessing struct {
	a    *app
	next http.RoundTripper
}

func (p possessing) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.String() == p.a.w.at("/oidc/token") {
		r = r.Clone(r.Context())
		r.Header.Set("DPoP", p.a.proof(r.Method, r.URL.String(), "", nil))
	}
	return p.next.RoundTrip(r)
}

// The library that programs in Go sign in with finds us, exchanges a code, and believes the ID token, for the client
// that it is for and no other.
func TestGoOIDC(t *testing.T) {
	w := newWorld(t, podtest.House{})
	ctx := oidc.ClientContext(context.Background(), &http.Client{Transport: possessing{w.photos, http.DefaultTransport}})
	found, err := oidc.NewProvider(ctx, w.Provider.Issuer().String())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := oidc.NewProvider(ctx, w.Base[:len(w.Base)-1]); err == nil {
		t.Error("an issuer written differently is taken for the same")
	}
	conf := oauth2.Config{ClientID: w.photos.id, RedirectURL: w.photos.redirect, Endpoint: found.Endpoint(), Scopes: []string{oidc.ScopeOpenID, "webid", oidc.ScopeOfflineAccess}}
	code := w.photos.code()
	tokens, err := conf.Exchange(ctx, code, oauth2.VerifierOption(codeVerifier))
	if err != nil {
		t.Fatal(err)
	}
	raw, _ := tokens.Extra("id_token").(string)
	id, err := found.Verifier(&oidc.Config{ClientID: w.photos.id, SupportedSigningAlgs: []string{oidc.ES256}}).Verify(ctx, raw)
	if err != nil {
		t.Fatal(err)
	}
	var claims struct {
		WebID string `json:"webid"`
	}
	if err := id.Claims(&claims); err != nil || claims.WebID != w.maria.WebID.String() || id.Nonce != "n1" || id.Subject != claims.WebID {
		t.Errorf("%+v, %+v, %v", id, claims, err)
	}
	if _, err := found.Verifier(&oidc.Config{ClientID: w.diary.id, SupportedSigningAlgs: []string{oidc.ES256}}).Verify(ctx, raw); err == nil {
		t.Error("another client believes it")
	}
	if _, err := found.Verifier(&oidc.Config{ClientID: w.photos.id, SupportedSigningAlgs: []string{oidc.ES256}}).Verify(ctx, tokens.AccessToken); err == nil {
		t.Error("an access token is taken for an ID token")
	}
	again, err := conf.TokenSource(ctx, &oauth2.Token{RefreshToken: tokens.RefreshToken}).Token()
	if err != nil || again.AccessToken == tokens.AccessToken || again.RefreshToken == tokens.RefreshToken {
		t.Errorf("refreshed: %v", err)
	}
}
