package console_test

import (
	"net/url"
	"strings"
	"testing"

	"skrin/internal/podtest"
	"skrin/internal/podtest/authenticator"
	"skrin/web/console"
)

// holder is a browser with a passkey.
type holder struct {
	*browser
	key *authenticator.Authenticator
}

func newHolder(t testing.TB, w *podtest.World) *holder {
	return &holder{newBrowser(t, w), authenticator.New(strings.TrimSuffix(w.Provider.Issuer().String(), "/"))}
}

// make answers the ceremony of a page that makes a passkey.
func (h *holder) make() *browser {
	h.t.Helper()
	return h.ceremony(h.key.Create)
}

// show answers the ceremony of a page that asks for a passkey.
func (h *holder) show() *browser {
	h.t.Helper()
	return h.ceremony(h.key.Get)
}

func (h *holder) ceremony(answer func(testing.TB, []byte, ...authenticator.Tweak) []byte) *browser {
	h.t.Helper()
	f := h.form("state", "response")
	f.fields.Set("response", string(answer(h.t, []byte(f.options))))
	return h.send(f)
}

// settle registers somebody with a passkey.
func (h *holder) settle(name string) {
	h.t.Helper()
	h.get("app/register").on("app/register").fill("name", name, "pod", name)
	h.confirmKey()
	h.make().on("app/home")
}

func (b *browser) signOut() *browser {
	b.t.Helper()
	return b.send(b.get("app/sign-out").on("app/sign-out").form("token")).on("app/signed-out")
}

func TestPasskeys(t *testing.T) {
	w := podtest.NewHouse(t, podtest.House{})
	maria := newHolder(t, w)
	maria.settle("maria")
	maria.signOut()
	maria.get("app/sign-in").on("app/sign-in")
	maria.show().on("app/home")

	maria.get("app/account/passkeys").on("app/account/passkeys").says("Firefox, Linux")
	f := maria.form("label", "to")
	f.fields.Set("to", "<b>kitchen</b>")
	maria.send(f).on("app/account/passkeys").says("&lt;b&gt;kitchen&lt;/b&gt;").hides("<b>kitchen")
	maria.fill("remove", maria.form("remove").fields.Get("remove")).on("app/account/passkeys").says("last way to sign in")

	laptop := authenticator.New(maria.key.Origin)
	maria.key, laptop = laptop, maria.key
	maria.make().on("app/account/passkeys").says("The passkey is there")
	maria.fill("remove", maria.form("remove").fields.Get("remove")).on("app/account/passkeys").says("removed")
	maria.signOut()
	maria.get("app/sign-in")
	maria.key, laptop = laptop, maria.key
	maria.show().on("app/sign-in").says("was not accepted")
	maria.key = laptop
	maria.show().on("app/home")
}

// An account that demands both factors takes either first, and says which is missing.
func TestTwoFactors(t *testing.T) {
	w := podtest.NewHouse(t, podtest.House{})
	maria := newHolder(t, w)
	maria.settle("maria")
	maria.get("app/account/password").fill("password", goodPassword).on("app/account/password")
	maria.fill("both", "1").on("app/account/password").says("From now on we ask for the password and a passkey")
	maria.signOut()

	maria.get("app/sign-in").fill("name", "maria", "password", goodPassword)
	if maria.status != 200 || !strings.HasSuffix(maria.at.Path, "app/sign-in") || maria.cookie("session") != "" {
		t.Fatalf("one factor let her in: %v", maria.hops)
	}
	half := maria.form("pending", "state")
	maria.show().on("app/home")
	maria.signOut()

	maria.get("app/sign-in")
	maria.show()
	maria.fill("pending", maria.form("pending", "password").fields.Get("pending"), "password", "something else altogether").says("That is not your password")
	maria.fill("pending", maria.form("pending", "password").fields.Get("pending"), "password", goodPassword).on("app/home")

	t.Run("what says that one factor was right is good once, and in one browser", func(t *testing.T) {
		maria.signOut()
		fresh := maria.get("app/sign-in").form("token")
		half.fields.Set("token", fresh.fields.Get("token"))
		half.fields.Set("response", string(maria.key.Get(t, []byte(half.options))))
		maria.send(half)
		if maria.cookie("session") != "" {
			t.Error("the ceremony was good twice")
		}
		maria.get("app/sign-in").fill("name", "maria", "password", goodPassword)
		stolen := maria.form("pending", "state")
		mallet := newBrowser(t, w)
		mallet.get("app/sign-in")
		stolen.fields.Set("token", mallet.form("token").fields.Get("token"))
		stolen.fields.Set("response", string(maria.key.Get(t, []byte(stolen.options))))
		mallet.send(stolen)
		if mallet.cookie("session") != "" {
			t.Error("the first factor was good in another browser")
		}
	})
}

