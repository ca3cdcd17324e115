package linkeddata

import (
	"bytes"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var fuzzBase = MustIRI("https://pods.example/maria/notes/a?b")

// fuzzLimits keep a single input cheap.
var fuzzLimits = Limits{Bytes: 1 << 16, Quads: 2000, Depth: 20, IRI: 1000, Literal: 1 << 14}

// fuzzSyntax checks that a text is either refused with a known error or
// becomes a graph that every syntax writes and reads back.
func fuzzSyntax(f *testing.F, mt MediaType, folder, ext string, seeds ...string) {
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	names, _ := filepath.Glob(suites + folder + "/*." + ext)
	for _, name := range names {
		if text, err := os.ReadFile(name); err == nil {
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		g, err := Decode(bytes.NewReader(text), mt, fuzzBase, fuzzLimits)
		if err != nil {
			knownError(t, err)
			return
		}
		for _, out := range []MediaType{Turtle, TriG, NTriples, NQuads, JSONLD, expandedJSONLD, flattenedJSONLD} {
			for _, st := range []Style{{}, {Base: fuzzBase}} {
				fuzzWritesBack(t, g, out, st)
			}
		}
	})
}

func knownError(t *testing.T, err error) {
	t.Helper()
	if !errors.Is(err, ErrSyntax) && !errors.Is(err, ErrLimit) && !errors.Is(err, ErrRemoteContext) && !errors.Is(err, ErrPatch) {
		t.Errorf("unknown error: %v", err)
	}
}

func fuzzWritesBack(t *testing.T, g *Graph, mt MediaType, st Style) {
	t.Helper()
	if mt.Bare() == JSONLD && !allURLs(g) {
		return
	}
	var out bytes.Buffer
	if err := g.EncodeWith(&out, mt, st); err != nil {
		if !errors.Is(err, ErrNamedGraphs) || !g.HasNamed() {
			t.Errorf("%v: %v", mt, err)
		}
		return
	}
	back, err := Decode(&out, mt, st.Base, Limits{})
	if err != nil {
		g.EncodeWith(&out, mt, st)
		t.Fatalf("%v: %v in:\n%s", mt, err, out.String())
	}
	if !Isomorphic(g, back) {
		g.EncodeWith(&out, mt, st)
		t.Fatalf("%v: not isomorphic: %v\nwritten:\n%s", mt, g.quads, out.String())
	}
}

// allURLs says whether all IRIs are what net/url takes for URLs, as json-gold asks:
// it is stricter than RFC 3987 about escapes and ports.
func allURLs(g *Graph) bool {
	for q := range g.Quads() {
		for _, t := range [...]Term{q.S, q.P, q.O, q.Graph} {
			for _, iri := range [...]IRI{t.IRI(), t.Datatype()} {
				if u, err := url.Parse(iri.s); err != nil || !iri.IsZero() && !u.IsAbs() {
					return false
				}
			}
		}
	}
	return true
}

func FuzzTurtle(f *testing.F) {
	fuzzSyntax(f, Turtle, "rdf-turtle", "ttl", pleasantTurtle, readings(2))
}

func FuzzTriG(f *testing.F) {
	fuzzSyntax(f, TriG, "rdf-trig", "trig", `@prefix : <http://e/> . GRAPH :g { :a :b [ :c (1 2.0 3e0) ] } _:x { _:x :p _:x } { :a a :b }`)
}

func FuzzNTriples(f *testing.F) {
	fuzzSyntax(f, NTriples, "rdf-n-triples", "nt", `<a:a> <a:b> "x\u0041\n"@en-GB . # ?`)
}

func FuzzNQuads(f *testing.F) {
	fuzzSyntax(f, NQuads, "rdf-n-quads", "nq", "<a:a> <a:b> \"x\"^^<a:t> _:g .\n")
}

func FuzzJSONLD(f *testing.F) {
	fuzzSyntax(f, JSONLD, "none", "none",
		pleasantJSONLD,
		`{"@context": {"@vocab": "#", "t": {"@id": "@type"}, "l": {"@container": "@list"}, "i": {"@container": ["@index", "@graph"]}}, "t": "X", "l": [[1], []], "i": {"a": {"p": 1.5}}}`,
		`{"@context": {"T": {"@id": "http://t/", "@context": {"@base": "x", "p": {"@reverse": "http://r/"}}}}, "@type": "T", "p": {"@included": [{"@id": "_:.1", "http://q/": {"@value": {"a": 1e400}, "@type": "@json"}}]}}`,
		`[{"@id": "_:b1", "@graph": [{"@id": "foaf:x", "http://p/": [{"@value": "x", "@language": "en--"}, {"@id": "_:"}]}]}]`,
		`{"@context": "/etc/hostname"}`, `{"@context": {"@import": "x"}}`, `"http://x/"`, `{"@list": [{"@context": 1}]}`)
}

func FuzzN3Patch(f *testing.F) {
	for _, s := range []string{
		`_:p a solid:InsertDeletePatch; solid:where { ?x ex:b "c"; ?p [ ex:d () ] }; solid:deletes { ?x ex:b "c" }; solid:inserts { <#a> ?p "é"@en, 1.0 . <b> a ex:C }.`,
		`[ a solid:InsertDeletePatch, solid:Patch ].`,
		`<> a solid:InsertDeletePatch; solid:inserts {}, {{}}.`,
		`?x => { ?y }`, `@forAll <x>.`,
	} {
		f.Add([]byte(patchPrefixes + s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := ParseN3Patch(bytes.NewReader(text), fuzzBase, fuzzLimits)
		fuzzPatch(t, p, err)
	})
}

func FuzzSPARQLUpdate(f *testing.F) {
	for _, s := range []string{
		`INSERT DATA { <#a> ex:p [ ex:d (1 2.0) ], "x"@en }; DELETE DATA { <#a> ex:b "c" };`,
		`BASE <x> DELETE { ?x ex:b ?v } INSERT { ?x ex:b +5, true, _:n } WHERE { ?x ex:b ?v ; ex:p [ ?p $o ] . }`,
		`DELETE WHERE { <#a> ex:p ?x . ?x ex:d () }; PREFIX : <y> INSERT DATA { :x a :y }`,
		`INSERT {} WHERE { ?x ex:b* ?y FILTER(?x) }`, `WITH <g> DELETE {} USING <g> WHERE { { SELECT * {} } }`, `CLEAR ALL`,
	} {
		f.Add([]byte(updatePrefixes + s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := ParseSPARQLUpdate(bytes.NewReader(text), fuzzBase, fuzzLimits)
		fuzzPatch(t, p, err)
	})
}

// fuzzPatch checks that what was parsed is refused with a known error or, when
// applied, does what it says.
func fuzzPatch(t *testing.T, p Patch, err error) {
	t.Helper()
	if err != nil {
		knownError(t, err)
		return
	}
	g, err := Decode(strings.NewReader(patchPrefixes+`<#a> ex:b "c"; ex:p [ ex:d () ].`), Turtle, fuzzBase, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	after, err := p.Apply(g)
	if err != nil {
		if !errors.Is(err, ErrPatchConflict) && !errors.Is(err, ErrLimit) {
			t.Errorf("unknown error: %v", err)
		}
		return
	}
	if !p.Deleting() && after.Len() < g.Len() || !p.Inserting() && after.Len() > g.Len() {
		t.Errorf("the patch does what it does not say: %v", p)
	}
	fuzzWritesBack(t, after, Turtle, Style{})
}

func FuzzMediaType(f *testing.F) {
	for _, s := range []string{`text/turtle; charset="utf-8"`, `a/b;x="\"",*/*;q=0.5`, ";q=1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if m, err := ParseMediaType(s); err == nil {
			if again, err := ParseMediaType(m.String()); err != nil || again != m {
				t.Errorf("%q reads back as %q, %v", m, again, err)
			}
		}
		Negotiate([]string{s, s}, Turtle, JSONLD)
	})
}

func FuzzResolve(f *testing.F) {
	f.Add("http://a/b/c/d;p?q", "../g#s")
	f.Add("http://a/./b/../", "?x")
	f.Fuzz(func(t *testing.T, b, ref string) {
		base, err := ParseIRI(b)
		if err != nil {
			return
		}
		if got, err := ResolveIRI(base, ref); err == nil {
			if _, err := ParseIRI(got.s); err != nil {
				t.Errorf("%q and %q give %q: %v", base, ref, got, err)
			}
			checkShortCut(t, base, ref, got.s)
		}
	})
}
