package identity

import (
	"container/list"
	"crypto/sha256"
	"sync"
	"time"

	"skrin/acl"
	"skrin/internal/jose"
)

// maxTokens bounds the memory of verified tokens, about 1 KiB each.
const maxTokens = 16384

// verified remembers tokens that were found good, by the hash of their text,
// until their time. What was used longest ago makes room.
type verified struct {
	mu    sync.Mutex
	epoch int                                 // counts calls of forget: what was looked into before one is not put in after it
	items map[[sha256.Size]byte]*list.Element // of *verifiedToken
	order list.List                           // most recently used first
}

type verifiedToken struct {
	hash   [sha256.Size]byte
	agent  acl.Agent
	jkt    string
	family string          // what it came of, in tokens of our own
	key    *jose.PublicKey // whose thumbprint is jkt
	from   time.Time       // when it was verified; a clock put back before that knows nothing of it
	until  time.Time
}

func newVerified() *verified {
	return &verified{items: make(map[[sha256.Size]byte]*list.Element)}
}

func (m *verified) get(hash [sha256.Size]byte, now time.Time) (t verifiedToken, epoch int, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e, there := m.items[hash]
	if !there {
		return verifiedToken{}, m.epoch, false
	}
	t = *e.Value.(*verifiedToken)
	if !now.Before(t.until) || now.Before(t.from.Add(-Skew)) {
		m.drop(e)
		return verifiedToken{}, m.epoch, false
	}
	m.order.MoveToFront(e)
	return t, m.epoch, true
}

func (m *verified) put(hash [sha256.Size]byte, t verifiedToken, epoch int, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if epoch != m.epoch {
		return
	}
	if e, there := m.items[hash]; there {
		m.drop(e)
	}
	t.hash, t.from = hash, now
	m.items[hash] = m.order.PushFront(&t)
	if m.order.Len() > maxTokens {
		m.drop(m.order.Back())
	}
}

func (m *verified) forget(which func(acl.Agent) bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.epoch++
	for _, e := range m.items {
		if which(e.Value.(*verifiedToken).agent) {
			m.drop(e)
		}
	}
}

func (m *verified) drop(e *list.Element) {
	m.order.Remove(e)
	delete(m.items, e.Value.(*verifiedToken).hash)
}
