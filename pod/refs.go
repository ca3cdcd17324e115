package pod

import (
	"context"
	"fmt"
	"slices"

	"skrin/acl"
)

// refer makes the references lead to n, and no longer those that led to it until
// now. Where another record has a reference already it keeps it: n stands
// behind it, and takes its place when it goes. So nobody who may only add can
// draw others' references to what they add.
func (h *handle) refer(t *tx, n *node, refs []string) error {
	for _, ref := range n.entry.refs {
		if slices.Contains(refs, ref) {
			continue
		}
		if err := h.changePlaces(t, ref, func(places []string) []string {
			return slices.DeleteFunc(places, func(p string) bool { return p == n.path.s })
		}); err != nil {
			return err
		}
	}
	n.entry.refs = slices.Clone(refs)
	for _, ref := range refs {
		if err := h.changePlaces(t, ref, func(places []string) []string {
			if slices.Contains(places, n.path.s) || len(places) == maxPlaces {
				return places
			}
			return append(places, n.path.s)
		}); err != nil {
			return err
		}
	}
	return nil
}

// maxPlaces is how many records may share a reference.
const maxPlaces = 32

func (h *handle) changePlaces(t *tx, ref string, change func([]string) []string) error {
	key := h.refKey(ref)
	places, err := h.places(t, key)
	if err != nil {
		return err
	}
	if places = change(places); len(places) == 0 {
		return t.del(bIndex, key)
	}
	var plain []byte
	for _, p := range places {
		plain = appendText(plain, p)
	}
	return h.seal(t, bIndex, key, 0, pad(plain, 0))
}

// places lists the records that share a reference, the first come first.
func (h *handle) places(t *tx, key []byte) ([]string, error) {
	plain, err := h.open(t, bIndex, key, 0)
	if err != nil {
		return nil, err
	}
	var places []string
	for f := (fields{b: plain}); len(f.b) > 0; {
		p := f.text()
		if p == "" { // the padding begins
			break
		}
		places = append(places, p)
	}
	return places, nil
}

func (h *handle) refKey(ref string) []byte {
	key := h.keys.Index("reference", ref)
	return key[:]
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
			p, err := h.resolve(t, s, ref)
			if err != nil {
				return err
			}
			if !p.IsZero() {
				found[ref] = p
			}
		}
		return nil
	})
	return found, err
}

// resolve gives the first record behind a reference that the asker may read.
func (h *handle) resolve(t *tx, s *Session, ref string) (Path, error) {
	places, err := h.places(t, h.refKey(ref))
	if err != nil {
		return Path{}, err
	}
	for _, place := range places {
		p, err := ParsePath(place)
		if err != nil {
			return Path{}, fmt.Errorf("%w: health reference", ErrDamaged)
		}
		st, err := h.stand(t, s, p)
		if err != nil {
			return Path{}, err
		}
		if st.found && st.decision.Allows(acl.Read) {
			return p, nil
		}
	}
	return Path{}, nil
}
