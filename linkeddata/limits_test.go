package linkeddata

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// endless repeats a piece of text for ever.
type endless struct {
	piece string
	at    int
}

func (e *endless) Read(b []byte) (int, error) {
	for n := range b {
		b[n] = e.piece[e.at]
		e.at = (e.at + 1) % len(e.piece)
	}
	return len(b), nil
}

func endlessly(head, piece string) io.Reader {
	return io.MultiReader(strings.NewReader(head), &endless{piece: piece})
}

// TestBombs: every limit, each with a document that has no end.
func TestBombs(t *testing.T) {
	const p = "@prefix p: <http://p.example/> .\n"
	big := Limits{Bytes: 256 << 20, Quads: 200_000}
	for _, c := range []struct {
		name  string
		mt    MediaType
		text  io.Reader
		lim   Limits
		limit string
	}{
		{"brackets", Turtle, endlessly(p+"p:a p:b ", "[ p:c "), big, "depth"},
		{"lists", Turtle, endlessly(p+"p:a p:b ", "("), big, "depth"},
		{"lists and brackets as subject", TriG, endlessly(p, "([p:c "), big, "depth"},
		{"a literal", Turtle, endlessly(p+`p:a p:b "`, "x"), big, "literal"},
		{"a long literal", Turtle, endlessly(p+`p:a p:b """`, "x\n"), big, "literal"},
		{"an escaped literal", NTriples, endlessly(`<http://a> <http://b> "`, `\u0041`), big, "literal"},
		{"a number", Turtle, endlessly(p+"p:a p:b ", "1"), big, "literal"},
		{"a language tag", NQuads, endlessly(`<http://a> <http://b> "x"@`, "x"), big, "language tag"},
		{"an IRI", Turtle, endlessly("<http://", "x"), big, "IRI"},
		{"an escaped IRI", NTriples, endlessly("<http://", `\u0041`), big, "IRI"},
		{"a prefix", Turtle, endlessly("", "x"), big, "IRI"},
		{"a declared prefix", Turtle, endlessly("@prefix ", "x"), big, "IRI"},
		{"a directive", Turtle, endlessly("@", "x"), big, "IRI"},
		{"a local name", Turtle, endlessly(p+"p:", "x"), big, "IRI"},
		{"a label", NTriples, endlessly("_:", "x"), big, "IRI"},
		{"dots", Turtle, endlessly(p+"p:a", "."), big, "IRI"},
		{"triples", Turtle, endlessly(p+"p:a p:b 1", ", 1"), big, "quads"},
		{"quads", NQuads, endlessly("", "<a:a> <a:b> <a:c> <a:d> .\n"), big, "quads"},
		{"list items", Turtle, endlessly(p+"p:a p:b (", "1 "), big, "quads"},
		{"white space", Turtle, endlessly("", "   \n"), Limits{Bytes: 2 << 20}, "bytes"},
		{"a comment", NTriples, endlessly("#", "x"), Limits{Bytes: 2 << 20}, "bytes"},
		{"semicolons", Turtle, endlessly(p+"p:a p:b p:c", ";"), Limits{Bytes: 2 << 20}, "bytes"},
		{"prefixes", Turtle, endlessly("", p), Limits{Bytes: 2 << 20}, "bytes"},
		{"empty graphs", TriG, endlessly("", "{}"), Limits{Bytes: 2 << 20}, "bytes"},
		{"a long namespace", Turtle, counting("@prefix p: <http://p.example/" + strings.Repeat("x", 4000) + "> .\n"), big, "expansion"},
		{"a namespace that becomes too long", Turtle, strings.NewReader("@prefix p: <http://p.example/" + strings.Repeat("x", 4000) + "> .\np:" + strings.Repeat("y", 100) + " p:a p:b ."), big, "IRI"},
		{"a base that becomes too long", Turtle, strings.NewReader("@base <http://p.example/" + strings.Repeat("x", 4000) + "> .\n<#" + strings.Repeat("y", 100) + "> <p:a> <p:b> ."), big, "IRI"},
		{"formulae", N3, endlessly(p+"p:a p:b {", "p:a p:b 1 . "), big, "quads"},
		{"brackets in a formula", N3, endlessly(p+"p:a p:b {", "[ p:b "), big, "depth"},
		{"many conditions", N3, strings.NewReader(patchPrefixes + "[] a solid:InsertDeletePatch; solid:where {" + strings.Repeat("?a ex:b ?c. ", 300) + "}."), big, "conditions"},
		{"an insertion", SPARQLUpdate, endlessly("PREFIX p: <http://p.example/> INSERT DATA {", "p:a p:b 1 . "), big, "quads"},
		{"operations", SPARQLUpdate, endlessly("", "INSERT DATA { <a:a> <a:b> 1 };"), big, "quads"},
		{"empty operations", SPARQLUpdate, endlessly("", "INSERT DATA {};"), Limits{Bytes: 2 << 20}, "bytes"},
		{"brackets in conditions", SPARQLUpdate, endlessly("DELETE {} WHERE { ?x <a:b> ", "[ <a:b> "), big, "depth"},
		{"a variable", SPARQLUpdate, endlessly("DELETE WHERE { ?", "x"), big, "IRI"},
		{"a literal in an update", SPARQLUpdate, endlessly(`INSERT DATA { <a:a> <a:b> "`, "x"), big, "literal"},
		{"conditions of one operation", SPARQLUpdate, endlessly("DELETE {} WHERE {", "?x <a:b> 1. "), Limits{Quads: 300}, "quads"},
		{"conditions of many operations", SPARQLUpdate, endlessly("", "INSERT {} WHERE { ?x <a:b> 1. ?y <a:c> ?x };"), big, "conditions"},
		{"operations to compare", SPARQLUpdate, io.MultiReader(
			strings.NewReader("INSERT DATA { <a:a> <a:b> 1"+strings.Repeat(", 1", 30_000)+"};DELETE {"),
			strings.NewReader(strings.Repeat("?x <a:c> 1 .", 30_000)+"} WHERE { ?x <a:d> 1 }")), big, "work"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var err error
			switch c.mt {
			case N3:
				_, err = ParseN3Patch(c.text, IRI{}, c.lim)
			case SPARQLUpdate:
				_, err = ParseSPARQLUpdate(c.text, IRI{}, c.lim)
			default:
				err = Parse(c.text, c.mt, IRI{}, c.lim, func(Quad) error { return nil })
			}
			le := new(LimitError)
			if !errors.As(err, &le) || !errors.Is(err, ErrLimit) || le.Limit != c.limit {
				t.Fatalf("error %v, want limit %s", err, c.limit)
			}
		})
	}
}

