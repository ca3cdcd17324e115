package linkeddata

import (
	"strings"
	"unicode/utf8"
)

// resource reads an IRI, a prefixed name or a labelled blank node.
func (p *turtle) resource(what string) Term {
	switch c := p.peek(); {
	case c == '<':
		return Term{s: p.resolved(p.iriRef())}
	case c == '_':
		return p.blankLabel()
	case c == ':' || class[c]&isName != 0 && c != 0:
		return Term{s: p.prefixedName(what)}
	case c == '?' && p.formulae != nil:
		return p.formulae.variable(p)
	case (c == '?' || c == '$') && p.update != nil:
		return p.update.variable()
	}
	p.failTerm(what)
	return Term{}
}

// verb reads a predicate.
func (p *turtle) verb() Term {
	if p.update == nil {
		return p.predicate()
	}
	p.update.noPath(false)
	t := p.predicate()
	p.space()
	p.update.noPath(true)
	return t
}

func (p *turtle) predicate() Term {
	if p.peek() == 'a' && p.keywordAhead() == "a" {
		p.pos++
		return RDFType.Term()
	}
	t := p.resource("a predicate")
	if t.IsBlank() {
		p.fail("a blank node cannot be a predicate")
	}
	return t
}

// object reads any term, and hands over the triples that it brings along.
func (p *turtle) object() Term {
	switch c := p.peek(); {
	case c == '"', c == '\'':
		return p.literal(c)
	case class[c]&isDigit != 0, c == '+', c == '-', c == '.' && class[p.peekAt(1)]&isDigit != 0:
		lexical, datatype := p.number()
		return Term{s: p.names.text(lexical), t: datatype}
	case c == '[':
		node, _ := p.bracketed()
		return node
	case c == '(':
		return p.list()
	case c == 't', c == 'f', p.update != nil && (c == 'T' || c == 'F'):
		word := p.keywordAhead()
		if value := lowerASCII(word); value == "true" || value == "false" {
			if value == word || p.update != nil { // SPARQL does not mind the case
				p.pos += len(word)
				return Term{s: value, t: nsXSD + "boolean"}
			}
		}
	case c == '{' && p.formulae != nil:
		return p.formulae.formula(p)
	}
	return p.resource("an object")
}

// literal reads a string with its language tag or datatype.
func (p *turtle) literal(quote byte) Term {
	value := p.names.literal(p.stringBody(quote))
	switch p.peek() {
	case '@':
		return Term{s: value, t: p.names.tag(p.languageTag())}
	case '^':
		p.pos++
		p.expect('^')
		p.space()
		datatype := p.resource("a datatype")
		if !datatype.IsIRI() {
			p.fail("a datatype is an IRI")
		}
		return Term{s: value, t: datatype.s}
	}
	return Term{s: value, t: xsdString}
}

// stringBody reads a string in any of the four kinds of quotes.
func (p *turtle) stringBody(quote byte) []byte {
	p.pos++
	if !p.take(quote) {
		return p.quoted(quote)
	}
	if !p.take(quote) {
		return nil
	}
	return p.longQuoted(quote)
}

// blankLabel reads _:label.
func (p *turtle) blankLabel() Term {
	p.pos++
	p.expect(':')
	return Term{s: p.names.text(p.label()), t: "_"}
}

// prefixedName reads prefix:local and gives the IRI it stands for.
func (p *turtle) prefixedName(what string) string {
	p.begin("IRI", p.lim.IRI)
	p.while(isName)
	colon := p.pos - p.mark
	if p.peek() != ':' {
		p.failToken("%s where %s is expected: no prefix has this form", clip(string(p.buf[p.mark:p.pos])), what)
	}
	p.pos++
	plain := p.local()
	token := p.buf[p.mark:p.pos]
	if len(token) > p.max {
		p.exceed(p.maxName, int64(p.max))
	}
	space, known := p.prefixes[string(token[:colon])]
	if !known {
		p.failToken("the prefix %q is not declared", clip(string(token[:colon])))
	}
	local := token[colon+1:]
	if !plain {
		local = p.unescapeLocal(local)
	}
	p.mark = -1
	return p.expanded(space, local)
}

