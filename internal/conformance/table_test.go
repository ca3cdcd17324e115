package conformance

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"skrin/internal/podtest"
	"skrin/pod"
)

// A subject is whom a rule is for, as Turtle, and who of the askers that is.
type subject struct {
	name, rule string
	asker      string // who asks for every pair of rights; all the others ask for some
	matches    []string
}

var everybody = []string{"public", "stranger", "named", "named elsewhere", "member"}

const label = "<http://www.w3.org/2000/01/rdf-schema#label>"

// what every document of this test says, and what the patches make of it.
const statement = `<#o> ` + label + ` "the old secret".`

var patches = map[string]string{
	"insert": `solid:inserts { <#n> ` + label + ` "new". }`,
	"delete": `solid:deletes { <#o> ` + label + ` "the old secret". }; solid:inserts { <#n> ` + label + ` "new". }`,
	"where":  `solid:where { ?x ` + label + ` "the old secret". }; solid:inserts { ?x ` + label + ` "new". }`,
}

var operations = func() (all []operation) {
	for _, on := range []thing{document, aclOf, metaOf} {
		for _, method := range []string{"GET", "HEAD", "OPTIONS", "PUT", "POST", "DELETE"} {
			all = append(all, operation{on, method, ""})
		}
		for _, patch := range []string{"insert", "delete", "where"} {
			all = append(all, operation{on, "PATCH", patch})
		}
	}
	for _, method := range []string{"GET", "HEAD", "OPTIONS", "PUT", "POST", "DELETE"} {
		all = append(all, operation{folder, method, ""})
	}
	return all
}()

// place is one container with its rights: whom for, and what they give in the container and on what is in it.
type place struct {
	name                string
	who                 subject
	asker               string
	container, resource rights
	states              []state
}

// subject gives every operation that should change something a resource of its own, so that none sees what another one
// did. The others share one.
func (p place) subject(i int, s state) string {
	op, own := operations[i], "--"
	container, resource := p.effective()
	if status := op.expected(container, resource, s); status < 300 && op.method != "GET" && op.method != "HEAD" && op.method != "OPTIONS" {
		own = fmt.Sprintf("%02d", i)
	}
	name := "/" + p.name + "/" + [...]string{"void", "bare", "full"}[s] + own
	if op.on == folder {
		return name + "-in/"
	}
	return name
}

func (p place) target(i int, s state) string {
	return p.subject(i, s) + [...]string{"", ".acl", ".meta", ""}[operations[i].on]
}

// effective is what the rules come to for the asker.
func (p place) effective() (container, resource rights) {
	if slices.Contains(p.who.matches, p.asker) {
		return p.container, p.resource
	}
	return rights{}, rights{}
}

// TestWebAccessControlTable asks for everything: method and target, rights in the container and on the resource, kind of
// agent, and whether the target exists.
func TestWebAccessControlTable(t *testing.T) {
	w := podtest.New(t)
	maria, named := w.Citizen("maria"), w.As("named")
	owner := w.Owner("maria")
	put(t, owner, "/settings/groups", `<#g> <http://www.w3.org/2006/vcard/ns#hasMember> <`+w.As("member").WebID.String()+`>.`)
	places := tablePlaces(named.WebID.String(), maria.WebID.String())
	var asked atomic.Int64
	work := make(chan place)
	var workers sync.WaitGroup
	for n := range 32 {
		people := askers(w, n)
		workers.Go(func() {
			for p := range work {
				p.build(t, owner)
				asked.Add(p.ask(t, people))
			}
		})
	}
	for _, p := range places {
		work <- p
	}
	close(work)
	workers.Wait()
	t.Logf("%d containers, %d requests", len(places), asked.Load())
}

// askers gives the people of this test, of whom each worker has its own copies: two of them asking at once then need no
// connection more.
func askers(w *podtest.World, n int) map[string]*podtest.Person {
	people := map[string]*podtest.Person{"public": w.Public(), "named elsewhere": w.With(w.As("named"), fmt.Sprint("https://other.example/", n))}
	for _, name := range []string{"stranger", "named", "member"} {
		people[name] = w.With(w.As(name), podtest.App.String())
	}
	return people
}

func tablePlaces(named, owner string) (all []place) {
	subjects := []subject{
		{"everybody", "acl:agentClass foaf:Agent", "public", everybody},
		{"the authenticated", "acl:agentClass acl:AuthenticatedAgent", "stranger", everybody[1:]},
		{"an agent", "acl:agent <" + named + ">", "named", []string{"named", "named elsewhere"}},
		{"a group", "acl:agentGroup </maria/settings/groups#g>", "member", []string{"member"}},
		{"an agent with a client", "acl:agent <" + named + ">; acl:condition [ a acl:ClientCondition; acl:client <" + podtest.App.String() + "> ]", "named", []string{"named"}},
	}
	add := func(s subject, asker string, container, resource rights, states ...state) {
		all = append(all, place{fmt.Sprintf("p%04d", len(all)), s, asker, container, resource, states})
	}
	for _, s := range subjects {
		for _, container := range accessSets {
			for _, resource := range accessSets {
				add(s, s.asker, container, resource, missing, bare)
				if s.name == "an agent" {
					add(s, s.asker, container, resource, full)
				}
			}
		}
		for _, asker := range everybody {
			if r := (rights{read: true, write: true, control: true}); asker != s.asker {
				add(s, asker, r, r, missing, bare)
			}
		}
	}
	return all
}

