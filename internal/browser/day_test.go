package browser

import (
	"testing"
	"time"

	"skrin/internal/podtest"
	"skrin/pod"
)

// A day with an app, which is a real one but for what it is about: it is let in,
// comes back by itself, goes on when its token has ended, and is out when it is
// told so, wherever that is said.
func TestDayWithAnApp(t *testing.T) {
	t.Parallel()
	a, w := newApp(t), podtest.NewHouse(t, podtest.House{})
	maria := w.Settle("maria")
	me := maria.WebID.String()
	d := newDay(newVisitor(t), w)

	d.step("she signs in on the way, and says no", func() {
		d.open(a.Origin + "/")
		d.isKnownAs("nobody")
		d.enters(me) // the app finds the issuer in her profile
		d.arrives(w.Base, "app/sign-in")
		d.signsIn(maria.Name, maria.Password)
		d.arrives(w.Base, "app/authorize")
		d.chooses("button[value=deny]")
		d.arrives(a.Origin, "/")
		d.isTold("refused: access_denied")
		d.isKnownAs("nobody")
	})
	d.step("she says yes", func() {
		d.letsIn(a, me, w.Base)
		d.asks("read", "settings/", "read: 200")
	})
	d.step("the app comes back by itself", func() {
		d.reloads()
		d.isKnownAs(me)
		d.asks("read", "settings/", "read: 200")
	})
	d.step("its token ends, and it has another", func() {
		d.passes(11 * time.Minute)
		d.isTold("extended")
		d.asks("read", "settings/", "read: 200")
	})
	d.step("the house is opened anew", func() {
		w.Restart()
		d.asks("read", "settings/", "read: 200")
		d.reloads()
		d.isKnownAs(me)
		d.asks("read", "settings/", "read: 200")
	})
	d.step("she takes it back, and the next request is refused", func() {
		console := d.another()
		console.open(w.Base + "app/account/apps")
		console.again(maria.Password)
		console.removes("Notebook", true)
		console.sees("the list is empty", "!document.querySelector('main .rows')")
		d.asks("read", "settings/", "read: 401")
		d.reloads()
		d.isKnownAs("nobody") // nobody is asked behind her back
	})
	d.step("she signs out in the app alone, and comes back", func() {
		d.letsIn(a, me, w.Base)
		d.chooses("#leave")
		d.isKnownAs("nobody")
		d.reloads()
		d.isKnownAs("nobody")
		d.letsIn(a, w.Base, w.Base)
		d.isKnownAs(me)
	})
	d.step("she signs out everywhere, from the app", func() {
		d.chooses("#end")
		d.isKnownAs("nobody")
		await(t, "nobody is signed in at home", func() bool {
			all, err := w.Accounts.SessionsOf(maria.Account.ID)
			return err == nil && len(all) == 1 // that with which she settled
		})
		d.arrives(a.Origin, "/")
		d.isKnownAs("nobody")
		d.enters(me)
		d.arrives(w.Base, "app/sign-in")
	})
	d.content()
}

// What is ended in another place is ended in the app, at once. Here the pages have
// a host of their own, and so has each pod; the app finds its way from the WebID.
func TestEndedElsewhere(t *testing.T) {
	t.Parallel()
	a, w := newApp(t), podtest.NewHouse(t, podtest.House{Layout: pod.Subdomains, Host: "login.localhost"})
	maria := w.Settle("maria")
	me, desk := maria.WebID.String(), w.DeskURL("/")
	v := newVisitor(t)
	v.open(desk + "app/sign-in")
	v.signsIn(maria.Name, maria.Password)
	v.arrives(desk, "app/home")
	v.open(a.Origin + "/stranger/") // an app that nobody vouches for works as well
	v.isKnownAs("nobody")
	v.enters(me)
	v.arrives(desk, "app/authorize")
	v.sees("a warning", "!!document.querySelector('main .warning')")
	v.chooses("button[value=allow]")
	v.arrives(a.Origin, "/stranger/")
	v.isKnownAs(me)
	v.asks("read", "settings/", "read: 200")

	other := newVisitor(t)
	other.open(desk + "app/sign-in")
	other.signsIn(maria.Name, maria.Password)
	other.arrives(desk, "app/home")
	other.open(desk + "app/account/sessions")
	other.chooses(submit("input[name=others]"))
	other.rows(1)
	v.asks("read", "settings/", "read: 401")
	v.open(desk + "app/home")
	v.arrives(desk, "app/sign-in")
	v.content()
	other.content()
}

func (d *day) step(what string, do func()) {
	d.t.Helper()
	d.t.Log(what)
	do()
}

// letsIn has the app sign her in who is signed in at home.
func (v *visitor) letsIn(a *app, place, base string) {
	v.t.Helper()
	v.enters(place)
	v.arrives(base, "app/authorize")
	v.chooses("button[value=allow]")
	v.arrives(a.Origin, "/")
	v.sees("the app knows somebody", "document.querySelector('#who').value.startsWith('http')")
}

func (v *visitor) reloads() {
	v.t.Helper()
	v.open(v.at())
}

// again proves once more who they are, where the page wants to know.
func (v *visitor) again(password string) {
	v.t.Helper()
	v.sees("a page", "document.readyState === 'complete'")
	if v.look("!!document.querySelector('input[name=password]')") != "true" {
		return
	}
	v.types("input[name=password]", password)
	v.chooses(submit("input[name=password]"))
}
