package pod

import (
	"context"
	"net/netip"
	"sync"
	"time"

	"skrin/acl"
)

// tally counts what is not worth a line each: what the public did, readings of
// public resources, refusals of strangers, and floods of refusals of others. Of
// each kind the first in a minute is written as a line at once, so that it can
// be seen that something happened; the rest of that minute becomes one more
// line with a count. So nobody can fill a disk with asking.
type tally struct {
	mu     sync.Mutex
	counts map[tallyKey]*counted
}

type tallyKey struct {
	did, from string
	allowed   bool
	who       acl.Agent // zero but for floods of somebody who is known here
}

type counted struct {
	since time.Time
	n     int // beyond the first
	exact int // lines of a known agent written one by one this minute
}

const (
	tallyWindow = time.Minute
	exactLimit  = 60 // refusals of one known agent a minute that get lines of their own
)

// overdue are counts that were taken out to be written. What could not be written
// is put back.
type overdue map[tallyKey]*counted

// note counts an event that tells of `times` and tells whether it is to be written
// now. Windows that have passed are given back, to be written besides.
func (y *tally) note(key tallyKey, exact, times int, now time.Time) (first bool, due overdue) {
	y.mu.Lock()
	defer y.mu.Unlock()
	if y.counts == nil {
		y.counts = map[tallyKey]*counted{}
	}
	due = y.collect(now, false)
	c := y.counts[key]
	if c == nil {
		c = &counted{since: now}
		y.counts[key] = c
	}
	if c.exact < exact {
		c.exact++
		return true, due
	}
	c.n += times
	return false, due
}

// collect takes out the windows that have passed, or all.
func (y *tally) collect(now time.Time, all bool) overdue {
	due := overdue{}
	for key, c := range y.counts {
		if !all && now.Sub(c.since) < tallyWindow {
			continue
		}
		delete(y.counts, key)
		if c.n > 0 {
			due[key] = c
		}
	}
	return due
}

// lines are what the journal of the pod says of the counts.
func (o overdue) lines(h *handle) []Line {
	now := h.now()
	var lines []Line
	for key, c := range o {
		lines = append(lines, Line{
			At: now.UTC(), Who: h.relative(key.who.WebID), Client: key.who.Client.String(), Issuer: key.who.Issuer.String(),
			Did: key.did, Allowed: key.allowed, Count: c.n, From: key.from, Because: "counted, within a minute of " + c.since.UTC().Format(time.RFC3339),
		})
	}
	return lines
}

// putBack counts again what could not be written.
func (y *tally) putBack(due overdue) {
	y.mu.Lock()
	defer y.mu.Unlock()
	for key, old := range due {
		c := y.counts[key]
		if c == nil {
			y.counts[key] = old
			continue
		}
		c.n += old.n
		c.since = old.since
	}
}

// commitDue commits an operation, and with it the counts that are due.
func (h *handle) commitDue(ctx context.Context, due overdue, do func(*change) error) error {
	err := h.commit(ctx, func(c *change) error {
		c.lines = due.lines(h)
		return do(c)
	})
	if err != nil {
		h.tally.putBack(due)
	}
	return err
}

// flushTally writes what has been counted so far.
func (h *handle) flushTally() {
	h.tally.mu.Lock()
	due := h.tally.collect(h.now(), true)
	h.tally.mu.Unlock()
	if len(due) > 0 {
		_ = h.commitDue(context.Background(), due, func(*change) error { return nil })
	}
}

// addressClass is all that is ever kept of an address. It stands in the journal,
// for as long as the pod does, and so says less than what strangers are counted by
// (internal/strangers): that tells one household from the next, and may be kept
// hashed at most.
func addressClass(a netip.Addr) string {
	a = a.Unmap()
	switch {
	case !a.IsValid():
		return "unknown"
	case a.IsLoopback():
		return "loopback"
	case a.IsPrivate(), a.IsLinkLocalUnicast():
		return "private"
	case a.Is4():
		return "internet, v4"
	}
	return "internet, v6"
}
