package upstream

import (
	"sync"
	"time"
)

// spent remembers which attempts came back, until they are too old.
type spent struct {
	mu    sync.Mutex
	until map[string]time.Time
	swept time.Time
}

// maxSpent bounds the memory. Past it, it is the issuer that refuses a code for
// the second time.
const maxSpent = 1 << 16

func newSpent() *spent { return &spent{until: make(map[string]time.Time)} }

// take says whether an attempt comes back for the first time.
func (s *spent) take(t attempt, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sweep(now)
	if _, there := s.until[t.ID]; there {
		return false
	}
	if len(s.until) < maxSpent {
		s.until[t.ID] = time.Unix(t.Begun, 0).Add(life)
	}
	return true
}

// sweep forgets what is too old, once a minute.
func (s *spent) sweep(now time.Time) {
	if age := now.Sub(s.swept); age >= 0 && age < time.Minute {
		return
	}
	s.swept = now
	for id, until := range s.until {
		if !now.Before(until) {
			delete(s.until, id)
		}
	}
}
