package pod

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"os"

	"golang.org/x/mod/sumdb/tlog"

	"skrin/acl"
)

// Report is what a verification has found.
type Report struct {
	Resources int   // nodes of the tree
	Bytes     int64 // of plain bodies that were opened
	Grants    int
	Lines     uint64 // of the journal
	Head      Head
	Problems  []string // what is wrong, and where; empty: nothing
}

// Sound says whether nothing is wrong.
func (r *Report) Sound() bool { return len(r.Problems) == 0 }

// Verify reads and opens everything of a pod: structure, directory, bodies,
// ACLs, grants, and every line of the journal against its tree and head. It
// runs beside reading and writing. progress may be nil; it hears how many
// nodes have been read.
func (v *Vault) Verify(ctx context.Context, name string, progress func(done int)) (Report, error) {
	p, err := v.Lookup(name)
	if err != nil {
		return Report{}, err
	}
	h, err := v.acquire(ctx, p.ID)
	if err != nil {
		return Report{}, err
	}
	defer v.release(h)
	h.flushTally()
	return h.verify(progress), nil
}

func (h *handle) verify(progress func(int)) Report {
	c := checking{h: h, progress: progress, seen: map[string]bool{}}
	if err := h.store.check(); err != nil {
		c.problem("file structure", err)
	}
	err := h.store.view(func(t *tx) error {
		c.tree(t)
		c.strays(t)
		c.grants(t)
		c.journal(t)
		return nil
	})
	if err != nil {
		c.problem("pod file", err)
	}
	return c.report
}

// checking is a verification on its way.
type checking struct {
	h        *handle
	report   Report
	progress func(int)
	seen     map[string]bool // keys of nodes, bodies and references that the tree accounts for
}

func (c *checking) problem(where string, err error) {
	c.report.Problems = append(c.report.Problems, fmt.Sprintf("%s: %v", where, err))
}

// tree walks the directory from the root, without recursion.
func (c *checking) tree(t *tx) {
	root, err := c.h.lookup(t, nodeID{}, "")
	if err != nil || root == nil {
		c.problem("/", fmt.Errorf("%w: no root (%v)", ErrDamaged, err))
		return
	}
	root.path = Root
	waiting := []*node{root}
	for len(waiting) > 0 {
		n := waiting[len(waiting)-1]
		waiting = waiting[:len(waiting)-1]
		c.node(t, n)
		if !n.entry.container {
			continue
		}
		if err := c.h.members(t, n, nil, func(m *node) (bool, error) {
			if !bytes.Equal(m.key, c.h.dirKey(n.entry.node, m.entry.name)) {
				c.problem(m.path.s, fmt.Errorf("%w: stands under another name", ErrDamaged))
			}
			waiting = append(waiting, m)
			return true, nil
		}); err != nil {
			c.problem(n.path.s, err)
		}
	}
}

// node opens everything that belongs to one node.
func (c *checking) node(t *tx, n *node) {
	c.report.Resources++
	if c.progress != nil {
		c.progress(c.report.Resources)
	}
	c.seen[string(n.key)] = true
	for _, p := range []part{partACL, partMeta} {
		if (p == partACL && n.entry.acl == 0) || (p == partMeta && n.entry.meta == 0) {
			continue
		}
		c.seen[string(nodeKey(n.entry.node, p))] = true
		if doc, err := c.h.document(t, n, p); err != nil {
			c.problem(n.path.s, err)
		} else if g, err := c.h.decode(doc, n.path.ACL()); p == partACL && err != nil {
			c.problem(n.path.ACL().s, err)
		} else if p == partACL {
			if _, err := acl.Parse(g, c.h.iri(n.path)); err != nil {
				c.problem(n.path.ACL().s, err)
			}
		}
	}
	if !n.entry.container {
		c.body(t, n)
	}
	for _, ref := range n.entry.refs {
		c.seen[string(c.h.refKey(ref))] = true
	}
}

// body reads a body to its end, and a file against its hash.
func (c *checking) body(t *tx, n *node) {
	c.seen[string(nodeKey(n.entry.node, partBody))] = true
	c.seen[string(n.entry.body[:])] = true
	body, err := c.h.body(t, n)
	if err != nil {
		c.problem(n.path.s, err)
		return
	}
	defer body.Close()
	read, err := io.Copy(io.Discard, body)
	c.report.Bytes += read
	if err == nil && read != n.entry.size {
		err = fmt.Errorf("%w: %d of %d bytes", ErrDamaged, read, n.entry.size)
	}
	if err == nil && !n.entry.body.isZero() {
		err = c.sum(t, n)
	}
	if err != nil {
		c.problem(n.path.s, err)
	}
}

