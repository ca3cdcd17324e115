package console_test

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"skrin/acl"
	"skrin/internal/podtest"
	"skrin/pod"
)

// share puts a note into a pod, with an ACL.
func share(t *testing.T, mine *pod.Session, at, rules string) {
	t.Helper()
	for _, d := range [][3]string{
		{at + "x", "text/plain", "flour"},
		{at + ".acl", "text/turtle", "@prefix acl: <http://www.w3.org/ns/auth/acl#>. @prefix foaf: <http://xmlns.com/foaf/0.1/>.\n" + rules},
	} {
		_, err := mine.Put(context.Background(), pod.MustPath(d[0]), pod.Draft{MediaType: d[1], Body: strings.NewReader(d[2])}, pod.Precondition{})
		check(t, err)
	}
}

// rule is the form that ends what somebody may do at a place; false without one.
func (b *browser) rule(at string, kind acl.SubjectKind, who string) (form, bool) {
	for _, f := range b.forms {
		if f.fields.Get("rule") == at && f.fields.Get("kind") == strconv.Itoa(int(kind)) && f.fields.Get("who") == who {
			return f, true
		}
	}
	return form{}, false
}

// Rules that apps wrote are ended at home, each for those alone that it is about, and at once.
func TestEndingRules(t *testing.T) {
	w := podtest.NewHouse(t, podtest.House{})
	maria, ana, ola := newBrowser(t, w), w.As("dr-ana"), w.As("ola")
	maria.register("maria")
	share(t, w.Owner("maria"), "/notes/", `
<#a> a acl:Authorization; acl:agent <`+ana.WebID.String()+`>; acl:accessTo <./>; acl:default <./>; acl:mode acl:Read.
<#o> a acl:Authorization; acl:agent <`+ola.WebID.String()+`>; acl:accessTo <./>; acl:mode acl:Read.
<#p> a acl:Authorization; acl:agent <`+ola.WebID.String()+`>; acl:default <./>; acl:mode acl:Read, acl:Write.
<#g> a acl:Authorization; acl:agentGroup <https://family.example/us#all>; acl:default <./>; acl:mode acl:Read.
<#e> a acl:Authorization; acl:agentClass foaf:Agent; acl:accessTo <./>; acl:mode acl:Read.`)
	home := func() *browser { return maria.get("app/home").on("app/home") }
	home().says("May read: /notes/ and everything in it without rules of its own").says("May read and change: everything in /notes/ without rules of its own")
	home().says("May read: /notes/ itself, but not what is in it").hides("There is more than fits here")
	end := func(kind acl.SubjectKind, who string) {
		t.Helper()
		f, there := home().rule("/notes/", kind, who)
		if !there {
			t.Fatalf("%d %s cannot be ended: %s", kind, who, maria.text())
		}
		maria.send(f).on("app/home").says("The rule has ended")
		if _, there := maria.rule("/notes/", kind, who); there {
			t.Errorf("%d %s: after its end it is told", kind, who)
		}
	}
	reads := func(who *podtest.Person, path string, want int) {
		t.Helper()
		if got := who.Get(path).Status; got != want {
			t.Errorf("%s reads %s: %d, want %d", who.WebID, path, got, want)
		}
	}
	reads(ana, "/maria/notes/x", 200)
	end(acl.Person, ana.WebID.String())
	reads(ana, "/maria/notes/x", 403)
	reads(ola, "/maria/notes/x", 200)
	reads(w.Public(), "/maria/notes/", 200)
	end(acl.Everybody, "")
	reads(w.Public(), "/maria/notes/", 401)
	end(acl.Group, "https://family.example/us#all")
	end(acl.Person, ola.WebID.String())
	reads(ola, "/maria/notes/x", 403)
	home().says("Nobody but you")
	if got := journalled(t, w, "maria", "end-rule"); len(got) != 4 || !strings.Contains(got[0].Because, ana.WebID.String()) || got[0].Path != "/notes/" {
		t.Errorf("the journal says %+v", got)
	}
	end2, there := home().rule("/inbox/", acl.SignedIn, "")
	if !there {
		t.Fatal("the inbox cannot be closed")
	}
	maria.send(end2).on("app/home").hides("Everybody who has signed in somewhere")
}

func journalled(t *testing.T, w *podtest.World, name, did string) (lines []pod.Line) {
	t.Helper()
	page, err := w.Owner(name).Journal(context.Background(), 0, 1000)
	check(t, err)
	for _, e := range page.Entries {
		if e.Did == did {
			lines = append(lines, e.Line)
		}
	}
	return lines
}

