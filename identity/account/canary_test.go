package account

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"sync"
	"testing"
	"time"

	"skrin/internal/podtest/authenticator"
)

// Nothing that lets somebody in stands in a record: not as it is, and not in
// another alphabet.
func TestNoSecretIsKept(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Policy = ByInvitation })
	ctx := context.Background()
	_, code, err := w.Invite("for Maria", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	_, unused, err := w.Invite("for nobody", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	o, err := w.Create(ctx, Draft{Name: "maria", Pods: []PodRef{pod("maria")}, Password: NewSecret(goodPassword), Invitation: code}, stranger(home))
	if err != nil {
		t.Fatal(err)
	}
	maria := &citizen{w: w, id: o.Account.ID, name: "maria", from: stranger(home), key: authenticator.New(origin)}
	maria.take(o)
	secrets := map[string]Secret{"password": NewSecret(goodPassword), "new password": NewSecret(otherPassword), "used invitation": code, "invitation": unused,
		"first token": maria.token, "recovery key": NewSecret(recoveryKey)}
	maria.addPasskey("Phone")
	secrets["token"] = maria.token
	maria.renewed(w.SetPassword(ctx, maria.session, NewSecret(otherPassword)))
	who := Identity{Issuer: bank, Claim: "sub", Subject: canarySubject, Label: "Maria at the bank", For: maria.id}
	_, linked, err := w.AddLink(maria.session, who)
	maria.renewed(linked, err)
	maria.renewed(w.DemandBoth(maria.session, true))
	secrets["another token"] = maria.token
	first, err := maria.password(otherPassword, maria.anew())
	if err != nil {
		t.Fatal(err)
	}
	c, err := w.BeginPasskey(first.Pending)
	if err != nil {
		t.Fatal(err)
	}
	secrets["first factor"], secrets["ceremony"] = first.Pending, c.State
	step, err := w.WithPasskey(c.State, maria.key.Get(t, c.Options), maria.anew())
	if err != nil {
		t.Fatal(err)
	}
	secrets["last token"], secrets["device"] = step.Opened.Token, step.Opened.Device
	for i := range 9 {
		_, _ = maria.password("a guess of mallet "+string(rune('0'+i)), stranger(address(i)))
	}
	if err := w.Save(); err != nil {
		t.Fatal(err)
	}
	all := strings.Join(w.everything(), "\n")
	if n := strings.Count(all, "\n"); n < 9 || !strings.Contains(all, "Phone") {
		t.Fatalf("the scan sees %d records", n)
	}
	for what, s := range secrets {
		text := s.Reveal()
		for _, part := range parts(text) {
			for _, form := range []string{part, b64([]byte(part)), base64.StdEncoding.EncodeToString([]byte(part)), hex.EncodeToString([]byte(part))} {
				if strings.Contains(all, form) {
					t.Errorf("the %s is in a record", what)
				}
			}
		}
	}
	if strings.Contains(all, canarySubject) || !strings.Contains(all, "Maria at the bank") {
		t.Error("who somebody is elsewhere is in a record, or there is no link")
	}
	if strings.Contains(all, "mallet") || strings.Contains(all, "10.0.0.") || strings.Contains(all, home.String()) {
		t.Error("a guess or an address is in a record")
	}
}

// parts are the halves of a token that are secret each: its id is not.
func parts(text string) []string {
	switch {
	case len(text) == idText+secretText:
		return []string{text, text[idText:], text[idText : idText+20]}
	case strings.Contains(text, "."):
		_, tag, _ := strings.Cut(text, ".")
		return []string{text, tag}
	}
	return []string{text}
}

// No event and no error names what lets somebody in.
func TestNothingIsTold(t *testing.T) {
	w := newWorld(t)
	maria := w.citizen("maria")
	maria.addPasskey("Phone")
	var said []string
	say := func(err error) {
		if err != nil {
			said = append(said, err.Error())
		}
	}
	ctx := context.Background()
	_, err := maria.password("canary-password", maria.anew())
	say(err)
	_, err = w.WithPassword(ctx, "canary-name", NewSecret("canary-password"), stranger(mallet))
	say(err)
	_, err = w.Recover(ctx, "canary-pod", NewSecret("canary-key"), stranger(mallet))
	say(err)
	_, err = w.Resume(NewSecret("canary-token"))
	say(err)
	_, err = maria.passkey(func(a *authenticator.Answer) { a.Client["origin"] = "https://canary.example" })
	say(err)
	_, err = w.WithPasskey(NewSecret("canary-state"), []byte("canary"), stranger(mallet))
	say(err)
	_, err = w.SetName(maria.session, "canary name")
	say(err)
	_, err = w.SetPassword(ctx, maria.session, NewSecret("canary"))
	say(err)
	for _, text := range said {
		if strings.Contains(text, "canary") {
			t.Errorf("an error says %q", text)
		}
	}
	if len(said) != 8 {
		t.Errorf("%d errors", len(said))
	}
	for _, e := range w.events {
		if strings.Contains(e.Label+e.Agent+e.Account+e.Session, "canary") || e.At.IsZero() {
			t.Errorf("%+v", e)
		}
		if e.Account == maria.id && (len(e.Pods) != 1 || e.Pods[0] != pod("maria")) {
			t.Errorf("without its pods: %+v", e)
		}
	}
}

// Everything at once: what is there at the end is whole.
func TestEverybodyAtOnce(t *testing.T) {
	w := newWorld(t)
	maria := w.citizen("maria")
	maria.addPasskey("Phone")
	ctx := context.Background()
	var all sync.WaitGroup
	work := func(fn func()) {
		all.Go(func() {
			for range 15 {
				fn()
			}
		})
	}
	key := &authenticator.Authenticator{Origin: origin, Keys: []*authenticator.Key{maria.key.Keys[0]}}
	work(func() {
		c, err := w.BeginPasskey(Secret{})
		if err != nil {
			t.Error(err)
		}
		if _, err := w.WithPasskey(c.State, key.Get(t, c.Options), maria.anew()); err != nil {
			t.Error(err)
		}
	})
	work(func() {
		if _, err := maria.password(goodPassword, maria.anew()); err != nil {
			t.Error(err)
		}
	})
	work(func() { _, _ = maria.password(otherPassword, stranger(mallet)) })
	work(func() {
		if _, err := w.Sessions(maria.session); err != nil {
			t.Error(err)
		}
	})
	work(func() {
		if _, err := w.Resume(maria.token); err != nil {
			t.Error(err)
		}
	})
	work(func() {
		if w.Sweep() != nil || w.Save() != nil {
			t.Error("sweep or save")
		}
	})
	work(func() { w.wait(time.Second); _, _ = w.Recover(ctx, "maria", NewSecret("x"), stranger(mallet)) })
	all.Wait()
	sessions, err := w.Sessions(maria.session)
	if err != nil || len(sessions) != 31 {
		t.Errorf("%d sessions: %v", len(sessions), err)
	}
	if err := w.LabelPasskey(maria.session, passkeyID(key.Keys[0].ID), "Still here"); err != nil {
		t.Error(err)
	}
}

// Of many who finish one ceremony at once, one is let in.
func TestCeremonyAtOnce(t *testing.T) {
	w := newWorld(t)
	maria := w.citizen("maria")
	maria.addPasskey("Phone")
	c, err := w.BeginPasskey(Secret{})
	if err != nil {
		t.Fatal(err)
	}
	answer := maria.key.Get(t, c.Options)
	in := make(chan bool)
	for range 20 {
		go func() {
			_, err := w.WithPasskey(c.State, answer, maria.anew())
			in <- err == nil
		}()
	}
	n := 0
	for range 20 {
		if <-in {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d were let in", n)
	}
}
