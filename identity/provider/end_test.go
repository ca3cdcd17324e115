package provider

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"skrin/identity"
	"skrin/identity/records"
	"skrin/internal/jose"
	"skrin/linkeddata"
)

// count says how many records of a kind there are.
func (w *world) count(kind string) (n int) {
	w.t.Helper()
	err := w.store.View(func(tx records.Tx) error {
		return tx.Each(kind, func(string, []byte) (bool, error) { n++; return true, nil })
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

// Whatever a citizen ends, its tokens end with it, at once.
func TestEverythingEnds(t *testing.T) {
	for _, test := range []struct {
		name string
		end  func(w *world, tokens *Tokens) error
		ends bool // for families with a refresh token
	}{
		{"the consent is withdrawn", func(w *world, _ *Tokens) error {
			ended, err := w.p().Withdraw("account-m", maria, photos)
			if len(ended) != 1 {
				w.t.Errorf("%d families ended", len(ended))
			}
			return err
		}, true},
		{"another consent is withdrawn", func(w *world, _ *Tokens) error { _, err := w.p().Withdraw("account-m", maria, diary); return err }, false},
		{"the family is ended", func(w *world, tokens *Tokens) error { return w.p().End("account-m", tokens.Family.ID) }, true},
		{"somebody else ends the family", func(w *world, tokens *Tokens) error { return w.p().End("account-b", tokens.Family.ID) }, false},
		{"the session is put an end to", func(w *world, _ *Tokens) error {
			_, err := w.p().EndSession("account-m", "session-1", true)
			return err
		}, true},
		{"the citizen signs out", func(w *world, _ *Tokens) error {
			_, err := w.p().EndSession("account-m", "session-1", false)
			return err
		}, false},
		{"another session ends", func(w *world, _ *Tokens) error {
			_, err := w.p().EndSession("account-m", "session-2", true)
			return err
		}, false},
		{"the app signs the citizen out", func(w *world, _ *Tokens) error { _, err := w.p().Leave("account-m", "session-1", photos); return err }, true},
		{"the account is closed", func(w *world, _ *Tokens) error { return w.p().Forget("account-m") }, true},
		{"the WebID is gone, and what acts for it is closed", func(w *world, _ *Tokens) error { return w.p().ForgetWebID("account-m", maria) }, true},
		{"another WebID is gone", func(w *world, _ *Tokens) error {
			return w.p().ForgetWebID("account-m", linkeddata.MustIRI("https://elsewhere.example/#me"))
		}, false},
		{"the app revokes the access token", func(w *world, tokens *Tokens) error {
			return w.p().Revoke(context.Background(), url.Values{"token": {tokens.AccessToken}, "client_id": {photos}}, nil)
		}, true},
		{"another app revokes it", func(w *world, tokens *Tokens) error {
			return w.p().Revoke(context.Background(), url.Values{"token": {tokens.RefreshToken}, "client_id": {diary}}, nil)
		}, false},
		{"somebody revokes a guess", func(w *world, tokens *Tokens) error {
			return w.p().Revoke(context.Background(), url.Values{"token": {tokens.Family.ID + ".x"}, "client_id": {photos}}, nil)
		}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			both(t, func(t *testing.T, w *world) {
				phone := w.device()
				tokens := phone.signIn()
				code := w.allowed("client_id", diary, "redirect_uri", "https://diary.example/cb")
				if err := phone.uses(tokens.AccessToken); err != nil {
					t.Fatal(err)
				}
				if err := test.end(w, tokens); err != nil {
					t.Fatal(err)
				}
				err := phone.uses(tokens.AccessToken)
				_, err2 := phone.refresh(tokens.RefreshToken)
				if gone := errors.Is(err, identity.ErrToken); gone != test.ends || (err2 != nil) != test.ends {
					t.Errorf("ended: %v; the access token: %v; the refresh token: %v", test.ends, err, err2)
				}
				_, err = phone.exchange(code, "client_id", diary, "redirect_uri", "https://diary.example/cb")
				if lost := strings.Contains(test.name, "session is put") || strings.Contains(test.name, "signs out") ||
					strings.Contains(test.name, "closed") || strings.Contains(test.name, "another consent"); (err != nil) != lost {
					t.Errorf("the code of the other app: %v", err)
				}
			})
		})
	}
}

// Without offline_access there is no refresh token, and signing out ends it.
func TestSigningOutEndsWhatIsNotOffline(t *testing.T) {
	w := newWorld(t)
	phone := w.device()
	tokens := phone.signIn("scope", "openid webid")
	if tokens.RefreshToken != "" || tokens.Family.Offline {
		t.Errorf("%+v", tokens)
	}
	if err := phone.uses(tokens.AccessToken); err != nil {
		t.Fatal(err)
	}
	if ended, err := w.p().EndSession("account-m", "session-1", false); err != nil || len(ended) != 1 {
		t.Fatalf("%v, %v", ended, err)
	}
	if err := phone.uses(tokens.AccessToken); !errors.Is(err, identity.ErrToken) {
		t.Errorf("signed out, and yet: %v", err)
	}
}

func TestConsentsAreListed(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		w.device().signIn()
		w.move(time.Minute)
		w.allowed("client_id", diary, "redirect_uri", "https://diary.example/cb")
		all, err := w.p().Consents("account-m")
		if err != nil || len(all) != 2 || all[0].Client != diary || all[1].WebID != maria || all[1].Name != "Photos" {
			t.Errorf("%+v, %v", all, err)
		}
		families, err := w.p().Families("account-m")
		if err != nil || len(families) != 1 || families[0].Client != photos || !families[0].Offline || families[0].Session != "session-1" {
			t.Errorf("%+v, %v", families, err)
		}
		if other, err := w.p().Consents("account-b"); err != nil || len(other) != 0 {
			t.Errorf("somebody else's: %v, %v", other, err)
		}
	})
}

