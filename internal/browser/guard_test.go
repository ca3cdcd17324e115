package browser

import (
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"skrin/internal/podtest"
)

// A trap is a place elsewhere that shows what the test puts there, at an origin of
// another site and at one of the console's own site.
type trap struct {
	body            string
	foreign, nearby string // addresses, "https://127.0.0.1:1234/" and "http://localhost:1235/"
}

func newTrap(t *testing.T) *trap {
	t.Helper()
	p := &trap{}
	show := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, "<!doctype html><title>trap</title><body>%s", p.body)
	})
	foreign, nearby := httptest.NewTLSServer(show), httptest.NewServer(show)
	t.Cleanup(foreign.Close)
	t.Cleanup(nearby.Close)
	p.foreign, p.nearby = foreign.URL+"/", strings.Replace(nearby.URL, "127.0.0.1", "localhost", 1)+"/"
	return p
}

// Pages that somebody signed in would see are shown in nobody's frame.
func TestFramed(t *testing.T) {
	t.Parallel()
	w, p, v := podtest.NewHouse(t, podtest.House{}), newTrap(t), newVisitor(t)
	v.comesIn(w, w.Settle("maria"))
	framed := []string{"app/home", "app/account", "app/account/passkeys", "app/sign-out", "app/register", "app/authorize?request=x", "oidc/authorize?client_id=x"}
	for _, path := range framed {
		p.body += `<iframe src="` + w.Base + path + `"></iframe>`
	}
	for _, address := range []string{p.foreign, p.nearby} {
		v.complaints()
		v.open(address)
		var refused []string
		await(t, "every frame is refused", func() bool {
			for _, c := range v.complaints() {
				if strings.Contains(c, "Framing '"+w.Base) {
					refused = append(refused, c)
				}
			}
			return len(refused) >= len(framed)
		})
	}
	p.body = `<iframe srcdoc="what nobody minds"></iframe>`
	v.open(p.nearby)
	v.sees("a frame", "frames.length === 1")
	v.content()
}

// A form of somebody else's, with fields that are right and even with the token of
// the person who is signed in, changes nothing.
func TestForeignForms(t *testing.T) {
	t.Parallel()
	w, p, v := podtest.NewHouse(t, podtest.House{}), newTrap(t), newVisitor(t)
	maria := w.Settle("maria")
	v.comesIn(w, maria)
	form := func() string { // as it is at the moment
		v.open(w.Base + "app/account/name")
		form := v.look("(() => { const f = document.querySelector('main form'); f.querySelector('[name=name]').setAttribute('value', 'mallory'); return f.outerHTML })()")
		if !strings.Contains(form, `name="token"`) || !strings.Contains(form, "mallory") {
			t.Fatalf("no form to send: %s", form)
		}
		return strings.Replace(form, `action="/`, `action="`+w.Base, 1)
	}
	name := func() string {
		a, err := w.Accounts.Account(maria.Account.ID)
		if err != nil {
			t.Fatal(err)
		}
		return a.Name
	}
	const send = "<script>document.forms[0].submit()</script>"
	for _, origin := range []string{p.foreign, p.nearby} {
		for how, dress := range map[string]func(form string) string{
			"sent":         func(form string) string { return form + send },
			"from nowhere": func(form string) string { return `<meta name="referrer" content="no-referrer">` + form + send },
			"out of a frame": func(form string) string {
				form = strings.Replace(form, "<form", `<form target="_top"`, 1)
				return `<iframe sandbox="allow-scripts allow-forms allow-top-navigation" srcdoc="` + html.EscapeString(form+send) + `"></iframe>`
			},
		} {
			before := v.cookies(w.Base)
			p.body = dress(form())
			v.open(origin)
			v.arrives(w.Base, "app/account/name")
			if now := name(); now != "maria" {
				t.Fatalf("a form from %s, %s, made maria into %s", origin, how, now)
			}
			if after := v.cookies(w.Base); after != before {
				t.Errorf("a form from %s, %s, changed her cookies from %s to %s", origin, how, before, after)
			}
		}
	}
	p.body = "<script>fetch('" + w.Base + "app/account/name', {method: 'POST', mode: 'no-cors', credentials: 'include', body: new URLSearchParams(" + fields(v, w) + ")}).catch(() => {}).finally(() => document.title = 'sent')</script>"
	v.open(p.nearby)
	v.sees("it is sent", "document.title === 'sent'")
	if now := name(); now != "maria" {
		t.Errorf("a script from elsewhere made maria into %s", now)
	}

	v.open(w.Base + "app/account/name") // her own form does change it
	v.types("input[name=name]", "mia")
	v.chooses(submit("input[name=name]"))
	await(t, "the name is changed", func() bool { return name() == "mia" })
}

// fields are those of the form for the name, as the literal of an object.
func fields(v *visitor, w *podtest.World) string {
	v.t.Helper()
	v.open(w.Base + "app/account/name")
	return v.look("JSON.stringify({...Object.fromEntries(new FormData(document.querySelector('main form'))), name: 'mallory'})")
}

// comesIn signs somebody in who has an account.
func (v *visitor) comesIn(w *podtest.World, r podtest.Resident) {
	v.t.Helper()
	v.open(w.Base + "app/sign-in")
	v.signsIn(r.Name, r.Password)
	v.arrives(w.Base, "app/home")
}

// All pages keep to the policy that they are sent with, and one that does not is
// noticed.
func TestPolicy(t *testing.T) {
	t.Parallel()
	w, p, v := podtest.NewHouse(t, podtest.House{}), newTrap(t), newVisitor(t)
	open := []string{"app/", "app/register", "app/sign-in", "app/recover", "app/signed-out", "app/nothing-here", "app/authorize?request=x"}
	for _, path := range open {
		v.open(w.Base + path)
		v.content()
	}
	v.comesIn(w, w.Settle("maria"))
	for _, path := range []string{"home", "account", "account/name", "account/passkeys", "account/password", "account/sessions", "account/apps",
		"account/scripts", "account/recovery-key", "account/issuers", "sign-out"} {
		v.open(w.Base + "app/" + path)
		v.arrives(w.Base, "app/"+path)
		v.content()
	}
	p.body = `<meta http-equiv="Content-Security-Policy" content="script-src 'none'"><script>1</script>`
	v.open(p.foreign)
	if len(v.complaints()) == 0 {
		t.Error("a page that breaks its policy is not noticed")
	}
}
