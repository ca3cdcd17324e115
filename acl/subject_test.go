package acl

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"skrin/linkeddata"
)

// The document of these tests. What a subject's end leaves is told line by line.
const mixed = `
<#owner> a acl:Authorization ; acl:agent <https://pods.example/maria/profile/card#me> ; acl:accessTo <./> ; acl:default <./> ; acl:mode acl:Read, acl:Write, acl:Control .
<#ward> a acl:Authorization ; rdfs:label "the ward" ; acl:agent <https://clinic.example/staff/ana#me>, <https://bo.example/#me> ; acl:accessTo <./> ; acl:mode acl:Read .
<#ana> a acl:Authorization ; acl:agent <https://clinic.example/staff/ana#me> ; acl:default <./> ; acl:mode acl:Append ; rdfs:seeAlso [ rdfs:label "stays" ] ;
	acl:condition [ a acl:ClientCondition ; acl:client <https://clinic.example/app> ], _:shared, <#named> .
<#browser> a acl:Authorization ; acl:agent <https://clinic.example/staff/ana#me> ; acl:origin <https://app.example> ; acl:accessTo <./> ; acl:mode acl:Read .
<#family> a acl:Authorization ; acl:agentGroup <../../settings/groups#family> ; acl:accessTo <./> ; acl:mode acl:Read ; acl:condition _:shared .
<#open> a acl:Authorization ; acl:agentClass foaf:Agent, acl:AuthenticatedAgent ; acl:accessTo <./> ; acl:mode acl:Read ; ex:unknown "narrows it" .
<#other> a acl:Authorization ; acl:agent <https://carl.example/#me>, "a literal" ; acl:accessTo <elsewhere> ; acl:mode acl:Read .
<#nobody> a acl:Authorization ; acl:origin <https://all.example> ; acl:accessTo <./> ; acl:mode acl:Read .
<#untyped> acl:agent <https://clinic.example/staff/ana#me> ; acl:accessTo <./> ; acl:mode acl:Control .
_:shared a acl:ClientCondition ; acl:clientClass foaf:Agent .
<#named> a acl:ClientCondition ; acl:clientClass foaf:Agent .
<./> ex:unknown "stays", <#ana> .
`

func TestWithout(t *testing.T) {
	const ward = `<#ward> acl:agent <https://clinic.example/staff/ana#me> .`
	for name, c := range map[string]struct {
		who  Subject
		gone string // what is not there any more
	}{
		"a person": {Subject{Person, ana}, ward + `
<#ana> a acl:Authorization ; acl:agent <https://clinic.example/staff/ana#me> ; acl:default <./> ; acl:mode acl:Append ; rdfs:seeAlso [] ;
	acl:condition [ a acl:ClientCondition ; acl:client <https://clinic.example/app> ], _:shared, <#named> .
<#browser> a acl:Authorization ; acl:agent <https://clinic.example/staff/ana#me> ; acl:origin <https://app.example> ; acl:accessTo <./> ; acl:mode acl:Read .`},
		"one of two":       {Subject{Person, bo}, `<#ward> acl:agent <https://bo.example/#me> .`},
		"about elsewhere":  {Subject{Person, carl}, `<#other> a acl:Authorization ; acl:agent <https://carl.example/#me>, "a literal" ; acl:accessTo <elsewhere> ; acl:mode acl:Read .`},
		"a group":          {Subject{Group, family}, `<#family> a acl:Authorization ; acl:agentGroup <../../settings/groups#family> ; acl:accessTo <./> ; acl:mode acl:Read ; acl:condition _:shared .`},
		"who signs in":     {Subject{Kind: SignedIn}, `<#open> acl:agentClass acl:AuthenticatedAgent .`},
		"everybody":        {Subject{Kind: Everybody}, `<#open> acl:agentClass foaf:Agent .`},
		"somebody else":    {Subject{Person, evil}, ``},
		"a person's group": {Subject{Group, ana}, ``},
		"nobody":           {Subject{}, ``},
		"no kind":          {Subject{Kind: Everybody + 1}, ``},
	} {
		g, before := turtle(t, mixed), turtle(t, mixed)
		after, named := Without(g, c.who)
		if named != (c.gone != "") {
			t.Errorf("%s: named %v", name, named)
		}
		if !linkeddata.Isomorphic(g, before) {
			t.Errorf("%s: the graph that was given has changed", name)
		}
		want := lines(t, mixed)
		for line, n := range lines(t, c.gone) {
			want[line] -= n
		}
		got := map[string]int{}
		for line, n := range linesOf(after) {
			got[line] = n
		}
		for line := range want {
			if got[line] != want[line] {
				t.Errorf("%s: %d times, want %d: %s", name, got[line], want[line], line)
			}
		}
	}
	everything, _ := Without(turtle(t, mixed), Subject{Kind: Everybody})
	everything, _ = Without(everything, Subject{Kind: SignedIn})
	for q := range everything.Quads() {
		if q.S.Value() == labs.String()+".acl#open" {
			t.Errorf("left of a rule for nobody: %v", q)
		}
	}
}