// What one account gathers is bounded: the oldest makes room.
func TestBounds(t *testing.T) {
	w := newWorld(t)
	phone := w.device()
	first := phone.signIn()
	for range maxFamilies {
		w.move(3 * time.Second)
		phone.signIn()
	}
	if n := w.count(familiesOf("account-m").Name); n != maxFamilies || w.count(familyPlace.Name) != n {
		t.Errorf("%d families", n)
	}
	if ok, err := w.p().Live(first.Family.ID); ok || err != nil {
		t.Errorf("the oldest stands: %v, %v", ok, err)
	}
	for i := range maxConsents {
		w.move(3 * time.Second)
		id := fmt.Sprintf("https://a%d.example/id", i)
		w.document(id, nil)
		w.allowed("client_id", id)
	}
	if n := w.count(consentsOf("account-m").Name); n != maxConsents {
		t.Errorf("%d consents", n)
	}
	if n := w.count(familiesOf("account-m").Name); n != 0 {
		t.Errorf("%d families without a consent", n)
	}
}

// What has ended by itself is cleared away, and nothing else.
func TestTending(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		phone := w.device()
		tokens := phone.signIn()
		w.device().signIn("scope", "openid")
		w.allowed()
		tend := func(after time.Duration) {
			t.Helper()
			w.move(after)
			if err := w.p().Tend(context.Background()); err != nil {
				t.Fatal(err)
			}
		}
		tend(3 * time.Hour)
		if codes, families := w.count(codeKind.Name), w.count(familyPlace.Name); codes != 0 || families != 1 {
			t.Errorf("%d codes and %d families after three hours", codes, families)
		}
		w.move(30 * 24 * time.Hour)
		next, err := phone.refresh(tokens.RefreshToken)
		if err != nil {
			t.Fatal(err)
		}
		tend(30 * 24 * time.Hour) // past the end that was noted first
		if _, err = phone.refresh(next.RefreshToken); err != nil {
			t.Fatalf("in use, and cleared away: %v", err)
		}
		tend(refreshIdle + 2*time.Hour)
		if n := w.count(familyPlace.Name) + w.count(familiesOf("account-m").Name); n != 0 {
			t.Errorf("%d records of families that nobody used", n)
		}
		tend(-24 * time.Hour) // a clock put back
		w.allowed()
		tend(3 * time.Hour)
		if n := w.count(codeKind.Name); n != 0 {
			t.Errorf("%d codes that were made when the clock was put back", n)
		}
	})
}

