package outbound

import (
	"context"
	"fmt"
	"net/url"
	"sync"
	"time"

	"skrin/internal/strangers"
	"skrin/linkeddata"
)

// Bounds of what one class of addresses (strangers.Asking) has us fetch, so that it
// takes the ways out from nobody, and is not heard all over the world through us.
const (
	maxShare    = 16    // at the same time; whoever wants more waits for their own
	maxAsked    = 1200  // in a minute
	maxAskedAll = 60000 // in a minute, by all
)

var errTooMuch = fmt.Errorf("%w: too much is asked for from there", ErrUnreachable)

// shares are the ways out, of which each class has some.
type shares struct {
	asked *strangers.Rate

	mu sync.Mutex
	of map[string]*share // of those who have or want one
}

type share struct {
	room  chan struct{}
	users int
}

func newShares() *shares {
	return &shares{asked: strangers.NewRate(time.Minute, maxAsked, maxAskedAll), of: make(map[string]*share)}
}

// take waits until whoever asks may have one more. Who took it gives it back.
func (s *shares) take(ctx context.Context) (give func(), err error) {
	who := strangers.Asking(ctx)
	if !s.asked.Take(who, time.Now()) {
		return nil, errTooMuch
	}
	theirs := s.join(who)
	select {
	case theirs.room <- struct{}{}:
		return func() {
			<-theirs.room
			s.leave(who)
		}, nil
	case <-ctx.Done():
		s.leave(who)
		return nil, unreachable(ctx.Err())
	}
}

type admittedKey struct{}

// Admit takes one of the share that whoever asks has, before they ask for a document,
// and gives a context in which Get takes no more. For those who share with others what
// they were given: a class that has used up its share keeps itself waiting, and what
// becomes of that is not to be told to others. This server's own documents take nothing
// of a share. Whoever was admitted leaves. The error wraps ErrUnreachable.
func (c *Client) Admit(ctx context.Context, iri linkeddata.IRI) (admitted context.Context, leave func(), err error) {
	if u, err := url.Parse(iri.String()); err != nil || c.ours(canonical(u)) {
		return ctx, func() {}, nil
	}
	return c.admit(ctx)
}

// admit waits as long as for a document.
func (c *Client) admit(ctx context.Context) (admitted context.Context, leave func(), err error) {
	if ctx.Value(admittedKey{}) != nil {
		return ctx, func() {}, nil
	}
	wait, cancel := context.WithTimeout(ctx, c.conf.Patience)
	defer cancel()
	leave, err = c.shares.take(wait)
	return context.WithValue(ctx, admittedKey{}, true), leave, err
}

func (s *shares) join(who string) *share {
	s.mu.Lock()
	defer s.mu.Unlock()
	theirs := s.of[who]
	if theirs == nil {
		theirs = &share{room: make(chan struct{}, maxShare)}
		s.of[who] = theirs
	}
	theirs.users++
	return theirs
}

func (s *shares) leave(who string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.of[who].users--; s.of[who].users == 0 {
		delete(s.of, who)
	}
}
