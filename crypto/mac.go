package crypto

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"sync"
)

// Name is the key of a directory entry: what stands for segment below parent.
// Without the pod key nobody can tell or guess the segment.
func (k *Keyring) Name(parent [16]byte, segment string) [16]byte {
	msg := make([]byte, 0, 128)
	msg = append(msg, parent[:]...)
	return k.mac(k.name, append(msg, segment...))
}

// Index is the key of another look-up: value in a domain such as "host" or
// "reference". Domains do not touch each other.
func (k *Keyring) Index(domain, value string) [16]byte {
	msg := appendPart(make([]byte, 0, 128), []byte(domain))
	return k.mac(k.index, append(msg, value...))
}

// Tag is a short keyed fingerprint of the parts, in their order and with their
// borders: ("a", "bc") and ("ab", "c") differ.
func (k *Keyring) Tag(domain string, parts ...[]byte) [16]byte {
	msg := appendPart(make([]byte, 0, 128), []byte(domain))
	for _, part := range parts {
		msg = appendPart(msg, part)
	}
	return k.mac(k.tag, msg)
}

func appendPart(b, part []byte) []byte {
	b = binary.BigEndian.AppendUint64(b, uint64(len(part)))
	return append(b, part...)
}

// macKey is a key of HMAC-SHA256 with states that have taken it in already.
type macKey struct {
	key    *[sha256.Size]byte // nil: destroyed
	states sync.Pool          // of hash.Hash
}

func newMACKey(key *[sha256.Size]byte) *macKey {
	m := &macKey{key: key}
	m.states.New = func() any { return hmac.New(sha256.New, key[:]) }
	return m
}

// sum must not run beside destroy.
func (m *macKey) sum(msg []byte) (short [16]byte) {
	if m.key == nil {
		panic(ErrDestroyed)
	}
	h := m.states.Get().(hash.Hash)
	defer m.states.Put(h)
	h.Reset()
	h.Write(msg)
	var sum [sha256.Size]byte
	copy(short[:], h.Sum(sum[:0]))
	return short
}

func (m *macKey) destroy() {
	if m.key != nil {
		clear(m.key[:])
	}
	m.key = nil
}

func (k *Keyring) mac(m *macKey, msg []byte) [16]byte {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return m.sum(msg)
}
