package crypto

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
)

// Name is the key of a directory entry: what stands for segment below parent.
// Without the pod key nobody can tell or guess the segment.
func (k *Keyring) Name(parent [16]byte, segment string) [16]byte {
	msg := make([]byte, 0, 128)
	msg = append(msg, parent[:]...)
	return k.mac(&k.name, append(msg, segment...))
}

// Index is the key of another look-up: value in a domain such as "host" or
// "reference". Domains do not touch each other.
func (k *Keyring) Index(domain, value string) [16]byte {
	msg := appendPart(make([]byte, 0, 128), []byte(domain))
	return k.mac(&k.index, append(msg, value...))
}

// Tag is a short keyed fingerprint of the parts, in their order and with their
// borders: ("a", "bc") and ("ab", "c") differ.
func (k *Keyring) Tag(domain string, parts ...[]byte) [16]byte {
	msg := appendPart(make([]byte, 0, 128), []byte(domain))
	for _, part := range parts {
		msg = appendPart(msg, part)
	}
	return k.mac(&k.tag, msg)
}

func appendPart(b, part []byte) []byte {
	b = binary.BigEndian.AppendUint64(b, uint64(len(part)))
	return append(b, part...)
}

func (k *Keyring) mac(key **[sha256.Size]byte, msg []byte) (short [16]byte) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	if *key == nil {
		panic(ErrDestroyed)
	}
	h := hmac.New(sha256.New, (*key)[:])
	h.Write(msg)
	copy(short[:], h.Sum(nil))
	return short
}
