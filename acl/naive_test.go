package acl

import (
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"skrin/linkeddata"
)

// A second evaluator, written from the words of the design and of Web Access
// Control, mode by mode and straight on the graph, sharing no code with the
// first. Both must always agree.

// world is one random situation.
type world struct {
	owner     linkeddata.IRI
	graph     *linkeddata.Graph
	holder    linkeddata.IRI
	inherited bool
	grants    []Grant
	blocked   map[linkeddata.IRI]bool
	request   Request
}

func (w *world) may(mode Mode) bool {
	a := w.request.Agent
	isOwner := a.WebID == w.owner
	if isOwner && a.Client.String() == "urn:skrin:cli" {
		return true
	}
	if a.WebID.String() != "" && w.blocked[a.WebID] {
		return false
	}
	if isOwner {
		device := false
		for _, g := range w.grants {
			if g.To == w.owner && g.Client.String() != "" && g.Client == a.Client {
				device = true
			}
		}
		if !device {
			return true
		}
		return w.granted(mode, true)
	}
	return w.ruled(a, mode) || w.granted(mode, false)
}

func (w *world) granted(mode Mode, device bool) bool {
	a, target := w.request.Agent, w.request.Target.String()
	if mode != Read && mode != Create || w.request.Kind != Ordinary || a.WebID.String() == "" {
		return false
	}
	for _, g := range w.grants {
		if g.To != a.WebID || g.Revoked != (time.Time{}) || g.Suspended {
			continue
		}
		if device && g.Client.String() == "" || g.Client.String() != "" && g.Client != a.Client {
			continue
		}
		now := w.request.At.UnixNano()
		if now < g.From.UnixNano() || now >= g.Until.UnixNano() || g.Modes&mode == 0 {
			continue
		}
		for _, t := range g.Targets {
			if t.String() == target || t.String()[len(t.String())-1] == '/' && strings.Index(target, t.String()) == 0 {
				return true
			}
		}
	}
	return false
}

// ruled asks the graph, one authorization after the other.
func (w *world) ruled(a Agent, mode Mode) bool {
	switch w.request.Kind {
	case ACLResource:
		mode = Control
	case Managed:
		if mode != Read {
			return false
		}
		mode = Control
	case Hidden:
		return false
	}
	for r := range w.graph.Match(linkeddata.Term{}, linkeddata.RDFType.Term(), linkeddata.ACLAuthorization.Term()) {
		if w.about(r.S) && w.gives(r.S, mode) && w.conditions(r.S, a) && w.subject(r.S, a) && w.origin(r.S, a, mode) {
			return true
		}
	}
	return false
}

func (w *world) has(s linkeddata.Term, p, o string) bool {
	return w.graph.Has(linkeddata.Quad{Triple: linkeddata.Triple{S: s, P: linkeddata.MustIRI(p).Term(), O: linkeddata.MustIRI(o).Term()}})
}

const aclNS = "http://www.w3.org/ns/auth/acl#"

func (w *world) about(rule linkeddata.Term) bool {
	if w.inherited {
		return w.has(rule, aclNS+"default", w.holder.String())
	}
	return w.has(rule, aclNS+"accessTo", w.holder.String())
}

func (w *world) gives(rule linkeddata.Term, mode Mode) bool {
	switch mode {
	case Read:
		return w.has(rule, aclNS+"mode", aclNS+"Read")
	case Create, Insert:
		return w.has(rule, aclNS+"mode", aclNS+"Append") || w.has(rule, aclNS+"mode", aclNS+"Write")
	case Modify, Delete:
		return w.has(rule, aclNS+"mode", aclNS+"Write")
	case Control:
		return w.has(rule, aclNS+"mode", aclNS+"Control")
	}
	return false
}

func (w *world) subject(rule linkeddata.Term, a Agent) bool {
	if w.has(rule, aclNS+"agentClass", "http://xmlns.com/foaf/0.1/Agent") {
		return true
	}
	if a.WebID.String() == "" {
		return false
	}
	if w.has(rule, aclNS+"agentClass", aclNS+"AuthenticatedAgent") || w.has(rule, aclNS+"agent", a.WebID.String()) {
		return true
	}
	return w.has(rule, aclNS+"agentGroup", family.String()) && memberOf(family, a.WebID)
}

func (w *world) conditions(rule linkeddata.Term, a Agent) bool {
	for c := range w.graph.Objects(rule, linkeddata.ACLCondition.Term()) {
		word, who := "client", a.Client
		if w.has(c, "http://www.w3.org/1999/02/22-rdf-syntax-ns#type", aclNS+"IssuerCondition") {
			word, who = "issuer", a.Issuer
		}
		ok := w.has(c, aclNS+word+"Class", "http://xmlns.com/foaf/0.1/Agent")
		if who.String() != "" {
			ok = ok || w.has(c, aclNS+word, who.String()) || w.has(c, aclNS+word+"Group", apps.String()) && memberOf(apps, who)
		}
		if !ok {
			return false
		}
	}
	return true
}

