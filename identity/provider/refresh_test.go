package provider

import (
	"errors"
	"strings"
	"testing"
	"time"

	"skrin/identity"
)

// An answer that was lost, and two windows that refresh at once, sign nobody out.
func TestRefreshAnswerLost(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		phone := w.device()
		first := phone.signIn().RefreshToken
		second, err := phone.refresh(first)
		if err != nil {
			t.Fatal(err)
		}
		w.move(refreshGrace - time.Second)
		again, err := phone.refresh(first)
		if err != nil || again.RefreshToken != second.RefreshToken {
			t.Fatalf("asked again: %v", err)
		}
		third, err := phone.refresh(again.RefreshToken)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := phone.refresh(again.RefreshToken); err != nil {
			t.Errorf("the one before, at once: %v", err)
		}
		if err := phone.uses(third.AccessToken); err != nil {
			t.Error(err)
		}
	})
}

// A refresh token that comes back later ends its family.
func TestRefreshComesBack(t *testing.T) {
	for name, turns := range map[string]int{"after the grace": 1, "from two back, at once": 2, "from five back": 5} {
		t.Run(name, func(t *testing.T) {
			both(t, func(t *testing.T, w *world) {
				phone := w.device()
				first := phone.signIn()
				last := first
				for range turns {
					next, err := phone.refresh(last.RefreshToken)
					if err != nil {
						t.Fatal(err)
					}
					last = next
				}
				if turns == 1 {
					w.move(refreshGrace)
				}
				_, err := phone.refresh(first.RefreshToken)
				refused(t, "the first again", err, InvalidGrant, false)
				var e *Error
				if !errors.As(err, &e) || e.Withdrawn == nil {
					t.Errorf("nobody hears of it: %+v", e)
				}
				_, err = phone.refresh(last.RefreshToken)
				refused(t, "the last", err, InvalidGrant, false)
				if err := phone.uses(last.AccessToken); !errors.Is(err, identity.ErrToken) {
					t.Errorf("the access token lives on: %v", err)
				}
			})
		})
	}
}

// Who lacks the key, or guesses, gets nothing, and takes nothing from who has it.
func TestRefreshesRefused(t *testing.T) {
	w := newWorld(t)
	phone, thief := w.device(), w.device()
	token := phone.signIn().RefreshToken
	id, _, _ := strings.Cut(token, ".")
	for _, test := range []struct {
		name, code, token string
		by                *device
		change            []string
	}{
		{"another key", InvalidGrant, token, thief, nil},
		{"another client", InvalidGrant, token, phone, []string{"client_id", diary}},
		{"a secret", InvalidClient, token, phone, []string{"client_secret", "x"}},
		{"no token", InvalidGrant, "", phone, nil},
		{"another token of the family", InvalidGrant, id + "." + random(32), phone, nil},
		{"a family that is none", InvalidGrant, random(16) + "." + random(32), phone, nil},
		{"the name of the family alone", InvalidGrant, id, phone, nil},
		{"more than was granted", InvalidScope, token, phone, []string{"scope", "openid profile"}},
		{"two tokens", InvalidRequest, token, phone, []string{"refresh_token", token, "refresh_token", token}},
	} {
		_, err := test.by.refresh(test.token, test.change...)
		refused(t, test.name, err, test.code, false)
		var e *Error
		if errors.As(err, &e) && e.Withdrawn != nil {
			t.Errorf("%s: ends the family", test.name)
		}
	}
	if _, err := phone.refresh(token, "scope", "openid"); err != nil {
		t.Errorf("after all that: %v", err)
	}
}

// The chain cannot be followed from what is kept.
func TestChainIsNotInTheRecords(t *testing.T) {
	c, first := newChain("g")
	second, _ := c.turn("g", first, start)
	for _, kept := range []string{c.Salt, c.Now, c.Before} {
		if strings.Contains(first+second, kept) || c.after("g", kept) == second {
			t.Error("what is kept gives a token away")
		}
	}
	if !c.knows("g", first) || !c.knows("g", second) || c.knows("g", c.after("g", second)) {
		t.Error("the family does not know its own")
	}
}

// A family ends when nobody used it, and when it is old.
func TestRefreshEnds(t *testing.T) {
	w := newWorld(t)
	phone := w.device()
	token := phone.signIn().RefreshToken
	w.move(refreshIdle)
	_, err := phone.refresh(token)
	refused(t, "not used", err, InvalidGrant, false)
	last := phone.signIn()
	begun := w.now()
	for w.now().Before(begun.Add(refreshLife - 20*24*time.Hour)) {
		w.move(20 * 24 * time.Hour)
		if last, err = phone.refresh(last.RefreshToken); err != nil {
			t.Fatal(err)
		}
	}
	w.move(refreshLife - w.now().Sub(begun))
	_, err = phone.refresh(last.RefreshToken)
	refused(t, "half a year old", err, InvalidGrant, false)
}
