package oidc

import (
	"net/netip"
	"sync"
	"time"
)

// Bounds of what strangers may have us do at once, or in a minute.
const (
	maxWaiting    = 16   // calls of one class that may wait for client documents
	maxWaitingAll = 48   // some of the ways out (internal/outbound) stay free for issuers and WebIDs
	maxNamed      = 120  // clients that are not known, in a minute
	maxNamedAll   = 2000 // less than the provider will fetch
	maxAsked      = 3000
	maxAskedAll   = 60000 // a fifth of what the verifier can remember
)

// class is where somebody comes from: an IPv4 address, or the network that one
// household or one server has in IPv6.
func class(addr netip.Addr) string {
	addr = addr.Unmap().WithZone("")
	if addr.Is6() {
		if net, err := addr.Prefix(56); err == nil {
			return net.String()
		}
	}
	return addr.String()
}

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

// rate counts calls within the minute, by class.
type rate struct {
	each, all int

	mu     sync.Mutex
	minute time.Time
	counts map[string]int
	total  int
}

func newRate(each, all int) *rate { return &rate{each: each, all: all} }

// take says whether one more is within the bounds, and counts it.
func (r *rate) take(who string, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if minute := now.Truncate(time.Minute); !r.minute.Equal(minute) {
		r.minute, r.counts, r.total = minute, make(map[string]int), 0
	}
	if r.counts[who] >= r.each || r.total >= r.all {
		return false
	}
	r.counts[who]++
	r.total++
	return true
}
