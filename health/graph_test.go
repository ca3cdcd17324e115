package health

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"

	"skrin/linkeddata"
)

var subject = linkeddata.MustIRI("https://vault.example/carmen/health/vitals/observation-pef-1")

func follow(g *linkeddata.Graph, from linkeddata.Term, path string) []linkeddata.Term {
	at := []linkeddata.Term{from}
	for _, name := range strings.Fields(path) {
		predicate := fhirTerm(name)
		if name == "a" {
			predicate = rdfType
		}
		name, index, indexed := strings.Cut(name, "#") // "Patient.name#0": the item with this index
		if indexed {
			predicate = fhirTerm(name)
		}
		var next []linkeddata.Term
		for _, s := range at {
			for o := range g.Objects(s, predicate) {
				if !indexed || contains(g, o, index) {
					next = append(next, o)
				}
			}
		}
		at = next
	}
	return at
}

func contains(g *linkeddata.Graph, node linkeddata.Term, index string) bool {
	for o := range g.Objects(node, fhirIndex) {
		return o == linkeddata.Typed(index, linkeddata.XSDInteger)
	}
	return false
}

func TestGraphOfFixtures(t *testing.T) {
	resolve := func(ref string) linkeddata.IRI {
		if ref == "Patient/carmen" {
			return linkeddata.MustIRI("https://vault.example/carmen/health/other/patient-carmen")
		}
		return linkeddata.IRI{}
	}
	for file, want := range map[string]map[string]linkeddata.Term{
		"testdata/observation.json": {
			"a":                                    fhirTerm("Observation"),
			"nodeRole":                             fhirTreeRoot,
			"Resource.id value":                    linkeddata.Text("pef-1"),
			"Resource.meta Meta.lastUpdated value": linkeddata.Typed("2026-11-22T07:31:00.250+01:00", linkeddata.XSDDateTime),
			"Resource.meta Meta.profile#0 value":   linkeddata.Text("http://example.org/profile|1.0"),
			"DomainResource.contained#0 a":         fhirTerm("Device"),
			"DomainResource.contained#0 Resource.id value":                                     linkeddata.Text("meter"),
			"DomainResource.contained#0 Device.deviceName#0 Device.deviceName.name value":      linkeddata.Text("Peak flow meter"),
			"DomainResource.modifierExtension#0 Extension.valueBoolean value":                  linkeddata.Typed("false", linkeddata.XSDBoolean),
			"Observation.status value":                                                         linkeddata.Text("final"),
			"Observation.status Element.extension#0 Extension.url value":                       linkeddata.Text("http://example.org/why"),
			"Observation.status Element.extension#0 Extension.valueCode value":                 linkeddata.Text("asked"),
			"Observation.code CodeableConcept.coding#0 a":                                      linkeddata.MustIRI("http://loinc.org/rdf#19935-6").Term(),
			"Observation.code CodeableConcept.coding#1 a":                                      linkeddata.MustIRI("http://snomed.info/id/18491006").Term(),
			"Observation.code CodeableConcept.coding#2 a":                                      {},
			"Observation.subject link":                                                         linkeddata.MustIRI("https://vault.example/carmen/health/other/patient-carmen").Term(),
			"Observation.subject link a":                                                       fhirTerm("Patient"),
			"Observation.subject Reference.reference value":                                    linkeddata.Text("Patient/carmen"),
			"Observation.encounter link":                                                       linkeddata.MustIRI("urn:uuid:5f3c6c1e-0000-4000-8000-000000000001").Term(),
			"Observation.encounter link a":                                                     fhirTerm("Encounter"),
			"Observation.device link":                                                          {},
			"Observation.effectiveDateTime value":                                              linkeddata.Typed("2026-11", linkeddata.XSDGYearMonth),
			"Observation.valueQuantity Quantity.value value":                                   linkeddata.Typed("310.0", linkeddata.XSDDecimal),
			"Observation.note#0 Annotation.text value":                                         linkeddata.Text("slept \"badly\"\nå"),
			"Observation.component#0 Observation.component.valueInteger value":                 linkeddata.Typed("2", linkeddata.XSDInteger),
			"Observation.component#1 Observation.component.valueQuantity Quantity.value value": linkeddata.Typed("1e-3", linkeddata.XSDDouble),
		},
		"testdata/patient.json": {
			"DomainResource.text Narrative.div":                                                linkeddata.Text(`<div xmlns="http://www.w3.org/1999/xhtml">Carmen</div>`),
			"Patient.name#0 HumanName.given#0 value":                                           linkeddata.Text("Carmen"),
			"Patient.name#0 HumanName.given#1 value":                                           {},
			"Patient.name#0 HumanName.given#1 Element.extension#0 Extension.valueString value": linkeddata.Text("M"),
			"Patient.name#0 HumanName.given#2 value":                                           linkeddata.Text("Luz"),
			"Patient.name#0 HumanName.given#2 Element.id value":                                linkeddata.Text("third"),
			"Patient.birthDate Element.extension#0 Extension.valueCode value":                  linkeddata.Text("masked"),
			"Patient.multipleBirthInteger value":                                               linkeddata.Typed("2", linkeddata.XSDInteger),
			"Patient.telecom#0 ContactPoint.rank value":                                        linkeddata.Typed("1", linkeddata.XSDPositiveInteger),
			"Patient.generalPractitioner#0 link":                                               {},
			"Patient.generalPractitioner#1 Reference.display value":                            linkeddata.Text("somebody"),
		},
	} {
		g, err := Graph(readFile(t, file), subject, resolve)
		if err != nil {
			t.Fatal(file, err)
		}
		for path, term := range want {
			got := follow(g, subject.Term(), path)
			if term.IsZero() && len(got) > 0 || !term.IsZero() && !reflect.DeepEqual(got, []linkeddata.Term{term}) {
				t.Errorf("%s: %s is %v, want %v", file, path, got, term)
			}
		}
	}
}

