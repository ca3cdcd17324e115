package linkeddata

import (
	"slices"
	"strings"
)

// patchWork bounds the work for the conditions of a patch: each triple and
// pattern that is looked at is one, and more where what is compared is long.
const patchWork = 4_000_000

// longText is how many bytes more than a few are compared or hashed for one of work.
const longText = 512

// binding gives variables their terms.
type binding map[string]Term

// value gives the term of a pattern's position, zero for an unbound variable.
func (b binding) value(p PatternTerm) Term {
	if p.Variable == "" {
		return p.Term
	}
	return b[p.Variable]
}

// solver finds the ways in which patterns match a graph, two at most. It knows
// variables by number: their names, which may be long, are not looked at while
// it searches.
type solver struct {
	g       *Graph
	names   []string // of the variables; those of blank nodes come last
	counted int      // variables that make ways different: those before the blank nodes
	bound   []Term   // zero: not bound
	found   [][]Term // distinct, of the counted variables
	work    int      // negative: used up
}

// condition is a pattern whose variables are numbers.
type condition [3]place

// place is a term or, where there is none, a variable.
type place struct {
	term     Term
	variable int
}

// newSolver gives a solver with what it has to solve.
func newSolver(g *Graph, where []TriplePattern) (*solver, []condition) {
	s := &solver{g: g, work: patchWork}
	for _, t := range where {
		for _, p := range t.terms() {
			if p.Variable != "" {
				s.names = append(s.names, p.Variable)
			}
		}
	}
	slices.SortFunc(s.names, func(a, b string) int { return strings.Compare(orderOf(a), orderOf(b)) })
	s.names = slices.Compact(s.names)
	s.bound = make([]Term, len(s.names))
	numbers := make(map[string]int, len(s.names))
	for i, name := range s.names {
		numbers[name] = i
		if !strings.HasPrefix(name, blankVariable) {
			s.counted = i + 1
		}
	}
	rest := make([]condition, len(where))
	for i, t := range where {
		for j, p := range t.terms() {
			rest[i][j] = place{p.Term, numbers[p.Variable]}
		}
	}
	return s, rest
}

// orderOf puts the variables of blank nodes behind all others.
func orderOf(name string) string {
	if strings.HasPrefix(name, blankVariable) {
		return "1" + name
	}
	return "0" + name
}

func (s *solver) value(p place) Term {
	if p.term.IsZero() {
		return s.bound[p.variable]
	}
	return p.term
}

// weight is the work beside that of a short term.
func weight(t Term) int { return (len(t.s) + len(t.t)) / longText }

// solve matches the remaining conditions, and leaves them in the order in which
// they came. Its depth is their number, which is small.
func (s *solver) solve(rest []condition) {
	if len(rest) == 0 {
		s.solved()
		return
	}
	if s.work -= len(rest); s.work < 0 {
		return
	}
	next := s.mostBound(rest)
	rest[0], rest[next] = rest[next], rest[0]
	defer func() { rest[0], rest[next] = rest[next], rest[0] }()
	t, others := rest[0], rest[1:]
	want := Triple{s.value(t[0]), s.value(t[1]), s.value(t[2])}
	if !want.S.IsZero() && !want.P.IsZero() && !want.O.IsZero() {
		s.work -= 1 + weight(want.S) + weight(want.P) + weight(want.O)
		if s.work >= 0 && s.g.Has(Quad{Triple: want}) {
			s.solve(others)
		}
		return
	}
	s.candidates(want, func(have Triple) {
		fresh, ok := s.take(t, have)
		if ok {
			s.solve(others)
		}
		for _, v := range fresh {
			if v >= 0 {
				s.bound[v] = Term{}
			}
		}
	})
}

// candidates goes over the triples that fit, until enough is known.
func (s *solver) candidates(want Triple, each func(Triple)) {
	one := 1 + weight(want.S) + weight(want.P) + weight(want.O)
	if s.work -= one; want.S.IsZero() {
		s.work -= s.g.Len()
	}
	for have := range s.g.Match(want.S, Term{}, Term{}) {
		if s.work -= one + weight(have.S); s.work < 0 || len(s.found) > 1 {
			return
		}
		if fits(want.P, have.P) && fits(want.O, have.O) {
			each(have)
		}
	}
}

// mostBound chooses the condition with the fewest unknowns, a known subject
// counting most.
func (s *solver) mostBound(rest []condition) int {
	best, most := 0, -1
	for i, t := range rest {
		score := 0
		for weight, p := range [...]place{t[1], t[2], t[0]} {
			if !s.value(p).IsZero() {
				score += 1 << weight
			}
		}
		if score > most {
			best, most = i, score
		}
	}
	return best
}

// take binds the condition's unknowns to a triple. It gives the variables that it
// bound, -1 for none, and false when the same variable would need two terms.
func (s *solver) take(t condition, have Triple) (fresh [3]int, ok bool) {
	fresh = [3]int{-1, -1, -1}
	for i, term := range [...]Term{have.S, have.P, have.O} {
		switch v := s.value(t[i]); {
		case v.IsZero():
			s.bound[t[i].variable] = term
			fresh[i] = t[i].variable
		case v != term:
			return fresh, false
		}
	}
	return fresh, true
}

// solved notes a way to match, if it is another one.
func (s *solver) solved() {
	way := s.bound[:s.counted]
	s.work--
	for _, t := range way {
		s.work -= 1 + weight(t)
	}
	for _, before := range s.found {
		if s.work < 0 || slices.Equal(before, way) {
			return
		}
	}
	s.found = append(s.found, slices.Clone(way))
}

// way gives one that was found.
func (s *solver) way(n int) binding {
	b := make(binding, s.counted)
	for i, t := range s.found[n] {
		b[s.names[i]] = t
	}
	return b
}
