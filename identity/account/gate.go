package account

import (
	"context"
	"sync/atomic"
)

// gate lets a few through at a time. Hashing a password takes 64 MiB and tens
// of milliseconds on purpose; without a gate, asking would be enough to take
// the memory of the whole server.
type gate struct {
	slots   chan struct{}
	waiting atomic.Int32
}

// maxWaiting is how many may stand before a gate: more than that would wait
// longer than anybody does.
const maxWaiting = 64

func newGate(n int) *gate { return &gate{slots: make(chan struct{}, n)} }

// pass runs fn when it is its turn: ErrBusy when too many wait, or the error of
// ctx when that ended first; then fn was not run.
func (g *gate) pass(ctx context.Context, fn func()) error {
	if g.waiting.Add(1) > maxWaiting {
		g.waiting.Add(-1)
		return ErrBusy
	}
	select {
	case g.slots <- struct{}{}:
		g.waiting.Add(-1)
	case <-ctx.Done():
		g.waiting.Add(-1)
		return ctx.Err()
	}
	defer func() { <-g.slots }()
	if err := ctx.Err(); err != nil {
		return err
	}
	fn()
	return nil
}
