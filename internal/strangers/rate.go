package strangers

import (
	"sync"
	"time"
)

// Rate counts within a window of time, each by a name that stands for where
// they come from. It forgets everything when the next window begins, so its
// memory is bounded by the total. It may be used by several goroutines.
type Rate struct {
	window    time.Duration
	each, all int

	mu     sync.Mutex
	began  time.Time
	counts map[string]int
	total  int
}

// NewRate bounds what each may do within a window, and what all may.
func NewRate(window time.Duration, each, all int) *Rate {
	return &Rate{window: window, each: each, all: all}
}

// Take says whether one more is within the bounds, and counts it.
func (r *Rate) Take(who string, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if began := now.Truncate(r.window); r.counts == nil || !r.began.Equal(began) {
		r.began, r.counts, r.total = began, make(map[string]int), 0
	}
	if r.counts[who] >= r.each || r.total >= r.all {
		return false
	}
	r.counts[who]++
	r.total++
	return true
}
