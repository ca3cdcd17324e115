package intake_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"skrin/health"
	"skrin/internal/podtest"
	"skrin/linkeddata"
)

// Apps look for records where the private type index says that they are: there
// the import must put them.
func TestTypeIndexTellsWhereImportsGo(t *testing.T) {
	w := podtest.New(t)
	maria := w.Citizen("maria")
	index := maria.Get("/maria/settings/privateTypeIndex.ttl").Want(200)
	g, err := linkeddata.Decode(strings.NewReader(index.Body), linkeddata.Turtle, linkeddata.MustIRI(w.Base+"maria/settings/privateTypeIndex.ttl"), linkeddata.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	const solid, fhir = "http://www.w3.org/ns/solid/terms#", "http://hl7.org/fhir/"
	containers := map[string][]string{}
	for q := range g.Quads() {
		if q.P == linkeddata.MustIRI(solid+"instanceContainer").Term() {
			class := slices.Collect(g.Objects(q.S, linkeddata.MustIRI(solid+"forClass").Term()))
			if len(class) != 1 {
				t.Fatalf("%v is for %v", q.S, class)
			}
			name := strings.TrimPrefix(class[0].Value(), fhir)
			containers[name] = append(containers[name], strings.TrimPrefix(q.O.Value(), w.Base+"maria/health/"))
		}
	}
	if len(containers) < 10 {
		t.Fatalf("only %d types are registered: %v", len(containers), containers)
	}
	for class, in := range containers {
		for record, problem := range health.ReadFHIR(strings.NewReader(fmt.Sprintf(`{"resourceType":%q,"id":"x"}`, class)), health.Limits{}) {
			if problem != nil && record.Container == "" {
				t.Errorf("%s: %v", class, problem)
			} else if class != "Observation" && !slices.Contains(in, record.Container) {
				t.Errorf("%s is filed in %s, and registered in %v", class, record.Container, in)
			}
		}
		for _, c := range in {
			if !slices.Contains(health.Containers(), c) {
				t.Errorf("%s is registered in %q, which is no container of health/", class, c)
			}
			maria.Get("/maria/health/" + c).Want(200)
		}
	}
}

// Which kinds of records there are is told to the owner alone; that there are
// indexes may be seen from the profile.
func TestTypeIndexesAreSeenByWhomTheyAreFor(t *testing.T) {
	w := podtest.New(t)
	maria, ana, public := w.Citizen("maria"), w.As("dr-ana"), w.Public()
	for _, path := range []string{"/maria/settings/prefs.ttl", "/maria/settings/privateTypeIndex.ttl"} {
		maria.Get(path).Want(200)
		ana.Get(path).Want(403)
		public.Get(path).Want(401)
	}
	public.Get("/maria/settings/publicTypeIndex.ttl").Want(200)
	if body := public.Get("/maria/settings/publicTypeIndex.ttl").Want(200).Body; strings.Contains(body, "Registration") {
		t.Errorf("the public index tells %q", body)
	}
}
