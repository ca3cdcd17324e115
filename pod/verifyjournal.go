package pod

import (
	"bytes"
	"context"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// journal opens every line and builds the tree anew from nothing but them.
func (c *checking) journal() {
	var head Head
	sound := true
	c.inside("journal", func(t *tx) (err error) {
		head, err = c.h.head(t)
		sound = err == nil
		return err
	})
	rebuilt := map[int64]tlog.Hash{}
	for n := uint64(0); sound && n < head.Size && c.ctx.Err() == nil; n += checkPage {
		c.inside("journal", func(t *tx) error {
			for i := n; i < min(n+checkPage, head.Size); i++ {
				if err := c.line(t, i, rebuilt); err != nil {
					sound = false
					return err
				}
			}
			return nil
		})
	}
	c.report.Lines, c.report.Head = head.Size, head
	if head.Size == 0 || !sound {
		return
	}
	if root, err := tlog.TreeHash(int64(head.Size), hashesIn(rebuilt)); err != nil || root != head.Root {
		c.problem("journal", fmt.Errorf("%w: the head does not fit the lines", ErrDamaged))
	}
}

// line adds one line to the tree that is being rebuilt, and compares.
func (c *checking) line(t *tx, n uint64, rebuilt map[int64]tlog.Hash) error {
	e, err := c.h.entryAt(t, n)
	if err != nil {
		return err
	}
	hashes, err := tlog.StoredHashesForRecordHash(int64(n), e.Leaf, hashesIn(rebuilt))
	if err != nil {
		return err
	}
	at := tlog.StoredHashIndex(0, int64(n))
	c.steps.add(1)
	for i, hash := range hashes {
		rebuilt[at+int64(i)] = hash
		if !bytes.Equal(hash[:], t.get(bTree, number(uint64(at)+uint64(i)))) {
			return fmt.Errorf("%w: line %d: the tree tells otherwise", ErrDamaged, n)
		}
	}
	return nil
}

func hashesIn(m map[int64]tlog.Hash) tlog.HashReaderFunc {
	return func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, at := range indexes {
			out[i] = m[at]
		}
		return out, nil
	}
}

// VerifyJournal reads the whole journal against its head, and proves that it
// still begins with all that stood there when `since` was its head (nil: not
// asked). Only the owner may. It gives the present head, to be kept for next time.
func (s *Session) VerifyJournal(ctx context.Context, since *Head) (Head, error) {
	h, err := s.controlled(ctx)
	if err != nil {
		return Head{}, err
	}
	defer s.vault.release(h)
	h.flushTally()
	c := checking{h: h, ctx: ctx}
	c.journal()
	if len(c.report.Problems) == 0 && since != nil && since.Size > 0 {
		c.inside("journal", func(t *tx) error { return h.proveSince(t, *since, c.report.Head) })
	}
	if len(c.report.Problems) > 0 {
		return c.report.Head, fmt.Errorf("%w: %s", ErrDamaged, c.report.Problems[0])
	}
	return c.report.Head, ctx.Err()
}

func (h *handle) proveSince(t *tx, since, now Head) error {
	if since.Size > now.Size {
		return fmt.Errorf("%w: the journal had %d lines and now has %d", ErrDamaged, since.Size, now.Size)
	}
	proof, err := tlog.ProveTree(int64(now.Size), int64(since.Size), t.hashes())
	if err == nil {
		err = tlog.CheckTree(proof, int64(now.Size), now.Root, int64(since.Size), since.Root)
	}
	if err != nil {
		return fmt.Errorf("%w: the journal does not continue the one of %d lines: %w", ErrDamaged, since.Size, err)
	}
	return nil
}