// counting gives a head and then triples with ever new short names.
func counting(head string) io.Reader {
	var b bytes.Buffer
	b.WriteString(head)
	for i := range 200_000 {
		b.WriteString("p:" + itoa(i) + " p:a p:b .\n")
	}
	return &b
}

func TestLimitsAreExact(t *testing.T) {
	text := `<http://a.example/> <http://b.example/> "0123456789" .` + "\n"
	exact := Limits{Bytes: int64(len(text)), Quads: 1, IRI: len("http://a.example/"), Literal: 10}
	if _, err := Decode(strings.NewReader(text), NTriples, IRI{}, exact); err != nil {
		t.Errorf("at the limits: %v", err)
	}
	for name, lim := range map[string]Limits{
		"bytes":   {Bytes: exact.Bytes - 1},
		"IRI":     {IRI: exact.IRI - 1},
		"literal": {Literal: 9},
	} {
		le := new(LimitError)
		if _, err := Decode(strings.NewReader(text), NTriples, IRI{}, lim); !errors.As(err, &le) || le.Limit != name {
			t.Errorf("one below the limit of %s: %v", name, err)
		}
	}
	for depth, ok := range map[int]bool{3: true, 2: false} {
		_, err := Decode(strings.NewReader(`<a:a> <a:b> [ <a:b> ([]) ] .`), Turtle, IRI{}, Limits{Depth: depth})
		if (err == nil) != ok {
			t.Errorf("depth %d: %v", depth, err)
		}
	}
}

