package linkeddata

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
	"testing"
)

const pleasantTurtle = `@prefix ex: <https://ex.example/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .

<https://pods.example/maria/profile/card#me> a foaf:Person ;
    foaf:name "Maria", "María"@es ;
    foaf:knows [
        a foaf:Person ;
        foaf:name "Ana"
    ], [ foaf:name "Bo" ], [], _:b1 ;
    ex:weights ( 71.5 72.0 7.1e1 ) ;
    ex:nested (
        [ ex:n 1 ]
        ( true false )
    ) ;
    ex:many
        1,
        2,
        3,
        4,
        5 ;
    ex:note """Two
lines, a tab	and a "quote\"""" ;
    ex:odd "01"^^xsd:boolean, "x\ry", "1."^^xsd:decimal .

_:b1 foaf:knows [ foaf:knows _:b1 ] .

[] ex:alone true .

<https://pods.example/maria/-x> ex:p ex:o, <https://ex.example/a.> .
`

func TestTurtleIsPleasant(t *testing.T) {
	g := mustDecode(t, Turtle, pleasantTurtle)
	var out bytes.Buffer
	if err := g.EncodeWith(&out, Turtle, Style{Prefixes: []Prefix{{"ex", "https://ex.example/"}}}); err != nil {
		t.Fatal(err)
	}
	if out.String() != pleasantTurtle {
		t.Errorf("got\n%s", out.String())
	}
}

// TestWhatIsWrittenReadsBack writes every graph of the W3C suites in every
// syntax that can hold it.
func TestWhatIsWrittenReadsBack(t *testing.T) {
	written := 0
	for _, folder := range []string{"rdf-turtle", "rdf-trig", "rdf-n-triples", "rdf-n-quads"} {
		for _, c := range suiteCases(t, folder) {
			if strings.Contains(c.kind, "Negative") {
				continue
			}
			base := MustIRI(suiteBase(folder) + c.action)
			g, err := Decode(bytes.NewReader(suiteData(t, folder+"/"+c.action)), suiteSyntax[folder], base, Limits{})
			if err != nil {
				t.Fatal(err)
			}
			for _, mt := range []MediaType{Turtle, TriG, NTriples, NQuads, JSONLD, expandedJSONLD, flattenedJSONLD} {
				for _, st := range []Style{{}, {Base: base, Prefixes: []Prefix{{"", "http://a.example/"}, {"é", "http://example/"}}}, {Base: base, Within: MustIRI("https://w3c.github.io/")}} {
					if writesBack(t, g, mt, st) {
						written++
					}
				}
			}
		}
	}
	t.Logf("%d texts", written)
}

var suiteSyntax = map[string]MediaType{"rdf-turtle": Turtle, "rdf-trig": TriG, "rdf-n-triples": NTriples, "rdf-n-quads": NQuads}

var flattenedJSONLD = MustMediaType(`application/ld+json; profile="http://www.w3.org/ns/json-ld#flattened"`)

var expandedJSONLD = MustMediaType(`application/ld+json; profile="http://www.w3.org/ns/json-ld#expanded"`)

// writesBack writes a graph, reads it back and compares. It says false when the
// syntax cannot hold the graph.
func writesBack(t *testing.T, g *Graph, mt MediaType, st Style) bool {
	t.Helper()
	var out, again bytes.Buffer
	err := g.EncodeWith(&out, mt, st)
	if errors.Is(err, ErrNamedGraphs) && g.HasNamed() {
		return false
	}
	if err != nil {
		t.Fatal(err)
	}
	back, err := Decode(bytes.NewReader(out.Bytes()), mt, st.Base, Limits{})
	if err != nil {
		t.Errorf("%v: %v in:\n%s", mt, err, out.String())
		return true
	}
	if !Isomorphic(g, back) {
		t.Errorf("%v: not isomorphic:\n%v\nwritten\n%s\nread\n%v", mt, g.quads, out.String(), back.quads)
	}
	if err := g.EncodeWith(&again, mt, st); err != nil || !bytes.Equal(out.Bytes(), again.Bytes()) {
		t.Errorf("%v: writing twice gives two texts:\n%s\n%s", mt, out.String(), again.String())
	}
	return true
}

func mustDecode(t testing.TB, mt MediaType, text string) *Graph {
	t.Helper()
	g, err := Decode(strings.NewReader(text), mt, IRI{}, Limits{})
	if err != nil {
		t.Fatalf("%v in:\n%s", err, text)
	}
	return g
}

func itoa(n int) string { return strconv.Itoa(n) }
