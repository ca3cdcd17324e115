package crypto

import "encoding/binary"

// Label is the place that a sealed value belongs to. Two labels bind the same
// place only when all four fields are equal.
type Label struct {
	Pod     [16]byte
	Bucket  byte
	Key     []byte // the full key in the bucket; not kept
	Version uint64
}

// appendTo writes the associated data. Everything but the key has a fixed
// length, and the key's length stands before it: no two labels write the same.
func (l Label) appendTo(b []byte) []byte {
	b = append(b, formatName...)
	b = append(b, l.Pod[:]...)
	b = append(b, l.Bucket)
	b = binary.BigEndian.AppendUint64(b, uint64(len(l.Key)))
	b = append(b, l.Key...)
	return binary.BigEndian.AppendUint64(b, l.Version)
}
