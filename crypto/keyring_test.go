package crypto

import (
	"bytes"
	"encoding/hex"
	"errors"
	"sync"
	"testing"
)

var (
	pod      = [16]byte{0: 0x50, 15: 1}
	otherPod = [16]byte{0: 0x50, 15: 2}
	place    = Label{Pod: pod, Bucket: 3, Key: []byte("node"), Version: 7}
)

// fixedKey is a key whose bytes are all fill and whose id is id four times.
func fixedKey(id, fill byte) PodKey {
	k := PodKey{id: [4]byte{id, id, id, id}, bytes: hold(new([podKeySize]byte))}
	for i := range k.bytes() {
		k.bytes()[i] = fill
	}
	return k
}

func newKeyring(t testing.TB, current PodKey, older ...PodKey) *Keyring {
	t.Helper()
	k, err := NewKeyring(pod, current, older...)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestSealAndOpen(t *testing.T) {
	k := newKeyring(t, NewPodKey())
	for _, size := range []int{0, 1, 15, 16, 17, 1000, 70000} {
		plain := bytes.Repeat([]byte{0xa5}, size)
		sealed := k.Seal([]byte("before"), place, plain)
		if got, want := len(sealed), len("before")+size+Overhead; got != want {
			t.Errorf("size %d: sealed to %d bytes, want %d", size, got, want)
		}
		open, err := k.Open([]byte("front"), place, sealed[len("before"):])
		if err != nil || !bytes.Equal(open, append([]byte("front"), plain...)) {
			t.Errorf("size %d: opened to %d bytes, %v", size, len(open), err)
		}
	}
	if k.Seals() != 7 {
		t.Errorf("counted %d seals, want 7", k.Seals())
	}
}

func TestEveryChangedByteIsFound(t *testing.T) {
	k := newKeyring(t, NewPodKey())
	sealed := k.Seal(nil, place, []byte("a reading"))
	for i := range sealed {
		for _, flip := range []byte{0x01, 0x80, 0xff} {
			bad := bytes.Clone(sealed)
			bad[i] ^= flip
			if plain, err := k.Open(nil, place, bad); err == nil {
				t.Fatalf("byte %d changed by %#x: opened to %q", i, flip, plain)
			} else if want := expectedAt(i); !errors.Is(err, want) {
				t.Errorf("byte %d: %v, want %v", i, err, want)
			}
		}
	}
	for n := range sealed {
		if _, err := k.Open(nil, place, sealed[:n]); err == nil {
			t.Errorf("cut to %d bytes: opened", n)
		}
	}
	if _, err := k.Open(nil, place, append(bytes.Clone(sealed), 0)); !errors.Is(err, ErrMisfiled) {
		t.Errorf("a byte longer: %v", err)
	}
}

func expectedAt(i int) error {
	switch {
	case i == 0:
		return ErrFormat
	case i < 5:
		return ErrUnknownKey
	}
	return ErrMisfiled
}

func TestAValueOpensOnlyInItsPlace(t *testing.T) {
	key := NewPodKey()
	k := newKeyring(t, key)
	sealed := k.Seal(nil, place, []byte("a reading"))
	for name, l := range map[string]Label{
		"other bucket":  {Pod: pod, Bucket: 4, Key: []byte("node"), Version: 7},
		"other key":     {Pod: pod, Bucket: 3, Key: []byte("nodf"), Version: 7},
		"longer key":    {Pod: pod, Bucket: 3, Key: []byte("node\x00"), Version: 7},
		"no key":        {Pod: pod, Bucket: 3, Version: 7},
		"older version": {Pod: pod, Bucket: 3, Key: []byte("node"), Version: 6},
		"other pod":     {Pod: otherPod, Bucket: 3, Key: []byte("node"), Version: 7},
	} {
		if plain, err := k.Open(nil, l, sealed); !errors.Is(err, ErrMisfiled) {
			t.Errorf("%s: %q, %v", name, plain, err)
		}
	}
	if _, err := newKeyring(t, NewPodKey()).Open(nil, place, sealed); !errors.Is(err, ErrUnknownKey) {
		t.Errorf("another keyring: %v", err)
	}
	impostor := NewPodKey()
	impostor.id = key.id
	if _, err := newKeyring(t, impostor).Open(nil, place, sealed); !errors.Is(err, ErrMisfiled) {
		t.Errorf("another key with the same id: %v", err)
	}
	elsewhere, _ := NewKeyring(otherPod, key)
	l := place
	l.Pod = otherPod
	if _, err := elsewhere.Open(nil, l, sealed); !errors.Is(err, ErrMisfiled) {
		t.Errorf("the same key in another pod: %v", err)
	}
}

// Two labels must never write the same associated data, wherever key and
// version meet.
func TestLabelsAreUnambiguous(t *testing.T) {
	seen := map[string]Label{}
	for _, l := range []Label{
		{}, {Key: []byte{0}}, {Key: make([]byte, 8)}, {Key: make([]byte, 9)}, {Version: 1}, {Version: 1 << 56}, {Bucket: 1},
		{Key: []byte{0, 0, 0, 0, 0, 0, 0, 1}}, {Key: []byte{1}}, {Pod: [16]byte{15: 1}}, {Key: []byte{1}, Version: 1},
	} {
		ad := string(l.appendTo(nil))
		if twin, there := seen[ad]; there {
			t.Errorf("%+v and %+v write the same", l, twin)
		}
		seen[ad] = l
	}
}

// The layout of what stands on disk. If this test has to be changed, every pod
// there is has to be changed.
func TestLayout(t *testing.T) {
	k := newKeyring(t, fixedKey(2, 0x22), fixedKey(1, 0x11))
	head := make([]byte, headSize)
	copy(head[5:], "twelve bytes")
	sealed := k.seal(append([]byte(nil), head...), head, place, []byte("a reading"))
	copy(sealed, head) // seal filled the head that it was given
	golden(t, "value", sealed, "01"+"02020202"+"7477656c7665206279746573"+"d520e3921d43c7d27babece821da3c951dfd464ecec84a6d41")
	golden(t, "label", place.appendTo(nil), "736b72696e2f7631"+"50000000000000000000000000000001"+"03"+"0000000000000004"+"6e6f6465"+"0000000000000007")
	name, index, tag := k.Name([16]byte{1}, "labs"), k.Index("host", "maria"), k.Tag("etag", []byte("a"), []byte("bc"))
	golden(t, "name", name[:], "32dd04b92e2bfce3a9b2970c71498a0b")
	golden(t, "index", index[:], "71adc00dc2c4c46acb1b873bca63567a")
	golden(t, "tag", tag[:], "b9bde3d34cd141a34242617d0c95142e")
	if plain, err := k.Open(nil, place, sealed); err != nil || string(plain) != "a reading" {
		t.Errorf("the golden value opens to %q, %v", plain, err)
	}
}

func golden(t *testing.T, what string, got []byte, want string) {
	t.Helper()
	if hex.EncodeToString(got) != want {
		t.Errorf("%s is\n%x, want\n%s", what, got, want)
	}
}

func TestRotation(t *testing.T) {
	first, second, third := NewPodKey(), NewPodKey(), NewPodKey()
	before := newKeyring(t, first)
	sealed := before.Seal(nil, place, []byte("a reading"))
	after := newKeyring(t, third, second, first)
	if plain, err := after.Open(nil, place, sealed); err != nil || string(plain) != "a reading" {
		t.Errorf("an old value opens to %q, %v", plain, err)
	}
	if id, err := SealedWith(sealed); err != nil || id != first.ID() {
		t.Errorf("sealed with %x, %v", id, err)
	}
	if id, _ := SealedWith(after.Seal(nil, place, nil)); id != third.ID() || after.Current() != third.ID() {
		t.Errorf("seals with %x", id)
	}
	if before.Name(pod, "labs") != after.Name(pod, "labs") || before.Index("a", "b") != after.Index("a", "b") ||
		before.Tag("a") != after.Tag("a") {
		t.Error("names changed with a rotation")
	}
	if before.Name(pod, "labs") == newKeyring(t, third).Name(pod, "labs") {
		t.Error("another key gives the same names")
	}
}

func TestNamesKeepTheirBorders(t *testing.T) {
	k := newKeyring(t, NewPodKey())
	seen := map[[16]byte]string{}
	for name, mac := range map[string][16]byte{
		"name":         k.Name([16]byte{}, "a"),
		"other parent": k.Name([16]byte{1}, "a"),
		"other name":   k.Name([16]byte{}, "b"),
		"index a bc":   k.Index("a", "bc"),
		"index ab c":   k.Index("ab", "c"),
		"tag a bc":     k.Tag("x", []byte("a"), []byte("bc")),
		"tag ab c":     k.Tag("x", []byte("ab"), []byte("c")),
		"tag abc":      k.Tag("x", []byte("abc")),
		"tag none":     k.Tag("x"),
		"tag empty":    k.Tag("x", nil),
		"tag other":    k.Tag("y"),
	} {
		if twin, there := seen[mac]; there {
			t.Errorf("%s and %s are the same", name, twin)
		}
		seen[mac] = name
	}
}

func TestKeyringRefuses(t *testing.T) {
	gone := NewPodKey()
	gone.Destroy()
	key := NewPodKey()
	if _, err := NewKeyring(pod, gone); !errors.Is(err, ErrDestroyed) {
		t.Errorf("a destroyed key: %v", err)
	}
	if _, err := NewKeyring(pod, PodKey{}); !errors.Is(err, ErrDestroyed) {
		t.Errorf("no key: %v", err)
	}
	if _, err := NewKeyring(pod, key, key); !errors.Is(err, ErrKey) {
		t.Errorf("the same key twice: %v", err)
	}
}

func TestDestroyedKeyring(t *testing.T) {
	k := newKeyring(t, NewPodKey())
	sealed := k.Seal(nil, place, []byte("a reading"))
	name := k.name.key
	k.Destroy()
	k.Destroy()
	if *name != [32]byte{} {
		t.Error("the names key was not zeroed")
	}
	if _, err := k.Open(nil, place, sealed); !errors.Is(err, ErrDestroyed) {
		t.Errorf("Open: %v", err)
	}
	for what, call := range map[string]func(){
		"Seal":  func() { k.Seal(nil, place, nil) },
		"Name":  func() { k.Name(pod, "a") },
		"Index": func() { k.Index("a", "b") },
		"Tag":   func() { k.Tag("a") },
	} {
		if got := panicOf(call); got != ErrDestroyed {
			t.Errorf("%s: panicked with %v", what, got)
		}
	}
}

func panicOf(f func()) (v any) {
	defer func() { v = recover() }()
	f()
	return nil
}

func TestSealRefusesTheLabelOfAnotherPod(t *testing.T) {
	k := newKeyring(t, NewPodKey())
	if panicOf(func() { k.Seal(nil, Label{Pod: otherPod}, nil) }) == nil {
		t.Error("sealed for another pod")
	}
}

func TestOlderKeysAreKeptSealed(t *testing.T) {
	old := NewPodKey()
	k := newKeyring(t, NewPodKey())
	sealed := k.SealKey(nil, place, old)
	got, err := k.OpenKey(place, sealed)
	if err != nil || !got.Equal(old) {
		t.Fatalf("opened to another key: %v", err)
	}
	if _, err := k.OpenKey(Label{Pod: pod}, sealed); !errors.Is(err, ErrMisfiled) {
		t.Errorf("from another place: %v", err)
	}
	if _, err := k.OpenKey(place, k.Seal(nil, place, []byte("no key"))); !errors.Is(err, ErrFormat) {
		t.Errorf("something else: %v", err)
	}
}

func TestKeyringIsSharedByGoroutines(t *testing.T) {
	k := newKeyring(t, NewPodKey())
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			l := Label{Pod: pod, Key: []byte{byte(i)}}
			for range 200 {
				if _, err := k.Open(nil, l, k.Seal(nil, l, []byte("a reading"))); err != nil {
					t.Error(err)
				}
				k.Name(pod, "labs")
			}
		})
	}
	all.Wait()
	if k.Seals() != 1600 {
		t.Errorf("counted %d seals", k.Seals())
	}
}

