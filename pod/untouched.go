package pod

import (
	"bytes"
	"context"
)

// keySeeded keeps where a pod's sequences stood when it had been made.
var keySeeded = []byte("seeded")

// sequences are numbers that change with every change of what is in the pod and of
// what is allowed there. What happens around the account, a new recovery key and
// a new key of the pod change none.
func (t *tx) sequences() []byte {
	var all []byte
	for _, b := range []bucket{bHeader, bDir, bGrant} {
		all = append(all, number(t.sequence(b))...)
	}
	return all
}

// keepSeeded notes that the pod has what it was made with, and nothing else.
func (s *Session) keepSeeded(ctx context.Context) error {
	h, err := s.vault.acquire(ctx, s.id)
	if err != nil {
		return err
	}
	defer s.vault.release(h)
	return h.commit(ctx, func(c *change) error { return h.seal(c.tx, bHeader, keySeeded, 0, c.sequences()) })
}

// Untouched says whether nothing was ever written, removed, given or ruled in the
// pod since it was made: erasing it loses nothing. In doubt it says no: of a pod
// that was restored or moved, that was made before this was noted, or was there when the
// host confirmed a jump of its clock. Only the owner may ask.
func (s *Session) Untouched(ctx context.Context) (bool, error) {
	h, err := s.controlled(ctx)
	if err != nil {
		return false, err
	}
	defer s.vault.release(h)
	untouched := false
	err = h.store.view(func(t *tx) error {
		seeded, err := h.open(t, bHeader, keySeeded, 0)
		untouched = bytes.Equal(seeded, t.sequences())
		return err
	})
	return untouched, err
}
