package pod

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"skrin/acl"
	"skrin/crypto"
)

// console is the pod's owner at the console or the command line.
func console(p Created) acl.Agent { return acl.Agent{WebID: p.Owner, Client: CLI} }

func TestNewRecoveryKey(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	before := w.backup(p, BackupOptions{})
	fresh, err := w.vault.As(p.ID, console(p)).NewRecovery(ctx)
	if err != nil {
		t.Fatal(err)
	}
	w.opensWith(p, fresh, p.Recovery)
	if err := w.vault.Recover(ctx, p.ID, p.Recovery); !errors.Is(err, ErrWrongKey) {
		t.Error("the old key still opens the pod:", err)
	}
	if n := w.did(p, "new-recovery-key"); n != 1 {
		t.Errorf("the journal has %d lines about it", n)
	}
	if err := w.vault.As(p.ID, console(p)).Rotate(ctx, nil); err != nil {
		t.Fatal(err)
	}
	w.opensWith(p, fresh, p.Recovery)
	w.restart()
	w.opensWith(p, fresh, p.Recovery)
	if err := w.vault.Recover(ctx, p.ID, fresh); err != nil {
		t.Error("the new key does not open the pod:", err)
	}
	after := w.backup(p, BackupOptions{})
	if err := w.vault.Delete(ctx, p.Name); err != nil {
		t.Fatal(err)
	}
	if _, err := w.vault.Restore(ctx, bytes.NewReader(after), RestoreOptions{Recovery: p.Recovery}); !errors.Is(err, ErrBackup) {
		t.Error("the old key opens a backup that was made since:", err)
	}
	if _, err := w.vault.Restore(ctx, bytes.NewReader(before), RestoreOptions{Recovery: p.Recovery}); err != nil {
		t.Error("an older backup lost the key that it was made with:", err)
	}
}

// opensWith fails unless the pod has the one recovery key and not the other.
func (w *world) opensWith(p Created, has, other *RecoveryKey) {
	w.Helper()
	if err := w.vault.OpensWith(ctx, p.Name, has); err != nil {
		w.Error("the recovery key of the pod:", err)
	}
	if err := w.vault.OpensWith(ctx, p.Name, other); !errors.Is(err, ErrWrongKey) {
		w.Error("a recovery key that is not the pod's:", err)
	}
}

func TestOpensWithNeedsAPod(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	if err := w.vault.OpensWith(ctx, "nobody", p.Recovery); !errors.Is(err, ErrNoPod) {
		t.Error(err)
	}
	if err := w.vault.OpensWith(ctx, p.Name, nil); err == nil {
		t.Error("no key opens it")
	}
}

// TestNewRecoveryIsTheOwnersAtTheConsole: an app that may do everything may not
// take the recovery key away.
func TestNewRecoveryIsTheOwnersAtTheConsole(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	w.grant(p, ana, "/health/", acl.Read, time.Hour)
	for name, who := range map[string]acl.Agent{
		"her app": owner(p), "a doctor": ana, "a doctor at a console": {WebID: ana.WebID, Client: CLI}, "the public": public,
	} {
		before := w.refusals(p)
		if _, err := w.vault.As(p.ID, who).NewRecovery(ctx); !errors.Is(err, ErrDenied) {
			t.Errorf("%s: %v", name, err)
		}
		if w.refusals(p) == before {
			t.Errorf("%s: nothing of it stands in the journal", name)
		}
	}
	if err := w.vault.OpensWith(ctx, p.Name, p.Recovery); err != nil {
		t.Error(err)
	}
}

// refusals counts what the journal says was refused.
func (w *world) refusals(p Created) (n int) {
	w.Helper()
	for _, e := range w.journal(p) {
		if !e.Allowed {
			n += max(1, e.Count)
		}
	}
	return n
}

// TestNewRecoveryStoppedAtEachStep leaves a change where a stop would: the pod has
// the old key or the new one, and a rotation afterwards knows which.
func TestNewRecoveryStoppedAtEachStep(t *testing.T) {
	for step, finished := range map[string]bool{"begun": false, "slots written": true} {
		t.Run(step, func(t *testing.T) {
			w := newWorld(t)
			p := w.maria()
			h, err := w.vault.acquire(ctx, p.ID)
			if err != nil {
				t.Fatal(err)
			}
			fresh, err := crypto.GenerateRecoveryKey()
			if err != nil {
				t.Fatal(err)
			}
			slots, next, err := h.withRecovery(fresh)
			if err == nil {
				err = h.beginRecovery(next)
			}
			if err == nil && finished {
				err = w.vault.writeSlots(p.ID, slots)
			}
			if err != nil {
				t.Fatal(err)
			}
			w.vault.release(h)
			has, other, lines := p.Recovery, fresh, 0
			if finished {
				has, other, lines = fresh, p.Recovery, 1
			}
			for range 2 {
				w.restart()
				w.get(w.vault.As(p.ID, owner(p)), "/profile/card")
				w.opensWith(p, has, other)
			}
			if n := w.did(p, "new-recovery-key"); n != lines {
				t.Errorf("the journal has %d lines about it, want %d", n, lines)
			}
			if err := w.vault.As(p.ID, console(p)).Rotate(ctx, nil); err != nil {
				t.Fatal(err)
			}
			w.opensWith(p, has, other)
		})
	}
}