// local moves over the local part of a name and says whether it is plain
// ASCII that starts well: nothing else has to be looked at then.
func (p *turtle) local() (plain bool) {
	start := p.pos - p.mark
	plain = true
	for {
		p.while(isLocal)
		switch p.peek() {
		case '\\':
			p.pos++
			if strings.IndexByte("_~.-!$&'()*+,;=/?#@%", p.peek()) < 0 || p.atEnd() {
				p.unexpected("a character that may be escaped in a name")
			}
		case '%':
			p.pos++
			if !isHex(p.peek()) || !isHex(p.peekAt(1)) {
				p.unexpected("two hexadecimal digits")
			}
			p.pos++
		default:
			local := p.trimDots(start)
			return plain && plainLocal(local)
		}
		p.pos++
		plain = false
	}
}

// trimDots gives back the dots that end the local part, escaped ones aside, and
// all of a part that begins with one.
func (p *turtle) trimDots(start int) []byte {
	from := p.mark + start
	for p.pos > from && p.buf[p.pos-1] == '.' && p.buf[p.pos-2] != '\\' {
		p.pos--
	}
	if p.pos > from && p.buf[from] == '.' {
		p.pos = from
	}
	return p.buf[from:p.pos]
}

func plainLocal(b []byte) bool {
	if len(b) > 0 && b[0] == '-' {
		return false
	}
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// unescapeLocal takes the backslashes of a local part away and checks its
// characters.
func (p *turtle) unescapeLocal(b []byte) []byte {
	out := p.scratch[:0]
	checked := make([]byte, 0, 64) // the part with "0" for whatever was escaped
	for i := 0; i < len(b); i++ {
		switch c := b[i]; c {
		case '\\':
			i++
			out, checked = append(out, b[i]), append(checked, '0')
		case '%':
			out, checked = append(out, b[i:i+3]...), append(checked, '0')
			i += 2
		default:
			out, checked = append(out, c), append(checked, c)
		}
	}
	if !validLocal(checked) {
		p.failToken("%q is no local name", clip(string(b)))
	}
	p.scratch = out
	return out
}

// resolved makes an IRI of a reference. The common shapes cost one string at most.
func (p *turtle) resolved(ref []byte) string {
	switch {
	case len(ref) == 0 && p.base.doc != "":
		return p.base.doc
	case len(ref) > 0 && ref[0] == '#' && p.base.doc != "":
		return p.expanded(p.base.doc, ref)
	case p.base.dir != "" && plainSegment(ref):
		return p.expanded(p.base.dir, ref)
	case absolute(ref):
		return p.fits(p.names.text(ref)) // as it stands: only relative ones are resolved
	}
	s, ok := resolve(p.base.iri, string(ref))
	if !ok {
		p.fail("<%s> is relative and there is no base", clip(string(ref)))
	}
	p.names.fresh += int64(len(s))
	return p.fits(s)
}

// expanded makes an IRI of a namespace and a rest.
func (p *turtle) expanded(space string, rest []byte) string {
	return p.fits(p.names.joined(space, rest))
}

// maxExpansion is how many bytes of IRIs a byte of the document may stand for:
// a long namespace behind short names would fill the memory otherwise.
const maxExpansion = 16

func (p *turtle) fits(iri string) string {
	if len(iri) > p.lim.IRI {
		p.exceed("IRI", int64(p.lim.IRI))
	}
	if p.names.fresh > 1<<20 && p.names.fresh-1<<20 > maxExpansion*p.read {
		p.exceed("expansion", 1<<20+maxExpansion*p.read)
	}
	return iri
}

// absolute says whether a reference begins with a scheme.
func absolute(ref []byte) bool {
	for i, c := range ref {
		switch {
		case class[c]&isLetter != 0:
		case c == ':':
			return i > 0
		case i == 0 || class[c]&isDigit == 0 && c != '+' && c != '-' && c != '.':
			return false
		}
	}
	return false
}
