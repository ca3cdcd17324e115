package account

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"skrin/identity/records"
	"skrin/internal/podtest/authenticator"
)

func TestPasswordSignsIn(t *testing.T) {
	w := newWorld(t)
	maria := w.citizen("maria")
	for _, name := range []string{"maria", "Maria", "  MARIA ", "ｍａｒｉａ"} {
		for _, password := range []string{goodPassword, strings.ReplaceAll(goodPassword, "ö", "o\u0308"), strings.ReplaceAll(goodPassword, " ", "\u3000")} {
			step, err := w.WithPassword(context.Background(), name, NewSecret(password), maria.anew())
			if err != nil || step.Opened == nil || step.Missing != "" || !step.Pending.IsZero() {
				t.Errorf("%q, %q: %v", name, password, err)
				continue
			}
			if s := step.Opened.Session; s.Account != maria.id || s.Factors() != 1 || strings.Join(s.AMR(), " ") != "pwd" {
				t.Errorf("%+v", s)
			}
		}
	}
}

// Whatever is wrong with a name or a password, the answer is one and the same.
func TestPasswordsRefused(t *testing.T) {
	w := newWorld(t)
	w.citizen("maria")
	erik := w.citizen("erik") // has a passkey alone
	erik.addPasskey("Phone")
	erik.renewed(w.RemovePassword(erik.session))
	if _, err := w.CreateByHost(context.Background(), Draft{Name: "nobody.yet"}); err != nil {
		t.Fatal(err)
	}
	table := map[string][2]string{
		"wrong password":              {"maria", otherPassword},
		"no password":                 {"maria", ""},
		"upper case":                  {"maria", strings.ToUpper(goodPassword)},
		"one character less":          {"maria", goodPassword[:len(goodPassword)-1]},
		"one character more":          {"maria", goodPassword + "."},
		"a space before":              {"maria", " " + goodPassword},
		"a control character":         {"maria", goodPassword + "\x00"},
		"a line end":                  {"maria", goodPassword + "\n"},
		"no Unicode":                  {"maria", goodPassword + "\xff"},
		"very long":                   {"maria", strings.Repeat("x", MaxPassword+1)},
		"huge":                        {"maria", strings.Repeat(goodPassword, 10_000)},
		"unknown name":                {"marie", goodPassword},
		"no name":                     {"", goodPassword},
		"a name that cannot be":       {"..", goodPassword},
		"a name of NULs":              {"maria\x00", goodPassword},
		"a long name":                 {strings.Repeat("m", 5000), goodPassword},
		"a name like a handle":        {"account", goodPassword},
		"Cyrillic letters in it":      {"m\u0430ria", goodPassword},
		"no password set":             {"erik", goodPassword},
		"no password set, none given": {"erik", ""},
		"nothing set at all":          {"nobody.yet", ""},
	}
	for what, c := range table {
		step, err := w.WithPassword(context.Background(), c[0], NewSecret(c[1]), stranger(netip.MustParseAddr("203.0.113.9")))
		if err != ErrSignIn || step.Opened != nil || !step.Pending.IsZero() { // the very same
			t.Errorf("%s: %v", what, err)
		}
		w.restart() // nobody has to wait here
	}
	if w.heard(Failed) != len(table) {
		t.Errorf("%d of %d failures were told", w.heard(Failed), len(table))
	}
}

// Unknown names take as long as wrong passwords: the same hash is made.
func TestUnknownNamesTakeAsLong(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Cost = Cost{Passes: 2, Memory: 16 << 10, Lanes: 1} })
	w.citizen("maria")
	erik := w.citizen("erik")
	erik.addPasskey("Phone")
	erik.renewed(w.RemovePassword(erik.session))
	tries := map[string][2]string{"wrong": {"maria", otherPassword}, "unknown": {"nobody", otherPassword}, "impossible": {"..", otherPassword},
		"without a password": {"erik", otherPassword}, "an impossible password": {"maria", "x\x00"}, "none": {"maria", ""}}
	took := map[string]time.Duration{}
	for range 7 {
		for what, try := range tries {
			w.restart() // nobody waits
			begun := time.Now()
			if _, err := w.WithPassword(context.Background(), try[0], NewSecret(try[1]), From{}); err != ErrSignIn {
				t.Fatal(err)
			}
			if d := time.Since(begun); took[what] == 0 || d < took[what] {
				took[what] = d
			}
		}
	}
	for what, d := range took {
		if d < took["wrong"]/4 { // without the hash it is a thousandth
			t.Errorf("%s takes %v, a wrong password %v", what, d, took["wrong"])
		}
	}
	t.Log(took)
}

