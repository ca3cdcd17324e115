package crypto

import (
	"bytes"
	"errors"
	"testing"
)

func TestAdvance(t *testing.T) {
	pod := [16]byte{1}
	first, second := NewPodKey(), NewPodKey()
	k, err := NewKeyring(pod, first)
	if err != nil {
		t.Fatal(err)
	}
	l := Label{Pod: pod, Bucket: 'n', Key: []byte("k"), Version: 1}
	before, name := k.Seal(nil, l, []byte("before")), k.Name([16]byte{2}, "x")
	if err := k.Advance(second); err != nil {
		t.Fatal(err)
	}
	after := k.Seal(nil, l, []byte("after"))
	if id, _ := SealedWith(after); id != second.ID() || k.Current() != second.ID() || k.Seals() != 1 {
		t.Error("the new key does not seal")
	}
	if k.Name([16]byte{2}, "x") != name {
		t.Error("names changed")
	}
	later, err := NewKeyring(pod, second, first)
	if err != nil {
		t.Fatal(err)
	}
	for text, sealed := range map[string][]byte{"before": before, "after": after} {
		for _, ring := range []*Keyring{k, later} {
			if plain, err := ring.Open(nil, l, sealed); err != nil || string(plain) != text {
				t.Errorf("%s: %q %v", text, plain, err)
			}
		}
	}
	if later.Name([16]byte{2}, "x") != name {
		t.Error("names differ in a ring made later")
	}
	if err := k.Advance(first); !errors.Is(err, ErrKey) {
		t.Errorf("a key twice: %v", err)
	}
	k.Destroy()
	if err := k.Advance(NewPodKey()); !errors.Is(err, ErrDestroyed) {
		t.Error(err)
	}
}

func TestSealRecoveryFor(t *testing.T) {
	r, err := GenerateRecoveryKey()
	if err != nil {
		t.Fatal(err)
	}
	pod, key := [16]byte{7}, NewPodKey()
	slot, err := SealRecoveryFor(r.Recipient(), pod, key)
	if err != nil {
		t.Fatal(err)
	}
	got, err := slot.OpenRecovery(r, pod)
	if err != nil || !bytes.Equal(got.appendTo(nil), key.appendTo(nil)) {
		t.Errorf("another key: %v", err)
	}
	if _, err := SealRecoveryFor("age1nothing", pod, key); !errors.Is(err, ErrKey) {
		t.Error(err)
	}
}
