package pod

import (
	"fmt"
	"time"

	"skrin/acl"
)

// putDocument writes an ACL or a description.
func (h *handle) putDocument(c *change, s *Session, st *standing, w written) (Receipt, error) {
	if !st.found {
		return Receipt{}, h.missing(c.tx, s, st)
	}
	n, p, want, created := st.deepest(), partMeta, acl.Modify, !st.exists()
	doc := document{mediaType: w.draft.MediaType, modified: h.now(), body: w.body.inline}
	if st.path.kind == acl.ACLResource {
		p, want, c.rules = partACL, acl.Control, true
		if err := h.checkACL(n, doc); err != nil {
			return Receipt{}, err
		}
	} else {
		g, err := h.decode(doc, st.path)
		if err != nil {
			return Receipt{}, fmt.Errorf("%w: %w", ErrBadRDF, err)
		}
		if err := h.checkDescription(n.path, g); err != nil {
			return Receipt{}, err
		}
	}
	if err := h.saveDocument(c, n, p, doc); err != nil {
		return Receipt{}, err
	}
	version := n.entry.meta
	if p == partACL {
		version = n.entry.acl
	}
	did, kind := "replace", EventUpdate
	if created {
		did, kind = "create", EventCreate
	}
	c.described(kind, n, p)
	c.journal(h.line(s, did, st.path).explained(st.decision, want))
	return Receipt{Path: st.path, ETag: h.etag(n.entry.node, p, version), Created: created, Decision: st.decision}, nil
}

// checkACL refuses what could not be enforced as it is written, and a root that
// nobody would control.
func (h *handle) checkACL(n *node, doc document) error {
	g, err := h.decode(doc, n.path.ACL())
	if err != nil {
		return fmt.Errorf("%w: %w", ErrBadRDF, err)
	}
	rules, err := acl.Parse(g, h.iri(n.path))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrACL, err)
	}
	if n.path.IsRoot() && !rules.ControlledBySomeone() {
		return fmt.Errorf("%w: somebody must keep acl:Control of the root", ErrACL)
	}
	return nil
}

func (h *handle) saveDocument(c *change, n *node, p part, doc document) error {
	version, err := c.nextVersion()
	if err != nil {
		return err
	}
	if p == partACL {
		n.entry.acl, c.decided = version, true
	} else {
		n.entry.meta = version
		n.redescribed(version, doc.modified)
	}
	if err := h.seal(c.tx, bNode, nodeKey(n.entry.node, p), version, doc.append(nil)); err != nil {
		return err
	}
	return h.save(c.tx, n)
}

func (h *handle) removeDocument(c *change, n *node, kind acl.Kind) error {
	p := partMeta
	if kind == acl.ACLResource {
		if n.path.IsRoot() {
			return fmt.Errorf("%w: the root keeps its ACL", ErrManaged)
		}
		p, n.entry.acl, c.decided = partACL, 0, true
	} else {
		version, err := c.nextVersion()
		if err != nil {
			return err
		}
		n.entry.meta = 0
		n.redescribed(version, h.now())
	}
	if err := c.del(bNode, nodeKey(n.entry.node, p)); err != nil {
		return err
	}
	c.described(EventDelete, n, p)
	return h.save(c.tx, n)
}

// redescribed makes a container another one by what is said of it: its
// description is shown with it.
func (n *node) redescribed(version uint64, now time.Time) {
	if n.entry.container {
		n.entry.version, n.entry.modified = version, now
	}
}
