package browser

import (
	"strings"
	"testing"

	"skrin/internal/podtest"
)

// A new person, on a telephone and with the keyboard alone, gets from nothing to a
// pod of their own and into an app that knows them.
func TestNewcomer(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	p := serve(t)
	t.Run("passkey", func(t *testing.T) {
		v := newVisitor(t).withPhone()
		v.authenticator()
		v.registers(p.Base, mine, herPod, v.withPasskey)
		v.finds(a, p.Base, herPod)
		v.content()
	})
	t.Run("password, and pages without scripts", func(t *testing.T) {
		v := newVisitor(t).withPhone().withoutScripts(true)
		v.registers(p.Base, "erik@example.org", "erik", v.withPassword)
		v.withoutScripts(false).finds(a, p.Base, "erik")
		v.content()
	})
}

// Where people come by invitation, which is so unless the host says something else,
// the address that the host was given to pass on is all that they need.
func TestInvited(t *testing.T) {
	t.Parallel()
	p := serveAt(t, "http://localhost:"+podtest.FreePort(t)+"/")
	v := newVisitor(t).withPhone()
	v.authenticator()
	address, _, _ := strings.Cut(p.host("invite"), "\n")
	v.open(address)
	v.makesPod(p.Base, mine, herPod, v.withPasskey)
	other := newVisitor(t)
	other.open(address) // once is enough
	other.arrives(p.Base, "app/register")
	other.types("input[name=name]", "mallory")
	other.types("input[name=pod]", "mallory")
	other.chooses(submit("input[name=pod]"))
	other.sees("a kind word", "!!document.querySelector('[role=alert].summary')")
	v.content()
	other.content()
}

// finds goes to the app, lets it in, and keeps a page in it.
func (v *visitor) finds(a *app, base, pod string) {
	v.t.Helper()
	v.open(a.Origin + "/")
	v.isKnownAs("nobody")
	v.enters(base)
	v.arrives(base, "app/authorize")
	v.chooses("button[value=allow]")
	v.arrives(a.Origin, "/")
	v.isKnownAs(base + pod + "/profile/card#me")
	v.asks("read", "settings/", "read: 200")
	v.types("#text", "Slept well.")
	v.asks("write", "notes/today.txt", "written: 201")
	v.types("#text", "")
	v.asks("read", "notes/today.txt", "read: 200")
	v.sees("the page that was written", "document.querySelector('#text').value === 'Slept well.'")
}

// enters tells the app where they sign in, or their WebID.
func (v *visitor) enters(place string) {
	v.t.Helper()
	v.types("#place", place)
	v.chooses("#enter button")
}

// isKnownAs waits until the app says who is signed in.
func (v *visitor) isKnownAs(who string) {
	v.t.Helper()
	v.sees("the app knows "+who, "document.querySelector('#who').value === '"+who+"'")
}

// asks reads or writes a page with the app, and waits for what it says to that.
func (v *visitor) asks(what, page, answer string) {
	v.t.Helper()
	v.types("#page", page)
	v.chooses("#note button[value=" + what + "]")
	v.isTold(answer)
}

// isTold waits until the app says something that begins so.
func (v *visitor) isTold(text string) {
	v.t.Helper()
	v.sees("the app says "+text, "document.querySelector('#said').value.startsWith('"+text+"')")
}
