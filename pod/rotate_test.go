package pod

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"skrin/acl"
	"skrin/crypto"
)

func TestRotateWhileServing(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria := w.vault.As(p.ID, owner(p))
	big := strings.Repeat("large ", 20_000)
	w.put(maria, "/big", text(big))
	for i := range 500 {
		w.put(maria, fmt.Sprintf("/c/%d", i), Draft{MediaType: "text/plain", Body: strings.NewReader(fmt.Sprint(i)), References: []string{fmt.Sprint("Observation/", i)}})
	}
	w.put(maria, "/c/.acl", turtle(`@prefix acl: <http://www.w3.org/ns/auth/acl#>. <#r> a acl:Authorization; acl:agent <`+silvia.WebID.String()+`>; acl:default <./>; acl:mode acl:Read.`))
	w.grant(p, ana, "/c/", acl.Read, time.Hour)
	old, err := w.vault.podKey(p.ID)
	if err != nil {
		t.Fatal(err)
	}
	stop := make(chan struct{})
	var load sync.WaitGroup
	load.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
				w.put(maria, fmt.Sprintf("/load/%d", i%30), text("x"))
				w.get(w.vault.As(p.ID, ana), fmt.Sprintf("/c/%d", i%500))
			}
		}
	})
	for range 2 {
		if err := maria.Rotate(ctx, nil); err != nil {
			t.Fatal(err)
		}
	}
	close(stop)
	load.Wait()
	w.allSealedAnew(p)
	w.restart()
	maria = w.vault.As(p.ID, owner(p))
	if w.get(maria, "/big") != big || w.get(w.vault.As(p.ID, ana), "/c/7") != "7" || w.get(w.vault.As(p.ID, silvia), "/c/8") != "8" {
		t.Error("something else comes back")
	}
	if now, err := w.vault.podKey(p.ID); err != nil || now.ID() == old.ID() {
		t.Error("the slots still hold the old key", err)
	}
	if err := w.vault.Recover(ctx, p.ID, p.Recovery); err != nil {
		t.Error("the recovery key opens no more:", err)
	}
	w.restart()
	w.get(w.vault.As(p.ID, owner(p)), "/c/9")
}

// allSealedAnew fails if any value is sealed with another key than the current one.
func (w *world) allSealedAnew(p Created) {
	w.Helper()
	h, err := w.vault.acquire(ctx, p.ID)
	if err != nil {
		w.Fatal(err)
	}
	defer w.vault.release(h)
	for _, b := range podBuckets {
		if b == bTree {
			continue
		}
		h.store.view(func(t *tx) error {
			return t.scan(b, nil, nil, func(key, sealed []byte) (bool, error) {
				if h.stale(b, key, sealed) {
					w.Errorf("%c %x is sealed with an older key", b, key)
				}
				return true, nil
			})
		})
	}
}

// TestRotationStoppedAtEachStep leaves a rotation where a stop would, and opens the pod.
func TestRotationStoppedAtEachStep(t *testing.T) {
	for _, step := range []string{"begun", "slots written"} {
		t.Run(step, func(t *testing.T) {
			w := newWorld(t)
			p := w.maria()
			w.put(w.vault.As(p.ID, owner(p)), "/x", text("before"))
			h, err := w.vault.acquire(ctx, p.ID)
			if err != nil {
				t.Fatal(err)
			}
			key, err := w.vault.podKey(p.ID)
			if err != nil {
				t.Fatal(err)
			}
			next := crypto.NewPodKey()
			if err := h.beginRotation(key, next); err != nil {
				t.Fatal(err)
			}
			if step == "slots written" {
				slots, err := h.renewed(next)
				if err == nil {
					err = w.vault.writeSlots(p.ID, slots)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			w.vault.release(h)
			for range 2 {
				w.restart()
				if got := w.get(w.vault.As(p.ID, owner(p)), "/x"); got != "before" {
					t.Fatal(got)
				}
			}
			if now, err := w.vault.podKey(p.ID); err != nil || now.ID() != next.ID() {
				t.Error("the rotation was not finished", err)
			}
			if err := w.vault.As(p.ID, owner(p)).Rotate(ctx, nil); err != nil {
				t.Fatal(err)
			}
			w.allSealedAnew(p)
		})
	}
}

// TestRemovedSlotOpensNothingNew keeps the old slots file, as somebody might who
// could once open the pod: after a rotation it opens no longer.
func TestRemovedSlotOpensNothingNew(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	slots, err := os.ReadFile(w.vault.slotsFile(p.ID))
	if err != nil {
		t.Fatal(err)
	}
	if err := w.vault.As(p.ID, owner(p)).Rotate(ctx, nil); err != nil {
		t.Fatal(err)
	}
	w.vault.Close()
	fresh, err := os.ReadFile(w.vault.slotsFile(p.ID))
	if err != nil {
		t.Fatal(err)
	}
	os.WriteFile(w.vault.slotsFile(p.ID), slots, 0o600)
	w.start()
	w.refused(w.vault.As(p.ID, owner(p)), "/", ErrDamaged)
	w.vault.Close()
	os.WriteFile(w.vault.slotsFile(p.ID), fresh, 0o600)
	w.start()
}

func TestRotationNeedsEverySlot(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	slots, err := w.vault.readSlots(p.ID)
	if err != nil {
		t.Fatal(err)
	}
	strange := slots[0]
	strange.Kind = crypto.PassphraseSlot
	strange.ID[0] ^= 1
	if err := w.vault.writeSlots(p.ID, append(slots, strange)); err != nil {
		t.Fatal(err)
	}
	if err := w.vault.As(p.ID, owner(p)).Rotate(ctx, nil); !errors.Is(err, ErrSlot) {
		t.Error(err)
	}
	w.vault.writeSlots(p.ID, slots)
}

// TestResealingInRetriedGroups seals values anew in a commit that has to be done
// again because another one in the same group of commits failed: none is passed over.
func TestResealingInRetriedGroups(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	w.put(w.vault.As(p.ID, owner(p)), "/x", text("x"))
	h, err := w.vault.acquire(ctx, p.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer w.vault.release(h)
	key, err := w.vault.podKey(p.ID)
	if err != nil {
		t.Fatal(err)
	}
	next := crypto.NewPodKey()
	slots, err := h.renewed(next)
	if err == nil {
		err = errors.Join(h.beginRotation(key, next), h.keys.Advance(next), h.finishRotation(slots))
	}
	if err != nil {
		t.Fatal(err)
	}
	resealed, failed := make(chan error, 1), make(chan error, 1)
	release := w.hold(h)
	go func() { resealed <- h.reseal(ctx, nil) }()
	w.queued(h, 1)
	go func() { failed <- h.commit(ctx, spoiled) }()
	w.queued(h, 2)
	release()
	if err := <-failed; !errors.Is(err, errPlanted) {
		t.Fatal(err)
	}
	if err := <-resealed; err != nil {
		t.Fatal(err)
	}
	w.allSealedAnew(p)
}
