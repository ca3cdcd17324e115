package pod

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"skrin/acl"
	"skrin/linkeddata"
)

// Put writes a resource under p, new or in place of what is there, and makes
// the containers above that are missing. A new one takes Create, an existing
// one Modify, an ACL Control. RDF bodies must be what they say (ErrBadRDF).
func (s *Session) Put(ctx context.Context, p Path, d Draft, pre Precondition) (Receipt, error) {
	return s.change(ctx, p, "put", func(h *handle) (func(*change) (Receipt, error), func(), error) {
		ready, err := h.prepare(ctx, p, d)
		if err != nil {
			return nil, nil, err
		}
		do := func(c *change) (Receipt, error) { return h.put(c, s, p, ready, pre) }
		return do, func() { h.discard(ready.body) }, nil
	})
}

// Delete removes a resource with its ACL and description, an empty container,
// or an ACL or description alone. It takes Delete on the resource and on its
// container; for an ACL Control.
func (s *Session) Delete(ctx context.Context, p Path, pre Precondition) error {
	return s.delete(ctx, p, pre, false)
}

func (s *Session) delete(ctx context.Context, p Path, pre Precondition, all bool) error {
	return again(func() error {
		_, err := s.change(ctx, p, "delete", func(h *handle) (func(*change) (Receipt, error), func(), error) {
			do := func(c *change) (Receipt, error) { return Receipt{}, h.remove(c, s, p, pre, all) }
			return do, func() {}, nil
		})
		return err
	})
}

// change runs one write: it asks whether the asker may do anything at all here
// before reading what they sent, commits, and cleans up or journals a refusal.
func (s *Session) change(ctx context.Context, p Path, did string, prepare func(*handle) (func(*change) (Receipt, error), func(), error)) (Receipt, error) {
	h, err := s.vault.acquire(ctx, s.id)
	if err != nil {
		return Receipt{}, err
	}
	defer s.vault.release(h)
	if err := s.admit(ctx, h, p, did); err != nil {
		return Receipt{}, err
	}
	do, discard, err := prepare(h)
	if err != nil {
		return Receipt{}, err
	}
	var receipt Receipt
	err = h.commit(ctx, func(c *change) (err error) {
		c.guest, c.vouches = s.isGuest(h), s.vouches
		receipt, err = do(c)
		return err
	})
	if err != nil {
		if !errors.Is(err, ErrFenced) {
			discard()
		}
		return Receipt{}, s.refusal(ctx, h, p, did, err)
	}
	if receipt.Unchanged {
		discard()
	}
	return receipt, nil
}

// isGuest says whether the pod is somebody else's.
func (s *Session) isGuest(h *handle) bool { return s.agent.WebID != h.owner() }

// written is a draft whose body has been read and kept.
type written struct {
	draft    Draft
	body     storedBody
	vouching vouching // of the WebID's document
	did      string   // the journal's word for it; "": create or replace
	because  string   // with did
}

// maxDocument bounds an ACL and a description.
const maxDocument = 256 << 10

// prepare reads and keeps the body, outside any transaction.
func (h *handle) prepare(ctx context.Context, p Path, d Draft) (written, error) {
	w := written{draft: d}
	if p.kind == acl.Managed {
		return w, fmt.Errorf("%w: %s", ErrManaged, p)
	}
	if err := errors.Join(h.vault.space.forWriting(), d.check()); err != nil {
		return w, err
	}
	mt, err := linkeddata.ParseMediaType(d.MediaType)
	switch container := p.IsContainer() || d.Container; {
	case container && d.Body == nil:
		return w, nil
	case err != nil:
		return w, fmt.Errorf("%w: %w", ErrMediaType, err)
	case p.kind != acl.Ordinary || container:
		if !mt.IsRDF() {
			return w, fmt.Errorf("%w: %s must be RDF, such as text/turtle", ErrMediaType, p)
		}
		w.body.inline, err = readAll(d.Body, min(h.vault.maxRDF, maxDocument))
		w.body.size = int64(len(w.body.inline))
	case mt.IsRDF():
		w.body.inline, err = readAll(d.Body, h.vault.maxRDF)
		w.body.size = int64(len(w.body.inline))
		if err == nil {
			err = w.lookFor(h, p)
		}
		if err == nil && w.body.size > inlineLimit {
			if err = h.checkRDF(ctx, w.body.inline, mt, p); err != nil {
				return w, err
			}
			w.body, err = h.keepFile(bytes.NewReader(w.body.inline), p)
			return w, err
		}
	default:
		w.body, err = h.keepBody(d.Body, p)
		return w, err
	}
	if err != nil {
		return w, err
	}
	return w, h.checkRDF(ctx, w.body.inline, mt, p)
}

