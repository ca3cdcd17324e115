package linkeddata

import (
	"io"
	"strconv"
)

// turtle reads Turtle and, with dataset set, TriG. It recurses only where
// brackets nest, and never deeper than the limit.
type turtle struct {
	scanner
	dataset  bool
	formulae *formulae // not nil: the N3 subset of patches
	update   *update   // not nil: SPARQL Update
	each     func(Quad) error

	names    interner
	base     baseIRI
	prefixes map[string]string

	graph  Term
	quads  int
	blanks int
	depth  int
}

func newTurtle(r io.Reader, base IRI, lim Limits, each func(Quad) error) *turtle {
	p := &turtle{scanner: newScanner(r, lim), each: each, names: newInterner(), prefixes: map[string]string{}}
	p.base = newBase(base.s)
	return p
}

// document reads everything.
func (p *turtle) document() {
	p.byteOrderMark()
	for p.space(); !p.atEnd(); p.space() {
		p.statement()
	}
}

func (p *turtle) statement() {
	switch p.peek() {
	case '@':
		p.directive()
	case '{':
		if !p.dataset {
			p.unexpected("a subject")
		}
		p.block(Term{})
	default:
		if class[p.peek()]&isName == 0 || p.peek() == '_' || !p.keyword() {
			p.triplesOrBlock()
		}
	}
}

// block reads the triples of a graph, braces included.
func (p *turtle) block(graph Term) {
	p.expect('{')
	p.graph = graph
	p.braced()
	p.graph = Term{}
}

// braced reads triples up to the closing brace, and that.
func (p *turtle) braced() {
	for p.space(); !p.take('}'); p.space() {
		p.triples()
		p.space()
		if p.take('.') {
			continue
		}
		if p.peek() != '}' {
			p.unexpected("'.' or '}'")
		}
	}
}

// graphName reads what may name a graph.
func (p *turtle) graphName() Term {
	if p.take('[') {
		p.space()
		p.expect(']')
		return p.fresh()
	}
	return p.resource("a graph's name")
}

// triplesOrBlock reads triples with their final dot or, in TriG, a named block.
func (p *turtle) triplesOrBlock() {
	subject, kind := p.subject()
	p.space()
	if p.dataset && kind == plainSubject && p.peek() == '{' {
		p.block(subject)
		return
	}
	p.predicates(subject, kind)
	p.space()
	p.expect('.')
}

func (p *turtle) triples() {
	subject, kind := p.subject()
	p.space()
	p.predicates(subject, kind)
}

// predicates reads a subject's predicate-object list, which only a subject in
// brackets that says something already may lack.
func (p *turtle) predicates(subject Term, kind subjectKind) {
	if c := p.peek(); kind == describedSubject && (c == '.' || c == '}') {
		return
	}
	p.predicateObjects(subject)
}

// subjectKind tells what a subject was written as.
type subjectKind uint8

const (
	plainSubject     subjectKind = iota // an IRI, a label or []
	describedSubject                    // [ with predicates ]
	listSubject                         // ( )
)

func (p *turtle) subject() (Term, subjectKind) {
	switch p.peek() {
	case '[':
		return p.bracketed()
	case '(':
		return p.list(), listSubject
	}
	return p.resource("a subject"), plainSubject
}

func (p *turtle) predicateObjects(subject Term) {
	for {
		predicate := p.verb()
		p.space()
		p.objects(subject, predicate)
		p.space()
		if p.peek() != ';' {
			return
		}
		for p.take(';') {
			p.space()
		}
		switch p.peek() {
		case '.', ']', '}', 0:
			return
		}
	}
}

func (p *turtle) objects(subject, predicate Term) {
	for {
		p.emit(subject, predicate, p.object())
		p.space()
		if !p.take(',') {
			return
		}
		p.space()
	}
}

// emit hands a triple over.
func (p *turtle) emit(s, pred, o Term) {
	if p.quads++; p.quads > p.lim.Quads {
		p.exceed("quads", int64(p.lim.Quads))
	}
	if err := p.each(Quad{Triple{s, pred, o}, p.graph}); err != nil {
		panic(stop{err})
	}
}

// bracketed reads [ ] with or without predicates.
func (p *turtle) bracketed() (Term, subjectKind) {
	p.enter('[')
	node := p.fresh()
	p.space()
	kind := plainSubject
	if p.peek() != ']' {
		p.predicateObjects(node)
		p.space()
		kind = describedSubject
	}
	p.leave(']')
	return node, kind
}

// list reads ( ) and hands over its cells.
func (p *turtle) list() Term {
	p.enter('(')
	first, last := RDFNil.Term(), Term{}
	for p.space(); p.peek() != ')'; p.space() {
		item := p.object()
		cell := p.fresh()
		if last.IsZero() {
			first = cell
		} else {
			p.emit(last, RDFRest.Term(), cell)
		}
		p.emit(cell, RDFFirst.Term(), item)
		last = cell
	}
	if !last.IsZero() {
		p.emit(last, RDFRest.Term(), RDFNil.Term())
	}
	p.leave(')')
	return first
}

func (p *turtle) enter(c byte) {
	p.expect(c)
	if p.depth++; p.depth > p.lim.Depth {
		p.exceed("depth", int64(p.lim.Depth))
	}
}

func (p *turtle) leave(c byte) {
	p.expect(c)
	p.depth--
}

// fresh makes a blank node whose label no document can contain.
func (p *turtle) fresh() Term {
	p.blanks++
	var label [20]byte
	return Blank(string(strconv.AppendInt(append(label[:0], '.'), int64(p.blanks), 10)))
}

// failTerm stops where Turtle, or what is read by its means, has no such term.
func (p *turtle) failTerm(what string) {
	switch {
	case p.formulae != nil:
		p.formulae.outside(p, what)
	case p.update != nil:
		p.update.outside(what)
	}
	p.unexpected(what)
}