func (c *checking) sum(t *tx, n *node) error {
	record, err := c.h.open(t, bBody, n.entry.body[:], n.entry.version)
	if err != nil {
		return err
	}
	f, err := os.Open(c.h.bodyFile(n.entry.body))
	if err != nil {
		return err
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return err
	}
	if !bytes.Equal(sum.Sum(nil), record[8:8+sha256.Size]) {
		return fmt.Errorf("%w: the body's file was changed", ErrDamaged)
	}
	return nil
}

// strays finds values that no node of the tree accounts for.
func (c *checking) strays(t *tx) {
	for _, b := range []bucket{bDir, bNode, bBody, bIndex} {
		stray := 0
		err := t.scan(b, nil, nil, func(key, _ []byte) (bool, error) {
			if !c.seen[string(key)] {
				stray++
			}
			return true, nil
		})
		if err != nil {
			c.problem("pod file", err)
		}
		if stray > 0 {
			c.problem("pod file", fmt.Errorf("%w: %d values of kind %q belong to nothing", ErrDamaged, stray, b))
		}
	}
}

func (c *checking) grants(t *tx) {
	err := t.scan(bGrant, nil, nil, func(key, sealed []byte) (bool, error) {
		plain, err := c.h.keys.Open(nil, c.h.label(bGrant, key, 0), sealed)
		if err == nil {
			_, err = c.h.parseGrant(key, plain)
		}
		if err != nil {
			c.problem("grant", fmt.Errorf("%w: %w", ErrDamaged, err))
		}
		c.report.Grants++
		return true, nil
	})
	if err != nil {
		c.problem("grants", err)
	}
}

// journal opens every line and builds the tree anew from nothing but them.
func (c *checking) journal(t *tx) {
	head, err := c.h.head(t)
	if err != nil {
		c.problem("journal", err)
		return
	}
	rebuilt := map[int64]tlog.Hash{}
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, at := range indexes {
			out[i] = rebuilt[at]
		}
		return out, nil
	})
	for n := range head.Size {
		e, err := c.h.entryAt(t, n)
		if err != nil {
			c.problem("journal", err)
			return
		}
		hashes, err := tlog.StoredHashesForRecordHash(int64(n), e.Leaf, reader)
		if err != nil {
			c.problem("journal", err)
			return
		}
		at := tlog.StoredHashIndex(0, int64(n))
		for i, hash := range hashes {
			rebuilt[at+int64(i)] = hash
			if !bytes.Equal(hash[:], t.get(bTree, number(uint64(at)+uint64(i)))) {
				c.problem(fmt.Sprintf("journal line %d", n), fmt.Errorf("%w: the tree tells otherwise", ErrDamaged))
			}
		}
	}
	c.report.Lines, c.report.Head = head.Size, head
	if head.Size == 0 {
		return
	}
	if root, err := tlog.TreeHash(int64(head.Size), reader); err != nil || root != head.Root {
		c.problem("journal", fmt.Errorf("%w: the head does not fit the lines", ErrDamaged))
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
	c := checking{h: h}
	err = h.store.view(func(t *tx) error {
		c.journal(t)
		if len(c.report.Problems) > 0 || since == nil || since.Size == 0 {
			return nil
		}
		return h.proveSince(t, *since, c.report.Head)
	})
	if err == nil && len(c.report.Problems) > 0 {
		err = fmt.Errorf("%w: %s", ErrDamaged, c.report.Problems[0])
	}
	return c.report.Head, err
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

// Stats are figures for the host's metrics. They tell of no pod in particular.
type Stats struct {
	Pods     int // that exist
	Open     int // that are open now
	Fenced   int
	FreeDisk int64
	Doubtful bool // the clock has jumped
}

// Stats counts.
func (v *Vault) Stats() Stats {
	st := Stats{Doubtful: v.clock.doubtful()}
	if pods, err := v.host.pods(); err == nil {
		st.Pods = len(pods)
	}
	st.FreeDisk, _ = v.space.free(v.dir)
	v.mu.Lock()
	defer v.mu.Unlock()
	st.Open = len(v.open)
	for _, s := range v.open {
		if s.handle != nil && s.handle.fenced.Load() {
			st.Fenced++
		}
	}
	return st
}
