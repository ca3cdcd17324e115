package pod

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	"skrin/acl"
	"skrin/linkeddata"
)

// While the owner ends rules, an app adds others to the same ACL: of all of it nothing
// is lost.
func TestEndRuleBesideAnApp(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria, atConsole := w.vault.As(p.ID, owner(p)), w.vault.As(p.ID, console(p))
	name := func(what string, i int) string { return fmt.Sprintf("https://%s.example/%d#me", what, i) }
	const many = 20
	w.put(maria, "/notes/x", text("x"))
	var old strings.Builder
	old.WriteString("@prefix acl: <http://www.w3.org/ns/auth/acl#>.\n")
	for i := range many {
		fmt.Fprintf(&old, "<#r%d> a acl:Authorization; acl:agent <%s>; acl:accessTo <./>; acl:mode acl:Read.\n", i, name("old", i))
	}
	w.put(maria, "/notes/.acl", turtle(old.String()))
	var both sync.WaitGroup
	both.Go(func() {
		for i := range many {
			patch := inserting(t, fmt.Sprintf(`<#n%d> a <http://www.w3.org/ns/auth/acl#Authorization>; <http://www.w3.org/ns/auth/acl#agent> <%s>;
				<http://www.w3.org/ns/auth/acl#accessTo> <%snotes/>; <http://www.w3.org/ns/auth/acl#mode> <http://www.w3.org/ns/auth/acl#Read>.`, i, name("new", i), p.Root))
			if _, err := maria.Patch(ctx, MustPath("/notes/.acl"), patch, Precondition{}); err != nil {
				t.Errorf("patch: %v", err)
			}
		}
	})
	both.Go(func() {
		for i := range many {
			if err := atConsole.EndRule(ctx, MustPath("/notes/"), acl.Subject{Kind: acl.Person, Name: linkeddata.MustIRI(name("old", i))}, ""); err != nil {
				t.Errorf("end: %v", err)
			}
		}
	})
	both.Wait()
	for i := range many {
		for what, want := range map[string]int{"old": 0, "new": 1} {
			if got := len(w.told(maria, acl.Subject{Kind: acl.Person, Name: linkeddata.MustIRI(name(what, i))})); got != want {
				t.Errorf("%s %d: %d rules, want %d", what, i, got, want)
			}
		}
	}
}

// What flows by a rule is cut before EndRule returns, and whoever listens at the ACL hears of it.
func TestEndRuleCutsWhatFlows(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria, atConsole := w.vault.As(p.ID, owner(p)), w.vault.As(p.ID, console(p))
	w.put(maria, "/notes/film", Draft{MediaType: "video/mp4", Body: strings.NewReader(strings.Repeat("f", 8*inlineLimit))})
	w.put(maria, "/notes/.acl", rule(ana, "acl:Read", "default"))
	ear, mine := w.listen(w.vault.As(p.ID, ana), "/notes/film"), w.listen(maria, "/notes/.acl")
	r, err := w.vault.As(p.ID, ana).Get(ctx, MustPath("/notes/film"))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if _, err := io.ReadFull(r.Body, make([]byte, inlineLimit)); err != nil {
		t.Fatal(err)
	}
	if err := atConsole.EndRule(ctx, MustPath("/notes/"), person(ana), ""); err != nil {
		t.Fatal(err)
	}
	if n, err := io.Copy(io.Discard, r.Body); !errors.Is(err, ErrDenied) {
		t.Errorf("%d bytes more, %v", n, err)
	}
	if !ear.Ended() {
		t.Error("she listens on")
	}
	mine.wants("Update /notes/.acl")
}

