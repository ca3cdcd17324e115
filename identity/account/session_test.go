package account

import (
	"context"
	"strings"
	"testing"
	"time"
)

func TestTokensRefused(t *testing.T) {
	w := newWorld(t)
	maria, erik := w.citizen("maria"), w.citizen("erik")
	text := maria.token.Reveal()
	id, secret := text[:idText], text[idText:]
	table := map[string]string{
		"none": "", "the id alone": id, "the secret alone": secret, "one character less": text[:len(text)-1], "one more": text + "A",
		"another's secret": id + erik.token.Reveal()[idText:], "another's id": erik.token.Reveal()[:idText] + secret,
		"upper case": strings.ToUpper(text), "padded": text + "=", "a space": " " + text, "an id of nobody": randomID() + secret,
		"the hash for the secret": id + strings.Repeat("A", secretText), "a device cookie": maria.from.Device.Reveal(), "long": strings.Repeat(text, 1000),
		"a name of another kind": strings.Repeat("/", idText) + secret,
	}
	for what, token := range table {
		_, err := w.Resume(NewSecret(token))
		is(t, what, err, ErrSession)
	}
	w.restart()
	maria.resume()
	for what, id := range map[string]string{"none": "", "of nobody": randomID(), "long": strings.Repeat("x", 5000)} {
		_, err := w.Alive(id)
		is(t, "a session "+what, err, ErrSession)
	}
	if s, err := w.Alive(id); err != nil || s.Account != maria.id {
		t.Error(err)
	}
}

func TestSessionsEndByTime(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Idle = time.Hour; c.Absolute = 5 * time.Hour })
	maria := w.citizen("maria")
	for range 9 {
		w.wait(30 * time.Minute)
		w.restart()
		maria.resume()
	}
	if !maria.session.Expires.Equal(w.now.Add(30 * time.Minute)) {
		t.Errorf("it ends at %v, now is %v", maria.session.Expires, w.now)
	}
	w.wait(30 * time.Minute)
	_, err := w.Resume(maria.token)
	is(t, "used all the time, after five hours", err, ErrSession)

	step, _ := maria.password(goodPassword, maria.anew())
	maria.take(*step.Opened)
	w.wait(time.Hour - time.Second)
	if _, err := w.Alive(maria.session.ID); err != nil {
		t.Error(err)
	}
	w.wait(time.Second) // asking whether it is alive is no use of it
	_, err = w.Alive(maria.session.ID)
	is(t, "alive after an idle hour", err, ErrSession)
	_, err = w.Resume(maria.token)
	is(t, "after an idle hour", err, ErrSession)
	_, err = w.Sessions(maria.session)
	is(t, "listing by it", err, ErrSession)
	if len(w.everything()) == 0 || w.Sweep() != nil {
		t.Error("no sweep")
	}
	for _, r := range w.everything() {
		if strings.HasPrefix(r, sessionKind.Name+" ") {
			t.Errorf("left after the sweep: %s", r)
		}
	}
	if _, err := maria.password(goodPassword, maria.anew()); err != nil {
		t.Errorf("after the sweep: %v", err)
	}
}

