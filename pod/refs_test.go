package pod

import (
	"strings"
	"testing"
	"time"

	"skrin/acl"
)

// TestReferencesStayWhereTheyLed: somebody who may add cannot draw references to
// what they add; who comes later stands behind, and takes the place of what goes.
func TestReferencesStayWhereTheyLed(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria, s := w.vault.As(p.ID, owner(p)), w.vault.As(p.ID, silvia)
	record := func(body string) Draft {
		return Draft{Name: "Patient-1", Exact: true, MediaType: "application/fhir+json", Body: strings.NewReader(body), References: []string{"Patient/1"}}
	}
	leadsTo := func(who *Session, want string) {
		t.Helper()
		found, err := who.Resolve(ctx, []string{"Patient/1"})
		if err != nil || found["Patient/1"].String() != want {
			t.Errorf("Patient/1 leads to %v (%v), want %q", found, err, want)
		}
	}
	w.put(maria, "/health/other/Patient-1", record("{}"))
	w.grant(p, silvia, "/health/social-care/", acl.Create|acl.Read, time.Hour)
	if _, err := s.Append(ctx, MustPath("/health/social-care/"), record(`{"other":1}`)); err != nil {
		t.Fatal(err)
	}
	leadsTo(maria, "/health/other/Patient-1")
	leadsTo(s, "/health/social-care/Patient-1") // what she may not read is not in her way
	w.put(maria, "/health/other/Patient-1", record(`{"newer":1}`))
	leadsTo(maria, "/health/other/Patient-1")
	if err := maria.Delete(ctx, MustPath("/health/social-care/Patient-1"), Precondition{}); err != nil {
		t.Fatal(err)
	}
	leadsTo(maria, "/health/other/Patient-1")
	leadsTo(s, "")
	if _, err := s.Append(ctx, MustPath("/health/social-care/"), record(`{"other":1}`)); err != nil {
		t.Fatal(err)
	}
	if err := maria.Delete(ctx, MustPath("/health/other/Patient-1"), Precondition{}); err != nil {
		t.Fatal(err)
	}
	leadsTo(maria, "/health/social-care/Patient-1")
}
