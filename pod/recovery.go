package pod

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"skrin/crypto"
)

// A pod's recovery key stands in two places: the slot that it opens, and in the
// pod's file its public half, from which that slot is made anew when the pod gets
// another key. A new recovery key changes both, in steps that are durable one
// after the other:
//
//  1. `recovery/next`: the new slot's id, and the new public half.
//  2. The slots file, with the new slot in the old one's place.
//  3. `recovery` has the new public half, `recovery/next` goes, and the journal
//     has its line.
//
// Whoever opens the pod and finds `recovery/next` looks whether the slots file has
// that slot: then step 3 is done, and else nothing has happened.

var keyRecoveryNext = []byte("recovery/next")

// nextRecovery is the recovery key that a pod is about to have.
type nextRecovery struct {
	Slot   []byte `json:"slot"` // its id
	Public string `json:"public"`
}

// NewRecovery gives the pod a new recovery key. The one before it opens the pod no
// more, nor backups that are made from now on; backups that exist keep the key
// that they were made with. The key is kept nowhere, so this is the only moment to
// give it to the owner; the caller destroys it. Only the owner may, at the console or
// the command line. ErrFenced: whether the pod has the new key or the old one is
// found out when it is opened next.
func (s *Session) NewRecovery(ctx context.Context) (*RecoveryKey, error) {
	h, err := s.atConsole(ctx)
	if err != nil {
		return nil, err
	}
	defer s.vault.release(h)
	if err := s.vault.space.forWriting(); err != nil {
		return nil, err
	}
	fresh, err := crypto.GenerateRecoveryKey()
	if err != nil {
		return nil, err
	}
	if err := h.exclusive(ctx, func() error { return h.changeRecovery(fresh) }); err != nil {
		fresh.Destroy()
		return nil, err
	}
	h.keepWitness()
	return fresh, nil
}

// changeRecovery does the three steps, on the writer's goroutine.
func (h *handle) changeRecovery(fresh *RecoveryKey) error {
	h.vault.slotsMu.Lock()
	defer h.vault.slotsMu.Unlock()
	slots, next, err := h.withRecovery(fresh)
	if err != nil {
		return err
	}
	if err = h.beginRecovery(next); err == nil {
		if err = h.vault.writeSlots(h.id, slots); err == nil {
			err = h.finishRecovery(next)
		}
	}
	if err != nil { // begun, and not finished: whoever opens the pod again finds out how far it came
		h.fence(err)
		return ErrFenced
	}
	return nil
}

// withRecovery makes the pod's slots with one for this recovery key in the place
// of the one that is there.
func (h *handle) withRecovery(fresh *RecoveryKey) ([]crypto.Slot, nextRecovery, error) {
	key, err := h.vault.podKey(h.id)
	if err != nil {
		return nil, nextRecovery{}, err
	}
	defer key.Destroy()
	slots, err := h.vault.readSlots(h.id)
	if err != nil {
		return nil, nextRecovery{}, err
	}
	slot, err := crypto.SealRecovery(fresh, h.id, key)
	if err != nil {
		return nil, nextRecovery{}, err
	}
	slots = slices.DeleteFunc(slots, func(s crypto.Slot) bool { return s.Kind == crypto.RecoverySlot })
	return append(slots, slot), nextRecovery{Slot: slot.ID[:], Public: fresh.Recipient()}, nil
}

// beginRecovery is step 1.
func (h *handle) beginRecovery(next nextRecovery) error {
	plain, err := json.Marshal(next)
	if err != nil {
		return err
	}
	_, err = h.store.update(func(t *tx) error { return h.seal(t, bHeader, keyRecoveryNext, 0, plain) })
	return diskError(err)
}

// finishRecovery is step 3.
func (h *handle) finishRecovery(next nextRecovery) error {
	_, err := h.store.update(func(t *tx) error {
		return errors.Join(
			h.seal(t, bHeader, keyRecovery, 0, []byte(next.Public)),
			t.del(bHeader, keyRecoveryNext),
			h.appendLine(t, Line{
				At: h.now().UTC(), Who: h.info.Owner, Client: CLI.String(), Did: "new-recovery-key", Allowed: true,
				Because: "the pod has a new recovery key; the one before it opens it no more",
			}),
			h.sealHead(t),
		)
	})
	return diskError(err)
}

// settleRecovery goes on with a change of the recovery key that was interrupted,
// or takes back what it had begun.
func (h *handle) settleRecovery() error {
	var next nextRecovery
	err := h.store.view(func(t *tx) error {
		plain, err := h.open(t, bHeader, keyRecoveryNext, 0)
		if err != nil || plain == nil {
			return err
		}
		if err := json.Unmarshal(plain, &next); err != nil {
			return fmt.Errorf("%w: the next recovery key: %w", ErrDamaged, err)
		}
		return nil
	})
	if err != nil || next.Slot == nil {
		return err
	}
	h.vault.slotsMu.Lock()
	defer h.vault.slotsMu.Unlock()
	slots, err := h.vault.readSlots(h.id)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(slots, func(s crypto.Slot) bool { return slices.Equal(s.ID[:], next.Slot) }) {
		return h.finishRecovery(next)
	}
	_, err = h.store.update(func(t *tx) error { return t.del(bHeader, keyRecoveryNext) })
	return diskError(err)
}

// OpensWith says whether this is the recovery key of the pod of that name: nil if it
// is, ErrWrongKey if it is another's, ErrNoPod if there is no such pod. Nothing
// is opened by it, and no line is written: see Note.
func (v *Vault) OpensWith(ctx context.Context, name string, key *RecoveryKey) error {
	p, err := v.Lookup(name)
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	slots, err := v.readSlots(p.ID)
	if err != nil {
		return err
	}
	opened, err := openRecovery(slots, p.ID, key)
	opened.Destroy()
	return err
}

// atConsole opens the pod for what its owner does at the console or the command
// line alone: an app that has the owner's token may not, whatever it may do besides.
func (s *Session) atConsole(ctx context.Context) (*handle, error) {
	h, err := s.controlled(ctx)
	if err != nil || s.agent.Client == CLI {
		return h, err
	}
	defer s.vault.release(h)
	return nil, s.refusal(ctx, h, MustPath("/.access/"), "control", ErrDenied)
}
