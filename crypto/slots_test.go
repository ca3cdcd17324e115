package crypto

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"
)

func TestSlotsFile(t *testing.T) {
	slots := []Slot{
		{ID: [8]byte{1}, Kind: HostSlot, Age: []byte("age-encryption.org/v1\n...")},
		{ID: [8]byte{2, 0xff}, Kind: PassphraseSlot, Age: []byte{0, 1, 2}},
		{ID: [8]byte{3}, Kind: RecoverySlot, Age: bytes.Repeat([]byte("x"), 2000)},
		{ID: [8]byte{4}, Kind: PasskeySlot, Age: []byte{}},
	}
	file := EncodeSlots(slots)
	want := "skrin slots 1\nhost 0100000000000000 YWdlLWVuY3J5cHRpb24ub3JnL3YxCi4uLg\npassphrase 02ff000000000000 AAEC\n"
	if !strings.HasPrefix(string(file), want) || !strings.HasSuffix(string(file), "\nend\n") {
		t.Errorf("wrote\n%s", file)
	}
	got, err := DecodeSlots(file)
	if err != nil || !reflect.DeepEqual(got, slots) {
		t.Errorf("read back %v, %v", got, err)
	}
	if got, err := DecodeSlots(EncodeSlots(nil)); err != nil || len(got) != 0 {
		t.Errorf("no slots: %v, %v", got, err)
	}
}

var badSlots = map[string]string{
	"nothing":         "",
	"newer version":   "skrin slots 2\nend\n",
	"no end":          "skrin slots 1\nhost 0100000000000000 AAEC\n",
	"cut":             "skrin slots 1\nhost 0100000000000000 AAEC\nen",
	"after the end":   "skrin slots 1\nend\n\n",
	"empty line":      "skrin slots 1\n\nend\n",
	"unknown kind":    "skrin slots 1\nfriend 0100000000000000 AAEC\nend\n",
	"zero kind":       "skrin slots 1\n 0100000000000000 AAEC\nend\n",
	"capital id":      "skrin slots 1\nhost 0A00000000000000 AAEC\nend\n",
	"short id":        "skrin slots 1\nhost 0100 AAEC\nend\n",
	"id no hex":       "skrin slots 1\nhost 01000000000000zz AAEC\nend\n",
	"padded base64":   "skrin slots 1\nhost 0100000000000000 AAE=\nend\n",
	"loose base64":    "skrin slots 1\nhost 0100000000000000 AAF\nend\n",
	"carriage return": "skrin slots 1\nhost 0100000000000000 AAEC\r\nend\n",
	"two spaces":      "skrin slots 1\nhost  0100000000000000 AAEC\nend\n",
	"another word":    "skrin slots 1\nhost 0100000000000000 AAEC x\nend\n",
	"same id twice":   "skrin slots 1\nhost 0100000000000000 AAEC\nhost 0100000000000000 AAEC\nend\n",
	"no line end":     "skrin slots 1\nhost 0100000000000000 AAECend\n",
}

func TestSlotsFileRefuses(t *testing.T) {
	for name, file := range badSlots {
		if slots, err := DecodeSlots([]byte(file)); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: %v, %v", name, slots, err)
		}
	}
	var many []Slot
	for i := range maxSlots + 1 {
		many = append(many, Slot{ID: [8]byte{byte(i)}, Kind: HostSlot})
	}
	if _, err := DecodeSlots(EncodeSlots(many)); !errors.Is(err, ErrFormat) {
		t.Errorf("too many: %v", err)
	}
	if _, err := DecodeSlots(EncodeSlots(many[:maxSlots])); err != nil {
		t.Errorf("as many as may be: %v", err)
	}
}

// Whatever is accepted is written back byte for byte.
func FuzzDecodeSlots(f *testing.F) {
	for _, file := range badSlots {
		f.Add([]byte(file))
	}
	f.Add(EncodeSlots([]Slot{{ID: [8]byte{1}, Kind: HostSlot, Age: []byte("age")}, {ID: [8]byte{2}, Kind: RecoverySlot}}))
	f.Fuzz(func(t *testing.T, file []byte) {
		slots, err := DecodeSlots(file)
		if err != nil {
			return
		}
		if back := EncodeSlots(slots); !bytes.Equal(back, file) {
			t.Errorf("%q is written back as %q", file, back)
		}
	})
}

// Nothing that is sealed comes from outside the keyring: no input may open or panic.
func FuzzOpen(f *testing.F) {
	k, _ := NewKeyring(pod, fixedKey(1, 1))
	f.Add(k.Seal(nil, place, []byte("a reading"))[:20], []byte("node"), uint64(7))
	f.Fuzz(func(t *testing.T, sealed, key []byte, version uint64) {
		if plain, err := k.Open(nil, Label{Pod: pod, Key: key, Version: version}, sealed); err == nil {
			t.Errorf("opened to %x", plain)
		}
	})
}
