package pod

import (
	"context"

	"skrin/acl"
)

// DeleteAll removes a container with everything below it, in one transaction:
// whoever reads sees all of it or nothing. It takes Delete on the container, on
// the container that has it, and on each single thing below, by the rules that
// hold there; one that may not be deleted keeps all of it. On anything that is
// no container it is Delete. The journal has one line, with the number of
// resources that went.
func (s *Session) DeleteAll(ctx context.Context, p Path, pre Precondition) error {
	return s.delete(ctx, p, pre, true)
}

// removePage is how many members are looked at before they are removed: a
// listing cannot go on while what it lists is taken away.
const removePage = 512

// empty removes all that is below the container at the end of the chain, and
// tells how many resources that were.
func (h *handle) empty(c *change, s *Session, w *walked) (removed int, err error) {
	container := w.deepest()
	for {
		var page []*node
		err := h.members(c.tx, container, nil, func(n *node) (bool, error) {
			page = append(page, n)
			return len(page) < removePage, nil
		})
		if err != nil || len(page) == 0 {
			return removed, err
		}
		for _, n := range page {
			below := walked{chain: append(w.chain[:len(w.chain):len(w.chain)], *n), found: true}
			d, err := h.standAt(c.tx, s, n, below.chain)
			if err == nil {
				err = need(d, acl.Delete)
			}
			if err != nil {
				return removed, err
			}
			if n.entry.container {
				more, err := h.empty(c, s, &below)
				removed += more
				if err != nil {
					return removed, err
				}
			}
			if err := h.unlink(c, n); err != nil {
				return removed, err
			}
			removed++
		}
	}
}
