package health

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"

	"skrin/health/internal/elements"
)

// collect reads everything; told are the problems in one line each.
func collect(r io.Reader, lim Limits) (records []Record, told []string) {
	for rec, p := range ReadFHIR(r, lim) {
		if p != nil {
			told = append(told, p.Error())
		} else {
			records = append(records, rec)
		}
	}
	return records, told
}

const (
	weight  = `{"resourceType":"Observation","id":"w1","category":[{"coding":[{"code":"vital-signs"}]}],"valueQuantity":{"value":6.30}}`
	patient = `{ "resourceType" : "Patient", "id": "P.1" }`
)

// TestIntake is the specification of ReadFHIR as a table: what goes in, what is told.
func TestIntake(t *testing.T) {
	for _, tc := range []struct {
		name, in string
		lim      Limits
		records  []string // container and name
		told     []string
	}{
		{name: "a resource", in: " " + weight + "\n", records: []string{"vitals/observation-w1"}},
		{name: "with a byte order mark", in: "\xef\xbb\xbf" + weight, records: []string{"vitals/observation-w1"}},
		{name: "a line each", in: weight + "\n" + patient + "\r\n\n" + weight, records: []string{"vitals/observation-w1", "other/patient-" + shortHash([]byte("Patient/P.1")), "vitals/observation-w1"}},
		{name: "an array", in: "[" + weight + ",\n" + patient + "]", records: []string{"vitals/observation-w1", "other/patient-" + shortHash([]byte("Patient/P.1"))}},
		{name: "an empty array", in: "[]"},
		{name: "a Bundle", in: `{"resourceType":"Bundle","type":"transaction","entry":[{"fullUrl":"urn:uuid:1","resource":` + weight + `},{"resource":` + patient + `}]}`,
			records: []string{"vitals/observation-w1", "other/patient-" + shortHash([]byte("Patient/P.1"))}},
		{name: "a Bundle that names its type last", in: `{"entry":[{"resource":` + weight + `}],"type":"batch","resourceType":"Bundle"}`, records: []string{"vitals/observation-w1"}},
		{name: "an empty Bundle", in: `{"resourceType":"Bundle","type":"searchset","total":0}`},
		{name: "a Bundle with an empty list that names its type last", in: `{"entry":[],"resourceType":"Bundle"}`},
		{name: "a List has entries too", in: `{"entry":[{"deleted":true,"item":{"reference":"Patient/1"}}],"resourceType":"List","id":"l"}`, records: []string{"other/list-l"}},
		{name: "bad entries are told one by one", in: `{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Spaceship"}},{"resource":{"id":"x"}},{"request":{"method":"DELETE","url":"Patient/1"}},{"resource":{"resourceType":"Observation","valueQuantity":{"value":"6.3"},"foo":1}},{"resource":` + weight + `}]}`,
			records: []string{"vitals/observation-w1"},
			told: []string{
				"entry 0: Spaceship is no FHIR R4 resource type",
				"entry 1: resourceType is missing, so this is no FHIR resource",
				"entry 2: Bundle.entry: has no resource, so there is nothing to file",
				"entry 3: Observation.valueQuantity.value: text where a number belongs (and 1 more)",
			}},
		{name: "broken in the middle", in: `{"resourceType":"Bundle","entry":[{"resource":` + weight + "},\n{\"resource\":{\"id\" 1}},{}]}",
			records: []string{"vitals/observation-w1"},
			told:    []string{"entry 1: byte 187, line 2 column 19: a colon belongs here"}},
		{name: "cut off", in: `{"resourceType":"Bundle","entry":[{"resource":` + weight + `},{"resource":{"id":"a`,
			records: []string{"vitals/observation-w1"},
			told:    []string{"entry 1: byte 188, line 1 column 189: the input ends in the middle; send it again"}},
		{name: "cut off between entries", in: `{"resourceType":"Bundle","entry":[{"resource":` + weight + `},`,
			records: []string{"vitals/observation-w1"},
			told:    []string{"entry 1: byte 168, line 1 column 169: the input ends in the middle; send it again"}},
		{name: "a bad line does not spoil the next", in: weight + "\n{\"resourceType\" 1}\n" + weight,
			records: []string{"vitals/observation-w1", "vitals/observation-w1"},
			told:    []string{"entry 1: byte 137, line 2 column 17: a colon belongs here"}},
		{name: "not one resource a line", in: weight + "\n{\n\"resourceType\":\"Patient\"}\n" + weight,
			records: []string{"vitals/observation-w1"},
			told:    []string{"entry 1: byte 122, line 2 column 2: a name in quotes belongs here"}},
		{name: "something behind a Bundle", in: `{"resourceType":"Bundle"} {}`, told: []string{"entry 0: byte 26, line 1 column 27: nothing may stand behind the end"}},
		{name: "nothing", in: " \n", told: []string{"there is nothing in it"}},
		{name: "no JSON", in: "<Patient/>", told: []string{"entry 0: byte 0, line 1 column 1: JSON that begins with { or [ belongs here"}},
		{name: "a history", in: `{"resourceType":"Bundle","type":"history","entry":[{"resource":` + weight + `}]}`,
			told: []string{"Bundle.type: a history holds several versions of one resource; send the newest ones as a collection"}},
		{name: "too deep", in: `[{"resourceType":"Patient","a":[[[[[]]]]]},` + weight + `]`, lim: Limits{Depth: 5},
			records: []string{"vitals/observation-w1"},
			told:    []string{"entry 0: byte 35, line 1 column 36: nested too deep"}},
		{name: "too many", in: "[" + weight + "," + weight + "," + weight + "]", lim: Limits{Entries: 2},
			records: []string{"vitals/observation-w1", "vitals/observation-w1"},
			told:    []string{"more entries than are taken at once; send the rest apart"}},
	} {
		for _, slowly := range []bool{false, true} {
			r := io.Reader(strings.NewReader(tc.in))
			if slowly {
				r = iotest.OneByteReader(r)
			}
			records, told := collect(r, tc.lim)
			var got []string
			for _, rec := range records {
				got = append(got, rec.Container+rec.Name)
			}
			if !reflect.DeepEqual(got, tc.records) {
				t.Errorf("%s: records %q, want %q", tc.name, got, tc.records)
			}
			if !reflect.DeepEqual(told, tc.told) {
				t.Errorf("%s: told %q, want %q", tc.name, told, tc.told)
			}
		}
	}
}

