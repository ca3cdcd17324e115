package account

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"testing"
	"time"
)

// waits says how long somebody must wait for an attempt; 0: it was looked at.
func waits(t testing.TB, err error) time.Duration {
	t.Helper()
	var w *Wait
	if errors.As(err, &w) {
		if !errors.Is(err, ErrWait) || w.For <= 0 {
			t.Errorf("a wait of %v", w.For)
		}
		return w.For
	}
	if err != nil && !errors.Is(err, ErrSignIn) && !errors.Is(err, ErrRecovery) {
		t.Errorf("not a wait: %v", err)
	}
	return 0
}

// address is one of many.
func address(i int) netip.Addr {
	return netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)})
}

func TestWaitsGrow(t *testing.T) {
	w := newWorld(t)
	maria := w.citizen("maria")
	for _, name := range []string{"maria", "nobody", "..", ""} { // the same for names that are nobody's
		try := func(i int) time.Duration {
			_, err := w.WithPassword(context.Background(), name, NewSecret(otherPassword), stranger(address(i)))
			return waits(t, err)
		}
		for i := range 5 {
			if d := try(i); d != 0 {
				t.Fatalf("%q: attempt %d waits %v", name, i, d)
			}
		}
		want := 2 * time.Second
		for range 12 {
			if d := try(99); d != want {
				t.Errorf("%q: waits %v, not %v", name, d, want)
			}
			w.wait(want / 2)
			if d := try(98); d != want/2 { // asking too early makes it no longer
				t.Errorf("%q: waits %v, not %v", name, d, want/2)
			}
			w.wait(want / 2)
			if d := try(97); d != 0 {
				t.Errorf("%q: waits %v after having waited", name, d)
			}
			want = min(2*want, 15*time.Minute)
		}
		w.wait(24*time.Hour + time.Second)
		if d := try(96); d != 0 {
			t.Errorf("%q: a day later: %v", name, d)
		}
	}
	if _, err := maria.password(goodPassword, stranger(home)); err != nil {
		t.Error(err)
	}
}

// Whoever guesses at a name, from however many addresses, does not keep its
// owner out.
func TestNobodyIsLockedOut(t *testing.T) {
	w := newWorld(t)
	maria := w.citizen("maria")
	maria.addPasskey("Phone")
	guess := func() {
		for i := range 500 {
			_, err := w.WithPassword(context.Background(), "maria", NewSecret(otherPassword), stranger(address(i)))
			waits(t, err)
			_, err = w.WithPassword(context.Background(), "x", NewSecret(otherPassword), stranger(home)) // from the same network, too
			waits(t, err)
		}
	}
	guess()
	if _, err := maria.password(goodPassword, stranger(address(501))); waits(t, err) == 0 {
		t.Error("nobody has to wait")
	}
	if _, err := maria.passkey(); err != nil {
		t.Errorf("the passkey: %v", err)
	}
	step, err := maria.password(goodPassword, maria.anew())
	if err != nil {
		t.Fatalf("the known device: %v", err)
	}
	if _, err := maria.password(goodPassword, stranger(address(501))); waits(t, err) == 0 {
		t.Error("a sign-in from a known device gives strangers a new budget")
	}
	maria.take(*step.Opened)
	maria.renewed(w.DemandBoth(maria.session, true))
	guess()
	if step, err = maria.passkey(); err != nil {
		t.Fatal(err)
	}
	if _, err := w.AlsoPassword(context.Background(), step.Pending, NewSecret(goodPassword), stranger(home)); err != nil {
		t.Errorf("the password after the passkey: %v", err)
	}
	if _, err := w.Recover(context.Background(), "maria", NewSecret(recoveryKey), stranger(home)); err != nil {
		t.Errorf("the recovery key: %v", err)
	}
}

