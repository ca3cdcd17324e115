package pod

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"skrin/acl"
	"skrin/crypto"
)

// ErrQuota is returned for a write that would make the pod larger than it may
// be. Reading, deleting, revoking and making things smaller go on.
var ErrQuota = errors.New("the pod is full")

// What a pod uses is counted where it is written, so it is exact: the lengths of
// sealed directory entries, bodies and documents, and of the files of large
// bodies. What the server writes by itself (journal, grants, search keys) is
// not for the citizen to save, and is not counted.
func (b bucket) counted() bool { return b == bDir || b == bNode }

// ruleReserve is what ACLs may take beyond the quota: to close a door must be
// possible in a full pod too.
const ruleReserve = 1 << 20

// ownersShare is the part of a quota that others leave to the owner: whoever may
// only add, as to an inbox, keeps nobody from writing in their own pod.
const ownersShare = 16

// Unlimited is the quota of a pod that may grow as it likes.
const Unlimited int64 = -1

// keyUsed keeps the count, sealed, beside the journal's head.
var keyUsed = []byte("used")

// Usage is how much of its room a pod has taken, in bytes.
type Usage struct {
	Used  int64
	Quota int64 // Unlimited: none
}

// Usage tells how full the pod is. It needs Control of the root.
func (s *Session) Usage(ctx context.Context) (Usage, error) {
	h, err := s.vault.acquire(ctx, s.id)
	if err != nil {
		return Usage{}, err
	}
	defer s.vault.release(h)
	err = h.store.view(func(t *tx) error {
		st, err := h.stand(t, s, Root)
		if err != nil {
			return err
		}
		return need(st.decision, acl.Control)
	})
	if err != nil {
		return Usage{}, err
	}
	return Usage{Used: h.used.Load(), Quota: h.quota()}, nil
}

// SetQuota gives a pod a quota of its own, in bytes of its sealed content, or
// Unlimited; zero gives it the default again. It holds from the next write on. A pod that is fuller
// than that loses nothing.
func (v *Vault) SetQuota(name string, bytes int64) error {
	v.creates.Lock()
	defer v.creates.Unlock()
	if bytes < 0 {
		bytes = Unlimited
	}
	r, err := v.host.pod(name)
	if err != nil {
		return err
	}
	if r.ID == "" {
		return ErrNoPod
	}
	r.Quota = bytes
	if err := v.host.addPod(r); err != nil {
		return fmt.Errorf("keep the quota: %w", err)
	}
	v.forget(name)
	return nil
}

// DefaultQuota is the quota of pods that have none of their own.
func (v *Vault) DefaultQuota() int64 { return v.standard.Load() }

// SetDefaultQuota sets and keeps the quota of pods that have none of their own,
// in bytes. Unlimited, which it is at first: they grow as they like.
func (v *Vault) SetDefaultQuota(bytes int64) error {
	if bytes <= 0 {
		bytes = Unlimited
	}
	v.creates.Lock()
	defer v.creates.Unlock()
	if err := v.Keep(keptQuota, number(uint64(bytes))); err != nil {
		return fmt.Errorf("keep the quota: %w", err)
	}
	v.standard.Store(bytes)
	return nil
}

// rememberQuota takes up what was set before.
func (v *Vault) rememberQuota() error {
	v.standard.Store(Unlimited)
	kept, err := v.Kept(keptQuota)
	if err == nil && len(kept) == 8 {
		v.standard.Store(int64(binary.BigEndian.Uint64(kept)))
	}
	return err
}

const keptQuota = "quota"

// quota is how large the pod may be now. While it is being made it has none yet.
func (h *handle) quota() int64 {
	p, err := h.vault.Lookup(h.info.Name)
	switch {
	case err != nil || p.ID != h.id:
		return Unlimited
	case p.Quota == 0:
		return h.vault.DefaultQuota()
	}
	return p.Quota
}

// limit is how large the pod may become by this change.
func (c *change) limit() int64 {
	quota := c.h.quota()
	if quota != Unlimited && c.guest {
		quota -= quota / ownersShare
	}
	return quota
}

// fits refuses a change that made the pod larger than it may be.
func (c *change) fits(before int64) error {
	if c.used <= before {
		return nil
	}
	quota := c.limit()
	if quota == Unlimited {
		return nil
	}
	used := c.used
	if c.rules {
		used -= ruleReserve // a quota may be the largest number there is
	}
	if used > quota {
		return ErrQuota
	}
	return nil
}

// room refuses a body that cannot fit, before anything of it is written: what
// stands at n goes when it comes.
func (c *change) room(n *node, b storedBody) error {
	more := b.size - padding // values are padded: the difference may be that much less
	if n != nil {
		more -= n.entry.size
	}
	if quota := c.limit(); quota != Unlimited && more > 0 && c.used+more > quota {
		return ErrQuota
	}
	return nil
}

// mostOf is the size of the largest body that can still come to p.
func (h *handle) mostOf(p Path) (int64, error) {
	quota := h.quota()
	if quota == Unlimited {
		return 1<<63 - 1, nil
	}
	left := quota - h.used.Load()
	err := h.store.view(func(t *tx) error {
		w, err := h.walk(t, p)
		if err == nil && w.found {
			left += w.deepest().entry.size
		}
		return err
	})
	return left, err
}

// readUsed takes up the count. A file from before there was one is counted once.
func (h *handle) readUsed() error {
	return h.store.view(func(t *tx) error {
		plain, err := h.open(t, bHeader, keyUsed, 0)
		if err != nil {
			return err
		}
		if len(plain) == 8 {
			h.used.Store(int64(binary.BigEndian.Uint64(plain)))
			return nil
		}
		used, err := h.count(t)
		h.used.Store(used)
		return err
	})
}

// count adds up what counts. Large bodies are counted by their records, which
// stand sealed beside the sizes of their files.
func (h *handle) count(t *tx) (used int64, err error) {
	for _, b := range []bucket{bDir, bNode} {
		err := t.scan(b, nil, nil, func(_, value []byte) (bool, error) {
			used += int64(len(value))
			return true, nil
		})
		if err != nil {
			return used, err
		}
	}
	err = t.scan(bDir, nil, nil, func(key, sealed []byte) (bool, error) {
		plain, err := h.keys.Open(nil, h.label(bDir, key, 0), sealed)
		if err != nil {
			return false, fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		e, err := parseEntry(plain)
		if err == nil && !e.body.isZero() {
			used += crypto.SealedBodySize(e.size)
		}
		return true, err
	})
	return used, err
}

func (h *handle) saveUsed(t *tx) error {
	return h.seal(t, bHeader, keyUsed, 0, number(uint64(t.used)))
}
