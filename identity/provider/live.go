package provider

import (
	"sync"
	"time"

	"skrin/identity/records"
)

// maxLive bounds the memory of families that are live, about 100 bytes each.
const maxLive = 1 << 16

// liveFamilies remembers which families stand, and until when. What is not here is
// looked up in the records.
type liveFamilies struct {
	mu    sync.Mutex
	epoch int // counts calls of forget: what was looked up before one is not put in after it
	until map[string]time.Time
}

func newLiveFamilies() *liveFamilies { return &liveFamilies{until: make(map[string]time.Time)} }

// Live says whether what a token's "family" claim names still stands: for
// identity.Local. It is answered from memory, but for the first time and when a
// refresh has made a family longer.
func (p *Provider) Live(family string) (bool, error) {
	now := p.conf.Now()
	until, epoch, known := p.live.get(family)
	if known && now.Before(until) {
		return true, nil
	}
	err := p.conf.Records.View(func(tx records.Tx) error {
		var err error
		until, err = lookUp(tx, family, now)
		return err
	})
	if err != nil {
		return false, err
	}
	if until.IsZero() {
		return false, nil // not remembered: a stranger cannot fill the memory with names
	}
	p.live.put(family, until, epoch)
	return now.Before(until), nil
}

// lookUp says until when a family or a script stands; zero: not at all.
func lookUp(tx records.Tx, family string, now time.Time) (time.Time, error) {
	if isScript(family) {
		_, _, there, err := findScript(tx, family)
		if err != nil || !there {
			return time.Time{}, err
		}
		return now.Add(TokenLife), nil // its tokens are no older; then look again
	}
	rec, there, err := found(tx, family, now)
	if err != nil || !there {
		return time.Time{}, err
	}
	return rec.Until, nil
}

func (l *liveFamilies) get(family string) (until time.Time, epoch int, known bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	until, known = l.until[family]
	return until, l.epoch, known
}

func (l *liveFamilies) put(family string, until time.Time, epoch int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if epoch != l.epoch {
		return
	}
	if len(l.until) >= maxLive {
		clear(l.until)
	}
	l.until[family] = until
}

func (l *liveFamilies) forget(families []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.epoch++
	for _, g := range families {
		delete(l.until, g)
	}
}
