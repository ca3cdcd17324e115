package pod

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"skrin/acl"
	"skrin/linkeddata"
)

// rule is an ACL of one rule that gives somebody modes, of the container that
// it stands at (accessTo), of what is in it (default), or of both.
func rule(who acl.Agent, modes string, of ...string) Draft {
	s := "@prefix acl: <http://www.w3.org/ns/auth/acl#>. <#r> a acl:Authorization; acl:agent <" + who.WebID.String() + ">; acl:mode " + modes
	for _, what := range of {
		s += "; acl:" + what + " <./>"
	}
	return turtle(s + ".")
}

// insertion is a patch that adds one triple.
func insertion(t *testing.T) linkeddata.Patch {
	t.Helper()
	p, err := linkeddata.ParseN3Patch(strings.NewReader(`@prefix solid: <http://www.w3.org/ns/solid/terms#>. _:p a solid:InsertDeletePatch; solid:inserts { <#a> <#b> <#c> }.`), testBase, linkeddata.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestAppendersLearnNothing lets Silvia add to a container that she may not
// read. What she asks is refused in the same words where something is and where
// nothing is, whatever it is.
func TestAppendersLearnNothing(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria, s := w.vault.As(p.ID, owner(p)), w.vault.As(p.ID, silvia)
	w.put(maria, "/drop/result", Draft{MediaType: "application/x-positive", Body: strings.NewReader("x")})
	w.put(maria, "/drop/graph", turtle("<#a> <#b> 1."))
	w.put(maria, "/drop/folder/x", text("x"))
	w.put(maria, "/drop/.acl", rule(silvia, "acl:Append", "accessTo", "default"))

	anything := Precondition{IfMatch: []string{"*"}}
	nothing := Precondition{IfNoneMatch: []string{"*"}}
	other := Precondition{IfMatch: []string{"other"}}
	put := func(d func() Draft, pre Precondition) func(Path) error {
		return func(at Path) error { _, err := s.Put(ctx, at, d(), pre); return err }
	}
	patch := func(pre Precondition) func(Path) error {
		return func(at Path) error { _, err := s.Patch(ctx, at, insertion(t), pre); return err }
	}
	body := func() Draft { return text("x") }
	graph := func() Draft { return turtle("") }
	folder := func() Draft { return Draft{} }
	for _, c := range []struct {
		what  string
		ask   func(Path) error
		paths string
	}{
		{"put in place of what is there", put(body, Precondition{}), "result graph"},
		{"put only in place of something", put(body, anything), "result graph missing"},
		{"put only in place of a known state", put(body, other), "result graph missing"},
		{"put only where nothing is", put(body, nothing), "result graph"},
		{"put only what has not changed since", put(body, Precondition{IfUnmodifiedSince: noon.Add(-time.Hour)}), "result graph"},
		{"put a container where a resource is", put(folder, Precondition{}), "result/ graph/"},
		{"put a resource where a container is", put(body, Precondition{}), "folder"},
		{"put below a resource", put(body, Precondition{}), "result/x graph/x/y"},
		{"describe what is not there", put(graph, Precondition{}), "missing.meta missing/.meta"},
		{"describe only anew", put(graph, anything), "result.meta graph.meta folder/.meta missing.meta"},
		{"patch what is no graph", patch(Precondition{}), "result"},
		{"patch only what is there", patch(anything), "result missing"},
		{"patch only a known state", patch(other), "result graph missing"},
		{"patch only what is not there", patch(nothing), "result graph"},
		{"patch where a container is", patch(Precondition{}), "folder result/x"},
		{"delete", func(at Path) error { return s.Delete(ctx, at, Precondition{}) }, "result graph folder/ missing missing/ result.meta missing.meta result.acl missing.acl"},
		{"read", func(at Path) error { _, err := s.Get(ctx, at); return err }, "result graph folder/ missing missing/ result.meta missing.meta result.acl missing.acl"},
		{"add to it", func(at Path) error { _, err := s.Append(ctx, at, text("x")); return err }, "missing/ result/"},
	} {
		for _, name := range strings.Fields(c.paths) {
			if err := c.ask(MustPath("/drop/" + name)); err == nil || err.Error() != ErrDenied.Error() {
				t.Errorf("%s, %s: %v, want just %q", c.what, name, err, ErrDenied)
			}
		}
	}
	if st, err := s.Stand(ctx, MustPath("/drop/result")); err != nil || st.Exists {
		t.Errorf("she is told what exists: %+v %v", st, err)
	}
}

// TestWishedNamesTellNothing: the name that somebody gets who may not list the
// container does not tell whether the one they wished was taken.
func TestWishedNamesTellNothing(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	w.put(w.vault.As(p.ID, owner(p)), "/inbox/hiv-result", text("x"))
	for _, name := range []string{"hiv-result", "other-thing"} {
		r, err := w.vault.As(p.ID, silvia).Append(ctx, MustPath("/inbox/"), Draft{Name: name, MediaType: "text/plain"})
		if err != nil {
			t.Fatal(err)
		}
		if got := r[0].Path.String(); !strings.HasPrefix(got, "/inbox/"+name+"-") || len(got) != len("/inbox/"+name+"-")+12 {
			t.Errorf("%s became %s", name, got)
		}
	}
	r, err := w.vault.As(p.ID, owner(p)).Append(ctx, MustPath("/inbox/"), Draft{Name: "a-letter", MediaType: "text/plain"})
	if err != nil || r[0].Path != MustPath("/inbox/a-letter") {
		t.Errorf("the owner gets another name than she wished: %v %v", r, err)
	}
}

// TestRightToMembersTellsNoNames gives Silvia Read of what is in a container but
// not of the container: a name that is free is refused like one that is not for her.
func TestRightToMembersTellsNoNames(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria, s := w.vault.As(p.ID, owner(p)), w.vault.As(p.ID, silvia)
	w.put(maria, "/d/hers", text("for silvia"))
	w.put(maria, "/d/secret", text("x"))
	w.put(maria, "/d/.acl", rule(silvia, "acl:Read, acl:Write", "default"))
	w.put(maria, "/d/secret.acl", turtle(`@prefix acl: <http://www.w3.org/ns/auth/acl#>. <#r> a acl:Authorization; acl:agent <https://x.example/me>; acl:accessTo <secret>; acl:mode acl:Read.`))
	if got := w.get(s, "/d/hers"); got != "for silvia" {
		t.Error(got)
	}
	for _, path := range []string{"/d/", "/d/secret", "/d/missing", "/d/secret/", "/d/missing/"} {
		w.refused(s, path, ErrDenied)
		if err := s.Delete(ctx, MustPath(path), Precondition{}); !errors.Is(err, ErrDenied) {
			t.Errorf("delete %s: %v", path, err)
		}
	}
	w.put(maria, "/d/.acl", rule(silvia, "acl:Read", "accessTo", "default"))
	w.refused(s, "/d/missing", ErrNotFound) // who may list the names may know it
}

// TestContentsCannotBeGuessed: Silvia may add to health records but not to the
// laboratory's. Adding to those by way of the container above is refused alike
// for what is there already, for something else, and for something new.
func TestContentsCannotBeGuessed(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria, s := w.vault.As(p.ID, owner(p)), w.vault.As(p.ID, silvia)
	w.put(maria, "/health/.acl", rule(silvia, "acl:Append", "accessTo", "default"))
	w.put(maria, "/health/labs/.acl", rule(ana, "acl:Append", "accessTo", "default"))
	w.put(maria, "/health/labs/hiv", text("positive"))
	for _, name := range []string{"labs/hiv", "labs/none"} {
		for _, guess := range []string{"positive", "negative"} {
			_, err := s.Append(ctx, MustPath("/health/"), Draft{Name: name, Exact: true, MediaType: "text/plain", Body: strings.NewReader(guess)})
			if want := "draft 0: not allowed"; fmt.Sprint(err) != want {
				t.Errorf("%s, %s: %v, want %s", name, guess, err, want)
			}
		}
	}
	if _, err := s.Append(ctx, MustPath("/health/"), Draft{Name: "vitals/pulse", Exact: true, MediaType: "text/plain"}); err != nil {
		t.Errorf("what she may: %v", err)
	}
}
