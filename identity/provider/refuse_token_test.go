package provider

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"skrin/identity"
)

// What an exchange must not be. Each case has a code of its own, and each refused use is the code's last.
func TestExchangesRefused(t *testing.T) {
	w := newWorld(t)
	phone, thief := w.device(), w.device()
	for _, test := range []struct {
		name, code string
		asked      []string // of the request
		change     []string // of the exchange
		wait       time.Duration
		by         *device
		spent      bool // the code is gone afterwards
	}{
		{"another code", InvalidGrant, nil, []string{"code", "x"}, 0, phone, false},
		{"no code", InvalidGrant, nil, []string{"code", "-"}, 0, phone, false},
		{"two codes", InvalidRequest, nil, []string{"code", "x", "code", "y"}, 0, phone, false},
		{"another client", InvalidGrant, nil, []string{"client_id", diary}, 0, phone, true},
		{"an unknown client", InvalidClient, nil, []string{"client_id", "client-x"}, 0, phone, false},
		{"no client", InvalidClient, nil, []string{"client_id", "-"}, 0, phone, false},
		{"a secret of a client that has none", InvalidClient, nil, []string{"client_secret", "x"}, 0, phone, false},
		{"a client assertion", InvalidClient, nil, []string{"client_assertion", "x.y.z"}, 0, phone, false},
		{"another redirect", InvalidGrant, nil, []string{"redirect_uri", "https://photos.example/other?x=1"}, 0, phone, true},
		{"no redirect", InvalidGrant, nil, []string{"redirect_uri", "-"}, 0, phone, true},
		{"another verifier", InvalidGrant, nil, []string{"code_verifier", verifier + "x"}, 0, phone, true},
		{"no verifier", InvalidGrant, nil, []string{"code_verifier", "-"}, 0, phone, true},
		{"the challenge as verifier", InvalidGrant, nil, []string{"code_verifier", challenge(verifier)}, 0, phone, true},
		{"a short verifier", InvalidGrant, []string{"code_challenge", challenge("short")}, []string{"code_verifier", "short"}, 0, phone, true},
		{"another key", InvalidGrant, []string{"dpop_jkt", phone.jkt()}, nil, 0, thief, true},
		{"too late", InvalidGrant, nil, nil, codeLife, phone, true},
		{"no grant_type", InvalidRequest, nil, []string{"grant_type", "-"}, 0, phone, false},
		{"the password grant", UnsupportedGrant, nil, []string{"grant_type", "password"}, 0, phone, false},
		{"client credentials of an app", UnauthorizedClient, nil, []string{"grant_type", "client_credentials"}, 0, phone, false},
		{"two clients", InvalidRequest, nil, []string{"client_id", photos, "client_id", diary}, 0, phone, false},
	} {
		code := w.allowed(test.asked...)
		w.move(test.wait)
		_, err := test.by.exchange(code, test.change...)
		refused(t, test.name, err, test.code, false)
		_, err = phone.exchange(code)
		if test.spent {
			refused(t, test.name+", and then rightly", err, InvalidGrant, false)
		} else if err != nil {
			t.Errorf("%s, and then rightly: %v", test.name, err)
		}
		w.move(time.Minute)
	}
	_, err := w.p().Token(context.Background(), TokenRequest{Form: url.Values{
		"grant_type": {"authorization_code"}, "code": {w.allowed()}, "client_id": {photos}, "redirect_uri": {callback}, "code_verifier": {verifier},
	}})
	refused(t, "no proof of possession", err, InvalidProof, false)
}

