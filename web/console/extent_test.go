package console_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"skrin/acl"
	"skrin/identity"
	"skrin/internal/podtest"
	"skrin/linkeddata"
	"skrin/pod"
)

// newScript is a program that somebody has just let in, at the page that says so.
func newScript(b *browser) (s *app, id string) {
	b.t.Helper()
	s = &app{t: b.t, w: b.w, key: b.w.As("the key of " + b.labelled("made-id")).Signer}
	id = b.labelled("made-id")
	s.signsIn(id, b.labelled("made-secret"))
	return s, id
}

func (a *app) signsIn(id, secret string) {
	a.t.Helper()
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {id}, "client_secret": {secret}, "scope": {"webid"}}
	if got := a.token(form); got != http.StatusOK {
		a.t.Fatalf("the program does not sign in: %d %v", got, a.tokens)
	}
}

// expect compares what a program gets.
func (a *app) expect(want map[string]int) {
	a.t.Helper()
	for what, status := range want {
		method, path, _ := strings.Cut(what, " ")
		if got := a.does(method, path); got != status {
			a.t.Errorf("%s: %d, want %d", what, got, status)
		}
	}
}

// A program may do what was chosen for it, and nothing else, as long as was chosen.
func TestBoundScripts(t *testing.T) {
	w := podtest.NewHouse(t, podtest.House{})
	maria := newBrowser(t, w)
	maria.register("maria")
	page := func() *browser { return maria.get("app/account/scripts").on("app/account/scripts") }

	page().fill("name", "nothing").says("Choose at least one folder").says("nothing")
	maria.tick([]string{"/health/vitals/", "/health/activity/"}, "name", "weigher", "may", "both", "days", "90").says("weigher can sign in now")
	scale, id := newScript(maria)
	for name := range maria.form("name", "extent").fields {
		if strings.HasPrefix(name, "in-") {
			t.Errorf("%s is ticked for the next one", name)
		}
	}
	maria.get("app/account/scripts").says("May read and add to: Movement and sleep, Heart, weight and other measurements").hides("Can do what you can")
	page().hides("made-secret") // it is told once

	want := map[string]int{
		"GET /maria/health/vitals/": 200, "POST /maria/health/vitals/": 201, "GET /maria/health/labs/": 403, "POST /maria/health/labs/": 403,
		"GET /maria/": 403, "GET /maria/settings/": 403, "PUT /maria/health/labs/x": 403, "PUT /maria/health/vitals/.acl": 403, "GET /maria/health/vitals/.acl": 403,
		"DELETE /maria/health/activity/": 403, "GET /maria/.access/grants/": 403, "POST /maria/.access/grants/": 403, "GET /maria/.journal/": 403,
	}
	scale.expect(want)
	w.Restart()
	scale.expect(want)
	maria.get("app/home").says("weigher").says("May read and add to: Movement and sleep").hides("urn:skrin:")

	page().tick([]string{"/health/vitals/"}, "name", "watch", "may", "add", "days", "30")
	watch, _ := newScript(maria)
	watch.expect(map[string]int{"GET /maria/health/vitals/": 403, "POST /maria/health/vitals/": 201})
	page().tick([]string{"/health/vitals/"}, "name", "printer", "may", "read")
	printer, _ := newScript(maria)
	printer.expect(map[string]int{"GET /maria/health/vitals/": 200, "POST /maria/health/vitals/": 403, "PUT /maria/health/vitals/x": 403})
	page().fill("name", "backup", "extent", "all")
	backup, _ := newScript(maria)
	backup.expect(map[string]int{"GET /maria/health/labs/": 200, "PUT /maria/health/labs/x": 201, "GET /maria/settings/": 200})

	page().fill("end", id).says("locked out").hides("weigher")
	scale.expect(map[string]int{"GET /maria/health/vitals/": 401})
	days := map[string]int{"weigher": 90, "watch": 30, "printer": 30}
	for _, g := range grantsOf(t, w, "maria") {
		if until := g.From.AddDate(0, 0, days[g.Note]); g.Until.Sub(until).Abs() > time.Minute {
			t.Errorf("%s may until %v, want %v", g.Note, g.Until, until)
		}
		if ended := !g.Revoked.IsZero(); ended != (g.Note == "weigher") {
			t.Errorf("the record of %s has ended: %v", g.Note, ended)
		}
	}
	w.Advance(31 * 24 * time.Hour)
	if err := w.Vault.ConfirmClock(t.Context()); err != nil { // a month in one jump
		t.Fatal(err)
	}
	maria = newBrowser(t, w)
	maria.get("app/sign-in").fill("name", "maria", "password", goodPassword)
	page().says("May do nothing any more").says("Can do what you can")
}

