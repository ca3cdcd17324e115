package pod

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"skrin/acl"
	"skrin/linkeddata"
)

func iris(texts ...string) (list []linkeddata.IRI) {
	for _, text := range texts {
		list = append(list, linkeddata.MustIRI(text))
	}
	return list
}

// issuers fails unless the pod names exactly these, also after it was opened anew.
func (w *world) issuers(p Created, want ...linkeddata.IRI) {
	w.Helper()
	got, err := w.vault.As(p.ID, console(p)).Issuers(ctx)
	if err != nil || !slices.Equal(slices.Sorted(texts(got)), slices.Sorted(texts(want))) {
		w.Errorf("the issuers are %v (%v), want %v", got, err, want)
	}
}

func TestSetIssuers(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	w.issuers(p, ana.Issuer)
	maria := w.vault.As(p.ID, owner(p))
	w.put(maria, "/profile/card", turtle(`@prefix foaf: <http://xmlns.com/foaf/0.1/>. @prefix solid: <http://www.w3.org/ns/solid/terms#>.
<#me> foaf:name "Maria"; solid:oidcIssuer <https://id.example/>. <#you> foaf:name "Lena".`))
	two := iris("https://pods.example/", "https://id.example/")
	if err := w.vault.As(p.ID, console(p)).SetIssuers(ctx, append(two, two...)); err != nil {
		t.Fatal(err)
	}
	w.issuers(p, two...)
	card := w.get(maria, "/profile/card")
	for _, kept := range []string{`"Maria"`, `"Lena"`} {
		if !strings.Contains(card, kept) {
			t.Errorf("%s is gone:\n%s", kept, card)
		}
	}
	lines := w.journal(p)
	if last := lines[len(lines)-1]; last.Did != "set-issuers" || !last.Allowed || last.Client != CLI.String() || !strings.Contains(last.Because, "https://pods.example/ and at https://id.example/") {
		t.Errorf("%+v", last.Line)
	}
	if err := w.vault.As(p.ID, console(p)).SetIssuers(ctx, two[:1]); err != nil {
		t.Fatal(err)
	}
	w.issuers(p, two[0])
	n := len(w.journal(p))
	if err := w.vault.As(p.ID, console(p)).SetIssuers(ctx, two[:1]); err != nil || len(w.journal(p)) != n {
		t.Error("what is so already is written again", err)
	}
	w.restart()
	w.issuers(p, two[0])
}

func TestIssuersThatAreNone(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	nine := make([]string, maxIssuers+1)
	for i := range nine {
		nine[i] = fmt.Sprintf("https://%d.example/", i)
	}
	for name, c := range map[string][]string{
		"none": nil, "too many": nine, "http": {"http://id.example/"}, "http on this machine": {"http://localhost:8080/"},
		"a query": {"https://id.example/?x"}, "a fragment": {"https://id.example/#x"}, "a user": {"https://me@id.example/"},
		"no host": {"https:///x"}, "no URL": {"urn:x:y"}, "one of two": {"https://id.example/", "ftp://id.example/"},
		"very long": {"https://id.example/" + strings.Repeat("x", maxIssuerIRI)},
	} {
		if err := w.vault.As(p.ID, console(p)).SetIssuers(ctx, iris(c...)); !errors.Is(err, ErrIssuers) {
			t.Errorf("%s: %v", name, err)
		}
	}
	w.issuers(p, ana.Issuer)
	if err := checkIssuer(linkeddata.MustIRI("http://id.example/"), linkeddata.MustIRI("http://localhost:8080/")); err == nil {
		t.Error("http elsewhere is good where the pods are on this machine")
	}
	for base, good := range map[string]bool{"http://localhost:8080/": true, "http://127.0.0.1:80/x/": true, "http://[::1]/": true, "https://localhost/": false, "http://pods.example/": false} {
		if err := checkIssuer(linkeddata.MustIRI("http://localhost:8080/"), linkeddata.MustIRI(base)); (err == nil) != good {
			t.Errorf("http on this machine, with the pods at %s: %v", base, err)
		}
	}
}

