package linkeddata

import (
	"io"
	"slices"
	"strings"
)

// ParseSPARQLUpdate reads an application/sparql-update document (SPARQL 1.1
// Update) of the part that changes one document: INSERT DATA, DELETE DATA,
// DELETE WHERE, and DELETE, INSERT or both with WHERE, whose patterns are plain
// triples; PREFIX and BASE; several operations with ';' between them and, if
// one likes, behind the last. Everything else of the language is ErrPatch with
// its name and place. Other errors are those of ParseN3Patch.
//
// The result means what an N3 patch means: where SPARQL changes every match of
// the conditions, none included, and overlooks triples to delete that are
// absent, [Patch.Apply] asks for exactly one match and for all these triples.
// Solid clients are answered with a conflict in these cases, and nothing is lost
// without their knowing. A variable in a template must occur in the conditions.
// A blank node in an INSERT is a new one; in a WHERE it is as in ParseN3Patch.
//
// Several operations become one patch, which looks at the document once. Where
// a later operation could see what an earlier one did, that would mean
// something else, and the error, an ErrPatch, says which operation it is: when
// its conditions may match a triple changed before, or when it deletes what may
// have been inserted before.
func ParseSPARQLUpdate(r io.Reader, base IRI, lim Limits) (Patch, error) {
	lim = lim.filled()
	lim.Quads = min(lim.Quads, maxPatchTriples)
	u := &update{labels: map[string]int{}}
	u.sum = fold{gone: map[TriplePattern]bool{}, come: map[TriplePattern]bool{}}
	u.turtle = newTurtle(r, base, lim, u.triple)
	u.turtle.update = u
	if err := run(u.document); err != nil {
		return Patch{}, err
	}
	return u.sum.done(), nil
}

// update reads SPARQL Update. Triples, terms and prefixes are Turtle's; the
// Turtle parser asks here where the two differ.
type update struct {
	*turtle
	count  int // operations begun
	op     operation
	clause clause
	labels map[string]int // blank nodes: the operation that they are in
	sum    fold
}

// operation is one operation as it is written.
type operation struct {
	Patch
	refusal                    // where it begins
	uses    map[string]refusal // the variables of templates, where they come first
}

// clause is one part of an operation.
type clause struct {
	name      string
	into      *[]TriplePattern
	template  bool // its variables must occur in the conditions
	variables bool // they may stand here
	blanks    bool
}

// document is Update of the grammar.
func (u *update) document() {
	u.byteOrderMark()
	for {
		u.prologue()
		if u.atEnd() {
			return
		}
		u.operation()
		u.space()
		if u.atEnd() {
			return
		}
		u.expect(';')
	}
}

func (u *update) prologue() {
	for u.space(); ; u.space() {
		switch {
		case u.skip("prefix"):
			u.prefixDirective()
		case u.skip("base"):
			u.baseDirective()
		default:
			return
		}
	}
}

// skip moves over a keyword if it comes next.
func (u *update) skip(keyword string) bool {
	if !strings.EqualFold(u.keywordAhead(), keyword) {
		return false
	}
	u.pos += len(keyword)
	u.space()
	return true
}

func (u *update) operation() {
	u.count++
	u.op = operation{refusal: u.here(), uses: map[string]refusal{}}
	switch {
	case u.skip("insert"):
		u.insertion()
	case u.skip("delete"):
		u.deletion()
	default:
		u.outside("INSERT or DELETE")
	}
	u.add()
}

func (u *update) insertion() {
	if u.skip("data") {
		u.triplesOf(clause{name: "INSERT DATA", into: &u.op.Inserts, blanks: true})
		return
	}
	u.insertTemplate()
	u.conditions()
}

func (u *update) deletion() {
	switch {
	case u.skip("data"):
		u.triplesOf(clause{name: "DELETE DATA", into: &u.op.Deletes})
		return
	case u.skip("where"):
		u.triplesOf(clause{name: "DELETE WHERE", into: &u.op.Deletes, variables: true})
		u.op.Where = slices.Clone(u.op.Deletes)
		return
	}
	u.triplesOf(clause{name: "DELETE", into: &u.op.Deletes, template: true, variables: true})
	if u.space(); u.skip("insert") {
		u.insertTemplate()
	}
	u.conditions()
}

func (u *update) insertTemplate() {
	u.triplesOf(clause{name: "INSERT", into: &u.op.Inserts, template: true, variables: true, blanks: true})
}

// conditions reads WHERE, and checks that the templates use no other variables.
func (u *update) conditions() {
	if u.space(); !u.skip("where") {
		u.outside("WHERE")
	}
	u.triplesOf(clause{name: "WHERE", into: &u.op.Where, variables: true, blanks: true})
	for _, t := range u.op.Where {
		for _, p := range t.terms() {
			delete(u.op.uses, p.Variable)
		}
	}
	if name, at, ok := first(u.op.uses); ok {
		panic(stop{at.because("the variable ?%s does not occur in WHERE", clip(name))})
	}
}

// first gives the use that comes first in the document.
func first(uses map[string]refusal) (name string, at refusal, ok bool) {
	for n, r := range uses {
		if !ok || r.line < at.line || r.line == at.line && r.column < at.column {
			name, at, ok = n, r, true
		}
	}
	return name, at, ok
}

// triplesOf reads { triples }.
func (u *update) triplesOf(c clause) {
	if u.peek() != '{' {
		u.outside("'{'")
	}
	u.clause = c
	u.pos++
	for u.space(); !u.take('}'); u.space() {
		u.subset()
		u.triples()
		u.space()
		if !u.take('.') && u.peek() != '}' {
			u.outside("'.' or '}'")
		}
	}
}

// triple takes a triple of the present clause.
func (u *update) triple(q Quad) error {
	t := TriplePattern{u.patternTerm(q.S), u.patternTerm(q.P), u.patternTerm(q.O)}
	*u.clause.into = append(*u.clause.into, t)
	return nil
}

func (u *update) patternTerm(t Term) PatternTerm {
	switch {
	case t.t == variableKind:
		return PatternTerm{Variable: t.s}
	case !t.IsBlank():
		return PatternTerm{Term: t}
	case !u.clause.blanks:
		u.refuse("a blank node may not stand in %s", u.clause.name)
	}
	u.keepLabel(t.s)
	if u.clause.template || u.clause.into == &u.op.Inserts {
		return PatternTerm{Term: t}
	}
	return PatternTerm{Variable: blankVariable + t.s}
}

// keepLabel refuses a blank node's label that stands in two operations.
func (u *update) keepLabel(label string) {
	before, known := u.labels[label]
	if known && before != u.count {
		u.refuse("the blank node _:%s stands in two operations", clip(label))
	}
	u.labels[label] = u.count
}