// Keys turn while tokens are used, and nobody notices.
func TestKeysTurn(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		phone := w.device()
		first := w.keyOf(phone.signIn())
		w.move(keySigns)
		if err := w.p().Tend(context.Background()); err != nil {
			t.Fatal(err)
		}
		if n := w.published(); n != 4 {
			t.Errorf("%d keys are published", n)
		}
		w.move(keyAhead - time.Minute)
		tokens := phone.signIn()
		if w.keyOf(tokens) != first {
			t.Error("a key signs that nobody can have heard of")
		}
		w.move(time.Minute)
		next := phone.signIn()
		if w.keyOf(next) == first {
			t.Error("the old key signs on")
		}
		for _, token := range []string{tokens.AccessToken, next.AccessToken} {
			if err := phone.uses(token); err != nil {
				t.Error(err)
			}
		}
		w.move(keyOverlap)
		if err := w.p().Tend(context.Background()); err != nil || w.published() != 2 || w.count(keyKind.Name) != 2 {
			t.Errorf("%v, %d keys are published", err, w.published())
		}
		id := phone.signIn()
		if err := errors.Join(phone.uses(id.AccessToken), w.p().ReplaceKeys()); err != nil {
			t.Fatal(err)
		}
		w.v.ForgetIssuer(w.conf.Issuer)
		if err := phone.uses(id.AccessToken); !errors.Is(err, identity.ErrToken) {
			t.Errorf("signed with a key that was replaced: %v", err)
		}
		if _, err := phone.refresh(id.RefreshToken); err != nil {
			t.Errorf("refreshing does not need the old keys: %v", err)
		}
		if w.keyOf(phone.signIn()) == w.keyOf(id) || w.published() != 2 {
			t.Error("the keys were not replaced")
		}
		if _, err := w.p().BeginLogout(context.Background(), url.Values{"id_token_hint": {id.IDToken}}); err == nil {
			t.Error("what was signed with a key that was replaced is believed")
		}
	})
}

// keyOf names the key that a token was signed with.
func (w *world) keyOf(tokens *Tokens) string {
	signed, err := jose.Parse(tokens.AccessToken)
	if err != nil {
		w.t.Fatal(err)
	}
	return signed.KeyID
}

// published counts the keys that anybody can see.
func (w *world) published() int {
	data, err := w.p().JWKS()
	if err != nil || strings.Contains(string(data), `"d"`) {
		w.t.Fatalf("%v: %s", err, data)
	}
	keys, err := jose.ParseKeySet(data)
	if err != nil {
		w.t.Fatal(err)
	}
	return keys.Len()
}

// A verifier must not hold for true what a withdrawal overtook.
func TestLiveRace(t *testing.T) {
	w := newWorld(t)
	p := w.p()
	for range 50 {
		tokens := w.device().signIn()
		done := make(chan bool)
		go func() {
			for range 20 {
				_, _ = p.Live(tokens.Family.ID)
			}
			done <- true
		}()
		if err := p.End("account-m", tokens.Family.ID); err != nil {
			t.Fatal(err)
		}
		if live, err := p.Live(tokens.Family.ID); live || err != nil {
			t.Fatalf("ended, and yet %v, %v", live, err)
		}
		<-done
		if live, err := p.Live(tokens.Family.ID); live || err != nil {
			t.Fatalf("remembered too late: %v, %v", live, err)
		}
		w.move(10 * time.Second)
	}
	if live, err := p.Live("a stranger's"); live || err != nil || len(p.live.until) > 0 {
		t.Errorf("%v, %v, %d remembered", live, err, len(p.live.until))
	}
}

// between is a store in which something happens after a look and before what follows from it.
type between struct {
	records.Records
	happens func()
}

