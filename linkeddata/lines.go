package linkeddata

import "io"

// lines reads N-Triples and, with dataset set, N-Quads: one statement a line,
// nothing abbreviated.
type lines struct {
	scanner
	dataset bool
	each    func(Quad) error
	names   interner
	quads   int
}

func newLines(r io.Reader, dataset bool, lim Limits, each func(Quad) error) *lines {
	return &lines{scanner: newScanner(r, lim), dataset: dataset, each: each, names: newInterner()}
}

// document reads everything.
func (p *lines) document() {
	p.byteOrderMark()
	for {
		p.space()
		if p.atEnd() {
			return
		}
		p.statement()
		p.endOfLine()
	}
}

func (p *lines) statement() {
	var q Quad
	q.S = p.resource("a subject")
	p.blanks()
	q.P = p.iri("a predicate")
	p.blanks()
	q.O = p.object()
	p.blanks()
	if p.dataset && p.peek() != '.' {
		q.Graph = p.resource("a graph's name or '.'")
		p.blanks()
	}
	p.expect('.')
	if p.quads++; p.quads > p.lim.Quads {
		p.exceed("quads", int64(p.lim.Quads))
	}
	if err := p.each(q); err != nil {
		panic(stop{err})
	}
}

// blanks moves over spaces and tabs inside a line.
func (p *lines) blanks() {
	for c := p.peek(); c == ' ' || c == '\t'; c = p.peek() {
		p.pos++
	}
}

// endOfLine demands that nothing but a comment follows on the line.
func (p *lines) endOfLine() {
	p.blanks()
	if p.take('#') {
		p.comment()
	}
	if c := p.peek(); c != '\n' && c != '\r' && !p.atEnd() {
		p.unexpected("the end of the line")
	}
}

func (p *lines) resource(what string) Term {
	if p.peek() != '_' {
		return p.iri(what)
	}
	p.pos++
	p.expect(':')
	return Term{s: p.names.text(p.label()), t: "_"}
}

func (p *lines) iri(what string) Term {
	if p.peek() != '<' {
		p.unexpected(what)
	}
	ref := p.iriRef()
	if !absolute(ref) {
		p.fail("<%s> is relative, which this syntax does not allow", clip(string(ref)))
	}
	return Term{s: p.names.text(ref)}
}

func (p *lines) object() Term {
	if !p.take('"') {
		return p.resource("an object")
	}
	value := p.names.literal(p.quoted('"'))
	switch p.peek() {
	case '@':
		return Term{s: value, t: p.names.tag(p.languageTag())}
	case '^':
		p.pos++
		p.expect('^')
		return Term{s: value, t: p.iri("a datatype").s}
	}
	return Term{s: value, t: xsdString}
}