// TestSetIssuersIsTheOwnersAtTheConsole: neither an app with all rights nor a doctor
// says by whom the owner signs in.
func TestSetIssuersIsTheOwnersAtTheConsole(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	w.grant(p, ana, "/health/", acl.Read, time.Hour)
	for name, who := range map[string]acl.Agent{"her app": owner(p), "a doctor": ana, "a doctor at a console": {WebID: ana.WebID, Client: CLI}, "the public": public} {
		before := w.refusals(p)
		if err := w.vault.As(p.ID, who).SetIssuers(ctx, iris("https://evil.example/")); !errors.Is(err, ErrDenied) {
			t.Errorf("%s: %v", name, err)
		}
		if w.refusals(p) == before {
			t.Errorf("%s: nothing of it stands in the journal", name)
		}
	}
	if _, err := w.vault.As(p.ID, ana).Issuers(ctx); !errors.Is(err, ErrDenied) {
		t.Error("a doctor asked for the issuers:", err)
	}
	w.issuers(p, ana.Issuer)
}

const (
	solidNS  = "@prefix solid: <http://www.w3.org/ns/solid/terms#>. "
	jsonCard = `{"@id": "#me", "http://www.w3.org/ns/solid/terms#oidcIssuer": {"@id": "%s"}, "http://xmlns.com/foaf/0.1/name": "Maria"}`
)

// cards are bodies that may or may not come in the place of one that names ana.Issuer.
var cards = []struct {
	name, mediaType, body string
	good                  bool
}{
	{"another order and more", "text/turtle", solidNS + `<#me> <http://xmlns.com/foaf/0.1/name> "M"; solid:oidcIssuer <https://id.example/>.`, true},
	{"without prefixes", "text/turtle", `<https://pods.example/maria/profile/card#me> <http://www.w3.org/ns/solid/terms#oidcIssuer> <https://id.example/>.`, true},
	{"JSON-LD", "application/ld+json", fmt.Sprintf(jsonCard, "https://id.example/"), true},
	{"one of somebody else", "text/turtle", solidNS + `<#me> solid:oidcIssuer <https://id.example/>. <#you> solid:oidcIssuer <https://evil.example/>.`, false},
	{"one of the owner's after a move", "text/turtle", solidNS + `<#me> solid:oidcIssuer <https://id.example/>. <https://new.example/maria/profile/card#me> solid:oidcIssuer <https://evil.example/>.`, false},
	{"one of a blank node", "text/turtle", solidNS + `<#me> solid:oidcIssuer <https://id.example/>. [] solid:oidcIssuer <https://evil.example/>.`, false},
	{"JSON-LD, and one more in a named graph", "application/ld+json", `{"@graph": [` + fmt.Sprintf(jsonCard, "https://id.example/") + `, {"@id": "#g", "@graph": [` + fmt.Sprintf(jsonCard, "https://evil.example/") + `]}]}`, false},
	{"one more", "text/turtle", solidNS + `<#me> solid:oidcIssuer <https://id.example/>, <https://evil.example/>.`, false},
	{"one more, after it", "text/turtle", solidNS + `<#me> solid:oidcIssuer <https://id.example/>, <https://zzz.example/>.`, false},
	{"a text instead", "text/turtle", solidNS + `<#me> solid:oidcIssuer "https://id.example/".`, false},
	{"a blank node instead", "text/turtle", solidNS + `<#me> solid:oidcIssuer [].`, false},
	{"another", "text/turtle", solidNS + `<#me> solid:oidcIssuer <https://evil.example/>.`, false},
	{"without the slash", "text/turtle", solidNS + `<#me> solid:oidcIssuer <https://id.example>.`, false},
	{"as a text too", "text/turtle", solidNS + `<#me> solid:oidcIssuer <https://id.example/>, "https://evil.example/".`, false},
	{"as a blank node too", "text/turtle", solidNS + `<#me> solid:oidcIssuer <https://id.example/>, [].`, false},
	{"of somebody else", "text/turtle", solidNS + `<#you> solid:oidcIssuer <https://id.example/>.`, false},
	{"none", "text/turtle", `<#me> a <http://xmlns.com/foaf/0.1/Person>.`, false},
	{"empty", "text/turtle", "", false},
	{"JSON-LD with another", "application/ld+json", fmt.Sprintf(jsonCard, "https://evil.example/"), false},
	{"JSON-LD in a named graph", "application/ld+json", `{"@id": "#g", "@graph": [` + fmt.Sprintf(jsonCard, "https://id.example/") + `]}`, false},
	{"another base", "text/turtle", "@base <https://evil.example/>. " + solidNS + `<#me> solid:oidcIssuer <https://id.example/>.`, false},
	{"RDF that no verifier reads", "application/n-triples", `<https://pods.example/maria/profile/card#me> <http://www.w3.org/ns/solid/terms#oidcIssuer> <https://id.example/> .`, false},
	{"no RDF at all", "text/plain", solidNS + `<#me> solid:oidcIssuer <https://id.example/>.`, false},
	{"a picture", "image/png", "\x89PNG", false},
	{"a large picture", "image/png", strings.Repeat("\x89PNG", 1<<15), false},
	{"a huge picture", "image/png", strings.Repeat("\x89PNG", 1<<17), false},
	{"large", "text/turtle", solidNS + `<#me> solid:oidcIssuer <https://id.example/>; <#about> "` + strings.Repeat("x", 63<<10) + `", "` + strings.Repeat("y", 63<<10) + `".`, true},
	{"longer than verifiers read", "text/turtle", solidNS + `<#me> solid:oidcIssuer <https://id.example/>. # ` + strings.Repeat("x", 256<<10), false},
	{"more statements than verifiers read", "text/turtle", solidNS + `<#me> solid:oidcIssuer <https://id.example/>; <#knows> <#0>` + numbers(5001) + ".", false},
}

