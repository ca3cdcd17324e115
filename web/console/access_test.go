package console_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"skrin/acl"
	"skrin/identity"
	"skrin/internal/podtest"
	"skrin/linkeddata"
	"skrin/pod"
	"skrin/web/console"
)

// Whoever may do something by a rule that an app wrote stands at home too, wherever
// in the pod it lies.
func TestHomeTellsRules(t *testing.T) {
	w := podtest.NewHouse(t, podtest.House{})
	maria, ana, ola := newBrowser(t, w), w.As("dr-ana"), w.As("ola")
	maria.register("maria")
	maria.get("app/home").says("Nobody but you").says("Everybody").says("Your card").says("Everybody who has signed in somewhere").hides(ana.WebID.String())
	mine := w.Owner("maria")
	put := func(path, mediaType, body string) {
		t.Helper()
		if _, err := mine.Put(context.Background(), pod.MustPath(path), pod.Draft{MediaType: mediaType, Body: strings.NewReader(body)}, pod.Precondition{}); err != nil {
			t.Fatal(err)
		}
	}
	put("/notes/2026/cake", "text/plain", "flour")
	put("/notes/2026/cake.acl", "text/turtle", `@prefix acl: <http://www.w3.org/ns/auth/acl#>.
<#a> a acl:Authorization; acl:agent <`+ana.WebID.String()+`>; acl:accessTo <cake>; acl:default <cake>; acl:mode acl:Read.
<#o> a acl:Authorization; acl:agent <`+ola.WebID.String()+`>, <`+w.URL("/maria/profile/card#me")+`>; acl:accessTo <cake>; acl:mode acl:Read, acl:Write, acl:Control.
<#g> a acl:Authorization; acl:agentGroup <https://family.example/us#all>; acl:accessTo <cake>; acl:mode acl:Append.`)
	home := maria.get("app/home").hides("Nobody but you")
	home.says(ana.WebID.String()).says("May read: /notes/2026/cake").hides("without rules of its own")
	home.says(ola.WebID.String()).says("May read, change and share: /notes/2026/cake")
	home.says("https://family.example/us#all").says("A group of people").says("May add to, and read nothing: /notes/2026/cake")
	if err := mine.Delete(context.Background(), pod.MustPath("/notes/2026/cake.acl"), pod.Precondition{}); err != nil {
		t.Fatal(err)
	}
	maria.get("app/home").says("Nobody but you").hides(ana.WebID.String())
}

// What a pod has of itself takes a line at home until something is in it.
func TestHomeTellsWhatIsInIt(t *testing.T) {
	w := podtest.NewHouse(t, podtest.House{})
	maria := newBrowser(t, w)
	maria.register("maria")
	maria.get("app/home").says("Nothing yet in: Movement and sleep, Allergies").says("Your card 1 entry")
	put := func(path string) {
		t.Helper()
		if _, err := w.Owner("maria").Put(context.Background(), pod.MustPath(path), pod.Draft{MediaType: "text/plain", Body: strings.NewReader("x")}, pod.Precondition{}); err != nil {
			t.Fatal(err)
		}
	}
	put("/health/allergies/nuts")
	maria.get("app/home").says("Nothing yet in: Movement and sleep, Care plans").says("Allergies 1 entry").hides("Health 13")
	open := `<#e> a acl:Authorization; acl:agentClass foaf:Agent; acl:accessTo <./>; acl:mode acl:Read.`
	owner := `<#o> a acl:Authorization; acl:agent </maria/profile/card#me>; acl:accessTo <./>; acl:default <./>; acl:mode acl:Control.`
	share(t, w.Owner("maria"), "/health/", open+owner)
	check(t, w.Owner("maria").Delete(context.Background(), pod.MustPath("/health/x"), pod.Precondition{}))
	maria.get("app/home").says("Health Everybody can read this 13 entries")
	put("/health/letter")
	maria.get("app/home").says("14 entries")
}

// Rules that are damaged let nobody in, and leave their owner the rest of home.
func TestHomeBesideDamagedRules(t *testing.T) {
	open, broken := pod.Standing{Decision: acl.Decision{Allowed: acl.Read}}, errors.New("the disk is gone")
	for _, c := range []struct {
		stand pod.Standing
		err   error
		open  bool
		told  error
	}{
		{open, nil, true, nil},
		{pod.Standing{}, nil, false, nil},
		{pod.Standing{}, pod.ErrDenied, false, nil},
		{open, fmt.Errorf("%w: a document is missing", pod.ErrDamaged), false, nil},
		{pod.Standing{}, broken, false, broken},
	} {
		if got, err := console.Readable(c.stand, c.err); got != c.open || !errors.Is(err, c.told) || (err == nil) != (c.told == nil) {
			t.Errorf("%v, %v: %v, %v", c.stand.Decision.Allowed, c.err, got, err)
		}
	}
}

// A device with a record of its own is not said to do whatever its owner can.
func TestDevicesAreSaidToBeLimited(t *testing.T) {
	w := podtest.NewHouse(t, podtest.House{})
	maria, watch := newBrowser(t, w), newApp(t, w, "watch")
	maria.register("maria")
	const all, limited = "just as you can", "what you have given it, and nothing else"
	maria.get(watch.asks()).says(all).hides(limited)
	info, err := w.Vault.Lookup("maria")
	watch.must(err)
	_, err = w.Owner("maria").Grant(context.Background(), acl.Grant{To: info.Owner, Client: linkeddata.MustIRI(watch.ID),
		Targets: []linkeddata.IRI{linkeddata.MustIRI(w.URL("/maria/health/vitals/"))}, Modes: acl.Create, Until: w.Now().Add(time.Hour)})
	watch.must(err)
	maria.get(watch.asks()).says(limited).hides(all)
	maria.allow(watch)
	if got := watch.reads("/maria/health/labs/"); got != 403 {
		t.Errorf("the watch reads: %d", got)
	}
	maria.get("app/account/apps").says(limited).hides("Can do what you can")
	maria.get("app/home").says("The watch").says(watch.ID).says("May add to, and read nothing")
}

// So is one that registered: grants know it by another name than the issuer.
func TestRegisteredDevicesAreSaidToBeLimited(t *testing.T) {
	w := podtest.NewHouse(t, podtest.House{})
	maria, watch := newBrowser(t, w), newApp(t, w, "watch")
	maria.register("maria")
	watch.registers()
	info, err := w.Vault.Lookup("maria")
	watch.must(err)
	vitals := []linkeddata.IRI{linkeddata.MustIRI(w.URL("/maria/health/vitals/"))}
	_, err = w.Owner("maria").Grant(context.Background(), acl.Grant{To: info.Owner, Client: identity.ClientIRI(watch.ID, w.Provider.Issuer()),
		Targets: vitals, Modes: acl.Create, Until: w.Now().Add(time.Hour)})
	watch.must(err)
	maria.get(watch.asks()).says("what you have given it, and nothing else")
	maria.allow(watch)
	watch.expect(map[string]int{"GET /maria/health/labs/": 403, "POST /maria/health/vitals/": 201})
	maria.get("app/account/apps").says("what you have given it, and nothing else")
	maria.get("app/home").says("The watch").says(watch.ID).hides("urn:skrin:")
	_, err = w.Owner("maria").Grant(context.Background(), acl.Grant{To: w.As("dr-ana").WebID, Client: linkeddata.MustIRI("https://clinic.example/records#app"),
		Targets: vitals, Modes: acl.Read, Until: w.Now().Add(time.Hour)})
	watch.must(err)
	maria.get("app/home").says(w.As("dr-ana").WebID.String()).says("Only with the app https://clinic.example/records#app")
}
