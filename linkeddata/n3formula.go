package linkeddata

import (
	"fmt"
	"strconv"
)

// formulae is what the N3 subset of patches adds to Turtle: variables and,
// as objects, formulae that do not nest. Both travel through the Turtle parser
// as terms of kinds that no graph ever sees.
type formulae struct {
	open   bool
	bodies [][]TriplePattern
}

const (
	variableKind = "?"
	formulaKind  = "{"
)

// outside stops where N3 may go on but the subset does not.
func (f *formulae) outside(p *turtle, what string) {
	if p.atEnd() {
		p.unexpected(what)
	}
	p.fail("%q where %s is expected; of N3 only Turtle, ?variables and { formulae } are read here", p.peek(), what)
}

// variable reads ?name.
func (f *formulae) variable(p *turtle) Term {
	if !f.open {
		p.refuse("a variable may stand inside a formula only")
	}
	p.pos++
	return Term{s: p.names.text(p.label()), t: variableKind}
}

// formula reads { }.
func (f *formulae) formula(p *turtle) Term {
	if f.open {
		p.refuse("a formula may not stand inside a formula")
	}
	var body []TriplePattern
	outer := p.each
	p.each = func(q Quad) error {
		body = append(body, TriplePattern{pattern(q.S), pattern(q.P), pattern(q.O)})
		return nil
	}
	f.open = true
	p.expect('{')
	p.braced()
	f.open, p.each = false, outer
	f.bodies = append(f.bodies, body)
	return Term{s: strconv.Itoa(len(f.bodies) - 1), t: formulaKind}
}

// body gives the patterns of a formula term, false for every other term.
func (f *formulae) body(t Term) ([]TriplePattern, bool) {
	if t.t != formulaKind {
		return nil, false
	}
	n, _ := strconv.Atoi(t.s)
	return f.bodies[n], true
}

func pattern(t Term) PatternTerm {
	switch {
	case t.t == variableKind:
		return PatternTerm{Variable: t.s}
	case t.IsBlank():
		return PatternTerm{Variable: blankVariable + t.s}
	}
	return PatternTerm{Term: t}
}

// refuse stops with ErrPatch at the present place.
func (p *turtle) refuse(format string, args ...any) {
	panic(stop{p.here().because(format, args...)})
}

// here is the present place. Asking for it often costs little.
func (p *turtle) here() refusal {
	line, column := p.settle(p.pos)
	return refusal{line, column}
}

// refusal is a place that is named in an ErrPatch.
type refusal struct{ line, column int }

func (r refusal) because(format string, args ...any) error {
	return fmt.Errorf("%w: line %d, column %d: %s", ErrPatch, r.line, r.column, fmt.Sprintf(format, args...))
}
