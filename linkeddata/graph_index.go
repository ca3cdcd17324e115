package linkeddata

import "hash/maphash"

// smallGraph is the size up to which a graph is searched from end to end.
const smallGraph = 16

// quadIndex finds a quad in a slice: an open hash table of positions, eight
// bytes a quad at most. Small slices have no table.
type quadIndex struct {
	seed  maphash.Seed
	table []uint32 // position + 1, 0: free; its length is a power of two
}

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
	at := x.slot(quads, &q)
	return int(x.table[at]) - 1
}

// add notes that q comes next behind quads, or says false when it is there.
func (x *quadIndex) add(quads []Quad, q Quad) bool {
	if x.table == nil && len(quads) < smallGraph {
		return x.find(quads, q) < 0
	}
	if 2*(len(quads)+1) > len(x.table) {
		x.grow(quads)
	}
	at := x.slot(quads, &q)
	if x.table[at] != 0 {
		return false
	}
	x.table[at] = uint32(len(quads) + 1)
	return true
}

// remove forgets q and gives the position that it had, or -1. Whoever calls
// it changes the quads only afterwards.
func (x *quadIndex) remove(quads []Quad, q Quad) int {
	if x.table == nil {
		return x.find(quads, q)
	}
	free := x.slot(quads, &q)
	at := int(x.table[free]) - 1
	if at < 0 {
		return -1
	}
	mask := uint64(len(x.table) - 1)
	for next := (free + 1) & mask; x.table[next] != 0; next = (next + 1) & mask {
		// Whoever is sought from free or before it moves up, so that no search ends early.
		wish := x.hash(&quads[x.table[next]-1]) & mask
		if (next-wish)&mask >= (next-free)&mask {
			x.table[free] = x.table[next]
			free = next
		}
	}
	x.table[free] = 0
	return at
}

// slot is where q stands or, if it is not there, where it would.
func (x *quadIndex) slot(quads []Quad, q *Quad) uint64 {
	mask := uint64(len(x.table) - 1)
	for at := x.hash(q) & mask; ; at = (at + 1) & mask {
		if n := x.table[at]; n == 0 || quads[n-1] == *q {
			return at
		}
	}
}

// hash mixes the five texts in which quads differ; the other three, the kinds of
// subject, predicate and graph, follow from these in all but made-up graphs.
func (x *quadIndex) hash(q *Quad) uint64 {
	h := maphash.String(x.seed, q.S.s)
	h = h*0x9E3779B97F4A7C15 + maphash.String(x.seed, q.O.s)
	h = h*0x9E3779B97F4A7C15 + maphash.String(x.seed, q.P.s)
	h = h*0x9E3779B97F4A7C15 + maphash.String(x.seed, q.O.t)
	if q.Graph.s != "" {
		h = h*0x9E3779B97F4A7C15 + maphash.String(x.seed, q.Graph.s)
	}
	return h ^ h>>32
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
	x.table = make([]uint32, size)
}

func (x *quadIndex) grow(quads []Quad) {
	x.reserve(2 * len(quads))
	for i := range quads {
		if !quads[i].S.IsZero() {
			x.table[x.slot(quads, &quads[i])] = uint32(i + 1)
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
