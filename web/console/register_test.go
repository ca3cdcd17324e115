package console_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"skrin/identity/account"
	"skrin/internal/desk"
	"skrin/internal/podtest"
	"skrin/pod"
)

const goodPassword = "fjorton gröna kajutor"

// register takes somebody from the landing page to a pod of their own.
func (b *browser) register(name string) (key string) {
	b.t.Helper()
	b.get("/").on("app/")
	b.get("app/register").on("app/register")
	b.fill("name", name, "pod", name)
	key = b.confirmKey()
	b.on("app/register/credential").fill("password", goodPassword)
	return key
}

// confirmKey makes the recovery key of registration, and types its last group.
func (b *browser) confirmKey() (key string) {
	b.t.Helper()
	b.on("app/register/key").send(b.form("token"))
	f := b.on("app/register/key").form("key", "typed")
	key = f.fields.Get("key")
	groups := strings.Fields(key)
	b.fill("key", key, "typed", strings.ToLower(groups[len(groups)-1]))
	return key
}

func TestSomebodyNew(t *testing.T) {
	w := podtest.NewHouse(t, podtest.House{})
	b := newBrowser(t, w)
	b.register("maria")
	b.on("app/home").says("maria")
	if n, err := w.Console.Unfinished(); n != 0 || err != nil {
		t.Errorf("%d unfinished, %v", n, err)
	}
	b.get("app/account").on("app/account")
	b.signOut()
	b.get("app/home").on("app/sign-in").fill("name", "Maria", "password", goodPassword).on("app/home")
}

func TestRegisterRefuses(t *testing.T) {
	w := podtest.NewHouse(t, podtest.House{})
	newBrowser(t, w).register("maria")
	w.Citizen("olof")
	b := newBrowser(t, w)
	for _, c := range []struct{ name, pod, says string }{
		{"", "annika", "cannot be a name"},
		{"a", "annika", "cannot be a name"},
		{"<script>alert(1)</script>", "annika", "cannot be a name"},
		{"maria", "annika", "has that name already"},
		{"MARIA", "annika", "has that name already"},
		{"annika", "", "cannot be the name of a pod"},
		{"annika", "an", "cannot be the name of a pod"},
		{"annika", "app", "cannot be the name of a pod"},
		{"annika", "../maria", "cannot be the name of a pod"},
		{"annika", "<i>maria</i>", "cannot be the name of a pod"},
		{"annika", "maria", "a pod of that name already"},
		{"annika", "olof", "a pod of that name already"},
	} {
		b.get("app/register").fill("name", c.name, "pod", c.pod).on("app/register").says(c.says).hides("<i>maria").hides("<script>alert")
	}
	if pods, err := w.Vault.Pods(); err != nil || len(pods) != 2 {
		t.Errorf("%d pods, %v", len(pods), err)
	}
	if b.cookie("session") != "" {
		t.Error("somebody is signed in")
	}
	b.fill("name", "annika", "pod", "Annika") // what the name of a pod is in
	b.confirmKey()
	for password, says := range map[string]string{"short": "too short", "annikaannika": "that others try first", strings.Repeat("x", 1025): "too long"} {
		b.on("app/register/credential").fill("password", password).says(says)
	}
	b.fill("password", goodPassword).on("app/home")
}

