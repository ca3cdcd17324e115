package health

import (
	"encoding/json"
	"errors"
	"io"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"skrin/linkeddata"
)

var carmen = linkeddata.MustIRI("https://vault.example/carmen/profile/card#me")

func collectOMH(r io.Reader, lim Limits) (records []Record, problems []*Problem) {
	for rec, p := range ReadOMH(r, carmen, lim) {
		if p != nil {
			problems = append(problems, p)
		} else {
			records = append(records, rec)
		}
	}
	return records, problems
}

// TestSchemasDecide: the published test documents say what is valid.
func TestSchemasDecide(t *testing.T) {
	judged := 0
	for _, file := range shared(t, "omh/test-data/*/*/should*/*.json") {
		verdict := filepath.Base(filepath.Dir(file))
		name := filepath.Base(filepath.Dir(filepath.Dir(filepath.Dir(file))))
		problems := CheckOMH(name, readFile(t, file))
		if len(problems) > 0 && problems[0].Err == ErrNotAccepted {
			if findSchema(name) != nil || !strings.Contains(problems[0].What, "not accepted yet") {
				t.Errorf("%s: %v", file, problems)
			}
			continue
		}
		judged++
		if (verdict == "shouldPass") != (len(problems) == 0) {
			t.Errorf("%s: %v", file, problems)
		}
	}
	if judged < 50 {
		t.Errorf("only %d documents judged", judged)
	}
}

// TestPassingBodiesBecomeObservations: each valid body of an accepted schema, as
// a whole point, becomes a resource that Check and Graph have nothing against.
func TestPassingBodiesBecomeObservations(t *testing.T) {
	for _, s := range schemas {
		for _, file := range shared(t, "omh/test-data/"+s.name+"/*/shouldPass/*.json") {
			in := pointOf("p-1", s.name, s.version, string(readFile(t, file)))
			records, problems := collectOMH(strings.NewReader(in), Limits{})
			if len(records) != 1 || len(problems) > 0 {
				t.Errorf("%s: %v", file, problems)
				continue
			}
			checkObservation(t, file, records[0], s.container)
		}
	}
}

func checkObservation(t *testing.T, name string, rec Record, container string) {
	t.Helper()
	if problems := Check(rec.Body); len(problems) > 0 {
		t.Errorf("%s: %v", name, problems)
	}
	if _, err := Graph(rec.Body, carmen, nil); err != nil {
		t.Errorf("%s: %v", name, err)
	}
	read, told := collect(strings.NewReader(string(rec.Body)), Limits{})
	if len(told) > 0 || len(read) != 1 || !reflect.DeepEqual(read[0], rec) || rec.Container != container {
		t.Errorf("%s: read as FHIR it is %+v %q", name, read, told)
	}
}

func pointOf(id, schema, version, body string) string {
	return `{"header":{"id":"` + id + `","creation_date_time":"2026-11-22T07:26:00Z","schema_id":{"namespace":"omh","name":"` + schema + `","version":"` + version +
		`"},"acquisition_provenance":{"source_name":"Watch","modality":"sensed"}},"body":` + body + `}`
}

const at0725 = `"effective_time_frame":{"date_time":"2026-11-22T07:25:00+01:00"}`

