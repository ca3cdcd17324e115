package health

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"skrin/linkeddata"
)

// corpus is every resource at hand: the official examples, the summaries and
// the demo citizens' Bundles, these as a whole and entry by entry.
func corpus(t testing.TB) (bodies [][]byte) {
	for _, file := range shared(t, "fhir-r4-examples/*.json") {
		bodies = append(bodies, readFile(t, file))
	}
	for _, file := range append(shared(t, "synthea-r4/*.json"), shared(t, "ips/*.json")...) {
		bodies = append(bodies, readFile(t, file))
		for _, e := range entries(t, file) {
			bodies = append(bodies, e.Resource)
		}
	}
	return bodies
}

// values reads JSON with the numbers as they are written.
func values(t testing.TB, body []byte) (v any) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	return v
}

// throughText writes a graph as Turtle and reads that.
func throughText(t testing.TB, g *linkeddata.Graph) *linkeddata.Graph {
	t.Helper()
	var text bytes.Buffer
	if err := g.Encode(&text, linkeddata.Turtle); err != nil {
		t.Fatal(err)
	}
	back, err := linkeddata.Decode(&text, linkeddata.Turtle, subject, linkeddata.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return back
}

// resolved gives some references an address, as a vault does.
func resolved(ref string) linkeddata.IRI {
	if typ, id, _ := strings.Cut(ref, "/"); id != "" && len(ref)%2 == 0 {
		if iri, err := linkeddata.ParseIRI("https://vault.example/carmen/health/" + typ + "-" + id); err == nil {
			return iri
		}
	}
	return linkeddata.IRI{}
}

func roundTrip(t testing.TB, shape Shape, body []byte, text bool) []byte {
	t.Helper()
	g, err := shape.Graph(body, subject, resolved)
	if err != nil {
		t.Fatalf("%.200s: %v", body, err)
	}
	if text {
		g = throughText(t, g)
	}
	back, err := FromGraph(g, subject)
	if err != nil {
		t.Fatalf("%.200s: %v", body, err)
	}
	return back
}

// TestEverythingComesBack: FHIR JSON, linked data, FHIR JSON, in both shapes.
// Nothing is excepted.
func TestEverythingComesBack(t *testing.T) {
	bodies := corpus(t)
	for i, body := range bodies {
		want := values(t, body)
		for shape := range shapeMediaTypes {
			back := roundTrip(t, Shape(shape), body, i%4 == shape)
			if !reflect.DeepEqual(values(t, back), want) {
				t.Errorf("%.80s: shape %d gives\n%s", body, shape, difference(want, values(t, back), ""))
			}
		}
	}
	t.Log(len(bodies), "resources, each in", len(shapeMediaTypes), "shapes")
}

// difference finds a place where two values differ.
func difference(a, b any, at string) string {
	switch a := a.(type) {
	case map[string]any:
		if b, ok := b.(map[string]any); ok {
			for name := range a {
				if !reflect.DeepEqual(a[name], b[name]) {
					return difference(a[name], b[name], at+"."+name)
				}
			}
			for name := range b {
				if _, there := a[name]; !there {
					return at + " has a new member " + name
				}
			}
		}
	case []any:
		if b, ok := b.([]any); ok && len(a) == len(b) {
			for i := range a {
				if !reflect.DeepEqual(a[i], b[i]) {
					return difference(a[i], b[i], at+"[]")
				}
			}
		}
	}
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	return at + ": " + string(x) + " became " + string(y)
}

var _ = errors.Is