// TestLargeEntriesArePassedOver: what is too large costs no memory and the rest goes on.
func TestLargeEntriesArePassedOver(t *testing.T) {
	big := `{"resourceType":"Patient","name":[{"family":"` + strings.Repeat(`a\"`, 300_000) + `"}]}`
	for name, in := range map[string]string{
		"in a Bundle":      `{"resourceType":"Bundle","entry":[{"resource":` + big + `},{"resource":` + weight + `}]}`,
		"in an array":      "[" + big + "," + weight + "]",
		"in the first one": big + "\n" + weight,
		"in a line":        weight + "\n" + big + "\n",
	} {
		records, told := collect(strings.NewReader(in), Limits{Resource: 10_000})
		if len(records) != 1 || len(told) != 1 || !strings.HasSuffix(told[0], "larger than is taken in one piece") {
			t.Errorf("%s: %d records, told %q", name, len(records), told)
		}
	}
}

// TestLongBundleNeedsLittleMemory: what is held at a time is an entry, not the Bundle.
func TestLongBundleNeedsLittleMemory(t *testing.T) {
	const n = 20_000
	entry := `{"resource":` + weight + "},\n"
	parts := []io.Reader{strings.NewReader(`{"resourceType":"Bundle","entry":[` + "\n")}
	for range n {
		parts = append(parts, strings.NewReader(entry))
	}
	in := fhirReader{table: elements.R4()}
	got := 0
	in.reader = reader{lim: DefaultLimits, stream: newStream(io.MultiReader(append(parts, strings.NewReader(`{}]}`))...), DefaultLimits.Resource),
		yield: func(_ Record, p *Problem) bool {
			if p == nil {
				got++
			}
			return true
		}}
	in.run(in.top, in.one)
	if got != n || cap(in.stream.window) > 4*block {
		t.Errorf("%d records through a window of %d bytes", got, cap(in.stream.window))
	}
}

func TestReaderThatFails(t *testing.T) {
	broken := errors.New("line cut")
	in := io.MultiReader(strings.NewReader(`{"resourceType":"Bundle","entry":[{"resource":`+weight+`},`), iotest.ErrReader(broken))
	var last *Problem
	n := 0
	for _, p := range ReadFHIR(in, Limits{}) {
		if last = p; p == nil {
			n++
		}
	}
	if n != 1 || last == nil || !errors.Is(last, broken) || !last.Ended {
		t.Errorf("%d records, then %v", n, last)
	}
}

func TestStopsWhenNobodyListens(t *testing.T) {
	for range ReadFHIR(strings.NewReader("["+weight+","+weight+"]"), Limits{}) {
		break
	}
}

