package pod

import (
	"context"
	"sync"
)

// turns lets those who change one large resource do it one after another, in the
// order in which they came: what each works out then fits what is there, and
// nobody's work is for nothing.
type turns struct {
	mu     sync.Mutex
	queues map[Path]*queue
}

// queue is who waits for one resource. It is forgotten when nobody does.
type queue struct {
	waiting int
	token   chan struct{}
}

// take waits for the turn at p, and gives what ends it. The error is that of ctx.
func (t *turns) take(ctx context.Context, p Path) (end func(), err error) {
	q := t.join(p)
	select {
	case q.token <- struct{}{}:
		return func() { <-q.token; t.leave(p, q) }, nil
	case <-ctx.Done():
		t.leave(p, q)
		return nil, ctx.Err()
	}
}

func (t *turns) join(p Path) *queue {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.queues == nil {
		t.queues = map[Path]*queue{}
	}
	q := t.queues[p]
	if q == nil {
		q = &queue{token: make(chan struct{}, 1)}
		t.queues[p] = q
	}
	q.waiting++
	return q
}

func (t *turns) leave(p Path, q *queue) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if q.waiting--; q.waiting == 0 {
		delete(t.queues, p)
	}
}
