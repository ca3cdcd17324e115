package provider

import (
	"context"
	"sync"
	"time"

	"skrin/internal/strangers"
)

// Bounds of how strangers may make us fetch documents.
const (
	maxWaiting    = 16   // calls of one class that may wait for client documents
	maxWaitingAll = 192  // and so fetches under way: some of the ways out (internal/outbound) stay free for issuers and WebIDs
	maxNamed      = 120  // clients that are not known, in a minute
	maxNamedAll   = 2000 // less than will be fetched
)

// crowd bounds those who make us fetch, by the class of their address
// (strangers.Asking). Clients that are known need no room: whoever names unknown
// ones all the time keeps nobody out of the apps that people use.
type crowd struct {
	each, all int
	named     *strangers.Rate

	mu     sync.Mutex
	inside map[string]int
	total  int
}

func newCrowd(each, all int) *crowd {
	return &crowd{each: each, all: all, inside: make(map[string]int), named: strangers.NewRate(time.Minute, maxNamed, maxNamedAll)}
}

// admit says whether somebody may make us fetch now. Who was let in leaves.
func (c *crowd) admit(ctx context.Context, now time.Time) (leave func(), ok bool) {
	who := strangers.Asking(ctx)
	if !c.named.Take(who, now) || !c.enter(who) {
		return nil, false
	}
	return func() { c.leave(who) }, true
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