// Whoever wants to change what opens the account shows once more who they are.
func TestStepUp(t *testing.T) {
	w := podtest.NewHouse(t, podtest.House{})
	maria := newBrowser(t, w)
	maria.register("maria")
	w.Advance(console.StepUp)
	before := maria.cookie("session")
	for _, page := range []string{"name", "passkeys", "password", "scripts", "recovery-key", "issuers", "links"} {
		maria.get("app/account/" + page).on("app/sign-in").says(`name="next" value="app/account/` + page + `"`)
	}
	maria.get("app/account/recovery-key?pod=maria").on("app/sign-in").says(`value="app/account/recovery-key?pod=maria"`).
		fill("name", "maria", "password", "something else altogether").on("app/sign-in").says("That is not your password").
		fill("name", "maria", "password", goodPassword).on("app/account/recovery-key")
	if maria.cookie("session") == before {
		t.Error("the session has its old token")
	}
	all := maria.get("app/account/sessions").on("app/account/sessions").body
	if n := strings.Count(all, "Firefox, Linux"); n != 1 {
		t.Errorf("%d sessions after a step-up: %s", n, maria.text())
	}
	form := maria.get("app/account/name").on("app/account/name").form("name")
	w.Advance(console.StepUp)
	form.fields.Set("name", "mallet")
	maria.send(form).on("app/sign-in")
	if _, err := w.Accounts.ByName("mallet"); err == nil {
		t.Error("the name was changed without a step-up")
	}
}

// What was begun in one browser is finished there: somebody who has the answer of a
// person's authenticator, or what says that their passkey was right, has nothing.
func TestCeremonyOfAnotherBrowser(t *testing.T) {
	w := podtest.NewHouse(t, podtest.House{})
	maria := newHolder(t, w)
	maria.settle("maria")
	mallet := newBrowser(t, w)
	take := func(f form) form {
		f.fields.Set("token", mallet.get("app/sign-in").form("token").fields.Get("token"))
		return f
	}
	maria.signOut()
	begun := maria.get("app/sign-in").form("state", "response")
	begun.fields.Set("response", string(maria.key.Get(t, []byte(begun.options))))
	mallet.send(take(begun)).on("app/sign-in").says("took too long")
	if mallet.cookie("session") != "" {
		t.Fatal("signed in with somebody else's ceremony")
	}
	maria.get("app/sign-in")
	maria.show().get("app/account/password").fill("password", goodPassword).fill("both", "1")
	maria.signOut()
	maria.get("app/sign-in")
	maria.show()
	half := maria.form("pending", "password")
	half.fields = url.Values{"pending": half.fields["pending"], "password": {goodPassword}}
	mallet.send(take(half)).says("took too long")
	if mallet.cookie("session") != "" {
		t.Fatal("signed in with somebody else's first factor")
	}
	maria.fill("pending", half.fields.Get("pending"), "password", goodPassword).on("app/home")
}

// A way to sign in is chosen when registering and after recovery, and else on the
// account's pages, which ask for a proof.
func TestCredentialIsNotSetInPassing(t *testing.T) {
	w := podtest.NewHouse(t, podtest.House{})
	maria := newBrowser(t, w)
	key := maria.register("maria")
	maria.get("app/register/credential").on("app/home")
	set := form{method: "POST", action: "/app/register/credential", fields: url.Values{"password": {otherPassword}, "token": {maria.get("app/account").get("app/account/name").form("token").fields.Get("token")}}}
	maria.send(set).on("app/home")
	maria.get("app/recovered").on("app/home")
	maria.signOut()
	maria.get("app/sign-in").fill("name", "maria", "password", otherPassword).on("app/sign-in")

	maria.get("app/recover").fill("pod", "maria", "key", key).on("app/recovered")
	w.Advance(console.StepUp)
	maria.get("app/recovered").on("app/home")
	maria.get("app/register/credential").on("app/home")
}
