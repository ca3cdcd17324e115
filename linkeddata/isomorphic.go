package linkeddata

import (
	"hash/maphash"
	"slices"
)

// isomorphismWork bounds how many quads Isomorphic looks at, all rounds of
// refinement and all guesses together.
const isomorphismWork = 10_000_000

// Isomorphic says whether two datasets are the same but for the names of their
// blank nodes (RDF 1.1 Concepts, section 3.6). The work is bounded: for graphs
// made to be hard to compare it may say false although they are isomorphic,
// never true although they are not.
func Isomorphic(a, b *Graph) bool {
	if a.Len() != b.Len() {
		return false
	}
	m := matcher{seed: maphash.MakeSeed(), work: isomorphismWork}
	sideA, sideB := newSide(a), newSide(b)
	if len(sideA.nodes) != len(sideB.nodes) || len(sideA.quads) != len(sideB.quads) {
		return false
	}
	for _, q := range a.quads {
		if !q.S.IsZero() && !hasBlank(q) && !b.Has(q) {
			return false
		}
	}
	return m.match(sideA, sideB)
}

// side is one of the two datasets, reduced to the quads with blank nodes.
type side struct {
	graph   *Graph
	quads   []blankQuad
	touches [][]int32 // by node: the quads it is in
	nodes   []Term
	colours []uint64 // by node
}

// blankQuad is a quad with its blank nodes as numbers, -1 for other terms.
type blankQuad struct {
	Quad
	node [4]int32
}

// matcher compares two sides.
type matcher struct {
	seed maphash.Seed
	work int
}

func hasBlank(q Quad) bool { return q.S.IsBlank() || q.O.IsBlank() || q.Graph.IsBlank() }

func newSide(g *Graph) *side {
	s := &side{graph: g}
	number := map[Term]int32{}
	for _, q := range g.quads {
		if !hasBlank(q) {
			continue
		}
		bq := blankQuad{Quad: q, node: [4]int32{-1, -1, -1, -1}}
		for i, t := range [...]Term{q.S, q.P, q.O, q.Graph} {
			if !t.IsBlank() {
				continue
			}
			n, known := number[t]
			if !known {
				n = int32(len(s.nodes))
				number[t] = n
				s.nodes, s.touches = append(s.nodes, t), append(s.touches, nil)
			}
			bq.node[i] = n
			s.touches[n] = append(s.touches[n], int32(len(s.quads)))
		}
		s.quads = append(s.quads, bq)
	}
	s.colours = make([]uint64, len(s.nodes))
	return s
}

// match refines colours until they tell the nodes apart or say nothing more,
// then guesses a pair and goes on. Its depth is bounded by the work left.
func (m *matcher) match(a, b *side) bool {
	for classes := -1; ; {
		open := m.sameColours(a, b)
		if open == nil || m.work <= 0 {
			return false
		}
		if open.classes == len(a.nodes) {
			return m.verify(a, b)
		}
		if open.classes == classes {
			return m.guess(a, b, open.smallest)
		}
		classes = open.classes
		m.refine(a)
		m.refine(b)
	}
}

// classesOf is what the colours of both sides have in common.
type classesOf struct {
	classes  int
	smallest uint64 // colour of the smallest class with more than one node
}

// sameColours compares the colours of both sides, nil when they differ.
func (m *matcher) sameColours(a, b *side) *classesOf {
	ca, cb := slices.Sorted(slices.Values(a.colours)), slices.Sorted(slices.Values(b.colours))
	m.work -= 8 * len(ca) // sorting
	if !slices.Equal(ca, cb) {
		return nil
	}
	open, least := &classesOf{}, len(ca)+1
	for i := 0; i < len(ca); {
		j := i + 1
		for j < len(ca) && ca[j] == ca[i] {
			j++
		}
		if n := j - i; n > 1 && n < least {
			least, open.smallest = n, ca[i]
		}
		open.classes++
		i = j
	}
	return open
}

// refine gives each node a colour made of its own and of its surroundings'.
func (m *matcher) refine(s *side) {
	fresh := make([]uint64, len(s.colours))
	for n := range s.nodes {
		sum := uint64(0)
		for _, q := range s.touches[n] {
			sum += m.colour(s, &s.quads[q], int32(n))
		}
		m.work -= len(s.touches[n])
		fresh[n] = maphash.Comparable(m.seed, [2]uint64{s.colours[n], sum})
	}
	s.colours = fresh
}

// colour is how a quad looks from one of its nodes.
func (m *matcher) colour(s *side, q *blankQuad, self int32) uint64 {
	type view struct {
		terms   [4]Term
		colours [4]uint64
	}
	v := view{terms: [4]Term{q.S, q.P, q.O, q.Graph}}
	for i, n := range q.node {
		switch {
		case n == self:
			v.terms[i], v.colours[i] = Term{t: "_"}, 1
		case n >= 0:
			v.terms[i], v.colours[i] = Term{t: "_"}, s.colours[n]|2
		}
	}
	return maphash.Comparable(m.seed, v)
}

// guess pairs one node of a class with each of the other side in turn.
func (m *matcher) guess(a, b *side, class uint64) bool {
	mark := maphash.Comparable(m.seed, [2]uint64{class, 1})
	before := a.colours
	a.colours = slices.Clone(before)
	a.colours[slices.Index(before, class)] = mark
	marked := a.colours
	original := b.colours
	for n, c := range original {
		if c != class || m.work <= 0 {
			continue
		}
		a.colours, b.colours = marked, slices.Clone(original)
		b.colours[n] = mark
		m.work -= len(original)
		if m.match(a, b) {
			return true
		}
	}
	return false
}

// verify checks the pairing that colours, all different, give.
func (m *matcher) verify(a, b *side) bool {
	pair := make(map[uint64]Term, len(b.nodes))
	for n, c := range b.colours {
		pair[c] = b.nodes[n]
	}
	for _, q := range a.quads {
		mapped := q.Quad
		for i, t := range [...]*Term{&mapped.S, &mapped.P, &mapped.O, &mapped.Graph} {
			if q.node[i] >= 0 {
				*t = pair[a.colours[q.node[i]]]
			}
		}
		if !b.graph.Has(mapped) {
			return false
		}
	}
	return true
}
