package pod

import (
	"context"
	"errors"
	"fmt"
	"runtime"
)

// op is one change on its way to the writer, or something that must be done
// while nothing is written.
type op struct {
	do    func(*change) error
	alone func() error
	done  chan error
}

// change is what one operation does inside the writer's transaction. It may be
// run again from the start when another operation of the same group failed, so
// it must not keep anything from an earlier run.
type change struct {
	*tx
	h       *handle
	lines   []Line
	after   []func() // run once the change is durable, before its caller is answered
	events  []Event  // for those who listen, once the change is durable
	decided bool     // whether what is allowed may have changed
	rules   bool     // whether this writes an ACL, which goes on in a full pod
	guest   bool     // whether somebody else than the owner does it
	vouches bool     // whether this may change who vouches for the owner
}

const (
	maxGroup    = 256
	maxFailures = 3 // operations of a group that may fail half-way before the rest goes one by one
)

// errNothing rolls a group back that changed nothing: no need to sync.
var errNothing = errors.New("nothing to write")

// errAgain rolls a group back because one of its operations failed half-way.
var errAgain = errors.New("without the failed one")

// commit gives an operation to the writer and waits until it is durable. An
// error that is not ErrFenced means that nothing of it was done.
func (h *handle) commit(ctx context.Context, do func(*change) error) error {
	if h.fenced.Load() {
		return ErrFenced
	}
	return h.send(ctx, &op{do: do, done: make(chan error, 1)})
}

// exclusive runs fn on the writer's goroutine, between two groups: nothing is
// written meanwhile, reading goes on.
func (h *handle) exclusive(ctx context.Context, fn func() error) error {
	if h.fenced.Load() {
		return ErrFenced
	}
	return h.send(ctx, &op{alone: fn, done: make(chan error, 1)})
}

func (h *handle) send(ctx context.Context, o *op) error {
	select {
	case h.ops <- o:
	case <-ctx.Done():
		return ctx.Err()
	}
	return <-o.done
}

// write is the pod's one writer: it takes whatever waits into one transaction,
// so one sync serves many.
func (h *handle) write() {
	defer close(h.idle)
	for o := range h.ops {
		for o != nil {
			if o.alone != nil {
				o.done <- guarded(o.alone)
				break
			}
			runtime.Gosched() // whoever is about to write may come along: that saves them, and us, a sync
			var group []*op
			group, o = h.gather(o)
			h.writeGroup(group)
		}
	}
}

// gather takes what waits behind the first into its group, up to one that must
// be alone, which is given back.
func (h *handle) gather(first *op) (group []*op, alone *op) {
	group = append(make([]*op, 0, 16), first)
	for len(group) < maxGroup {
		select {
		case next, open := <-h.ops:
			switch {
			case !open:
				return group, nil
			case next.alone != nil:
				return group, next
			}
			group = append(group, next)
		default:
			return group, nil
		}
	}
	return group, nil
}

// writeGroup commits the group, leaving out, one by one, operations that failed
// after they had begun to write.
func (h *handle) writeGroup(group []*op) {
	for failures := 0; len(group) > 0 && !h.fenced.Load(); failures++ {
		try := group
		if failures >= maxFailures { // from here on each costs only itself
			try = group[:1]
		}
		failed := h.tryGroup(try)
		switch {
		case failed >= 0:
			group = append(group[:failed:failed], group[failed+1:]...)
		case len(try) == len(group):
			return
		default:
			group = group[1:]
		}
	}
	for _, o := range group {
		o.done <- ErrFenced
	}
}

// tryGroup runs all operations in one transaction and answers them when it is
// durable. If one fails after it wrote, everything is rolled back, that one is
// answered, and its place in the group is returned; otherwise -1.
func (h *handle) tryGroup(group []*op) int {
	results := make([]error, len(group))
	var after []func()
	var events []Event
	failed, decided := -1, false
	used := h.used.Load()
	own, err := h.store.update(func(t *tx) error {
		wrote := false
		t.used = used
		for i, o := range group {
			t.wrote = false
			c := &change{tx: t, h: h}
			if results[i] = c.run(o); results[i] != nil {
				if t.wrote {
					failed = i
					return errAgain
				}
				continue
			}
			wrote = wrote || t.wrote
			decided = decided || c.decided
			after = append(after, c.after...)
			events = append(events, c.events...)
		}
		if !wrote {
			return errNothing
		}
		if t.used != used {
			used = t.used
			if err := h.saveUsed(t); err != nil {
				return err
			}
		}
		return h.sealHead(t)
	})
	switch {
	case failed >= 0:
		group[failed].done <- results[failed]
		return failed
	case err != nil && !own:
		h.fence(err)
		return h.answer(group, ErrFenced)
	case err != nil && !errors.Is(err, errNothing):
		return h.answer(group, err)
	}
	h.used.Store(used)
	for _, fn := range after {
		fn()
	}
	if len(events) > 0 {
		h.feed.publish(events) // first: who could read until now may hear that it is gone
	}
	if decided {
		h.recheckLeases()
		h.keepWitness()
	}
	for i, o := range group {
		o.done <- results[i]
	}
	return -1
}

func (h *handle) answer(group []*op, err error) int {
	for _, o := range group {
		o.done <- err
	}
	return -1
}

// fence stops the pod: after a failed sync nobody knows what is on disk, so
// nothing is read or written until it was reopened and verified.
func (h *handle) fence(cause error) {
	if isFull(cause) {
		h.vault.space.giveUp()
	}
	h.vault.suspects(h.id, cause)
	if h.fenced.Swap(true) {
		return
	}
	h.vault.log.Error("pod fenced", "cause", fmt.Sprintf("%T", errors.Unwrap(cause)), "pod", h.id.short())
	h.leases.endAll()
}

// again does once more what fenced the pod: reopening it has found out what is on
// disk, and a full disk has given up its reserve. It is for what must go on and
// does no harm when it was done already.
func again(do func() error) error {
	err := do()
	if errors.Is(err, ErrFenced) {
		err = do()
	}
	return err
}

// run does one operation and writes its journal lines.
func (c *change) run(o *op) error {
	before := c.used
	if err := o.do(c); err != nil {
		return err
	}
	if err := c.fits(before); err != nil {
		return err
	}
	if c.decided {
		if err := c.bump(bHeader); err != nil {
			return err
		}
	}
	for _, line := range c.lines {
		if err := c.h.appendLine(c.tx, line); err != nil {
			return err
		}
	}
	c.settleEvents()
	return nil
}

// journal notes a line that becomes durable together with the change.
func (c *change) journal(line Line) { c.lines = append(c.lines, line) }

// then runs fn after the change is durable.
func (c *change) then(fn func()) { c.after = append(c.after, fn) }

// policyVersion is a number that changes whenever what is allowed may have changed.
func (t *tx) policyVersion() uint64 { return t.sequence(bHeader) }
