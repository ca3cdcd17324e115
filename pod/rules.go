package pod

import (
	"context"
	"errors"
	"fmt"

	"skrin/acl"
)

// Rules gives all ACLs of the pod, in no order: the permanent rules that stand
// beside the grants, each with the resource that it belongs to as its Holder. They
// are not to be changed. An ACL that cannot be read gives nobody anything, and is
// left out. Only the owner may ask. Every entry of the directory is opened, a page
// a transaction, so an ACL that is written meanwhile may be missing.
func (s *Session) Rules(ctx context.Context) ([]*acl.ACL, error) {
	h, err := s.controlled(ctx)
	if err != nil {
		return nil, err
	}
	defer s.vault.release(h)
	var all []*acl.ACL
	waiting := []*node{}
	look := func(t *tx, n *node) error {
		if n.entry.container {
			waiting = append(waiting, n)
		}
		if n.entry.acl == 0 {
			return nil
		}
		rules, err := h.rules(t, n)
		if err == nil {
			all = append(all, rules)
		}
		if errors.Is(err, ErrDamaged) {
			return nil
		}
		return err
	}
	err = h.store.view(func(t *tx) error {
		root, err := h.lookup(t, nodeID{}, "")
		if err != nil || root == nil {
			return errors.Join(fmt.Errorf("%w: no root", ErrDamaged), err)
		}
		root.path = Root
		return look(t, root)
	})
	for len(waiting) > 0 && err == nil {
		n := waiting[len(waiting)-1]
		waiting = waiting[:len(waiting)-1]
		err = h.pages(ctx, n, look)
	}
	return all, err
}

// pages calls fn for a container's members, in transactions of checkPage each.
func (h *handle) pages(ctx context.Context, container *node, fn func(*tx, *node) error) error {
	for after, read := []byte(nil), checkPage; read == checkPage; {
		read = 0
		if err := ctx.Err(); err != nil {
			return err
		}
		err := h.store.view(func(t *tx) error {
			return h.members(t, container, after, func(m *node) (bool, error) {
				read++
				after = m.key
				return read < checkPage, fn(t, m)
			})
		})
		if err != nil {
			return err
		}
	}
	return nil
}
