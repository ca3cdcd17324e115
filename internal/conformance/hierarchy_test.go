package conformance

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"skrin/acl"
	"skrin/internal/podtest"
	"skrin/linkeddata"
	"skrin/pod"
)

// A second evaluator, of whole pods: which ACL is in force, what its rules give, what grants add. It works on what the
// test made up, not on what the pod made of it, and shares nothing with the rooms. Both must always agree.

// cast are those who ask, those whom rules name, and their clients and issuers.
var (
	webids  = []string{"", "https://ana.example/#me", "https://bo.example/#me", "https://carl.example/#me", "OWNER"}
	clients = []string{"", "https://ward.example/app", "https://game.example/app", "https://watch.example/app"}
	issuers = []string{"", "https://idp.example/", "https://evil.example/"}
	origins = []string{"", "", "https://app.example", "https://other.example"}
)

// made is one acl:Authorization.
type made struct {
	accessTo, byDefault bool
	agents, groups      []string
	public, signedIn    bool
	modes               []string // "Read", ...
	origins             []string
	conditions          []limit
}

// limit is one condition.
type limit struct {
	kind   string // "Client" or "Issuer"
	of     []string
	group  string
	anyone bool
}

// hierarchy is one random pod.
type hierarchy struct {
	owner   string
	root    string              // "http://.../maria/"
	members map[string][]string // of groups, by fragment
	places  map[string]bool     // what exists: paths from the root
	rules   map[string][]made   // by path
	grants  []acl.Grant
}

// question is what is asked of it.
type question struct {
	agent  acl.Agent
	path   string // of the subject
	kind   acl.Kind
	origin string
	at     time.Time
}

// may is the naive decision about one of Read, Append, Write and Control.
func (h *hierarchy) may(q question, mode string) bool {
	who := q.agent.WebID.String()
	bound := false
	for _, g := range h.grants {
		bound = bound || who == h.owner && g.To.String() == h.owner && g.Client == q.agent.Client && !g.Client.IsZero()
	}
	switch {
	case who == h.owner && q.agent.Client.String() == "urn:skrin:cli", who == h.owner && !bound:
		return true
	case who == h.owner:
		return h.granted(q, mode)
	}
	return h.ruled(q, mode) || h.granted(q, mode)
}

// granted: a grant reads, and creates, which is less than appending; it never gives a mode of Web Access Control but Read.
func (h *hierarchy) granted(q question, mode string) bool {
	if mode != "Read" || q.kind != acl.Ordinary || q.agent.WebID.IsZero() {
		return false
	}
	target := h.root + strings.TrimPrefix(q.path, "/")
	for _, g := range h.grants {
		if g.To != q.agent.WebID || !g.Client.IsZero() && g.Client != q.agent.Client || g.To.String() == h.owner && g.Client.IsZero() {
			continue
		}
		if !g.Revoked.IsZero() || g.Suspended || q.at.Before(g.From) || !q.at.Before(g.Until) || g.Modes&acl.Read == 0 {
			continue
		}
		for _, t := range g.Targets {
			if t.String() == target || strings.HasSuffix(t.String(), "/") && strings.HasPrefix(target, t.String()) {
				return true
			}
		}
	}
	return false
}

// ruled finds the effective ACL (section 5.1) and matches its rules (section 5.2).
func (h *hierarchy) ruled(q question, mode string) bool {
	if q.kind == acl.ACLResource {
		mode = "Control" // "the operation can only be allowed with the acl:Control access mode", and with it all are
	}
	inherited := false
	for at := q.path; ; at = parentOf(at) {
		if rules, there := h.rules[at]; there && h.places[at] {
			return h.matches(rules, q, mode, inherited)
		}
		if at == "/" {
			return false
		}
		inherited = true
	}
}

func parentOf(path string) string {
	return path[:strings.LastIndex(strings.TrimSuffix(path, "/"), "/")+1]
}

func (h *hierarchy) matches(rules []made, q question, mode string, inherited bool) bool {
	about := func(r made) bool { return r.accessTo && !inherited || r.byDefault && inherited }
	for _, r := range rules {
		if about(r) && gives(r.modes, mode) && h.isFor(r, q.agent) && h.satisfied(r, q.agent) && h.fromThere(r, rules, about, q, mode) {
			return true
		}
	}
	return false
}

