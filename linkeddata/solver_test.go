package linkeddata

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// The work is that of the machine, not the number of triples looked at: long
// names, long texts and many variables count.
func TestPatchWorkIsBoundedWhateverItsWordsAre(t *testing.T) {
	const never = " ?z ?z ?z ." // looked for last
	long := strings.Repeat("v", 4000)
	for name, c := range map[string]struct{ graph, where string }{
		"many variables in each way to match": {
			numbered(200, "<s#> <p#> <o#> .") + numbered(2000, "<z#> <z> <z> ."),
			numbered(200, "<s#> ?p# ?o# .") + "_:a <z> <z> . _:b <z> <z> .",
		},
		"long names of variables": {
			numbered(2000, "<z#> <z> <z#> ."),
			"?" + long + "1 <z> ?" + long + "2 . ?" + long + "3 <z> ?" + long + "4 ." + never,
		},
		"long texts that differ at the end": {
			numbered(9, `<s#> <p> "`+strings.Repeat("a", 1<<20)+`#" .`),
			numbered(12, "?s# <p> ?o# . ?t# <p> ?o# .") + never,
		},
	} {
		g, err := Decode(strings.NewReader(c.graph), Turtle, MustIRI("https://pod.example/a"), Limits{})
		if err != nil {
			t.Fatal(err)
		}
		p, err := ParseSPARQLUpdate(strings.NewReader("INSERT { <a> <b> <c> } WHERE { "+c.where+" }"), MustIRI("https://pod.example/a"), Limits{})
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		if _, err := p.Apply(g); !errors.Is(err, ErrLimit) {
			t.Errorf("%s: %v, want ErrLimit", name, err)
		}
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("%s: took %v", name, took)
		}
	}
}

// numbered repeats a text, with a number in the place of each #.
func numbered(n int, text string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.ReplaceAll(text, "#", itoa(i)))
	}
	return b.String()
}
