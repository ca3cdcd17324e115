package web_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"skrin/acl"
	"skrin/internal/podtest"
)

func point(id string, rate int) string {
	return fmt.Sprintf(`{"header":{"id":"%s","creation_date_time":"2026-11-22T07:25:00Z","schema_id":{"namespace":"omh","name":"heart-rate","version":"2.0"}},
"body":{"heart_rate":{"value":%d,"unit":"beats/min"},"effective_time_frame":{"date_time":"2026-11-22T07:25:00Z"}}}`, id, rate)
}

const (
	id1 = "243c773b-8936-407e-9c23-270d0ea49cc4"
	id2 = "243c773b-8936-407e-9c23-270d0ea49cc5"
	id3 = "243c773b-8936-407e-9c23-270d0ea49cc6"
)

func TestWatch(t *testing.T) {
	w := podtest.New(t)
	maria := w.Citizen("maria")
	watch := w.With(maria, "https://watch.example/id")
	owner := w.Owner("maria")
	g, err := owner.Grant(t.Context(), acl.Grant{
		To: maria.WebID, Client: watch.Signer.Client, Targets: iris(w.Base + "maria/health/vitals/"), Modes: acl.Create, Until: w.Now().Add(time.Hour),
	})
	if err != nil {
		t.Fatal(err)
	}
	const vitals = "/maria/health/vitals/"
	batch := "[" + point(id1, 61) + "," + point(id2, 62) + "]"
	watch.Post(vitals, "application/json", batch).Want(201).Says(`"created":2`)
	watch.Post(vitals, "application/json", batch).Want(200).Says(`"unchanged":2`)
	watch.Post(vitals, "application/vnd.openmhealth+json", point(id1, 61)).Want(200).Has("Location", vitals)
	watch.Post(vitals, "application/x-ndjson", strings.ReplaceAll(point(id1, 61), "\n", "")+"\n"+strings.ReplaceAll(point(id3, 63), "\n", "")).Want(201).Says(`"created":1,"unchanged":1`)
	watch.Post(vitals, "application/json", "["+point(id1, 61)+`,{"header":{},"body":{}}]`).Want(200).Says(`"refused":1`).Says(`"entry":1`)
	watch.Post(vitals, "application/vnd.openmhealth+json", `{"header":{},"body":{}}`).Want(422).Has("Content-Type", "problem").Says(`"problems"`)
	watch.Post(vitals, "application/vnd.openmhealth+json", `[`+point("243c773b-8936-407e-9c23-270d0ea49cc7", 70)).Want(422)
	// the same id with other content is another record
	watch.Post(vitals, "application/json", point(id1, 99)).Want(201).Says(`"created":1`)
	watch.Get(vitals).Want(403)
	watch.Post("/maria/health/labs/", "application/json", batch).Want(403)
	watch.Post("/maria/health/", "application/json", batch).Want(403)
	w.Public().Post(vitals, "application/json", batch).Want(401)
	w.Public().Post(vitals, "application/fhir+json", "no json").Want(401)
	if n := len(members(t, "text/turtle", w.Base+vitals[1:], maria.Get(vitals).Want(200).Body)); n != 4 {
		t.Errorf("%d members, want 4", n)
	}
	if err := owner.Revoke(t.Context(), g.ID); err != nil {
		t.Fatal(err)
	}
	watch.Post(vitals, "application/json", batch).Want(403)
}

// What only looks like health data is an ordinary resource.
func TestOtherJSONIsOrdinary(t *testing.T) {
	w := podtest.New(t)
	maria := w.Citizen("maria")
	maria.Post("/maria/health/vitals/", "application/json", `{"settings":[1,2],"header":"x"}`).Want(201).Has("Location", "/maria/health/vitals/")
	maria.Post("/maria/health/vitals/", "application/json", `[]`).Want(201)
	maria.Post("/maria/health/vitals/", "application/json", `oops`).Want(201)
	maria.Post("/maria/inbox/", "application/fhir+json", `{"resourceType":"Nothing"}`).Want(201)
	maria.Post("/maria/health/other/", "application/fhir+json", `{"resourceType":"Nothing"}`).Want(422)
	maria.Post("/maria/health/other/", "application/fhir+json", ``).Want(422)
	maria.Post("/maria/health/nowhere/", "application/fhir+json", `{"resourceType":"Basic","id":"b","code":{"text":"x"}}`).Want(404)
	maria.Post("/maria/health/other/", "application/fhir+json", `{"resourceType":"Basic","id":"b","code":{"text":"x"}}`).Want(201).Has("Location", "/maria/health/other/basic-b")
}

// The bundles of test patients, when they are at hand.
func TestBundles(t *testing.T) {
	files, _ := filepath.Glob("../../shared/data/synthea-r4/*.json")
	if len(files) == 0 {
		if os.Getenv("CI") == "true" {
			t.Fatal("no bundles in ../shared/data/synthea-r4")
		}
		t.Skip("no bundles in ../shared/data/synthea-r4")
	}
	w := podtest.New(t)
	maria := w.Citizen("maria")
	for _, name := range files[:min(2, len(files))] {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		a := maria.Post("/maria/health/", "application/fhir+json", string(text)).Want(201).Says(`"containers"`)
		t.Logf("%s: %d KiB: %s", filepath.Base(name), len(text)>>10, a.Body)
		maria.Post("/maria/health/", "application/fhir+json", string(text)).Want(200).Says(`"created":0`)
	}
	maria.Get("/maria/health/labs/").Want(200).Says("observation-")
}
