package acl

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"skrin/linkeddata"
)

// The people and places of these tests.
var (
	maria   = linkeddata.MustIRI("https://pods.example/maria/profile/card#me") // the owner
	ana     = linkeddata.MustIRI("https://clinic.example/staff/ana#me")
	bo      = linkeddata.MustIRI("https://bo.example/#me")
	carl    = linkeddata.MustIRI("https://carl.example/#me") // member of the family
	ward    = linkeddata.MustIRI("https://clinic.example/app")
	game    = linkeddata.MustIRI("https://game.example/app")
	watch   = linkeddata.MustIRI("https://watch.example/app")
	idp     = linkeddata.MustIRI("https://idp.example/")
	evil    = linkeddata.MustIRI("https://evil.example/")
	root    = linkeddata.MustIRI("https://pods.example/maria/")
	labs    = linkeddata.MustIRI("https://pods.example/maria/health/labs/")
	report  = linkeddata.MustIRI("https://pods.example/maria/health/labs/2026-11")
	vitals  = linkeddata.MustIRI("https://pods.example/maria/health/vitals/")
	labsTwo = linkeddata.MustIRI("https://pods.example/maria/health/labs-two/x")
	family  = linkeddata.MustIRI("https://pods.example/maria/settings/groups#family")
	apps    = linkeddata.MustIRI("https://pods.example/maria/settings/groups#apps")
	noon    = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	friday  = time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)
)

func memberOf(group, who linkeddata.IRI) bool {
	return group == family && who == carl || group == apps && who == ward
}

// rule writes one authorization about a holder.
type rule struct {
	accessTo, inherit bool
	who               [][2]linkeddata.IRI // predicate and object
	modes             []linkeddata.IRI
	origins           []string
	conditions        [][][2]linkeddata.IRI
	untyped           bool
}

func (r rule) add(g *linkeddata.Graph, name string, holder linkeddata.IRI) {
	s := linkeddata.MustIRI(holder.String() + ".acl#" + name).Term()
	say := func(p, o linkeddata.IRI) { g.Add(s, p.Term(), o.Term()) }
	if !r.untyped {
		say(linkeddata.RDFType, linkeddata.ACLAuthorization)
	}
	if r.accessTo {
		say(linkeddata.ACLAccessTo, holder)
	}
	if r.inherit {
		say(linkeddata.ACLDefault, holder)
	}
	for _, w := range r.who {
		say(w[0], w[1])
	}
	for _, m := range r.modes {
		say(linkeddata.ACLMode, m)
	}
	for _, o := range r.origins {
		say(linkeddata.ACLOrigin, linkeddata.MustIRI(o))
	}
	for i, c := range r.conditions {
		node := linkeddata.Blank(fmt.Sprint(name, i))
		g.Add(s, linkeddata.ACLCondition.Term(), node)
		for _, pair := range c {
			g.Add(node, pair[0].Term(), pair[1].Term())
		}
	}
}