func TestBothFactors(t *testing.T) {
	w := newWorld(t)
	maria := w.citizen("maria")
	_, err := w.DemandBoth(maria.session, true)
	is(t, "both, without a passkey", err, ErrNotThere)
	p := maria.addPasskey("Phone")
	maria.renewed(w.DemandBoth(maria.session, true))
	w.restart()

	// password, then passkey
	first, err := maria.password(goodPassword, maria.anew())
	if err != nil || first.Opened != nil || first.Missing != ByPasskey || first.Pending.IsZero() {
		t.Fatalf("%+v %v", first, err)
	}
	w.restart()
	c, err := w.BeginPasskey(first.Pending)
	if err != nil {
		t.Fatal(err)
	}
	w.restart()
	step, err := w.WithPasskey(c.State, maria.key.Get(t, c.Options), maria.anew())
	if err != nil || step.Opened == nil {
		t.Fatal(err)
	}
	if s := step.Opened.Session; !slices.Equal(s.Methods, []Method{ByPassword, ByPasskey}) || strings.Join(s.AMR(), " ") != "pwd pop user mfa" {
		t.Errorf("%+v", s)
	}

	// passkey, then password
	first, err = maria.passkey()
	if err != nil || first.Opened != nil || first.Missing != ByPassword {
		t.Fatalf("%+v %v", first, err)
	}
	w.restart()
	_, err = w.AlsoPassword(context.Background(), first.Pending, NewSecret(otherPassword), maria.anew())
	is(t, "a wrong password", err, ErrSignIn)
	step, err = w.AlsoPassword(context.Background(), first.Pending, NewSecret(goodPassword), maria.anew())
	if err != nil || step.Opened == nil {
		t.Fatal(err)
	}
	_, err = w.AlsoPassword(context.Background(), first.Pending, NewSecret(goodPassword), maria.anew())
	is(t, "the first factor twice", err, ErrCeremony)
	w.restart()
	_, err = w.AlsoPassword(context.Background(), first.Pending, NewSecret(goodPassword), maria.anew())
	is(t, "the first factor twice, after a restart", err, ErrCeremony)

	if w.heard(HalfWay) != 2 {
		t.Errorf("%d first factors were told", w.heard(HalfWay))
	}
	maria.take(*step.Opened)
	_, err = w.RemovePasskey(maria.session, p.ID)
	is(t, "the passkey goes", err, ErrLast)
	_, err = w.RemovePassword(maria.session)
	is(t, "the password goes", err, ErrLast)
	maria.renewed(w.DemandBoth(maria.session, false))
	if step, err := maria.passkey(); err != nil || step.Opened == nil {
		t.Error(err)
	}
}

