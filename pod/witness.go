package pod

import (
	"context"
	"encoding/binary"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"skrin/acl"
)

// The host keeps, apart from the pod's file, the newest journal head it has seen
// of each pod. A file whose journal does not continue from there is an older
// copy that somebody put back, with grants in it that were revoked since.

func witnessName(id ID) string { return "witness " + id.String() }

// keepWitness notes the pod's present head with the host. It is done after
// every change of what is allowed, every minute, and when the pod is closed. A
// failure leaves an older witness, which is still true.
func (h *handle) keepWitness() {
	if h.older.Load() {
		return
	}
	err := h.store.view(func(t *tx) error {
		head, err := h.head(t)
		if err != nil || head.Size == 0 {
			return err
		}
		if h.witnessed.Swap(head.Size) == head.Size {
			return nil
		}
		return h.vault.Keep(witnessName(h.id), append(number(head.Size), head.Root[:]...))
	})
	if err != nil {
		h.vault.log.Error("witness not kept", "pod", h.id.short(), "error", err)
	}
}

// heedWitness compares the file with what the host has seen of it.
func (h *handle) heedWitness() error {
	kept, err := h.vault.Kept(witnessName(h.id))
	if err != nil || len(kept) != 8+tlog.HashSize {
		return err
	}
	seen := Head{Size: binary.BigEndian.Uint64(kept)}
	copy(seen.Root[:], kept[8:])
	return h.store.view(func(t *tx) error {
		continues, err := h.continues(t, seen)
		h.older.Store(!continues)
		return err
	})
}

// continues says whether the journal begins with all that stood there at the head.
func (h *handle) continues(t *tx, seen Head) (bool, error) {
	now, err := h.head(t)
	if err != nil || now.Size < seen.Size {
		return false, err
	}
	root, err := tlog.TreeHash(int64(seen.Size), t.hashes())
	if err != nil {
		return false, fmt.Errorf("%w: journal: %w", ErrDamaged, err)
	}
	return root == seen.Root, nil
}

const didNoteOlder = "older-copy-noticed"

// noteOlder tells the owner, once, in the journal.
func (h *handle) noteOlder() {
	h.vault.log.Warn("an older copy of a pod was put back; its grants rest until the owner confirms them", "pod", h.id.short())
	h.commit(context.Background(), func(c *change) error {
		size := h.journalSize(c.tx)
		if size > 0 {
			last, err := h.entryAt(c.tx, size-1)
			if err != nil || last.Did == didNoteOlder {
				return err
			}
		}
		c.decided = true
		c.journal(Line{
			At: h.now().UTC(), Who: acl.CLI.String(), Did: didNoteOlder, Allowed: true,
			Because: "the pod's file is older than what the host has seen of it: grants rest until the owner confirms them",
		})
		return nil
	})
}

// Resting says whether all grants rest because the pod's file is an older copy.
func (s *Session) Resting(ctx context.Context) (bool, error) {
	h, err := s.controlled(ctx)
	if err != nil {
		return false, err
	}
	defer s.vault.release(h)
	return h.older.Load(), nil
}

// ConfirmGrants lets resting grants count again: those of a restored pod, and
// all of them after an older copy was put back. Only the owner may; whoever
// calls this has shown them the list. Revoked and ended ones stay so.
func (s *Session) ConfirmGrants(ctx context.Context) error {
	h, err := s.controlled(ctx)
	if err != nil {
		return err
	}
	defer s.vault.release(h)
	err = h.commit(ctx, func(c *change) error {
		all, err := h.grantsIn(c.tx)
		if err != nil {
			return err
		}
		c.decided = true
		resting := 0
		for _, g := range all {
			if g.Suspended && g.Revoked.IsZero() && h.now().Before(g.Until) {
				resting++
			}
			g.Suspended = false
			if err := h.saveGrant(c.tx, g); err != nil {
				return err
			}
		}
		line := h.line(s, "confirm-grants", Path{})
		line.Count = resting
		c.journal(line)
		return nil
	})
	if err == nil && h.older.Swap(false) {
		h.witnessed.Store(0)
		h.keepWitness()
		err = h.commit(ctx, func(c *change) error { c.decided = true; return c.bump(bGrant) })
	}
	return err
}