// How clients with a secret must not authenticate.
func TestAuthenticationRefused(t *testing.T) {
	w := newWorld(t)
	phone := w.device()
	info, secret, err := w.p().NewScript("account-m", maria, "x")
	if err != nil {
		t.Fatal(err)
	}
	good := "Basic " + b64(info.ID+":"+secret.Reveal())
	for _, test := range []struct {
		name, code string
		change     []string
		headers    []string
	}{
		{"no secret", InvalidClient, []string{"client_id", info.ID}, nil},
		{"an empty secret", InvalidClient, nil, []string{"Basic " + b64(info.ID+":")}},
		{"another secret", InvalidClient, nil, []string{"Basic " + b64(info.ID+":"+newSecret().Reveal())}},
		{"another name", InvalidClient, nil, []string{"Basic " + b64("script-x:"+secret.Reveal())}},
		{"the hash as the secret", InvalidClient, nil, []string{"Basic " + b64(info.ID+":"+hashOf(secret.Reveal()))}},
		{"twice the header", InvalidClient, nil, []string{good, good}},
		{"header and body", InvalidRequest, []string{"client_secret", secret.Reveal()}, []string{good}},
		{"two names", InvalidRequest, []string{"client_id", photos}, []string{good}},
		{"a bearer", InvalidClient, nil, []string{"Bearer x"}},
		{"no base64", InvalidClient, nil, []string{"Basic %%%"}},
		{"no colon", InvalidClient, nil, []string{"Basic " + b64(info.ID)}},
		{"a bad escape", InvalidClient, nil, []string{"Basic " + b64(info.ID+":%zz")}},
		{"far too long", InvalidClient, nil, []string{"Basic " + b64(strings.Repeat("x", 8<<10))}},
		{"a code for a script", UnauthorizedClient, []string{"grant_type", "authorization_code"}, []string{good}},
		{"a refresh of a script", UnauthorizedClient, []string{"grant_type", "refresh_token"}, []string{good}},
	} {
		form := alter(url.Values{"grant_type": {"client_credentials"}}, test.change)
		_, err := phone.token(form, test.headers...)
		refused(t, test.name, err, test.code, false)
	}
	for range maxScripts - 1 {
		if _, _, err := w.p().NewScript("account-m", maria, "x"); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := w.p().NewScript("account-m", maria, "x"); !errors.Is(err, ErrTooMany) {
		t.Errorf("one script too many: %v", err)
	}
	bind := func(string) error {
		t.Error("something is written down for a script that there is no room for")
		return nil
	}
	if _, _, err := w.p().NewBoundScript("account-m", maria, "x", bind); !errors.Is(err, ErrTooMany) {
		t.Errorf("one bound script too many: %v", err)
	}
}

// A code that comes back ends what came of it, whoever brings it.
func TestCodeComesBack(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		phone, thief := w.device(), w.device()
		code := w.allowed()
		tokens, err := phone.exchange(code)
		if err != nil || phone.uses(tokens.AccessToken) != nil {
			t.Fatal(err)
		}
		w.move(9 * time.Minute)
		_, err = thief.exchange(code, "code_verifier", "-")
		refused(t, "the code again", err, InvalidGrant, false)
		var e *Error
		if !errors.As(err, &e) || e.Withdrawn == nil || e.Withdrawn.Client != photos {
			t.Errorf("nobody hears of it: %+v", e)
		}
		if err := phone.uses(tokens.AccessToken); !errors.Is(err, identity.ErrToken) {
			t.Errorf("the access token lives on: %v", err)
		}
		_, err = phone.refresh(tokens.RefreshToken)
		refused(t, "the refresh token lives on", err, InvalidGrant, false)
	})
}

// Of many who bring a code at once, one at most gets tokens, and since it came back they are worth nothing.
func TestCodeRace(t *testing.T) {
	w := newWorld(t)
	phone, code := w.device(), w.allowed()
	form := url.Values{"grant_type": {"authorization_code"}, "code": {code}, "client_id": {photos}, "redirect_uri": {callback}, "code_verifier": {verifier}}
	won := make(chan *Tokens, 16)
	p := w.p()
	for range cap(won) {
		go func() {
			tokens, _ := p.Token(context.Background(), TokenRequest{Form: form, JKT: phone.jkt()})
			won <- tokens
		}()
	}
	var got []*Tokens
	for range cap(won) {
		if tokens := <-won; tokens != nil {
			got = append(got, tokens)
		}
	}
	if len(got) != 1 {
		t.Fatalf("%d got tokens", len(got))
	}
	if phone.uses(got[0].AccessToken) == nil {
		t.Error("tokens of a code that came back are good")
	}
}
