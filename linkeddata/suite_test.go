package linkeddata

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const suites = "../../shared/data/rdf-tests/rdf11/"

// suiteData gives a file of the W3C suites, and skips where they are absent.
func suiteData(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(suites, name))
	if errors.Is(err, os.ErrNotExist) {
		if os.Getenv("CI") == "true" {
			t.Fatalf("the W3C RDF test suites are absent: %v", err)
		}
		t.Skipf("the W3C RDF test suites are absent: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// suiteCase is one entry of a manifest.
type suiteCase struct {
	name, kind     string
	action, result string // file names
}

const (
	nsManifest = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
	nsTest     = "http://www.w3.org/ns/rdftest#"
)

// suiteCases reads a manifest with the parser under test.
func suiteCases(t *testing.T, folder string) (cases []suiteCase) {
	t.Helper()
	base := suiteBase(folder)
	g, err := Decode(bytes.NewReader(suiteData(t, folder+"/manifest.ttl")), Turtle, MustIRI(base+"manifest.ttl"), Limits{})
	if err != nil {
		t.Fatalf("manifest of %s: %v", folder, err)
	}
	one := func(s Term, p string) (o Term) {
		for o = range g.Objects(s, MustIRI(p).Term()) {
			break
		}
		return o
	}
	cell := one(MustIRI(base+"manifest.ttl").Term(), nsManifest+"entries")
	for ; cell != RDFNil.Term(); cell = one(cell, RDFRest.String()) {
		entry := one(cell, RDFFirst.String())
		cases = append(cases, suiteCase{
			name:   one(entry, nsManifest+"name").Value(),
			kind:   strings.TrimPrefix(one(entry, RDFType.String()).Value(), nsTest),
			action: strings.TrimPrefix(one(entry, nsManifest+"action").Value(), base),
			result: strings.TrimPrefix(one(entry, nsManifest+"result").Value(), base),
		})
	}
	return cases
}

func suiteBase(folder string) string {
	return "https://w3c.github.io/rdf-tests/rdf/rdf11/" + folder + "/"
}

func TestW3CSuites(t *testing.T) {
	for _, suite := range []struct {
		folder      string
		syntax      MediaType
		count       int
		result      MediaType
		mustHaveAll []string
	}{
		{"rdf-turtle", Turtle, 313, NTriples, []string{"TestTurtleEval", "TestTurtlePositiveSyntax", "TestTurtleNegativeSyntax"}},
		{"rdf-trig", TriG, 356, NQuads, []string{"TestTrigEval", "TestTrigPositiveSyntax", "TestTrigNegativeSyntax"}},
		{"rdf-n-triples", NTriples, 70, MediaType{}, []string{"TestNTriplesPositiveSyntax", "TestNTriplesNegativeSyntax"}},
		{"rdf-n-quads", NQuads, 87, MediaType{}, []string{"TestNQuadsPositiveSyntax", "TestNQuadsNegativeSyntax"}},
	} {
		t.Run(suite.folder, func(t *testing.T) {
			cases := suiteCases(t, suite.folder)
			if len(cases) != suite.count {
				t.Errorf("%d cases, want %d", len(cases), suite.count)
			}
			seen := map[string]int{}
			for _, c := range cases {
				seen[c.kind]++
				t.Run(c.name, func(t *testing.T) { runSuiteCase(t, suite.folder, suite.syntax, suite.result, c) })
			}
			for _, kind := range suite.mustHaveAll {
				if seen[kind] == 0 {
					t.Errorf("no case of kind %s", kind)
				}
			}
			t.Logf("%s: %v", suite.folder, seen)
		})
	}
}

func runSuiteCase(t *testing.T, folder string, syntax, resultSyntax MediaType, c suiteCase) {
	base := MustIRI(suiteBase(folder) + c.action)
	text := suiteData(t, folder+"/"+c.action)
	g, err := Decode(bytes.NewReader(text), syntax, base, Limits{})
	if strings.Contains(c.kind, "Negative") {
		if err == nil {
			t.Errorf("accepted, but it is wrong:\n%s", text)
		} else if se := new(SyntaxError); !errors.As(err, &se) {
			t.Errorf("%v is no SyntaxError", err)
		}
		return
	}
	if err != nil {
		t.Fatalf("%v in:\n%s", err, text)
	}
	if strings.HasSuffix(c.kind, "Eval") {
		want, err := Decode(bytes.NewReader(suiteData(t, folder+"/"+c.result)), resultSyntax, IRI{}, Limits{})
		if err != nil {
			t.Fatalf("result: %v", err)
		}
		if !Isomorphic(g, want) {
			t.Errorf("not isomorphic:\n%s\n%v\nwant\n%v", text, g.quads, want.quads)
		}
	}
}
