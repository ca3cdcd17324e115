package linkeddata

import "hash/maphash"

// groupIndex finds groups by their names: an open hash table of positions.
type groupIndex struct {
	seed  maphash.Seed
	table []int32 // position + 1, 0: free; its length is a power of two
}

// find gives the place of a group in the table, where it is or would be.
func (x groupIndex) find(groups []group, graph, subject Term) *int32 {
	mask := uint64(len(x.table) - 1)
	hash := maphash.String(x.seed, subject.s)
	if graph.s != "" {
		hash = hash*0x9E3779B97F4A7C15 + maphash.String(x.seed, graph.s)
	}
	for at := hash & mask; ; at = (at + 1) & mask {
		n := &x.table[at]
		if *n == 0 || groups[*n-1].subject == subject && groups[*n-1].graph == graph {
			return n
		}
	}
}

// node is what is known of a blank node.
type node struct {
	term   Term
	graph  Term
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
	seed  maphash.Seed
	table []int32 // position + 1, 0: free; its length is a power of two
	nodes []node
}

// newNodeTable makes room for the blank nodes of a graph; one without any gets
// an empty table.
func newNodeTable(quads []Quad, groups []group) nodeTable {
	subjects, objects := 0, 0
	for i := range groups {
		if groups[i].subject.IsBlank() || groups[i].graph.IsBlank() {
			subjects += 2
		}
	}
	for i := range quads {
		if quads[i].O.IsBlank() {
			objects++
		}
	}
	if subjects+objects == 0 {
		return nodeTable{}
	}
	size := 16
	for size < 2*(subjects+objects) {
		size *= 2
	}
	return nodeTable{maphash.MakeSeed(), make([]int32, size), make([]node, 0, max(subjects/2, objects))}
}

// find gives a node, nil for a term that is none.
func (x *nodeTable) find(t Term) *node {
	if t.t != "_" || len(x.nodes) == 0 {
		return nil
	}
	if n := *x.slot(t); n > 0 {
		return &x.nodes[n-1]
	}
	return nil
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
	at := x.slot(t)
	if *at == 0 {
		x.nodes = append(x.nodes, node{group: -1, term: t, graph: graph})
		*at = int32(len(x.nodes))
		return *at
	}
	n := &x.nodes[*at-1]
	n.loose = n.loose || n.graph != graph
	return *at
}

func (x *nodeTable) slot(t Term) *int32 {
	mask := uint64(len(x.table) - 1)
	for at := maphash.String(x.seed, t.s) & mask; ; at = (at + 1) & mask {
		n := &x.table[at]
		if *n == 0 || x.nodes[*n-1].term.s == t.s {
			return n
		}
	}
}