func numbers(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, ", <#%d>", i+1)
	}
	return b.String()
}

func TestPutLeavesTheIssuers(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	for _, who := range []acl.Agent{owner(p), console(p)} {
		maria := w.vault.As(p.ID, who)
		for _, c := range cards {
			before := w.get(maria, "/profile/card")
			refusals := w.refusals(p)
			_, err := maria.Put(ctx, MustPath("/profile/card"), Draft{MediaType: c.mediaType, Body: strings.NewReader(c.body)}, Precondition{})
			switch {
			case c.good && err != nil, !c.good && !errors.Is(err, ErrIssuers):
				t.Errorf("%s: %v", c.name, err)
			case !c.good && (w.get(maria, "/profile/card") != before || w.refusals(p) != refusals+1):
				t.Errorf("%s: it was written, or nothing of it stands in the journal", c.name)
			}
			w.issuers(p, ana.Issuer)
		}
	}
	if _, err := w.vault.As(p.ID, owner(p)).Put(ctx, MustPath("/profile/card"), turtle("<#me> <"), Precondition{}); !errors.Is(err, ErrBadRDF) {
		t.Error("what is no Turtle:", err)
	}
	w.issuers(p, ana.Issuer)
}

// TestTheOwnerHearsOfTries: an app of the owner's that would let another issuer
// vouch for her is told of by name.
func TestTheOwnerHearsOfTries(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	n := len(w.journal(p))
	w.vault.As(p.ID, owner(p)).Put(ctx, MustPath("/profile/card"), turtle(solidNS+"<#me> solid:oidcIssuer <https://evil.example/>."), Precondition{})
	lines := w.journal(p)[n:]
	if len(lines) != 1 || lines[0].Allowed || lines[0].Who != "/profile/card#me" || lines[0].Client != "https://app.example/" ||
		lines[0].Path != "/profile/card" || !strings.Contains(lines[0].Because, "by whom the owner signs in") {
		t.Errorf("the journal says %+v", lines)
	}
}

