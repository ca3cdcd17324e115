package pod

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"skrin/acl"
	"skrin/linkeddata"
)

var (
	signedIn  = acl.Subject{Kind: acl.SignedIn}
	everybody = acl.Subject{Kind: acl.Everybody}
)

func person(who acl.Agent) acl.Subject { return acl.Subject{Kind: acl.Person, Name: who.WebID} }

// told are the paths of the ACLs that name somebody, with the state of each.
func (w *world) told(s *Session, who acl.Subject) map[string]string {
	w.Helper()
	found := map[string]string{}
	err := s.Rules(ctx, func(r Ruled) error {
		if r.Gives(who) != 0 {
			found[r.At.String()] = r.State
		}
		return nil
	})
	if err != nil {
		w.Fatal(err)
	}
	return found
}

// shared is a container with an ACL that names many.
const shared = `@prefix acl: <http://www.w3.org/ns/auth/acl#>. @prefix foaf: <http://xmlns.com/foaf/0.1/>. @prefix ex: <https://vocab.example/>.
<#both> a acl:Authorization; acl:agent <https://hospital.example/ana#me>, <https://town.example/silvia#me>; acl:accessTo <./>; acl:default <./>; acl:mode acl:Read.
<#ana> a acl:Authorization; acl:agent <https://hospital.example/ana#me>; acl:default <./>; acl:mode acl:Append.
<#us> a acl:Authorization; acl:agentGroup <../settings/us#all>; acl:default <./>; acl:mode acl:Read.
<#in> a acl:Authorization; acl:agentClass acl:AuthenticatedAgent; acl:default <./>; acl:mode acl:Read.
<#all> a acl:Authorization; acl:agentClass foaf:Agent; acl:default <./>; acl:mode acl:Read.
<./> ex:says "something else".`

// Whoever is ended has nothing by that ACL any more, at the place and below it, and
// everybody else has what they had.
func TestEndRule(t *testing.T) {
	olof := acl.Agent{WebID: linkeddata.MustIRI("https://family.example/olof#me"), Client: ana.Client}
	eva := acl.Agent{WebID: linkeddata.MustIRI("https://family.example/eva#me"), Client: ana.Client}
	for name, c := range map[string]struct {
		who   acl.Subject
		out   []acl.Agent // may read no longer
		still []acl.Agent
		acl   string // without those who make the difference
	}{
		"a person":       {person(ana), []acl.Agent{ana}, []acl.Agent{silvia, olof}, "<#in>,<#all>"},
		"a group":        {acl.Subject{Kind: acl.Group, Name: linkeddata.MustIRI("https://pods.example/maria/settings/us#all")}, []acl.Agent{olof}, []acl.Agent{ana, silvia}, "<#in>,<#all>"},
		"who signed in":  {signedIn, []acl.Agent{eva}, []acl.Agent{ana, silvia, olof}, "<#all>"},
		"everybody":      {everybody, []acl.Agent{public}, []acl.Agent{ana, silvia, olof, eva}, ""},
		"somebody else":  {person(eva), nil, []acl.Agent{ana, silvia, olof, eva, public}, ""},
		"a group's name": {acl.Subject{Kind: acl.Group, Name: ana.WebID}, nil, []acl.Agent{ana}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			p := w.maria()
			maria, atConsole := w.vault.As(p.ID, owner(p)), w.vault.As(p.ID, console(p))
			w.put(maria, "/settings/us", turtle(`<#all> <http://www.w3.org/2006/vcard/ns#hasMember> <`+olof.WebID.String()+`>.`))
			w.put(maria, "/notes/x", text("x"))
			lines := slices.DeleteFunc(strings.Split(shared, "\n"), func(l string) bool {
				subject, _, _ := strings.Cut(l, " ")
				return c.acl != "" && strings.HasPrefix(subject, "<#") && strings.Contains(c.acl, subject)
			})
			w.put(maria, "/notes/.acl", turtle(strings.Join(lines, "\n")))
			before := w.told(maria, c.who)
			n := len(w.journal(p))
			if err := atConsole.EndRule(ctx, MustPath("/notes/"), c.who, before["/notes/"]); err != nil {
				t.Fatal(err)
			}
			for _, who := range c.out {
				w.refused(w.vault.As(p.ID, who), "/notes/x", ErrDenied)
			}
			for _, who := range c.still {
				w.get(w.vault.As(p.ID, who), "/notes/x")
			}
			after := w.get(maria, "/notes/.acl")
			if _, there := w.told(maria, c.who)["/notes/"]; there || !strings.Contains(after, "something else") {
				t.Errorf("%v is in\n%s", c.who, after)
			}
			if strings.Contains(after, p.Root.String()) {
				t.Errorf("it is about another place when the pod has moved:\n%s", after)
			}
			ended := w.journal(p)[n:]
			ended = slices.DeleteFunc(ended, func(e Entry) bool { return e.Did != didEndRule })
			switch {
			case len(c.out) == 0 && len(ended) > 0:
				t.Errorf("nothing ended, and the journal says %+v", ended)
			case len(c.out) > 0 && (len(ended) != 1 || !ended[0].Allowed || ended[0].Path != "/notes/" || !strings.Contains(ended[0].Because, "read") || ended[0].Client != CLI.String()):
				t.Errorf("the journal says %+v", ended)
			}
			if err := atConsole.EndRule(ctx, MustPath("/notes/"), c.who, before["/notes/"]); err != nil {
				t.Errorf("once more: %v", err)
			}
		})
	}
}

