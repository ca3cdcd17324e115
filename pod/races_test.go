package pod

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"skrin/crypto"
	"skrin/linkeddata"
)

// TestTwoRotationsAtOnce lets two rotations wait for the writer together.
func TestTwoRotationsAtOnce(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria := w.vault.As(p.ID, owner(p))
	for i := range 50 {
		w.put(maria, fmt.Sprintf("/c/%d", i), text("x"))
	}
	h, err := w.vault.acquire(ctx, p.ID)
	if err != nil {
		t.Fatal(err)
	}
	gate, in := make(chan struct{}), make(chan struct{})
	go h.exclusive(ctx, func() error { close(in); <-gate; return nil })
	<-in
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() {
			if err := maria.Rotate(ctx, nil); err != nil {
				t.Error(err)
			}
		})
	}
	for len(h.ops) < 2 {
	}
	close(gate)
	both.Wait()
	w.vault.release(h)
	w.restart()
	w.get(w.vault.As(p.ID, owner(p)), "/c/7")
}

// TestRecoverWhileRotating gives the host new slots while the key changes.
func TestRecoverWhileRotating(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	for range 20 {
		var both sync.WaitGroup
		maria := w.vault.As(p.ID, owner(p))
		both.Go(func() {
			if err := maria.Rotate(ctx, nil); err != nil {
				t.Error(err)
			}
		})
		both.Go(func() {
			for range 5 {
				if err := w.vault.Recover(ctx, p.ID, p.Recovery); err != nil {
					t.Error(err)
				}
			}
		})
		both.Wait()
		w.restart()
		if _, err := w.vault.As(p.ID, owner(p)).Head(ctx, Root); err != nil {
			t.Fatal(err)
		}
	}
}

// TestBackupOfAnInterruptedRotation backs a pod up whose slots lag behind its file.
func TestBackupOfAnInterruptedRotation(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria := w.vault.As(p.ID, owner(p))
	h, err := w.vault.acquire(ctx, p.ID)
	if err != nil {
		t.Fatal(err)
	}
	key, err := w.vault.podKey(p.ID)
	if err != nil {
		t.Fatal(err)
	}
	next := crypto.NewPodKey()
	if err := h.exclusive(ctx, func() error { // step 1; then the disk failed
		return errors.Join(h.beginRotation(key, next), h.keys.Advance(next))
	}); err != nil {
		t.Fatal(err)
	}
	w.vault.release(h)
	w.put(maria, "/y", text("y"))
	data := w.backup(p, BackupOptions{})
	other := w.elsewhere()
	r, err := other.vault.Restore(ctx, bytes.NewReader(data), RestoreOptions{Recovery: p.Recovery})
	if err != nil {
		t.Fatal(err)
	}
	other.get(other.vault.As(r.ID, owner(Created{Info: r.Info})), "/y")
	other.restart()
	other.get(other.vault.As(r.ID, owner(Created{Info: r.Info})), "/y")
}

// TestBackupOfADamagedPod must not end the process, and give no backup that is called whole.
func TestBackupOfADamagedPod(t *testing.T) {
	for page := range int64(20) {
		w := newWorld(t)
		p := w.maria()
		maria := w.vault.As(p.ID, owner(p))
		for i := range 20 {
			w.put(maria, fmt.Sprintf("/c/%d", i), text(strings.Repeat("x", 3000)))
		}
		f, err := os.OpenFile(w.vault.podFile(p.ID), os.O_RDWR, 0)
		if err == nil {
			_, err = f.WriteAt([]byte{0xff, 0xff, 0x7f}, 4096*(2+page)+10)
		}
		if err := errors.Join(err, f.Close()); err != nil {
			t.Fatal(err)
		}
		h, err := w.vault.acquire(ctx, p.ID)
		if err != nil {
			t.Fatal(err)
		}
		_, copied, _, err := h.snapshot(ctx, false)
		if err != nil && !errors.Is(err, ErrDamaged) {
			t.Errorf("page %d: %v", page, err)
		}
		os.Remove(copied)
		w.vault.release(h)
		w.vault = nil // never closed: the database cannot be trusted to end
	}
}

// TestNewPodsRulesMoveAlong: nothing that a new pod is made with names its address.
func TestNewPodsRulesMoveAlong(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	other := w.elsewhere()
	other.vault.Close()
	other.opt.Base = linkeddata.MustIRI("https://elsewhere.example/")
	other.start()
	r, err := other.vault.Restore(ctx, bytes.NewReader(w.backup(p, BackupOptions{})), RestoreOptions{Recovery: p.Recovery})
	if err != nil || len(r.Links) > 0 {
		t.Errorf("%q %v", r.Links, err)
	}
}
