package acl

import (
	"strings"
	"testing"
	"time"

	"skrin/linkeddata"
)

func grantTo(who linkeddata.IRI, modes Mode, targets ...linkeddata.IRI) Grant {
	return Grant{ID: GrantID{0x7f, 0x3a}, To: who, Targets: targets, Modes: modes, Note: "treatment", From: noon.AddDate(0, 0, -1), Until: friday}
}

func decide(p *Policy, a Agent, target linkeddata.IRI, at time.Time) Decision {
	return p.Decide(Request{Agent: a, Target: target, At: at})
}

func TestTheOwnerHasAStandingRight(t *testing.T) {
	p := &Policy{Owner: maria}
	for name, c := range map[string]struct {
		agent Agent
		want  Mode
	}{
		"the owner":              {Agent{WebID: maria, Client: game, Issuer: idp}, All},
		"without a client":       {Agent{WebID: maria}, All},
		"at the console":         {Agent{WebID: maria, Client: CLI}, All},
		"somebody else":          {Agent{WebID: ana}, 0},
		"nobody":                 {Agent{}, 0},
		"the console of no one":  {Agent{Client: CLI}, 0},
		"the console of another": {Agent{WebID: ana, Client: CLI}, 0},
	} {
		if d := decide(p, c.agent, labs, noon); d.Allowed != c.want || d.Public != 0 {
			t.Errorf("%s: %v", name, d.Allowed)
		}
	}
	if d := decide(&Policy{}, Agent{}, labs, noon); d.Allowed != 0 {
		t.Errorf("a pod without an owner belongs to nobody, who has %v", d.Allowed)
	}
}

// scale is a client whose name binds it.
var scale = linkeddata.MustIRI(BoundClients + "x")

// A device of the owner has what its own record says, whatever rules there are,
// and keeps being a device after the record ended.
func TestADeviceHasOnlyItsRecord(t *testing.T) {
	open := rulesOf(t, vitals,
		rule{accessTo: true, who: class(linkeddata.FOAFAgent), modes: []linkeddata.IRI{linkeddata.ACLRead}},
		rule{accessTo: true, who: agent(maria), modes: []linkeddata.IRI{linkeddata.ACLRead, linkeddata.ACLWrite, linkeddata.ACLControl}})
	record := grantTo(maria, Create, vitals)
	record.Client = watch
	change := func(f func(*Grant)) []Grant {
		g := record
		f(&g)
		return []Grant{g}
	}
	for name, c := range map[string]struct {
		grants []Grant
		client linkeddata.IRI
		want   Mode
	}{
		"active":                    {[]Grant{record}, watch, Create},
		"revoked":                   {change(func(g *Grant) { g.Revoked = noon.AddDate(0, 0, -1) }), watch, 0},
		"ended":                     {change(func(g *Grant) { g.Until = noon }), watch, 0},
		"suspended":                 {change(func(g *Grant) { g.Suspended = true }), watch, 0},
		"not begun":                 {change(func(g *Grant) { g.From = friday }), watch, 0},
		"for another container":     {change(func(g *Grant) { g.Targets = []linkeddata.IRI{labs} }), watch, 0},
		"bound by its name":         {nil, scale, 0},
		"bound, with a record":      {change(func(g *Grant) { g.Client = scale }), scale, Create},
		"bound, another's record":   {[]Grant{record}, scale, 0},
		"another client":            {[]Grant{record}, game, All},
		"the console":               {[]Grant{record}, CLI, All},
		"a record for the console":  {change(func(g *Grant) { g.Client = CLI }), CLI, All},
		"a record without a client": {change(func(g *Grant) { g.Client = linkeddata.IRI{} }), linkeddata.IRI{}, All},
		"somebody else's app":       {change(func(g *Grant) { g.To = ana }), watch, All},
		"two records": {append(change(func(g *Grant) { g.Revoked = noon }),
			change(func(g *Grant) { g.Modes = Read })...), watch, Read},
		"another's grant for any client": {append(change(func(g *Grant) { g.Revoked = noon }),
			change(func(g *Grant) { g.Client = linkeddata.IRI{} })...), watch, 0},
	} {
		p := &Policy{Owner: maria, ACL: open, Holder: vitals, Grants: c.grants}
		if d := decide(p, Agent{WebID: maria, Client: c.client}, vitals, noon); d.Allowed != c.want {
			t.Errorf("%s: allowed %v, want %v", name, d.Allowed, c.want)
		}
	}
}

