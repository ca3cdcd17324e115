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

// TestEverythingComesBack: FHIR JSON, linked data, FHIR JSON, in both shapes, now
// and then as text in between. Nothing is excepted. The entries of Bundles are
// seen in both shapes with their Bundle, and alone in one.
func TestEverythingComesBack(t *testing.T) {
	t.Parallel()
	bodies := corpus(t)
	examples := len(shared(t, "fhir-r4-examples/*.json"))
	for i, body := range bodies {
		want := values(t, body)
		for shape := range shapeMediaTypes {
			if i > examples && i%2 == shape && len(body) < 10_000 {
				continue
			}
			back := roundTrip(t, Shape(shape), body, i%3 == 0)
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

// TestNotRestored are the exceptions that FromGraph names: all of them are
// against FHIR.
func TestNotRestored(t *testing.T) {
	for _, tc := range []struct {
		name, in, r4, r5 string // "" when nothing is lost
	}{
		{"an empty list", `{"resourceType":"Patient","name":[]}`, `{"resourceType":"Patient"}`, ""},
		{"an empty object beside a value", `{"resourceType":"Patient","gender":"male","_gender":{}}`,
			`{"resourceType":"Patient","gender":"male"}`, `{"resourceType":"Patient","gender":"male"}`},
		{"lists of unequal length", `{"resourceType":"Patient","name":[{"given":["A","B"],"_given":[{"id":"a"}]}]}`,
			`{"resourceType":"Patient","name":[{"given":["A","B"],"_given":[{"id":"a"},null]}]}`, `{"resourceType":"Patient","name":[{"given":["A","B"],"_given":[{"id":"a"},null]}]}`},
		{"nulls for values only", `{"resourceType":"Patient","name":[{"given":[null],"_given":[{"id":"a"}]}]}`,
			`{"resourceType":"Patient","name":[{"_given":[{"id":"a"}]}]}`, `{"resourceType":"Patient","name":[{"_given":[{"id":"a"}]}]}`},
		{"nulls beside values only", `{"resourceType":"Patient","name":[{"given":["A"],"_given":[null]}]}`,
			`{"resourceType":"Patient","name":[{"given":["A"]}]}`, `{"resourceType":"Patient","name":[{"given":["A"]}]}`},
		{"half a surrogate pair", `{"resourceType":"Patient","language":"\ud83d"}`,
			`{"resourceType":"Patient","language":"\ufffd"}`, `{"resourceType":"Patient","language":"\ufffd"}`},

		{"nulls in a list", `{"resourceType":"Patient","name":[{"given":[null,"A",null]}]}`, "", ""},
		{"an empty object", `{"resourceType":"Patient","name":[{},{}],"_gender":{}}`, "", ""},
		{"something beside a narrative", `{"resourceType":"Patient","text":{"div":"<div/>","_div":{"id":"d"}}}`, "", ""},
		{"only something beside a narrative", `{"resourceType":"Patient","text":{"_div":{"id":"d"}}}`, "", ""},
		{"a patient linked with itself by a wrong name", `{"resourceType":"Patient","link":[{"other":{"reference":"` + subject.String() + `","type":"Group"}}]}`, "", ""},
		{"one address for two entries", `{"resourceType":"Bundle","entry":[{"fullUrl":"urn:x:1","resource":{"resourceType":"Patient"}},{"fullUrl":"urn:x:1","resource":{"resourceType":"Group"}}]}`, "", ""},
		{"an entry with the Bundle's address", `{"resourceType":"Bundle","entry":[{"fullUrl":"` + subject.String() + `","resource":{"resourceType":"Patient"}}]}`, "", ""},
		{"index and link as names", `{"resourceType":"TestScript","origin":[{"index":7}],"contained":[{"resourceType":"Patient","link":[{"type":"seealso"}]}]}`, "", ""},
	} {
		for shape, want := range []string{tc.r4, tc.r5} {
			if want == "" {
				want = tc.in
			}
			if back := roundTrip(t, Shape(shape), []byte(tc.in), true); !reflect.DeepEqual(values(t, back), values(t, []byte(want))) {
				t.Errorf("%s: shape %d gives %s, want %s", tc.name, shape, back, want)
			}
		}
	}
}

const prefixes = "@prefix fhir: <http://hl7.org/fhir/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix sct: <http://snomed.info/id/> . @prefix loinc: <http://loinc.org/rdf#> .\n"

func turtleOf(t testing.TB, text string) *linkeddata.Graph {
	t.Helper()
	g, err := linkeddata.Decode(strings.NewReader(prefixes+text), linkeddata.Turtle, subject, linkeddata.Limits{})
	if err != nil {
		t.Fatal(err, text)
	}
	return g
}

// TestFromForeignGraphs: what others may write is read, or refused with the place and the reason.
func TestFromForeignGraphs(t *testing.T) {
	for _, tc := range []struct {
		name, graph string
		want        string // JSON, or the problem
	}{
		{"the R4 shape", `<> a fhir:Patient ; fhir:Patient.active [ fhir:value true ] ; fhir:Patient.multipleBirthInteger [ fhir:value 2 ] .`,
			`{"resourceType":"Patient","active":true,"multipleBirthInteger":2}`},
		{"the R5 shape", `<> a fhir:Patient ; fhir:nodeRole fhir:treeRoot ; fhir:active [ fhir:v true ] ; fhir:multipleBirth [ a fhir:integer ; fhir:v 2 ] ; fhir:name ( [ fhir:given ( [ fhir:v "A" ] [ fhir:v "B" ] ) ] ) .`,
			`{"resourceType":"Patient","active":true,"name":[{"given":["A","B"]}],"multipleBirthInteger":2}`},
		{"a type and nothing else", `<> a fhir:Patient .`, `{"resourceType":"Patient"}`},
		{"XSD numbers", `<> a fhir:Observation ; fhir:Observation.component [ fhir:index 1 ; fhir:Observation.component.valueQuantity [ fhir:Quantity.value [ fhir:value "+.50"^^xsd:decimal ] ] ] , [ fhir:index 0 ; fhir:Observation.component.valueQuantity [ fhir:Quantity.value [ fhir:value "-007."^^xsd:decimal ] ] ] .`,
			`{"resourceType":"Observation","component":[{"valueQuantity":{"value":-7}},{"valueQuantity":{"value":0.50}}]}`},
		{"XSD booleans", `<> a fhir:Patient ; fhir:Patient.active [ fhir:value "1"^^xsd:boolean ] ; fhir:Patient.deceasedBoolean [ fhir:value "0"^^xsd:boolean ] .`, `{"resourceType":"Patient","active":true,"deceasedBoolean":false}`},
		{"one item needs no index", `<> a fhir:Patient ; fhir:Patient.name [ fhir:HumanName.text [ fhir:value "A" ] ] .`, `{"resourceType":"Patient","name":[{"text":"A"}]}`},
		{"only a link", `<> a fhir:Observation ; fhir:Observation.subject [ fhir:link <patient-1> ; fhir:Reference.display [ fhir:value "A" ] ] . <patient-1> a fhir:Patient .`,
			`{"resourceType":"Observation","subject":{"reference":"https://vault.example/carmen/health/vitals/patient-1","display":"A"}}`},
		{"other subjects do not matter", `<> a fhir:Patient . <x.ttl> a fhir:Observation ; fhir:what "ever" .`, `{"resourceType":"Patient"}`},
		{"modified, as R5 says it", `<> a fhir:_Patient ; fhir:modifierExtension ( [ fhir:url [ fhir:v "http://a.example/"^^xsd:anyURI ] ; fhir:value [ a fhir:boolean ; fhir:v true ] ] ) ; fhir:_contact ( [ fhir:modifierExtension ( [ ] ) ] ) .`,
			`{"resourceType":"Patient","modifierExtension":[{"url":"http://a.example/","valueBoolean":true}],"contact":[{"modifierExtension":[{}]}]}`},

		{"nothing", ``, "no FHIR R4 resource type"},
		{"an unknown type", `<> a fhir:Spaceship .`, "no FHIR R4 resource type"},
		{"two types", `<> a fhir:Patient, fhir:Group .`, "two types of resource"},
		{"another vocabulary", `<> a fhir:Patient ; <http://xmlns.com/foaf/0.1/name> "A" .`, "Patient: a statement that Patient has no element for: in another vocabulary"},
		{"an unknown element", `<> a fhir:Patient ; fhir:Patient.colour [ fhir:value "A" ] .`, "Patient: a statement that Patient has no element for: colour"},
		{"another type's element", `<> a fhir:Patient ; fhir:Group.active [ fhir:value true ] .`, "Patient: a statement that Patient has no element for: active"},
		{"a choice without its type", `<> a fhir:Patient ; fhir:multipleBirth [ fhir:v 2 ] .`, "Patient: a statement that Patient has no element for: multipleBirth"},
		{"a choice of another type", `<> a fhir:Patient ; fhir:multipleBirth [ a fhir:string ; fhir:v "2" ] .`, "Patient: a statement that Patient has no element for: multipleBirth"},
		{"both types of a choice", `<> a fhir:Patient ; fhir:multipleBirth [ a fhir:integer ; fhir:v 2 ] , [ a fhir:boolean ; fhir:v true ] .`, "Patient.multipleBirthInteger: stands twice, or two types of a choice are given"},
		{"two values", `<> a fhir:Patient ; fhir:Patient.gender [ fhir:value "a", "b" ] .`, "Patient.gender: has two values"},
		{"twice", `<> a fhir:Patient ; fhir:Patient.gender [ fhir:value "a" ] , [ fhir:value "b" ] .`, "Patient.gender: stands twice"},
		{"no number", `<> a fhir:Patient ; fhir:Patient.multipleBirthInteger [ fhir:value "two" ] .`, "Patient.multipleBirthInteger: no value of type integer"},
		{"not a whole number", `<> a fhir:Patient ; fhir:Patient.multipleBirthInteger [ fhir:value 1.5 ] .`, "Patient.multipleBirthInteger: no value of type integer"},
		{"infinity", `<> a fhir:Observation ; fhir:Observation.valueQuantity [ fhir:Quantity.value [ fhir:value "INF"^^xsd:double ] ] .`, "Observation.valueQuantity.value: no value of type decimal"},
		{"no boolean", `<> a fhir:Patient ; fhir:Patient.active [ fhir:value "yes" ] .`, "Patient.active: no value of type boolean"},
		{"an IRI for a value", `<> a fhir:Patient ; fhir:Patient.gender [ fhir:value <http://a.example/> ] .`, "Patient.gender: no value of type code"},
		{"no date", `<> a fhir:Patient ; fhir:Patient.birthDate [ fhir:value "22/11/2026"^^xsd:date ] .`, "Patient.birthDate: not written as a FHIR date"},
		{"a text for a thing", `<> a fhir:Patient ; fhir:Patient.maritalStatus "S" .`, "Patient.maritalStatus: a text where a thing with elements belongs"},
		{"a hole in a list", `<> a fhir:Patient ; fhir:Patient.name [ fhir:index 0 ] , [ fhir:index 2 ] .`, "Patient.name: the places in the list (fhir:index) must be 0, 1, 2 and so on"},
		{"a place given twice", `<> a fhir:Patient ; fhir:Patient.name [ fhir:index 0 ] , [ fhir:index 0 ] .`, "Patient.name: the places in the list (fhir:index) must be 0, 1, 2 and so on"},
		{"no places", `<> a fhir:Patient ; fhir:Patient.name [ ] , [ ] .`, "Patient.name: the places in the list (fhir:index) must be 0, 1, 2 and so on"},
		{"a place far away", `<> a fhir:Patient ; fhir:Patient.name [ fhir:index 999999999 ] .`, "Patient.name: the places in the list (fhir:index) must be 0, 1, 2 and so on"},
		{"no list", `<> a fhir:Patient ; fhir:name [ fhir:text [ fhir:v "A" ] ] .`, "Patient.name: not a list"},
		{"two lists", `<> a fhir:Patient ; fhir:name ( ) , ( [ ] ) .`, "Patient.name: has two lists"},
		{"a list without end", `<> a fhir:Patient ; fhir:name _:a . _:a <http://www.w3.org/1999/02/22-rdf-syntax-ns#first> [ ] ; <http://www.w3.org/1999/02/22-rdf-syntax-ns#rest> _:a .`, "Patient.name: the same node stands in two places"},
		{"a node in two places", `<> a fhir:Patient ; fhir:Patient.name _:a ; fhir:Patient.contact [ fhir:Patient.contact.name _:a ] . _:a fhir:HumanName.text [ fhir:value "A" ] .`, "Patient.contact[0]: the same node stands in two places"},
		{"a resource in itself", `<> a fhir:Patient ; fhir:DomainResource.contained <> .`, "Patient: the same node stands in two places"},
		{"mixed shapes", `<> a fhir:Patient ; fhir:Patient.gender [ fhir:value "male" ] ; fhir:active [ fhir:v true ] .`, "Patient: a statement that Patient has no element for: active"},
		{"a narrative twice", `<> a fhir:Patient ; fhir:DomainResource.text [ fhir:Narrative.div "a", "b" ] .`, "Patient.text.div: stands twice"},
	} {
		got, err := FromGraph(turtleOf(t, tc.graph), subject)
		if !strings.HasPrefix(tc.want, "{") {
			var p *Problem
			if !errors.As(err, &p) || p.Error() != tc.want || got != nil || !errors.Is(err, ErrInvalid) && !errors.Is(err, ErrUnknownType) {
				t.Errorf("%s: %s %v, want %s", tc.name, got, err, tc.want)
			}
			continue
		}
		if err != nil || string(got) != tc.want {
			t.Errorf("%s: %s %v, want %s", tc.name, got, err, tc.want)
		}
	}
}

// TestDeepAndWideGraphs: what somebody made up costs time in proportion, and an answer.
func TestDeepAndWideGraphs(t *testing.T) {
	deep := linkeddata.NewGraph(0)
	deep.Add(subject.Term(), rdfType, fhirTerm("Patient"))
	at := subject.Term()
	var b blanks
	predicate := fhirTerm("DomainResource.extension")
	for range 100_000 {
		next := b.next()
		deep.Add(at, predicate, next)
		at, predicate = next, fhirTerm("Element.extension")
	}
	if _, err := FromGraph(deep, subject); !errors.Is(err, ErrLimit) {
		t.Error(err)
	}
	wide := linkeddata.NewGraph(0)
	wide.Add(subject.Term(), rdfType, fhirTerm("Patient"))
	for i := range 50_000 {
		name := b.next()
		wide.Add(subject.Term(), fhirTerm("Patient.name"), name)
		wide.Add(name, fhirIndex, index(i))
	}
	if _, err := FromGraph(wide, subject); err != nil {
		t.Error(err)
	}
	for i := range 50_000 { // one node that says everything, asked for again and again
		wide.Add(subject.Term(), fhirTerm("Patient.p"+index(i).Value()), at)
		wide.Add(at, fhirIndex, index(i))
	}
	if _, err := FromGraph(wide, subject); !errors.Is(err, ErrInvalid) {
		t.Error(err)
	}
}
