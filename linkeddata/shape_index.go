package linkeddata

import "hash/maphash"

// groupIndex finds groups by their names: an open hash table, large enough for
// every quad to be its own group.
type groupIndex struct {
	seed  maphash.Seed
	table []slot
}

func newGroupIndex(quads int) groupIndex {
	return groupIndex{maphash.MakeSeed(), make([]slot, tableSize(quads))}
}

// tableSize is a power of two with room for n entries.
func tableSize(n int) int {
	size := 16
	for size < n+n/4 {
		size *= 2
	}
	return size
}

// place gives the position of the group that a quad belongs to. When there is
// none, that is the position behind the last, where it must come next.
func (x groupIndex) place(groups []group, q *Quad) int {
	hash := maphash.String(x.seed, q.S.s)
	if q.Graph.s != "" {
		hash = hash*0x9E3779B97F4A7C15 + maphash.String(x.seed, q.Graph.s)
	}
	hash >>= 32
	mask := uint64(len(x.table) - 1)
	for at := hash & mask; ; at = (at + 1) & mask {
		s := x.table[at]
		if s == 0 {
			x.table[at] = slot(hash<<32) | slot(len(groups)+1)
			return len(groups)
		}
		if s.hash() == hash {
			if head := groups[s.at()].head; head.S == q.S && head.Graph == q.Graph {
				return s.at()
			}
		}
	}
}

// node is what is known of a blank node.
type node struct {
	label  string
	parent *Quad // the last quad that has it as object
	refs   int32 // those quads
	up     int32 // the node that is the subject of parent: position + 1, 0 for an IRI
	group  int32 // its own group, -1: none
	depth  int8
	state  uint8
	loose  bool // it names a graph or stands in two
	nested bool // it is written where it is referenced
	list   bool // it is a cell of a well-formed list, written with its list
}

// nodeTable finds blank nodes: an open hash table of positions.
type nodeTable struct {
	seed   maphash.Seed
	table  []slot
	nodes  []node
	graphs []Term // by node: where it was seen first; nil when there is one graph only
}

// newNodeTable makes room for the blank nodes of a graph; one without any gets
// an empty table.
func newNodeTable(g *Graph, groups []group) nodeTable {
	subjects, objects := 0, 0
	for i := range groups {
		if groups[i].subject().IsBlank() {
			subjects++
		}
		if groups[i].graph().IsBlank() {
			subjects++
		}
	}
	for i := range g.quads {
		if g.quads[i].O.IsBlank() {
			objects++
		}
	}
	if subjects+objects == 0 {
		return nodeTable{}
	}
	x := nodeTable{seed: maphash.MakeSeed(), table: make([]slot, tableSize(subjects+objects))}
	x.nodes = make([]node, 0, max(subjects, objects))
	if g.HasNamed() {
		x.graphs = make([]Term, 0, max(subjects, objects))
	}
	return x
}

// find gives a node, nil for a term that is none.
func (x *nodeTable) find(t Term) *node {
	if t.t != "_" || len(x.nodes) == 0 {
		return nil
	}
	s, _ := x.slot(t.s)
	return x.at(int32(uint32(*s)))
}

// at gives the node of a position + 1, nil for 0.
func (x *nodeTable) at(n int32) *node {
	if n == 0 {
		return nil
	}
	return &x.nodes[n-1]
}

// add notes that a node stands in a graph, and gives its position + 1.
func (x *nodeTable) add(t, graph Term) int32 {
	s, hash := x.slot(t.s)
	if *s == 0 {
		x.nodes = append(x.nodes, node{group: -1, label: t.s})
		*s = slot(hash<<32) | slot(len(x.nodes))
		if x.graphs != nil {
			x.graphs = append(x.graphs, graph)
		}
	} else if x.graphs != nil && x.graphs[s.at()] != graph {
		x.nodes[s.at()].loose = true
	}
	return int32(s.at() + 1)
}

func (x *nodeTable) slot(label string) (*slot, uint64) {
	hash := maphash.String(x.seed, label) >> 32
	mask := uint64(len(x.table) - 1)
	for at := hash & mask; ; at = (at + 1) & mask {
		s := &x.table[at]
		if *s == 0 || s.hash() == hash && x.nodes[s.at()].label == label {
			return s, hash
		}
	}
}
