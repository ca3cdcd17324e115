package browser

import (
	"testing"
	"time"

	"skrin/internal/podtest"
)

// What is hard to undo asks once more who somebody is, when they came in a while
// ago; and goes on where they were.
func TestAskedAgain(t *testing.T) {
	t.Parallel()
	w := podtest.NewHouse(t, podtest.House{})
	maria := w.Settle("maria")
	d := newDay(newVisitor(t), w)
	d.comesIn(w, maria)
	d.open(w.Base + "app/account/passkeys")
	d.arrives(w.Base, "app/account/passkeys")
	d.passes(11 * time.Minute)
	d.open(w.Base + "app/account/passkeys")
	d.arrives(w.Base, "app/sign-in")
	if d.look("!!document.querySelector('[data-passkey]')") == "true" {
		t.Error("she is asked for a passkey, and has none")
	}
	d.again("not her password")
	d.sees("a kind word", "!!document.querySelector('[role=alert].summary')")
	d.again(maria.Password)
	d.arrives(w.Base, "app/account/passkeys")
	d.authenticator()
	d.chooses("button[data-passkey-go]")
	d.rows(1)
	d.open(w.Base + "app/account/password")
	d.chooses(submit("input[name=remove]"))
	d.sees("it is removed", "!document.querySelector('input[name=remove]')")
	d.passes(11 * time.Minute)
	d.open(w.Base + "app/account/passkeys")
	d.arrives(w.Base, "app/sign-in")
	if d.look("!!document.querySelector('input[name=password]')") == "true" {
		t.Error("she is asked for a password, and has none")
	}
	d.chooses("button[data-passkey-go]")
	d.arrives(w.Base, "app/account/passkeys")
	d.content()
}

// Who has lost passkey and telephone comes in with the printed key, on another
// device, makes a new passkey there, and the lost one opens nothing any more.
func TestLostTelephone(t *testing.T) {
	t.Parallel()
	p := serve(t)
	v := newVisitor(t).withPhone()
	lost := v.authenticator()
	key := v.registers(p.Base, mine, herPod, v.withPasskey)

	other := newVisitor(t)
	other.authenticator()
	other.open(p.Base + "app/sign-in")
	other.chooses("main a[href^='/app/recover']")
	other.arrives(p.Base, "app/recover")
	other.types("input[name=pod]", herPod)
	other.types("[name=key]", key)
	other.chooses(submit("[name=key]"))
	other.arrives(p.Base, "app/recovered")
	other.chooses("button[name=remove]")
	other.arrives(p.Base, "app/register/credential")
	other.withPasskey()
	other.arrives(p.Base, "app/home")
	other.open(p.Base + "app/account/passkeys")
	other.rows(1)
	other.content()

	v.open(p.Base + "app/home") // whoever has found the telephone
	v.arrives(p.Base, "app/sign-in")
	if len(lost.credentials()) != 1 {
		t.Fatal("the lost telephone has no passkey")
	}
	v.sees("the lost passkey is refused", "!!document.querySelector('[role=alert].summary')")
	v.content()
}
