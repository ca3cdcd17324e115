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

// note counts one event and tells whether it is to be written now. Windows
// that have passed are given back as lines to write besides.
func (y *tally) note(key tallyKey, exact int, now time.Time) (first bool, overdue []Line) {
	y.mu.Lock()
	defer y.mu.Unlock()
	if y.counts == nil {
		y.counts = map[tallyKey]*counted{}
	}
	overdue = y.collect(now, false)
	c := y.counts[key]
	if c == nil {
		c = &counted{since: now}
		y.counts[key] = c
	}
	if c.exact < exact {
		c.exact++
		return true, overdue
	}
	c.n++
	return false, overdue
}

// collect takes out the windows that have passed, or all.
func (y *tally) collect(now time.Time, all bool) []Line {
	var lines []Line
	for key, c := range y.counts {
		if !all && now.Sub(c.since) < tallyWindow {
			continue
		}
		delete(y.counts, key)
		if c.n > 0 {
			lines = append(lines, Line{
				At: now.UTC(), Who: key.who.WebID.String(), Client: key.who.Client.String(), Issuer: key.who.Issuer.String(),
				Did: key.did, Allowed: key.allowed, Count: c.n, From: key.from, Because: "counted, within a minute of " + c.since.UTC().Format(time.RFC3339),
			})
		}
	}
	return lines
}

// flushTally writes what has been counted so far.
func (h *handle) flushTally() {
	h.tally.mu.Lock()
	lines := h.tally.collect(h.now(), true)
	h.tally.mu.Unlock()
	if len(lines) > 0 {
		h.commit(context.Background(), func(c *change) error { c.lines = lines; return nil })
	}
}

// addressClass is all that is ever kept of an address.
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
