package linkeddata

import (
	"fmt"
	"io"
)

// Style is how a graph is written. The zero Style uses DefaultPrefixes and writes
// absolute IRIs.
type Style struct {
	// Prefixes are tried before DefaultPrefixes; only those used are written.
	Prefixes []Prefix
	// Base, when given, makes Turtle, TriG and JSON-LD name what lies below it
	// by relative references. The base itself is not written: whoever reads
	// the document back has to know it.
	Base IRI
	// Within, when given, is a directory above Base that moves as one: Turtle and
	// TriG name what lies in it elsewhere by relative references, too.
	Within IRI
}

// Prefix is a short name for the beginning of IRIs.
type Prefix struct {
	Name  string // without the colon
	Space string // "http://xmlns.com/foaf/0.1/"
}

// Encode writes the graph in the default style. ErrUnsupported: no such
// syntax; ErrNamedGraphs: the syntax has no named graphs and the graph does.
// Nothing is written in either case.
func (g *Graph) Encode(w io.Writer, mt MediaType) error {
	return g.EncodeWith(w, mt, Style{})
}

// EncodeWith is Encode in a style. JSON-LD heeds the profiles of JSON-LD 1.1 that
// name a form: expanded, flattened, or both; else it is compacted.
func (g *Graph) EncodeWith(w io.Writer, mt MediaType, st Style) error {
	o := newOutput(w, g.Len())
	switch kind := mt.Bare(); kind {
	case Turtle, NTriples:
		if g.HasNamed() {
			return fmt.Errorf("%w: %v", ErrNamedGraphs, mt)
		}
		if kind == Turtle {
			return encodeTurtle(o, g, st)
		}
		return encodeLines(o, g)
	case TriG:
		return encodeTurtle(o, g, st)
	case NQuads:
		return encodeLines(o, g)
	case JSONLD:
		return encodeJSONLD(o, g, st, mt.Param("profile"))
	}
	return fmt.Errorf("%w: %q cannot be written", ErrUnsupported, mt)
}

// encodeLines writes N-Triples or N-Quads.
func encodeLines(o output, g *Graph) error {
	w := linesWriter{output: o}
	for i := range g.quads {
		if q := &g.quads[i]; !q.S.IsZero() {
			w.quad(q)
		}
	}
	return w.flush()
}
