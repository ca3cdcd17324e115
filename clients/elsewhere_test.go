package clients

import (
	"net/http"
	"strings"
	"testing"

	"skrin/clients/npm"
	"skrin/internal/podtest"
)

// person is what somebody says at a broker.
func person(name string) map[string]string {
	return map[string]string{"who": name, "level": level, "ago": "0"}
}

// with is the person, proved in another way.
func with(p map[string]string, name, value string) map[string]string {
	p[name] = value
	return p
}

// setsOut presses the button of the broker, and goes where that leads.
func (v *visitor) setsOut() *visitor {
	v.t.Helper()
	to, leads := strings.CutPrefix(v.fill(atTheDoor, nil).header.Get("Refresh"), "0; url=")
	if !leads || v.status != http.StatusOK {
		v.t.Fatalf("led nowhere from %s (%d): %s", v.at, v.status, v.text())
	}
	return v.get(to)
}

// What the pages say when nothing came of it.
const (
	didNotWork  = "Signing in there did not work"
	nobodyHere  = "Nobody here is connected with that"
	notEnough   = "What you used there is not enough"
	notAgain    = "does not say that you showed just now that it is you"
	noAnswer    = "does not answer just now"
	disagreeing = "do not understand each other"
)

// People link who they are at a broker that is none of ours, and sign in with it
// from then on, in whatever way the broker wants to be asked.
func TestBrokers(t *testing.T) {
	npm.Install(t)
	for name, a := range map[string]agreed{
		"a secret":              {Signs: "RS256"},
		"a secret, pushed":      {Signs: "ES256", Push: true},
		"a key, ES256":          {Signs: "ES256", Alg: "ES256", Push: true},
		"a key, RS256":          {Signs: "RS256", Alg: "RS256", Push: true},
		"a key, PS256":          {Signs: "PS256", Alg: "PS256", Push: true},
		"a proof of possession": {Signs: "ES256", Alg: "ES256", Push: true, Possession: true},
	} {
		t.Run(name, func(t *testing.T) { signsIn(t, a) })
	}
}

func signsIn(t *testing.T, a agreed) {
	w, b := newHouseWith(t, a, nil)
	connects(t, w)
	declines(t, w)
	provesAgain(t, w)
	loses(t, w, b, a)
	for _, word := range []string{"canary", "at the broker"} {
		if strings.Contains(w.Log.String(), word) {
			t.Errorf("the log has %q in it: %s", word, w.Log)
		}
	}
}

// connects has Maria, who is signed in, link who she is there, and sign in by it.
func connects(t *testing.T, w *podtest.World) {
	settled := w.Settle("maria")
	maria := newVisitor(t, w)
	maria.get("app/account/links").on("app/sign-in").fill("", map[string]string{"name": "maria", "password": settled.Password}).on("app/account/links")
	maria.setsOut().fill("", with(person("maria"), "ago", "600")).on("app/account/links").says(didNotWork)
	maria.setsOut().fill("", with(person("maria"), "level", "urn:eid:low")).on("app/account/links").says(notEnough)
	maria.setsOut().fill("", map[string]string{"no": "1"}).on("app/account/links").says(didNotWork)
	if n := links(t, w); n != 0 {
		t.Fatalf("%d links before she linked anything", n)
	}
	maria.setsOut().fill("", person("maria")).on("app/account/links").says("maria at the broker")
	if n := links(t, w); n != 1 {
		t.Fatalf("%d links", n)
	}
	maria.get("app/sign-out").fill("app/sign-out", nil)
	maria.get("app/home").on("app/sign-in").setsOut().on("app/home") // the broker knows her still
	maria.get("app/account/links").on("app/account/links")           // and says that she has just been there: she is not asked again
}

func links(t *testing.T, w *podtest.World) int {
	now, err := w.Accounts.ByName("maria")
	must(t, err)
	return len(now.Links)
}

// declines has somebody say no there, and somebody come back whom nobody knows.
func declines(t *testing.T, w *podtest.World) {
	v := newVisitor(t, w)
	v.get("app/sign-in").setsOut().fill("", map[string]string{"no": "1"}).on("app/sign-in").says(didNotWork)
	v.setsOut().fill("", person("olof")).on("app/sign-in").says(nobodyHere)
}

// provesAgain has Maria sign in with a proof of some time ago, with which
// nothing is changed: the broker must ask her anew, and say that it did.
func provesAgain(t *testing.T, w *podtest.World) {
	v := newVisitor(t, w)
	v.get("app/home").setsOut().fill("", with(person("maria"), "ago", "660")).on("app/home")
	v.get("app/account/links").on("app/sign-in").setsOut().fill("", with(person("maria"), "ago", "600")).on("app/sign-in").says(notAgain)
	v.setsOut().fill("", person("maria")).on("app/account/links")
}

// loses has the broker go away when Maria is on her way back, and stay away.
func loses(t *testing.T, w *podtest.World, b *broker, a agreed) {
	v := newVisitor(t, w)
	v.halt = w.DeskURL("/") + atTheDoor
	back := v.get("app/sign-in").setsOut().fill("", person("maria")).left
	b.stop()
	v.get(back).on("app/sign-in").says(noAnswer)
	if a.Push {
		v.fill(atTheDoor, nil).on("app/sign-in").says(noAnswer)
	}
}

// A broker and a house that did not agree come to nothing: the person is told
// that it is not their fault, and the host what to change.
func TestBrokersDisagree(t *testing.T) {
	npm.Install(t)
	for name, c := range map[string]struct {
		agreed
		file map[string]any // what the house was told besides
		says string
		log  string
	}{
		"another secret":         {agreed{Signs: "RS256", stranger: true}, nil, disagreeing, "the issuer refuses: invalid_client"},
		"another key":            {agreed{Signs: "RS256", Alg: "ES256", stranger: true}, nil, disagreeing, "the issuer refuses: invalid_client"},
		"another key, pushed":    {agreed{Signs: "RS256", Alg: "ES256", Push: true, stranger: true}, nil, disagreeing, "the issuer refuses: invalid_client"},
		"requests not pushed":    {agreed{Signs: "ES256", Alg: "ES256", Push: true}, map[string]any{"push": false}, noAnswer, "it wants requests pushed"},
		"no proof of possession": {agreed{Signs: "ES256", Alg: "ES256", Push: true, Possession: true}, map[string]any{"dpop": false}, disagreeing, "the issuer refuses"},
	} {
		t.Run(name, func(t *testing.T) {
			w, _ := newHouseWith(t, c.agreed, c.file)
			v := newVisitor(t, w)
			if v.get("app/sign-in").fill(atTheDoor, nil); v.header.Get("Refresh") != "" { // nothing was asked before
				v.get("app/sign-in").setsOut().fill("", person("maria"))
			}
			v.on("app/sign-in").says(c.says)
			if !strings.Contains(w.Log.String(), c.log) {
				t.Errorf("the log: %s", w.Log)
			}
		})
	}
}
