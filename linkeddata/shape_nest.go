package linkeddata

// deepest is how deeply blank nodes are nested when they are written; deeper
// ones get a label. It stays below every reader's limit.
const deepest = 16

// nest decides which nodes are written in place.
func (s *shape) nest() {
	nodes := s.nodes.nodes
	for i := range nodes {
		nodes[i].nested = nodes[i].refs == 1 && !nodes[i].loose
	}
	for i := range s.groups { // in order, so that equal graphs break cycles alike
		s.breakCycle(s.nodes.at(s.groups[i].node))
	}
	s.findLists()
	var path []*node
	for i := range nodes {
		path = s.limitDepth(&nodes[i], path[:0])
	}
}

// flatten gives every blank node a label and a place of its own, lists aside.
func (s *shape) flatten() {
	s.flat = true
	for i := range s.nodes.nodes {
		n := &s.nodes.nodes[i]
		n.nested = n.nested && n.list
	}
}

// above is the nested node that a nested node hangs on, nil at the top.
func (s *shape) above(n *node) *node {
	if up := s.nodes.at(n.up); up != nil && up.nested {
		return up
	}
	return nil
}

// breakCycle walks upwards from a node and, if that leads back, gives the place
// where it does a label.
func (s *shape) breakCycle(n *node) {
	const walking, done = 1, 2
	var path []*node
	for n != nil && n.nested && n.state == 0 {
		n.state = walking
		path = append(path, n)
		n = s.above(n)
	}
	if n != nil && n.state == walking {
		n.nested = false
	}
	for _, n := range path {
		n.state = done
	}
}

// findLists marks the cells of lists that end well, from their ends upwards.
func (s *shape) findLists() {
	rest := RDFRest.Term()
	for i := range s.g.quads {
		q := &s.g.quads[i]
		if q.P != rest || q.O != RDFNil.Term() {
			continue
		}
		for n := s.nodes.find(q.S); s.isCell(n); n = s.nodes.at(n.up) {
			n.list = true
			if n.parent.P != rest {
				break
			}
		}
	}
}

// isCell says whether a node is a nested one with one rdf:first, one rdf:rest
// and nothing else.
func (s *shape) isCell(n *node) bool {
	if n == nil || !n.nested || n.group < 0 || s.groups[n.group].size != 2 {
		return false
	}
	first, rest := s.cell(n)
	return !first.IsZero() && !rest.IsZero()
}

// cell gives a cell's item and the next cell.
func (s *shape) cell(n *node) (first, rest Term) {
	gr := &s.groups[n.group]
	for r := gr.first; r >= 0; r = s.runs[r].next {
		for i := s.runs[r].from; i < s.runs[r].to; i++ {
			switch q := &s.g.quads[i]; q.P.s {
			case RDFFirst.s:
				first = q.O
			case RDFRest.s:
				rest = q.O
			}
		}
	}
	return first, rest
}

// items gives the items of a list.
func (s *shape) items(n *node, into []Term) []Term {
	for n != nil {
		item, rest := s.cell(n)
		into = append(into, item)
		n = s.nodes.find(rest) // nil for rdf:nil
	}
	return into
}

// limitDepth counts how deep a node stands, those above it first, and gives it
// a label where that is too deep.
func (s *shape) limitDepth(n *node, path []*node) []*node {
	for n != nil && n.nested && n.depth == 0 {
		path = append(path, n)
		n = s.above(n)
	}
	for i := len(path) - 1; i >= 0; i-- {
		n := path[i]
		up := s.above(n)
		switch {
		case up == nil:
			n.depth = 1
		case up.list && n.list && n.parent.P == RDFRest.Term():
			n.depth = up.depth // the next cell of the same list
		case up.depth == deepest:
			n.nested, n.list = false, false
		default:
			n.depth = up.depth + 1
		}
	}
	return path
}