// lines are the statements of a document, blank nodes being all the same.
func lines(t *testing.T, text string) map[string]int { return linesOf(turtle(t, text)) }

func linesOf(g *linkeddata.Graph) map[string]int {
	n := map[string]int{}
	plain := func(t linkeddata.Term) string {
		if t.IsBlank() {
			return "[]"
		}
		return fmt.Sprint(t)
	}
	for q := range g.Quads() {
		n[fmt.Sprint(plain(q.S), plain(q.P), plain(q.O))]++
	}
	return n
}

// Whatever an ACL says, ending somebody's part gives nobody more, takes nothing
// from others, and leaves the subject nothing by its own name.
func TestWithoutGivesNobodyMore(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	askers := []Agent{{}, {WebID: ana, Client: ward, Issuer: idp}, {WebID: bo, Client: game, Issuer: idp}, {WebID: carl, Client: ward, Issuer: evil}}
	subjects := []Subject{{Person, ana}, {Person, bo}, {Group, family}, {Kind: SignedIn}, {Kind: Everybody}}
	modes := []linkeddata.IRI{linkeddata.ACLRead, linkeddata.ACLAppend, linkeddata.ACLWrite, linkeddata.ACLControl}
	for range 3000 {
		g := linkeddata.NewGraph(0)
		for i := range 1 + random.IntN(4) {
			r := rule{accessTo: random.IntN(2) == 0, inherit: random.IntN(2) == 0, modes: modes[random.IntN(4):][:1], untyped: random.IntN(8) == 0}
			for _, s := range subjects {
				if p, o := s.said(); random.IntN(3) == 0 {
					r.who = append(r.who, [2]linkeddata.IRI{p.IRI(), o.IRI()})
				}
			}
			if random.IntN(3) == 0 {
				r.origins = []string{[]string{"https://a.example", "https://b.example"}[random.IntN(2)]}
			}
			if random.IntN(3) == 0 {
				r.conditions = [][][2]linkeddata.IRI{{{linkeddata.RDFType, linkeddata.ACLClientCondition}, {linkeddata.ACLClient, ward}}}
			}
			r.add(g, fmt.Sprint("r", i), labs)
		}
		who := subjects[random.IntN(len(subjects))]
		after, _ := Without(g, who)
		was, is := ParseLenient(g, labs), ParseLenient(after, labs)
		for _, r := range is.Rules {
			if slices.Contains(r.Subjects(), who) {
				t.Fatalf("%v is still named: %+v", who, r)
			}
		}
		for _, a := range askers {
			for _, origin := range []string{"", "https://a.example", "https://b.example", "https://c.example"} {
				for _, inherited := range []bool{false, true} {
					may := func(rules *ACL) Mode {
						p := &Policy{ACL: rules, Holder: labs, Inherited: inherited, Member: memberOf}
						return p.Decide(Request{Agent: a, Target: labs, At: noon, Origin: origin}).Allowed
					}
					before, now := may(was), may(is)
					if now&^before != 0 || now != before && !meant(who, a) {
						t.Fatalf("without %v: %v from %q had %v and has %v\n%+v\n%+v", who, a.WebID, origin, before, now, was.Rules, is.Rules)
					}
				}
			}
		}
	}
}

// meant says whether a subject's rules are about somebody.
func meant(s Subject, a Agent) bool {
	switch s.Kind {
	case Person:
		return s.Name == a.WebID
	case Group:
		return !a.IsPublic() && memberOf(s.Name, a.WebID)
	case SignedIn:
		return !a.IsPublic()
	}
	return true
}