// checkRDF reads a body to see whether it is what it says. Nothing of it is kept,
// and only a few are read at once: strangers may write to an inbox.
func (h *handle) checkRDF(ctx context.Context, body []byte, mt linkeddata.MediaType, at Path) error {
	select {
	case h.vault.parsing <- struct{}{}:
		defer func() { <-h.vault.parsing }()
	case <-ctx.Done():
		return ctx.Err()
	}
	lim := linkeddata.Limits{Bytes: h.vault.maxRDF}
	var err error
	if mt.Bare() == linkeddata.JSONLD {
		_, err = linkeddata.Decode(bytes.NewReader(body), mt, h.iri(at), lim)
	} else {
		err = linkeddata.Parse(bytes.NewReader(body), mt, h.iri(at), lim, func(linkeddata.Quad) error { return nil })
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrBadRDF, err)
	}
	return nil
}

// put is Put inside the writer's transaction.
func (h *handle) put(c *change, s *Session, p Path, w written, pre Precondition) (Receipt, error) {
	st, err := h.stand(c.tx, s, p)
	if err != nil {
		return Receipt{}, err
	}
	if err := h.mayPut(c, s, &st); err != nil {
		return Receipt{}, err
	}
	if err := h.holds(&st, pre); err != nil {
		return Receipt{}, err
	}
	if p.kind != acl.Ordinary {
		return h.putDocument(c, s, &st, w)
	}
	if st.clash {
		return Receipt{}, st.clashing()
	}
	if st.found && p.IsContainer() {
		return Receipt{}, fmt.Errorf("%w: the container %s is there already", ErrExists, p)
	}
	return h.putResource(c, s, &st, w)
}

// mayPut asks for what putting takes here: Modify where something is, Create
// where nothing is, of the place and of the container that gets a new member.
func (h *handle) mayPut(c *change, s *Session, st *standing) error {
	p := st.path
	switch {
	case p.kind == acl.ACLResource:
		return need(st.decision, acl.Control)
	case p.kind == acl.Auxiliary && st.exists():
		return need(st.decision, acl.Modify)
	case p.kind == acl.Auxiliary:
		return need(st.decision, p.toAdd())
	case st.found:
		return need(st.decision, acl.Modify)
	}
	if err := need(st.decision, acl.Create); err != nil {
		return err
	}
	d, err := h.standAt(c.tx, s, st.container(), st.chain)
	if err != nil {
		return err
	}
	return need(d, acl.Create)
}

func need(d acl.Decision, want acl.Mode) error {
	if !d.Allows(want) {
		return ErrDenied
	}
	return nil
}

// putResource writes body and directory entry, and the containers on the way.
func (h *handle) putResource(c *change, s *Session, st *standing, w written) (Receipt, error) {
	now := h.now()
	receipt := Receipt{Path: st.path, Created: !st.found}
	n := st.deepest()
	replaced := n
	if !st.found {
		replaced = nil
	}
	if err := c.room(replaced, w.body); err != nil {
		return Receipt{}, err
	}
	did := "replace"
	if !st.found {
		did = "create"
		var err error
		if st.path.IsContainer() {
			if w, err = h.describing(st.path, w); err != nil {
				return Receipt{}, err
			}
		}
		if n, err = h.make(c, st, now); err != nil {
			return Receipt{}, err
		}
	}
	if err := h.fill(c, n, w, now); err != nil {
		return Receipt{}, err
	}
	if st.found { // the container's listing tells size and time of its members
		if err := h.touch(c.tx, st.container(), now); err != nil {
			return Receipt{}, err
		}
		c.rewrote(n, st.container())
	}
	receipt.ETag = h.etag(n.entry.node, partBody, n.entry.version)
	receipt.Decision = st.decision // a new member has no ACL of its own: what was inherited goes on
	want := acl.Modify
	if receipt.Created {
		want = acl.Create
	}
	line := h.line(s, did, st.path).explained(receipt.Decision, want)
	if w.did != "" {
		line.Did, line.Because = w.did, w.because
	}
	c.journal(line)
	return receipt, nil
}

// make adds the missing nodes of the path.
func (h *handle) make(c *change, st *standing, now time.Time) (*node, error) {
	names := st.path.segments()
	parent := st.deepest()
	for i := len(st.chain) - 1; i < len(names); i++ {
		container := i < len(names)-1 || st.path.IsContainer()
		n, err := h.add(c.tx, parent, names[i], container, now)
		if err != nil {
			return nil, err
		}
		c.made(n, parent)
		parent = n
	}
	return parent, nil
}

// fill gives a node its body, or a container its description.
func (h *handle) fill(c *change, n *node, w written, now time.Time) (err error) {
	if n.entry.container {
		if w.body.size == 0 {
			return nil
		}
		return h.saveDocument(c, n, partMeta, document{mediaType: w.draft.MediaType, modified: now, body: w.body.inline})
	}
	if err := c.keepVouchers(n, &w); err != nil {
		return err
	}
	if h.isGroup(n.entry.node) {
		c.decided = true // a group's members have rights
	}
	if n.entry.version, err = c.nextVersion(); err != nil {
		return err
	}
	if err := h.putBody(c, n, w.body); err != nil {
		return err
	}
	n.entry.mediaType, n.entry.modified = w.draft.MediaType, now
	if err := h.refer(c.tx, n, w.draft.References); err != nil {
		return err
	}
	return h.save(c.tx, n)
}