func gives(modes []string, mode string) bool {
	return slices.Contains(modes, mode) || mode == "Append" && slices.Contains(modes, "Write")
}

func (h *hierarchy) isFor(r made, a acl.Agent) bool {
	who := a.WebID.String()
	if r.public || who == "" {
		return r.public
	}
	for _, g := range r.groups {
		if slices.Contains(h.members[g], who) {
			return true
		}
	}
	return r.signedIn || slices.Contains(r.agents, who)
}

// satisfied: "only when all such conditions are satisfied" (section 5.4).
func (h *hierarchy) satisfied(r made, a acl.Agent) bool {
	for _, c := range r.conditions {
		who := a.Client.String()
		if c.kind == "Issuer" {
			who = a.Issuer.String()
		}
		if !c.anyone && (who == "" || !slices.Contains(c.of, who) && !slices.Contains(h.members[c.group], who)) {
			return false
		}
	}
	return true
}

// fromThere is section 5.5, "Web Origin Authorization": the origin is in the rule, or in one that names only origins;
// what is open to all agents needs none, and neither does an ACL that lists no origins by themselves.
func (h *hierarchy) fromThere(r made, rules []made, about func(made) bool, q question, mode string) bool {
	switch {
	case q.origin == "":
		return true
	case len(r.origins) > 0:
		return slices.Contains(r.origins, q.origin)
	case r.public && len(r.conditions) == 0:
		return true
	}
	listed := false
	for _, o := range rules {
		if len(o.origins) == 0 || !about(o) || o.public || o.signedIn || len(o.agents) > 0 || len(o.groups) > 0 {
			continue
		}
		listed = true
		if slices.Contains(o.origins, q.origin) && gives(o.modes, mode) && h.satisfied(o, q.agent) {
			return true
		}
	}
	return !listed
}

// turtle writes the rules of a path, in one of several ways.
func (h *hierarchy) turtle(r *rand.Rand, path string) string {
	var b strings.Builder
	b.WriteString("@prefix acl: <http://www.w3.org/ns/auth/acl#>. @prefix foaf: <http://xmlns.com/foaf/0.1/>.\n")
	holder, group := h.root+strings.TrimPrefix(path, "/"), h.root+"groups#"
	for i, m := range h.rules[path] {
		say := func(p string, objects ...string) {
			for _, o := range objects {
				fmt.Fprintf(&b, "<#r%d> acl:%s %s.\n", i, p, o)
			}
		}
		fmt.Fprintf(&b, "<#r%d> a acl:Authorization.\n", i)
		if m.accessTo {
			say("accessTo", "<"+holder+">")
		}
		if m.byDefault {
			say("default", "<"+holder+">")
		}
		say("agent", bracketed("", m.agents)...)
		say("agentGroup", bracketed(group, m.groups)...)
		say("origin", bracketed("", m.origins)...)
		for _, word := range m.modes {
			say("mode", "acl:"+word)
		}
		if m.public {
			say("agentClass", "foaf:Agent")
		}
		if m.signedIn {
			say("agentClass", "acl:AuthenticatedAgent")
		}
		if r.IntN(4) == 0 { // what must change nothing
			say("agentClass", "<https://unknown.example/Class>")
			say("mode", "<https://unknown.example/Mode>")
			say("accessTo", "<https://elsewhere.example/>")
		}
		for _, c := range m.conditions {
			word := strings.ToLower(c.kind)
			text := "[ a acl:" + c.kind + "Condition"
			for _, o := range c.of {
				text += "; acl:" + word + " <" + o + ">"
			}
			if c.group != "" {
				text += "; acl:" + word + "Group <" + group + c.group + ">"
			}
			if c.anyone {
				text += "; acl:" + word + "Class foaf:Agent"
			}
			say("condition", text+" ]")
		}
	}
	return b.String()
}

