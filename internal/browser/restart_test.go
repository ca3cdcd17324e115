package browser

import "testing"

// The program is started anew between any two pages of the way from an app, where
// somebody has no account yet, to a pod of their own and back. Nothing is lost.
func TestStartedAnewBetweenPages(t *testing.T) {
	t.Parallel()
	a, p := newApp(t), serve(t)
	v := newVisitor(t)
	v.authenticator()
	v.open(a.Origin + "/")
	v.isKnownAs("nobody")
	v.enters(p.Base)
	v.arrives(p.Base, "app/sign-in")
	p.restart()
	v.chooses("main a[href*='app/register']")
	v.arrives(p.Base, "app/register")
	p.restart()
	v.types("input[name=name]", mine)
	v.types("input[name=pod]", herPod)
	v.chooses(submit("input[name=pod]"))
	v.arrives(p.Base, "app/register/key")
	p.restart()
	v.showsKey()
	p.restart()
	v.typesKey()
	v.arrives(p.Base, "app/register/credential")
	p.restart()
	v.withPasskey()
	v.arrives(p.Base, "app/authorize")
	p.restart()
	v.chooses("button[value=allow]")
	v.arrives(a.Origin, "/")
	v.isKnownAs(p.Base + herPod + "/profile/card#me")
	p.restart()
	v.asks("read", "settings/", "read: 200")
	v.reloads()
	v.isKnownAs(p.Base + herPod + "/profile/card#me")
	v.content()
}
