// Package tree reads a JSON text in place: a Tree knows where every value of the
// text begins and ends and how they hang together, and copies nothing, so that
// numbers keep the digits and texts the bytes they were written with.
//
// Parse once, then walk from Root with First and Next.
package tree

// Kind is what a JSON value is.
type Kind uint8

// The kinds of JSON values.
const (
	Null Kind = iota
	Bool
	Number
	String
	Array
	Object
)

// Node is a value of a Tree. The zero Node is no value at all.
type Node uint32

// Root is the value that the text as a whole is.
const Root Node = 1

// Tree is a parsed JSON text. It is read-only, and safe for several readers.
type Tree struct {
	src   string
	nodes []node // nodes[0] is no value
}

type node struct {
	start, end       uint32 // the value in src, with quotes or brackets
	keyStart, keyEnd uint32 // the member's name in src, without quotes
	next, first      Node
	kind             Kind
	escaped          bool // a String with backslashes
	keyEscaped       bool
}

// Kind says what the value is; Null for the zero Node.
func (t *Tree) Kind(n Node) Kind { return t.nodes[n].kind }

// First gives the first item or member, Next the one after n; zero: none.
func (t *Tree) First(n Node) Node { return t.nodes[n].first }
func (t *Tree) Next(n Node) Node  { return t.nodes[n].next }

// Len counts the values in the text.
func (t *Tree) Len() int { return len(t.nodes) - 1 }

// Raw gives the value as it stands in the text.
func (t *Tree) Raw(n Node) string { return t.src[t.nodes[n].start:t.nodes[n].end] }

// Offset tells at which byte of the text the value begins.
func (t *Tree) Offset(n Node) int { return int(t.nodes[n].start) }

// Key gives the name under which n is a member of its object.
func (t *Tree) Key(n Node) string {
	d := &t.nodes[n]
	if d.keyEscaped {
		return unescape(t.src[d.keyStart:d.keyEnd])
	}
	return t.src[d.keyStart:d.keyEnd]
}

// Text gives a String's characters, "" for every other kind.
func (t *Tree) Text(n Node) string {
	d := &t.nodes[n]
	switch {
	case d.kind != String:
		return ""
	case d.escaped:
		return unescape(t.src[d.start+1 : d.end-1])
	}
	return t.src[d.start+1 : d.end-1]
}

// Member finds an object's member by name, zero when there is none (or n is no object).
func (t *Tree) Member(n Node, name string) Node {
	if t.nodes[n].kind != Object {
		return 0
	}
	for m := t.First(n); m != 0; m = t.Next(m) {
		if t.Key(m) == name {
			return m
		}
	}
	return 0
}

// TextOf is the text of an object's member, "" when there is none.
func (t *Tree) TextOf(n Node, name string) string { return t.Text(t.Member(n, name)) }