// Only the owner ends rules, at the console: no app with all rights, nobody with
// Control by that very ACL, and nobody at a console of their own.
func TestEndRuleIsTheOwnersAtTheConsole(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria := w.vault.As(p.ID, owner(p))
	other, err := w.vault.Create(ctx, NewPod{Name: "olof", Issuers: []linkeddata.IRI{ana.Issuer}})
	if err != nil {
		t.Fatal(err)
	}
	w.put(maria, "/notes/x", text("x"))
	w.put(maria, "/notes/.acl", rule(silvia, "acl:Read, acl:Write, acl:Control", "accessTo"))
	for _, who := range []acl.Agent{public, {Client: CLI}, silvia, {WebID: silvia.WebID, Client: CLI}, owner(p), console(other)} {
		if err := w.vault.As(p.ID, who).EndRule(ctx, MustPath("/notes/"), person(silvia), ""); !errors.Is(err, ErrDenied) {
			t.Errorf("%v by %v: %v, want %v", who.WebID, who.Client, err, ErrDenied)
		}
	}
	if len(w.told(maria, person(silvia))) != 1 {
		t.Error("it was ended")
	}
	if err := w.vault.As(p.ID, console(p)).EndRule(ctx, MustPath("/notes/"), person(silvia), ""); err != nil {
		t.Error(err)
	}
}

// An ACL that names nobody any more stays: what the container above gives is wider.
func TestAnEmptyACLStays(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria, atConsole := w.vault.As(p.ID, owner(p)), w.vault.As(p.ID, console(p))
	w.put(maria, "/notes/private/x", text("x"))
	w.put(maria, "/notes/.acl", rule(ana, "acl:Read, acl:Write", "default"))
	w.put(maria, "/notes/private/.acl", rule(silvia, "acl:Read", "default"))
	if err := atConsole.EndRule(ctx, MustPath("/notes/private/"), person(silvia), ""); err != nil {
		t.Fatal(err)
	}
	w.restart()
	w.refused(w.vault.As(p.ID, ana), "/notes/private/x", ErrDenied)
	w.refused(w.vault.As(p.ID, silvia), "/notes/private/x", ErrDenied)
	if got := w.get(w.vault.As(p.ID, owner(p)), "/notes/private/.acl"); strings.TrimSpace(got) != "" {
		t.Errorf("the ACL is\n%s", got)
	}
}

