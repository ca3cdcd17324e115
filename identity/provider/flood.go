package provider

import (
	"sync"
	"time"
)

// flood counts what strangers do within a window of time, each by a name that
// stands for where they come from. It forgets everything when the next window
// begins, so its memory is bounded by the total.
type flood struct {
	each, all int

	mu     sync.Mutex
	window time.Time
	counts map[string]int
	total  int
}

func newFlood(each, all int) *flood { return &flood{each: each, all: all} }

// take says whether one more is within the bounds, and counts it.
func (f *flood) take(who string, window time.Time) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.window.Equal(window) {
		f.window, f.counts, f.total = window, make(map[string]int), 0
	}
	if f.counts[who] >= f.each || f.total >= f.all {
		return false
	}
	f.counts[who]++
	f.total++
	return true
}
