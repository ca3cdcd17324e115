package linkeddata

import (
	"hash/maphash"
	"strings"
)

// shortener finds the short form of IRIs: relative to a base, or a prefix and
// a local name. It remembers the forms of the IRIs that were last asked for.
type shortener struct {
	base     baseIRI
	within   string // a directory; "" none
	prefixes []Prefix
	used     []bool
	local    func(string) bool // whether a local name needs no escaping in this syntax

	seed  maphash.Seed
	cache []shortForm
}

// shortForm is an IRI in two parts.
type shortForm struct {
	iri    string
	prefix int // index; noPrefix or relativeForm
	rest   string
}

const (
	noPrefix     = -1
	relativeForm = -2
)

func newShortener(st Style, quads int, local func(string) bool) *shortener {
	s := &shortener{
		base:  newBase(st.Base.s),
		local: local,
		seed:  maphash.MakeSeed(),
		cache: make([]shortForm, remembered(quads)),
	}
	if splitIRI(st.Within.s).authority == splitIRI(st.Base.s).authority {
		s.within = newBase(st.Within.s).dir
	}
	taken := map[string]bool{}
	for _, p := range append(append([]Prefix{}, st.Prefixes...), DefaultPrefixes()...) {
		if !taken[p.Name] && p.Space != "" && validPrefix([]byte(p.Name)) && badIRIByte(p.Space) < 0 {
			taken[p.Name] = true
			s.prefixes = append(s.prefixes, p)
		}
	}
	s.used = make([]bool, len(s.prefixes))
	return s
}

// remembered is how many short forms are worth remembering: a power of two.
func remembered(quads int) int {
	n := 32
	for n < 512 && n < 2*quads {
		n *= 2
	}
	return n
}

// form gives the short form and notes that its prefix is used.
func (s *shortener) form(iri string) shortForm {
	at := &s.cache[maphash.String(s.seed, iri)&uint64(len(s.cache)-1)]
	if at.iri != iri || iri == "" {
		*at = s.find(iri)
	}
	if at.prefix >= 0 {
		s.used[at.prefix] = true
	}
	return *at
}

// find looks for the longest namespace that leaves a simple local name.
func (s *shortener) find(iri string) shortForm {
	best := shortForm{iri: iri, prefix: noPrefix}
	if rest, ok := s.base.relative(iri); ok {
		return shortForm{iri, relativeForm, rest}
	}
	if rest, ok := s.base.climbing(iri, s.within); ok {
		return shortForm{iri, relativeForm, rest}
	}
	longest := 0
	for i := range s.prefixes {
		space := s.prefixes[i].Space
		if len(space) > longest && strings.HasPrefix(iri, space) && s.local(iri[len(space):]) {
			longest, best.prefix, best.rest = len(space), i, iri[len(space):]
		}
	}
	return best
}

// turtleLocal says whether a local name can be written in Turtle as it is.
func turtleLocal(s string) bool {
	if s == "" {
		return true
	}
	for i := 0; i < len(s); i++ {
		if c := s[i]; class[c]&isName == 0 || c >= 0x80 {
			return false
		}
	}
	return s[0] != '-' && s[0] != '.' && s[len(s)-1] != '.'
}

// dropSchemes gives up the prefixes that are also schemes of IRIs in the graph,
// which a reader of JSON-LD would take for short forms, and those without a name.
func (s *shortener) dropSchemes(g *Graph) {
	schemes := map[string]bool{"": true, "_": true}
	note := func(iri string) {
		if n := strings.IndexByte(iri, ':'); n > 0 && !schemes[iri[:n]] {
			schemes[iri[:n]] = true
		}
	}
	for i := range g.quads {
		q := &g.quads[i]
		for _, t := range [...]Term{q.S, q.P, q.O, q.Graph} {
			if t.t == "" {
				note(t.s)
			} else if t.t != "_" && t.t[0] != '@' {
				note(t.t)
			}
		}
	}
	kept := s.prefixes[:0]
	for _, p := range s.prefixes {
		if !schemes[p.Name] {
			kept = append(kept, p)
		}
	}
	s.prefixes = kept
	s.used = s.used[:len(kept)]
}