// A rule that the pod needs stays, and so does all of its ACL.
func TestRulesThatStay(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria, atConsole := w.vault.As(p.ID, owner(p)), w.vault.As(p.ID, console(p))
	refused := func(what, at string, who acl.Subject) {
		t.Helper()
		before := w.get(maria, at+".acl")
		if err := atConsole.EndRule(ctx, MustPath(at), who, ""); !errors.Is(err, ErrKept) {
			t.Errorf("%s: %v, want %v", what, err, ErrKept)
		}
		if after := w.get(maria, at+".acl"); after != before {
			t.Errorf("%s: the ACL is\n%s", what, after)
		}
	}
	refused("the owner's own", "/", acl.Subject{Kind: acl.Person, Name: p.Owner})
	refused("the owner's own", "/inbox/", acl.Subject{Kind: acl.Person, Name: p.Owner})
	refused("everybody's of the card", "/profile/card", everybody)
	if err := maria.Delete(ctx, MustPath("/profile/card.acl"), Precondition{}); err != nil {
		t.Fatal(err)
	}
	w.put(maria, "/profile/.acl", turtle(ownerRule("<./>", p.Owner.String())+`<#all> a acl:Authorization; acl:agentClass foaf:Agent; acl:default <./>; acl:mode acl:Read.`))
	refused("everybody's of the card, inherited", "/profile/", everybody)
	w.get(w.vault.As(p.ID, public), "/profile/card")

	w.put(maria, "/.acl", turtle(`@prefix acl: <http://www.w3.org/ns/auth/acl#>.
<#r> a acl:Authorization; acl:agent <`+silvia.WebID.String()+`>; acl:accessTo <./>; acl:mode acl:Read, acl:Control.
<#s> a acl:Authorization; acl:agent <`+ana.WebID.String()+`>; acl:accessTo <./>; acl:mode acl:Read.`))
	refused("the last with Control", "/", person(silvia))
	if err := atConsole.EndRule(ctx, Root, person(ana), ""); err != nil {
		t.Errorf("another of the root: %v", err)
	}
	w.put(maria, "/.acl", turtle(ownerRule("<./>", p.Owner.String())+`<#r> a acl:Authorization; acl:agent <`+silvia.WebID.String()+`>; acl:accessTo <./>; acl:mode acl:Read, acl:Control.`))
	if err := atConsole.EndRule(ctx, Root, person(silvia), ""); err != nil {
		t.Errorf("one of two with Control: %v", err)
	}
}

// What the owner saw is what they end: an ACL that has changed since stays as it is. So
// does one that is not there.
func TestEndRuleOfAChangedACL(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria, atConsole := w.vault.As(p.ID, owner(p)), w.vault.As(p.ID, console(p))
	w.put(maria, "/notes/x", text("x"))
	w.put(maria, "/notes/.acl", rule(ana, "acl:Read", "default"))
	seen := w.told(maria, person(ana))["/notes/"]
	w.put(maria, "/notes/.acl", rule(ana, "acl:Read, acl:Write", "default"))
	changed := w.get(maria, "/notes/.acl")
	if err := atConsole.EndRule(ctx, MustPath("/notes/"), person(ana), seen); !errors.Is(err, ErrPrecondition) {
		t.Errorf("an ACL that has changed: %v, want %v", err, ErrPrecondition)
	}
	if w.get(maria, "/notes/.acl") != changed {
		t.Error("it was changed")
	}
	if err := atConsole.EndRule(ctx, MustPath("/notes/"), person(silvia), seen); err != nil {
		t.Errorf("somebody who is not there: %v", err)
	}
	if now := w.told(maria, person(ana))["/notes/"]; now == seen || atConsole.EndRule(ctx, MustPath("/notes/"), person(ana), now) != nil {
		t.Error("as it is now, it does not end")
	}
	for _, path := range []string{"/health/", "/none", "/none/", "/notes/.acl", "/notes/.meta", "/.access/grants/"} {
		if err := atConsole.EndRule(ctx, MustPath(path), person(ana), ""); !errors.Is(err, ErrNotFound) {
			t.Errorf("%s: %v, want %v", path, err, ErrNotFound)
		}
	}
}
