package linkeddata

import (
	"strings"
	"testing"
)

// TestNegotiate is RFC 9110 section 12.5.1 as a table.
func TestNegotiate(t *testing.T) {
	compacted := MustMediaType(`application/ld+json; profile="http://www.w3.org/ns/json-ld#compacted"`)
	expanded := MustMediaType(`application/ld+json;profile="http://www.w3.org/ns/json-ld#expanded"`)
	fhir4 := MustMediaType("application/fhir+json; fhirVersion=4.0")
	html := MustMediaType("text/html")
	both := []MediaType{Turtle, JSONLD}
	for _, c := range []struct {
		accept  []string
		offered []MediaType
		want    MediaType
	}{
		{nil, both, Turtle},
		{[]string{""}, both, Turtle},
		{[]string{"rubbish", ";;;", "a/b/c"}, both, Turtle},
		{[]string{"*/*"}, both, Turtle},
		{[]string{"text/turtle"}, both, Turtle},
		{[]string{"application/ld+json"}, both, JSONLD},
		{[]string{"APPLICATION/LD+JSON"}, both, JSONLD},
		{[]string{"application/ld+json, text/turtle"}, both, Turtle},
		{[]string{"application/ld+json", "text/turtle;q=0.9"}, both, JSONLD},
		{[]string{"text/turtle;q=0.5, application/ld+json;q=0.50001"}, both, Turtle},
		{[]string{"text/turtle;q=0, */*"}, both, JSONLD},
		{[]string{"text/*;q=0.9, */*;q=0.1, application/ld+json;q=0.2"}, both, Turtle},
		{[]string{"text/*, text/turtle;q=0.1, application/ld+json;q=0.2"}, both, JSONLD},
		{[]string{"*/*;q=0.1, text/*;q=0"}, both, JSONLD},
		{[]string{"text/html"}, both, MediaType{}},
		{[]string{"text/turtle;q=0"}, both, MediaType{}},
		{[]string{"*/turtle"}, both, Turtle},
		{[]string{"text/turtle;q=1.001, application/ld+json"}, both, JSONLD},
		{[]string{"text/turtle;q=, application/ld+json"}, both, JSONLD},
		{[]string{`text/turtle;a="x,y;q=1";q=0.1, application/ld+json;q=0.2`}, both, JSONLD},
		{[]string{`text/turtle;a="x\",y"`}, both, MediaType{}},
		{[]string{"text/turtle;charset=UTF-8"}, both, Turtle},
		{[]string{"text/turtle;charset=latin1"}, both, MediaType{}},
		{[]string{"text/turtle;version=1.2, */*;q=0.1"}, both, Turtle},
		{[]string{"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}, []MediaType{Turtle, html}, html},
		{[]string{`application/ld+json;profile="http://www.w3.org/ns/json-ld#expanded"`}, both, JSONLD},
		{[]string{`application/ld+json;profile="http://www.w3.org/ns/json-ld#expanded"`}, []MediaType{compacted, expanded}, expanded},
		{[]string{`application/ld+json;profile="http://www.w3.org/ns/json-ld#expanded"`}, []MediaType{JSONLD, expanded}, expanded},
		{[]string{`application/ld+json;profile="http://w.example/a http://www.w3.org/ns/json-ld#compacted"`}, []MediaType{expanded, compacted}, expanded},
		{[]string{"application/ld+json"}, []MediaType{expanded}, expanded},
		{[]string{`application/ld+json;profile="http://www.w3.org/ns/json-ld#expanded";q=0, application/ld+json`}, []MediaType{expanded, compacted}, compacted},
		{[]string{"application/fhir+json"}, []MediaType{fhir4}, fhir4},
		{[]string{"application/fhir+json;fhirversion=4.0"}, []MediaType{fhir4}, fhir4},
		{[]string{"application/fhir+json;fhirVersion=5.0"}, []MediaType{fhir4}, MediaType{}},
		{[]string{strings.Repeat("a/b,", 100_000) + "text/turtle"}, both, MediaType{}},
		{[]string{"*/*"}, nil, MediaType{}},
	} {
		got, ok := Negotiate(c.accept, c.offered...)
		if got != c.want || ok != !c.want.IsZero() {
			t.Errorf("%.80q of %v: %q, %v; want %q", c.accept, c.offered, got, ok, c.want)
		}
	}
}

func TestParseMediaType(t *testing.T) {
	for in, want := range map[string]string{
		"text/turtle":                    "text/turtle",
		" Text/Turtle ; CharSet=UTF-8 ;": "text/turtle; charset=UTF-8",
		`a/b;z="1";y="two words"`:        `a/b; y="two words"; z=1`,
		`a/b;x="a\"b"`:                   `a/b; x="a\"b"`,
		`a/b;x=""`:                       `a/b; x=""`,
		"":                               "", "text": "", "text/": "", "/x": "", "text/*": "", "*/*": "", "a/b c": "", "a/b;x": "", "a/b;x=": "",
		`a/b;x="y`: "", "a/b;x=1;X=2": "", "a/b, c/d": "", "a/b;x=\"\x00\"": "",
	} {
		m, err := ParseMediaType(in)
		if m.String() != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v; want %q", in, m, err, want)
		}
		if again, err := ParseMediaType(m.String()); want != "" && (err != nil || again != m) {
			t.Errorf("%q does not read back: %q, %v", m, again, err)
		}
	}
	m := MustMediaType(`application/ld+json; profile="x"; charset=utf-8`)
	if m.Essence() != "application/ld+json" || m.Param("Profile") != "x" || m.Param("none") != "" || m.Bare() != JSONLD || !m.IsRDF() || N3.IsRDF() {
		t.Errorf("%q is taken apart wrongly", m)
	}
}