// TestObservations is what is made of points, as a table.
func TestObservations(t *testing.T) {
	for _, tc := range []struct {
		schema, version, body string
		want                  map[string]string // member of the Observation -> JSON
	}{
		{"heart-rate", "2.0", `{"heart_rate":{"value":52.50,"unit":"beats/min"},` + at0725 + `,"temporal_relationship_to_physical_activity":"at rest"}`, map[string]string{
			"id":                `"p-1"`,
			"identifier":        `[{"value":"p-1"}]`,
			"issued":            `"2026-11-22T07:26:00Z"`,
			"effectiveDateTime": `"2026-11-22T07:25:00+01:00"`,
			"code":              `{"coding":[{"system":"http://loinc.org","code":"8867-4","display":"Heart rate"},{"system":"http://loinc.org","code":"40443-4","display":"Heart rate --resting"}]}`,
			"valueQuantity":     `{"value":52.50,"unit":"beats/min","system":"http://unitsofmeasure.org","code":"/min"}`,
			"component":         `[{"code":{"text":"relation to physical activity"},"valueString":"at rest"}]`,
			"device":            `{"display":"Watch"}`,
			"method":            `{"text":"sensed"}`,
			"subject":           `{"type":"Patient","identifier":{"system":"urn:ietf:rfc:3986","value":"https://vault.example/carmen/profile/card#me"}}`,
		}},
		{"heart-rate", "2.1", `{"heart_rate":{"value":120,"unit":"beats/min"},"effective_time_frame":{"time_interval":{"date":"2026-11-22","part_of_day":"morning"}},"descriptive_statistic":"maximum"}`, map[string]string{
			"effectiveDateTime": `"2026-11-22"`,
			"valueQuantity":     ``,
			"component":         `[{"code":{"text":"part of the day"},"valueString":"morning"},{"code":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-statistics","code":"maximum"}],"text":"maximum"},"valueQuantity":{"value":120,"unit":"beats/min","system":"http://unitsofmeasure.org","code":"/min"}}]`,
		}},
		{"step-count", "3.0", `{"step_count":{"value":6000,"unit":"steps"},"effective_time_frame":{"time_interval":{"start_date_time":"2026-11-22T00:00:00+01:00","duration":{"value":1,"unit":"d"}}}}`, map[string]string{
			"code":            `{"coding":[{"system":"http://loinc.org","code":"41950-7","display":"Number of steps in 24 hour Measured"}]}`,
			"effectivePeriod": `{"start":"2026-11-22T00:00:00+01:00","end":"2026-11-23T00:00:00+01:00"}`,
			"valueQuantity":   `{"value":6000,"unit":"steps","system":"http://unitsofmeasure.org","code":"{steps}"}`,
		}},
		{"step-count", "3.0", `{"step_count":{"value":6000,"unit":"steps"},"effective_time_frame":{"time_interval":{"end_date_time":"2026-11-22T08:00:00Z","duration":{"value":90,"unit":"min"}}},"descriptive_statistic":"average","descriptive_statistic_denominator":"d"}`, map[string]string{
			"effectivePeriod": `{"start":"2026-11-22T06:30:00Z","end":"2026-11-22T08:00:00Z"}`,
			"component":       `[{"code":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-statistics","code":"average"}],"text":"average"},"valueQuantity":{"value":6000,"unit":"steps/d","system":"http://unitsofmeasure.org","code":"{steps}/d"}}]`,
		}},
		{"blood-pressure", "4.0", `{"systolic_blood_pressure":{"value":139,"unit":"mmHg"},"diastolic_blood_pressure":{"value":87,"unit":"mmHg"},"body_posture":"sitting","measurement_location":"left upper arm",` + at0725 + `}`, map[string]string{
			"bodySite":  `{"text":"left upper arm"}`,
			"extension": `[{"url":"http://hl7.org/fhir/StructureDefinition/observation-bodyPosition","valueCodeableConcept":{"text":"sitting"}}]`,
			"component": `[{"code":{"coding":[{"system":"http://loinc.org","code":"8480-6","display":"Systolic blood pressure"}]},"valueQuantity":{"value":139,"unit":"mmHg","system":"http://unitsofmeasure.org","code":"mm[Hg]"}},{"code":{"coding":[{"system":"http://loinc.org","code":"8462-4","display":"Diastolic blood pressure"}]},"valueQuantity":{"value":87,"unit":"mmHg","system":"http://unitsofmeasure.org","code":"mm[Hg]"}}]`,
		}},
		{"body-weight", "3.0", `{"body_weight":{"value":150.5,"unit":"lb"},` + at0725 + `}`, map[string]string{
			"valueQuantity": `{"value":68.266,"unit":"kg","system":"http://unitsofmeasure.org","code":"kg"}`,
			"note":          `[{"text":"Given as 150.5 lb."}]`,
		}},
		{"body-weight", "3.0", `{"body_weight":{"value":70.50,"unit":"kg"},` + at0725 + `}`, map[string]string{
			"valueQuantity": `{"value":70.50,"unit":"kg","system":"http://unitsofmeasure.org","code":"kg"}`,
			"note":          ``,
		}},
		{"blood-glucose", "4.0", `{"blood_glucose":{"value":5.5,"unit":"mmol/L"},"temporal_relationship_to_meal":"fasting",` + at0725 + `}`, map[string]string{
			"code":      `{"coding":[{"system":"http://loinc.org","code":"15074-8","display":"Glucose [Moles/volume] in Blood"}]}`,
			"component": `[{"code":{"text":"relation to meal"},"valueString":"fasting"}]`,
		}},
		{"blood-glucose", "4.0", `{"blood_glucose":{"value":5.5,"unit":"mmol/L"},"specimen_source":"saliva",` + at0725 + `}`, map[string]string{
			"code": `{"text":"Glucose in saliva"}`,
		}},
		{"oxygen-saturation", "2.0", `{"oxygen_saturation":{"value":93,"unit":"%"},"supplemental_oxygen_flow_rate":{"value":2.5,"unit":"L/min"},` + at0725 + `}`, map[string]string{
			"valueQuantity": `{"value":93,"unit":"%","system":"http://unitsofmeasure.org","code":"%"}`,
			"component":     `[{"code":{"coding":[{"system":"http://loinc.org","code":"3151-8","display":"Inhaled oxygen flow rate"}]},"valueQuantity":{"value":2.5,"unit":"L/min","system":"http://unitsofmeasure.org","code":"L/min"}}]`,
		}},
	} {
		records, problems := collectOMH(strings.NewReader(pointOf("p-1", tc.schema, tc.version, tc.body)), Limits{})
		if len(records) != 1 {
			t.Errorf("%s: %v", tc.body, problems)
			continue
		}
		checkObservation(t, tc.body, records[0], findSchema(tc.schema).container)
		var got map[string]json.RawMessage
		if err := json.Unmarshal(records[0].Body, &got); err != nil {
			t.Fatal(err)
		}
		for member, want := range tc.want {
			if string(got[member]) != want {
				t.Errorf("%s %s: %s\n is %s\nnot %s", tc.schema, tc.body, member, got[member], want)
			}
		}
	}
}

