package acl

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"skrin/linkeddata"
)

const prefixes = `
@prefix acl: <http://www.w3.org/ns/auth/acl#> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix ex: <https://vocab.example/> .
`

// turtle reads a document whose base is the ACL of labs.
func turtle(t testing.TB, text string) *linkeddata.Graph {
	t.Helper()
	base := linkeddata.MustIRI(labs.String() + ".acl")
	g, err := linkeddata.Decode(strings.NewReader(prefixes+text), linkeddata.Turtle, base, linkeddata.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestParse(t *testing.T) {
	a, err := Parse(turtle(t, `
<#staff> a acl:Authorization, owl:NamedIndividual ; rdfs:label "the ward" ;
	acl:agent <https://clinic.example/staff/ana#me>, <https://bo.example/#me>, "a literal" ;
	acl:agentGroup <../../settings/groups#family> ;
	acl:accessTo <./>, <elsewhere> ; acl:default <./> ; acl:mode acl:Read, acl:Append, ex:Frobnicate ;
	acl:origin <https://App.example/> ;
	acl:condition [ a acl:ClientCondition ; acl:client <https://clinic.example/app> ; acl:clientGroup <../../settings/groups#apps> ],
		[ a acl:IssuerCondition, acl:Condition ; acl:issuerClass foaf:Agent ] .
[] a acl:Authorization ; acl:agentClass foaf:Agent ; acl:accessTo <./> ; acl:mode acl:Read .
<#other> a acl:Authorization ; acl:agentClass foaf:Agent ; acl:accessTo <other> ; acl:mode acl:Write .
<#untyped> acl:agentClass foaf:Agent ; acl:accessTo <./> ; acl:mode acl:Control ; ex:anything "at all" .
`), labs)
	if err != nil {
		t.Fatal(err)
	}
	want := []Rule{
		{
			Name: linkeddata.MustIRI(labs.String() + ".acl#staff"), AccessTo: true, Default: true, Modes: Read | Append,
			Agents: []linkeddata.IRI{ana, bo}, Groups: []linkeddata.IRI{family}, Origins: []string{"https://app.example"},
			Conditions: []Condition{
				{Of: []linkeddata.IRI{ward}, Groups: []linkeddata.IRI{apps}},
				{Issuer: true, Anyone: true},
			},
		},
		{AccessTo: true, Modes: Read, Public: true},
	}
	if !reflect.DeepEqual(a.Rules, want) {
		t.Errorf("read\n%+v, want\n%+v", a.Rules, want)
	}
	if got := a.Groups(); len(got) != 1 || got[0] != family.WithoutFragment() {
		t.Errorf("groups: %v", got)
	}
	if !a.Names(ana) || a.Names(carl) || a.Names(linkeddata.IRI{}) {
		t.Error("names the wrong agents")
	}
}

// Everything that would make a rule broader when passed over. Each refusal
// names what it is about.
var unenforceables = []struct{ name, says, names string }{
	{"unknown condition", `acl:condition [ a ex:TimeCondition ; ex:until "2026-12-01" ]`, "acl:condition"},
	{"condition without a type", `acl:condition [ acl:client <https://clinic.example/app> ]`, "acl:condition"},
	{"condition that is a text", `acl:condition "only on Sundays"`, "acl:condition"},
	{"condition described elsewhere", `acl:condition <https://vocab.example/conditions#sunday>`, "acl:condition"},
	{"both conditions in one", `acl:condition [ a acl:ClientCondition, acl:IssuerCondition ; acl:client <https://a.example/> ]`, "acl:condition"},
	{"condition of two types", `acl:condition [ a acl:ClientCondition, ex:Sundays ; acl:client <https://a.example/> ]`, "vocab.example/Sundays"},
	{"condition that says more", `acl:condition [ a acl:ClientCondition ; acl:client <https://a.example/> ; ex:until "2026" ]`, "vocab.example/until"},
	{"issuer in a client condition", `acl:condition [ a acl:ClientCondition ; acl:issuer <https://a.example/> ]`, "acl#issuer"},
	{"empty condition", `acl:condition [ a acl:ClientCondition ]`, "nobody"},
	{"condition of an unknown class", `acl:condition [ a acl:ClientCondition ; acl:clientClass ex:Certified ]`, "nobody"},
	{"end date", `ex:validUntil "2026-12-01T00:00:00Z"`, "vocab.example/validUntil"},
	{"unknown acl: term", `acl:expires "2026-12-01T00:00:00Z"`, "acl#expires"},
	{"second class", `a ex:TimedAuthorization`, "TimedAuthorization"},
	{"origin as a text", `acl:origin "https://app.example"`, "acl:origin"},
	{"origin with a path", `acl:origin <https://app.example/x>`, "acl:origin"},
	{"origin that is none", `acl:origin <urn:app>`, "acl:origin"},
}

func TestUnenforceableRulesAreRefusedAndGiveNothing(t *testing.T) {
	for _, c := range unenforceables {
		g := turtle(t, fmt.Sprintf(`
<#bad> a acl:Authorization ; acl:agent <https://clinic.example/staff/ana#me> ; acl:accessTo <./> ; acl:mode acl:Read ; %s .
<#good> a acl:Authorization ; acl:agent <https://clinic.example/staff/ana#me> ; acl:accessTo <./> ; acl:mode acl:Append .`, c.says))
		_, err := Parse(g, labs)
		if !errors.Is(err, ErrUnenforceable) || !strings.Contains(fmt.Sprint(err), c.names) || !strings.Contains(fmt.Sprint(err), "#bad") {
			t.Errorf("%s: %v", c.name, err)
		}
		a := ParseLenient(g, labs)
		if len(a.LeftOut) != 1 {
			t.Errorf("%s: left out %v", c.name, a.LeftOut)
		}
		p := &Policy{ACL: a, Holder: labs}
		d := p.Decide(Request{Agent: Agent{WebID: ana, Client: ward, Issuer: idp}, Target: labs, At: noon, Origin: "https://app.example"})
		if d.Allowed != Append {
			t.Errorf("%s: allowed %v", c.name, d.Allowed)
		}
	}
}

func TestRulesThatSpeakInNamedGraphsAreRefused(t *testing.T) {
	for name, where := range map[string]string{"rule": "#bad", "condition": "#condition"} {
		g := turtle(t, `<#bad> a acl:Authorization ; acl:agentClass foaf:Agent ; acl:accessTo <./> ; acl:mode acl:Read ; acl:condition <#condition> .
<#condition> a acl:ClientCondition ; acl:clientClass foaf:Agent .`)
		if _, err := Parse(g, labs); err != nil {
			t.Fatal(err)
		}
		g.AddQuad(linkeddata.Quad{Graph: linkeddata.Blank("g"), Triple: linkeddata.Triple{
			S: linkeddata.MustIRI(labs.String() + ".acl" + where).Term(), P: linkeddata.ACLCondition.Term(), O: linkeddata.Blank("x")}})
		if _, err := Parse(g, labs); !errors.Is(err, ErrUnenforceable) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAnACLIsBounded(t *testing.T) {
	var text strings.Builder
	for i := range maxRules + 1 {
		fmt.Fprintf(&text, "<#r%d> a acl:Authorization ; acl:agentClass foaf:Agent ; acl:accessTo <./> ; acl:mode acl:Read .\n", i)
	}
	if _, err := Parse(turtle(t, text.String()), labs); !errors.Is(err, ErrUnenforceable) {
		t.Errorf("too many rules: %v", err)
	}
	// Rules that share one long condition cost as much as if each had its own.
	text.Reset()
	text.WriteString("<#c> a acl:ClientCondition .\n")
	for i := range 500 {
		fmt.Fprintf(&text, "<#c> acl:client <https://app%d.example/> .\n", i)
		fmt.Fprintf(&text, "<#r%d> a acl:Authorization ; acl:agentClass foaf:Agent ; acl:accessTo <./> ; acl:mode acl:Read ; acl:condition <#c> .\n", i)
	}
	g := turtle(t, text.String())
	if _, err := Parse(g, labs); !errors.Is(err, ErrUnenforceable) {
		t.Errorf("a long condition, shared: %v", err)
	}
	words := 0
	for _, r := range ParseLenient(g, labs).Rules {
		words += r.words()
	}
	if words > maxWords {
		t.Errorf("kept %d names", words)
	}
}

func TestControlledBySomeone(t *testing.T) {
	for text, want := range map[string]bool{
		`<#o> a acl:Authorization ; acl:agent <https://bo.example/#me> ; acl:accessTo <./> ; acl:mode acl:Control .`:         true,
		`<#o> a acl:Authorization ; acl:agentGroup <https://bo.example/#us> ; acl:accessTo <./> ; acl:mode acl:Control .`:    true,
		`<#o> a acl:Authorization ; acl:agent <https://bo.example/#me> ; acl:default <./> ; acl:mode acl:Control .`:          false,
		`<#o> a acl:Authorization ; acl:agent <https://bo.example/#me> ; acl:accessTo <./> ; acl:mode acl:Write, acl:Read .`: false,
		`<#o> a acl:Authorization ; acl:accessTo <./> ; acl:mode acl:Control .`:                                              false,
		`<#o> a acl:Authorization ; acl:origin <https://app.example> ; acl:accessTo <./> ; acl:mode acl:Control .`:           false,
		`<#o> acl:agent <https://bo.example/#me> ; acl:accessTo <./> ; acl:mode acl:Control .`:                               false,
		`<#o> a acl:Authorization ; acl:agent <https://bo.example/#me> ; acl:accessTo <elsewhere> ; acl:mode acl:Control .`:  false,
		``: false,
	} {
		a, err := Parse(turtle(t, text), labs)
		if err != nil {
			t.Fatal(err)
		}
		if a.ControlledBySomeone() != want {
			t.Errorf("%v for %s", !want, text)
		}
	}
	var none *ACL
	if none.ControlledBySomeone() || none.Names(ana) || none.Groups() != nil {
		t.Error("no ACL says something")
	}
}

// Whatever bytes come: no panic, and the two ways of reading agree.
func FuzzParse(f *testing.F) {
	for _, c := range unenforceables {
		f.Add(`<#bad> a acl:Authorization ; acl:agent <https://a.example/> ; acl:accessTo <./> ; acl:mode acl:Read ; ` + c.says + ` .`)
	}
	f.Add(`<#r> a acl:Authorization ; acl:agentClass foaf:Agent ; acl:default <./> ; acl:mode acl:Control ; acl:condition <#r> .`)
	f.Fuzz(func(t *testing.T, text string) {
		base := linkeddata.MustIRI(labs.String() + ".acl")
		g, err := linkeddata.Decode(strings.NewReader(prefixes+text), linkeddata.Turtle, base, linkeddata.Limits{})
		if err != nil {
			return
		}
		strict, err := Parse(g, labs)
		lenient := ParseLenient(g, labs)
		switch {
		case err != nil && (len(lenient.LeftOut) == 0 || !errors.Is(err, ErrUnenforceable)):
			t.Errorf("refused only when written: %v", err)
		case err == nil && !reflect.DeepEqual(strict, lenient):
			t.Errorf("%+v and %+v", strict, lenient)
		}
		p := &Policy{Owner: maria, ACL: lenient, Holder: labs, Member: memberOf}
		for _, a := range []Agent{{}, {WebID: ana, Client: ward, Issuer: idp}} {
			d := p.Decide(Request{Agent: a, Target: labs, At: noon})
			if d.Explain(All) == "" || d.Allowed&^All != 0 {
				t.Errorf("decided %+v", d)
			}
		}
	})
}
