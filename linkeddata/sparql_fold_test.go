package linkeddata

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestFoldingMeansTheSequence makes random sequences of operations over few
// names, and checks that the folded patch does what the operations do one after
// the other, wherever it is not refused.
func TestFoldingMeansTheSequence(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	pick := func(from ...string) string { return from[random.IntN(len(from))] }
	triple := func(terms ...string) string {
		return pick(append(terms, "<a>", "<b>")...) + pick(" <p> ", " <q> ") + pick(append(terms, "<a>", "1")...) + " . "
	}
	operation := func() string {
		switch random.IntN(6) {
		case 0, 1:
			return "INSERT DATA { " + triple() + pick("", triple()) + " }"
		case 2, 3:
			return "DELETE DATA { " + triple() + " }"
		case 4:
			return "DELETE WHERE { " + triple("?x") + " }"
		}
		return "DELETE { " + pick("", triple("?x")) + " } INSERT { " + pick("", triple("?x")) + " } WHERE { ?x " + pick("<p>", "<q>") + pick(" <a>", " <b>", " ?y", " 1") + " . }"
	}
	outcomes := map[string]int{}
	for range 8_000 {
		g := NewGraph(0)
		for range random.IntN(6) {
			parsed, err := Decode(strings.NewReader(triple()), Turtle, patchBase, Limits{})
			if err != nil {
				t.Fatal(err)
			}
			for q := range parsed.Quads() {
				g.AddQuad(q)
			}
		}
		var operations []string
		for range 1 + random.IntN(3) {
			operations = append(operations, operation())
		}
		outcomes[compareFold(t, g, operations)]++
	}
	for _, outcome := range []string{"same", "refused", "conflict"} {
		if outcomes[outcome] < 300 {
			t.Errorf("too few sequences tell something: %v", outcomes)
		}
	}
	t.Logf("%v", outcomes)
}

func compareFold(t *testing.T, g *Graph, operations []string) string {
	text := strings.Join(operations, "; ")
	folded, err := ParseSPARQLUpdate(strings.NewReader(text), patchBase, Limits{})
	if err != nil {
		if !errors.Is(err, ErrPatch) || len(operations) < 2 {
			t.Fatalf("%s: %v", text, err)
		}
		return "refused"
	}
	got, errFolded := folded.Apply(g)
	want, errSequence := g, error(nil)
	for _, s := range operations {
		p, err := ParseSPARQLUpdate(strings.NewReader(s), patchBase, Limits{})
		if err != nil {
			t.Fatalf("%s: %v", s, err)
		}
		if want, errSequence = p.Apply(want); errSequence != nil {
			break
		}
	}
	switch {
	case errFolded != nil && errSequence != nil:
		return "conflict"
	case errFolded != nil:
		t.Fatalf("on %v\n%s\nfolded: %v, one by one there is no error", g.quads, text, errFolded)
	case errSequence != nil:
		return "deleted twice" // the one thing that is taken more kindly when folded
	case !Isomorphic(got, want):
		t.Fatalf("on %v\n%s\nfolded gives %v, one by one %v", g.quads, text, got.quads, want.quads)
	}
	return "same"
}
