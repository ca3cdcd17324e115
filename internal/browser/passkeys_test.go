package browser

import "testing"

// A day with passkeys: one is made with the account, another is added, named and
// used, the first is removed and opens nothing any more.
func TestPasskeys(t *testing.T) {
	t.Parallel()
	p := serve(t)
	v := newVisitor(t)
	phone := v.authenticator()

	phone.refuses(true)
	v.registers(p.Base, mine, herPod, func() {
		v.withPasskey()
		v.sees("a kind word", "document.querySelector('[data-passkey-problem]').innerText.length > 10")
		phone.refuses(false)
		v.withPasskey() // on the same page: nothing is lost
	})
	if n := len(phone.credentials()); n != 1 {
		t.Fatalf("the phone has %d passkeys", n)
	}

	v.signsOut(p.Base)
	v.open(p.Base + "app/sign-in") // the browser offers the passkey by itself, and it is taken
	v.arrives(p.Base, "app/home")

	v.signsOut(p.Base)
	v.offersNothing()
	v.open(p.Base + "app/sign-in")
	v.chooses("button[data-passkey-go]")
	v.arrives(p.Base, "app/home")

	phone.leaves()
	key := v.authenticator()
	v.open(p.Base + "app/account/passkeys")
	v.types("[data-passkey] input[name=label]", "Blue key")
	v.chooses("button[data-passkey-go]")
	v.reads("Blue key")
	v.rows(2)
	v.removes("Blue key", false)
	v.rows(1)
	v.signsOut(p.Base)
	v.open(p.Base + "app/sign-in")
	v.chooses("button[data-passkey-go]")
	v.arrives(p.Base, "app/home")
	if n := len(key.credentials()); n != 1 {
		t.Errorf("the key has %d passkeys", n)
	}

	key.leaves()
	phone.returns()
	v.signsOut(p.Base)
	v.open(p.Base + "app/sign-in")
	v.chooses("button[data-passkey-go]")
	v.sees("a removed passkey is refused", "!!document.querySelector('[role=alert].summary')")
	v.content()
}

// Passkey and password together are two factors, and neither is enough alone.
func TestTwoFactors(t *testing.T) {
	t.Parallel()
	p := serve(t)
	v := newVisitor(t)
	phone := v.authenticator()
	v.registers(p.Base, mine, herPod, v.withPasskey)
	v.open(p.Base + "app/account/password")
	v.types("input[name=password]", sentence)
	v.chooses(submit("input[name=password]"))
	v.sees("both can be demanded", "!!document.querySelector('input[name=both]')")
	v.chooses(submit("input[name=both]"))
	v.sees("both are demanded", "document.querySelector('input[name=both]')?.value === '0'")
	v.signsOut(p.Base)
	phone.refuses(true)
	v.open(p.Base + "app/sign-in")
	v.signsIn(mine, sentence)
	v.sees("the other factor is asked for", "!!document.querySelector('input[name=pending]')")
	v.open(p.Base + "app/home")
	v.arrives(p.Base, "app/sign-in")
	v.signsIn(mine, sentence)
	v.sees("the other factor is asked for", "!!document.querySelector('input[name=pending]')")
	phone.refuses(false)
	v.chooses("button[data-passkey-go]")
	v.arrives(p.Base, "app/home")
	v.content()
}
