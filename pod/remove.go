package pod

import (
	"fmt"

	"skrin/acl"
)

// remove is Delete inside the writer's transaction or, with all, DeleteAll.
func (h *handle) remove(c *change, s *Session, p Path, pre Precondition, all bool) error {
	st, err := h.stand(c.tx, s, p)
	if err != nil {
		return err
	}
	if err := h.mayRemove(c, s, &st); err != nil {
		return err
	}
	if !st.exists() || p.kind == acl.Managed {
		return h.missing(c.tx, s, &st)
	}
	if err := h.holds(&st, pre); err != nil {
		return err
	}
	line := h.line(s, "delete", p).explained(st.decision, wantFor(p, acl.Delete))
	if all && p.IsContainer() && !p.IsRoot() {
		below, err := h.empty(c, s, &st.walked)
		if err != nil {
			return err
		}
		line.Count = below + 1
	}
	c.journal(line)
	n := st.deepest()
	switch {
	case p.kind != acl.Ordinary:
		return h.removeDocument(c, n, p.kind)
	case p.IsRoot():
		return fmt.Errorf("%w: the root stays", ErrManaged)
	}
	return h.removeNode(c, n, st.container())
}

func (h *handle) mayRemove(c *change, s *Session, st *standing) error {
	if err := need(st.decision, wantFor(st.path, acl.Delete)); err != nil {
		return err
	}
	if st.path.kind != acl.Ordinary || st.path.IsRoot() {
		return nil
	}
	d, err := h.standAt(c.tx, s, st.container(), st.chain)
	if err != nil {
		return err
	}
	return need(d, acl.Delete)
}

// missing is the answer where nothing is. Only those learn it who may read both
// here and in the container: with less, a name that exists would be told from
// one that does not.
func (h *handle) missing(t *tx, s *Session, st *standing) error {
	if !st.decision.Allows(wantFor(st.path, acl.Read)) {
		return ErrDenied
	}
	if at := st.container(); !st.found && at != nil {
		d, err := h.standAt(t, s, at, st.chain)
		if err != nil {
			return err
		}
		if !d.Allows(acl.Read) {
			return ErrDenied
		}
	}
	return fmt.Errorf("%w: %s", ErrNotFound, st.path)
}

// clashing is the answer where something of the other kind stands.
func (st *standing) clashing() error {
	if !st.decision.Allows(acl.Read) {
		return ErrDenied
	}
	return fmt.Errorf("%w: %s", ErrContainerClash, st.path)
}

// removeNode removes a resource or an empty container with all that belongs to it.
func (h *handle) removeNode(c *change, n, container *node) error {
	if n.entry.container {
		err := h.members(c.tx, n, nil, func(*node) (bool, error) { return false, ErrNotEmpty })
		if err != nil {
			return err
		}
	}
	if err := h.unlink(c, n); err != nil {
		return err
	}
	c.left(n, container)
	return h.touch(c.tx, container, h.now())
}

// unlink takes a resource or an empty container out of the store.
func (h *handle) unlink(c *change, n *node) error {
	if !n.entry.container {
		if err := c.keepVouchers(n, nil); err != nil {
			return err
		}
		if err := h.dropBody(c, n); err != nil {
			return err
		}
	}
	if n.entry.acl != 0 || h.isGroup(n.entry.node) {
		c.decided = true
		id := n.entry.node
		c.then(func() { h.groups.drop(id); h.acls.drop(id) })
	}
	for _, p := range []part{partACL, partMeta} {
		if err := c.del(bNode, nodeKey(n.entry.node, p)); err != nil {
			return err
		}
	}
	if err := h.refer(c.tx, n, nil); err != nil {
		return err
	}
	c.unmade(n)
	return c.del(bDir, n.key)
}
