package linkeddata

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
)

// readings is a Turtle document of n lab readings, five triples each, as an app
// would write them.
func readings(n int) string {
	var b strings.Builder
	b.WriteString("@prefix fhir: <http://hl7.org/fhir/> .\n@prefix sct: <http://snomed.info/id/> .\n@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n\n")
	for i := range n {
		fmt.Fprintf(&b, `<labs/2026-%02d#r%d> a fhir:Observation ;
    fhir:code sct:%d ;
    fhir:value %d.%d ;
    fhir:issued "2026-%02d-%02dT07:%02d:00Z"^^xsd:dateTime ;
    rdfs:label "Blood pressure, reading %d"@en .
`, i%12+1, i, 271649006+i%50, 120+i%20, i%10, i%12+1, i%28+1, i%60, i)
	}
	return b.String()
}

// records is like readings, in the shape of FHIR RDF: most triples are about
// blank nodes, with some lists.
func records(n int) string {
	var b strings.Builder
	b.WriteString("@prefix fhir: <http://hl7.org/fhir/> .\n@prefix sct: <http://snomed.info/id/> .\n@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n\n")
	for i := range n {
		fmt.Fprintf(&b, `<Observation/r%d> a fhir:Observation ;
    fhir:status [ fhir:v "final" ] ;
    fhir:code [
        fhir:coding ( [
            a sct:%d ;
            fhir:system [ fhir:v "http://snomed.info/sct"^^xsd:anyURI ] ;
            fhir:code [ fhir:v "%d" ]
        ] )
    ] ;
    fhir:effective [ a fhir:DateTime ; fhir:v "2026-%02d-%02dT07:%02d:00Z"^^xsd:dateTime ] ;
    fhir:value [ a fhir:Quantity ; fhir:value [ fhir:v %d.%d ] ; fhir:unit [ fhir:v "mm[Hg]" ] ] .
`, i, 271649006+i%50, 271649006+i%50, i%12+1, i%28+1, i%60, 120+i%20, i%10)
	}
	return b.String()
}

// TestAllocationsPerTriple: reading and writing Turtle make at most two
// allocations for each triple, whatever the triples are like.
func TestAllocationsPerTriple(t *testing.T) {
	for name, text := range map[string]string{"readings": readings(500), "records": records(500)} {
		g, err := Decode(strings.NewReader(text), Turtle, benchBase, Limits{})
		if err != nil {
			t.Fatal(err)
		}
		for what, f := range map[string]func() error{
			"parse": func() error {
				return Parse(strings.NewReader(text), Turtle, benchBase, Limits{}, func(Quad) error { return nil })
			},
			"decode": func() error { _, err := Decode(strings.NewReader(text), Turtle, benchBase, Limits{}); return err },
			"encode": func() error { return g.Encode(io.Discard, Turtle) },
		} {
			allocs := testing.AllocsPerRun(3, func() {
				if err := f(); err != nil {
					t.Error(err)
				}
			}) / float64(g.Len())
			if t.Logf("%s, %s: %.2f", name, what, allocs); allocs > 2 {
				t.Errorf("%s, %s: %.2f allocations a triple", name, what, allocs)
			}
		}
	}
}

var benchBase = MustIRI("https://pods.example/maria/health/")

func BenchmarkParse(b *testing.B) {
	turtle := readings(10_000)
	g, err := Decode(strings.NewReader(turtle), Turtle, benchBase, Limits{})
	if err != nil {
		b.Fatal(err)
	}
	for _, mt := range []MediaType{Turtle, TriG, NTriples, NQuads} {
		text := turtle
		if mt == NTriples || mt == NQuads {
			var out bytes.Buffer
			if err := g.Encode(&out, mt); err != nil {
				b.Fatal(err)
			}
			text = out.String()
		}
		b.Run(mt.Essence(), func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			triples := 0
			for b.Loop() {
				triples = 0
				if err := Parse(strings.NewReader(text), mt, benchBase, Limits{}, func(Quad) error { triples++; return nil }); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(triples), "triples/op")
		})
	}
}

// BenchmarkRecords reads and writes Turtle that is mostly blank nodes.
func BenchmarkRecords(b *testing.B) {
	text := records(4000)
	g, err := Decode(strings.NewReader(text), Turtle, benchBase, Limits{})
	if err != nil {
		b.Fatal(err)
	}
	for name, f := range map[string]func() error{
		"parse": func() error {
			return Parse(strings.NewReader(text), Turtle, benchBase, Limits{}, func(Quad) error { return nil })
		},
		"decode": func() error { _, err := Decode(strings.NewReader(text), Turtle, benchBase, Limits{}); return err },
		"encode": func() error { return g.Encode(io.Discard, Turtle) },
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				if err := f(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(g.Len()), "triples/op")
		})
	}
}

func BenchmarkDecode(b *testing.B) {
	text := readings(10_000)
	for _, size := range []int{1, 100, 10_000} {
		text := text
		if size < 10_000 {
			text = readings(size)
		}
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Decode(strings.NewReader(text), Turtle, benchBase, Limits{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkEncode(b *testing.B) {
	g, err := Decode(strings.NewReader(readings(10_000)), Turtle, benchBase, Limits{})
	if err != nil {
		b.Fatal(err)
	}
	for _, mt := range []MediaType{Turtle, TriG, NTriples, NQuads, JSONLD} {
		b.Run(mt.Essence(), func(b *testing.B) {
			var out bytes.Buffer
			if err := g.Encode(&out, mt); err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(out.Len()))
			b.ReportAllocs()
			for b.Loop() {
				if err := g.Encode(io.Discard, mt); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkPatch changes one reading of a document of about a megabyte, step by step.
func BenchmarkPatch(b *testing.B) {
	text := readings(5000)
	g, err := Decode(strings.NewReader(text), Turtle, benchBase, Limits{})
	if err != nil {
		b.Fatal(err)
	}
	const data = `PREFIX fhir: <http://hl7.org/fhir/> DELETE DATA { <labs/2026-08#r7> fhir:value 127.7 }; INSERT DATA { <labs/2026-08#r7> fhir:value 99.5 };`
	const where = `PREFIX fhir: <http://hl7.org/fhir/> DELETE { <labs/2026-08#r7> fhir:value ?v } INSERT { <labs/2026-08#r7> fhir:value 99.5 } WHERE { <labs/2026-08#r7> fhir:value ?v }`
	for name, update := range map[string]string{"data": data, "where": where} {
		p, err := ParseSPARQLUpdate(strings.NewReader(update), benchBase, Limits{})
		if err != nil {
			b.Fatal(err)
		}
		b.Run("parse/"+name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := ParseSPARQLUpdate(strings.NewReader(update), benchBase, Limits{}); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run("apply/"+name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := p.Apply(g); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run("all/"+name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				g, err := Decode(strings.NewReader(text), Turtle, benchBase, Limits{})
				if err != nil {
					b.Fatal(err)
				}
				if g, err = p.Apply(g); err != nil {
					b.Fatal(err)
				}
				var out bytes.Buffer
				if err := g.Encode(&out, Turtle); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkRemove takes a quad out of graphs of several sizes, and puts it back.
func BenchmarkRemove(b *testing.B) {
	for _, n := range []int{10, 1000, 100_000} {
		g := NewGraph(n)
		for i := range n {
			g.Add(Blank(fmt.Sprint("s", i/5)), RDFValue.Term(), Text(fmt.Sprint(i)))
		}
		q := g.quads[n/2]
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if !g.Remove(q) || !g.AddQuad(q) {
					b.Fatal("not there")
				}
			}
		})
	}
}
