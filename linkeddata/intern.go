package linkeddata

import "hash/maphash"

// interner gives equal bytes the same string, as far as it remembers: it is a
// table in which a newcomer drives out whoever stood in its place, so its size
// is bounded and no document can make it slow.
type interner struct {
	seed   maphash.Seed
	table  []string
	misses int
	fresh  int64 // bytes of the strings made
}

const (
	smallestTable = 64
	largestTable  = 4096
)

func newInterner() interner {
	return interner{seed: maphash.MakeSeed(), table: make([]string, smallestTable)}
}

// text gives the bytes as a string.
func (n *interner) text(b []byte) string {
	at := &n.table[maphash.Bytes(n.seed, b)&uint64(len(n.table)-1)]
	if *at == string(b) {
		return *at
	}
	*at = string(b)
	return n.missed(*at)
}

// joined gives prefix and rest as one string.
func (n *interner) joined(prefix string, rest []byte) string {
	at := &n.table[(maphash.Bytes(n.seed, rest)+uint64(len(prefix)))&uint64(len(n.table)-1)]
	if have := *at; len(have) == len(prefix)+len(rest) && have[len(prefix):] == string(rest) && have[:len(prefix)] == prefix {
		return have
	}
	b := make([]byte, 0, 128)
	b = append(append(b, prefix...), rest...)
	*at = string(b)
	return n.missed(*at)
}

// missed counts a string that was made, and lets the table grow with the document.
func (n *interner) missed(s string) string {
	n.fresh += int64(len(s))
	if n.misses++; n.misses > 2*len(n.table) && len(n.table) < largestTable {
		n.table, n.misses = make([]string, 4*len(n.table)), 0
	}
	return s
}

// literal gives the bytes as a string; long ones are seldom seen twice.
func (n *interner) literal(b []byte) string {
	if len(b) > 64 {
		return string(b)
	}
	return n.text(b)
}

// tag gives "@tag" in lower case.
func (n *interner) tag(b []byte) string {
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			lower := []byte(string(b))
			for ; i < len(lower); i++ {
				if lower[i] >= 'A' && lower[i] <= 'Z' {
					lower[i] |= 0x20
				}
			}
			return n.text(lower)
		}
	}
	return n.text(b)
}
