package linkeddata

import "iter"

// Graph is an RDF dataset in memory: a default graph and, where a syntax has
// them, named graphs. It is a set: adding a quad twice changes nothing. Quads
// keep the order in which they came. The zero Graph is empty and ready to use.
// A Graph is not safe for use by several goroutines while one of them changes it.
type Graph struct {
	quads []Quad
	index map[Quad]int // position in quads; built when first needed
}

// NewGraph makes an empty graph with room for n quads.
func NewGraph(n int) *Graph { return &Graph{quads: make([]Quad, 0, n)} }

// Add puts a triple into the default graph.
func (g *Graph) Add(s, p, o Term) { g.AddQuad(Quad{Triple: Triple{s, p, o}}) }

// AddQuad puts a quad into the graph it names and says whether it is new.
func (g *Graph) AddQuad(q Quad) bool {
	g.indexed()
	if _, there := g.index[q]; there {
		return false
	}
	g.index[q] = len(g.quads)
	g.quads = append(g.quads, q)
	return true
}

// Remove takes a quad out and says whether it was there.
func (g *Graph) Remove(q Quad) bool {
	g.indexed()
	at, there := g.index[q]
	if !there {
		return false
	}
	g.quads = append(g.quads[:at], g.quads[at+1:]...)
	g.index = nil
	return true
}

// Has says whether the quad is in the graph.
func (g *Graph) Has(q Quad) bool {
	g.indexed()
	_, there := g.index[q]
	return there
}

// Len counts the quads of all graphs.
func (g *Graph) Len() int { return len(g.quads) }

// HasNamed says whether any quad is in a named graph: such a dataset cannot be
// written as Turtle or N-Triples.
func (g *Graph) HasNamed() bool {
	for _, q := range g.quads {
		if !q.Graph.IsZero() {
			return true
		}
	}
	return false
}

// Quads gives every quad in order.
func (g *Graph) Quads() iter.Seq[Quad] {
	return func(yield func(Quad) bool) {
		for _, q := range g.quads {
			if !yield(q) {
				return
			}
		}
	}
}

// Match gives the default graph's triples that fit; a zero term fits anything.
func (g *Graph) Match(s, p, o Term) iter.Seq[Triple] {
	return func(yield func(Triple) bool) {
		for _, q := range g.quads {
			if q.Graph.IsZero() && fits(s, q.S) && fits(p, q.P) && fits(o, q.O) && !yield(q.Triple) {
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

func (g *Graph) indexed() {
	if g.index != nil {
		return
	}
	g.index = make(map[Quad]int, len(g.quads)+8)
	for i, q := range g.quads {
		g.index[q] = i
	}
}
