package linkeddata

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
)

// TestGraphAgainstASlice runs random histories against a plain slice.
func TestGraphAgainstASlice(t *testing.T) {
	for seed := range uint64(20) {
		random := rand.New(rand.NewPCG(seed, 1))
		term := func(n int) Term { return Text(itoa(random.IntN(n))) }
		var g Graph
		var plain []Quad
		for range 600 {
			q := Quad{Triple: Triple{term(6), term(4), term(6)}}
			if random.IntN(4) == 0 {
				q.Graph = term(2)
			}
			at := slices.Index(plain, q)
			switch random.IntN(8) {
			case 0:
				if g.Remove(q) != (at >= 0) {
					t.Fatalf("seed %d: Remove(%v)", seed, q)
				}
				if at >= 0 {
					plain = slices.Delete(plain, at, at+1)
				}
			case 1:
				if g.Has(q) != (at >= 0) {
					t.Fatalf("seed %d: Has(%v)", seed, q)
				}
			case 2:
				checkMatch(t, &g, plain, q)
			default:
				if g.AddQuad(q) != (at < 0) {
					t.Fatalf("seed %d: AddQuad(%v)", seed, q)
				}
				if at < 0 {
					plain = append(plain, q)
				}
			}
		}
		if !slices.Equal(slices.Collect(g.Quads()), plain) || g.Len() != len(plain) {
			t.Errorf("seed %d: the quads differ", seed)
		}
		if c := g.Clone(); !c.Remove(plain[0]) || !g.Has(plain[0]) || c.Has(plain[0]) {
			t.Errorf("seed %d: the clone is not its own", seed)
		}
	}
}

func checkMatch(t *testing.T, g *Graph, plain []Quad, q Quad) {
	t.Helper()
	for mask := range 8 {
		want := q.Triple
		for i, term := range []*Term{&want.S, &want.P, &want.O} {
			if mask&(1<<i) != 0 {
				*term = Term{}
			}
		}
		var expected []Triple
		for _, p := range plain {
			if p.Graph.IsZero() && fits(want.S, p.S) && fits(want.P, p.P) && fits(want.O, p.O) {
				expected = append(expected, p.Triple)
			}
		}
		if got := slices.Collect(g.Match(want.S, want.P, want.O)); !slices.Equal(got, expected) {
			t.Fatalf("Match(%v): %v, want %v", want, got, expected)
		}
	}
}

// TestGraphManyReaders is for the race detector.
func TestGraphManyReaders(t *testing.T) {
	g := NewGraph(0)
	for i := range 100 {
		g.Add(Text(itoa(i%10)), RDFValue.Term(), Text(itoa(i)))
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for i := range 10 {
				n := 0
				for range g.Objects(Text(itoa(i)), RDFValue.Term()) {
					n++
				}
				if n != 10 || !g.Has(Quad{Triple: Triple{Text("0"), RDFValue.Term(), Text("0")}}) {
					t.Errorf("%d objects", n)
				}
			}
		})
	}
	all.Wait()
}

func TestIsomorphic(t *testing.T) {
	ring := func(n, from int) string {
		s := ""
		for i := range n {
			s += fmt.Sprintf("_:n%d <a:next> _:n%d .\n", from+i, from+(i+1)%n)
		}
		return s
	}
	for _, c := range []struct {
		name, a, b string
		want       bool
	}{
		{"empty", "", "", true},
		{"ground", "<a:a> <a:b> 1 .", "<a:a> <a:b> 1 .", true},
		{"ground, other", "<a:a> <a:b> 1 .", "<a:a> <a:b> 2 .", false},
		{"renamed", "_:x <a:b> _:y .", "_:y <a:b> _:z .", true},
		{"self", "_:x <a:b> _:x .", "_:x <a:b> _:y .", false},
		{"direction", "_:x <a:b> _:y . _:x <a:c> 1 .", "_:y <a:b> _:x . _:x <a:c> 1 .", false},
		{"twins", "_:x <a:b> 1 . _:y <a:b> 1 . _:y <a:c> _:x .", "_:p <a:b> 1 . _:q <a:b> 1 . _:p <a:c> _:q .", true},
		{"one ring or two", ring(6, 0), ring(3, 0) + ring(3, 3), false},
		{"the same ring", ring(7, 0), ring(7, 100), true},
		{"many alike", ring(5, 0) + ring(5, 10) + ring(5, 20), ring(5, 7) + ring(5, 40) + ring(5, 70), true},
		{"a list", "<a:a> <a:b> (1 (2) [] []) .", "<a:a> <a:b> (1 (2) [] []) .", true},
		{"a list in other order", "<a:a> <a:b> (1 2) .", "<a:a> <a:b> (2 1) .", false},
	} {
		a, b := mustDecode(t, Turtle, c.a), mustDecode(t, Turtle, c.b)
		if Isomorphic(a, b) != c.want || Isomorphic(b, a) != c.want {
			t.Errorf("%s: want %v", c.name, c.want)
		}
	}
	g1, g2 := mustDecode(t, TriG, "_:g { _:x <a:b> _:g }"), mustDecode(t, TriG, "_:x { _:g <a:b> _:x }")
	if g3 := mustDecode(t, TriG, "_:g { _:x <a:b> _:x }"); !Isomorphic(g1, g2) || Isomorphic(g1, g3) {
		t.Error("blank graph names are compared wrongly")
	}
}

// TestIsomorphicIsBounded compares graphs that are made to be hard: complete
// graphs, many equal nodes, long lists of equal items.
func TestIsomorphicIsBounded(t *testing.T) {
	clique, crowd, list := NewGraph(0), NewGraph(0), NewGraph(0)
	p := RDFValue.Term()
	for i := range 30 {
		for j := range 30 {
			clique.Add(Blank(itoa(i)), p, Blank(itoa(j)))
		}
	}
	for i := range 500 {
		crowd.Add(Blank(itoa(i)), p, Text("x"))
	}
	for i := range 1000 {
		list.Add(Blank(itoa(i)), RDFFirst.Term(), Text("x"))
		list.Add(Blank(itoa(i)), RDFRest.Term(), Blank(itoa(i+1)))
	}
	for _, g := range []*Graph{clique, crowd, list} {
		other := NewGraph(0)
		for q := range g.Quads() {
			rename := func(t Term) Term {
				if t.IsBlank() {
					return Blank("x" + t.Value())
				}
				return t
			}
			other.Add(rename(q.S), q.P, rename(q.O))
		}
		if !Isomorphic(g, g) {
			t.Log("not found within the bounds")
		}
		other.Add(Blank("x0"), p, Text("y"))
		if Isomorphic(g, other) {
			t.Error("isomorphic with something else")
		}
	}
}
