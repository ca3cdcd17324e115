package demodata_test

import (
	"bytes"
	"testing"
	"time"

	"skrin/health"
	"skrin/internal/demodata"
	"skrin/linkeddata"
)

var moment = time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC)

// What is invented must be as good as what is sent in earnest: every record goes in, and lies where one looks for it.
func TestRecordsAreFiledWithoutAProblem(t *testing.T) {
	filed := map[string]int{}
	for name, text := range map[string][]byte{"hospital": demodata.Hospital(moment), "municipality": demodata.Municipality(moment)} {
		for record, problem := range health.ReadFHIR(bytes.NewReader(text), health.Limits{}) {
			if problem != nil {
				t.Errorf("%s: %v", name, problem)
				continue
			}
			filed[record.Container]++
		}
	}
	for _, container := range []string{"vitals/", "labs/", "conditions/", "medications/", "allergies/", "immunizations/", "procedures/",
		"encounters/", "care-plans/", "social-care/", "other/"} {
		if filed[container] == 0 {
			t.Errorf("nothing in %s: %v", container, filed)
		}
	}
}

func TestMeasurementsAreFiledWithoutAProblem(t *testing.T) {
	citizen := linkeddata.MustIRI("https://pods.example/carmen/profile/card#me")
	filed, names := map[string]int{}, map[string]bool{}
	for _, batch := range demodata.Watch(moment) {
		for container, points := range map[string]demodata.Points{"vitals/": batch.Vitals, "activity/": batch.Activity} {
			read := 0
			for record, problem := range health.ReadOMH(bytes.NewReader(points.JSON()), citizen, health.Limits{}) {
				if problem != nil {
					t.Fatalf("%s: %v", batch.Day.Format(time.DateOnly), problem)
				}
				if record.Container != container {
					t.Fatalf("%s: %s belongs into %s, not %s", batch.Day.Format(time.DateOnly), record.Name, record.Container, container)
				}
				read++
				filed[record.Container]++
				names[record.Name] = true
			}
			if read != len(points) {
				t.Errorf("%s: %d of %d points", batch.Day.Format(time.DateOnly), read, len(points))
			}
		}
	}
	if filed["vitals/"] < 2000 || filed["activity/"] < 365 || len(names) != filed["vitals/"]+filed["activity/"] {
		t.Errorf("%v with %d names", filed, len(names))
	}
}