// In a pod of somebody else, a client that is bound by its name is not its person: it has
// what everybody has there, and what was granted to it.
func TestABoundClientElsewhere(t *testing.T) {
	named := rulesOf(t, vitals, rule{accessTo: true, who: agent(ana), modes: []linkeddata.IRI{linkeddata.ACLRead, linkeddata.ACLWrite, linkeddata.ACLControl}})
	signedIn := rulesOf(t, vitals, rule{accessTo: true, who: class(linkeddata.ACLAuthenticatedAgent), modes: []linkeddata.IRI{linkeddata.ACLRead}})
	public := rulesOf(t, vitals, rule{accessTo: true, who: class(linkeddata.FOAFAgent), modes: []linkeddata.IRI{linkeddata.ACLRead}})
	granted := grantTo(ana, Read, vitals)
	toIt := granted
	toIt.Client = scale
	for name, c := range map[string]struct {
		acl         *ACL
		grants      []Grant
		bound, free Mode
	}{
		"a rule for its person":        {named, nil, 0, All},
		"a rule for whoever signed in": {signedIn, nil, 0, Read},
		"a rule for everybody":         {public, nil, Read, Read},
		"a grant to its person":        {nil, []Grant{granted}, 0, Read},
		"a grant to it":                {nil, []Grant{toIt}, Read, 0},
		"grants to both":               {named, []Grant{granted, toIt}, Read, All},
	} {
		p := &Policy{Owner: maria, ACL: c.acl, Holder: vitals, Grants: c.grants}
		if d := decide(p, Agent{WebID: ana, Client: scale}, vitals, noon); d.Allowed != c.bound {
			t.Errorf("%s: bound %v, want %v", name, d.Allowed, c.bound)
		}
		if d := decide(p, Agent{WebID: ana, Client: game}, vitals, noon); d.Allowed != c.free {
			t.Errorf("%s: free %v, want %v", name, d.Allowed, c.free)
		}
	}
}

func TestABlockBeatsRulesAndGrants(t *testing.T) {
	everything := rulesOf(t, labs,
		rule{accessTo: true, who: class(linkeddata.FOAFAgent), modes: []linkeddata.IRI{linkeddata.ACLRead}},
		rule{accessTo: true, who: agent(ana), modes: []linkeddata.IRI{linkeddata.ACLWrite, linkeddata.ACLControl}})
	p := &Policy{
		Owner: maria, ACL: everything, Holder: labs, Grants: []Grant{grantTo(ana, Read|Create, labs)},
		Blocked: func(a Agent) bool { return a.WebID == ana || a.WebID == maria },
	}
	d := decide(p, Agent{WebID: ana}, labs, noon)
	if d.Allowed != 0 || len(d.Because) != 1 || d.Because[0].Kind != ByBlock {
		t.Errorf("blocked, and allowed %v because %+v", d.Allowed, d.Because)
	}
	if d := decide(p, Agent{WebID: maria, Client: CLI}, labs, noon); d.Allowed != All {
		t.Errorf("the owner blocked herself, and may repair %v", d.Allowed)
	}
	if d := decide(p, Agent{WebID: maria, Client: game}, labs, noon); d.Allowed != 0 {
		t.Errorf("a blocked app of the owner: %v", d.Allowed)
	}
	p.Blocked = func(Agent) bool { return true }
	if d := decide(p, Agent{}, labs, noon); d.Allowed != Read {
		t.Errorf("a block is of somebody; the public has %v", d.Allowed)
	}
}

// One nanosecond at both ends of a grant.
func TestAGrantIsHalfOpen(t *testing.T) {
	g := grantTo(ana, Read, labs)
	p := &Policy{Owner: maria, Grants: []Grant{g}}
	for _, c := range []struct {
		at   time.Time
		want Mode
	}{
		{g.From.Add(-1), 0}, {g.From, Read}, {g.Until.Add(-1), Read}, {g.Until, 0}, {g.Until.Add(1), 0}, {g.Until.AddDate(100, 0, 0), 0},
		{g.Until.In(time.FixedZone("east", 5*3600)), 0}, {time.Time{}, 0},
	} {
		if d := decide(p, Agent{WebID: ana}, report, c.at); d.Allowed != c.want {
			t.Errorf("at %v: %v", c.at, d.Allowed)
		}
		if g.ActiveAt(c.at) != (c.want != 0) {
			t.Errorf("at %v: active %v", c.at, c.want == 0)
		}
	}
	g.Until = time.Time{}
	if g.ActiveAt(noon) {
		t.Error("a grant without an end is active")
	}
}