func TestStructuralProblems(t *testing.T) {
	for _, tc := range []struct {
		body string
		want string
		err  error
	}{
		{`{"resourceType":"Observation","valueQuantity":{"value":"6.3"}}`, "entry 0: Observation.valueQuantity.value: text where a number belongs", ErrInvalid},
		{`{"resourceType":"Observation","status":1}`, "entry 0: Observation.status: a number where text belongs", ErrInvalid},
		{`{"resourceType":"Observation","note":{"text":"x"}}`, "entry 0: Observation.note: a single value where a list belongs", ErrInvalid},
		{`{"resourceType":"Observation","status":["final"]}`, "entry 0: Observation.status: a list where a single value belongs", ErrInvalid},
		{`{"resourceType":"Observation","component":[{},{"valueString":{}}]}`, "entry 0: Observation.component[1].valueString: an object where text belongs", ErrInvalid},
		{`{"resourceType":"Observation","contained":[{"resourceType":"Patient","active":"yes"}]}`, "entry 0: Observation.contained[0].active: text where true or false belongs", ErrInvalid},
		{`{"resourceType":"Observation","contained":[{"id":"x"}]}`, "entry 0: Observation.contained[0]: resourceType is missing, so this is no FHIR resource", ErrInvalid},
		{`{"resourceType":"Observation","effectiveDateTime":"22/11/2026"}`, "entry 0: Observation.effectiveDateTime: not written as a FHIR dateTime", ErrInvalid},
		{`{"resourceType":"Observation","valueInteger":1.0}`, "entry 0: Observation.valueInteger: no value of type integer", ErrInvalid},
		{`{"resourceType":"Observation","valueInteger":1,"valueString":"a"}`, "entry 0: Observation.valueString: stands twice, or two types of a choice are given", ErrInvalid},
		{`{"resourceType":"Observation","status":"final","status":"final"}`, "entry 0: Observation.status: stands twice, or two types of a choice are given", ErrInvalid},
		{`{"resourceType":"Observation","code":null}`, "entry 0: Observation.code: null where an object belongs", ErrInvalid},
		{`{"resourceType":"Observation","_code":{}}`, "entry 0: Observation._code: unknown element of Observation", ErrInvalid},
		{`{"resourceType":"Observation","value":1}`, "entry 0: Observation.value: unknown element of Observation", ErrInvalid},
		{`{"resourceType":"Observation","her name is Ann":1}`, "entry 0: Observation.(a name with other characters): unknown element of Observation", ErrInvalid},
		{`{"resourceType":"Quantity"}`, "entry 0: Quantity is no FHIR R4 resource type", ErrUnknownType},
		{`{"resourceType":"DomainResource"}`, "entry 0: DomainResource is no FHIR R4 resource type", ErrUnknownType},
		{`{"resourceType":"Patient","resourceType":"Observation"}`, "entry 0: Patient.resourceType: unknown element of Patient", ErrInvalid},
		{`{"resourceType":7}`, "entry 0: resourceType must be a text", ErrInvalid},
		{`[]`, "entry 0: a list where a resource belongs", ErrInvalid},
		{`{`, "entry 0: byte 1: a name in quotes belongs here", ErrMalformed},
		{`{"resourceType":"Patient","name":[` + strings.Repeat(`{"extension":[`, 40) + strings.Repeat(`]}`, 40) + `]}`, "entry 0: byte 468: nested too deep", ErrLimit},
	} {
		found := Check([]byte(tc.body))
		if len(found) == 0 || found[0].Error() != tc.want || !errors.Is(&found[0], tc.err) {
			t.Errorf("%s: %v, want %s", tc.body, found, tc.want)
		}
		if _, err := Graph([]byte(tc.body), subject, nil); !errors.Is(err, tc.err) {
			t.Errorf("%s: graph %v", tc.body, err)
		}
	}
}

