package identity

import (
	"crypto/sha256"
	"sync"
	"time"
)

// HeartbeatLease is how far ahead of the clock, or of a proof from a clock
// that runs ahead, a heartbeat reaches: so often is one saved while proofs
// come in, and about so long after a crash proofs are refused.
const HeartbeatLease = 10 * time.Second

// keepProof is how long after its iat a proof is remembered: as long as it
// could be accepted, and Skew more, should our own clock be put back a little.
const keepProof = int64((ProofAge + Skew) / time.Second)

// defaultProofs is how many proofs are remembered when Config.MaxProofs does
// not say: some 5000 a second over the three minutes, in about 100 MiB.
const defaultProofs = 1 << 20

// proofID stands for (jkt, jti).
type proofID [16]byte

func newProofID(jkt, jti string) (id proofID) {
	sum := sha256.Sum256([]byte(jkt + "\x00" + jti)) // a jkt has no NUL
	copy(id[:], sum[:])
	return id
}

// replay remembers which proofs were accepted. All times are in Unix seconds,
// as iat is.
//
// Two lines bound what it vouches for. Proofs up to line are refused, because
// what was known of them is gone: dropped by age, or lost in a crash. Proofs
// after mark are accepted only once a heartbeat that reaches them was saved.
type replay struct {
	max  int
	save func(time.Time) error // nil: nothing is kept over restarts

	mu     sync.Mutex
	seen   map[proofID]struct{}
	bySec  map[int64][]proofID // by iat, to drop whole seconds
	swept  int64               // when the old were last dropped
	line   int64
	mark   int64
	least  int64 // the next mark must be later, so that an old snapshot shows
	closed bool
}

func newReplay(max int, save func(time.Time) error) *replay {
	if max <= 0 {
		max = defaultProofs
	}
	return &replay{max: max, save: save, seen: make(map[proofID]struct{}), bySec: make(map[int64][]proofID)}
}

// record takes up a proof that has passed every other check, and refuses it
// when it was there before or when that cannot be known. Of any number of
// callers with one proof exactly one is let through. Memory is never freed by
// forgetting a proof that could still be used: when it is full, new ones wait.
func (m *replay) record(p possession, now time.Time) *Refusal {
	iat := p.iat.Unix()
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return refuse(ErrBusy, "the server is shutting down", nil)
	}
	m.sweep(now.Unix())
	if iat <= m.line {
		return refuse(ErrBusy, "the server cannot tell whether this DPoP proof was used before; make a new one a little later", nil)
	}
	if _, there := m.seen[p.id]; there {
		return refuse(ErrReplay, "the DPoP proof was used before (jti)", nil)
	}
	if len(m.seen) >= m.max {
		return refuse(ErrBusy, "too many DPoP proofs at once", nil)
	}
	if r := m.reach(iat, now.Unix()); r != nil {
		return r
	}
	m.add(p.id, iat)
	return nil
}

// reach makes sure that a heartbeat on disk covers a proof. Others wait for
// the save: before it is done none of them could be accepted either.
func (m *replay) reach(iat, now int64) *Refusal {
	if m.save == nil || iat <= m.mark {
		return nil
	}
	mark := max(now, iat, m.least) + int64(HeartbeatLease/time.Second)
	if m.save(time.Unix(mark, 0)) != nil {
		return refuse(ErrBusy, "the server cannot save its heartbeat", nil)
	}
	m.mark = mark
	return nil
}

func (m *replay) add(id proofID, iat int64) {
	m.seen[id] = struct{}{}
	m.bySec[iat] = append(m.bySec[iat], id)
}

// sweep drops the proofs that no clock could accept any more, and moves the
// line, so that they stay refused even if our clock is put back.
func (m *replay) sweep(now int64) {
	if now == m.swept {
		return
	}
	m.swept = now
	for iat, ids := range m.bySec {
		if iat >= now-keepProof {
			continue
		}
		for _, id := range ids {
			delete(m.seen, id)
		}
		delete(m.bySec, iat)
		m.line = max(m.line, iat)
	}
}