func TestWhatAGrantGives(t *testing.T) {
	base := grantTo(ana, Read, labs)
	for name, c := range map[string]struct {
		change func(*Grant)
		agent  Agent
		target linkeddata.IRI
		want   Mode
	}{
		"below the container":        {nil, Agent{WebID: ana}, report, Read},
		"the container":              {nil, Agent{WebID: ana}, labs, Read},
		"the container above":        {nil, Agent{WebID: ana}, root, 0},
		"a name that only begins so": {nil, Agent{WebID: ana}, labsTwo, 0},
		"a resource":                 {func(g *Grant) { g.Targets = []linkeddata.IRI{report} }, Agent{WebID: ana}, report, Read},
		"a longer resource":          {func(g *Grant) { g.Targets = []linkeddata.IRI{report} }, Agent{WebID: ana}, linkeddata.MustIRI(report.String() + "1"), 0},
		"below a resource":           {func(g *Grant) { g.Targets = []linkeddata.IRI{report} }, Agent{WebID: ana}, linkeddata.MustIRI(report.String() + "/x"), 0},
		"the second target":          {func(g *Grant) { g.Targets = []linkeddata.IRI{vitals, labs} }, Agent{WebID: ana}, report, Read},
		"somebody else":              {nil, Agent{WebID: bo}, report, 0},
		"nobody":                     {func(g *Grant) { g.To = linkeddata.IRI{} }, Agent{}, report, 0},
		"everybody":                  {func(g *Grant) { g.To = linkeddata.FOAFAgent }, Agent{WebID: linkeddata.FOAFAgent}, report, 0},
		"the logged in": {func(g *Grant) { g.To = linkeddata.ACLAuthenticatedAgent },
			Agent{WebID: linkeddata.ACLAuthenticatedAgent}, report, 0},
		"through its client":      {func(g *Grant) { g.Client = ward }, Agent{WebID: ana, Client: ward}, report, Read},
		"through another client":  {func(g *Grant) { g.Client = ward }, Agent{WebID: ana, Client: game}, report, 0},
		"through no client":       {func(g *Grant) { g.Client = ward }, Agent{WebID: ana}, report, 0},
		"any client":              {nil, Agent{WebID: ana, Client: game}, report, Read},
		"revoked":                 {func(g *Grant) { g.Revoked = noon.Add(time.Hour) }, Agent{WebID: ana}, report, 0},
		"suspended":               {func(g *Grant) { g.Suspended = true }, Agent{WebID: ana}, report, 0},
		"more than a grant may":   {func(g *Grant) { g.Modes = 0xff }, Agent{WebID: ana}, report, Read | Create},
		"control and nothing but": {func(g *Grant) { g.Modes = Control }, Agent{WebID: ana}, report, 0},
	} {
		g := base
		if c.change != nil {
			c.change(&g)
		}
		p := &Policy{Owner: maria, Grants: []Grant{g}}
		if d := decide(p, c.agent, c.target, noon); d.Allowed != c.want || d.Public != 0 {
			t.Errorf("%s: allowed %v, public %v", name, d.Allowed, d.Public)
		}
	}
}