// A known device may not guess for ever, either, and its budget is its own.
func TestDevicesHaveBudgets(t *testing.T) {
	w := newWorld(t)
	maria, erik := w.citizen("maria"), w.citizen("erik")
	step, err := maria.password(goodPassword, From{Addr: home, Agent: "phone"})
	if err != nil {
		t.Fatal(err)
	}
	phone := From{Addr: home, Agent: "phone", Device: step.Opened.Device}
	looked := 0
	for range 100 {
		if _, err := maria.password(otherPassword, maria.anew()); waits(t, err) == 0 {
			looked++
		}
	}
	if looked != 10 {
		t.Errorf("%d guesses were looked at", looked)
	}
	if _, err := maria.password(goodPassword, maria.anew()); waits(t, err) == 0 {
		t.Error("the eleventh goes through")
	}
	if _, err := maria.password(goodPassword, phone); err != nil {
		t.Errorf("another device: %v", err)
	}
	if _, err := maria.password(goodPassword, stranger(home)); err != nil {
		t.Errorf("a stranger from the same address: %v", err)
	}
	if _, err := maria.passkeyOrNot(); err != nil {
		t.Error(err)
	}
	// a cookie is for its own account, of this host, for a year, until a recovery
	for range 6 {
		_, _ = maria.password(otherPassword, stranger(address(1)))
	}
	cookies := map[string]Secret{"none": {}, "another's": erik.from.Device, "forged": newSigner(nil).sign(forDevice, ticket{ID: "x",
		Until: w.now.Unix() + 60, Account: maria.id}), "cut": NewSecret(phone.Device.Reveal()[1:]), "nonsense": NewSecret("~~~~~~~~"),
		"of another purpose": w.signer.sign(forSecond, ticket{ID: "x", Until: w.now.Unix() + 60, Account: maria.id})}
	for what, cookie := range cookies {
		if _, err := maria.password(goodPassword, From{Addr: home, Device: cookie}); waits(t, err) == 0 {
			t.Errorf("a cookie that is %s makes the device known", what)
		}
	}
	w.restart()
	for range 6 {
		_, _ = maria.password(otherPassword, stranger(address(1)))
	}
	if _, err := maria.password(goodPassword, phone); err != nil {
		t.Errorf("after a restart: %v", err)
	}
	w.wait(deviceLife)
	for range 6 {
		_, _ = maria.password(otherPassword, stranger(address(1)))
	}
	if _, err := maria.password(goodPassword, phone); waits(t, err) == 0 {
		t.Error("a year later it is still known")
	}
}

// passkeyOrNot signs in with a passkey that is made for it.
func (c *citizen) passkeyOrNot() (Step, error) {
	c.addPasskey("new")
	return c.passkey()
}

func TestDevicesAreShared(t *testing.T) {
	w := newWorld(t)
	var family []*citizen
	var cookie Secret
	for i := range maxDeviceAccounts + 1 {
		c := w.citizen(fmt.Sprint("child", i))
		step, err := c.password(goodPassword, From{Addr: home, Device: cookie})
		if err != nil {
			t.Fatal(err)
		}
		cookie = step.Opened.Device
		family = append(family, c)
	}
	for i, c := range family {
		if _, known := w.device(cookie, c.id, 0); known != (i > 0) {
			t.Errorf("child %d is known: %v", i, known)
		}
	}
	one, _ := w.device(cookie, family[2].id, 0)
	step, _ := family[2].password(goodPassword, From{Device: cookie})
	if two, _ := w.device(step.Opened.Device, family[2].id, 0); one == "" || one != two {
		t.Error("signing in gives a device another name, and so another budget")
	}
	if n := len(step.Opened.Device.Reveal()); n > 1500 {
		t.Errorf("the cookie has %d bytes", n)
	}
}

