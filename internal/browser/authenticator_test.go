package browser

import (
	"context"

	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
)

// An authenticator holds passkeys, in a visitor's machine.
type authenticator struct {
	v    *visitor
	id   webauthn.AuthenticatorID
	kept []*webauthn.Credential
}

// authenticator gives the visitor's machine one, which asks nobody. A browser that
// offers passkeys beside a field for a name has one taken from it at once.
func (v *visitor) authenticator() *authenticator {
	v.t.Helper()
	a := &authenticator{v: v}
	v.do(webauthn.Enable(), chromedp.ActionFunc(func(ctx context.Context) (err error) {
		a.id, err = webauthn.AddVirtualAuthenticator(&webauthn.VirtualAuthenticatorOptions{
			Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
			HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
		}).Do(ctx)
		return err
	}))
	return a
}

// refuses lets it refuse everybody, as when the finger is another's or the person
// says no.
func (a *authenticator) refuses(all bool) {
	a.v.t.Helper()
	a.v.do(webauthn.SetUserVerified(a.id, !all))
}

// credentials are the passkeys in it.
func (a *authenticator) credentials() (all []*webauthn.Credential) {
	a.v.t.Helper()
	a.v.do(chromedp.ActionFunc(func(ctx context.Context) (err error) {
		all, err = webauthn.GetCredentials(a.id).Do(ctx)
		return err
	}))
	return all
}

// leaves takes it out of the machine, and returns puts it back with what it holds.
func (a *authenticator) leaves() {
	a.v.t.Helper()
	a.kept = a.credentials()
	a.v.do(webauthn.RemoveVirtualAuthenticator(a.id))
}

func (a *authenticator) returns() {
	a.v.t.Helper()
	a.id = a.v.authenticator().id
	for _, c := range a.kept {
		a.v.do(webauthn.AddCredential(a.id, c))
	}
}

// offersNothing makes the browser one that does not offer passkeys by itself, as
// older ones are, until that is undone.
func (v *visitor) offersNothing() (undo func()) {
	v.t.Helper()
	return v.everywhere("PublicKeyCredential.isConditionalMediationAvailable = async () => false")
}
