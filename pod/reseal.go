package pod

import (
	"bytes"
	"cmp"
	"context"
	"fmt"

	"skrin/crypto"
)

// resealStep is how many values one transaction seals anew: few enough that
// nobody waits long.
const resealStep = 200

// reseal seals every value with the current key that is not yet, in short
// transactions beside all other work. It may be stopped and begun again. progress
// may be nil.
func (h *handle) reseal(ctx context.Context, progress func(done, total int)) error {
	current := h.keys.Current()
	if done, err := h.resealed(current); done || err != nil {
		return err
	}
	buckets := []bucket{bHeader, bDir, bGrant, bJournal, bIndex}
	s := &steps{tell: progress}
	if err := h.store.view(func(t *tx) error {
		s.total = t.count(append(buckets, bDir)...) // the directory once more, for what belongs to its nodes
		return nil
	}); err != nil {
		return err
	}
	for _, b := range buckets {
		if err := h.resealBucket(ctx, b, s); err != nil {
			return err
		}
	}
	if err := h.resealTree(ctx, s); err != nil {
		return err
	}
	if err := h.commit(ctx, func(c *change) error {
		return h.seal(c.tx, bHeader, keyResealed, 0, current[:])
	}); err != nil {
		return err
	}
	s.finish()
	return nil
}

// resealing is commit for a step of it, which leaves the reserve.
func (h *handle) resealing(ctx context.Context, do func(*change) error) error {
	if err := h.vault.space.forWriting(); err != nil {
		return err
	}
	return h.commit(ctx, do)
}

func (h *handle) resealed(current [4]byte) (done bool, err error) {
	err = h.store.view(func(t *tx) error {
		id, err := h.open(t, bHeader, keyResealed, 0)
		done = bytes.Equal(id, current[:]) || id == nil && t.get(bHeader, olderKey(0)) == nil
		return err
	})
	return done, err
}

// resealBucket goes through a bucket whose values are all bound to version 0.
func (h *handle) resealBucket(ctx context.Context, b bucket, s *steps) error {
	for after := []byte(nil); ; {
		more, last, passed := false, after, 0
		err := h.resealing(ctx, func(c *change) error {
			var stale [][]byte
			more, last, passed = false, after, 0
			err := c.scan(b, nil, after, func(key, sealed []byte) (bool, error) {
				last = bytes.Clone(key)
				passed++
				if h.stale(b, key, sealed) {
					stale = append(stale, last)
				}
				more = len(stale) == resealStep
				return !more, nil
			})
			for _, key := range stale {
				if err == nil {
					err = h.sealAnew(c.tx, b, key, 0)
				}
			}
			return err
		})
		if err != nil {
			return err
		}
		if s.add(passed); !more {
			return nil
		}
		after = last
	}
}

// stale says whether a value is sealed, and with an older key. The keys
// themselves are sealed with what they must be sealed with.
func (h *handle) stale(b bucket, key, sealed []byte) bool {
	if b == bHeader && (bytes.Equal(key, keyFormat) || bytes.Equal(key, keyNext) || bytes.HasPrefix(key, []byte("older/"))) {
		return false
	}
	id, err := crypto.SealedWith(sealed)
	return err == nil && id != h.keys.Current()
}

func (h *handle) sealAnew(t *tx, b bucket, key []byte, version uint64) error {
	sealed := t.get(b, key)
	if sealed == nil || !h.stale(b, key, sealed) {
		return nil
	}
	plain, err := h.open(t, b, key, version)
	if err != nil {
		return err
	}
	return h.seal(t, b, key, version, plain)
}

// resealTree goes through bodies, ACLs and descriptions, whose versions stand in
// the directory.
func (h *handle) resealTree(ctx context.Context, s *steps) error {
	var batch []*node
	flush := func() error {
		nodes := batch
		batch = nil
		if err := h.resealing(ctx, func(c *change) error {
			for _, n := range nodes {
				if err := h.resealNode(c.tx, n); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
		s.add(len(nodes))
		return nil
	}
	c := checking{h: h, ctx: ctx, seen: map[string]bool{}}
	c.visit = func(_ *tx, n *node) error {
		batch = append(batch, n)
		return nil
	}
	c.pause = func() error {
		if len(batch) < resealStep {
			return nil
		}
		return flush()
	}
	c.tree()
	if len(c.report.Problems) > 0 {
		return cmp.Or(c.failed, fmt.Errorf("%w: %s", ErrDamaged, c.report.Problems[0]))
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return flush()
}

// resealNode seals what belongs to a node anew, as the directory has it now.
func (h *handle) resealNode(t *tx, n *node) error {
	plain, err := h.open(t, bDir, n.key, 0)
	if err != nil || plain == nil { // nil: it is gone
		return err
	}
	e, err := parseEntry(plain)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	for p, version := range map[part]uint64{partBody: e.version, partACL: e.acl, partMeta: e.meta} {
		if version == 0 {
			continue
		}
		if err := h.sealAnew(t, bNode, nodeKey(e.node, p), version); err != nil {
			return err
		}
	}
	return h.sealAnew(t, bBody, e.body[:], e.version)
}