// What is not as it was shown is not ended, and what must stay is not offered.
func TestRulesThatAreNotEnded(t *testing.T) {
	w := podtest.NewHouse(t, podtest.House{})
	maria, ana := newBrowser(t, w), w.As("dr-ana")
	maria.register("maria")
	mine := w.Owner("maria")
	rules := `<#a> a acl:Authorization; acl:agent <` + ana.WebID.String() + `>; acl:accessTo <./>; acl:default <./>; acl:mode acl:Read.`
	share(t, mine, "/notes/", rules)
	seen, _ := maria.get("app/home").rule("/notes/", acl.Person, ana.WebID.String())
	share(t, mine, "/notes/", strings.Replace(rules, "acl:Read", "acl:Read, acl:Write", 1))
	maria.send(seen).refused(http.StatusConflict).says("The rules have changed").says("Back")
	now, _ := maria.get("app/home").says("May read and change: /notes/").rule("/notes/", acl.Person, ana.WebID.String())
	check(t, mine.Delete(context.Background(), pod.MustPath("/notes/.acl"), pod.Precondition{}))
	maria.send(now).refused(http.StatusConflict).says("The rules have changed")

	share(t, mine, "/notes/", rules)
	good, _ := maria.get("app/home").says("This stays open").rule("/notes/", acl.Person, ana.WebID.String())
	if _, there := maria.rule("/profile/card", acl.Everybody, ""); there {
		t.Error("the card can be closed")
	}
	_, err := mine.Put(context.Background(), pod.MustPath("/profile/card.acl"), pod.Draft{MediaType: "text/turtle", Body: strings.NewReader(`@prefix acl: <http://www.w3.org/ns/auth/acl#>. @prefix foaf: <http://xmlns.com/foaf/0.1/>.
<#e> a acl:Authorization; acl:agentClass foaf:Agent; acl:accessTo <card>; acl:mode acl:Read.
<#s> a acl:Authorization; acl:agentClass acl:AuthenticatedAgent; acl:accessTo <card>; acl:mode acl:Write.`)}, pod.Precondition{})
	check(t, err)
	writing, there := maria.get("app/home").rule("/profile/card", acl.SignedIn, "")
	if !there {
		t.Fatal("whoever may change the card stays for ever")
	}
	maria.send(writing).on("app/home").says("The rule has ended").says("This stays open")
	with := func(fields ...string) form {
		f := form{method: good.method, action: good.action, fields: url.Values{}}
		for name, values := range good.fields {
			f.fields[name] = values
		}
		for i := 0; i < len(fields); i += 2 {
			f.fields.Set(fields[i], fields[i+1])
		}
		return f
	}
	state := ""
	check(t, mine.Rules(context.Background(), func(r pod.Ruled) error {
		if r.At == pod.MustPath("/profile/card") {
			state = r.State
		}
		return nil
	}))
	maria.send(with("rule", "/profile/card", "kind", "3", "who", "", "state", state)).refused(http.StatusConflict).says("This rule stays")
	if got := w.Public().Get("/maria/profile/card").Status; got != 200 {
		t.Errorf("the card: %d", got)
	}
	for name, f := range map[string]form{
		"no state": with("state", ""), "no such kind": with("kind", "4"), "no kind": with("kind", ""), "nobody": with("who", ""), "no place": with("rule", "notes/"),
	} {
		maria.get("app/home")
		if maria.send(f).status != http.StatusBadRequest {
			t.Errorf("%s: %d", name, maria.status)
		}
	}
	maria.send(with("token", "")).refused(http.StatusForbidden)
	maria.get("app/home").elsewhere = "https://evil.example"
	maria.send(good).refused(http.StatusForbidden)
	maria.elsewhere = ""
	maria.get("app/home?" + good.fields.Encode()).on("app/home")

	olof := newBrowser(t, w)
	olof.register("olof")
	f := with("token", olof.get("app/home").form("rule").fields.Get("token"))
	olof.send(f).refused(http.StatusNotFound)
	f.fields.Del("pod") // the first of olof's own
	olof.get("app/home").send(f).refused(http.StatusConflict)
	if got := ana.Get("/maria/notes/x").Status; got != 200 {
		t.Errorf("it was ended: %d", got)
	}
	maria.get("app/home").send(good).on("app/home").says("The rule has ended")
	if got := ana.Get("/maria/notes/x").Status; got != 403 {
		t.Errorf("it was not ended: %d", got)
	}
}

// Whoever has written more rules than home shows has not hidden those for everybody.
func TestManyRules(t *testing.T) {
	w := podtest.NewHouse(t, podtest.House{})
	maria := newBrowser(t, w)
	maria.register("maria")
	var many strings.Builder
	for i := range 250 {
		many.WriteString("<#r" + strconv.Itoa(i) + "> a acl:Authorization; acl:agent <https://a.example/" + strconv.Itoa(i) + ">; acl:accessTo <./>; acl:mode acl:Read.\n")
	}
	share(t, w.Owner("maria"), "/notes/", many.String())
	share(t, w.Owner("maria"), "/z/", `<#e> a acl:Authorization; acl:agentClass foaf:Agent; acl:accessTo <./>; acl:mode acl:Read.`)
	maria.get("app/home").says("There is more than fits here")
	if _, there := maria.rule("/z/", acl.Everybody, ""); !there || len(maria.forms) > 250 {
		t.Errorf("%d forms, that for everybody: %v", len(maria.forms), there)
	}
}
