package pod

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// slot is a pod's place among the open ones. Whoever finds ready not yet closed
// waits for whoever is opening it.
type slot struct {
	ready  chan struct{}
	handle *handle
	err    error
}

// acquire gives the open pod and keeps it open until release. A pod that is
// fenced is reopened and verified once nobody uses it.
func (v *Vault) acquire(ctx context.Context, id ID) (*handle, error) {
	for {
		v.mu.Lock()
		if v.closed {
			v.mu.Unlock()
			return nil, ErrClosed
		}
		s := v.open[id]
		if s == nil {
			s = &slot{ready: make(chan struct{})}
			v.open[id] = s
			v.mu.Unlock()
			v.openSlot(id, s)
			v.mu.Lock()
		}
		v.mu.Unlock()
		select {
		case <-s.ready:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		if errors.Is(s.err, errClosing) {
			continue
		}
		if s.err != nil {
			return nil, s.err
		}
		if v.retainOpen(id, s) {
			if s.handle.fenced.Load() {
				v.release(s.handle)
				if err := v.reopen(id, s); err != nil {
					return nil, err
				}
				continue
			}
			return s.handle, nil
		}
	}
}

// retainOpen takes a reference if the slot is still the pod's.
func (v *Vault) retainOpen(id ID, s *slot) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.open[id] != s || v.closed {
		return false
	}
	s.handle.refs++
	s.handle.lastUse, s.handle.warm = time.Now(), true
	return true
}

// openSlot opens the pod for everybody who waits at the slot. A pod that cannot
// be opened leaves no slot behind: the next asker tries again.
func (v *Vault) openSlot(id ID, s *slot) {
	h, err := v.openHandle(id)
	v.mu.Lock()
	s.handle, s.err = h, err
	if err != nil {
		delete(v.open, id)
	} else if !h.fenced.Load() {
		delete(v.suspect, id)
	}
	var cold *handle
	if err == nil {
		cold = v.started(h)
	}
	v.mu.Unlock()
	close(s.ready)
	if cold != nil {
		cold.cool()
	}
	v.evict()
}

// openHandle opens a pod. One that was fenced is verified, and written anew if a
// sync of it may have failed.
func (v *Vault) openHandle(id ID) (*handle, error) {
	key, err := v.podKey(id)
	if err != nil {
		return nil, err
	}
	v.mu.Lock()
	cause := v.suspect[id]
	v.mu.Unlock()
	h, err := openPod(v, id, key)
	if err != nil || cause == nil {
		return h, err
	}
	if report := h.verify(context.Background(), nil); !report.Sound() {
		h.close()
		return nil, fmt.Errorf("%w: %d problems after an interrupted write", ErrDamaged, len(report.Problems))
	}
	if unsynced(cause) {
		if err := h.exclusive(context.Background(), h.store.compact); err != nil {
			h.close()
			return nil, fmt.Errorf("%w: write the file anew: %w", ErrFenced, err)
		}
	}
	return h, nil
}

// suspects notes that a pod was fenced, and why.
func (v *Vault) suspects(id ID, cause error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if old := v.suspect[id]; old == nil || !unsynced(old) {
		v.suspect[id] = cause
	}
}

// reopen puts a fresh handle in the place of a fenced one, if nobody uses that.
func (v *Vault) reopen(id ID, s *slot) error {
	v.mu.Lock()
	if v.open[id] != s {
		v.mu.Unlock()
		return nil
	}
	if s.handle.refs > 0 {
		v.mu.Unlock()
		return ErrFenced
	}
	fresh := &slot{ready: make(chan struct{})}
	v.open[id] = fresh
	v.mu.Unlock()
	s.handle.close()
	v.openSlot(id, fresh)
	return nil
}

// retain takes one more reference to a handle that the caller already has.
func (v *Vault) retain(h *handle) {
	v.mu.Lock()
	h.refs++
	v.mu.Unlock()
}

// release gives a handle back.
func (v *Vault) release(h *handle) {
	v.mu.Lock()
	h.refs--
	v.mu.Unlock()
}

// evict closes the pods that were used longest ago, while more are open than
// there is room for.
func (v *Vault) evict() {
	v.mu.Lock()
	var idle []*handle
	if over := len(v.open) - v.maxOpen; over > 0 {
		for _, s := range v.open {
			if s.handle != nil && s.handle.refs == 0 && !s.handle.lastUse.IsZero() {
				idle = append(idle, s.handle)
			}
		}
		slices.SortFunc(idle, func(a, b *handle) int { return a.lastUse.Compare(b.lastUse) })
		idle = idle[:min(over, len(idle))]
	}
	gone := make([]*slot, 0, len(idle))
	for _, h := range idle {
		closing := &slot{ready: make(chan struct{}), err: errClosing}
		v.open[h.id] = closing
		gone = append(gone, closing)
	}
	v.mu.Unlock()
	for i, h := range idle {
		h.close()
		v.mu.Lock()
		delete(v.open, h.id)
		v.mu.Unlock()
		close(gone[i].ready)
	}
}

// expel closes a pod whose files are about to go, whoever uses it.
func (v *Vault) expel(id ID) {
	v.mu.Lock()
	delete(v.suspect, id)
	s := v.open[id]
	if s == nil {
		v.mu.Unlock()
		return
	}
	closing := &slot{ready: make(chan struct{}), err: errClosing}
	v.open[id] = closing
	v.mu.Unlock()
	if <-s.ready; s.err == nil {
		s.handle.gone.Store(true)
		s.handle.leases.endAll()
		v.awaitIdle(s.handle)
		s.handle.close()
	}
	v.mu.Lock()
	delete(v.open, id)
	delete(v.suspect, id)
	v.mu.Unlock()
	close(closing.ready)
}

// awaitIdle waits until nobody uses the handle: requests end soon, and large
// bodies end with their leases. Who still holds it after that finds it fenced.
func (v *Vault) awaitIdle(h *handle) {
	deadline := time.Now().Add(expelPatience)
	for wait := time.Millisecond; time.Now().Before(deadline); wait = min(2*wait, 100*time.Millisecond) {
		v.mu.Lock()
		idle := h.refs == 0
		v.mu.Unlock()
		if idle {
			return
		}
		time.Sleep(wait)
	}
	h.fenced.Store(true)
}

const expelPatience = 5 * time.Second

// errClosing tells who waited for a pod that is being closed to ask again.
var errClosing = errors.New("closing")

// borrowAll takes a reference to every open pod.
func (v *Vault) borrowAll() []*handle {
	v.mu.Lock()
	defer v.mu.Unlock()
	var all []*handle
	for _, s := range v.open {
		if s.handle != nil && s.err == nil && !s.handle.lastUse.IsZero() && !s.handle.fenced.Load() {
			s.handle.refs++
			s.handle.warm = true
			all = append(all, s.handle)
		}
	}
	return all
}