// An ACL is ended in the form that it has, and with rules in it that an older program,
// or another server, let in.
func TestEndRuleInWhateverStands(t *testing.T) {
	for name, d := range map[string]Draft{
		"JSON-LD": {MediaType: "application/ld+json", Body: strings.NewReader(`{"@context": {"acl": "http://www.w3.org/ns/auth/acl#"}, "@graph": [
{"@id": "#r", "@type": "acl:Authorization", "acl:agent": [{"@id": "` + ana.WebID.String() + `"}, {"@id": "` + silvia.WebID.String() + `"}], "acl:default": {"@id": "./"}, "acl:mode": {"@id": "acl:Read"}}]}`)},
		"TriG": {MediaType: "application/trig", Body: strings.NewReader(`@prefix acl: <http://www.w3.org/ns/auth/acl#>.
<#r> a acl:Authorization; acl:agent <` + ana.WebID.String() + `>, <` + silvia.WebID.String() + `>; acl:default <./>; acl:mode acl:Read. <#g> { <#x> <#y> "something else". }`)},
		"not enforced": turtle(`@prefix acl: <http://www.w3.org/ns/auth/acl#>.
<#r> a acl:Authorization; acl:agent <` + ana.WebID.String() + `>, <` + silvia.WebID.String() + `>; acl:default <./>; acl:mode acl:Read.
<#bad> a acl:Authorization; acl:agent <` + silvia.WebID.String() + `>; acl:default <./>; acl:mode acl:Write; acl:expires "2027".`),
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			p := w.maria()
			maria, atConsole := w.vault.As(p.ID, owner(p)), w.vault.As(p.ID, console(p))
			w.put(maria, "/notes/x", text("x"))
			w.put(maria, "/notes/.acl", rule(ana, "acl:Read", "default"))
			w.keepACL(p, "/notes/", d)
			for _, who := range []acl.Agent{ana, silvia} {
				w.get(w.vault.As(p.ID, who), "/notes/x")
			}
			if err := atConsole.EndRule(ctx, MustPath("/notes/"), person(ana), ""); err != nil {
				t.Fatal(err)
			}
			w.refused(w.vault.As(p.ID, ana), "/notes/x", ErrDenied)
			w.get(w.vault.As(p.ID, silvia), "/notes/x")
			r, err := maria.Get(ctx, MustPath("/notes/.acl"))
			if err != nil || r.MediaType != d.MediaType {
				t.Fatalf("%+v %v", r, err)
			}
			r.Body.Close()
			w.put(maria, "/notes/.acl", turtle("")) // what no rule may say is found by whoever verifies the pod
		})
	}
}

// keepACL puts an ACL into the store that nobody may write.
func (w *world) keepACL(p Created, at string, d Draft) {
	w.Helper()
	body, err := io.ReadAll(d.Body)
	h, err2 := w.vault.acquire(ctx, p.ID)
	if err := errors.Join(err, err2); err != nil {
		w.Fatal(err)
	}
	defer w.vault.release(h)
	err = h.commit(ctx, func(c *change) error {
		at, err := h.walk(c.tx, MustPath(at))
		if err != nil {
			return err
		}
		return h.saveDocument(c, at.deepest(), partACL, document{mediaType: d.MediaType, body: body})
	})
	if err != nil {
		w.Fatal(err)
	}
}

// Doors can be closed in a pod that is full.
func TestEndRuleInAFullPod(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria := w.vault.As(p.ID, owner(p))
	w.put(maria, "/notes/x", text("x"))
	short := "@prefix a: <http://www.w3.org/ns/auth/acl#>."
	for i := range 40 { // so that it becomes longer when it is written anew
		short += fmt.Sprintf("<#%d> a a:Authorization;a:agent <a:%d>,<a:x>;a:accessTo <./>;a:mode a:Read.", i, i)
	}
	w.put(maria, "/notes/.acl", turtle(short))
	w.roomFor(p, 0)
	before := w.usage(p).Used
	if err := w.vault.As(p.ID, console(p)).EndRule(ctx, MustPath("/notes/"), acl.Subject{Kind: acl.Person, Name: linkeddata.MustIRI("a:x")}, ""); err != nil {
		t.Fatal(err)
	}
	if after := w.usage(p).Used; after <= before {
		t.Errorf("it tells nothing: %d bytes before, %d after", before, after)
	}
}
