package upstream

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"skrin/identity/account"
	"skrin/internal/jose"
)

// slack is how far the clock of an issuer may be from ours where it says when a
// person proved themselves.
const slack = 2 * time.Minute

// maxSubject is that of OpenID Connect Core, section 2.
const maxSubject = 255

// algorithms are those that an ID token may be signed with.
func algorithms() (all []string) {
	for _, a := range jose.Algorithms() {
		all = append(all, string(a))
	}
	return all
}

// claims is what an ID token says that holds.
type claims struct {
	subject string
	label   string
	acr     string
	proved  time.Time
}

// identity is the person, in the words of accounts.
func (c *claims) identity(i Issuer, t attempt) account.Identity {
	return account.Identity{Issuer: i.URL, Claim: i.subject(), Subject: c.subject, Label: c.label, Proved: c.proved, For: t.For}
}

// check looks at the ID token (OpenID Connect Core, section 3.1.3.7).
func (u *Issuers) check(ctx context.Context, p *party, m *metadata, t attempt, tokens *oauth2.Token) (*claims, error) {
	compact, _ := tokens.Extra("id_token").(string)
	s := &signature{keys: m.keys}
	verifier := oidc.NewVerifier(p.URL, s, &oidc.Config{ClientID: p.ClientID, SupportedSigningAlgs: algorithms(), Now: u.now})
	token, err := verifier.Verify(ctx, compact)
	switch {
	case errors.Is(s.err, ErrUnreachable):
		return nil, s.err
	case s.err != nil:
		return nil, fmt.Errorf("%w: its signature", ErrToken)
	case err != nil:
		return nil, fmt.Errorf("%w: its form, issuer, audience or time", ErrToken)
	}
	if token.AccessTokenHash != "" && token.VerifyAccessToken(tokens.AccessToken) != nil {
		return nil, fmt.Errorf("%w: at_hash", ErrToken)
	}
	if err := meant(s.token.Claims, p.ClientID, u.signer.derive(ofNonce, p.ID, t)); err != nil {
		return nil, err
	}
	return read(s.token.Claims, p.Issuer, t)
}

// meant says whether a token, of which we are an audience, was made for us and for this attempt.
func meant(o jose.Object, client, nonce string) error {
	audience, err1 := o.Texts("aud")
	azp, err2 := o.Text("azp")
	got, err3 := o.Text("nonce")
	if err := errors.Join(err1, err2, err3); err != nil {
		return fmt.Errorf("%w: %w", ErrToken, err)
	}
	if o.Has("azp") && azp != client || len(audience) > 1 && !o.Has("azp") {
		return fmt.Errorf("%w: made for somebody else", ErrToken)
	}
	if subtle.ConstantTimeCompare([]byte(got), []byte(nonce)) != 1 {
		return fmt.Errorf("%w: made for another sign-in", ErrToken)
	}
	return nil
}

// read takes from a token what we want to know.
func read(o jose.Object, i Issuer, t attempt) (*claims, error) {
	var c claims
	var err1, err2, err3 error
	c.subject, err1 = o.Text(i.subject())
	c.acr, err2 = o.Text("acr")
	c.proved, err3 = o.Instant("auth_time")
	if err := errors.Join(err1, err2, err3); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrToken, err)
	}
	if c.subject == "" || len(c.subject) > maxSubject {
		return nil, fmt.Errorf("%w: it names nobody, or too long", ErrToken)
	}
	if levels := i.levels(); len(levels) > 0 && !slices.Contains(levels, c.acr) {
		return nil, ErrLevel
	}
	old := c.proved.Before(time.Unix(t.Begun, 0).Add(-slack))
	if t.Fresh && old || t.For != "" && old && !c.proved.IsZero() { // a step-up misses the time; to link, an old one is enough to say no
		return nil, ErrStale
	}
	for _, name := range []string{"name", "preferred_username", "email"} {
		if label, err := o.Text(name); err == nil && c.label == "" && shown(label) {
			c.label = label
		}
	}
	return &c, nil
}
