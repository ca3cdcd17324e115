package pod

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"os"

	"skrin/acl"
)

// Report is what a verification has found.
type Report struct {
	Resources int   // nodes of the tree
	Bytes     int64 // of plain bodies that were opened
	Grants    int
	Lines     uint64 // of the journal
	Head      Head
	Problems  []Problem // empty: nothing is wrong
}

// Problem is one thing that is not as it was written.
type Problem struct {
	Where string // a path of the pod, "journal", "grant", "grants", "pod file", "file structure" or "verification"
	What  string
}

func (p Problem) String() string { return p.Where + ": " + p.What }

// Sound says whether nothing is wrong.
func (r *Report) Sound() bool { return len(r.Problems) == 0 }

// Verify reads and opens everything of a pod: structure, directory, bodies,
// ACLs, grants, and every line of the journal against its tree and head. It
// runs beside reading and writing. progress may be nil; it hears how many of
// the nodes, grants and lines have been read.
func (v *Vault) Verify(ctx context.Context, name string, progress func(done, total int)) (Report, error) {
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
	h.pin() // a body that is replaced meanwhile is not damage
	defer h.unpin()
	report := h.verify(ctx, progress)
	if err := v.host.check(); err != nil { // what the host has seen of the pod stands there
		report.Problems = append(report.Problems, Problem{"host.db", err.Error()})
	}
	return report, nil
}

// verify reads in many short transactions: a long one would hold up the writer
// when the file has to grow, and everybody behind it.
func (h *handle) verify(ctx context.Context, progress func(done, total int)) Report {
	c := checking{h: h, ctx: ctx, steps: steps{tell: progress}, seen: map[string]bool{}}
	if err := h.store.check(); err != nil {
		c.problem("file structure", err)
	}
	var start uint64
	c.inside("pod file", func(t *tx) error {
		start = t.sequence(bDir)
		c.steps.total = t.count(bDir, bGrant, bJournal)
		return nil
	})
	c.tree()
	c.inside("pod file", func(t *tx) error {
		if t.sequence(bDir) == start { // else what is new would look as if it belonged to nothing
			c.strays(t)
			c.usage(t)
			if c.newest > start {
				c.problem("pod file", fmt.Errorf("%w: values of version %d, and %d were counted", ErrDamaged, c.newest, start))
			}
		}
		c.values(t)
		c.grants(t)
		return nil
	})
	c.journal()
	if err := ctx.Err(); err != nil {
		c.problem("verification", err)
		return c.report
	}
	c.steps.finish()
	return c.report
}

// checking is a verification on its way.
type checking struct {
	h      *handle
	ctx    context.Context
	report Report
	steps  steps
	visit  func(*tx, *node) error // instead of checking a node; nil: check it
	pause  func() error           // called between transactions; may be nil
	failed error                  // what pause has said: nothing more is looked at
	seen   map[string]bool        // keys of nodes, bodies and references that the tree accounts for
	newest uint64                 // version
}

func (c *checking) problem(where string, err error) {
	c.report.Problems = append(c.report.Problems, Problem{where, err.Error()})
}

// inside runs fn in a transaction of its own.
func (c *checking) inside(where string, fn func(*tx) error) {
	if c.ctx.Err() != nil || c.failed != nil {
		return
	}
	err := c.h.store.view(fn)
	if err == nil && c.pause != nil {
		if c.failed = c.pause(); c.failed != nil {
			err = c.failed
		}
	}
	if err != nil {
		c.problem(where, err)
	}
}

// checkPage is how many members or lines one transaction reads.
const checkPage = 256

// tree walks the directory from the root, without recursion.
func (c *checking) tree() {
	waiting := []*node{}
	c.inside("/", func(t *tx) error {
		root, err := c.h.lookup(t, nodeID{}, "")
		if err == nil && root == nil {
			err = fmt.Errorf("%w: no root", ErrDamaged)
		}
		if err == nil {
			root.path = Root
			c.node(t, root)
			waiting = append(waiting, root)
		}
		return err
	})
	for len(waiting) > 0 && c.ctx.Err() == nil {
		n := waiting[len(waiting)-1]
		waiting = append(waiting[:len(waiting)-1], c.below(n)...)
	}
}

// below checks a container's members, page by page, and gives those that are containers.
func (c *checking) below(n *node) (containers []*node) {
	for after, more := []byte(nil), true; more && c.ctx.Err() == nil; {
		read := 0
		c.inside(n.path.s, func(t *tx) error {
			return c.h.members(t, n, after, func(m *node) (bool, error) {
				if !bytes.Equal(m.key, c.h.dirKey(n.entry.node, m.entry.name)) {
					c.problem(m.path.s, fmt.Errorf("%w: stands under another name", ErrDamaged))
				}
				c.node(t, m)
				if m.entry.container {
					containers = append(containers, m)
				}
				read++
				after = m.key
				return read < checkPage, nil
			})
		})
		more = read == checkPage
	}
	return containers
}

// node opens everything that belongs to one node.
func (c *checking) node(t *tx, n *node) {
	if c.visit != nil {
		if err := c.visit(t, n); err != nil {
			c.problem(n.path.s, err)
		}
		return
	}
	c.report.Resources++
	c.steps.add(1)
	c.seen[string(n.key)] = true
	c.newest = max(c.newest, n.entry.version, n.entry.acl, n.entry.meta)
	for _, p := range []part{partACL, partMeta} {
		if (p == partACL && n.entry.acl == 0) || (p == partMeta && n.entry.meta == 0) {
			continue
		}
		c.seen[string(nodeKey(n.entry.node, p))] = true
		if doc, err := c.h.document(t, n, p); err != nil {
			c.problem(auxiliaryOf(n, p).s, err)
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

func auxiliaryOf(n *node, p part) Path {
	if p == partACL {
		return n.path.ACL()
	}
	return n.path.Meta()
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

// values opens those that nothing above has: of the header, such as the recovery
// key's public half, and the references.
func (c *checking) values(t *tx) {
	for _, b := range []bucket{bHeader, bIndex} {
		err := t.scan(b, nil, nil, func(key, sealed []byte) (bool, error) {
			if b == bHeader && bytes.Equal(key, keyFormat) {
				return true, nil
			}
			if _, err := c.h.keys.Open(nil, c.h.label(b, key, 0), sealed); err != nil {
				c.problem("pod file", fmt.Errorf("%w: a value of kind %q: %w", ErrDamaged, b, err))
			}
			return true, nil
		})
		if err != nil {
			c.problem("pod file", err)
		}
	}
}

// usage holds what counts against the quota against what is there.
func (c *checking) usage(t *tx) {
	used, err := c.h.count(t)
	if err == nil {
		var kept []byte
		kept, err = c.h.open(t, bHeader, keyUsed, 0)
		if len(kept) == 8 && binary.BigEndian.Uint64(kept) != uint64(used) { // an old file has no count yet
			err = fmt.Errorf("%w: %d bytes are counted, and %d are there", ErrDamaged, binary.BigEndian.Uint64(kept), used)
		}
	}
	if err != nil {
		c.problem("size of the pod", err)
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
		c.steps.add(1)
		return true, nil
	})
	if err != nil {
		c.problem("grants", err)
	}
}