func TestConditions(t *testing.T) {
	client := func(pairs ...[2]linkeddata.IRI) [][2]linkeddata.IRI {
		return append(pairs, [2]linkeddata.IRI{linkeddata.RDFType, linkeddata.ACLClientCondition})
	}
	issuer := func(pairs ...[2]linkeddata.IRI) [][2]linkeddata.IRI {
		return append(pairs, [2]linkeddata.IRI{linkeddata.RDFType, linkeddata.ACLIssuerCondition})
	}
	type pair = [2]linkeddata.IRI
	type conditions = [][][2]linkeddata.IRI
	byWard := Agent{WebID: ana, Client: ward, Issuer: idp}
	byGame := Agent{WebID: ana, Client: game, Issuer: idp}
	byEvil := Agent{WebID: ana, Client: ward, Issuer: evil}
	bare := Agent{WebID: ana}
	for name, c := range map[string]struct {
		conditions conditions
		want       [4]bool // byWard, byGame, byEvil, bare
	}{
		"none":            {nil, [4]bool{true, true, true, true}},
		"client":          {conditions{client(pair{linkeddata.ACLClient, ward})}, [4]bool{true, false, true, false}},
		"one of clients":  {conditions{client(pair{linkeddata.ACLClient, ward}, pair{linkeddata.ACLClient, game})}, [4]bool{true, true, true, false}},
		"client group":    {conditions{client(pair{linkeddata.ACLClientGroup, apps})}, [4]bool{true, false, true, false}},
		"any client":      {conditions{client(pair{linkeddata.ACLClientClass, linkeddata.FOAFAgent})}, [4]bool{true, true, true, true}},
		"issuer":          {conditions{issuer(pair{linkeddata.ACLIssuer, idp})}, [4]bool{true, true, false, false}},
		"any issuer":      {conditions{issuer(pair{linkeddata.ACLIssuerClass, linkeddata.FOAFAgent})}, [4]bool{true, true, true, true}},
		"both":            {conditions{client(pair{linkeddata.ACLClient, ward}), issuer(pair{linkeddata.ACLIssuer, idp})}, [4]bool{true, false, false, false}},
		"two that differ": {conditions{client(pair{linkeddata.ACLClient, ward}), client(pair{linkeddata.ACLClient, game})}, [4]bool{}},
		"issuer group":    {conditions{issuer(pair{linkeddata.ACLIssuerGroup, apps})}, [4]bool{}},
	} {
		for _, who := range [][][2]linkeddata.IRI{agent(ana), class(linkeddata.FOAFAgent), class(linkeddata.ACLAuthenticatedAgent)} {
			a := rulesOf(t, labs, rule{accessTo: true, who: who, modes: []linkeddata.IRI{linkeddata.ACLRead}, conditions: c.conditions})
			p := &Policy{Owner: maria, ACL: a, Holder: labs, Member: memberOf}
			for i, asker := range []Agent{byWard, byGame, byEvil, bare} {
				if got := decide(p, asker, labs, noon).Allows(Read); got != c.want[i] {
					t.Errorf("%s, asker %d: %v", name, i, got)
				}
			}
		}
	}
}

// An agent without a client is in no group of clients, whatever the group says.
func TestNoClientIsInNoGroup(t *testing.T) {
	a := rulesOf(t, labs, rule{accessTo: true, who: class(linkeddata.FOAFAgent), modes: []linkeddata.IRI{linkeddata.ACLRead},
		conditions: [][][2]linkeddata.IRI{{{linkeddata.RDFType, linkeddata.ACLClientCondition}, {linkeddata.ACLClientGroup, apps}}}})
	p := &Policy{Owner: maria, ACL: a, Holder: labs, Member: func(_, _ linkeddata.IRI) bool { return true }}
	if d := decide(p, Agent{WebID: ana}, labs, noon); d.Allowed|d.Public != 0 {
		t.Errorf("allowed %v, public %v", d.Allowed, d.Public)
	}
	if d := decide(p, Agent{WebID: ana, Client: game}, labs, noon); d.Allowed != Read {
		t.Errorf("a client of the group is allowed %v", d.Allowed)
	}
}

// A rule counts only where it names the very resource whose ACL it stands in.
func TestRulesAboutOtherResources(t *testing.T) {
	g := linkeddata.NewGraph(0)
	rule{accessTo: true, inherit: true, who: class(linkeddata.FOAFAgent), modes: []linkeddata.IRI{linkeddata.ACLRead}}.add(g, "r", vitals)
	a, err := Parse(g, labs)
	if err != nil || len(a.Rules) != 0 {
		t.Errorf("kept %+v, %v", a.Rules, err)
	}
}