func grantsOf(t *testing.T, w *podtest.World, name string) []acl.Grant {
	t.Helper()
	all, err := w.Owner(name).Grants(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// What binds a program is its name: a pod that has lost the record, as one from an
// older backup has, gives it nothing.
func TestBoundScriptWithoutARecord(t *testing.T) {
	w := podtest.NewHouse(t, podtest.House{})
	maria := newBrowser(t, w)
	maria.register("maria")
	acct, err := w.Accounts.ByName("maria")
	if err != nil {
		t.Fatal(err)
	}
	var named string
	info, secret, err := w.Provider.NewBoundScript(acct.ID, acct.Pods[0].WebID, "scale", func(id string) error { named = id; return nil })
	if err != nil || info.ID != named || !info.Bound {
		t.Fatalf("%+v %q %v", info, named, err)
	}
	script := &app{t: t, w: w, key: w.As("a key").Signer}
	script.signsIn(info.ID, secret.Reveal())
	script.expect(map[string]int{"GET /maria/health/vitals/": 403, "GET /maria/": 403, "PUT /maria/notes": 403})
	maria.get("app/account/scripts").says("May do nothing any more")
	for i, issuer := range []linkeddata.IRI{w.Provider.Issuer(), linkeddata.MustIRI("https://elsewhere.example/")} {
		a := acl.Agent{WebID: acct.Pods[0].WebID, Client: identity.ClientIRI(info.ID, issuer)}
		if p := (&acl.Policy{Owner: a.WebID}); p.Decide(acl.Request{Agent: a, Target: acct.Pods[0].WebID, Want: acl.Read}).Allowed != 0 {
			t.Errorf("%d: bound by its name it may do something", i)
		}
	}
	broken := errors.New("the pod is away")
	if _, _, err := w.Provider.NewBoundScript(acct.ID, acct.Pods[0].WebID, "x", func(string) error { return broken }); err != broken {
		t.Errorf("what cannot be bound: %v", err)
	}
	if all, err := w.Provider.Scripts(acct.ID); err != nil || len(all) != 1 {
		t.Errorf("%v %v", all, err)
	}
}

// What a form of ours does not send is refused, and makes nothing.
func TestBoundScriptsRefused(t *testing.T) {
	w := podtest.NewHouse(t, podtest.House{})
	maria := newBrowser(t, w)
	maria.register("maria")
	maria.get("app/account/scripts")
	for _, c := range []struct {
		field, value string
		status       int
	}{
		{"extent", "", 400}, {"extent", "everything", 400}, {"may", "", 400}, {"may", "control", 400}, {"days", "0", 400}, {"days", "366", 400}, {"days", "-1", 400},
		{"in-0", "health/vitals/", 400}, {"in-0", "/health/vitals", 400}, {"in-0", "/../", 400}, {"in-0", "https://elsewhere.example/", 400},
		{"in-0", "/.access/grants/", 404}, {"in-0", "/.journal/", 404}, {"webid", "https://elsewhere.example/#me", 404},
	} {
		f := maria.form("name", "extent")
		for name, value := range map[string]string{"name": "x", "extent": "some", "may": "read", "days": "30", "in-1": "/health/labs/"} {
			f.fields.Set(name, value)
		}
		f.fields.Set(c.field, c.value)
		b := *maria
		b.send(f).refused(c.status)
	}
	acct, err := w.Accounts.ByName("maria")
	if err != nil {
		t.Fatal(err)
	}
	if all, err := w.Provider.Scripts(acct.ID); err != nil || len(all) > 0 {
		t.Errorf("%v %v", all, err)
	}
	if all := grantsOf(t, w, "maria"); len(all) > 0 {
		t.Errorf("%v", all)
	}
}

// A program can be bound to what people see in their pod, and health stands first.
func TestPlacesForScripts(t *testing.T) {
	w := podtest.NewHouse(t, podtest.House{})
	maria := newBrowser(t, w)
	maria.register("maria")
	for _, at := range []string{"/.tools/x", "/art/x"} {
		_, err := w.Owner("maria").Put(context.Background(), pod.MustPath(at), pod.Draft{MediaType: "text/plain", Body: strings.NewReader("x")}, pod.Precondition{})
		check(t, err)
	}
	maria.get("app/account/scripts").hides(".tools")
	first, art := strings.Index(maria.body, `value="/health/vitals/"`), strings.Index(maria.body, `value="/art/"`)
	if first < 0 || art < first {
		t.Errorf("health stands at %d, and art at %d", first, art)
	}
}
