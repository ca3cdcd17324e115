package faults

import (
	"fmt"
	"strings"
	"syscall"
	"testing"

	"skrin/crypto"
)

// sample gives the numbers 1 to n, or some of them spread over all.
func sample(n, some int) []int {
	some = max(1, some/slow)
	if soak() {
		some = n
	}
	var list []int
	for i := range min(some, n) {
		list = append(list, 1+i*n/min(some, n))
	}
	return list
}

// changes counts the calls of a script that change its folder.
func changes(r *Recording) (n int) {
	for _, e := range r.Events {
		if e.Kind != Mark {
			n++
		}
	}
	return n
}

// TestKilledAtEachCall promises that a process killed at any of its calls leaves a folder that opens, with all that it
// had answered and nothing by halves.
func TestKilledAtEachCall(t *testing.T) {
	total := changes(recording(t, "fifty"))
	killed := 0
	for _, n := range sample(total, 25) {
		died, err := killAt(t, "fifty", n)
		if err != nil {
			t.Error(err)
		}
		if died {
			killed++
		}
	}
	t.Logf("killed %d times at %d calls", killed, total)
	if killed == 0 {
		t.Error("nothing was ever killed")
	}
}

// TestKillingFindsHaste shows that the test above can fail.
func TestKillingFindsHaste(t *testing.T) {
	for n := 150; n < 400; n += 7 {
		if _, err := killAt(t, "fifty, hasty", n); err != nil {
			t.Logf("found: %v", err)
			return
		}
	}
	t.Error("a script that answers before it is done was not found out")
}

// killAt plays the script, kills it when its nth call begins, and looks at what it left.
func killAt(t *testing.T, name string, n int) (died bool, err error) {
	p := program(t, name)
	seen := 0
	var at *Event
	p.Decide = func(e *Event) Verdict {
		if seen++; seen == n {
			at = e
		}
		return Verdict{Kill: seen == n}
	}
	r, err := p.Run()
	if err != nil || !r.Killed && r.Status != 0 {
		t.Fatalf("call %d, %v: %v, %d %s", n, at, err, r.Status, r.Stderr)
	}
	j, err := judgeOf(fifty(), r.Marks(r.Steps))
	if err != nil {
		t.Fatal(err)
	}
	key, _ := hostKeyText(t)
	if err := j.inspect(p.Folder, key); err != nil {
		return r.Killed, fmt.Errorf("killed at call %d, %v: %w", n, at, err)
	}
	return r.Killed, nil
}

// failure is one kind of disk trouble.
type failure struct {
	errno syscall.Errno
	after bool // the call does its work and fails all the same
	kinds string
}

var failures = map[string]failure{
	"a sync fails":                     {syscall.EIO, false, "sync"},
	"a sync fails when it is done":     {syscall.EIO, true, "sync"},
	"a write fails":                    {syscall.EIO, false, "write truncate"},
	"no space for a write":             {syscall.ENOSPC, false, "write truncate"},
	"a name cannot be made or changed": {syscall.EIO, false, "create mkdir rename unlink"},
	"no space for a name":              {syscall.ENOSPC, false, "create mkdir rename"},
}

// TestEachCallFails promises that after any one failing call the vault goes on: the pod answers nothing of which nobody
// knows whether it is durable until it was reopened and verified, no other pod notices, what was answered is there, and
// what was refused is not.
func TestEachCallFails(t *testing.T) {
	plain := recording(t, "fifty, dogged")
	key, _ := hostKeyText(t)
	for name, f := range failures {
		t.Run(name, func(t *testing.T) {
			total := 0
			for _, e := range plain.Events {
				if f.hits(e) {
					total++
				}
			}
			for _, n := range sample(total, 6) {
				if err := failOnce(t, f, n, key); err != nil {
					t.Errorf("%d of %d: %v", n, total, err)
				}
			}
			t.Logf("%d calls", total)
		})
	}
}

func (f failure) hits(e *Event) bool { return strings.Contains(f.kinds, e.Kind.String()) }