func TestOrigins(t *testing.T) {
	read, ctl := []linkeddata.IRI{linkeddata.ACLRead}, []linkeddata.IRI{linkeddata.ACLRead, linkeddata.ACLControl}
	with, trusted, other := "https://app.example", "https://Trusted.example", "https://other.example"
	for name, c := range map[string]struct {
		rules []rule
		want  [4]Mode // without Origin, app.example, trusted.example, other.example
	}{
		"no rule speaks of origins": {[]rule{{accessTo: true, who: agent(ana), modes: read}}, [4]Mode{Read, Read, Read, Read}},
		"the rule names an origin":  {[]rule{{accessTo: true, who: agent(ana), modes: read, origins: []string{with}}}, [4]Mode{Read, Read, 0, 0}},
		"an origin on its own":      {[]rule{{accessTo: true, modes: read, origins: []string{with}}}, [4]Mode{}},
		"a list of trusted origins": {[]rule{
			{accessTo: true, who: agent(ana), modes: ctl},
			{accessTo: true, modes: read, origins: []string{with, strings.ToLower(trusted)}},
		}, [4]Mode{Read | Control, Read, Read, 0}},
		"a list elsewhere": {[]rule{
			{accessTo: true, who: agent(ana), modes: ctl}, {inherit: true, modes: read, origins: []string{with}},
		}, [4]Mode{Read | Control, Read | Control, Read | Control, Read | Control}},
		"what is open to all is open to every origin": {[]rule{
			{accessTo: true, who: class(linkeddata.FOAFAgent), modes: read}, {accessTo: true, modes: ctl, origins: []string{with}},
		}, [4]Mode{Read, Read, Read, Read}},
		"open to all from one origin": {[]rule{
			{accessTo: true, who: class(linkeddata.FOAFAgent), modes: read, origins: []string{with}},
		}, [4]Mode{Read, Read, 0, 0}},
		"open to all through one client": {[]rule{
			{accessTo: true, who: class(linkeddata.FOAFAgent), modes: read, conditions: [][][2]linkeddata.IRI{{
				{linkeddata.RDFType, linkeddata.ACLClientCondition}, {linkeddata.ACLClient, ward}}}},
			{accessTo: true, modes: read, origins: []string{with}},
		}, [4]Mode{Read, Read, 0, 0}},
		"a list under a condition": {[]rule{
			{accessTo: true, who: agent(ana), modes: read},
			{accessTo: true, modes: read, origins: []string{with}, conditions: [][][2]linkeddata.IRI{{
				{linkeddata.RDFType, linkeddata.ACLClientCondition}, {linkeddata.ACLClient, game}}}},
		}, [4]Mode{Read, 0, 0, 0}},
	} {
		p := &Policy{Owner: maria, ACL: rulesOf(t, labs, c.rules...), Holder: labs}
		for i, origin := range []string{"", with, trusted, other} {
			d := p.Decide(Request{Agent: Agent{WebID: ana, Client: ward}, Target: labs, At: noon, Origin: origin})
			if d.Allowed != c.want[i] {
				t.Errorf("%s, origin %q: %v, want %v", name, origin, d.Allowed, c.want[i])
			}
		}
	}
}

func TestKnows(t *testing.T) {
	ended := grantTo(bo, Read, labs)
	ended.Until, ended.Revoked = noon, noon
	p := &Policy{
		Owner: maria, Holder: labs, Grants: []Grant{ended}, Member: memberOf,
		ACL: rulesOf(t, labs, rule{accessTo: true, who: append(agent(ana), group(family)...), modes: nil}),
	}
	stranger := linkeddata.MustIRI("https://stranger.example/#me")
	for who, want := range map[linkeddata.IRI]bool{maria: true, ana: true, bo: true, carl: true, stranger: false, {}: false} {
		if p.Knows(Agent{WebID: who}) != want {
			t.Errorf("%v: known %v", who, !want)
		}
	}
	if (&Policy{}).Knows(Agent{WebID: ana}) || (&Policy{}).Knows(Agent{}) {
		t.Error("an empty policy knows somebody")
	}
}

func TestUntil(t *testing.T) {
	rules := rulesOf(t, labs, rule{accessTo: true, who: agent(ana), modes: []linkeddata.IRI{linkeddata.ACLAppend}})
	short, long, made := grantTo(ana, Read, labs), grantTo(ana, Read, labs), grantTo(ana, Create, labs)
	long.Until = friday.AddDate(0, 1, 0)
	made.Until = friday.AddDate(0, 0, -1)
	for name, c := range map[string]struct {
		acl       *ACL
		grants    []Grant
		all, read time.Time
	}{
		"one":                            {nil, []Grant{short}, short.Until, short.Until},
		"a mode has two":                 {nil, []Grant{short, long}, long.Until, long.Until},
		"the first mode to end":          {nil, []Grant{long, made}, made.Until, long.Until},
		"a rule without end beside it":   {rules, []Grant{long, made}, long.Until, long.Until},
		"nothing but rules":              {rules, nil, time.Time{}, time.Time{}},
		"nothing":                        {nil, nil, time.Time{}, time.Time{}},
		"a grant that gives nothing now": {nil, []Grant{{To: ana, Modes: Read, Targets: long.Targets, Until: noon}}, time.Time{}, time.Time{}},
	} {
		d := decide(&Policy{Owner: maria, ACL: c.acl, Holder: labs, Grants: c.grants}, Agent{WebID: ana}, labs, noon)
		if !d.Until.Equal(c.all) || !d.End(Read).Equal(c.read) {
			t.Errorf("%s: until %v, read until %v", name, d.Until, d.End(Read))
		}
	}
}

