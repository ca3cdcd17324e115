package pod

import (
	"io"
	"sync"
	"time"

	"skrin/acl"
)

// lease is a right to read that lasts longer than the request's decision:
// a large body on its way to somebody other than the owner.
type lease struct {
	session *Session
	path    Path
	done    chan struct{}
	once    sync.Once
	told    func()      // of a listening, which may wait for what is not there yet: called once it has ended
	until   time.Time   // when the right ends; zero: nothing ends it by time
	timer   *time.Timer // tells whoever waits for that
}

func (l *lease) end() {
	first := false
	l.once.Do(func() { close(l.done); first = true })
	if first && l.told != nil {
		l.told()
	}
}

func (l *lease) ended() bool {
	select {
	case <-l.done:
		return true
	default:
		return false
	}
}

// expired is ended, by the pod's clock too: the timer does not see one that was set forward.
func (l *lease) expired(now time.Time) bool {
	if !l.until.IsZero() && !now.Before(l.until) {
		l.end()
	}
	return l.ended()
}

// leases are the open ones of a pod.
type leases struct {
	mu   sync.Mutex
	open map[*lease]struct{}
}

// lease notes that a body begins to flow. It was allowed under the policy
// version; if that has changed since, it is decided anew.
func (h *handle) lease(s *Session, p Path, d acl.Decision, version uint64) *lease {
	return h.leaseFor(s, p, d, version, nil)
}

// leaseFor is lease for who wants to be told of the end.
func (h *handle) leaseFor(s *Session, p Path, d acl.Decision, version uint64, told func()) *lease {
	l := &lease{session: s, path: p, done: make(chan struct{}), told: told}
	if l.until = d.End(acl.Read); !l.until.IsZero() {
		l.timer = time.AfterFunc(l.until.Sub(h.now()), l.end)
	}
	h.leases.mu.Lock()
	h.leases.open[l] = struct{}{}
	h.leases.mu.Unlock()
	h.store.view(func(t *tx) error {
		if t.policyVersion() != version {
			h.recheck(t, l)
		}
		return nil
	})
	return l
}

// release forgets a lease whose body was closed.
func (h *handle) releaseLease(l *lease) {
	if l.timer != nil {
		l.timer.Stop()
	}
	h.leases.mu.Lock()
	delete(h.leases.open, l)
	h.leases.mu.Unlock()
}

// recheckLeases asks again for every body that is flowing. The writer calls it
// after a change of what is allowed and before that change is answered.
func (h *handle) recheckLeases() {
	h.leases.mu.Lock()
	open := make([]*lease, 0, len(h.leases.open))
	for l := range h.leases.open {
		open = append(open, l)
	}
	h.leases.mu.Unlock()
	if len(open) == 0 {
		return
	}
	err := h.store.view(func(t *tx) error {
		for _, l := range open {
			h.recheck(t, l)
		}
		return nil
	})
	if err != nil {
		h.leases.endAll()
	}
}

func (h *handle) recheck(t *tx, l *lease) {
	st, err := h.stand(t, l.session, l.path)
	if err != nil || !st.found && l.told == nil || !st.decision.Allows(wantFor(l.path, acl.Read)) {
		l.end()
	}
}

func (ls *leases) endAll() {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	for l := range ls.open {
		l.end()
	}
}

// leasedBody is a body that stops when the right to it does.
type leasedBody struct {
	io.ReadSeekCloser
	lease   *lease
	now     func() time.Time
	release func()
}

func (b *leasedBody) Read(p []byte) (int, error) {
	if b.lease.expired(b.now()) {
		return 0, ErrDenied
	}
	return b.ReadSeekCloser.Read(p)
}

func (b *leasedBody) Close() error {
	b.release()
	return b.ReadSeekCloser.Close()
}