func TestPatchLeavesTheIssuers(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria := w.vault.As(p.ID, owner(p))
	const issuer = "<#me> <http://www.w3.org/ns/solid/terms#oidcIssuer> "
	for name, c := range map[string]struct {
		text string
		good bool
	}{
		"a name":             {`INSERT DATA { <#me> <http://xmlns.com/foaf/0.1/name> "Maria". }`, true},
		"the same again":     {`INSERT DATA { ` + issuer + `<https://id.example/>. }`, true},
		"out and in":         {`DELETE DATA { ` + issuer + `<https://id.example/>. }; INSERT DATA { ` + issuer + `<https://id.example/>. }`, true},
		"one more":           {`INSERT DATA { ` + issuer + `<https://evil.example/>. }`, false},
		"out":                {`DELETE DATA { ` + issuer + `<https://id.example/>. }`, false},
		"by a condition":     {`DELETE { ?who <http://www.w3.org/ns/solid/terms#oidcIssuer> ?at. } INSERT { ?who <http://www.w3.org/ns/solid/terms#oidcIssuer> <https://evil.example/>. } WHERE { ?who <http://www.w3.org/ns/solid/terms#oidcIssuer> ?at. }`, false},
		"so much that it is": {`INSERT DATA { <#me> <#knows> <#0>` + numbers(5001) + `. }`, false},
	} {
		patch, err := linkeddata.ParsePatch(strings.NewReader(c.text), linkeddata.SPARQLUpdate, p.Owner.WithoutFragment(), linkeddata.Limits{})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		_, err = maria.Patch(ctx, MustPath("/profile/card"), patch, Precondition{})
		if c.good && err != nil || !c.good && !errors.Is(err, ErrIssuers) {
			t.Errorf("%s: %v", name, err)
		}
		w.issuers(p, ana.Issuer)
	}
}

func TestRemovingLeavesTheIssuers(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	for _, who := range []acl.Agent{owner(p), console(p)} {
		maria := w.vault.As(p.ID, who)
		w.put(maria, "/profile/picture", text("x"))
		for name, remove := range map[string]func() error{
			"the document":   func() error { return maria.Delete(ctx, MustPath("/profile/card"), Precondition{}) },
			"with all below": func() error { return maria.DeleteAll(ctx, MustPath("/profile/card"), Precondition{}) },
			"the container":  func() error { return maria.DeleteAll(ctx, MustPath("/profile/"), Precondition{}) },
		} {
			if err := remove(); !errors.Is(err, ErrIssuers) {
				t.Errorf("%s: %v", name, err)
			}
			w.get(maria, "/profile/picture")
			w.issuers(p, ana.Issuer)
		}
	}
	maria := w.vault.As(p.ID, owner(p))
	if err := maria.Delete(ctx, MustPath("/profile/card.acl"), Precondition{}); err != nil {
		t.Error("the rules are another thing:", err)
	}
	if _, err := maria.Put(ctx, MustPath("/profile/card/"), Draft{}, Precondition{}); !errors.Is(err, ErrContainerClash) {
		t.Error("a container in its place:", err)
	}
}

// TestAppendLeavesTheIssuers: a POST that would get the name of the WebID's document,
// which is not there, names no issuer.
func TestAppendLeavesTheIssuers(t *testing.T) {
	w := newWorld(t)
	p, err := w.vault.Create(ctx, NewPod{Name: "maria"})
	if err != nil {
		t.Fatal(err)
	}
	maria := w.vault.As(p.ID, owner(p))
	if err := maria.Delete(ctx, MustPath("/profile/card"), Precondition{}); err != nil {
		t.Fatal("a document that names no issuer may go:", err)
	}
	if _, err := w.vault.As(p.ID, console(p)).Issuers(ctx); !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
	evil := solidNS + `<#me> solid:oidcIssuer <https://evil.example/>.`
	for _, size := range []int{0, inlineLimit} {
		d := turtle(evil + " # " + strings.Repeat("x", size))
		d.Name = "card"
		if r, err := maria.Append(ctx, MustPath("/profile/"), d); !errors.Is(err, ErrIssuers) {
			t.Error("appended:", r, err)
		}
		if _, err := maria.Put(ctx, MustPath("/profile/card"), turtle(evil+" # "+strings.Repeat("x", size)), Precondition{}); !errors.Is(err, ErrIssuers) {
			t.Error("put:", err)
		}
	}
	if err := w.vault.As(p.ID, console(p)).SetIssuers(ctx, iris("https://id.example/")); err != nil {
		t.Fatal(err)
	}
	w.issuers(p, ana.Issuer)
	if card := w.get(w.vault.As(p.ID, public), "/profile/card"); !strings.Contains(card, "PersonalProfileDocument") {
		t.Error("the profile that was made anew:", card)
	}
	if n := w.did(p, "set-issuers"); n != 1 {
		t.Errorf("the journal has %d lines about it", n)
	}
}