func TestInvitation(t *testing.T) {
	w := podtest.NewHouse(t, podtest.House{Change: func(c *desk.Config) { c.Policy = account.ByInvitation }})
	_, code, err := w.Accounts.Invite("for Maria", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	b := newBrowser(t, w)
	b.get("app/register").fill("name", "maria", "pod", "maria", "invitation", "").on("app/register").says("invitation is not good")
	b.fill("name", "maria", "pod", "maria", "invitation", "0123456789012345678901").says("invitation is not good")
	b.get("app/register?invitation=" + code.Reveal()).says(code.Reveal())
	b.fill("name", "maria", "pod", "maria")
	b.confirmKey()
	b.fill("password", goodPassword).on("app/home")
	other := newBrowser(t, w)
	other.get("app/register").fill("name", "olof", "pod", "olof", "invitation", code.Reveal()).says("invitation is not good")
	if _, err := w.Vault.Lookup("olof"); !errors.Is(err, pod.ErrNoPod) {
		t.Error("a pod was made without an invitation")
	}
}

// Others may have let in whoever had a pod: nobody gets its name by registering, unless
// that came to nothing.
func TestNameOfADeletedPod(t *testing.T) {
	w := podtest.NewHouse(t, podtest.House{})
	check(t, w.Accounts.Remove(w.Settle("maria").Account.ID))
	check(t, w.Vault.Delete(t.Context(), "maria"))
	b := newBrowser(t, w)
	b.get("app/register").fill("name", "mallet", "pod", "maria").on("app/register").says("a pod of that name already")
	b.fill("name", "mallet", "pod", "olof").on("app/register/key")
	w.Advance(25 * time.Hour)
	check(t, w.Console.Tend(t.Context()))
	newBrowser(t, w).get("app/register").fill("name", "olof", "pod", "olof").on("app/register/key")
}

// Who begins twice, or presses twice, has one invitation still, and nobody has two.
func TestInvitationOfAnotherBeginning(t *testing.T) {
	w := podtest.NewHouse(t, podtest.House{Change: func(c *desk.Config) { c.Policy = account.ByInvitation }})
	_, code, err := w.Accounts.Invite("for Maria", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	b := newBrowser(t, w)
	f := b.get("app/register?invitation="+code.Reveal()).form("name", "pod")
	f.fields.Set("name", "maria")
	f.fields.Set("pod", "maria")
	b.send(f).on("app/register/key")
	b.setCookie("session", "") // the answer did not arrive
	b.send(f).on("app/register/key")
	other := newBrowser(t, w)
	other.get("app/register").fill("name", "olof", "pod", "olof", "invitation", code.Reveal()).says("invitation is not good")
	b.confirmKey()
	b.fill("password", goodPassword).on("app/home")
	other.fill("name", "olof", "pod", "olof", "invitation", code.Reveal()).says("invitation is not good")

	_, code, err = w.Accounts.Invite("for Nora", 48*time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	gone := newBrowser(t, w)
	gone.get("app/register?invitation="+code.Reveal()).fill("name", "nora", "pod", "nora").on("app/register/key")
	w.Advance(25 * time.Hour)
	if err := w.Console.Tend(t.Context()); err != nil {
		t.Fatal(err)
	}
	back := newBrowser(t, w)
	back.get("app/register?invitation="+code.Reveal()).fill("name", "nora", "pod", "nora").on("app/register/key")
}

func TestClosed(t *testing.T) {
	w := podtest.NewHouse(t, podtest.House{Change: func(c *desk.Config) { c.Policy = account.Closed }})
	b := newBrowser(t, w)
	b.get("/").on("app/").hides("app/register")
	b.get("app/register").refused(403).says("No new accounts")
	f := b.get("app/sign-in").hides("app/register").form("token")
	f.action, f.fields = "/app/register", map[string][]string{"token": f.fields["token"], "name": {"maria"}, "pod": {"maria"}}
	b.send(f).refused(403)
	diary := newApp(t, w, "diary")
	b.get(diary.asks("prompt", "create")).on("app/sign-in")
	if pods, err := w.Vault.Pods(); err != nil || len(pods) != 0 {
		t.Errorf("%d pods, %v", len(pods), err)
	}
}

// Who goes away in the middle leaves nothing after a day, and their name is free.
// Who comes back earlier goes on, or begins again.
func TestUnfinished(t *testing.T) {
	w := podtest.NewHouse(t, podtest.House{})
	ctx := context.Background()
	b := newBrowser(t, w)
	b.get("app/register").fill("name", "maria", "pod", "maria").on("app/register/key")
	b.get("app/register").on("app/register/key")
	b.get("app/home").on("app/register/key")
	b.get("app/register/credential").on("app/register/key")
	b.get("app/sign-in").on("app/register/key")
	b.get("app/account/sessions").on("app/register/key")

	other := newBrowser(t, w)
	other.get("app/register").fill("name", "maria2", "pod", "maria").on("app/register").says("a pod of that name already")

	b.setCookie("session", "") // the answer never arrived
	b.get("app/register").fill("name", "maria", "pod", "maria3").on("app/register/key")
	if _, err := w.Vault.Lookup("maria"); !errors.Is(err, pod.ErrNoPod) {
		t.Error("what was begun before is still there")
	}
	w.Advance(23 * time.Hour)
	check(t, w.Console.Tend(ctx))
	if _, err := w.Vault.Lookup("maria3"); err != nil {
		t.Errorf("taken away too early: %v", err)
	}
	finished := newBrowser(t, w)
	finished.register("olof")
	w.Settle("astrid") // by the host
	w.Advance(2 * time.Hour)
	check(t, w.Console.Tend(ctx))
	w.Advance(48 * time.Hour)
	check(t, w.Console.Tend(ctx))
	for name, there := range map[string]bool{"maria": false, "maria3": false, "olof": true, "astrid": true} {
		_, err := w.Vault.Lookup(name)
		_, accountErr := w.Accounts.ByPod(name)
		if there != (err == nil) || there != (accountErr == nil) {
			t.Errorf("%s: %v %v", name, err, accountErr)
		}
	}
	other.get("app/register").fill("name", "maria", "pod", "maria").on("app/register/key")
}

// Registrations that nobody finishes do not fill the disk.
func TestRegistrationFlood(t *testing.T) {
	w := podtest.NewHouse(t, podtest.House{})
	made := 0
	for i := range 12 {
		b := newBrowser(t, w)
		name := "maria" + string(rune('a'+i))
		b.get("app/register").fill("name", name, "pod", name)
		if strings.HasSuffix(b.at.Path, "register/key") {
			made++
		}
	}
	if pods, err := w.Vault.Pods(); err != nil || len(pods) != made || made != 10 {
		t.Errorf("%d of %d made, %v", made, len(pods), err)
	}
	w.Advance(2 * time.Hour) // by then they were given up, and make room
	newBrowser(t, w).register("olof")
	if pods, err := w.Vault.Pods(); err != nil || len(pods) != made {
		t.Errorf("%d pods, %v", len(pods), err)
	}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
