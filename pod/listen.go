package pod

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"skrin/acl"
	"skrin/linkeddata"
)

// maxPending is how many events wait for somebody who listens slowly. What comes
// on top makes one of them all, with the latest state.
const maxPending = 64

// Listening is one asker's ear at one path. It hears what changes there for as
// long as the asker may read it, and must be closed. Its methods may be called
// from several goroutines.
type Listening struct {
	session *Session
	handle  *handle
	path    Path
	public  bool
	lease   *lease
	wake    func(ended bool)
	closed  sync.Once

	mu      sync.Mutex
	pending []Event
	deaf    bool
}

// Listen begins to listen at p: it needs Read, or Control for an ACL, and p need
// not exist. For everyone but the owner the journal's line is durable when it
// returns, as with a reading; what is heard later makes no lines. Every change
// that a reading after Listen does not show will be heard. wake is called when
// there is something to hear and, with true, when the right has ended: from
// anywhere, the writer included, so it must not block. Errors: ErrDenied; ErrManaged where the
// server keeps things by itself.
func (s *Session) Listen(ctx context.Context, p Path, wake func(ended bool)) (*Listening, error) {
	h, err := s.vault.acquire(ctx, s.id)
	if err != nil {
		return nil, err
	}
	l, err := h.listen(ctx, s, p, wake)
	if err != nil {
		s.vault.release(h)
		return nil, err
	}
	return l, nil
}

func (h *handle) listen(ctx context.Context, s *Session, p Path, wake func(bool)) (*Listening, error) {
	for {
		var r reading
		var public bool
		err := h.store.view(func(t *tx) (err error) {
			if r.standing, err = h.stand(t, s, p); err != nil {
				return err
			}
			r.known = r.policy.Knows(s.agent)
			if !r.decision.Allows(wantFor(p, acl.Read)) {
				return ErrDenied
			}
			public = !s.standsAsOwner(r.decision) && h.anybodyReads(s, &r.standing)
			return nil
		})
		switch {
		case err != nil:
			return nil, h.refused(ctx, s, "listen", r.standing, wantFor(p, acl.Read), r.known, err)
		case p.kind == acl.Managed:
			return nil, fmt.Errorf("%w: nothing is told of %s", ErrManaged, p)
		}
		l := &Listening{session: s, handle: h, path: p, wake: wake, public: public}
		l.lease = h.leaseFor(s, p, r.decision, r.version, func() { wake(true) })
		h.feed.add(l)
		if err = h.account(ctx, s, r, "listen"); err == nil {
			// What the writer had begun before it knew of this listener is durable now.
			err = h.exclusive(ctx, func() error { return nil })
		}
		if err == nil {
			return l, nil
		}
		l.stop()
		if !errors.Is(err, errStale) {
			return nil, err
		}
	}
}

// Path is where it listens.
func (l *Listening) Path() Path { return l.path }

// anybodyReads says whether the right to read is that of whoever comes: of the
// public, or of every WebID, of which one person may have as many as they like. It
// is asked in the transaction that st is of.
func (h *handle) anybodyReads(s *Session, st *standing) bool {
	stranger := *s
	stranger.agent.WebID = linkeddata.MustIRI("urn:skrin:stranger")
	return h.decide(&stranger, st.policy, st.path).Allows(wantFor(st.path, acl.Read))
}

// Public says whether anybody may hear the same, or anybody who signs in.
func (l *Listening) Public() bool { return l.public }

// Ended says whether the right to listen has ended. It does not begin again.
func (l *Listening) Ended() bool { return l.lease.expired(l.handle.now()) }

// Until is when the right ends if nothing changes; zero: no end is known.
func (l *Listening) Until() time.Time { return l.lease.until }

// Next takes what was heard first, or, with latest, all of it as one event with
// the latest state. It says false when there is nothing.
func (l *Listening) Next(latest bool) (Event, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case len(l.pending) == 0:
		return Event{}, false
	case latest:
		e := merged(l.pending)
		l.pending = nil
		return e, true
	}
	e := l.pending[0]
	if l.pending = l.pending[1:]; len(l.pending) == 0 {
		l.pending = nil
	}
	return e, true
}

// May asks again whether the asker may hear the event, now. A deletion that took
// the rules away with it may be heard by whoever could read until then, as long
// as nothing else about access has changed since.
func (l *Listening) May(ctx context.Context, e Event) (bool, error) {
	var st standing
	err := l.handle.store.view(func(t *tx) (err error) {
		st, err = l.handle.stand(t, l.session, l.path)
		return err
	})
	if err != nil {
		return false, err
	}
	if st.decision.Allows(wantFor(l.path, acl.Read)) {
		return true, nil
	}
	until := l.lease.until
	return e.Kind == EventDelete && st.version == e.version && (until.IsZero() || l.handle.now().Before(until)), nil
}

// Now tells the present state as if it had just come about: an update, or a
// deletion for those who may know that nothing is there. ErrDenied: the right has
// ended, or it says too little to tell.
func (l *Listening) Now(ctx context.Context) (Event, error) {
	e := Event{Kind: EventUpdate, Topic: l.path, At: l.handle.now()}
	err := l.handle.store.view(func(t *tx) error {
		r, err := l.handle.look(t, l.session, l.path, false)
		if errors.Is(err, ErrNotFound) {
			e.Kind = EventDelete
			return nil
		}
		if err == nil {
			e.State = r.res.ETag
		}
		return err
	})
	return e, err
}

// Close ends the listening. What was heard and not taken is forgotten. It may be
// called more than once.
func (l *Listening) Close() {
	l.closed.Do(func() {
		l.stop()
		l.handle.vault.release(l.handle)
	})
}

func (l *Listening) stop() {
	l.handle.feed.remove(l)
	l.handle.releaseLease(l.lease)
	l.mu.Lock()
	l.pending, l.deaf = nil, true
	l.mu.Unlock()
}

// hear takes an event in. The writer calls it, before the change is answered.
func (l *Listening) hear(e Event) {
	if l.lease.ended() {
		return
	}
	l.mu.Lock()
	if !l.deaf {
		l.pending = append(l.pending, e)
		if len(l.pending) > maxPending {
			l.pending = []Event{merged(l.pending)}
		}
	}
	l.mu.Unlock()
	l.wake(false)
}

// merged makes one event of several about one topic: what came last counts, and
// members are left to be looked up.
func merged(events []Event) Event {
	e := events[len(events)-1]
	switch {
	case len(events) == 1 || e.Kind == EventDelete:
	case events[0].Kind == EventCreate:
		e.Kind = EventCreate
	default:
		e.Kind = EventUpdate
	}
	if e.Kind != EventAdd && e.Kind != EventRemove {
		e.Member = Path{}
	}
	return e
}
