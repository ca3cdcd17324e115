package linkeddata

import (
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Patch changes a graph: where its patterns match exactly once, the deleted
// triples go and the inserted ones come. A blank node in an insertion is a new
// one whenever the patch is applied. The zero Patch changes nothing.
type Patch struct {
	Where, Deletes, Inserts []TriplePattern
}

// TriplePattern is a triple in which variables may stand.
type TriplePattern struct{ S, P, O PatternTerm }

// PatternTerm is a term, or a variable when Variable (its name without "?")
// is not empty. A variable whose name begins with "_:" stands for a blank node
// of the conditions.
type PatternTerm struct {
	Term     Term
	Variable string
}

// blankVariable begins the names of variables that stand for blank nodes.
const blankVariable = "_:"

func (t TriplePattern) terms() [3]PatternTerm { return [3]PatternTerm{t.S, t.P, t.O} }

// ParsePatch reads a patch of either kind, N3 or SPARQLUpdate; ErrUnsupported
// for any other media type.
func ParsePatch(r io.Reader, mt MediaType, base IRI, lim Limits) (Patch, error) {
	switch mt.Bare() {
	case N3:
		return ParseN3Patch(r, base, lim)
	case SPARQLUpdate:
		return ParseSPARQLUpdate(r, base, lim)
	}
	return Patch{}, fmt.Errorf("%w: %q is no patch; send %v or %v", ErrUnsupported, mt, N3, SPARQLUpdate)
}

// Matching says whether applying the patch tells something about what is in
// the graph by its conditions: it needs the right to read.
func (p Patch) Matching() bool { return len(p.Where) > 0 }

// Deleting says whether the patch takes triples away: it needs the rights to
// read and to modify.
func (p Patch) Deleting() bool { return len(p.Deletes) > 0 }

// Inserting says whether the patch adds triples: it needs the right to insert.
func (p Patch) Inserting() bool { return len(p.Inserts) > 0 }

// Apply gives a new graph and leaves g as it is. It fails with ErrPatchConflict
// when the conditions do not match exactly once, or when a triple to be deleted
// is not there (Solid Protocol section 5.3.1: 409), and with ErrLimit when the
// conditions ask for too much work. Only the default graph takes part; named
// graphs are kept.
func (p Patch) Apply(g *Graph) (*Graph, error) {
	bound, err := p.match(g)
	if err != nil {
		return nil, err
	}
	gone, err := p.deletions(g, bound)
	if err != nil {
		return nil, err
	}
	after := g.cloneFor(len(p.Inserts))
	for _, triple := range gone {
		after.Remove(Quad{Triple: triple})
	}
	fresh := freshNodes{g: g}
	for _, t := range p.Inserts {
		triple, err := fresh.pattern(t).bind(bound)
		if err != nil {
			return nil, fmt.Errorf("insert: %w", err)
		}
		after.AddQuad(Quad{Triple: triple})
	}
	return after, nil
}

// match finds the one way in which the conditions hold.
func (p Patch) match(g *Graph) (binding, error) {
	if len(p.Where) == 0 {
		return nil, nil
	}
	s, rest := newSolver(g, p.Where)
	s.solve(rest)
	switch {
	case s.work < 0:
		return nil, &LimitError{Limit: "work", Max: patchWork}
	case len(s.found) == 0:
		return nil, fmt.Errorf("%w: the conditions do not match", ErrPatchConflict)
	case len(s.found) > 1:
		return nil, fmt.Errorf("%w: the conditions match in more than one way", ErrPatchConflict)
	}
	return s.way(0), nil
}

func (p Patch) deletions(g *Graph, bound binding) ([]Triple, error) {
	gone := make([]Triple, 0, len(p.Deletes))
	for _, t := range p.Deletes {
		triple, err := t.bind(bound)
		if err != nil {
			return nil, fmt.Errorf("delete: %w", err)
		}
		if !g.Has(Quad{Triple: triple}) {
			return nil, fmt.Errorf("%w: a triple to delete is not there: %s", ErrPatchConflict, triple)
		}
		gone = append(gone, triple)
	}
	return gone, nil
}

// bind makes a triple of a pattern.
func (t TriplePattern) bind(b binding) (Triple, error) {
	triple := Triple{b.value(t.S), b.value(t.P), b.value(t.O)}
	switch {
	case triple.S.IsZero() || triple.P.IsZero() || triple.O.IsZero():
		return Triple{}, fmt.Errorf("%w: a variable has no value", ErrPatchConflict)
	case triple.S.IsLiteral():
		return Triple{}, fmt.Errorf("%w: a literal would become a subject: %s", ErrPatchConflict, triple)
	case !triple.P.IsIRI():
		return Triple{}, fmt.Errorf("%w: only an IRI can become a predicate: %s", ErrPatchConflict, triple)
	}
	return triple, nil
}

// freshNodes makes new nodes of a patch's blank nodes.
type freshNodes struct {
	g     *Graph
	nodes map[Term]Term
	taken map[Term]bool // the graph's own that look like new ones
}

const freshLabel = ".new"

// pattern gives t with new nodes in the place of blank ones.
func (f *freshNodes) pattern(t TriplePattern) TriplePattern {
	for _, p := range [...]*PatternTerm{&t.S, &t.O} {
		if p.Term.IsBlank() {
			p.Term = f.node(p.Term)
		}
	}
	return t
}

func (f *freshNodes) node(t Term) Term {
	if f.nodes == nil {
		f.nodes, f.taken = map[Term]Term{}, map[Term]bool{}
		for q := range f.g.Quads() {
			for _, t := range [...]Term{q.S, q.O, q.Graph} {
				if t.IsBlank() && strings.HasPrefix(t.s, freshLabel) {
					f.taken[t] = true
				}
			}
		}
	}
	node, known := f.nodes[t]
	for n := len(f.nodes) + 1; !known; n++ {
		node = Blank(freshLabel + strconv.Itoa(n))
		known = !f.taken[node]
	}
	f.nodes[t], f.taken[node] = node, true
	return node
}

// String writes the triple as one line of N-Triples, without its end.
func (t Triple) String() string {
	w := linesWriter{}
	w.quad(&Quad{Triple: t})
	return strings.TrimSuffix(string(w.buf), "\n")
}