// origin: a rule with origins speaks to those. A rule without them, unless it
// is for everybody, needs the origin in a rule that names origins and nobody,
// if the ACL has such a rule about the target.
func (w *world) origin(rule linkeddata.Term, a Agent, mode Mode) bool {
	if w.request.Origin == "" {
		return true
	}
	if w.any(rule, "origin") {
		return w.has(rule, aclNS+"origin", w.request.Origin)
	}
	if w.has(rule, aclNS+"agentClass", "http://xmlns.com/foaf/0.1/Agent") && !w.any(rule, "condition") {
		return true
	}
	listed := false
	for r := range w.graph.Match(linkeddata.Term{}, linkeddata.RDFType.Term(), linkeddata.ACLAuthorization.Term()) {
		if !w.any(r.S, "origin") || !w.about(r.S) || w.any(r.S, "agent") || w.any(r.S, "agentClass") || w.any(r.S, "agentGroup") {
			continue
		}
		listed = true
		if w.has(r.S, aclNS+"origin", w.request.Origin) && w.gives(r.S, mode) && w.conditions(r.S, a) {
			return true
		}
	}
	return !listed
}

func (w *world) any(rule linkeddata.Term, word string) bool {
	for range w.graph.Objects(rule, linkeddata.MustIRI(aclNS+word).Term()) {
		return true
	}
	return false
}

func pick[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }

// some gives a random part of a list.
func some[T any](r *rand.Rand, from ...T) (part []T) {
	for _, v := range from {
		if r.IntN(len(from)+1) == 0 {
			part = append(part, v)
		}
	}
	return part
}

func randomRule(r *rand.Rand) rule {
	type pair = [2]linkeddata.IRI
	var conditions [][][2]linkeddata.IRI
	for r.IntN(4) == 0 {
		if r.IntN(2) == 0 {
			conditions = append(conditions, []pair{{linkeddata.RDFType, linkeddata.ACLClientCondition}, pick(r,
				pair{linkeddata.ACLClient, ward}, pair{linkeddata.ACLClient, game}, pair{linkeddata.ACLClientGroup, apps},
				pair{linkeddata.ACLClientClass, linkeddata.FOAFAgent})})
		} else {
			conditions = append(conditions, []pair{{linkeddata.RDFType, linkeddata.ACLIssuerCondition}, pick(r,
				pair{linkeddata.ACLIssuer, idp}, pair{linkeddata.ACLIssuer, evil}, pair{linkeddata.ACLIssuerClass, linkeddata.FOAFAgent})})
		}
	}
	return rule{
		accessTo: r.IntN(4) > 0, inherit: r.IntN(4) > 0, untyped: r.IntN(10) == 0, conditions: conditions,
		who: some(r, pair{linkeddata.ACLAgent, ana}, pair{linkeddata.ACLAgent, bo}, pair{linkeddata.ACLAgentGroup, family},
			pair{linkeddata.ACLAgentClass, linkeddata.FOAFAgent}, pair{linkeddata.ACLAgentClass, linkeddata.ACLAuthenticatedAgent}),
		modes:   some(r, linkeddata.ACLRead, linkeddata.ACLAppend, linkeddata.ACLWrite, linkeddata.ACLControl),
		origins: pick(r, nil, nil, nil, []string{"https://app.example"}, []string{"https://app.example", "https://other.example"}),
	}
}

func randomGrant(r *rand.Rand) Grant {
	g := Grant{
		ID: GrantID{byte(1 + r.IntN(255))}, To: pick(r, ana, ana, bo, maria), Client: pick(r, linkeddata.IRI{}, ward, game, watch),
		Targets: some(r, root, labs, vitals, report), Modes: pick(r, Read, Create, Read|Create, Mode(r.IntN(256))),
		From: noon.Add(time.Duration(r.IntN(5) - 2)), Suspended: r.IntN(8) == 0,
	}
	g.Until = g.From.Add(time.Duration(r.IntN(4)))
	if r.IntN(8) == 0 {
		g.Revoked = noon
	}
	return g
}

func randomWorld(r *rand.Rand) *world {
	w := &world{
		owner: maria, graph: linkeddata.NewGraph(0), holder: labs, inherited: r.IntN(2) == 0, blocked: map[linkeddata.IRI]bool{},
		request: Request{
			Agent:  Agent{WebID: pick(r, linkeddata.IRI{}, maria, ana, ana, bo, carl), Client: pick(r, linkeddata.IRI{}, ward, game, watch, CLI), Issuer: pick(r, linkeddata.IRI{}, idp, evil)},
			Target: labs, Kind: pick(r, Ordinary, Ordinary, Ordinary, Auxiliary, ACLResource, Managed, Hidden),
			At: noon, Origin: pick(r, "", "", "https://app.example", "https://other.example", "https://third.example"),
		},
	}
	if w.inherited {
		w.request.Target = report
	}
	for i := range r.IntN(5) {
		randomRule(r).add(w.graph, string(rune('a'+i)), w.holder)
	}
	for range r.IntN(4) {
		w.grants = append(w.grants, randomGrant(r))
	}
	if r.IntN(6) == 0 {
		w.blocked[pick(r, maria, ana, bo, carl)] = true
	}
	return w
}

