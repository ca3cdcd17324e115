package linkeddata

import "slices"

// shape is how a graph is laid out for readers: the quads of each subject in
// one group, and blank nodes that are referenced once at the place where they
// are.
type shape struct {
	g      *Graph
	groups []group
	runs   []span
	nodes  nodeTable // the blank nodes
	flat   bool      // only lists are written in place
}

// group is what a graph says about one subject.
type group struct {
	head        *Quad // its first quad: graph and subject
	first, last int32 // runs
	size        int32
	node        int32 // of a blank subject: its position + 1
}

func (gr *group) subject() Term { return gr.head.S }

func (gr *group) graph() Term { return gr.head.Graph }

// span is a piece of Graph.quads with the same graph and subject.
type span struct{ from, to, next int32 }

func newShape(g *Graph) *shape {
	s := &shape{g: g}
	s.gather()
	s.findNodes()
	if len(s.nodes.nodes) > 0 {
		s.nest()
	}
	return s
}

// gather puts the quads into groups, in order of first appearance.
func (s *shape) gather() {
	quads := s.g.quads
	known := newGroupIndex(len(quads))
	for from := 0; from < len(quads); {
		if quads[from].S.IsZero() {
			from++
			continue
		}
		to := endOfRun(quads, from)
		here := int32(len(s.runs))
		s.runs = append(s.runs, span{int32(from), int32(to), -1})
		if n := known.place(s.groups, &quads[from]); n < len(s.groups) {
			gr := &s.groups[n]
			s.runs[gr.last].next = here
			gr.last = here
			gr.size += int32(to - from)
		} else {
			s.groups = append(s.groups, group{head: &quads[from], first: here, last: here, size: int32(to - from)})
		}
		from = to
	}
}

// endOfRun gives the position behind the quads that follow from and have the
// same graph and subject.
func endOfRun(quads []Quad, from int) int {
	first := &quads[from]
	to := from + 1
	for to < len(quads) && quads[to].S == first.S && quads[to].Graph == first.Graph {
		to++
	}
	return to
}

// quadsOf appends the quads of a group: those with rdf:type first, then
// predicate by predicate, in order of first appearance.
func (s *shape) quadsOf(gr *group, into []*Quad) []*Quad {
	start := len(into)
	for r := gr.first; r >= 0; r = s.runs[r].next {
		for i := s.runs[r].from; i < s.runs[r].to; i++ {
			into = append(into, &s.g.quads[i])
		}
	}
	own := into[start:]
	if inOrder(own) {
		return into
	}
	rank := map[Term]int{RDFType.Term(): -1}
	for _, q := range own {
		if _, known := rank[q.P]; !known {
			rank[q.P] = len(rank)
		}
	}
	slices.SortStableFunc(own, func(a, b *Quad) int { return rank[a.P] - rank[b.P] })
	return into
}

// inOrder sees whether the few predicates of most subjects stand well already.
func inOrder(quads []*Quad) bool {
	if len(quads) > 64 {
		return false
	}
	for i := 1; i < len(quads); i++ {
		p := quads[i].P
		if p == quads[i-1].P {
			continue
		}
		if p.s == RDFType.s {
			return false
		}
		for _, before := range quads[:i] {
			if before.P == p {
				return false
			}
		}
	}
	return true
}

// findNodes counts how blank nodes are referenced.
func (s *shape) findNodes() {
	s.nodes = newNodeTable(s.g, s.groups)
	for i := range s.groups {
		gr := &s.groups[i]
		if gr.subject().IsBlank() {
			gr.node = s.nodes.add(gr.subject(), gr.graph())
			n := s.nodes.at(gr.node)
			n.loose = n.loose || n.group >= 0
			n.group = int32(i)
		}
		if gr.graph().IsBlank() {
			s.nodes.at(s.nodes.add(gr.graph(), Term{})).loose = true
		}
	}
	if len(s.nodes.table) == 0 {
		return
	}
	for i := range s.groups {
		gr := &s.groups[i]
		for r := gr.first; r >= 0; r = s.runs[r].next {
			s.countReferences(gr, s.runs[r])
		}
	}
}

// countReferences looks at the objects of one run.
func (s *shape) countReferences(gr *group, run span) {
	for i := run.from; i < run.to; i++ {
		if q := &s.g.quads[i]; q.O.IsBlank() {
			n := s.nodes.at(s.nodes.add(q.O, q.Graph))
			n.refs, n.parent, n.up = n.refs+1, q, gr.node
		}
	}
}

// isAnonymous says whether a group's subject needs no label: it is a blank node
// and nothing refers to it.
func (s *shape) isAnonymous(gr *group) bool {
	n := s.nodes.at(gr.node)
	return n != nil && n.refs == 0 && !n.loose && !s.flat
}

// isNested says whether a group's subject is written at the one place that
// references it.
func (s *shape) isNested(gr *group) bool {
	n := s.nodes.at(gr.node)
	return n != nil && n.nested
}

// graphs gives the names of the graphs, the default graph first, and for each the groups
// that are not nested.
func (s *shape) graphs() (names []Term, groups map[Term][]*group) {
	groups = map[Term][]*group{}
	for i := range s.groups {
		gr := &s.groups[i]
		if s.isNested(gr) {
			continue
		}
		name := gr.graph()
		if _, known := groups[name]; !known && !name.IsZero() {
			names = append(names, name)
		}
		groups[name] = append(groups[name], gr)
	}
	if len(groups[Term{}]) > 0 {
		names = append([]Term{{}}, names...)
	}
	return names, groups
}