// A first factor is no second one, not for another account, and not for long.
func TestFirstFactorIsNotEnough(t *testing.T) {
	w := newWorld(t)
	maria, erik := w.citizen("maria"), w.citizen("erik")
	for _, c := range []*citizen{maria, erik} {
		c.addPasskey("Phone")
		c.renewed(w.DemandBoth(c.session, true))
	}
	ctx := context.Background()
	byPassword := func() Secret {
		step, err := maria.password(goodPassword, maria.anew())
		if err != nil {
			t.Fatal(err)
		}
		return step.Pending
	}
	byPasskey := func() Secret {
		step, err := maria.passkey()
		if err != nil {
			t.Fatal(err)
		}
		return step.Pending
	}
	with := func(pending Secret, key *authenticator.Authenticator) error {
		c, err := w.BeginPasskey(pending)
		if err != nil {
			return err
		}
		step, err := w.WithPasskey(c.State, key.Get(t, c.Options), maria.anew())
		if step.Opened != nil {
			t.Error("somebody is let in")
		}
		return err
	}
	password := func(pending Secret) error {
		step, err := w.AlsoPassword(ctx, pending, NewSecret(goodPassword), maria.anew())
		if step.Opened != nil {
			t.Error("somebody is let in")
		}
		return err
	}
	is(t, "another person's passkey", with(byPassword(), erik.key), ErrPasskey)
	is(t, "the password twice", password(byPassword()), ErrCeremony)
	is(t, "the passkey twice", with(byPasskey(), maria.key), ErrCeremony)
	is(t, "none", password(Secret{}), ErrCeremony)
	is(t, "a forged one", password(newSigner(nil).sign(forSecond, ticket{ID: "x", Until: w.now.Unix() + 60, Account: maria.id, Done: []Method{ByPasskey}})), ErrCeremony)
	is(t, "a device", password(maria.from.Device), ErrCeremony)

	late, lateToo := byPasskey(), byPassword()
	w.wait(5 * time.Minute)
	is(t, "after five minutes", password(late), ErrCeremony)
	is(t, "after five minutes, to begin", with(lateToo, maria.key), ErrCeremony)

	old, oldToo := byPasskey(), byPassword()
	maria.renewed(w.SetPassword(ctx, maria.session, NewSecret(otherPassword)))
	maria.renewed(w.SetPassword(ctx, maria.session, NewSecret(goodPassword)))
	is(t, "after the password was set", password(old), ErrCeremony)
	is(t, "after the password was set, the passkey", with(oldToo, maria.key), ErrCeremony)

	gone := byPasskey()
	if err := w.Remove(maria.id); err != nil {
		t.Fatal(err)
	}
	is(t, "of an account that is gone", password(gone), ErrCeremony)
}

// slowly hands out records that change between looking and entering.
type slowly struct {
	records.Records
	before func()
	full   bool // nothing becomes durable any more
}

var errFull = errors.New("no space left")

func (s *slowly) Update(fn func(records.Tx) error) error {
	if f := s.before; f != nil {
		s.before = nil
		f()
	}
	if s.full {
		return s.Records.Update(func(tx records.Tx) error { return errors.Join(fn(tx), errFull) })
	}
	return s.Records.Update(fn)
}

// What was changed while a sign-in was under way counts.
func TestChangedMeanwhile(t *testing.T) {
	between := &slowly{}
	w := newWorld(t, func(c *Config) { between.Records = c.Records; c.Records = between })
	maria := w.citizen("maria")
	p := maria.addPasskey("Phone")
	ctx := context.Background()
	check := func(what string, want error, meanwhile func(), signIn func() (Step, error)) {
		between.before = meanwhile
		step, err := signIn()
		is(t, what, err, want)
		if step.Opened != nil {
			t.Errorf("%s: somebody is let in", what)
		}
	}
	check("the password was changed", ErrSignIn, func() { maria.renewed(w.SetPassword(ctx, maria.session, NewSecret(otherPassword))) },
		func() (Step, error) { return maria.password(goodPassword, maria.anew()) })
	check("the password was removed", ErrSignIn, func() { maria.renewed(w.RemovePassword(maria.session)) },
		func() (Step, error) { return maria.password(otherPassword, maria.anew()) })
	maria.renewed(w.SetPassword(ctx, maria.session, NewSecret(goodPassword)))
	check("the passkey was removed", ErrPasskey, func() { maria.renewed(w.RemovePasskey(maria.session, p.ID)) },
		func() (Step, error) { return maria.passkey() })
	w.wait(6 * time.Minute) // so that resuming notes the use
	before := maria.token
	between.before = func() { maria.renewed(w.EndOthers(maria.session)) }
	_, err := w.Resume(before)
	is(t, "the session got another token", err, ErrSession)
	check("the account was removed", ErrCeremony, func() { _ = w.Remove(maria.id) },
		func() (Step, error) { return maria.password(goodPassword, maria.anew()) })
}