// TestReadingPieceByPiece reads the suites one byte at a time: where a token is
// cut must not matter.
func TestReadingPieceByPiece(t *testing.T) {
	for folder, mt := range suiteSyntax {
		for _, c := range suiteCases(t, folder) {
			text := suiteData(t, folder+"/"+c.action)
			base := MustIRI(suiteBase(folder) + c.action)
			whole, errWhole := Decode(bytes.NewReader(text), mt, base, Limits{})
			pieces, errPieces := Decode(iotest.OneByteReader(bytes.NewReader(text)), mt, base, Limits{})
			switch {
			case (errWhole == nil) != (errPieces == nil) || errWhole != nil && errWhole.Error() != errPieces.Error():
				t.Errorf("%s: whole: %v; in pieces: %v", c.name, errWhole, errPieces)
			case errWhole == nil && !Isomorphic(whole, pieces):
				t.Errorf("%s: whole and pieces differ", c.name)
			}
		}
	}
}

func TestReadersErrorsComeThrough(t *testing.T) {
	broken := errors.New("the line is cut")
	for _, mt := range []MediaType{Turtle, TriG, NTriples, NQuads, JSONLD} {
		r := io.MultiReader(strings.NewReader(" "), iotest.ErrReader(broken))
		if _, err := Decode(r, mt, IRI{}, Limits{}); !errors.Is(err, broken) {
			t.Errorf("%v: %v", mt, err)
		}
	}
	err := Parse(strings.NewReader("<a:a> <a:b> <a:c> ."), Turtle, IRI{}, Limits{}, func(Quad) error { return broken })
	if err != broken {
		t.Errorf("the callback's error became %v", err)
	}
	if _, err := Decode(strings.NewReader(""), N3, IRI{}, Limits{}); !errors.Is(err, ErrUnsupported) {
		t.Errorf("N3 is no graph syntax here: %v", err)
	}
}

func TestSyntaxErrorsTellThePlace(t *testing.T) {
	for _, c := range []struct {
		mt           MediaType
		text         string
		line, column int
		what         string
	}{
		{Turtle, "<a:a> <a:b>\n  \"é\" ;\n  ] .", 3, 3, `']' where '.' is expected`},
		{Turtle, "@prefix p: <http://p/> . p:a p:b p:\x87 .", 1, 34, `is no local name`},
		{Turtle, "@prefix \x87: <http://p/> .", 1, 9, `is no prefix`},
		{NTriples, "_:\x87 <a:b> <a:c> .", 1, 4, `is no label`},
		{Turtle, "p:a p:b 1 .", 1, 1, `the prefix "p" is not declared`},
		{Turtle, "<a:a> <a:b> \"x\n\" .", 1, 15, `the line ends inside a string`},
		{Turtle, "<a:a> <a:b> <rel> .", 1, 18, `<rel> is relative and there is no base`},
		{Turtle, "\n\n<a:a> <a:b> tru .", 3, 13, `tru where an object is expected`},
		{NTriples, "<a:a> <a:b> <a:c> <a:d> .", 1, 19, `'<' where '.' is expected`},
		{NQuads, "<a:a> <a:b> <a:c> .\n<a:a>", 2, 6, `the document ends where a predicate is expected`},
		{TriG, "<a:g> { <a:a> <a:b> 1", 1, 22, `the document ends where '.' or '}' is expected`},
	} {
		_, err := Decode(strings.NewReader(c.text), c.mt, IRI{}, Limits{})
		se := new(SyntaxError)
		if !errors.As(err, &se) || se.Line != c.line || se.Column != c.column || !strings.Contains(se.What, c.what) {
			t.Errorf("%q: %v, want line %d, column %d: %s", c.text, err, c.line, c.column, c.what)
		}
	}
}