func TestSealAndOpenAllocateNothing(t *testing.T) {
	k := newKeyring(t, NewPodKey())
	plain := make([]byte, 1024)
	sealed, open := make([]byte, 0, 2048), make([]byte, 0, 2048)
	sealed = k.Seal(sealed, place, plain)
	if raceEnabled {
		t.Skip("pools are made to forget under the race detector")
	}
	if n := testing.AllocsPerRun(100, func() { k.Seal(sealed[:0], place, plain) }); n > 0 {
		t.Errorf("Seal allocates %v times", n)
	}
	if n := testing.AllocsPerRun(100, func() { k.Open(open, place, sealed) }); n > 0 {
		t.Errorf("Open allocates %v times", n)
	}
}

func BenchmarkSeal1K(b *testing.B) {
	k := newKeyring(b, NewPodKey())
	plain, dst := make([]byte, 1024), make([]byte, 0, 2048)
	b.SetBytes(1024)
	b.ReportAllocs()
	for b.Loop() {
		k.Seal(dst, place, plain)
	}
}

func BenchmarkOpen1K(b *testing.B) {
	k := newKeyring(b, NewPodKey())
	sealed, dst := k.Seal(nil, place, make([]byte, 1024)), make([]byte, 0, 2048)
	b.SetBytes(1024)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := k.Open(dst, place, sealed); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkName(b *testing.B) {
	k := newKeyring(b, NewPodKey())
	b.ReportAllocs()
	for b.Loop() {
		k.Name(pod, "2026-11")
	}
}