func TestSessionsAreListedAndEnded(t *testing.T) {
	w := newWorld(t)
	maria, erik := w.citizen("maria"), w.citizen("erik")
	var tokens []Secret
	for _, agent := range []string{"phone", "tablet\nwith \x1b[31mcolours\xff", strings.Repeat("ö", 500)} {
		w.wait(time.Minute)
		step, err := maria.password(goodPassword, From{Addr: home, Agent: agent})
		if err != nil {
			t.Fatal(err)
		}
		tokens = append(tokens, step.Opened.Token)
	}
	all, err := w.Sessions(maria.session)
	if err != nil || len(all) != 4 {
		t.Fatalf("%d %v", len(all), err)
	}
	if all[0].ID != maria.session.ID || all[1].Agent != "phone" || all[2].Agent != "tabletwith [31mcolours" || all[3].Agent != strings.Repeat("ö", 100) {
		t.Errorf("%+v", all)
	}
	is(t, "another's session", w.End(erik.session, all[1].ID), ErrNotThere)
	is(t, "no session", w.End(maria.session, "x"), ErrNotThere)
	if err := w.End(maria.session, all[1].ID); err != nil {
		t.Fatal(err)
	}
	_, err = w.Resume(tokens[0])
	is(t, "an ended session", err, ErrSession)
	_, err = w.Alive(all[1].ID)
	is(t, "an ended session, alive", err, ErrSession)
	if _, err := w.Resume(tokens[1]); err != nil {
		t.Errorf("another goes on: %v", err)
	}
	before := maria.token
	maria.renewed(w.EndOthers(maria.session))
	for i, token := range append(tokens, before) {
		_, err = w.Resume(token)
		is(t, "after ending the others, token "+string(rune('0'+i)), err, ErrSession)
	}
	if all, _ := w.Sessions(maria.session); len(all) != 1 || w.heard(SessionEnded) != 3 {
		t.Errorf("%d left, %d told", len(all), w.heard(SessionEnded))
	}
	if err := w.End(maria.session, maria.session.ID); err != nil {
		t.Fatal(err)
	}
	_, err = w.Resume(maria.token)
	is(t, "signed out", err, ErrSession)
	is(t, "ending by an ended session", w.End(maria.session, maria.session.ID), ErrSession)
	_, err = w.EndOthers(maria.session)
	is(t, "ending others by an ended session", err, ErrSession)
	erik.resume()
	if err := w.EndAll(erik.id); err != nil {
		t.Fatal(err)
	}
	_, err = w.Resume(erik.token)
	is(t, "ended by the host", err, ErrSession)
	is(t, "ending those of nobody", w.EndAll("nobody"), ErrNoAccount)
}

// Whoever is handed a session value looks itself whose it is.
func TestSessionOfAnotherAccount(t *testing.T) {
	w := newWorld(t)
	maria, mallet := w.citizen("maria"), w.citizen("mallet")
	forged := mallet.session
	forged.Account = maria.id
	_, err := w.Sessions(forged)
	is(t, "listing", err, ErrSession)
	is(t, "ending", w.End(forged, maria.session.ID), ErrSession)
	_, err = w.EndOthers(forged)
	is(t, "ending the others", err, ErrSession)
	_, err = w.SetPassword(context.Background(), forged, NewSecret(otherPassword))
	is(t, "a password", err, ErrSession)
	_, err = w.BeginAddPasskey(forged)
	is(t, "a passkey", err, ErrSession)
	_, err = w.SetName(forged, "mia")
	is(t, "a name", err, ErrSession)
	is(t, "a language", w.SetLocale(forged, "sv"), ErrSession)
	maria.resume()
}

func TestTooManySessions(t *testing.T) {
	w := newWorld(t)
	maria := w.citizen("maria")
	var opened []string
	for range MaxSessions {
		w.wait(6 * time.Minute)
		maria.resume() // the first is used all the time
		step, err := maria.password(goodPassword, maria.anew())
		if err != nil {
			t.Fatal(err)
		}
		opened = append(opened, step.Opened.Session.ID)
	}
	all, err := w.Sessions(maria.session)
	if err != nil || len(all) != MaxSessions || w.heard(SessionEnded) != 1 {
		t.Errorf("%d, %d ended: %v", len(all), w.heard(SessionEnded), err)
	}
	_, err = w.Alive(opened[0])
	is(t, "the one that was used least", err, ErrSession)
}

