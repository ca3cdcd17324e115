package health

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"

	"skrin/health/internal/tree"
	"skrin/linkeddata"
)

// primitives counts the single values in a resource, apart from resourceType,
// as encoding/json sees them.
func primitives(body []byte) int {
	var v any
	if json.Unmarshal(body, &v) != nil {
		return -1
	}
	var count func(v any) int
	count = func(v any) (n int) {
		switch v := v.(type) {
		case map[string]any:
			for name, member := range v {
				if name != "resourceType" {
					n += count(member)
				}
			}
		case []any:
			for _, item := range v {
				n += count(item)
			}
		case nil:
		default:
			n = 1
		}
		return n
	}
	return count(v)
}

var fuzzLimits = Limits{Resource: 4 << 10, Entries: 50}

// FuzzReadFHIR: what goes in stands in the input as it is, is a sound resource,
// has a name that cannot mean anything else, and does not depend on how the
// bytes arrive.
func FuzzReadFHIR(f *testing.F) {
	for _, s := range []string{weight, patient, "[" + weight + "]", weight + "\n" + patient, "{", "[]", "\xef\xbb\xbf{}",
		`{"resourceType":"Bundle","type":"batch","entry":[{"fullUrl":"urn:uuid:1","resource":` + weight + `},{}]}`,
		`{"entry":[{"resource":{"resourceType":"Patient"}}],"resourceType":"Bundle"}`,
		`{"entry":[{"item":{}}],"resourceType":"List"}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		records, told := collect(bytes.NewReader(in), fuzzLimits)
		again, toldAgain := collect(iotest.OneByteReader(bytes.NewReader(in)), fuzzLimits)
		if !reflect.DeepEqual(records, again) || !reflect.DeepEqual(told, toldAgain) {
			t.Fatalf("%q depends on how it arrives: %q %q", in, told, toldAgain)
		}
		for _, r := range records {
			if !bytes.Contains(in, r.Body) || len(Check(r.Body)) > 0 {
				t.Fatalf("%q became %q", in, r.Body)
			}
			if !plainName(r.Name[len(r.Type)+1:]) || len(r.NameIfTaken) > 200 {
				t.Fatalf("name %q", r.Name)
			}
		}
	})
}

// FuzzReadOMH: whatever is taken becomes a resource that can be read and shown.
func FuzzReadOMH(f *testing.F) {
	f.Add(readFile(f, "testdata/watch.json"))
	f.Add([]byte(pointOf("1", "heart-rate", "2.0", `{"heart_rate":{"value":60,"unit":"beats/min"},`+at0725+`}`)))
	f.Add([]byte(pointOf("1", "step-count", "3.0", `{"step_count":{"value":1e2,"unit":"steps"},"effective_time_frame":{"time_interval":{"start_date_time":"2026-11-22T08:00:00Z","duration":{"value":1.5,"unit":"Mo"}}}}`)))
	f.Add([]byte("[{}]"))
	f.Fuzz(func(t *testing.T, in []byte) {
		records, _ := collectOMH(bytes.NewReader(in), fuzzLimits)
		for _, r := range records {
			if problems := Check(r.Body); len(problems) > 0 || !json.Valid(r.Body) {
				t.Fatalf("%q became %s: %v", in, r.Body, problems)
			}
		}
	})
}

// FuzzGraph: every value of a resource that Check has nothing against is in the
// graph, and what comes back from it comes back again.
func FuzzGraph(f *testing.F) {
	f.Add(readFile(f, "testdata/observation.json"))
	f.Add(readFile(f, "testdata/patient.json"))
	f.Add([]byte(`{"resourceType":"Bundle","entry":[{"fullUrl":"http://a.example/Patient/1","resource":{"resourceType":"Patient","link":[{"other":{"reference":"Patient/2"}}]}}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		asked := map[string]bool{}
		g, err := Graph(body, subject, func(ref string) linkeddata.IRI { asked[ref] = true; return linkeddata.IRI{} })
		if (err == nil) != (len(Check(body)) == 0) {
			t.Fatalf("%q: %v, but Check says %v", body, err, Check(body))
		}
		if err != nil {
			return
		}
		for _, ref := range References(body) {
			delete(asked, ref)
		}
		if len(asked) > 0 {
			t.Fatalf("%q: %v is not listed", body, asked)
		}
		if tr, err := tree.Parse(string(body), 64); err == nil && unique(tr, tree.Root) && countValues(g) != primitives(body) {
			t.Fatalf("%q: %d values in the graph, %d in the JSON", body, countValues(g), primitives(body))
		}
		for shape := range shapeMediaTypes {
			back := roundTrip(t, Shape(shape), body, false)
			if again := roundTrip(t, Shape(shape), back, true); !bytes.Equal(again, back) {
				t.Fatalf("%q: %s became %s", body, back, again)
			}
		}
	})
}

// unique says whether no object gives one of its members twice: encoding/json
// counts those once.
func unique(t *tree.Tree, n tree.Node) bool {
	seen := map[string]bool{}
	for m := t.First(n); m != 0; m = t.Next(m) {
		if t.Kind(n) == tree.Object {
			if seen[t.Key(m)] {
				return false
			}
			seen[t.Key(m)] = true
		}
		if !unique(t, m) {
			return false
		}
	}
	return true
}

// FuzzFromGraph: whatever linked data becomes a resource becomes a sound one,
// and that one comes back byte for byte.
func FuzzFromGraph(f *testing.F) {
	for _, s := range []string{
		`<> a fhir:Patient ; fhir:Patient.active [ fhir:value true ] ; fhir:Patient.name [ fhir:index 0 ; fhir:HumanName.given [ fhir:index 0 ] , [ fhir:index 1 ; fhir:value "A" ; fhir:Element.id [ fhir:value "x" ] ] ] .`,
		`<> a fhir:_Observation ; fhir:nodeRole fhir:treeRoot ; fhir:value [ a fhir:Quantity ; fhir:value [ fhir:v 6.30 ] ] ; fhir:_component ( [ fhir:modifierExtension ( [ ] ) ] ) ; fhir:contained ( [ a fhir:Patient ] ) ; fhir:category ( ) .`,
		`<> a fhir:Bundle ; fhir:Bundle.entry [ fhir:index 0 ; fhir:Bundle.entry.fullUrl [ fhir:value "urn:x:1" ] ; fhir:Bundle.entry.resource <urn:x:1> ] . <urn:x:1> a fhir:Group ; fhir:DomainResource.text [ fhir:Narrative.div "<div/>" , [ fhir:Element.id [ fhir:value "d" ] ] ] .`,
		`<> a fhir:Observation ; fhir:Observation.subject [ fhir:link <urn:x:1> ] ; fhir:Observation.valueQuantity [ fhir:Quantity.value [ fhir:value "+1E-3"^^xsd:double ] ] .`,
	} {
		f.Add(s)
	}
	limits := linkeddata.Limits{Bytes: 8 << 10, Quads: 1000}
	f.Fuzz(func(t *testing.T, text string) {
		g, err := linkeddata.Decode(strings.NewReader(prefixes+text), linkeddata.Turtle, subject, limits)
		if err != nil {
			return
		}
		body, err := FromGraph(g, subject)
		if err != nil {
			return
		}
		if found := Check(body); len(found) > 0 || !json.Valid(body) {
			t.Fatalf("%s became %s: %v", text, body, found)
		}
		if back := roundTrip(t, ShapeR5, body, false); !bytes.Equal(back, body) {
			t.Fatalf("%s became %s", body, back)
		}
	})
}

// FuzzValidate: its errors are those of Check, no warning hides one, and what is
// told is a sound resource.
func FuzzValidate(f *testing.F) {
	f.Add(readFile(f, "testdata/observation.json"))
	f.Add(readFile(f, "testdata/patient.json"))
	f.Add([]byte(`{"resourceType":"Observation","contained":[{"resourceType":"Patient","id":""}],"subject":{"reference":"#p"},"extension":[{"valueDecimal":1e9,"valueOid":"urn:oid:1.2","valueUuid":"urn:uuid:"}],"category":[],"method":{},"_status":{},"note":[{"_text":{}}]}`))
	f.Add([]byte(`{"resourceType":"Patient","birthDate":"2023-02-29","name":[{"given":[null,"\u0000"]}],"photo":[{"data":"SGk="}],"":1,"_":{}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var errors []string
		found := Validate(body)
		for _, p := range found {
			if !p.Warning {
				errors = append(errors, p.Where+p.What)
			}
		}
		var want []string
		for _, p := range Check(body) {
			want = append(want, p.Where+p.What)
		}
		if !reflect.DeepEqual(errors, want) {
			t.Fatalf("%q: %q, but Check says %q", body, errors, want)
		}
		if again := Validate(Outcome(found)); len(again) > 0 {
			t.Fatalf("%q: %s: %v", body, Outcome(found), again)
		}
	})
}