// TestFailedSyncIsForgotten promises the same for a power failure after a sync has failed, on a system that then takes
// what it could not write for written: it shows it to everybody, and no later sync brings it to the disk.
func TestFailedSyncIsForgotten(t *testing.T) {
	f := failures["a sync fails"]
	total := 0
	for _, e := range recording(t, "fifty, dogged").Events {
		if f.hits(e) {
			total++
		}
	}
	made := 0
	for _, n := range sample(total, 4) {
		p := program(t, "fifty, dogged")
		seen := 0
		p.Decide = func(e *Event) Verdict {
			if f.hits(e) {
				seen++
			}
			if f.hits(e) && seen == n {
				return Verdict{Fail: f.errno}
			}
			return Verdict{}
		}
		record, err := p.Run()
		if err != nil || record.Status != 0 {
			t.Fatalf("sync %d: %v, %d %s", n, err, record.Status, record.Stderr)
		}
		r := newReplay(t, record, 20)
		r.work, r.forget = fifty(), true
		losses, images := r.run()
		made += images
		for _, l := range losses {
			t.Errorf("sync %d of %d: %v", n, total, l)
		}
	}
	t.Logf("%d images", made)
}

// TestKilledThenPowerFails promises that what a killed process had not synced is not taken for safe by the next one: the
// power may fail after that has answered for more.
func TestKilledThenPowerFails(t *testing.T) {
	whole := recording(t, "fifty")
	total := changes(whole)
	both := workload{first: append(fifty().first, afterwards().first...)}
	made, lost := 0, 0
	for _, n := range append(sample(total, 12), naming(whole, "host.db")) {
		p := program(t, "fifty")
		seen := 0
		p.Decide = func(*Event) Verdict { seen++; return Verdict{Kill: seen == n} }
		first, err := p.Run()
		if err != nil {
			t.Fatal(err)
		}
		next := program(t, "after a kill, dogged")
		next.Folder, next.Env, next.After = p.Folder, append([]string{envFolder + "=" + p.Folder}, next.Env...), first // the first of a name counts
		begun := first.Steps
		record, err := next.Run()
		if err != nil || record.Status != 0 {
			t.Fatalf("killed at %d: %v, %d %s", n, err, record.Status, record.Stderr)
		}
		r := newReplay(t, record, 12)
		r.work, r.from = both, begun
		losses, images := r.run()
		made += images
		lost += len(losses)
		for _, l := range losses[:min(1, len(losses))] {
			t.Errorf("killed at call %d of %d, %v: %v", n, total, eventBefore(record, begun), l)
		}
	}
	t.Logf("%d images, %d not as they must be", made, lost)
}

// naming is the number of the call behind the one that gives a file its name: the
// name is there, and nothing has synced it.
func naming(r *Recording, name string) (n int) {
	for _, e := range r.Events {
		if e.Kind == Mark {
			continue
		}
		if n++; e.Kind == Rename && e.ToName == name {
			return n + 1
		}
	}
	return 0
}

func eventBefore(r *Recording, step int) (last *Event) {
	for _, e := range r.Events {
		if e.Begin <= step && e.Kind != Mark {
			last = e
		}
	}
	return last
}

// failOnce plays the script with one failing call and looks what became of it.
func failOnce(t *testing.T, f failure, n int, key *crypto.HostKey) error {
	p := program(t, "fifty, dogged")
	seen := 0
	var at *Event
	p.Decide = func(e *Event) Verdict {
		if !f.hits(e) {
			return Verdict{}
		}
		if seen++; seen != n {
			return Verdict{}
		}
		at = e
		return Verdict{Fail: f.errno, After: f.after}
	}
	r, err := p.Run()
	if err != nil {
		return err
	}
	marks := r.Marks(r.Steps)
	var trouble []string
	for _, m := range marks {
		if strings.HasPrefix(m, "unknown") || strings.HasPrefix(m, "failed") {
			trouble = append(trouble, m)
		}
	}
	if r.Status != 0 {
		return fmt.Errorf("%v: the process ended with %d: %s %q", at, r.Status, r.Stderr, trouble)
	}
	if len(trouble) > 2 {
		return fmt.Errorf("%v: %q", at, trouble)
	}
	j, err := judgeOf(fifty(), marks)
	if err != nil {
		return err
	}
	if err := j.inspect(p.Folder, key); err != nil {
		return fmt.Errorf("%v: %q: %w", at, trouble, err)
	}
	return nil
}