// TestIssuersOfAWebIDElsewhere: a document by that name is a document like others
// in a pod whose owner's WebID lies elsewhere.
func TestIssuersOfAWebIDElsewhere(t *testing.T) {
	w := newWorld(t)
	p, err := w.vault.Create(ctx, NewPod{Name: "maria", Owner: silvia.WebID})
	if err != nil {
		t.Fatal(err)
	}
	s := w.vault.As(p.ID, silvia)
	w.put(s, "/profile/card", turtle(solidNS+`<#me> solid:oidcIssuer <https://any.example/>.`))
	w.put(s, "/profile/card", text("x"))
	if err := s.Delete(ctx, MustPath("/profile/card"), Precondition{}); err != nil {
		t.Error(err)
	}
	if err := w.vault.As(p.ID, console(p)).SetIssuers(ctx, iris("https://id.example/")); !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
}

// TestIssuersOfAnUnreadableCard: a document that no verifier reads names nobody, and
// goes on doing so until there is one that can be read.
func TestIssuersOfAnUnreadableCard(t *testing.T) {
	w := newWorld(t)
	p, err := w.vault.Create(ctx, NewPod{Name: "maria"})
	if err != nil {
		t.Fatal(err)
	}
	maria, atConsole := w.vault.As(p.ID, owner(p)), w.vault.As(p.ID, console(p))
	w.put(maria, "/profile/card", text("a plain text"))
	if err := atConsole.SetIssuers(ctx, iris("https://id.example/")); !errors.Is(err, ErrBadRDF) {
		t.Error(err)
	}
	w.put(maria, "/profile/card", turtle(`<#me> <http://xmlns.com/foaf/0.1/name> "Maria".`))
	if err := atConsole.SetIssuers(ctx, iris("https://id.example/")); err != nil {
		t.Error(err)
	}
	w.issuers(p, ana.Issuer)
}

// TestCreateTakesOurOwnIssuer: a pod that is made for the house's own issuer names it.
func TestCreateTakesOurOwnIssuer(t *testing.T) {
	w := newWorld(t)
	own := iris("https://pods.example/", "https://app.pods.example/sign/in/")
	p, err := w.vault.Create(ctx, NewPod{Name: "carmen", Issuers: own})
	if err != nil {
		t.Fatal(err)
	}
	w.issuers(p, own...)
	backup := w.backup(p, BackupOptions{})
	if err := w.vault.Delete(ctx, p.Name); err != nil {
		t.Fatal(err)
	}
	r, err := w.vault.Restore(ctx, bytes.NewReader(backup), RestoreOptions{Recovery: p.Recovery, Name: "carmen-2"})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(slices.Sorted(texts(r.Issuers)), slices.Sorted(texts(own))) {
		t.Error("the restored pod tells", r.Issuers)
	}
}

// TestIssuersMoveAlong: what was written anew about the owner is still about the owner where the pod goes.
func TestIssuersMoveAlong(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	two := iris("https://id.example/", "https://login.example/")
	if err := w.vault.As(p.ID, console(p)).SetIssuers(ctx, two); err != nil {
		t.Fatal(err)
	}
	backup := w.backup(p, BackupOptions{})
	if err := w.vault.Delete(ctx, p.Name); err != nil {
		t.Fatal(err)
	}
	r, err := w.vault.Restore(ctx, bytes.NewReader(backup), RestoreOptions{Recovery: p.Recovery, Name: "elsewhere"})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(slices.Sorted(texts(r.Issuers)), slices.Sorted(texts(two))) {
		t.Error("the restored pod tells", r.Issuers)
	}
}