// Whoever proves themselves again goes on in the same session, with a new token.
func TestStepUp(t *testing.T) {
	w := newWorld(t)
	maria, erik := w.citizen("maria"), w.citizen("erik")
	p := maria.addPasskey("Phone")
	ctx := context.Background()
	pending, err := w.BeginAddPasskey(maria.session)
	if err != nil {
		t.Fatal(err)
	}
	answer := maria.key.Create(t, pending.Options)
	maria.key.Keys = maria.key.Keys[:1]
	w.wait(10*time.Minute + time.Second)
	w.restart()
	maria.resume()
	changes := map[string]func() error{
		"a password":      func() error { _, err := w.SetPassword(ctx, maria.session, NewSecret(otherPassword)); return err },
		"no password":     func() error { _, err := w.RemovePassword(maria.session); return err },
		"a passkey":       func() error { _, err := w.BeginAddPasskey(maria.session); return err },
		"no passkey":      func() error { _, err := w.RemovePasskey(maria.session, p.ID); return err },
		"both":            func() error { _, err := w.DemandBoth(maria.session, true); return err },
		"another name":    func() error { _, err := w.SetName(maria.session, "mia"); return err },
		"a passkey begun": func() error { _, _, err := w.AddPasskey(maria.session, w.again(pending), answer, "x"); return err },
	}
	for what, change := range changes {
		is(t, what, change(), ErrStepUp)
	}
	lying := maria.session
	lying.AuthTime = w.now
	_, err = w.SetPassword(ctx, lying, NewSecret(otherPassword))
	is(t, "a session value that says it is fresh", err, ErrStepUp)

	before := maria.token
	from := maria.from
	from.Session = maria.session
	step, err := maria.password(goodPassword, from)
	if err != nil || step.Opened.Session.ID != maria.session.ID || !step.Opened.Session.AuthTime.Equal(w.now) {
		t.Fatalf("%+v %v", step, err)
	}
	_, err = w.Resume(before)
	is(t, "the token before", err, ErrSession)
	maria.take(*step.Opened)
	maria.renewed(w.SetPassword(ctx, maria.session, NewSecret(otherPassword)))

	// a session of somebody else is left alone
	from.Session = erik.session
	step, err = maria.password(otherPassword, from)
	if err != nil || step.Opened.Session.ID == erik.session.ID || step.Opened.Session.Account != maria.id {
		t.Errorf("%+v %v", step, err)
	}
	erik.resume()
	// and one that ended is not raised
	if err := w.End(erik.session, erik.session.ID); err != nil {
		t.Fatal(err)
	}
	from.Session = erik.session
	if step, err = erik.password(goodPassword, from); err != nil || step.Opened.Session.ID == erik.session.ID {
		t.Errorf("%+v %v", step, err)
	}
}

// again is the same ceremony as if it had begun now.
func (w *world) again(c Ceremony) Secret {
	tk, err := w.signer.open(forRegistration, c.State.Reveal(), time.Unix(0, 0))
	if err != nil {
		w.t.Fatal(err)
	}
	tk.Until = w.now.Add(time.Minute).Unix()
	return w.signer.sign(forRegistration, tk)
}

// Every change of credentials gives the session a new token.
func TestChangesRotateTheToken(t *testing.T) {
	w := newWorld(t)
	maria := w.citizen("maria")
	one := maria.addPasskey("one")
	ctx := context.Background()
	changes := map[string]func() (Secret, error){
		"set a password":   func() (Secret, error) { return w.SetPassword(ctx, maria.session, NewSecret(otherPassword)) },
		"demand both":      func() (Secret, error) { return w.DemandBoth(maria.session, false) },
		"change the name":  func() (Secret, error) { return w.SetName(maria.session, "mia") },
		"end the others":   func() (Secret, error) { return w.EndOthers(maria.session) },
		"remove a passkey": func() (Secret, error) { return w.RemovePasskey(maria.session, one.ID) },
	}
	for what, change := range changes {
		before := maria.token
		maria.renewed(change())
		_, err := w.Resume(before)
		is(t, what, err, ErrSession)
	}
	maria.addPasskey("two")
	before := maria.token
	maria.renewed(w.RemovePassword(maria.session))
	_, err := w.Resume(before)
	is(t, "remove the password", err, ErrSession)
	before = maria.token
	maria.addPasskey("three")
	_, err = w.Resume(before)
	is(t, "add a passkey", err, ErrSession)
}

// A proof from before the clock was put back is none, until the person proves themselves anew.
func TestStepUpAfterTheClockWentBack(t *testing.T) {
	w := newWorld(t)
	maria := w.citizen("maria")
	w.wait(-time.Second) // it merely goes right
	if !maria.session.Within(time.Hour, w.now) {
		t.Error("a second back takes the proof away")
	}
	w.wait(-time.Hour)
	if maria.session.Within(10*time.Minute, w.now) {
		t.Error("a proof of the future is fresh")
	}
	_, err := w.DemandBoth(maria.session, false)
	is(t, "a change with a proof of the future", err, ErrStepUp)
	step, _ := maria.password(goodPassword, From{Session: maria.session})
	if _, err := w.DemandBoth(step.Opened.Session, false); err != nil {
		t.Error("after a new proof:", err)
	}
}