func bracketed(prefix string, list []string) (out []string) {
	for _, s := range list {
		out = append(out, "<"+prefix+s+">")
	}
	return out
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

func some(r *rand.Rand, from []string) (part []string) {
	for _, v := range from {
		if v != "" && r.IntN(len(from)) == 0 {
			part = append(part, v)
		}
	}
	return part
}

func randomRule(r *rand.Rand) made {
	m := made{
		accessTo: r.IntN(3) > 0, byDefault: r.IntN(3) > 0, agents: some(r, webids[:4]), groups: some(r, []string{"family", "apps"}),
		public: r.IntN(6) == 0, signedIn: r.IntN(6) == 0, modes: some(r, []string{"Read", "Append", "Write", "Control"}),
	}
	if r.IntN(4) == 0 {
		m.origins = some(r, origins[1:])
	}
	for r.IntN(4) == 0 {
		c := limit{kind: pick(r, []string{"Client", "Issuer"}), anyone: r.IntN(6) == 0, group: pick(r, []string{"", "", "apps"})}
		if c.of = some(r, clients); c.kind == "Issuer" {
			c.of = some(r, issuers)
		}
		if c.anyone || c.group != "" || len(c.of) > 0 { // else it names nobody, and is refused
			m.conditions = append(m.conditions, c)
		}
	}
	return m
}

// tree is what all these pods have in them; the rules move about.
var tree = []string{"/", "/a/", "/a/b/", "/a/b/c", "/a/b/d/", "/a/b/d/e", "/a/f", "/a/g.acl.x/", "/a/g.acl.x/y", "/ab/", "/ab/c", "/h"}

// ghosts do not exist.
var ghosts = []string{"/a/b/none", "/a/none/", "/a/none/none", "/none", "/ab/none", "/a/b/d/none/none"}

// arrange gives some places new rules, groups new members, and people grants.
func (h *hierarchy) arrange(t testing.TB, r *rand.Rand, s *pod.Session, now time.Time) {
	ctx := context.Background()
	for _, at := range tree {
		p := pod.MustPath(at)
		switch _, has := h.rules[at]; {
		case r.IntN(3) > 0:
			continue
		case has && at != "/" && r.IntN(2) == 0:
			delete(h.rules, at)
			if err := s.Delete(ctx, p.ACL(), pod.Precondition{}); err != nil {
				t.Fatalf("delete the rules of %s: %v", at, err)
			}
			continue
		}
		h.rules[at] = nil
		for range r.IntN(4) {
			h.rules[at] = append(h.rules[at], randomRule(r))
		}
		if at == "/" { // somebody must control the root
			h.rules[at] = append(h.rules[at], made{accessTo: true, agents: []string{h.owner}, modes: []string{"Control"}})
		}
		putAs(t, s, p.ACL().String(), h.turtle(r, at))
	}
	if r.IntN(3) == 0 {
		text := ""
		h.members = map[string][]string{"family": some(r, webids[:4]), "apps": some(r, append(slices.Clone(clients), issuers...))}
		for g, list := range h.members {
			for _, m := range list {
				text += "<#" + g + "> <http://www.w3.org/2006/vcard/ns#hasMember> <" + m + ">.\n"
			}
		}
		putAs(t, s, "/groups", text)
	}
	if len(h.grants) < 12 {
		h.grant(t, r, s, now)
	} else if i := r.IntN(len(h.grants)); h.grants[i].Revoked.IsZero() {
		if err := s.Revoke(ctx, h.grants[i].ID); err != nil {
			t.Fatal(err)
		}
		h.grants[i].Revoked = now
	}
}

func (h *hierarchy) grant(t testing.TB, r *rand.Rand, s *pod.Session, now time.Time) {
	g := acl.Grant{
		To: linkeddata.MustIRI(pick(r, webids[1:4])), Modes: pick(r, []acl.Mode{acl.Read, acl.Create, acl.Read | acl.Create}),
		Targets: []linkeddata.IRI{linkeddata.MustIRI(h.root + strings.TrimPrefix(pick(r, tree), "/"))},
		From:    now.Add(time.Duration(r.IntN(3)-1) * time.Hour), Until: now.Add(2 * time.Hour),
	}
	if !strings.HasSuffix(g.Targets[0].String(), "/") {
		g.Modes = acl.Read
	}
	if r.IntN(3) == 0 {
		g.Client = linkeddata.MustIRI(pick(r, clients[1:]))
	}
	if r.IntN(4) == 0 {
		g.To, g.Client = linkeddata.MustIRI(h.owner), linkeddata.MustIRI("https://watch.example/app")
	}
	kept, err := s.Grant(context.Background(), g)
	if err != nil {
		t.Fatalf("grant: %v", err)
	}
	h.grants = append(h.grants, kept)
}

func (h *hierarchy) question(r *rand.Rand) question {
	iri := func(s string) (i linkeddata.IRI) {
		if s = strings.Replace(s, "OWNER", h.owner, 1); s != "" {
			i = linkeddata.MustIRI(s)
		}
		return i
	}
	q := question{
		agent: acl.Agent{WebID: iri(pick(r, webids)), Client: iri(pick(r, clients)), Issuer: iri(pick(r, issuers))},
		path:  pick(r, append(slices.Clone(tree), ghosts...)), origin: pick(r, origins),
		kind: pick(r, []acl.Kind{acl.Ordinary, acl.Ordinary, acl.Ordinary, acl.Auxiliary, acl.ACLResource}),
	}
	return q
}

// ask compares the two on one question.
func (h *hierarchy) ask(t testing.TB, w *podtest.World, id pod.ID, q question) (allowed bool) {
	p := pod.MustPath(q.path)
	switch q.kind {
	case acl.Auxiliary:
		p = p.Meta()
	case acl.ACLResource:
		p = p.ACL()
	}
	q.at = w.Now()
	st, err := w.Vault.As(id, q.agent).From(netip.Addr{}, q.origin).Stand(context.Background(), p)
	if err != nil {
		t.Fatalf("%+v: %v", q, err)
	}
	for word, mode := range map[string]acl.Mode{"Read": acl.Read, "Append": acl.Append, "Write": acl.Write, "Control": acl.Control} {
		if got, want := st.Decision.Allowed.Has(mode), h.may(q, word); got != want {
			t.Fatalf("%s of %s for %+v, origin %q: decided %v, naively %v\nrules %+v\ngrants %+v\nmembers %v", word, p, q.agent, q.origin, got, want, h.rules, h.grants, h.members)
		}
	}
	return st.Decision.Allowed != 0
}

// decide asks that many random questions of random pods.
func decide(t *testing.T, cases int) {
	const each = 250
	seed := uint64(time.Now().UnixNano())
	if s := os.Getenv("SKRIN_SEED"); s != "" {
		fmt.Sscan(s, &seed)
	}
	t.Logf("seed %d (SKRIN_SEED repeats it)", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	allowed, asked := 0, 0
	w := podtest.New(t)
	for n := 0; asked < cases; n++ {
		name := fmt.Sprintf("maria-%d", n)
		owner := w.Citizen(name)
		info, err := w.Vault.Lookup(name)
		if err != nil {
			t.Fatal(err)
		}
		s := w.Owner(name)
		h := &hierarchy{owner: owner.WebID.String(), root: info.Root.String(), places: map[string]bool{}, rules: map[string][]made{
			"/": {{accessTo: true, byDefault: true, agents: []string{owner.WebID.String()}, modes: []string{"Read", "Write", "Control"}}},
		}}
		for _, at := range tree {
			h.places[at] = true
			d := pod.Draft{}
			if !strings.HasSuffix(at, "/") {
				d = pod.Draft{MediaType: "text/plain", Body: strings.NewReader("x")}
			}
			if at != "/" {
				if _, err := s.Put(context.Background(), pod.MustPath(at), d, pod.Precondition{}); err != nil {
					t.Fatal(err)
				}
			}
		}
		for range 20 { // the same pod, changed again and again
			h.arrange(t, r, s, w.Now())
			for range each {
				if h.ask(t, w, info.ID, h.question(r)) {
					allowed++
				}
				asked++
			}
		}
	}
	t.Logf("%d questions; something was allowed in %d", asked, allowed)
	if allowed < asked/10 || allowed > asked*9/10 {
		t.Errorf("the questions are one-sided")
	}
}

func TestDecisionsInHierarchies(t *testing.T) { decide(t, 20_000) }

func TestSoakDecisionsInHierarchies(t *testing.T) {
	if os.Getenv("SOAK") == "" {
		t.Skip("skipped: SOAK asks for the long form, of 1,000,000 questions")
	}
	decide(t, 1_000_000)
}
