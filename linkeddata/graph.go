package linkeddata

import (
	"iter"
	"slices"
	"sync/atomic"
)

// Graph is an RDF dataset in memory: a default graph and, where a syntax has
// them, named graphs. It is a set: adding a quad twice changes nothing. Quads
// keep the order in which they came. The zero Graph is empty and ready to use.
// Several goroutines may read a Graph, as long as none of them changes it.
type Graph struct {
	quads []Quad // the zero Quad: one was removed here
	holes int    // of those
	all   quadIndex
	bySub atomic.Pointer[subjectIndex] // built when needed often
	scans atomic.Int32                 // searches made without it
}

// enoughScans is how often a graph is searched from end to end before an index
// is made: making it costs as much as that many searches.
const enoughScans = 8

// NewGraph makes an empty graph with room for n quads.
func NewGraph(n int) *Graph {
	g := &Graph{quads: make([]Quad, 0, n)}
	if n > smallGraph {
		g.all.reserve(n)
	}
	return g
}

// Add puts a triple into the default graph.
func (g *Graph) Add(s, p, o Term) { g.AddQuad(Quad{Triple: Triple{s, p, o}}) }

// AddQuad puts a quad into the graph it names and says whether it is new. A
// quad without a subject is none, and is not added.
func (g *Graph) AddQuad(q Quad) bool {
	if q.S.IsZero() || !g.all.add(g.quads, q) {
		return false
	}
	g.quads = append(g.quads, q)
	if x := g.bySub.Load(); x != nil {
		x.add(q.S)
	}
	return true
}

// Remove takes a quad out and says whether it was there. What it costs does
// not depend on the size of the graph, taken over many calls.
func (g *Graph) Remove(q Quad) bool {
	if q.S.IsZero() {
		return false
	}
	at := g.all.remove(g.quads, q)
	if at < 0 {
		return false
	}
	g.quads[at] = Quad{}
	if g.holes++; g.holes > len(g.quads)/2 || len(g.quads) <= smallGraph {
		g.closeHoles()
	}
	return true
}

func (g *Graph) closeHoles() {
	g.quads = slices.DeleteFunc(g.quads, func(q Quad) bool { return q.S.IsZero() })
	g.holes = 0
	g.all.rebuild(g.quads)
	g.bySub.Store(nil)
}

// Has says whether the quad is in the graph.
func (g *Graph) Has(q Quad) bool { return !q.S.IsZero() && g.all.find(g.quads, q) >= 0 }

// Len counts the quads of all graphs.
func (g *Graph) Len() int { return len(g.quads) - g.holes }

// HasNamed says whether any quad is in a named graph: such a dataset cannot be
// written as Turtle or N-Triples.
func (g *Graph) HasNamed() bool {
	return slices.ContainsFunc(g.quads, func(q Quad) bool { return !q.Graph.IsZero() })
}

// Clone gives a graph with the same quads; later changes of one do not touch the other.
func (g *Graph) Clone() *Graph {
	return g.cloneFor(0)
}

// cloneFor is Clone with room for n more quads.
func (g *Graph) cloneFor(n int) *Graph {
	c := &Graph{quads: make([]Quad, len(g.quads), len(g.quads)+n), holes: g.holes, all: g.all}
	copy(c.quads, g.quads)
	c.all.table = slices.Clone(g.all.table)
	return c
}

// Quads gives every quad in order.
func (g *Graph) Quads() iter.Seq[Quad] {
	return func(yield func(Quad) bool) {
		for i := range g.quads {
			if !g.quads[i].S.IsZero() && !yield(g.quads[i]) {
				return
			}
		}
	}
}

// Match gives the default graph's triples that fit; a zero term fits anything.
// The triples of one subject are found without looking at the others, as soon
// as that was asked for often enough.
func (g *Graph) Match(s, p, o Term) iter.Seq[Triple] {
	return func(yield func(Triple) bool) {
		want := func(q *Quad) bool {
			return q.Graph.IsZero() && !q.S.IsZero() && fits(s, q.S) && fits(p, q.P) && fits(o, q.O)
		}
		if x := g.subjects(s); x != nil {
			for i := x.first(s); i > 0; i = x.next[i-1] {
				if q := &g.quads[i-1]; want(q) && !yield(q.Triple) {
					return
				}
			}
			return
		}
		for i := range g.quads {
			if q := &g.quads[i]; want(q) && !yield(q.Triple) {
				return
			}
		}
	}
}

// Objects gives the objects of s and p in the default graph.
func (g *Graph) Objects(s, p Term) iter.Seq[Term] {
	return func(yield func(Term) bool) {
		for t := range g.Match(s, p, Term{}) {
			if !yield(t.O) {
				return
			}
		}
	}
}

func fits(want, have Term) bool { return want.IsZero() || want == have }

// subjects gives the index for a search by subject, nil where it does not help
// or does not pay yet. Two readers may both build it at first; either result serves.
func (g *Graph) subjects(s Term) *subjectIndex {
	if s.IsZero() {
		return nil
	}
	x := g.bySub.Load()
	if x == nil && len(g.quads) > smallGraph && g.scans.Add(1) > enoughScans {
		x = indexSubjects(g.quads)
		g.bySub.Store(x)
	}
	return x
}
