package linkeddata

// Limits bound what a foreign document may cost. A zero field stands for the
// one of DefaultLimits, so the zero Limits are safe.
type Limits struct {
	Bytes   int64 // of the document
	Quads   int   // statements, before duplicates are dropped
	Depth   int   // of nested blank nodes, lists, formulae and JSON values
	IRI     int   // bytes of one IRI, after it was resolved or expanded
	Literal int   // bytes of one lexical form
}

// DefaultLimits suit a resource that a person or an app writes.
var DefaultLimits = Limits{
	Bytes:   16 << 20,
	Quads:   1 << 20,
	Depth:   100,
	IRI:     4 << 10,
	Literal: 4 << 20,
}

// filled puts the default limits where none were given.
func (l Limits) filled() Limits {
	if l.Bytes <= 0 {
		l.Bytes = DefaultLimits.Bytes
	}
	if l.Quads <= 0 {
		l.Quads = DefaultLimits.Quads
	}
	if l.Depth <= 0 {
		l.Depth = DefaultLimits.Depth
	}
	if l.IRI <= 0 {
		l.IRI = DefaultLimits.IRI
	}
	if l.Literal <= 0 {
		l.Literal = DefaultLimits.Literal
	}
	return l
}
