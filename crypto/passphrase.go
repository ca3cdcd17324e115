package crypto

import (
	"bytes"
	"context"
	"fmt"

	"filippo.io/age"
)

const (
	workFactor    = 16 // 2^16 scrypt: 64 MiB for some tenths of a second
	maxWorkFactor = 18 // what a slot made elsewhere may cost: 256 MiB, about a second
)

// Passphrase is what a citizen remembers, byte for byte as typed.
type Passphrase struct {
	secret
	bytes func() *[]byte // nil: none
}

// NewPassphrase takes a passphrase over; an empty one is an ErrKey. How good it
// must be is for the caller to judge.
func NewPassphrase(text []byte) (Passphrase, error) {
	if len(text) == 0 {
		return Passphrase{}, fmt.Errorf("%w: an empty passphrase", ErrKey)
	}
	kept := bytes.Clone(text)
	return Passphrase{bytes: hold(&kept)}, nil
}

// Destroy zeroes the passphrase in every copy.
func (p Passphrase) Destroy() {
	if p.bytes != nil {
		clear(*p.bytes())
		*p.bytes() = nil
	}
}

func (p Passphrase) text() (string, error) {
	if p.bytes == nil || len(*p.bytes()) == 0 {
		return "", ErrDestroyed
	}
	return string(*p.bytes()), nil
}

// Stretcher seals and opens passphrase slots, a few at a time: each takes up to
// 256 MiB while it works, and whoever may try passphrases could otherwise take
// all memory. A server has one.
type Stretcher struct {
	places chan struct{}
	work   int
}

// NewStretcher allows as many at once as it is told, at least one.
func NewStretcher(atOnce int) *Stretcher {
	return &Stretcher{places: make(chan struct{}, max(1, atOnce)), work: workFactor}
}

// SealPassphrase wraps the key for whoever knows the passphrase. It waits for
// its turn until ctx ends.
func (st *Stretcher) SealPassphrase(ctx context.Context, p Passphrase, pod [16]byte, k PodKey) (Slot, error) {
	text, err := p.text()
	if err != nil {
		return Slot{}, fmt.Errorf("sealing a passphrase slot: %w", err)
	}
	to, err := age.NewScryptRecipient(text)
	if err != nil {
		return Slot{}, fmt.Errorf("sealing a passphrase slot: %w", err)
	}
	to.SetWorkFactor(st.work)
	if err := st.enter(ctx); err != nil {
		return Slot{}, err
	}
	defer st.leave()
	return sealSlot(PassphraseSlot, pod, k, to)
}

// OpenPassphrase opens a slot that SealPassphrase made; it waits for its turn
// until ctx ends, and fails as Slot.OpenHost does. A slot that asks for more
// work than 2^18 is refused with ErrFormat before any work is done.
func (st *Stretcher) OpenPassphrase(ctx context.Context, s Slot, p Passphrase, pod [16]byte) (PodKey, error) {
	text, err := p.text()
	if err != nil {
		return PodKey{}, fmt.Errorf("opening a passphrase slot: %w", err)
	}
	id, err := age.NewScryptIdentity(text)
	if err != nil {
		return PodKey{}, fmt.Errorf("opening a passphrase slot: %w", err)
	}
	id.SetMaxWorkFactor(maxWorkFactor)
	if err := st.enter(ctx); err != nil {
		return PodKey{}, err
	}
	defer st.leave()
	return s.open(PassphraseSlot, pod, id)
}

func (st *Stretcher) enter(ctx context.Context) error {
	select {
	case st.places <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("waiting to stretch a passphrase: %w", ctx.Err())
	}
}

func (st *Stretcher) leave() { <-st.places }
