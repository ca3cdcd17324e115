package linkeddata

import (
	"fmt"
	"io"
)

// Decode reads a whole document into a graph. The base IRI resolves relative
// references; with the zero IRI a relative reference is a syntax error.
// Parameters of the media type do not matter. Errors wrap ErrSyntax (as a
// *SyntaxError), ErrLimit (as a *LimitError), ErrRemoteContext or
// ErrUnsupported, or are those of r.
func Decode(r io.Reader, mt MediaType, base IRI, lim Limits) (*Graph, error) {
	if mt.Bare() == JSONLD {
		return decodeJSONLD(r, base, lim)
	}
	g := NewGraph(sizeHint(r))
	err := Parse(r, mt, base, lim, func(q Quad) error { g.AddQuad(q); return nil })
	if err != nil {
		return nil, err
	}
	return g, nil
}

// sizeHint guesses how many quads a reader of known length holds.
func sizeHint(r io.Reader) int {
	if known, ok := r.(interface{ Len() int }); ok {
		return min(known.Len()/24, 1<<17)
	}
	return 0
}

// Parse reads Turtle, TriG, N-Triples or N-Quads and hands over every quad as
// it comes, in the document's order and with its duplicates. An error of each
// ends the reading and is returned as it is. Blank node labels are those of
// the document; nodes without one get labels that no document can contain.
func Parse(r io.Reader, mt MediaType, base IRI, lim Limits, each func(Quad) error) error {
	switch mt.Bare() {
	case NTriples, NQuads:
		p := newLines(r, mt.Bare() == NQuads, lim, each)
		return run(p.document)
	case Turtle, TriG:
		p := newTurtle(r, base, lim, each)
		p.dataset = mt.Bare() == TriG
		return run(p.document)
	}
	return fmt.Errorf("%w: %q", ErrUnsupported, mt)
}