// build makes the container with all that is in it.
func (p place) build(t *testing.T, owner *pod.Session) {
	at := pod.MustPath("/" + p.name + "/")
	subjects := map[string]bool{}
	for _, s := range p.states {
		for i := range operations {
			if s != missing {
				subjects[p.subject(i, s)] = true
			}
		}
	}
	var drafts []pod.Draft
	for subject := range subjects {
		name, container := strings.CutSuffix(strings.TrimPrefix(subject, at.String()), "/")
		d := pod.Draft{Name: name, Exact: true, Container: container}
		if !container {
			d.MediaType, d.Body = "text/turtle", strings.NewReader(statement)
		}
		drafts = append(drafts, d)
	}
	if _, err := owner.Put(context.Background(), at, pod.Draft{}, pod.Precondition{}); err != nil {
		t.Errorf("make %s: %v", at, err)
	}
	if _, err := owner.Append(context.Background(), at, drafts...); err != nil {
		t.Errorf("fill %s: %v", at, err)
	}
	inside := slices.Contains(p.states, full)
	rule := rulesOn(p.who.rule, "<./>", "accessTo", p.container)
	if !inside {
		rule += rulesOn(p.who.rule, "<./>", "default", p.resource)
	}
	put(t, owner, at.ACL().String(), rule)
	if !inside {
		return
	}
	for subject := range subjects {
		put(t, owner, pod.MustPath(subject).ACL().String(), rulesOn(p.who.rule, "<"+beside(subject)+">", "accessTo", p.resource)+statement)
		put(t, owner, pod.MustPath(subject).Meta().String(), statement)
	}
}

// beside is how an ACL speaks of its subject, relative to itself.
func beside(subject string) string {
	if strings.HasSuffix(subject, "/") {
		return "./"
	}
	return subject[strings.LastIndex(subject, "/")+1:]
}

func rulesOn(who, target, about string, r rights) string {
	if r == (rights{}) {
		return "\n"
	}
	return "@prefix acl: <http://www.w3.org/ns/auth/acl#>. @prefix foaf: <http://xmlns.com/foaf/0.1/>.\n<#" + about + "> a acl:Authorization; " +
		who + "; acl:" + about + " " + target + "; acl:mode " + r.modes() + ".\n"
}

func put(t *testing.T, s *pod.Session, path, turtle string) {
	d := pod.Draft{MediaType: "text/turtle", Body: strings.NewReader(turtle)}
	if _, err := s.Put(context.Background(), pod.MustPath(path), d, pod.Precondition{}); err != nil {
		t.Errorf("put %s: %v", path, err)
	}
}

// ask makes every request, and compares what was refused where something is with what was refused where nothing is.
func (p place) ask(t *testing.T, people map[string]*podtest.Person) (asked int64) {
	container, resource := p.effective()
	public := rights{}
	if p.who.name == "everybody" {
		public = resource
	}
	for i, op := range operations {
		refusals := map[string]state{}
		for _, s := range p.states {
			want := op.expected(container, resource, s)
			if want == denied && p.asker == "public" {
				want = http.StatusUnauthorized
			}
			a := p.request(people[p.asker], op, p.target(i, s))
			asked++
			what := fmt.Sprintf("%s asks %s of %v (%s); container: %v, resource: %v, rules for %s", p.asker, op, p.target(i, s), [...]string{"nothing is there", "it is there", "with ACL and description"}[s], p.container, p.resource, p.who.name)
			if a.Status != want {
				t.Errorf("%s: %d, want %d: %s", what, a.Status, want, a.Body)
			}
			if a.Status == http.StatusOK && op.on != aclOf && a.Header.Get("WAC-Allow") != wacAllow(resource, public) {
				t.Errorf("%s: WAC-Allow: %s, want %s", what, a.Header.Get("WAC-Allow"), wacAllow(resource, public))
			}
			if !resource.read && !(op.on == aclOf && resource.control) && strings.Contains(a.Body, "secret") {
				t.Errorf("%s: tells what it says: %s", what, a.Body)
			}
			if a.Status == http.StatusUnauthorized || a.Status == http.StatusForbidden {
				refusals[wire(a, p.target(i, s))] = s
			}
		}
		if len(refusals) > 1 {
			t.Errorf("%s asks %s: two refusals differ:\n%s", p.asker, op, strings.Join(slices.Collect(maps.Keys(refusals)), "\n"))
		}
	}
	return asked
}

func (p place) request(who *podtest.Person, op operation, target string) *podtest.Answer {
	at, body := "/maria"+target, ""
	switch {
	case op.patch != "":
		return who.Patch(at, "@prefix solid: <http://www.w3.org/ns/solid/terms#>.\n_:p a solid:InsertDeletePatch; "+patches[op.patch]+".")
	case op.method == "PUT" && op.on == folder:
		return who.Do(op.method, at, "")
	case op.method == "PUT", op.method == "POST":
		body = `<#n> ` + label + ` "new".`
	}
	if body == "" {
		return who.Do(op.method, at, body)
	}
	return who.Do(op.method, at, body, "Content-Type", "text/turtle")
}

// wire is an answer as it was sent, but for the name that was asked for, the time, and the request's own number.
func wire(a *podtest.Answer, target string) string {
	a.Header.Del("X-Request-Id")
	a.Header.Del("Date")
	return strings.ReplaceAll(fmt.Sprint(a.Status, a.Header, a.Body), target, "TARGET")
}
