package pod

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"skrin/acl"
	"skrin/crypto"
)

// TestConfirmCountsWhatRested confirms grants of which some had ended before.
func TestConfirmCountsWhatRested(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria := w.vault.As(p.ID, owner(p))
	w.grant(p, ana, "/a/", acl.Read, time.Hour)
	w.grant(p, ana, "/b/", acl.Read, time.Minute)
	if err := maria.Revoke(ctx, w.grant(p, ana, "/c/", acl.Read, time.Hour).ID); err != nil {
		t.Fatal(err)
	}
	data := w.backup(p, BackupOptions{HostSlot: true})
	if err := w.vault.Delete(ctx, "maria"); err != nil {
		t.Fatal(err)
	}
	w.clock.add(2 * time.Minute)
	if _, err := w.vault.Restore(ctx, bytes.NewReader(data), RestoreOptions{}); err != nil {
		t.Fatal(err)
	}
	w.grant(p, silvia, "/d/", acl.Read, time.Hour) // given since: it does not rest
	for range 2 {
		if err := w.vault.As(p.ID, owner(p)).ConfirmGrants(ctx); err != nil {
			t.Fatal(err)
		}
	}
	var counts []int
	for _, e := range w.journal(p) {
		if e.Did == "confirm-grants" || e.Did == "restore" {
			counts = append(counts, e.Count)
		}
	}
	if fmt.Sprint(counts) != "[1 1 0]" {
		t.Errorf("restored, confirmed and again: %d grants", counts)
	}
}

// TestRecoveryIsJournalled lets the host in by the recovery key, into a pod that
// it can open and into one that it cannot. Without the line it does not get in.
func TestRecoveryIsJournalled(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	slots, err := w.vault.readSlots(p.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.vault.Recover(ctx, p.ID, p.Recovery); err != nil {
		t.Fatal(err)
	}
	w.vault.expel(p.ID)
	var locked []crypto.Slot
	for _, s := range slots {
		if s.Kind != crypto.HostSlot {
			locked = append(locked, s)
		}
	}
	if err := w.vault.writeSlots(p.ID, locked); err != nil {
		t.Fatal(err)
	}
	w.refused(w.vault.As(p.ID, owner(p)), "/", ErrLocked)
	file := w.vault.podFile(p.ID)
	if err := os.Rename(file, file+".away"); err != nil {
		t.Fatal(err)
	}
	if err := w.vault.Recover(ctx, p.ID, p.Recovery); err == nil {
		t.Error("let in without a line")
	}
	if now, err := w.vault.readSlots(p.ID); err != nil || len(now) != len(locked) {
		t.Error("there is a slot without a line", err)
	}
	if err := os.Rename(file+".away", file); err != nil {
		t.Fatal(err)
	}
	if err := w.vault.Recover(ctx, p.ID, p.Recovery); err != nil {
		t.Fatal(err)
	}
	if recovered := w.did(p, "recover"); recovered != 2 {
		t.Errorf("%d lines about two recoveries", recovered)
	}
}

// TestProgressEndsAtItsTotal follows what takes long while the pod is used.
func TestProgressEndsAtItsTotal(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria := w.vault.As(p.ID, owner(p))
	for i := range 300 {
		w.put(maria, fmt.Sprintf("/x/%d", i), text("x"))
	}
	for name, do := range map[string]func(func(int, int)) error{
		"verify": func(tell func(int, int)) error { _, err := w.vault.Verify(ctx, "maria", tell); return err },
		"rotate": func(tell func(int, int)) error { return maria.Rotate(ctx, tell) },
	} {
		for _, used := range []string{"not", "filled", "emptied"} {
			var use sync.WaitGroup
			told, last, total, n := 0, 0, 0, 0
			err := do(func(done, of int) {
				if n++; done > of || done < last || of < total {
					t.Errorf("%s: %d of %d after %d of %d", name, done, of, last, total)
				}
				last, total = done, of
				if told++; told == 1 && used != "not" {
					use.Go(func() {
						for i := range 60 {
							if used == "filled" {
								w.put(maria, fmt.Sprintf("/%s/%d", name, i), text("x"))
							} else if err := maria.Delete(ctx, MustPath(fmt.Sprintf("/%s/%d", name, i)), Precondition{}); err != nil {
								t.Error(err)
							}
						}
					})
				}
			})
			use.Wait()
			if err != nil || n == 0 || last != total || total < 300 {
				t.Errorf("%s, %s: %v, ended at %d of %d", name, used, err, last, total)
			}
		}
	}
}

// TestProgressEndsWithStrays verifies a pod with a value that belongs to nothing:
// it is counted, and never come to.
func TestProgressEndsWithStrays(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	h, err := w.vault.acquire(ctx, p.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer w.vault.release(h)
	stray := bytes.Repeat([]byte{7}, 32)
	if err := h.commit(ctx, func(c *change) error { return c.put(bDir, stray, stray) }); err != nil {
		t.Fatal(err)
	}
	last, total := 0, 0
	report, err := w.vault.Verify(ctx, "maria", func(done, of int) { last, total = done, of })
	if err != nil || report.Sound() || last != total || total == 0 {
		t.Errorf("%v %q, ended at %d of %d", err, report.Problems, last, total)
	}
	if err := h.commit(ctx, func(c *change) error { return c.del(bDir, stray) }); err != nil {
		t.Fatal(err)
	}
}

// TestCountsOutliveAFailedCommit counts refusals of strangers while nothing can
// be written: the lines come when something can.
func TestCountsOutliveAFailedCommit(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	stranger := w.vault.As(p.ID, silvia)
	for range 10 {
		w.refused(stranger, "/health/labs/", ErrDenied)
	}
	h, err := w.vault.acquire(ctx, p.ID)
	if err != nil {
		t.Fatal(err)
	}
	w.clock.add(2 * tallyWindow) // the ten are due
	h.fenced.Store(true)
	h.flushTally()
	if _, err := stranger.Get(ctx, MustPath("/health/labs/")); !errors.Is(err, ErrFenced) {
		t.Error(err)
	}
	h.fenced.Store(false)
	w.vault.release(h)
	counted := 0
	for _, e := range w.journal(p) {
		if !e.Allowed {
			counted += max(1, e.Count)
		}
	}
	if counted != 10 {
		t.Errorf("the journal tells of %d refusals out of 10", counted)
	}
}
