package crypto

import (
	"crypto/rand"
	"fmt"
	"slices"
)

const (
	formatV1  = 0x01
	nonceSize = 12
	tagSize   = 16
	headSize  = 1 + 4 + nonceSize

	// Overhead is how much longer a sealed value is than its plaintext.
	Overhead = headSize + tagSize
)

// Seal appends plain, sealed for the place l, to dst and returns the longer
// slice. It allocates nothing when dst has room for len(plain)+Overhead. plain
// may not share memory with dst. A label of another pod, or a destroyed
// keyring, is a mistake of the program: Seal panics.
func (k *Keyring) Seal(dst []byte, l Label, plain []byte) []byte {
	at := len(dst)
	dst = slices.Grow(dst, len(plain)+Overhead)
	head := dst[at : at+headSize]
	rand.Read(head[headSize-nonceSize:])
	return k.seal(dst[:at+headSize], head, l, plain)
}

// seal is Seal with the nonce already in the head: the seam for golden vectors.
func (k *Keyring) seal(dst, head []byte, l Label, plain []byte) []byte {
	k.mu.RLock()
	defer k.mu.RUnlock()
	aead := k.values[k.current]
	switch {
	case aead == nil:
		panic(ErrDestroyed)
	case l.Pod != k.pod:
		panic("crypto: label of another pod")
	}
	head[0] = formatV1
	copy(head[1:], k.current[:])
	ad := k.label(l)
	defer k.labels.Put(ad)
	k.seals.Add(1)
	return aead.Seal(dst, head[headSize-nonceSize:], plain, *ad)
}

// Open appends the plaintext of a value sealed for the place l to dst. It fails
// with ErrFormat, ErrUnknownKey, ErrDestroyed, or with ErrMisfiled when the
// value was sealed for another place or changed; the spare capacity of
// dst may have been written to even then.
func (k *Keyring) Open(dst []byte, l Label, sealed []byte) ([]byte, error) {
	id, err := SealedWith(sealed)
	if err != nil {
		return nil, err
	}
	k.mu.RLock()
	defer k.mu.RUnlock()
	if k.values == nil {
		return nil, ErrDestroyed
	}
	aead := k.values[id]
	if aead == nil {
		return nil, fmt.Errorf("%w (%x)", ErrUnknownKey, id)
	}
	ad := k.label(l)
	defer k.labels.Put(ad)
	plain, err := aead.Open(dst, sealed[headSize-nonceSize:headSize], sealed[headSize:], *ad)
	if err != nil {
		return nil, ErrMisfiled
	}
	return plain, nil
}

// SealedWith tells which key sealed a value, without opening it: the answer is
// not authenticated. A keyring's owner re-seals what is not under Current.
func SealedWith(sealed []byte) (id [4]byte, err error) {
	if len(sealed) < Overhead || sealed[0] != formatV1 {
		return id, ErrFormat
	}
	copy(id[:], sealed[1:])
	return id, nil
}

// SealKey seals an older key of the pod under the current one, as Seal does.
func (k *Keyring) SealKey(dst []byte, l Label, key PodKey) []byte {
	if key.destroyed() {
		panic(ErrDestroyed)
	}
	plain := key.appendTo(make([]byte, 0, 4+podKeySize))
	defer clear(plain)
	return k.Seal(dst, l, plain)
}

// OpenKey opens what SealKey sealed.
func (k *Keyring) OpenKey(l Label, sealed []byte) (PodKey, error) {
	plain, err := k.Open(nil, l, sealed)
	if err != nil {
		return PodKey{}, err
	}
	defer clear(plain)
	return readPodKey(plain)
}

func (k *Keyring) label(l Label) *[]byte {
	ad := k.labels.Get().(*[]byte)
	*ad = l.appendTo((*ad)[:0])
	return ad
}
