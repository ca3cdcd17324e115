package pod

import (
	"context"
	"errors"
	"fmt"

	"skrin/crypto"
)

// Rotating gives a pod a new key: values are sealed with it from then on, and
// what is there is sealed anew bit by bit. The steps, each durable before the
// next, so that a stop after any of them leaves a pod that opens:
//
//  1. In one transaction: the new key sealed under the present one (`next`),
//     and the present and older ones sealed under the new one (`older/n`).
//  2. The slots file, with every slot made anew for the new key.
//  3. `next` is removed.
//
// Whoever opens the pod with the old key finds `next` and goes on with step 2.

var (
	keyNext     = []byte("next")
	keyRecovery = []byte("recovery") // public half of the recovery key, to renew its slot
	keyResealed = []byte("resealed") // id of the key that everything is sealed with
)

func olderKey(i int) []byte { return fmt.Appendf(nil, "older/%d", i) }

// ErrSlot is returned when a slot cannot be made anew without its holder.
var ErrSlot = errors.New("a slot cannot be renewed without its holder")

// Rotate gives the pod a new key while it goes on being used, and waits until
// everything is sealed with it. Slots whose holder is not known to the pod
// (passphrases) must be removed before: ErrSlot. progress may be nil; it hears how
// many of the values have been gone through. Only the owner may. ErrNoSpace: the pod
// has its new key, or not; what is not yet sealed with it is when there is room.
func (s *Session) Rotate(ctx context.Context, progress func(done, total int)) error {
	h, err := s.controlled(ctx)
	if err != nil {
		return err
	}
	defer s.vault.release(h)
	if err := s.vault.space.forWriting(); err != nil {
		return err
	}
	err = h.exclusive(ctx, func() error {
		h.vault.slotsMu.Lock()
		defer h.vault.slotsMu.Unlock()
		key, err := s.vault.podKey(h.id) // in here: another rotation may just have ended
		if err != nil {
			return err
		}
		next := crypto.NewPodKey()
		slots, err := h.renewed(next)
		if err != nil {
			return err
		}
		if err = h.beginRotation(key, next); err == nil {
			if err = h.keys.Advance(next); err == nil {
				err = h.finishRotation(slots)
			}
		}
		if err != nil { // begun, and not finished: whoever opens the pod again goes on with it
			h.fence(err)
			return ErrFenced
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := h.commit(ctx, func(c *change) error {
		c.journal(h.line(s, "rotate", Path{}))
		return nil
	}); err != nil {
		return err
	}
	return h.reseal(ctx, progress)
}

// beginRotation is step 1.
func (h *handle) beginRotation(key, next crypto.PodKey) error {
	ring, err := crypto.NewKeyring(h.id, next)
	if err != nil {
		return err
	}
	defer ring.Destroy()
	_, err = h.store.update(func(t *tx) error {
		older, err := h.olderKeys(t, h.keys)
		if err != nil {
			return err
		}
		err = t.put(bHeader, keyNext, h.keys.SealKey(nil, h.label(bHeader, keyNext, 0), next))
		for i, old := range append([]crypto.PodKey{key}, older...) {
			err = errors.Join(err, t.put(bHeader, olderKey(i), ring.SealKey(nil, h.label(bHeader, olderKey(i), 0), old)))
		}
		return err
	})
	return diskError(err)
}

// finishRotation is steps 2 and 3.
func (h *handle) finishRotation(slots []crypto.Slot) error {
	if err := h.vault.writeSlots(h.id, slots); err != nil {
		return err
	}
	_, err := h.store.update(func(t *tx) error { return t.del(bHeader, keyNext) })
	return diskError(err)
}

// renewed makes every slot of the pod anew for a key.
func (h *handle) renewed(key crypto.PodKey) ([]crypto.Slot, error) {
	slots, err := h.vault.readSlots(h.id)
	if err != nil {
		return nil, err
	}
	for i, slot := range slots {
		switch slot.Kind {
		case crypto.HostSlot:
			slots[i], err = crypto.SealHost(h.vault.key, h.id, key)
		case crypto.RecoverySlot:
			var recipient []byte
			err = h.store.view(func(t *tx) error {
				recipient, err = h.open(t, bHeader, keyRecovery, 0)
				return err
			})
			if err == nil {
				slots[i], err = crypto.SealRecoveryFor(string(recipient), h.id, key)
			}
		default:
			err = fmt.Errorf("%w: %s", ErrSlot, slot.Kind)
		}
		if err != nil {
			return nil, err
		}
	}
	return slots, nil
}

// olderKeys opens the keys before the ring's current one, newest first.
func (h *handle) olderKeys(t *tx, ring *crypto.Keyring) (older []crypto.PodKey, err error) {
	for i := 0; ; i++ {
		sealed := t.get(bHeader, olderKey(i))
		if sealed == nil {
			return older, nil
		}
		key, err := ring.OpenKey(h.label(bHeader, olderKey(i), 0), sealed)
		if err != nil {
			return nil, fmt.Errorf("%w: older key: %w", ErrDamaged, err)
		}
		older = append(older, key)
	}
}

// gatherKeys makes the pod's keyring of the key that a slot gave, and goes on
// with a rotation that was interrupted.
func (h *handle) gatherKeys(key crypto.PodKey) error {
	key, interrupted, err := h.presentKey(key)
	if err != nil {
		return err
	}
	if err := h.makeKeyring(key); err != nil || !interrupted {
		return err
	}
	h.vault.slotsMu.Lock()
	defer h.vault.slotsMu.Unlock()
	slots, err := h.renewed(key)
	if err != nil {
		return err
	}
	return h.finishRotation(slots)
}

// presentKey gives the key that values are sealed with, of the key that a slot
// gave: another one while a rotation has not got as far as the slots.
func (h *handle) presentKey(key crypto.PodKey) (present crypto.PodKey, interrupted bool, err error) {
	ring, err := crypto.NewKeyring(h.id, key)
	if err != nil {
		return key, false, err
	}
	defer ring.Destroy()
	present = key
	err = h.store.view(func(t *tx) error {
		sealed := t.get(bHeader, keyNext)
		if sealed == nil {
			return nil
		}
		interrupted = true
		if by, err := crypto.SealedWith(sealed); err != nil || by != key.ID() {
			return err // the slots have the new key already: step 3 is left
		}
		present, err = ring.OpenKey(h.label(bHeader, keyNext, 0), sealed)
		return err
	})
	if err != nil {
		return key, false, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return present, interrupted, nil
}

func (h *handle) makeKeyring(key crypto.PodKey) error {
	ring, err := crypto.NewKeyring(h.id, key)
	if err != nil {
		return err
	}
	defer ring.Destroy()
	var older []crypto.PodKey
	if err := h.store.view(func(t *tx) error {
		older, err = h.olderKeys(t, ring)
		return err
	}); err != nil {
		return err
	}
	h.keys, err = crypto.NewKeyring(h.id, key, older...)
	for _, k := range older {
		k.Destroy()
	}
	return err
}