func TestDates(t *testing.T) {
	for _, tc := range []struct {
		typ, text string
		ok        bool
	}{
		{"date", "2026", true}, {"date", "2026-11", true}, {"date", "2026-11-22", true},
		{"date", "2026-13", false}, {"date", "0000", false}, {"date", "2026-11-22T07:25:00Z", false}, {"date", "", false}, {"date", "26-11-22", false},
		{"dateTime", "2026", true}, {"dateTime", "2026-11-22T07:25:00Z", true}, {"dateTime", "2026-11-22T07:25:00.123-05:00", true},
		{"dateTime", "2026-11-22T07:25:00", false}, {"dateTime", "2026-11-22T07:25Z", false}, {"dateTime", "2026-11-22T25:25:00Z", false}, {"dateTime", "2026-11T07:25:00Z", false},
		{"instant", "2026-11-22T07:25:00Z", true}, {"instant", "2026-11-22", false}, {"instant", "2026-11-22T07:25:00.Z", false},
		{"time", "07:25:00", true}, {"time", "07:25:00.5", true}, {"time", "07:25", false}, {"time", "07:25:00Z", false}, {"time", "", false},
		{"string", "anything", true},
	} {
		if got := temporal(tc.text, tc.typ); got != tc.ok {
			t.Errorf("%s %q: %v", tc.typ, tc.text, got)
		}
	}
}

func TestReferences(t *testing.T) {
	got := References(readFile(t, "testdata/observation.json"))
	if want := []string{"Patient/carmen", "urn:uuid:5f3c6c1e-0000-4000-8000-000000000001"}; !reflect.DeepEqual(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	for _, body := range []string{"", "[]", "{", `{"resourceType":"DetectedIssue","reference":"Patient/1"}`, `{"resourceType":"Patient","generalPractitioner":[3,{"reference":4}]}`} {
		if got := References([]byte(body)); got != nil {
			t.Errorf("%s: %q", body, got)
		}
	}
}

// TestEverythingBecomesAGraph: all official examples, all demo citizens and all
// summaries; what Graph asks to be resolved is what References lists; and the
// numbers of statements say that nothing is left out.
func TestEverythingBecomesAGraph(t *testing.T) {
	var bodies [][]byte
	for _, file := range shared(t, "fhir-r4-examples/*.json") {
		bodies = append(bodies, readFile(t, file))
	}
	for _, file := range append(shared(t, "synthea-r4/*.json"), shared(t, "ips/*.json")...) {
		bodies = append(bodies, readFile(t, file))
		for _, e := range entries(t, file) {
			bodies = append(bodies, e.Resource)
		}
	}
	for _, body := range bodies {
		asked := map[string]bool{}
		g, err := Graph(body, subject, func(ref string) linkeddata.IRI {
			asked[ref] = true
			return linkeddata.IRI{}
		})
		if err != nil {
			t.Errorf("%.80s: %v", body, err)
			continue
		}
		listed := map[string]bool{}
		for _, ref := range References(body) {
			listed[ref] = true
		}
		if !reflect.DeepEqual(asked, listed) {
			t.Errorf("%.80s: asked for %v, listed %v", body, asked, listed)
		}
		if got, want := countValues(g), primitives(body); got != want {
			t.Errorf("%.80s: %d values in the graph, %d in the JSON", body, got, want)
		}
	}
	t.Log(len(bodies), "resources")
}

func countValues(g *linkeddata.Graph) (n int) {
	for q := range g.Quads() {
		if q.P == fhirValue || q.P == fhirTerm("Narrative.div") {
			n++
		}
	}
	return n
}

// demoCitizen is a Bundle as received, with its indentation, and without.
func demoCitizen(b *testing.B) map[string][]byte {
	received := readFile(b, shared(b, "synthea-r4/Malik*.json")[0])
	var compact bytes.Buffer
	if err := json.Compact(&compact, received); err != nil {
		b.Fatal(err)
	}
	return map[string][]byte{"received": received, "compact": compact.Bytes()}
}

func benchmark(b *testing.B, work func(body []byte) error) {
	for name, body := range demoCitizen(b) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				if err := work(body); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkGraph(b *testing.B) {
	benchmark(b, func(body []byte) error {
		_, err := Graph(body, subject, nil)
		return err
	})
}

// BenchmarkTurtle is the whole way from FHIR JSON to Turtle.
func BenchmarkTurtle(b *testing.B) {
	for shape, mt := range shapeMediaTypes {
		b.Run(mt.Param("fhirVersion"), func(b *testing.B) {
			benchmark(b, func(body []byte) error {
				g, err := Shape(shape).Graph(body, subject, nil)
				if err != nil {
					return err
				}
				return g.Encode(io.Discard, linkeddata.Turtle)
			})
		})
	}
}

func BenchmarkFromGraph(b *testing.B) {
	g, err := Graph(demoCitizen(b)["compact"], subject, nil)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(demoCitizen(b)["compact"])))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := FromGraph(g, subject); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkValidate(b *testing.B) {
	benchmark(b, func(body []byte) error {
		if found := Validate(body); len(found) > 0 {
			return &found[0]
		}
		return nil
	})
}

func BenchmarkReadFHIR(b *testing.B) {
	body := readFile(b, shared(b, "synthea-r4/Malik*.json")[0])
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		collect(strings.NewReader(string(body)), Limits{})
	}
}
