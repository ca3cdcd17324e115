package pod

import (
	"bytes"
	"context"
	"errors"
	"fmt"
)

// finding goes through the whole directory for what has an ACL: no key tells it, so
// every entry is opened, a page of them a transaction.
type finding struct {
	h       *handle
	tell    func(Ruled) error
	waiting []*node // containers whose members have not been looked at
	page    []Ruled // what the transaction at hand has found
	plain   []byte  // the entry at hand, in room that is used again
}

func (f *finding) run(ctx context.Context) error {
	err := f.view(ctx, func(t *tx) error {
		root, err := f.h.lookup(t, nodeID{}, "")
		if err != nil || root == nil {
			return errors.Join(fmt.Errorf("%w: no root", ErrDamaged), err)
		}
		root.path = Root
		return f.look(t, root)
	})
	for len(f.waiting) > 0 && err == nil {
		n := f.waiting[len(f.waiting)-1]
		f.waiting = f.waiting[:len(f.waiting)-1]
		err = f.members(ctx, n)
	}
	return err
}

// members looks at a container's members.
func (f *finding) members(ctx context.Context, container *node) error {
	for after, read := []byte(nil), checkPage; read == checkPage; {
		read = 0
		err := f.view(ctx, func(t *tx) error {
			return t.scan(bDir, container.entry.node[:], after, func(key, sealed []byte) (bool, error) {
				if read++; read == checkPage {
					after = bytes.Clone(key)
				}
				return read < checkPage, f.member(t, container, key, sealed)
			})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// view tells of what one transaction has found when it is over.
func (f *finding) view(ctx context.Context, fn func(*tx) error) error {
	f.page = f.page[:0]
	if err := errors.Join(ctx.Err(), f.h.store.view(fn)); err != nil {
		return err
	}
	for _, r := range f.page {
		if err := f.tell(r); err != nil {
			return err
		}
	}
	return nil
}

// member opens one entry. Most are of resources without an ACL: the rest of those is
// not read, and nothing of them is kept.
func (f *finding) member(t *tx, container *node, key, sealed []byte) error {
	plain, err := f.h.keys.Open(f.plain[:0], f.h.label(bDir, key, 0), sealed)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if f.plain = plain; !concernsRules(plain) {
		return nil
	}
	e, err := parseEntry(plain)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return f.look(t, &node{key: bytes.Clone(key), entry: e, path: childPath(container.path, e.name, e.container)})
}

// concernsRules says whether an entry is of a container or has an ACL, or is none.
func concernsRules(plain []byte) bool {
	r := fields{b: plain}
	format, flags := r.byte(), r.byte()
	r.bytes(len(entry{}.node) + len(entry{}.body))
	r.uvarint() // size
	r.uvarint() // version
	return r.uvarint() != 0 || r.bad || flags&flagContainer != 0 || format != entryFormat
}

// look takes in the ACL of a node that has one, and remembers a container.
func (f *finding) look(t *tx, n *node) error {
	if n.entry.container {
		f.waiting = append(f.waiting, n)
	}
	if n.entry.acl == 0 {
		return nil
	}
	rules, err := f.h.rules(t, n)
	switch {
	case errors.Is(err, ErrDamaged):
		return nil
	case err != nil:
		return err
	}
	f.page = append(f.page, Ruled{ACL: rules, At: n.path, State: f.h.etag(n.entry.node, partACL, n.entry.acl)})
	return nil
}