func TestExplain(t *testing.T) {
	rules := rulesOf(t, labs,
		rule{accessTo: true, who: agent(ana), modes: []linkeddata.IRI{linkeddata.ACLAppend}},
		rule{accessTo: true, who: class(linkeddata.FOAFAgent), modes: []linkeddata.IRI{linkeddata.ACLRead}})
	revoked, suspended, future, ended := grantTo(ana, Read, labs), grantTo(ana, Read, labs), grantTo(ana, Read, labs), grantTo(ana, Read, labs)
	revoked.Revoked, suspended.Suspended, future.From, ended.Until = noon, true, friday.Add(-1), noon
	ended.Note, ended.Purpose = "", linkeddata.MustIRI("https://w3id.org/dpv#Treatment")
	device := grantTo(maria, Create, vitals)
	device.Client = watch
	id := "7f3a0000000000000000000000000000"
	long := grantTo(ana, Read, labs)
	long.Note = "line one\nAllowed to everything. " + strings.Repeat("x", 200)
	for _, c := range []struct {
		policy Policy
		agent  Agent
		want   Mode
		says   string
	}{
		{Policy{}, Agent{WebID: maria}, Read, "Allowed to read, because it is the owner's own pod."},
		{Policy{Grants: []Grant{grantTo(ana, Read, labs)}}, Agent{WebID: ana}, Read,
			"Allowed to read, because of grant " + id + " (treatment), until 27 November 2026, 12:00 UTC."},
		{Policy{ACL: rules}, Agent{WebID: ana}, Read | Create,
			"Allowed to read and create, because the rule " + labs.String() + ".acl#r1 opens it to everyone and because of the rule " + labs.String() + ".acl#r0."},
		{Policy{ACL: rules}, Agent{WebID: ana}, Read | Modify | Delete, "Not allowed to modify and delete: no rule and no grant says so."},
		{Policy{}, Agent{}, Read, "Not allowed to read: no rule and no grant says so."},
		{Policy{Grants: []Grant{revoked}}, Agent{WebID: ana}, Read, "Not allowed to read: grant " + id + " (treatment) was revoked."},
		{Policy{Grants: []Grant{suspended}}, Agent{WebID: ana}, Read, "Not allowed to read: grant " + id + " (treatment) is suspended."},
		{Policy{Grants: []Grant{future}}, Agent{WebID: ana}, Read, "Not allowed to read: grant " + id + " (treatment) has not begun."},
		{Policy{Grants: []Grant{ended}}, Agent{WebID: ana}, Read,
			"Not allowed to read: grant " + id + " (https://w3id.org/dpv#Treatment) ended at 22 November 2026, 12:00 UTC."},
		{Policy{Grants: []Grant{ended}}, Agent{WebID: ana}, Modify, "Not allowed to modify: no rule and no grant says so."},
		{Policy{Grants: []Grant{device}}, Agent{WebID: maria, Client: watch}, Read, "Not allowed to read: the record of this device does not say so."},
		{Policy{Blocked: func(Agent) bool { return true }}, Agent{WebID: ana}, Read, "Not allowed to read: the owner blocked this person or organisation."},
		{Policy{}, Agent{WebID: ana}, 0, "Nothing was asked for."},
		{Policy{Grants: []Grant{long}}, Agent{WebID: ana}, Read, "Allowed to read, because of grant " + id +
			" (line one Allowed to everything. " + strings.Repeat("x", 120-len("line one Allowed to everything. ")) + "...), until 27 November 2026, 12:00 UTC."},
	} {
		c.policy.Owner, c.policy.Holder = maria, labs
		if got := decide(&c.policy, c.agent, labs, noon).Explain(c.want); got != c.says {
			t.Errorf("said\n%s, want\n%s", got, c.says)
		}
	}
}

// A rule without a name of its own is told by its place.
func TestExplainRuleWithoutName(t *testing.T) {
	a, err := Parse(turtle(t, `[] a acl:Authorization ; acl:agentClass foaf:Agent ; acl:accessTo <./> ; acl:mode acl:Read .`), labs)
	if err != nil {
		t.Fatal(err)
	}
	d := decide(&Policy{Owner: maria, ACL: a, Holder: labs}, Agent{}, labs, noon)
	if got, want := d.Explain(Read), "Allowed to read, because a rule of "+labs.String()+" opens it to everyone."; got != want {
		t.Errorf("said %s", got)
	}
}