// TestWholeBundlesGoIn: every entry of the demo citizens' and the patient
// summaries' Bundles, byte for byte as encoding/json sees it, with its names.
func TestWholeBundlesGoIn(t *testing.T) {
	places := map[string]int{}
	for _, file := range append(shared(t, "synthea-r4/*.json"), shared(t, "ips/*.json")...) {
		want := entries(t, file)
		records, told := collect(bytes.NewReader(readFile(t, file)), Limits{})
		if len(told) > 0 || len(records) != len(want) {
			t.Errorf("%s: %d of %d, %q", filepath.Base(file), len(records), len(want), told)
			continue
		}
		names := map[string]bool{}
		for i, rec := range records {
			var id struct{ ResourceType, ID string }
			if err := json.Unmarshal(want[i].Resource, &id); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(rec.Body, want[i].Resource) || rec.Type != id.ResourceType || rec.ID != id.ID {
				t.Errorf("%s: entry %d is not as received", filepath.Base(file), i)
			}
			if len(rec.References) == 0 || rec.References[0] != want[i].FullURL {
				t.Errorf("%s: entry %d is referred to by %q", filepath.Base(file), i, rec.References)
			}
			if names[rec.Container+rec.Name] {
				t.Errorf("%s: %s%s twice", filepath.Base(file), rec.Container, rec.Name)
			}
			names[rec.Container+rec.Name] = true
			places[rec.Container]++
		}
		again, _ := collect(iotest.HalfReader(bytes.NewReader(readFile(t, file))), Limits{})
		if !reflect.DeepEqual(records, again) {
			t.Errorf("%s: read twice, it is not the same", filepath.Base(file))
		}
	}
	t.Log(places)
}

func TestNames(t *testing.T) {
	for _, tc := range []struct{ typ, id, want string }{
		{"Observation", "f001", "observation-f001"},
		{"MedicationRequest", "6a1b-2", "medicationrequest-6a1b-2"},
		{"Patient", "A1", "patient-" + shortHash([]byte("Patient/A1"))},
		{"Patient", "x.acl", "patient-" + shortHash([]byte("Patient/x.acl"))},
		{"Patient", "../../etc", "patient-" + shortHash([]byte("Patient/../../etc"))},
		{"Patient", strings.Repeat("a", 65), "patient-" + shortHash([]byte("Patient/"+strings.Repeat("a", 65)))},
		{"Patient", "", "patient-" + shortHash([]byte("body"))},
	} {
		if got := fileName(tc.typ, tc.id, []byte("body")); got != tc.want {
			t.Errorf("%s %q: %s, want %s", tc.typ, tc.id, got, tc.want)
		}
	}
}

func TestFiling(t *testing.T) {
	category := func(code string) string {
		return fmt.Sprintf(`"category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":%q}]}]`, code)
	}
	for _, tc := range []struct{ resource, want string }{
		{`{"resourceType":"Observation",` + category("vital-signs") + `}`, vitals},
		{`{"resourceType":"Observation",` + category("laboratory") + `}`, labs},
		{`{"resourceType":"Observation",` + category("activity") + `}`, activity},
		{`{"resourceType":"Observation",` + category("social-history") + `}`, other},
		{`{"resourceType":"Observation",` + category("social-care") + `}`, socialCare},
		{`{"resourceType":"Observation","code":{"coding":[{"code":"55423-8"}]}}`, activity},
		{`{"resourceType":"Observation",` + category("vital-sign") + `,"code":{"coding":[{"code":"85354-9"}]}}`, vitals},
		{`{"resourceType":"Observation"}`, other},
		{`{"resourceType":"DiagnosticReport"}`, labs},
		{`{"resourceType":"MedicationStatement"}`, medications},
		{`{"resourceType":"CarePlan"}`, carePlans},
		{`{"resourceType":"CarePlan","category":[{"coding":[{"code":"social-services"}]}]}`, socialCare},
		{`{"resourceType":"Encounter","meta":{"tag":[{"code":"social-care"}]}}`, socialCare},
		{`{"resourceType":"AllergyIntolerance","category":["food"]}`, allergies},
		{`{"resourceType":"Claim"}`, other},
		{`{"resourceType":"Patient"}`, other},
		{`{"resourceType":"Composition"}`, documents},
		{`[{"resourceType":"Bundle","type":"document"}]`, documents},
	} {
		records, told := collect(strings.NewReader(tc.resource), Limits{})
		if len(records) != 1 || records[0].Container != tc.want {
			t.Errorf("%s: %+v %q, want %s", tc.resource, records, told, tc.want)
		}
	}
	for typ := range byType {
		if elements.R4().Resource(typ) == nil {
			t.Errorf("%s is no resource type", typ)
		}
	}
	known := map[string]bool{}
	for _, c := range Containers() {
		known[c] = true
	}
	for _, table := range []map[string]string{byType, byCategory, byLOINC} {
		for key, place := range table {
			if !known[place] {
				t.Errorf("%s goes to %q, which is no container", key, place)
			}
		}
	}
}
