package crypto

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
)

// The slots of a pod stand in one small text file:
//
//	skrin slots 1
//	host 0123456789abcdef YWdlLWVuY3J5cHRpb24...
//	recovery 89abcdef01234567 YWdlLWVuY3J5cHRpb24...
//	end
//
// kind, id and the age file in base64 without padding. There is exactly one
// way to write a list of slots: whatever DecodeSlots accepts, EncodeSlots writes
// back byte for byte.
const (
	slotsFirst = "skrin slots 1\n"
	slotsLast  = "end\n"

	maxSlots    = 64
	maxSlotsLen = 1 << 20
)

var slotBase64 = base64.RawStdEncoding.Strict()

// EncodeSlots writes the slots, in their order.
func EncodeSlots(slots []Slot) []byte {
	out := []byte(slotsFirst)
	for _, s := range slots {
		out = fmt.Appendf(out, "%v %x %s\n", s.Kind, s.ID, slotBase64.EncodeToString(s.Age))
	}
	return append(out, slotsLast...)
}

// DecodeSlots reads what EncodeSlots wrote. Errors wrap ErrFormat.
func DecodeSlots(data []byte) ([]Slot, error) {
	body, ok := bytes.CutPrefix(data, []byte(slotsFirst))
	if !ok {
		return nil, fmt.Errorf("%w: not a file of slots, or of a newer version", ErrFormat)
	}
	body, ok = bytes.CutSuffix(body, []byte(slotsLast))
	if !ok || len(body) > maxSlotsLen {
		return nil, fmt.Errorf("%w: a file of slots without its end, or too long", ErrFormat)
	}
	var slots []Slot
	seen := map[[8]byte]bool{}
	for line := range strings.Lines(string(body)) {
		s, err := decodeSlot(line)
		if err != nil || seen[s.ID] || len(slots) == maxSlots {
			return nil, fmt.Errorf("%w: line %d of the slots", ErrFormat, len(slots)+2)
		}
		seen[s.ID] = true
		slots = append(slots, s)
	}
	return slots, nil
}

func decodeSlot(line string) (Slot, error) {
	line, ended := strings.CutSuffix(line, "\n")
	words := strings.Split(line, " ")
	if !ended || len(words) != 3 || len(words[1]) != 16 || strings.ToLower(words[1]) != words[1] {
		return Slot{}, ErrFormat
	}
	var s Slot
	for kind, word := range slotKinds {
		if word != "" && word == words[0] {
			s.Kind = SlotKind(kind)
		}
	}
	if _, err := hex.Decode(s.ID[:], []byte(words[1])); err != nil || s.Kind == 0 {
		return Slot{}, ErrFormat
	}
	var err error
	if strings.ContainsAny(words[2], "\r\n") { // which base64 would skip
		return Slot{}, ErrFormat
	}
	s.Age, err = slotBase64.DecodeString(words[2])
	return s, err
}
