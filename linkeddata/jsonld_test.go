package linkeddata

import (
	"bytes"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

const pleasantJSONLD = `{
  "@context": {
    "foaf": "http://xmlns.com/foaf/0.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "xsd": "http://www.w3.org/2001/XMLSchema#"
  },
  "@id": "#me",
  "@type": "foaf:Person",
  "foaf:name": [
    "Maria",
    { "@value": "María", "@language": "es" }
  ],
  "foaf:knows": {
    "@type": "foaf:Person",
    "foaf:name": "Ana \"A\""
  },
  "foaf:age": 63,
  "foaf:weight": { "@value": "71.5", "@type": "xsd:decimal" },
  "dcterms:subject": { "@list": [
    true,
    { "@id": "https://ex.example/x" }
  ] }
}
`

func TestJSONLDIsPleasant(t *testing.T) {
	base := MustIRI("https://pods.example/maria/profile/card")
	g, err := Decode(strings.NewReader(pleasantJSONLD), JSONLD, base, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	turtle, err := Decode(strings.NewReader(`@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix dcterms: <http://purl.org/dc/terms/> .
		<#me> a foaf:Person; foaf:name "Maria", "María"@es; foaf:knows [ a foaf:Person; foaf:name 'Ana "A"' ];
		foaf:age 63; foaf:weight 71.5; dcterms:subject ( true <https://ex.example/x> ).`), Turtle, base, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if !Isomorphic(g, turtle) {
		t.Errorf("read %v", g.quads)
	}
	var out bytes.Buffer
	if err := turtle.EncodeWith(&out, JSONLD, Style{Base: base, Prefixes: []Prefix{{"foaf", nsFOAF}, {"dcterms", nsDCTerms}}}); err != nil {
		t.Fatal(err)
	}
	if out.String() != pleasantJSONLD {
		t.Errorf("wrote\n%s", out.String())
	}
}

// TestContextsAreNeverFetched lays out bait, a file, a named pipe and a web
// server, and names it in every way that a document can.
func TestContextsAreNeverFetched(t *testing.T) {
	touched := make(chan string, 100)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { touched <- r.URL.Path }))
	defer server.Close()
	dir := t.TempDir()
	pipe, file := filepath.Join(dir, "pipe"), filepath.Join(dir, "context.json")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(`{"@context": {"leak": "http://leak.example/"}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{server.URL + "/ctx", strings.Replace(server.URL, "http", "https", 1), file, "file://" + file, pipe, "/etc/hostname", "context.json", "../x", "https://www.w3.org/ns/activitystreams"} {
		for _, shape := range []string{
			`{"@context": "NAME", "@id": "urn:x:a", "http://p.example/": 1}`,
			`{"@context": ["NAME", {}], "http://p.example/": 1}`,
			`{"@context": {"@import": "NAME"}, "http://p.example/": 1}`,
			`{"@context": {"t": {"@id": "http://t.example/", "@context": "NAME"}}, "t": {"http://p.example/": 1}}`,
			`{"@context": {"T": {"@id": "http://t.example/", "@context": "NAME"}}, "@type": "T"}`,
			`{"http://p.example/": {"@list": [{"@context": "NAME", "http://p.example/": 1}]}}`,
			`{"http://p.example/": {"@set": [{"@context": "NAME", "http://p.example/": 1}]}}`,
			`{"@graph": [{"@included": [{"@context": "NAME", "@id": "urn:x:y", "http://p.example/": 1}]}]}`,
			`[{"@reverse": {"http://p.example/": {"@context": ["NAME"], "@id": "urn:x:z"}}}]`,
		} {
			for _, base := range []IRI{{}, MustIRI("file://" + dir + "/"), MustIRI(server.URL + "/")} {
				text := strings.ReplaceAll(shape, "NAME", name)
				done := make(chan error, 1)
				go func() {
					_, err := Decode(strings.NewReader(text), JSONLD, base, Limits{})
					done <- err
				}()
				select {
				case err := <-done:
					if !errors.Is(err, ErrRemoteContext) {
						t.Errorf("%s: error %v, want ErrRemoteContext", text, err)
					}
				case <-time.After(5 * time.Second):
					t.Fatalf("%s: something was opened and blocks", text)
				}
			}
		}
	}
	// A whole document that is a name is no document.
	for _, text := range []string{`"` + server.URL + `"`, `"/etc/hostname"`, `1`, `null`, `true`} {
		if _, err := Decode(strings.NewReader(text), JSONLD, IRI{}, Limits{}); !errors.Is(err, ErrSyntax) {
			t.Errorf("%s: error %v, want ErrSyntax", text, err)
		}
	}
	select {
	case path := <-touched:
		t.Errorf("the server was asked for %s", path)
	default:
	}
	// Nobody opened the pipe for reading: opening it for writing still fails.
	if fd, err := syscall.Open(pipe, syscall.O_WRONLY|syscall.O_NONBLOCK, 0); err == nil {
		syscall.Close(fd)
		t.Error("the pipe has a reader")
	}
}

// TestJSONLDBombs feeds documents that are small and want much.
func TestJSONLDBombs(t *testing.T) {
	chain := func(n, length int) string {
		var b strings.Builder
		b.WriteString(`{"@context": {"t0": "http://x.example/#"`)
		for i := 1; i < n; i++ {
			b.WriteString(`, "t` + itoa(i) + `": "t` + itoa(i-1) + `:` + strings.Repeat("x", length) + `"`)
		}
		b.WriteString(`}, "t` + itoa(n-1) + `": 1}`)
		return b.String()
	}
	scoped := `{"@context": {` + strings.Repeat(`"x": "http://x.example/", `, 1)
	for i := range 900 {
		scoped += `"u` + itoa(i) + `": "http://x.example/` + itoa(i) + `", `
	}
	scoped += `"t": {"@id": "http://t.example/", "@context": {"a": "http://a.example/"}}}, "@graph": [` + strings.Repeat(`{"t": {"a": 1}},`, 5000) + `{}]}`
	long := strings.Repeat("v", 4000)
	for _, c := range []struct {
		name, text string
		lim        Limits
	}{
		{"bytes", `{"http://p.example/": "` + long + `"}`, Limits{Bytes: 4000}},
		{"a long literal", `{"http://p.example/": "` + long + `"}`, Limits{Literal: 3999}},
		{"more quads than values", `{"http://p.example/": {"@list": [` + strings.Repeat("1,", 90) + `1]}}`, Limits{Quads: 150}},
		{"deep arrays", strings.Repeat("[", 1000) + strings.Repeat("]", 1000), Limits{}},
		{"deep objects", strings.Repeat(`{"http://p.example/":`, 1000) + "1" + strings.Repeat("}", 1000), Limits{}},
		{"deep and broken", strings.Repeat(`[`, 1_000_000), Limits{}},
		{"many values", "[" + strings.Repeat("1,", 2_000_000) + "1]", Limits{}},
		{"a chain of terms", chain(1500, 50), Limits{}},
		{"a long chain of terms", chain(20_000, 1), Limits{}},
		{"a long namespace", `{"@context": {"@vocab": "http://x.example/` + long + long + `"}, "a": 1}`, Limits{}},
		{"a namespace many times", `{"@context": {"@vocab": "http://x.example/` + long[:3900] + `"}, "@graph": [` + strings.Repeat(`{"a":1,"b":2,"c":3},`, 20_000) + `{}]}`, Limits{}},
		{"many scoped contexts", scoped, Limits{}},
		{"many contexts", `[` + strings.Repeat(`{"@context": {"a": "http://a.example/", "b": "http://b.example/"}},`, 5000) + `{}]`, Limits{}},
		{"a long list of contexts", `{"@context": [` + strings.Repeat(`{"@propagate": false}, null, `, 5000) + `{}]}`, Limits{}},
		{"growing round by round", `{"@context": [{"a": "http://x.example/", "b": "a:y"}` + strings.Repeat(`, {"a": "b:yyyyyyyyyyyyyyyyyyyy"}, {"b": "a:yyyyyyyyyyyyyyyyyyyy"}`, 200) + `], "a": 1}`, Limits{}},
		{"a long IRI", `{"@id": "http://x.example/` + long + long + `", "http://p.example/": 1}`, Limits{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			start := time.Now()
			_, err := Decode(strings.NewReader(c.text), JSONLD, IRI{}, c.lim)
			if !errors.Is(err, ErrLimit) {
				t.Errorf("error %v, want ErrLimit", err)
			}
			if took := time.Since(start); took > 5*time.Minute {
				t.Errorf("took %v", took)
			}
		})
	}
}

// TestJSONLDWrong: what json-gold panics on is an error here.
func TestJSONLDWrong(t *testing.T) {
	for _, text := range []string{
		``, `{`, `{"a":}`, `{} {}`, "{\"a\":\"\xff\"}", `[1,]`,
		`{"@context": 5}`, `{"@context": {"@protected": "x"}}`, `{"@context": {"t": {"@id": "http://x.example/", "@container": 5}}}`,
		`{"@context": {"t": {"@id": "http://x.example/", "@container": [5]}}}`,
		`{"@context": {"t": {"@id": "http://x.example/", "@protected": 1}}}`,
		`{"@type": 5}`, `{"@id": 5}`, `{"@reverse": 5}`, `{"@reverse": []}`, `{"@reverse": {"http://p.example/": "x"}}`,
		`{"http://p.example/": {"@value": "x", "@type": ["http://a.example/", "http://b.example/"]}}`,
		`{"http://p.example/": {"@value": "x", "@type": "relative"}}`,
		`{"http://p.example/": {"@value": {}}}`,
	} {
		if _, err := Decode(strings.NewReader(text), JSONLD, IRI{}, Limits{}); !errors.Is(err, ErrSyntax) {
			t.Errorf("%s: error %v, want ErrSyntax", text, err)
		}
	}
	_, err := Decode(strings.NewReader("{\n  \"a\": x\n}"), JSONLD, IRI{}, Limits{})
	if se := new(SyntaxError); !errors.As(err, &se) || se.Line != 2 || se.Column != 8 {
		t.Errorf("%v does not tell line 2, column 8", err)
	}
}

func TestJSONLDNumbers(t *testing.T) {
	for in, want := range map[string]string{
		"0": "integer 0", "-0": "integer 0", "5": "integer 5", "9007199254740993": "integer 9007199254740993",
		"1e3": "integer 1000", "5.0": "integer 5", "5.3": "double 5.3E0", "-0.001": "double -1.0E-3", "1e21": "double 1.0E21",
		"1e400": "double INF", "-1e400": "double -INF", "123456789012345678901234": "double 1.234567890123457E23",
	} {
		g, err := Decode(strings.NewReader(`{"http://p.example/": `+in+`}`), JSONLD, IRI{}, Limits{})
		if err != nil || g.Len() != 1 {
			t.Fatalf("%s: %v", in, err)
		}
		o := g.quads[0].O
		if got := strings.TrimPrefix(o.Datatype().String(), nsXSD) + " " + o.Value(); got != want {
			t.Errorf("%s is %s, want %s", in, got, want)
		}
	}
}
