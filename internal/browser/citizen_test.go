package browser

import (
	"fmt"
	"strings"
)

// What people sign in with here.
const (
	sentence = "a rather long sentence about 3 boats"
	mine     = "maria.lind" // what she is called by those who sign her in
	herPod   = "maria"
)

// submit is what sends the form that something is in.
func submit(inside string) string { return "form:has(" + inside + ") button:not([type=button])" }

// registers goes from the landing page to a home of one's own. secure chooses
// passkey or password on the last page of the way. It gives the recovery key.
func (v *visitor) registers(base, name, pod string, secure func()) (key string) {
	v.t.Helper()
	v.open(base)
	v.arrives(base, "app/")
	v.chooses("main a[href^='/app/register']")
	return v.makesPod(base, name, pod, secure)
}

// makesPod goes from the first page of registration to a home of one's own.
func (v *visitor) makesPod(base, name, pod string, secure func()) (key string) {
	v.t.Helper()
	v.arrives(base, "app/register")
	v.types("input[name=name]", name)
	v.types("input[name=pod]", pod)
	v.chooses(submit("input[name=pod]"))
	v.arrives(base, "app/register/key")
	key = v.showsKey()
	v.typesKey()
	v.arrives(base, "app/register/credential")
	secure()
	v.arrives(base, "app/home")
	v.reads(pod)
	return key
}

// showsKey has the recovery key shown, and typesKey types its last group back.
func (v *visitor) showsKey() (key string) {
	v.t.Helper()
	v.chooses("main form button:not([type=button])")
	v.sees("the recovery key is shown", "!!document.querySelector('#key-whole')")
	return v.look("document.querySelector('#key-whole').value")
}

func (v *visitor) typesKey() {
	v.t.Helper()
	v.types("input[name=typed]", strings.TrimSpace(v.look("document.querySelector('.key .last').innerText")))
	v.chooses(submit("input[name=typed]"))
}

// withPassword chooses a password.
func (v *visitor) withPassword() {
	v.t.Helper()
	if v.look("!!document.querySelector('details.other:not([open])')") == "true" {
		v.chooses("details.other summary")
	}
	v.types("input[name=password]", sentence)
	v.chooses(submit("input[name=password]"))
}

// withPasskey makes a passkey.
func (v *visitor) withPasskey() {
	v.t.Helper()
	v.chooses("button[data-passkey-go]")
}

// signsIn fills in name and password.
func (v *visitor) signsIn(name, password string) {
	v.t.Helper()
	v.types("input[name=name]", name)
	v.types("input[name=password]", password)
	v.chooses(submit("input[name=password]"))
}

// signsOut goes by the door.
func (v *visitor) signsOut(base string) {
	v.t.Helper()
	v.open(base + "app/home")
	v.chooses("nav a[href$='app/sign-out']")
	v.arrives(base, "app/sign-out")
	v.chooses("main form button")
	v.arrives(base, "app/signed-out")
}

// rows waits until a list has so many.
func (v *visitor) rows(n int) {
	v.t.Helper()
	v.sees(fmt.Sprintf("%d rows", n), fmt.Sprintf("document.querySelectorAll('main .rows > li').length === %d", n))
}

// removes takes a row away: the one with the name, or the one without it.
func (v *visitor) removes(name string, named bool) {
	v.t.Helper()
	v.look(fmt.Sprintf("[...document.querySelectorAll('main .rows > li')].forEach(li => li.dataset.mark = li.innerText.includes(%q) === %t ? 'it' : 'other')", name, named))
	v.chooses("li[data-mark=it] details:has(.danger) > summary")
	v.chooses("li[data-mark=it] details button.danger")
}