func rulesOf(t testing.TB, holder linkeddata.IRI, rules ...rule) *ACL {
	t.Helper()
	g := linkeddata.NewGraph(0)
	for i, r := range rules {
		r.add(g, fmt.Sprint("r", i), holder)
	}
	a, err := Parse(g, holder)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func agent(who linkeddata.IRI) [][2]linkeddata.IRI {
	return [][2]linkeddata.IRI{{linkeddata.ACLAgent, who}}
}

func class(c linkeddata.IRI) [][2]linkeddata.IRI {
	return [][2]linkeddata.IRI{{linkeddata.ACLAgentClass, c}}
}

func group(g linkeddata.IRI) [][2]linkeddata.IRI {
	return [][2]linkeddata.IRI{{linkeddata.ACLAgentGroup, g}}
}

// Web Access Control as a table: who is asking, whom the rule is for, what it is
// about, where the ACL stands, which mode it gives. Every combination is tried.
func TestWACTable(t *testing.T) {
	askers := map[string]Agent{
		"nobody": {},
		"ana":    {WebID: ana, Client: ward, Issuer: idp},
		"carl":   {WebID: carl, Client: ward, Issuer: idp},
	}
	subjects := []struct {
		name    string
		who     [][2]linkeddata.IRI
		matches []string
	}{
		{"everyone", class(linkeddata.FOAFAgent), []string{"nobody", "ana", "carl"}},
		{"the logged in", class(linkeddata.ACLAuthenticatedAgent), []string{"ana", "carl"}},
		{"ana", agent(ana), []string{"ana"}},
		{"bo", agent(bo), nil},
		{"the family", group(family), []string{"carl"}},
		{"an unknown class", class(game), nil},
		{"foaf:Agent as an agent", agent(linkeddata.FOAFAgent), nil},
		{"ana as a class", class(ana), nil},
		{"nobody", nil, nil},
	}
	objects := []struct {
		name              string
		accessTo, inherit bool
	}{{"accessTo", true, false}, {"default", false, true}, {"both", true, true}, {"neither", false, false}}
	modes := []struct {
		iri  []linkeddata.IRI
		want Mode
	}{
		{nil, 0},
		{[]linkeddata.IRI{linkeddata.ACLRead}, Read},
		{[]linkeddata.IRI{linkeddata.ACLAppend}, Create | Insert},
		{[]linkeddata.IRI{linkeddata.ACLWrite}, Create | Insert | Modify | Delete},
		{[]linkeddata.IRI{linkeddata.ACLControl}, Control},
		{[]linkeddata.IRI{linkeddata.ACLRead, linkeddata.ACLWrite}, Read | Create | Insert | Modify | Delete},
		{[]linkeddata.IRI{game}, 0},
	}
	cases := 0
	for _, sub := range subjects {
		for _, obj := range objects {
			for _, mode := range modes {
				for _, inherited := range []bool{false, true} {
					for name, asker := range askers {
						holder, target := labs, labs
						if inherited {
							target = report
						}
						a := rulesOf(t, holder, rule{accessTo: obj.accessTo, inherit: obj.inherit, who: sub.who, modes: mode.iri})
						p := &Policy{Owner: maria, ACL: a, Inherited: inherited, Holder: holder, Member: memberOf}
						want := Mode(0)
						if slices.Contains(sub.matches, name) && (inherited && obj.inherit || !inherited && obj.accessTo) {
							want = mode.want
						}
						d := p.Decide(Request{Agent: asker, Target: target, At: noon})
						if d.Allowed != want {
							t.Errorf("%s asks, %s for %s gives %v, inherited %v: allowed %v", name, obj.name, sub.name, mode.want, inherited, d.Allowed)
						}
						public := Mode(0)
						if sub.name == "everyone" && (inherited && obj.inherit || !inherited && obj.accessTo) {
							public = mode.want
						}
						if d.Public != public {
							t.Errorf("%s for %s gives %v, inherited %v: public %v", obj.name, sub.name, mode.want, inherited, d.Public)
						}
						cases++
					}
				}
			}
		}
	}
	t.Logf("%d cases", cases)
}

// What a kind of resource makes of the rules of its subject, of grants, and of the owner.
func TestKinds(t *testing.T) {
	read := rulesOf(t, labs, rule{accessTo: true, who: agent(ana), modes: []linkeddata.IRI{linkeddata.ACLRead}})
	control := rulesOf(t, labs, rule{accessTo: true, who: agent(ana), modes: []linkeddata.IRI{linkeddata.ACLControl}})
	write := rulesOf(t, labs, rule{accessTo: true, who: agent(ana), modes: []linkeddata.IRI{linkeddata.ACLRead, linkeddata.ACLWrite}})
	granted := []Grant{{ID: GrantID{1}, To: ana, Targets: []linkeddata.IRI{root}, Modes: Read | Create, Until: friday}}
	for _, c := range []struct {
		kind                                Kind
		read, control, write, grant, owners Mode
	}{
		{Ordinary, Read, Control, Read | Write, Read | Create, All},
		{Auxiliary, Read, Control, Read | Write, 0, All},
		{ACLResource, 0, All, 0, 0, All},
		{Managed, 0, Read, 0, 0, All},
		{Hidden, 0, 0, 0, 0, All},
		{Hidden + 1, 0, 0, 0, 0, All},
	} {
		ask := func(who linkeddata.IRI, a *ACL, grants []Grant) Mode {
			p := &Policy{Owner: maria, ACL: a, Holder: labs, Grants: grants}
			return p.Decide(Request{Agent: Agent{WebID: who}, Target: labs, Kind: c.kind, At: noon}).Allowed
		}
		for name, got := range map[string][2]Mode{
			"acl:Read": {ask(ana, read, nil), c.read}, "acl:Control": {ask(ana, control, nil), c.control},
			"acl:Write": {ask(ana, write, nil), c.write}, "a grant": {ask(ana, nil, granted), c.grant}, "the owner": {ask(maria, nil, nil), c.owners},
		} {
			if got[0] != got[1] {
				t.Errorf("kind %d, %s: %v, want %v", c.kind, name, got[0], got[1])
			}
		}
	}
}

// A policy that was put together wrongly gives nothing.
func TestPolicyThatDoesNotFit(t *testing.T) {
	everything := rule{accessTo: true, inherit: true, who: class(linkeddata.FOAFAgent), modes: []linkeddata.IRI{linkeddata.ACLRead}}
	a := rulesOf(t, labs, everything)
	leaf := rulesOf(t, report, everything)
	below := linkeddata.MustIRI(report.String() + "/x")
	for name, p := range map[string]struct {
		policy Policy
		target linkeddata.IRI
	}{
		"no ACL":                           {Policy{}, labs},
		"an ACL of another resource":       {Policy{ACL: a, Holder: vitals}, vitals},
		"no holder":                        {Policy{ACL: a}, labs},
		"a target elsewhere":               {Policy{ACL: a, Holder: labs, Inherited: true}, labsTwo},
		"inherited from what is no folder": {Policy{ACL: leaf, Holder: report, Inherited: true}, below},
	} {
		if d := p.policy.Decide(Request{Agent: Agent{WebID: ana}, Target: p.target, At: noon}); d.Allowed|d.Public != 0 {
			t.Errorf("%s: %v", name, d.Allowed)
		}
	}
}
