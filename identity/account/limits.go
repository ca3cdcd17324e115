package account

import (
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"sync"
	"time"

	"skrin/identity/records"
	"skrin/internal/strangers"
)

// A budget is how often something may go wrong: a number of times freely, then
// after a wait that doubles each time until it is longest.
type budget struct {
	free    int
	first   time.Duration
	longest time.Duration
}

// class is what is counted together, with a budget of its own for each key in it.
type class int

const (
	byStrangers  class = iota // wrong passwords for one name, from devices that nobody knows
	byDevice                  // wrong passwords for one account, from one device that was signed in before
	byAddress                 // wrong passwords from one address
	byRecovering              // wrong recovery keys from one address
	byMaking                  // new accounts from one address
	byAsking                  // questions from one address whether a name is free
	byReturning               // people from one address who come back from an issuer outside and are not let in
	byLeaving                 // people from one address who set out for an issuer outside and do not come back
	classes
)

var budgets = [classes]budget{
	byStrangers:  {5, 2 * time.Second, 15 * time.Minute},
	byDevice:     {10, 2 * time.Second, 5 * time.Minute},
	byAddress:    {30, 2 * time.Second, 15 * time.Minute},
	byRecovering: {10, 2 * time.Second, time.Minute},
	byMaking:     {10, time.Minute, time.Hour},
	byAsking:     {60, time.Second, time.Minute},
	byReturning:  {30, 2 * time.Second, 5 * time.Minute},
	byLeaving:    {60, time.Second, time.Minute},
}

// forgetAfter is how long somebody must not have failed to begin afresh.
const forgetAfter = 24 * time.Hour

// maxCounted bounds each class. When it is full, one that failed least goes.
const maxCounted = 1 << 16

// wait is how long to wait after having failed so often.
func (b budget) wait(failed int) time.Duration {
	wait := b.first
	for range failed - b.free {
		if wait *= 2; wait >= b.longest {
			return b.longest
		}
	}
	if failed < b.free {
		return 0
	}
	return wait
}

// count is what is remembered of one key.
type count struct {
	Failed int       `json:"failed"`
	Last   time.Time `json:"last"`
}

// ready is how long until the next attempt is looked at. A clock that was put
// back makes nobody wait longer than the budget says.
func (c count) ready(b budget, now time.Time) time.Duration {
	wait := b.wait(c.Failed)
	return min(wait, c.Last.Add(wait).Sub(now))
}

// claim is a budget that an attempt draws on. A key does not show what it stands for.
type claim struct {
	class class
	key   string
}

func newClaim(c class, what string) claim {
	sum := sha256.Sum256([]byte(what))
	return claim{c, hex.EncodeToString(sum[:16])}
}

// addressClaim counts the people behind one connection together. An address
// that is none (the host's own socket) is not counted.
func addressClaim(c class, addr netip.Addr) []claim {
	if !addr.IsValid() {
		return nil
	}
	return []claim{newClaim(c, strangers.Class(addr))}
}

// limits counts. It counts an attempt before it is looked at, so that many at
// once are no way around it, and gives back what turned out well.
type limits struct {
	mu     sync.Mutex
	counts [classes]map[string]count
}

func newLimits() *limits {
	l := &limits{}
	for i := range l.counts {
		l.counts[i] = make(map[string]count)
	}
	return l
}

// take counts an attempt on all its budgets, or on none and gives a *Wait.
func (l *limits) take(now time.Time, claims []claim) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	var wait time.Duration
	for _, c := range claims {
		wait = max(wait, l.at(c, now).ready(budgets[c.class], now))
	}
	if wait > 0 {
		return &Wait{wait}
	}
	for _, c := range claims {
		n := l.at(c, now)
		l.put(c, count{n.Failed + 1, now})
	}
	return nil
}

func (l *limits) at(c claim, now time.Time) count {
	n := l.counts[c.class][c.key]
	if now.Sub(n.Last) > forgetAfter {
		return count{}
	}
	return n
}

func (l *limits) put(c claim, n count) {
	all := l.counts[c.class]
	if _, there := all[c.key]; !there && len(all) >= maxCounted {
		drop(all)
	}
	all[c.key] = n
}

// drop makes room. Of some keys the one that failed least goes: whoever floods
// us with new ones must not make us forget the one that is being guessed.
func drop(all map[string]count) {
	var least string
	looked := 0
	for key, n := range all { // in no order: Go shuffles
		if was, there := all[least]; !there || n.Failed < was.Failed || n.Failed == was.Failed && n.Last.Before(was.Last) {
			least = key
		}
		if looked++; looked == 32 {
			break
		}
	}
	delete(all, least)
}

// forgive says that the attempt was the person: their own budgets begin
// afresh. The address gets back this attempt alone, or an account of one's own
// would be a way to guess at those of others.
func (l *limits) forgive(claims []claim) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range claims {
		if c.class == byStrangers || c.class == byDevice {
			delete(l.counts[c.class], c.key)
			continue
		}
		l.giveBack(c)
	}
}

// undo gives back an attempt that was never looked at.
func (l *limits) undo(claims []claim) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range claims {
		l.giveBack(c)
	}
}

func (l *limits) giveBack(c claim) {
	n, there := l.counts[c.class][c.key]
	if n.Failed--; n.Failed > 0 {
		l.counts[c.class][c.key] = n
	} else if there {
		delete(l.counts[c.class], c.key)
	}
}

// kept is what outlives a restart: those who have to wait.
type kept struct {
	Class class  `json:"class"`
	Key   string `json:"key"`
	count
}

const maxKept = 4096

var (
	attemptsKind   = records.Kind[[]kept]{Name: "account attempts", Version: 1}
	attemptsRecord = "all"
)

func (l *limits) save(tx records.Tx, now time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := []kept{}
	for class := range classes {
		for key, n := range l.counts[class] {
			if n.Failed > budgets[class].free && now.Sub(n.Last) < forgetAfter && len(all) < maxKept {
				all = append(all, kept{class, key, n})
			}
		}
	}
	return attemptsKind.Put(tx, attemptsRecord, all)
}

func (l *limits) restore(tx records.Tx, now time.Time) error {
	all, _, err := attemptsKind.Get(tx, attemptsRecord)
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, k := range all {
		if k.Class >= 0 && k.Class < classes && now.Sub(k.Last) < forgetAfter {
			l.counts[k.Class][k.Key] = k.count
		}
	}
	return nil
}
