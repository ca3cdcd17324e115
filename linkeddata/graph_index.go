package linkeddata

import "hash/maphash"

// smallGraph is the size up to which a graph is searched from end to end.
const smallGraph = 16

// quadIndex finds a quad in a slice: an open hash table of slots, some 32 bytes
// a quad. Small slices have no table.
type quadIndex struct {
	seed  maphash.Seed
	table []slot // its length is a power of two
}

// slot is a position + 1 in its lower half, 0 for a free slot, and in its
// upper half a hash, so that other quads need not be looked at.
type slot uint64

func (s slot) at() int { return int(uint32(s)) - 1 }

func (s slot) hash() uint64 { return uint64(s >> 32) }

// find gives the position of q, or -1.
func (x *quadIndex) find(quads []Quad, q Quad) int {
	if x.table == nil {
		for i := range quads {
			if quads[i] == q {
				return i
			}
		}
		return -1
	}
	return x.slot(quads, &q, x.hash(&q)).at()
}

// add notes that q comes next behind quads, or says false when it is there.
func (x *quadIndex) add(quads []Quad, q Quad) bool {
	if x.table == nil && len(quads) < smallGraph {
		return x.find(quads, q) < 0
	}
	if 2*(len(quads)+1) > len(x.table) {
		x.grow(quads)
	}
	hash := x.hash(&q)
	at := x.slot(quads, &q, hash)
	if *at != 0 {
		return false
	}
	*at = slot(hash<<32) | slot(len(quads)+1)
	return true
}

// remove forgets q and gives the position that it had, or -1. Whoever calls
// it changes the quads only afterwards.
func (x *quadIndex) remove(quads []Quad, q Quad) int {
	if x.table == nil {
		return x.find(quads, q)
	}
	hash, mask := x.hash(&q), uint64(len(x.table)-1)
	at := x.slot(quads, &q, hash).at()
	if at < 0 {
		return -1
	}
	free := hash & mask
	for x.table[free].at() != at {
		free = (free + 1) & mask
	}
	for next := (free + 1) & mask; x.table[next] != 0; next = (next + 1) & mask {
		// Whoever is sought from free or before it moves up, so that no search ends early.
		if wish := x.table[next].hash(); (next-wish)&mask >= (next-free)&mask {
			x.table[free] = x.table[next]
			free = next
		}
	}
	x.table[free] = 0
	return at
}

// slot is where q stands or, if it is not there, where it would.
func (x *quadIndex) slot(quads []Quad, q *Quad, hash uint64) *slot {
	mask := uint64(len(x.table) - 1)
	for at := hash & mask; ; at = (at + 1) & mask {
		s := &x.table[at]
		if *s == 0 || s.hash() == hash && quads[s.at()] == *q {
			return s
		}
	}
}

// hash mixes the five texts in which quads differ, to 32 bits; the other three,
// the kinds of subject, predicate and graph, follow from these in all but made-up
// graphs. Of the kind of the object the three most frequent count as one.
func (x *quadIndex) hash(q *Quad) uint64 {
	h := maphash.String(x.seed, q.S.s)
	h = h*0x9E3779B97F4A7C15 + maphash.String(x.seed, q.O.s)
	h = h*0x9E3779B97F4A7C15 + maphash.String(x.seed, q.P.s)
	if t := q.O.t; t != "" && t != "_" && t != xsdString {
		h = h*0x9E3779B97F4A7C15 + maphash.String(x.seed, t)
	}
	if q.Graph.s != "" {
		h = h*0x9E3779B97F4A7C15 + maphash.String(x.seed, q.Graph.s)
	}
	return h >> 32
}

// reserve makes an empty table for n quads.
func (x *quadIndex) reserve(n int) {
	size := 4 * smallGraph
	for size < 2*(n+1) {
		size *= 2
	}
	if x.table == nil {
		x.seed = maphash.MakeSeed()
	}
	x.table = make([]slot, size)
}

// grow makes the table larger, or, where there is none, one for what is there.
func (x *quadIndex) grow(quads []Quad) {
	before := x.table
	x.reserve(2 * len(quads))
	mask := uint64(len(x.table) - 1)
	for _, s := range before {
		if s != 0 {
			at := s.hash() & mask
			for x.table[at] != 0 {
				at = (at + 1) & mask
			}
			x.table[at] = s
		}
	}
	if before != nil {
		return
	}
	for i := range quads {
		if q := &quads[i]; !q.S.IsZero() {
			hash := x.hash(q)
			*x.slot(quads, q, hash) = slot(hash<<32) | slot(i+1)
		}
	}
}

// rebuild starts anew for other quads.
func (x *quadIndex) rebuild(quads []Quad) {
	x.table = nil
	if len(quads) >= smallGraph {
		x.grow(quads)
	}
}

// subjectIndex chains the quads of each subject, in order.
type subjectIndex struct {
	chains map[Term]chain
	next   []int32 // by position: the following position + 1, 0 at the end
}

type chain struct{ first, last int32 } // positions + 1

func indexSubjects(quads []Quad) *subjectIndex {
	x := &subjectIndex{chains: make(map[Term]chain, len(quads)/4), next: make([]int32, 0, len(quads))}
	for i := range quads {
		x.add(quads[i].S)
	}
	return x
}

// add notes the subject of the next quad.
func (x *subjectIndex) add(s Term) {
	x.next = append(x.next, 0)
	here := int32(len(x.next))
	c, known := x.chains[s]
	if known {
		x.next[c.last-1] = here
	} else {
		c.first = here
	}
	c.last = here
	x.chains[s] = c
}

func (x *subjectIndex) first(s Term) int32 { return x.chains[s].first }
