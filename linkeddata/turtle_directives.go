package linkeddata

import "strings"

// directive reads @prefix or @base.
func (p *turtle) directive() {
	p.pos++
	switch p.word() {
	case "prefix":
		p.prefixDirective()
	case "base":
		p.baseDirective()
	default:
		p.fail("only @prefix and @base are directives")
	}
	p.space()
	p.expect('.')
}

// keyword reads PREFIX, BASE or GRAPH, if one of them comes and is not the
// prefix of a name.
func (p *turtle) keyword() bool {
	switch word := p.keywordAhead(); {
	case strings.EqualFold(word, "prefix"):
		p.pos += len(word)
		p.prefixDirective()
	case strings.EqualFold(word, "base"):
		p.pos += len(word)
		p.baseDirective()
	case p.dataset && strings.EqualFold(word, "graph"):
		p.pos += len(word)
		p.space()
		name := p.graphName()
		p.space()
		p.block(name)
	default:
		return false
	}
	return true
}

// keywordAhead gives the word that comes, without moving over it, or "" when it
// is the prefix of a name or longer than any keyword.
func (p *turtle) keywordAhead() string {
	const longest = len("construct")
	for n := 0; n <= longest+1; n++ {
		c := p.peekAt(n)
		if c == ':' {
			return ""
		}
		if class[c]&isName == 0 || c == '.' && !p.dotInName(n) {
			return p.names.text(p.buf[p.pos : p.pos+n])
		}
	}
	return ""
}

// dotInName says whether the dots n places ahead stand inside a name.
func (p *turtle) dotInName(n int) bool {
	for p.peekAt(n) == '.' {
		n++
	}
	c := p.peekAt(n)
	return class[c]&isName != 0 || c == ':'
}

// word reads the letters of a directive.
func (p *turtle) word() string {
	p.begin("IRI", p.lim.IRI)
	p.while(isLetter)
	return string(p.token())
}

func (p *turtle) prefixDirective() {
	p.space()
	p.begin("IRI", p.lim.IRI)
	p.while(isName)
	if name := p.buf[p.mark:p.pos]; !validPrefix(name) {
		p.failToken("%q is no prefix", clip(string(name)))
	}
	name := string(p.token())
	p.expect(':')
	p.space()
	p.prefixes[name] = p.resolved(p.iriRef())
}

func (p *turtle) baseDirective() {
	p.space()
	p.base = newBase(p.resolved(p.iriRef()))
}