func (w *world) policy(t testing.TB) *Policy {
	a, err := Parse(w.graph, w.holder)
	if err != nil {
		t.Fatal(err)
	}
	return &Policy{
		Owner: w.owner, ACL: a, Inherited: w.inherited, Holder: w.holder, Grants: w.grants, Member: memberOf,
		Blocked: func(a Agent) bool { return w.blocked[a.WebID] },
	}
}

func TestTwoEvaluatorsAgree(t *testing.T) { agree(t, 20_000) }

func TestSoakTwoEvaluatorsAgree(t *testing.T) {
	if os.Getenv("SOAK") == "" {
		t.Skip("skipped: SOAK asks for the long form, of 1,000,000 cases")
	}
	agree(t, 1_000_000)
}

// agree asks both about so many random situations.
func agree(t *testing.T, cases int) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	allowed := 0
	for n := range cases {
		w := randomWorld(r)
		p := w.policy(t)
		d := p.Decide(w.request)
		for mode := Read; mode <= Control; mode <<= 1 {
			if d.Allowed.Has(mode) != w.may(mode) {
				t.Fatalf("seed %d, case %d, %v: decided %v, naively %v\n%+v\n%+v\n%+v\n%+v",
					seed, n, mode, d.Allowed.Has(mode), w.may(mode), w.request, p.ACL.Rules, w.grants, w.blocked)
			}
			if d.Public.Has(mode) != w.ruled(Agent{}, mode) {
				t.Fatalf("seed %d, case %d: public %v", seed, n, d.Public)
			}
		}
		if d.Allowed != 0 {
			allowed++
		}
		holdsAlways(t, w, p, d)
	}
	t.Logf("something was allowed in %d cases", allowed)
}

// holdsAlways: what must be true of every decision, whatever the rules are.
func holdsAlways(t *testing.T, w *world, p *Policy, d Decision) {
	t.Helper()
	a := w.request.Agent
	console := a.WebID == maria && a.Client == CLI
	if w.blocked[a.WebID] && !console && d.Allowed != 0 {
		t.Fatalf("a blocked agent has %v", d.Allowed)
	}
	var sum Mode
	for _, reason := range d.Because {
		sum |= reason.gives()
		if reason.Kind == ByGrant && reason.Modes&^(Read|Create) != 0 {
			t.Fatalf("a grant gives %v", reason.Modes)
		}
	}
	if sum != d.Allowed {
		t.Fatalf("allowed %v because of %v", d.Allowed, sum)
	}
	p.Grants = nil
	without := p.Decide(w.request)
	if added := d.Allowed &^ without.Allowed; added&^(Read|Create) != 0 {
		t.Fatalf("grants added %v", added)
	}
	if d.Public != without.Public {
		t.Fatal("grants changed what the public has")
	}
	if again := (&Policy{Owner: p.Owner, ACL: p.ACL, Inherited: p.Inherited, Holder: p.Holder, Grants: w.grants, Blocked: p.Blocked, Member: p.Member}).Decide(w.request); again.Explain(All) != d.Explain(All) {
		t.Fatal("the same question has another answer")
	}
	if d.Explain(Read) == "" || strings.Contains(d.Explain(All), "\n") {
		t.Fatalf("explained as %q", d.Explain(All))
	}
	later := w.request
	if !d.Until.IsZero() {
		p.Grants = w.grants
		for i := range p.Grants { // nothing new begins, so that only ends count
			if p.Grants[i].From.After(later.At) {
				p.Grants = nil
				return
			}
		}
		later.At = d.Until.Add(-1)
		if before := p.Decide(later); before.Allowed != d.Allowed {
			t.Fatalf("1 ns before the end: %v instead of %v", before.Allowed, d.Allowed)
		}
		later.At = d.Until
		if at := p.Decide(later); at.Allowed == d.Allowed {
			t.Fatalf("at the end: still %v", at.Allowed)
		}
	}
}

func BenchmarkDecide(b *testing.B) {
	p := &Policy{
		Owner: maria, Holder: labs, Member: memberOf,
		ACL: rulesOf(b, labs,
			rule{accessTo: true, inherit: true, who: agent(carl), modes: []linkeddata.IRI{linkeddata.ACLRead}},
			rule{accessTo: true, inherit: true, who: group(family), modes: []linkeddata.IRI{linkeddata.ACLRead, linkeddata.ACLWrite}}),
	}
	for range 20 {
		p.Grants = append(p.Grants, grantTo(bo, Read, vitals))
	}
	p.Grants = append(p.Grants, grantTo(ana, Read, labs))
	r := Request{Agent: Agent{WebID: ana, Client: ward, Issuer: idp}, Target: labs, At: noon}
	b.ReportAllocs()
	for b.Loop() {
		if !p.Decide(r).Allows(Read) {
			b.Fatal("not allowed")
		}
	}
}
