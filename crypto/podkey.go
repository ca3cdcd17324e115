package crypto

import (
	"crypto/rand"
	"crypto/subtle"
)

const podKeySize = 32

// PodKey is the key of one pod, or of one epoch of it. Copies share their
// bytes: destroying one destroys all. The zero PodKey is a destroyed one.
type PodKey struct {
	secret
	id    [4]byte
	bytes func() *[podKeySize]byte // nil: destroyed
}

// NewPodKey makes a random key with a random id.
func NewPodKey() PodKey {
	k := PodKey{bytes: hold(new([podKeySize]byte))}
	rand.Read(k.bytes()[:]) // never fails (crypto/rand)
	for k.id == [4]byte{} {
		rand.Read(k.id[:])
	}
	return k
}

// ID names the key in the head of what it sealed. It is no secret.
func (k PodKey) ID() [4]byte { return k.id }

// Equal compares id and key in constant time. Destroyed keys equal nothing.
func (k PodKey) Equal(o PodKey) bool {
	if k.destroyed() || o.destroyed() {
		return false
	}
	return k.id == o.id && subtle.ConstantTimeCompare(k.bytes()[:], o.bytes()[:]) == 1
}

// Destroy zeroes the key in every copy.
func (k PodKey) Destroy() {
	if k.bytes != nil {
		clear(k.bytes()[:])
	}
}

// destroyed: a random key is all zeros once in 2^256.
func (k PodKey) destroyed() bool {
	return k.bytes == nil || *k.bytes() == [podKeySize]byte{}
}

// appendTo and readPodKey are the only way of a pod key into bytes and back;
// the bytes are always wrapped or sealed next.
func (k PodKey) appendTo(b []byte) []byte {
	b = append(b, k.id[:]...)
	return append(b, k.bytes()[:]...)
}

func readPodKey(b []byte) (PodKey, error) {
	if len(b) != len(PodKey{}.id)+podKeySize {
		return PodKey{}, ErrFormat
	}
	k := PodKey{bytes: hold(new([podKeySize]byte))}
	copy(k.bytes()[:], b[copy(k.id[:], b):])
	if k.destroyed() || k.id == [4]byte{} {
		return PodKey{}, ErrFormat
	}
	return k, nil
}
