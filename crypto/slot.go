package crypto

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"

	"filippo.io/age"
)

// SlotKind says whom a slot is for.
type SlotKind uint8

const (
	HostSlot       SlotKind = iota + 1 // the server may open the pod by itself
	PassphraseSlot                     // the citizen, with what they remember
	RecoverySlot                       // the citizen, with what they printed
	PasskeySlot                        // the citizen, with a passkey's PRF output
)

var slotKinds = [...]string{HostSlot: "host", PassphraseSlot: "passphrase", RecoverySlot: "recovery", PasskeySlot: "passkey"}

func (k SlotKind) String() string {
	if k == 0 || int(k) >= len(slotKinds) {
		return fmt.Sprintf("slot kind %d", uint8(k))
	}
	return slotKinds[k]
}

// Slot is one way to open a pod: the pod key, wrapped for one holder. It holds
// no secret; destroying every slot of a pod erases the pod.
type Slot struct {
	ID   [8]byte
	Kind SlotKind
	Age  []byte // an age file
}

const slotPlainSize = 1 + 1 + 8 + 16 + 4 + podKeySize

// SealHost wraps the key for the host: the pod then opens without its citizen.
func SealHost(h *HostKey, pod [16]byte, k PodKey) (Slot, error) {
	if h == nil || h.keys == nil {
		return Slot{}, fmt.Errorf("sealing a host slot: %w", ErrDestroyed)
	}
	return sealSlot(HostSlot, pod, k, h.keys().recipient)
}

// OpenHost opens a slot that SealHost made for this pod. It fails with
// ErrWrongKey when h is another host's key, ErrMisfiled when the slot is of
// another pod or kind, ErrFormat when it is damaged.
func (s Slot) OpenHost(h *HostKey, pod [16]byte) (PodKey, error) {
	if h == nil || h.keys == nil {
		return PodKey{}, fmt.Errorf("opening a host slot: %w", ErrDestroyed)
	}
	return s.open(HostSlot, pod, h.keys().identities...)
}

// SealRecovery wraps the key for the holder of a recovery key.
func SealRecovery(r *RecoveryKey, pod [16]byte, k PodKey) (Slot, error) {
	if r == nil || r.identity == nil {
		return Slot{}, fmt.Errorf("sealing a recovery slot: %w", ErrDestroyed)
	}
	return sealSlot(RecoverySlot, pod, k, r.identity().Recipient())
}

// SealRecoveryFor wraps the key for the holder of a recovery key of which only
// the public half is at hand, as RecoveryKey.Recipient gave it: how a slot is
// renewed without the citizen. The caller must have kept that text where nobody
// can change it. Errors wrap ErrKey for a text that is none.
func SealRecoveryFor(recipient string, pod [16]byte, k PodKey) (Slot, error) {
	to, err := age.ParseHybridRecipient(recipient)
	if err != nil {
		return Slot{}, fmt.Errorf("%w: the recovery key's public half cannot be read", ErrKey)
	}
	return sealSlot(RecoverySlot, pod, k, to)
}

// OpenRecovery opens a slot that SealRecovery made; it fails as OpenHost does.
func (s Slot) OpenRecovery(r *RecoveryKey, pod [16]byte) (PodKey, error) {
	if r == nil || r.identity == nil {
		return PodKey{}, fmt.Errorf("opening a recovery slot: %w", ErrDestroyed)
	}
	return s.open(RecoverySlot, pod, r.identity())
}

func sealSlot(kind SlotKind, pod [16]byte, k PodKey, to age.Recipient) (Slot, error) {
	if k.destroyed() {
		return Slot{}, fmt.Errorf("sealing a %v slot: %w", kind, ErrDestroyed)
	}
	s := Slot{Kind: kind}
	rand.Read(s.ID[:])
	plain := k.appendTo(s.head(make([]byte, 0, slotPlainSize), pod))
	defer clear(plain)
	var out bytes.Buffer
	if err := encrypt(&out, plain, to); err != nil {
		return Slot{}, fmt.Errorf("sealing a %v slot: %w", kind, err)
	}
	s.Age = out.Bytes()
	return s, nil
}

func encrypt(out io.Writer, plain []byte, to age.Recipient) error {
	w, err := age.Encrypt(out, to)
	if err != nil {
		return err
	}
	if _, err := w.Write(plain); err != nil {
		return err
	}
	return w.Close()
}

// head is what a slot's plaintext must begin with.
func (s Slot) head(b []byte, pod [16]byte) []byte {
	b = append(b, formatV1, byte(s.Kind))
	b = append(b, s.ID[:]...)
	return append(b, pod[:]...)
}

func (s Slot) open(kind SlotKind, pod [16]byte, with ...age.Identity) (PodKey, error) {
	if s.Kind != kind {
		return PodKey{}, fmt.Errorf("opening a %v slot as a %v slot: %w", s.Kind, kind, ErrMisfiled)
	}
	plain, err := s.decrypt(with)
	defer clear(plain)
	if err != nil {
		return PodKey{}, fmt.Errorf("opening a %v slot: %w", kind, err)
	}
	head := s.head(nil, pod)
	switch {
	case len(plain) != slotPlainSize || plain[0] != formatV1:
		return PodKey{}, fmt.Errorf("opening a %v slot: %w", kind, ErrFormat)
	case !bytes.HasPrefix(plain, head):
		return PodKey{}, fmt.Errorf("opening a %v slot: %w", kind, ErrMisfiled)
	}
	return readPodKey(plain[len(head):])
}

func (s Slot) decrypt(with []age.Identity) ([]byte, error) {
	r, err := age.Decrypt(bytes.NewReader(s.Age), with...)
	if noMatch := new(age.NoIdentityMatchError); errors.As(err, &noMatch) {
		return nil, ErrWrongKey
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	plain := make([]byte, slotPlainSize+1)
	n, err := io.ReadFull(r, plain)
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		clear(plain)
		return nil, ErrFormat // longer than a slot is, or empty, or not authentic
	}
	return plain[:n], nil
}