func TestAddressesHaveBudgets(t *testing.T) {
	w := newWorld(t)
	own := w.citizen("mallet")
	table := []struct {
		from  string
		alike string
		other string
	}{
		{"198.51.100.66", "198.51.100.66", "198.51.100.67"},
		{"::ffff:203.0.113.5", "203.0.113.5", "203.0.113.6"},
		{"2001:db8:1:ff00::1", "2001:db8:1:ff42:9::9", "2001:db8:1:fe00::1"},
		{"fe80::1%eth0", "fe80::1", "fd00::1"},
	}
	for _, c := range table {
		from := stranger(netip.MustParseAddr(c.from))
		looked := 0
		for i := range 100 {
			if _, err := w.WithPassword(context.Background(), fmt.Sprint(c.from, i), NewSecret(otherPassword), from); waits(t, err) == 0 {
				looked++
			}
			// signing in to an account of one's own gives nothing back
			if _, err := own.password(goodPassword, from); i < 10 && err != nil {
				t.Error(err)
			}
		}
		if looked != 30 {
			t.Errorf("%s: %d guesses were looked at", c.from, looked)
		}
		if _, err := own.password(goodPassword, stranger(netip.MustParseAddr(c.alike))); waits(t, err) == 0 {
			t.Errorf("%s is not counted with %s", c.alike, c.from)
		}
		if _, err := own.password(goodPassword, stranger(netip.MustParseAddr(c.other))); err != nil {
			t.Errorf("%s is counted with %s: %v", c.other, c.from, err)
		}
	}
}

// Many at once are no way around the budget.
func TestGuessingAtOnce(t *testing.T) {
	w := newWorld(t)
	w.citizen("maria")
	results := make(chan error)
	for i := range 60 {
		go func() {
			_, err := w.WithPassword(context.Background(), "maria", NewSecret(otherPassword), stranger(address(i)))
			results <- err
		}()
	}
	looked := 0
	for range 60 {
		if err := <-results; errors.Is(err, ErrSignIn) {
			looked++
		}
	}
	if looked != 5 {
		t.Errorf("%d guesses were looked at", looked)
	}
}

func TestWaitsOutliveARestart(t *testing.T) {
	w := newWorld(t)
	maria := w.citizen("maria")
	for i := range 20 {
		w.wait(4 * time.Second)
		_, _ = maria.password(otherPassword, stranger(address(i)))
	}
	_, err := maria.password(goodPassword, stranger(mallet))
	before := waits(t, err)
	if err := w.Save(); err != nil || before == 0 {
		t.Fatal(before, err)
	}
	w.restart()
	_, err = maria.password(goodPassword, stranger(mallet))
	if after := waits(t, err); after != before {
		t.Errorf("%v, after the restart %v", before, after)
	}
	w.wait(25 * time.Hour)
	w.restart()
	if _, err = maria.password(goodPassword, stranger(mallet)); err != nil {
		t.Errorf("a day later: %v", err)
	}
}

// Memory is bounded, and flooding it does not make a guessed name forgotten.
func TestCountsAreBounded(t *testing.T) {
	l := newLimits()
	now := time.Now()
	hot := newClaim(byStrangers, "maria")
	for range budgets[byStrangers].free {
		if err := l.take(now, []claim{hot}); err != nil {
			t.Fatal(err)
		}
	}
	for i := range maxCounted + 5000 {
		if err := l.take(now.Add(time.Duration(i)), []claim{newClaim(byStrangers, fmt.Sprint(i))}); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(l.counts[byStrangers]); n > maxCounted {
		t.Errorf("%d are counted", n)
	}
	if err := l.take(now, []claim{hot}); !errors.Is(err, ErrWait) {
		t.Errorf("the guessed name was forgotten: %v", err)
	}
}

// A clock that is put back makes nobody wait longer than the budget says.
func TestClockPutBack(t *testing.T) {
	l := newLimits()
	now := time.Now()
	c := []claim{newClaim(byStrangers, "maria")}
	for range budgets[byStrangers].free {
		_ = l.take(now, c)
	}
	var w *Wait
	if err := l.take(now.Add(-time.Hour), c); !errors.As(err, &w) || w.For != 2*time.Second {
		t.Errorf("%v", err)
	}
}
