package linkeddata

import (
	"maps"
	"strings"
)

// patchWork bounds how many triples and patterns are looked at for the
// conditions of a patch.
const patchWork = 4_000_000

// binding gives variables their terms.
type binding map[string]Term

// value gives the term of a pattern's position, zero for an unbound variable.
func (b binding) value(p PatternTerm) Term {
	if p.Variable == "" {
		return p.Term
	}
	return b[p.Variable]
}

// solver finds the ways in which patterns match a graph, two at most.
type solver struct {
	g     *Graph
	bound binding
	found []binding // distinct, without the blank nodes of the conditions
	work  int       // negative: used up
}

func newSolver(g *Graph) *solver {
	return &solver{g: g, bound: binding{}, work: patchWork}
}

// solve matches the remaining patterns. Its depth is that of the conditions,
// which are few.
func (s *solver) solve(rest []TriplePattern) {
	if len(rest) == 0 {
		s.solved()
		return
	}
	if s.work -= len(rest); s.work < 0 {
		return
	}
	next := s.mostBound(rest)
	others := make([]TriplePattern, 0, len(rest)-1)
	others = append(append(others, rest[:next]...), rest[next+1:]...)
	t := rest[next]
	want := Triple{s.bound.value(t.S), s.bound.value(t.P), s.bound.value(t.O)}
	if !want.S.IsZero() && !want.P.IsZero() && !want.O.IsZero() {
		if s.work--; s.g.Has(Quad{Triple: want}) {
			s.solve(others)
		}
		return
	}
	s.candidates(want, func(have Triple) {
		fresh, ok := s.take(t, have)
		if ok {
			s.solve(others)
		}
		s.drop(fresh)
	})
}

// candidates goes over the triples that fit, until enough is known.
func (s *solver) candidates(want Triple, each func(Triple)) {
	if want.S.IsZero() {
		s.work -= s.g.Len()
	}
	for have := range s.g.Match(want.S, Term{}, Term{}) {
		if s.work--; s.work < 0 || len(s.found) > 1 {
			return
		}
		if fits(want.P, have.P) && fits(want.O, have.O) {
			each(have)
		}
	}
}

// mostBound chooses the pattern with the fewest unknowns, a known subject
// counting most.
func (s *solver) mostBound(patterns []TriplePattern) int {
	best, most := 0, -1
	for i, t := range patterns {
		score := 0
		for weight, p := range [...]PatternTerm{t.P, t.O, t.S} {
			if !s.bound.value(p).IsZero() {
				score += 1 << weight
			}
		}
		if score > most {
			best, most = i, score
		}
	}
	return best
}

// take binds the pattern's unknowns to a triple. It gives the variables that it
// bound, and false when the same variable would need two terms.
func (s *solver) take(t TriplePattern, have Triple) (fresh []string, ok bool) {
	terms := [...]Term{have.S, have.P, have.O}
	for i, p := range t.terms() {
		switch v := s.bound.value(p); {
		case v.IsZero():
			s.bound[p.Variable] = terms[i]
			fresh = append(fresh, p.Variable)
		case v != terms[i]:
			return fresh, false
		}
	}
	return fresh, true
}

func (s *solver) drop(variables []string) {
	for _, v := range variables {
		delete(s.bound, v)
	}
}

// solved notes a way to match, if it is another one.
func (s *solver) solved() {
	way := maps.Clone(s.bound)
	maps.DeleteFunc(way, func(v string, _ Term) bool { return strings.HasPrefix(v, blankVariable) })
	for _, before := range s.found {
		if maps.Equal(before, way) {
			return
		}
	}
	s.found = append(s.found, way)
}