// What did not become durable did not happen: nobody is let in, nothing is told.
func TestNothingHappensOnAFullDisk(t *testing.T) {
	disk := &slowly{}
	w := newWorld(t, func(c *Config) { disk.Records = c.Records; c.Records = disk })
	maria := w.citizen("maria")
	maria.addPasskey("Phone")
	told := len(w.events)
	disk.full = true
	ctx := context.Background()
	attempts := map[string]func() (any, error){
		"a password": func() (any, error) { s, err := maria.password(goodPassword, maria.anew()); return s.Opened, err },
		"a passkey":  func() (any, error) { s, err := maria.passkey(); return s.Opened, err },
		"an account": func() (any, error) {
			o, err := w.Create(ctx, Draft{Name: "anna"}, maria.anew())
			return o.Token.Reveal(), err
		},
		"a recovery": func() (any, error) {
			o, err := w.Recover(ctx, "maria", NewSecret(recoveryKey), maria.anew())
			return o.Token.Reveal(), err
		},
		"a change":    func() (any, error) { s, err := w.RemovePassword(maria.session); return s.Reveal(), err },
		"an ending":   func() (any, error) { return nil, w.End(maria.session, maria.session.ID) },
		"a code":      func() (any, error) { _, c, err := w.Invite("x", time.Hour); return c.Reveal(), err },
		"others' end": func() (any, error) { s, err := w.EndOthers(maria.session); return s.Reveal(), err },
		"a name":      func() (any, error) { s, err := w.SetName(maria.session, "mia"); return s.Reveal(), err },
	}
	for what, attempt := range attempts {
		got, err := attempt()
		is(t, what, err, errFull)
		if got != nil && got != "" && got != (*Opened)(nil) {
			t.Errorf("%s: something is given out", what)
		}
	}
	if len(w.events) != told {
		t.Errorf("told: %+v", w.events[told:])
	}
	disk.full = false
	maria.resume()
}

// A hash that was made at another cost is made anew when its password comes by.
func TestHashesKeepUp(t *testing.T) {
	w := newWorld(t)
	maria := w.citizen("maria")
	cost := func() Cost {
		acct, _, err := w.look(byName("maria"))
		if err != nil {
			t.Fatal(err)
		}
		return acct.Password.Cost
	}
	w.cfg.Cost = Cost{Passes: 2, Memory: 16, Lanes: 1}
	w.restart()
	if _, err := maria.password(otherPassword, maria.anew()); err != ErrSignIn || cost() != cheap {
		t.Errorf("after a wrong password: %v %v", err, cost())
	}
	if _, err := maria.password(goodPassword, maria.anew()); err != nil || cost() != w.cfg.Cost {
		t.Errorf("after the right one: %v %v", err, cost())
	}
	if _, err := maria.password(goodPassword, maria.anew()); err != nil {
		t.Errorf("with the new hash: %v", err)
	}
	for _, c := range []Cost{{1, 4, 1}, {0, 64, 1}, {1, 64, 0}, {1, 1 << 30, 1}, {100, 64, 1}} {
		w.cfg.Cost = c
		if _, err := New(w.cfg); err == nil {
			t.Errorf("a cost of %+v is taken", c)
		}
	}
	if DefaultCost != (Cost{3, 65536, 4}) {
		t.Error("that is not what RFC 9106 recommends")
	}
}

// When the queue is full the answer is quick; known devices have one of their own.
func TestQueueOfPasswords(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Hashing = 1 })
	maria := w.citizen("maria")
	w.strange.slots <- struct{}{} // somebody is being hashed for ever
	w.strange.waiting.Store(maxWaiting)
	soon, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if _, err := w.WithPassword(soon, "maria", NewSecret(goodPassword), stranger(mallet)); err != ErrBusy {
		t.Errorf("a stranger: %v", err)
	}
	if _, err := maria.password(goodPassword, maria.anew()); err != nil {
		t.Errorf("a known device: %v", err)
	}
	if _, err := w.Recover(context.Background(), "maria", NewSecret(recoveryKey), stranger(home)); err != nil {
		t.Errorf("the recovery key: %v", err)
	}
	w.strange.waiting.Store(0)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for range 50 { // whoever gives up has not failed
		if _, err := w.WithPassword(ctx, "maria", NewSecret(otherPassword), stranger(mallet)); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	}
	<-w.strange.slots
	if _, err := maria.password(goodPassword, stranger(mallet)); err != nil {
		t.Error(err)
	}
}
