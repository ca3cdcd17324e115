package demodata

import (
	"bufio"
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

var now = time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC)

// elements reads the names of R4's elements out of the published table.
func elements(t *testing.T) map[string]string {
	t.Helper()
	file, err := os.Open("../../../shared/data/fhir/r4-elements.tsv")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("the table of FHIR elements is missing: %v", err)
		}
		t.Skip("the table of FHIR elements is not here")
	}
	defer file.Close()
	types := map[string]string{}
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if columns := strings.Split(lines.Text(), "\t"); len(columns) == 5 {
			types[columns[0]] = columns[4]
		}
	}
	return types
}

func decodeBundle(t *testing.T, text []byte) []map[string]any {
	t.Helper()
	var bundle struct {
		ResourceType, Type string
		Entry              []struct {
			FullURL  string
			Resource map[string]any
		}
	}
	if err := json.Unmarshal(text, &bundle); err != nil {
		t.Fatal(err)
	}
	var resources []map[string]any
	for _, e := range bundle.Entry {
		if e.FullURL != "urn:uuid:"+e.Resource["id"].(string) {
			t.Errorf("%v has the full URL %s", e.Resource["id"], e.FullURL)
		}
		resources = append(resources, e.Resource)
	}
	return resources
}

func TestBundlesHaveOnlyElementsOfR4(t *testing.T) {
	types := elements(t)
	for _, text := range [][]byte{Hospital(now), Municipality(now)} {
		for _, r := range decodeBundle(t, text) {
			kind := r["resourceType"].(string)
			delete(r, "resourceType")
			checkElements(t, types, kind, r)
		}
	}
}

// checkElements looks every member up by its path, and goes down by its type.
func checkElements(t *testing.T, types map[string]string, path string, members map[string]any) {
	t.Helper()
	for name, value := range members {
		typ, below := element(types, path, name)
		if typ == "" {
			t.Errorf("%s.%s is no element of R4", path, name)
			continue
		}
		values, ok := value.([]any)
		if !ok {
			values = []any{value}
		}
		for _, v := range values {
			if object, ok := v.(map[string]any); ok {
				checkElements(t, types, below, object)
			}
		}
	}
}

// element finds the type of a member, and the path below which its own members stand.
func element(types map[string]string, path, name string) (typ, below string) {
	below = path + "." + name
	typ = types[below]
	for choice, alternatives := range types {
		if stem, ok := strings.CutSuffix(choice, "[x]"); ok && typ == "" && strings.HasPrefix(below, stem) {
			suffix := below[len(stem):]
			if slices.ContainsFunc(strings.Split(alternatives, "|"), func(a string) bool { return strings.EqualFold(a, suffix) }) {
				typ = suffix
			}
		}
	}
	if typ != "" && typ != "BackboneElement" && typ != "Element" {
		below = typ
	}
	return typ, below
}

func TestReferencesArriveSomewhere(t *testing.T) {
	for name, text := range map[string][]byte{"hospital": Hospital(now), "municipality": Municipality(now)} {
		known := map[string]bool{}
		for _, r := range decodeBundle(t, text) {
			id := "urn:uuid:" + r["id"].(string)
			if known[id] {
				t.Errorf("%s: %s twice", name, id)
			}
			known[id] = true
		}
		for rest := string(text); ; {
			_, after, found := strings.Cut(rest, `"reference":"`)
			if !found {
				break
			}
			reference, _, _ := strings.Cut(after, `"`)
			if !known[reference] {
				t.Errorf("%s: %s leads nowhere", name, reference)
			}
			rest = after
		}
	}
}

func TestWhatTheStoryNeedsIsThere(t *testing.T) {
	count := map[string]int{}
	for _, text := range [][]byte{Hospital(now), Municipality(now)} {
		for _, r := range decodeBundle(t, text) {
			count[r["resourceType"].(string)]++
		}
	}
	for _, kind := range []string{"Patient", "Practitioner", "Organization", "Condition", "MedicationRequest", "AllergyIntolerance",
		"Immunization", "Encounter", "Observation", "DiagnosticReport", "CarePlan", "Task"} {
		if count[kind] == 0 {
			t.Errorf("no %s among %v", kind, slices.Sorted(maps.Keys(count)))
		}
	}
}

func TestTheSameMomentGivesTheSameBytes(t *testing.T) {
	if !bytes.Equal(Hospital(now), Hospital(now)) || !bytes.Equal(Municipality(now), Municipality(now)) {
		t.Error("the bundles differ from one time to the next")
	}
	for i, batch := range Watch(now) {
		if !bytes.Equal(batch.Vitals.JSON(), Watch(now.Add(time.Hour))[i].Vitals.JSON()) {
			t.Fatalf("the batch of %s differs an hour later", batch.Day)
		}
		if i > 3 {
			break
		}
	}
}

func TestWatchSeesTheExacerbationComing(t *testing.T) {
	batches := Watch(now)
	points := 0
	for _, b := range batches {
		points += len(b.Vitals) + len(b.Activity)
	}
	if len(batches) != 365 || points < 2500 {
		t.Errorf("%d batches with %d points", len(batches), points)
	}
	before, worst := saturation(t, WatchDay(now, exacerbation+30)), saturation(t, WatchDay(now, exacerbation))
	coming := saturation(t, WatchDay(now, exacerbation+3))
	if worst > before-4 || coming >= before {
		t.Errorf("saturation %v on a good day, %v three days before, %v on the worst", before, coming, worst)
	}
}

func saturation(t *testing.T, b Batch) float64 {
	t.Helper()
	var points []struct {
		Body struct {
			Saturation *struct{ Value float64 } `json:"oxygen_saturation"`
		}
	}
	if err := json.Unmarshal(b.Vitals.JSON(), &points); err != nil {
		t.Fatal(err)
	}
	sum, n := 0.0, 0.0
	for _, p := range points {
		if p.Body.Saturation != nil {
			sum, n = sum+p.Body.Saturation.Value, n+1
		}
	}
	return sum / n
}

func TestLatestFEV1IsThere(t *testing.T) {
	for _, r := range decodeBundle(t, Hospital(now)) {
		if r["id"] == LatestFEV1(now) {
			if code := r["code"].(map[string]any)["text"]; code != "FEV1" {
				t.Errorf("it is a %v", code)
			}
			return
		}
	}
	t.Error("the hospital does not have it")
}
