package oidc

import "sync"

// Bounds of what strangers may have us do at once, or in a minute.
const (
	maxWaiting    = 16   // calls of one class that may wait for client documents
	maxWaitingAll = 48   // some of the ways out (internal/outbound) stay free for issuers and WebIDs
	maxNamed      = 120  // clients that are not known, in a minute
	maxNamedAll   = 2000 // less than the provider will fetch
	maxAsked      = 3000
	maxAskedAll   = 60000 // a fifth of what the verifier can remember
)

// crowd counts who is inside, by class.
type crowd struct {
	each, all int

	mu     sync.Mutex
	inside map[string]int
	total  int
}

func newCrowd(each, all int) *crowd {
	return &crowd{each: each, all: all, inside: make(map[string]int)}
}

// enter says whether there is room for one more. Who entered leaves.
func (c *crowd) enter(who string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.inside[who] >= c.each || c.total >= c.all {
		return false
	}
	c.inside[who]++
	c.total++
	return true
}

func (c *crowd) leave(who string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.total--
	if c.inside[who]--; c.inside[who] == 0 {
		delete(c.inside, who)
	}
}
