package identity

import (
	"errors"
	"maps"
	"testing"
	"time"

	"skrin/internal/podtest/issuer"
)

// disk keeps what a host would keep over restarts.
type disk struct {
	heartbeat time.Time
	snapshot  []byte
	saves     int
	broken    error
}

func (d *disk) save(at time.Time) error {
	if d.broken != nil {
		return d.broken
	}
	d.saves++
	d.heartbeat = at
	return nil
}

// boot starts a verifier as a process would.
func (w *world) boot(d *disk) {
	w.t.Helper()
	w.v = w.verifier(d.save)
	if err := w.v.Restore(d.snapshot, d.heartbeat); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) shutdown(d *disk) {
	w.t.Helper()
	snapshot, err := w.v.Snapshot()
	if err != nil {
		w.t.Fatal(err)
	}
	d.snapshot = snapshot
}

func TestCleanRestart(t *testing.T) {
	w, d := newWorld(t, issuer.Options{}), new(disk)
	w.boot(d)
	token := w.token(nil)
	used, unused, late := w.with(token), w.with(token), w.with(token)
	if err := w.verify(used); err != nil {
		t.Fatalf("a fresh data folder refuses nobody: %v", err)
	}
	w.shutdown(d)
	if err := w.verify(late); !errors.Is(err, ErrBusy) {
		t.Errorf("accepted after the snapshot: %v", err)
	}
	w.clock.move(time.Second)
	w.boot(d)
	if err := w.verify(used); !errors.Is(err, ErrReplay) {
		t.Errorf("used before the restart: %v", err)
	}
	for _, p := range []Proof{unused, late, w.with(token)} {
		if err := w.verify(p); err != nil {
			t.Errorf("not used before a clean restart: %v", err)
		}
	}
}

func TestCrash(t *testing.T) {
	w, d := newWorld(t, issuer.Options{}), new(disk)
	w.boot(d)
	token := w.token(nil)
	ahead := ask(token, w.proof(token, func(_, c issuer.Parts) { c["iat"] = w.at(60) }))
	used := []Proof{w.with(token), ahead, w.with(token)}
	for _, p := range used {
		if err := w.verify(p); err != nil {
			t.Fatal(err)
		}
	}
	w.boot(d) // no snapshot was written
	for range 40 {
		for _, p := range used {
			if err := w.verify(p); err == nil {
				t.Fatalf("accepted again after a crash, at %v", w.clock.Now())
			}
		}
		w.clock.move(5 * time.Second)
	}
	if err := w.verify(w.with(token)); err != nil {
		t.Errorf("minutes after the crash: %v", err)
	}
}

// After a crash honest clients wait for about the lease, no longer.
func TestCrashIsShort(t *testing.T) {
	w, d := newWorld(t, issuer.Options{}), new(disk)
	w.boot(d)
	token := w.token(nil)
	for range 100 {
		if err := w.verify(w.with(token)); err != nil {
			t.Fatal(err)
		}
		w.clock.move(time.Second)
	}
	if d.saves > 11 {
		t.Errorf("%d heartbeats in 100 seconds", d.saves)
	}
	w.boot(d)
	if err := w.verify(w.with(token)); !errors.Is(err, ErrBusy) {
		t.Errorf("at once: %v, want ErrBusy", err)
	}
	w.clock.move(HeartbeatLease + time.Second)
	if err := w.verify(w.with(token)); err != nil {
		t.Errorf("after the lease: %v", err)
	}
}

// A snapshot from an earlier shutdown must not make a crash look clean.
func TestOldSnapshotIsACrash(t *testing.T) {
	w, d := newWorld(t, issuer.Options{}), new(disk)
	w.boot(d)
	token := w.token(nil)
	if err := w.verify(w.with(token)); err != nil {
		t.Fatal(err)
	}
	w.shutdown(d)
	w.boot(d)
	used := w.with(token) // within the lease of the heartbeat that the snapshot knows
	if err := w.verify(used); err != nil {
		t.Fatal(err)
	}
	w.boot(d) // crashed: the snapshot is the one of before
	if err := w.verify(used); err == nil {
		t.Error("accepted again")
	}
	if err := w.verify(w.with(token)); !errors.Is(err, ErrBusy) {
		t.Errorf("fresh, within the heartbeat: %v, want ErrBusy", err)
	}
}

func TestHeartbeatMustBeSaved(t *testing.T) {
	w, d := newWorld(t, issuer.Options{}), new(disk)
	w.boot(d)
	d.broken = errors.New("disk full")
	p := w.with(w.token(nil))
	if err := w.verify(p); !errors.Is(err, ErrBusy) {
		t.Errorf("%v, want ErrBusy", err)
	}
	d.broken = nil
	if err := w.verify(p); err != nil {
		t.Errorf("the same proof, once the disk is well: %v", err)
	}
}

func TestBadSnapshot(t *testing.T) {
	for _, data := range []string{"x", "\x02aaaaaaaaaaaaaaaa", "\x01", "\x01aaaaaaaaaaaaaaaab"} {
		w := newWorld(t, issuer.Options{})
		token := w.token(nil)
		if err := w.v.Restore([]byte(data), time.Time{}); !errors.Is(err, ErrSnapshot) {
			t.Errorf("%q: %v", data, err)
		}
		if err := w.verify(w.with(token)); !errors.Is(err, ErrBusy) {
			t.Errorf("%q: taken for a fresh data folder: %v", data, err)
		}
		w.clock.move(Skew + time.Second)
		if err := w.verify(w.with(token)); err != nil {
			t.Errorf("%q: a minute later: %v", data, err)
		}
	}
}

// FuzzRestore: nothing panics, and what can be read is written back, but for
// its order.
func FuzzRestore(f *testing.F) {
	v := NewVerifier(Config{})
	v.replay.add(newProofID("key", "a"), 1795000000)
	v.replay.add(newProofID("key", "b"), 1795000001)
	data, _ := v.Snapshot()
	f.Add(data)
	f.Add([]byte{})
	f.Add([]byte("\x01aaaaaaaabbbbbbbb"))
	f.Fuzz(func(t *testing.T, data []byte) {
		first, second := NewVerifier(Config{}), NewVerifier(Config{})
		if first.Restore(data, time.Time{}) != nil || len(data) == 0 {
			return
		}
		again, err := first.Snapshot()
		if err != nil {
			t.Fatal(err)
		}
		if err := second.Restore(again, time.Time{}); err != nil {
			t.Fatal(err)
		}
		if first.replay.line != second.replay.line || !maps.Equal(first.replay.seen, second.replay.seen) {
			t.Errorf("%x reads back as something else", data)
		}
	})
}

// A heartbeat from a clock that was years ahead must not lock everybody out
// for years, and still covers what could be used again now.
func TestHeartbeatOfAWrongClock(t *testing.T) {
	w := newWorld(t, issuer.Options{})
	if err := w.v.Restore(nil, w.clock.Now().AddDate(10, 0, 0)); err != nil {
		t.Fatal(err)
	}
	token := w.token(nil)
	if err := w.verify(w.with(token)); !errors.Is(err, ErrBusy) {
		t.Errorf("at once: %v", err)
	}
	w.clock.move(Skew + time.Second)
	if err := w.verify(w.with(token)); err != nil {
		t.Errorf("a minute later: %v", err)
	}
}
