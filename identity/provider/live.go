package provider

import (
	"strings"
	"sync"
	"time"

	"skrin/identity/records"
)

// maxLive bounds the memory of grants that are live, about 100 bytes each.
const maxLive = 1 << 16

// liveGrants remembers which grants stand, and until when. What is not here is
// looked up in the records.
type liveGrants struct {
	mu    sync.Mutex
	epoch int // counts calls of forget: what was looked up before one is not put in after it
	until map[string]time.Time
}

func newLiveGrants() *liveGrants { return &liveGrants{until: make(map[string]time.Time)} }

// Live says whether what a token's "grant" claim names still stands: for
// identity.Local. It is answered from memory, but for the first time and when a
// refresh has made a grant longer.
func (p *Provider) Live(grant string) (bool, error) {
	now := p.conf.Now()
	until, epoch, known := p.live.get(grant)
	if known && now.Before(until) {
		return true, nil
	}
	err := p.conf.Records.View(func(tx records.Tx) error {
		var err error
		until, err = lookUp(tx, grant, now)
		return err
	})
	if err != nil {
		return false, err
	}
	if until.IsZero() {
		return false, nil // not remembered: a stranger cannot fill the memory with names
	}
	p.live.put(grant, until, epoch)
	return now.Before(until), nil
}

// lookUp says until when a grant or a script stands; zero: not at all.
func lookUp(tx records.Tx, grant string, now time.Time) (time.Time, error) {
	if strings.HasPrefix(grant, scriptPrefix) {
		_, _, there, err := findScript(tx, grant)
		if err != nil || !there {
			return time.Time{}, err
		}
		return now.Add(TokenLife), nil // its tokens are no older; then look again
	}
	rec, there, err := found(tx, grant, now)
	if err != nil || !there {
		return time.Time{}, err
	}
	return rec.Until, nil
}

func (l *liveGrants) get(grant string) (until time.Time, epoch int, known bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	until, known = l.until[grant]
	return until, l.epoch, known
}

func (l *liveGrants) put(grant string, until time.Time, epoch int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if epoch != l.epoch {
		return
	}
	if len(l.until) >= maxLive {
		clear(l.until)
	}
	l.until[grant] = until
}

func (l *liveGrants) forget(grants []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.epoch++
	for _, g := range grants {
		delete(l.until, g)
	}
}