// TestPointsIn is the specification of ReadOMH as a table.
func TestPointsIn(t *testing.T) {
	rate := `{"heart_rate":{"value":60,"unit":"beats/min"},` + at0725 + `}`
	good := pointOf("0F8FAD5B-d9cb-469f-a165-70867728950e", "heart-rate", "2.0", rate)
	name := "observation-0f8fad5b-d9cb-469f-a165-70867728950e"
	for _, tc := range []struct {
		name, in string
		names    []string
		told     []string
	}{
		{"one", good, []string{name}, nil},
		{"an array", "[" + good + "," + good + "]", []string{name, name}, nil},
		{"a line each", good + "\n" + good + "\n", []string{name, name}, nil},
		{"nothing", "[]", nil, nil},
		{"odd id", pointOf("a/b", "heart-rate", "2.0", rate), []string{"observation-" + shortHash([]byte("omh/a/b"))}, nil},
		{"bad ones among good ones", "[" + strings.Join([]string{
			good,
			strings.Replace(good, "beats/min", "bpm", 1),
			pointOf("1", "sleep-episode", "1.1", `{}`),
			pointOf("1", "physical-activity", "1.2", `{}`),
			pointOf("1", "heart-rate", "1.0", rate),
			strings.Replace(good, `"omh"`, `"granola"`, 1),
			strings.Replace(good, `"id"`, `"no"`, 1),
			strings.Replace(good, "+01:00", "", 1),
			strings.Replace(good, `"value":60`, `"value":6e999999999`, 1),
			`7`,
			pointOf("1", "step-count", "3.0", `{"step_count":{"value":1,"unit":"steps"},"effective_time_frame":{"time_interval":{"start_date_time":"2026-11-22T08:00:00Z","end_date_time":"2026-11-22T07:00:00Z"}}}`),
			good,
		}, ",") + "]", []string{name, name}, []string{
			"entry 1: body.heart_rate.unit: is no unit that the schema has for it",
			"entry 2: header.schema_id: points of sleep-episode are not accepted yet; accepted are heart-rate 2.0, step-count 3.0, blood-pressure 4.0, body-weight 3.0, blood-glucose 4.0, oxygen-saturation 2.0",
			"entry 3: header.schema_id: points of physical-activity are not accepted yet; accepted are heart-rate 2.0, step-count 3.0, blood-pressure 4.0, body-weight 3.0, blood-glucose 4.0, oxygen-saturation 2.0",
			"entry 4: header.schema_id: this version of heart-rate is not accepted yet; send version 2.0",
			`entry 5: header.schema_id: heart-rate is taken from namespace "omh" only`,
			"entry 6: header.id: is missing",
			"entry 7: body.effective_time_frame.date_time: is no date and time with zone, such as 2026-11-22T07:25:00+01:00",
			"entry 8: body.heart_rate.value: has more digits than anybody measures",
			"entry 9: a number where a data point belongs",
			"entry 10: body.effective_time_frame: ends before it starts",
		}},
		{"broken", "[" + good + `,{"header"]`, []string{name}, []string{"entry 1: byte 367, line 1 column 368: a colon belongs here"}},
	} {
		records, problems := collectOMH(strings.NewReader(tc.in), Limits{})
		var names, told []string
		for _, r := range records {
			names = append(names, r.Name)
		}
		for _, p := range problems {
			told = append(told, p.Error())
		}
		if !reflect.DeepEqual(names, tc.names) || !reflect.DeepEqual(told, tc.told) {
			t.Errorf("%s: %q\n%s", tc.name, names, strings.Join(told, "\n"))
		}
	}
}