func (b *between) View(fn func(records.Tx) error) error {
	err := b.Records.View(fn)
	if happens := b.happens; happens != nil {
		b.happens = nil
		happens()
	}
	return err
}

// What a withdrawal overtook is neither answered nor remembered.
func TestOvertaken(t *testing.T) {
	w := newWorld(t)
	store := &between{Records: w.store}
	w.conf.Records = store
	tokens := w.device().signIn()
	store.happens = func() {
		if err := w.p().End("account-m", tokens.Family.ID); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.p().Live(tokens.Family.ID); err != nil {
		t.Fatal(err)
	}
	if live, err := w.p().Live(tokens.Family.ID); live || err != nil {
		t.Errorf("what had ended was remembered: %v, %v", live, err)
	}
	r := w.begin()
	store.happens = func() {
		if _, err := w.p().Withdraw("account-m", maria, photos); err != nil {
			t.Fatal(err)
		}
	}
	_, err := w.p().Answer(r, w.signedIn())
	refused(t, "withdrawn while it is answered", err, ConsentRequired, true)
}

// A code and a refresh token are worth what the consent is worth, however that went.
func TestNothingWithoutConsent(t *testing.T) {
	for name, damage := range map[string]func(*consentRecord) bool{
		"it is gone": func(*consentRecord) bool { return false },
		"it is over": func(c *consentRecord) bool { c.Until = start.Add(-time.Second); return true },
	} {
		w := newWorld(t)
		phone := w.device()
		tokens, code := phone.signIn(), w.allowed()
		err := w.store.Update(func(tx records.Tx) error {
			kind, at := consentsOf("account-m"), consentName(maria, photos)
			c, _, err := kind.Get(tx, at)
			if err != nil || !damage(&c) {
				return errors.Join(err, kind.Delete(tx, at))
			}
			return kind.Put(tx, at, c)
		})
		if err != nil {
			t.Fatal(err)
		}
		_, err = phone.exchange(code)
		refused(t, name+", a code", err, InvalidGrant, false)
		_, err = phone.refresh(tokens.RefreshToken)
		refused(t, name+", a refresh token", err, InvalidGrant, false)
		if err := phone.uses(tokens.AccessToken); !errors.Is(err, identity.ErrToken) {
			t.Errorf("%s, and the access token lives on: %v", name, err)
		}
		if step, err := w.p().Next(w.begin(), w.signedIn()); step != Consent || err != nil {
			t.Errorf("%s: %v, %v", name, step, err)
		}
	}
}

// A family that refreshing made longer is live for longer.
func TestLiveForLonger(t *testing.T) {
	w := newWorld(t)
	phone := w.device()
	tokens := phone.signIn()
	for _, wait := range []time.Duration{0, refreshIdle - time.Hour, 2 * time.Hour} {
		w.move(wait)
		if live, err := w.p().Live(tokens.Family.ID); !live || err != nil {
			t.Errorf("%v later: %v, %v", wait, live, err)
		}
		if wait != refreshIdle-time.Hour {
			continue
		}
		if _, err := phone.refresh(tokens.RefreshToken); err != nil {
			t.Fatal(err)
		}
	}
}

// A WebID that an account has no more takes along what acts for it, and nothing else.
func TestForgetWebID(t *testing.T) {
	w := newWorld(t)
	other := linkeddata.MustIRI("https://pods.example/other/profile/card#me")
	w.device().signIn()
	for _, webid := range []linkeddata.IRI{maria, other} {
		if _, _, err := w.p().NewScript("account-m", webid, "a script"); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.p().ForgetWebID("account-m", maria); err != nil {
		t.Fatal(err)
	}
	scripts, err := w.p().Scripts("account-m")
	consents, err2 := w.p().Consents("account-m")
	families, err3 := w.p().Families("account-m")
	if err := errors.Join(err, err2, err3); err != nil || len(scripts) != 1 || scripts[0].WebID != other || len(consents)+len(families) != 0 {
		t.Errorf("%+v %+v %+v %v", scripts, consents, families, err)
	}
}
