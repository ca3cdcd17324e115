package pod

import (
	"context"
	"fmt"
	"slices"

	"skrin/acl"
)

// refer makes n the record that the references lead to, instead of those that
// led to it until now.
func (h *handle) refer(t *tx, n *node, refs []string) error {
	for _, ref := range n.entry.refs {
		if slices.Contains(refs, ref) {
			continue
		}
		key := h.refKey(ref)
		place, err := h.open(t, bIndex, key, 0)
		if err != nil {
			return err
		}
		if unpadded(place) == n.path.s {
			if err := t.del(bIndex, key); err != nil {
				return err
			}
		}
	}
	n.entry.refs = slices.Clone(refs)
	for _, ref := range refs {
		if err := h.seal(t, bIndex, h.refKey(ref), 0, pad(appendText(nil, n.path.s), 0)); err != nil {
			return err
		}
	}
	return nil
}

func (h *handle) refKey(ref string) []byte {
	key := h.keys.Index("reference", ref)
	return key[:]
}

// unpadded reads a text that was written with its length in front.
func unpadded(b []byte) string {
	f := fields{b: b}
	return f.text()
}

// Resolve finds the health records that the references lead to, as far as the
// asker may read them. References that lead nowhere, or to what they may not
// read, are simply not in the answer.
func (s *Session) Resolve(ctx context.Context, refs []string) (map[string]Path, error) {
	h, err := s.vault.acquire(ctx, s.id)
	if err != nil {
		return nil, err
	}
	defer s.vault.release(h)
	found := make(map[string]Path, len(refs))
	err = h.store.view(func(t *tx) error {
		for _, ref := range refs {
			place, err := h.open(t, bIndex, h.refKey(ref), 0)
			if err != nil {
				return err
			}
			if place == nil {
				continue
			}
			p, err := ParsePath(unpadded(place))
			if err != nil {
				return fmt.Errorf("%w: health reference", ErrDamaged)
			}
			st, err := h.stand(t, s, p)
			if err != nil {
				return err
			}
			if st.found && st.decision.Allows(acl.Read) {
				found[ref] = p
			}
		}
		return nil
	})
	return found, err
}