// TestPointTwiceIsTheSame: a retry makes the same name and the same bytes.
func TestPointTwiceIsTheSame(t *testing.T) {
	in := string(readFile(t, "testdata/watch.json"))
	first, problems := collectOMH(strings.NewReader(in), Limits{})
	again, _ := collectOMH(strings.NewReader(in), Limits{})
	if len(first) != 6 || len(problems) > 0 || !reflect.DeepEqual(first, again) {
		t.Errorf("%d records, %v", len(first), problems)
	}
}

func TestReaderOfPointsFails(t *testing.T) {
	_, problems := collectOMH(io.MultiReader(strings.NewReader("["), failing{}), Limits{})
	if len(problems) != 1 || !errors.Is(problems[0], errFailing) || !problems[0].Ended {
		t.Error(problems)
	}
}

var errFailing = errors.New("line cut")

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errFailing }

func TestKilograms(t *testing.T) {
	for _, tc := range []struct{ value, unit, want string }{
		{"70", "kg", "70"},
		{"7.0e1", "kg", "7.0e1"},
		{"150.5", "lb", "68.266"},
		{"70000", "g", "70"},
		{"2500", "oz", "70.874"},
		{"0.07", "Metric Ton", "70"},
		{"0.08", "Ton", "72.575"},
		{"5", "mg", "0.000005"},
		{"1", "fg", "0.000000000000000001"},
		{"0", "lb", "0"},
		{"-200", "lb", "-90.718"},
	} {
		if got := kilograms(json.Number(tc.value), tc.unit); got.String() != tc.want {
			t.Errorf("%s %s = %s kg, want %s", tc.value, tc.unit, got, tc.want)
		}
	}
}

func BenchmarkReadOMH(b *testing.B) {
	one := pointOf("0f8fad5b-d9cb-469f-a165-70867728950e", "heart-rate", "2.0", `{"heart_rate":{"value":60,"unit":"beats/min"},`+at0725+`}`)
	in := "[" + strings.Repeat(one+",", 999) + one + "]"
	b.SetBytes(int64(len(in)))
	for b.Loop() {
		if records, _ := collectOMH(strings.NewReader(in), Limits{}); len(records) != 1000 {
			b.Fatal(len(records))
		}
	}
}
