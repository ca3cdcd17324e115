package linkeddata

import (
	"io"
	"strings"
)

// maxConditions bounds the patterns of a patch's conditions: each may multiply the work.
const maxConditions = 256

// maxPatchTriples bounds a patch, whatever the limits of documents are.
const maxPatchTriples = 1 << 16

// ParseN3Patch reads a text/n3 document that holds exactly one
// solid:InsertDeletePatch (Solid Protocol section 5.3.1). Errors wrap
// ErrSyntax when the text breaks the grammar, ErrPatch when it is well formed
// but no acceptable patch, ErrLimit when it is too large. Of N3 only what such
// a patch needs is read; anything beyond is named in the error with its place.
//
// A blank node in the insertions is a new one each time, and may stand nowhere else.
// A blank node in the conditions matches like a variable, but does not count
// when it is asked whether they match in one way only.
func ParseN3Patch(r io.Reader, base IRI, lim Limits) (Patch, error) {
	lim = lim.filled()
	lim.Quads = min(lim.Quads, maxPatchTriples)
	d := &patchDocument{}
	d.turtle = newTurtle(r, base, lim, d.statement)
	d.formulae = &formulae{}
	err := run(func() {
		d.document()
		d.finish()
	})
	if err != nil {
		return Patch{}, err
	}
	return d.patch, nil
}

// patchDocument collects what is said about the one patch resource.
type patchDocument struct {
	*turtle
	patch   Patch
	subject Term
	typed   bool
	seen    map[Term]bool
}

// statement takes a triple outside formulae.
func (d *patchDocument) statement(q Quad) error {
	switch {
	case d.subject.IsZero():
		d.subject = q.S
	case d.subject != q.S:
		d.refuse("a patch document describes one patch, and nothing else")
	}
	switch q.P {
	case RDFType.Term():
		return d.class(q.O)
	case SolidInserts.Term():
		d.formulaOf(q, &d.patch.Inserts)
	case SolidDeletes.Term():
		d.formulaOf(q, &d.patch.Deletes)
	case SolidWhere.Term():
		d.formulaOf(q, &d.patch.Where)
	default:
		d.refuse("a patch has no property <%s>", clip(q.P.s))
	}
	return nil
}

func (d *patchDocument) class(t Term) error {
	switch t {
	case SolidInsertDeletePatch.Term():
		d.typed = true
	case SolidPatch.Term():
	default:
		d.refuse("a patch is no <%s>", clip(t.s))
	}
	return nil
}

// formulaOf takes the formula of solid:inserts, deletes or where, of which there
// may be one each.
func (d *patchDocument) formulaOf(q Quad, into *[]TriplePattern) {
	body, ok := d.formulae.body(q.O)
	if !ok {
		d.refuse("the object of <%s> is no formula", q.P.s)
	}
	if d.seen[q.P] {
		d.refuse("<%s> may be given once only", q.P.s)
	}
	if d.seen == nil {
		d.seen = map[Term]bool{}
	}
	d.seen[q.P] = true
	*into = body
}

// finish checks what can be known only when the whole document was read.
func (d *patchDocument) finish() {
	if !d.typed {
		d.refuse("no resource is a solid:InsertDeletePatch")
	}
	if len(d.patch.Where) > maxConditions {
		d.exceed("conditions", maxConditions)
	}
	bound := map[string]bool{}
	for _, t := range d.patch.Where {
		for _, p := range t.terms() {
			bound[p.Variable] = true
		}
	}
	d.newNodes(bound)
	d.checkChanges("solid:deletes", d.patch.Deletes, bound)
	d.checkChanges("solid:inserts", d.patch.Inserts, bound)
}

// newNodes makes blank nodes of those in solid:inserts: they are new ones. One
// that also stands elsewhere in the document is left, and refused: it could mean
// that one or a new one.
func (d *patchDocument) newNodes(bound map[string]bool) {
	elsewhere := map[string]bool{}
	if d.subject.IsBlank() {
		elsewhere[pattern(d.subject).Variable] = true
	}
	for _, t := range d.patch.Deletes {
		for _, p := range t.terms() {
			elsewhere[p.Variable] = true
		}
	}
	for i := range d.patch.Inserts {
		t := &d.patch.Inserts[i]
		for _, p := range []*PatternTerm{&t.S, &t.P, &t.O} {
			label, blank := strings.CutPrefix(p.Variable, blankVariable)
			if blank && !bound[p.Variable] && !elsewhere[p.Variable] {
				*p = PatternTerm{Term: Blank(label)}
			}
		}
	}
}

func (d *patchDocument) checkChanges(name string, patterns []TriplePattern, bound map[string]bool) {
	for _, t := range patterns {
		for _, p := range t.terms() {
			switch {
			case p.Variable == "":
			case strings.HasPrefix(p.Variable, blankVariable):
				d.refuse("a blank node may not stand in %s, unless it is a new one in solid:inserts", name)
			case !bound[p.Variable]:
				d.refuse("the variable ?%s of %s does not occur in solid:where", clip(p.Variable), name)
			}
		}
	}
}
