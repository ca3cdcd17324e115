package crypto

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"fmt"
	"sync"
	"sync/atomic"
)

const formatName = "skrin/v1"

// Keyring seals and opens the values of one pod. It is safe for use by several
// goroutines; Destroy waits for the calls that are under way.
type Keyring struct {
	pod     [16]byte
	current [4]byte
	seals   atomic.Uint64
	labels  sync.Pool // of *[]byte, for associated data

	mu               sync.RWMutex // guards what Destroy takes away
	values           map[[4]byte]cipher.AEAD
	name, index, tag *macKey
}

// NewKeyring makes the keyring of a pod. New values are sealed with current;
// older keys only open. They are given from newest to oldest: the last one (or
// current, when there is no older one) is what names derive from, and must be
// the same for the whole life of the pod. The keyring keeps no PodKey: the
// caller may destroy them afterwards.
func NewKeyring(pod [16]byte, current PodKey, older ...PodKey) (*Keyring, error) {
	k := &Keyring{pod: pod, current: current.id, values: make(map[[4]byte]cipher.AEAD, 1+len(older))}
	k.labels.New = func() any { b := make([]byte, 0, 128); return &b }
	oldest := current
	for _, key := range append([]PodKey{current}, older...) {
		if err := k.add(key); err != nil {
			return nil, fmt.Errorf("making a keyring: %w", err)
		}
		oldest = key
	}
	k.name = newMACKey(subkey(oldest, pod, "name"))
	k.index = newMACKey(subkey(oldest, pod, "index"))
	k.tag = newMACKey(subkey(oldest, pod, "tag"))
	return k, nil
}

func (k *Keyring) add(key PodKey) error {
	if key.destroyed() {
		return ErrDestroyed
	}
	if _, there := k.values[key.id]; there {
		return fmt.Errorf("%w: two keys have the id %x", ErrKey, key.id)
	}
	sub := subkey(key, k.pod, "value")
	defer clear(sub[:])
	block, err := aes.NewCipher(sub[:])
	if err != nil {
		return err
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return err
	}
	k.values[key.id] = aead
	return nil
}

// subkey derives the key for one purpose in one pod.
func subkey(key PodKey, pod [16]byte, purpose string) *[sha256.Size]byte {
	b, err := hkdf.Key(sha256.New, key.bytes()[:], pod[:], formatName+"/"+purpose, sha256.Size)
	if err != nil {
		panic("crypto: " + err.Error()) // only for lengths that HKDF cannot give
	}
	defer clear(b)
	return (*[sha256.Size]byte)(append([]byte(nil), b...))
}

// Current is the id of the key that seals.
func (k *Keyring) Current() [4]byte {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.current
}

// Advance makes a fresh key the one that seals; all those before it still open,
// and names stay as they are. It fails when the ring has a key of that id.
func (k *Keyring) Advance(key PodKey) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.values == nil {
		return fmt.Errorf("advancing a keyring: %w", ErrDestroyed)
	}
	if err := k.add(key); err != nil {
		return fmt.Errorf("advancing a keyring: %w", err)
	}
	k.current = key.id
	k.seals.Store(0)
	return nil
}

// Seals counts the values sealed with the current key since the keyring was made or advanced. A key must be
// replaced before it has sealed 2^32 values in its whole life, so the caller
// adds this to what it wrote down before.
func (k *Keyring) Seals() uint64 { return k.seals.Load() }

// Destroy takes the keys away: later calls of Open return ErrDestroyed, and
// every other one panics with it. It may be called twice.
func (k *Keyring) Destroy() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.values = nil
	for _, m := range []*macKey{k.name, k.index, k.tag} {
		m.destroy()
	}
}
