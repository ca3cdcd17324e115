package account

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestRecovery(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	maria := w.citizen("maria")
	lost := maria.addPasskey("Lost phone")
	maria.renewed(w.DemandBoth(maria.session, true))
	half, err := maria.password(goodPassword, maria.anew())
	if err != nil {
		t.Fatal(err)
	}
	other, err := maria.passkey()
	if err != nil {
		t.Fatal(err)
	}
	before := maria.token
	known := maria.from.Device
	w.wait(time.Minute)
	w.restart()

	o, err := w.Recover(ctx, "maria", NewSecret(recoveryKey), From{Addr: home, Agent: "library", Device: known, Session: maria.session})
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.Resume(before)
	is(t, "a session from before", err, ErrSession)
	if o.Session.ID == maria.session.ID || o.Session.Factors() != 1 || len(o.Session.AMR()) != 0 {
		t.Errorf("%+v", o.Session)
	}
	if w.heard(Recovered) != 1 || w.heard(SessionEnded) != 1 {
		t.Errorf("told %d, %d", w.heard(Recovered), w.heard(SessionEnded))
	}
	_, err = w.AlsoPassword(ctx, other.Pending, NewSecret(goodPassword), maria.anew())
	is(t, "a passkey from before", err, ErrCeremony)
	c, err := w.BeginPasskey(half.Pending)
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.WithPasskey(c.State, maria.key.Get(t, c.Options), maria.anew())
	is(t, "a password from before", err, ErrCeremony)
	for range 6 {
		_, _ = maria.password(otherPassword, stranger(mallet))
	}
	_, err = maria.password(goodPassword, From{Addr: home, Device: known})
	is(t, "a device from before", err, ErrWait)

	// new credentials can be set and the lost ones removed, without a step-up
	maria.take(o)
	maria.renewed(w.SetPassword(ctx, maria.session, NewSecret(otherPassword)))
	maria.addPasskey("New phone")
	maria.renewed(w.RemovePasskey(maria.session, lost.ID))
	w.wait(time.Minute)
	step, err := maria.password(otherPassword, maria.anew())
	if err != nil || step.Missing != ByPasskey {
		t.Errorf("%+v %v", step, err)
	}
	_, err = maria.password(goodPassword, maria.anew())
	is(t, "the password before", err, ErrSignIn)
}

func TestRecoveriesRefused(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	maria := w.citizen("maria")
	w.citizen("erik")
	table := map[string][2]string{
		"a wrong key":         {"maria", "RECOVERY-KEY-OF-ERIK"},
		"no key":              {"maria", ""},
		"a long key":          {"maria", strings.Repeat("x", 5000)},
		"another's pod":       {"erik", recoveryKey},
		"a pod of nobody":     {"anna", recoveryKey},
		"no pod":              {"", recoveryKey},
		"a long pod":          {strings.Repeat("m", 5000), recoveryKey},
		"the pod in capitals": {"MARIA", recoveryKey},
	}
	for what, c := range table {
		_, err := w.Recover(ctx, c[0], NewSecret(c[1]), stranger(mallet))
		if err != ErrRecovery { // the very same
			t.Errorf("%s: %v", what, err)
		}
	}
	if w.heard(Failed) != len(table) {
		t.Errorf("%d were told", w.heard(Failed))
	}
	for range 20 { // nobody knows: not a failure
		_, err := w.Recover(ctx, "maria", NewSecret("the disk is broken"), stranger(home))
		if err == nil || errors.Is(err, ErrRecovery) || errors.Is(err, ErrWait) {
			t.Fatal(err)
		}
	}
	looked := 0
	for range 50 {
		if _, err := w.Recover(ctx, "maria", NewSecret("x"), stranger(mallet)); waits(t, err) == 0 {
			looked++
		}
	}
	if looked != 10-len(table) {
		t.Errorf("%d more were looked at", looked)
	}
	maria.resume() // all of it ended nothing
	if _, err := w.Recover(ctx, "maria", NewSecret(recoveryKey), stranger(home)); err != nil {
		t.Errorf("from elsewhere: %v", err)
	}
	// a pod that is the account's no more does not open it
	failures := w.heard(Failed)
	if err := w.SetPods(maria.id, []PodRef{pod("maria-new")}); err != nil {
		t.Fatal(err)
	}
	_, err := w.Recover(ctx, "maria", NewSecret(recoveryKey), stranger(home))
	is(t, "a pod that went", err, ErrRecovery)
	if n := w.heard(Failed); n != failures+1 {
		t.Errorf("a key for a pod without an account: %d failures told, not %d", n, failures+1)
	}
	w.cfg.Recovery = nil
	w.restart()
	_, err = w.Recover(ctx, "maria-new", NewSecret(recoveryKey), stranger(home))
	is(t, "a host without recovery", err, ErrRecovery)
}
