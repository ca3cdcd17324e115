package console_test

import (
	"net/http"
	"testing"

	"skrin/internal/podtest"
)

const otherPassword = "nio tysta fyrvaktare"

// Who has lost everything but the paper comes in by it, and everybody else is out.
func TestRecovery(t *testing.T) {
	w := podtest.NewHouse(t, podtest.House{})
	maria := newHolder(t, w)
	maria.get("app/register").fill("name", "maria", "pod", "maria")
	key := maria.confirmKey()
	maria.make().on("app/home")
	maria.get("app/account/password").fill("password", goodPassword).on("app/account/password")
	diary := newApp(t, w, "diary")
	maria.get(diary.asks("scope", "openid webid offline_access")).on("app/authorize").press("answer=allow")
	diary.exchange(maria.left)

	thief := newApp(t, w, "thief") // it has a code that it has not used yet
	lent := newBrowser(t, w)
	lent.get("app/sign-in").fill("name", "maria", "password", goodPassword).on("app/home")
	lent.get(thief.asks("scope", "openid webid offline_access")).on("app/authorize").press("answer=allow")
	left := lent.left
	lent.get("app/account/scripts").tick([]string{"/health/vitals/"}, "name", "a program").on("app/account/scripts")
	lent.get("app/account/issuers").fill("pod", "maria", "add", "https://thief.example/").on("app/account/issuers").says("https://thief.example/")

	again := newBrowser(t, w)
	again.get("app/recover").on("app/recover").fill("pod", "maria", "key", "AGE-SECRET-KEY-PQ-1NONSENSE").on("app/recover").says("do not match")
	again.fill("pod", "nobody", "key", key).on("app/recover").says("do not match").hides(key[30:60])
	again.fill("pod", " Maria", "key", key).on("app/recovered").says("Firefox, Linux").says("Programs of your own").says("https://thief.example/")
	if got := diary.reads("/maria/settings/"); got != http.StatusUnauthorized {
		t.Errorf("an app still has a token: %d", got)
	}
	if got := diary.refresh(); got != http.StatusBadRequest {
		t.Errorf("an app still refreshes: %d", got)
	}
	if got := thief.redeem(left); got != http.StatusBadRequest {
		t.Errorf("a code from before is good: %d", got)
	}
	maria.get("app/home").on("app/sign-in")
	again.press("remove=all").on("app/register/credential")
	acct, err := w.Accounts.ByPod("maria")
	if err != nil {
		t.Fatal(err)
	}
	if scripts, err := w.Provider.Scripts(acct.ID); err != nil || len(scripts) > 0 {
		t.Errorf("%d programs still act for her (%v)", len(scripts), err)
	}
	if issuers, err := w.Owner("maria").Issuers(t.Context()); err != nil || len(issuers) != 1 || issuers[0] != w.Provider.Issuer() {
		t.Errorf("%v may vouch for her (%v)", issuers, err)
	}
	w.Restart() // nothing was removed yet, and nothing of it opens the account
	lent.get("app/sign-in").fill("name", "maria", "password", goodPassword).on("app/sign-in").says("do not match")
	lent.get("app/home").on("app/sign-in")
	maria.get("app/sign-in")
	maria.show().on("app/sign-in").says("do not match")
	again.get("app/register/credential").on("app/register/credential").fill("password", otherPassword).on("app/home")

	maria.get("app/sign-in")
	maria.show().on("app/sign-in").says("was not accepted")
	maria.fill("name", "maria", "password", goodPassword).on("app/sign-in").says("do not match")
	maria.fill("name", "maria", "password", otherPassword).on("app/home")
}

// Recovery that keeps what opened the account keeps it.
func TestRecoveryKeeps(t *testing.T) {
	w := podtest.NewHouse(t, podtest.House{})
	maria := newHolder(t, w)
	maria.get("app/register").fill("name", "maria", "pod", "maria")
	key := maria.confirmKey()
	maria.make().on("app/home")
	again := newBrowser(t, w)
	again.get("app/recover").fill("pod", "maria", "key", key).on("app/recovered").press("remove=all") // she thinks better of it
	again.get("app/recover").fill("pod", "maria", "key", key).on("app/recovered")
	f := again.form("remove=all")
	again.send(f).on("app/register/credential").fill("password", otherPassword).on("app/home")
	maria.get("app/sign-in")
	maria.show().on("app/home")
}

// A new key is shown once, in the answer; the old one opens nothing more.
func TestNewRecoveryKey(t *testing.T) {
	w := podtest.NewHouse(t, podtest.House{})
	maria := newBrowser(t, w)
	old := maria.register("maria")
	maria.get("app/account/recovery-key").on("app/account/recovery-key")
	maria.send(maria.form("token")).on("app/account/recovery-key")
	shown := maria.form("key", "typed")
	key := shown.fields.Get("key")
	maria.get("app/account").says("recovery key")
	if body := maria.body; len(body) == 0 {
		t.Fatal()
	}
	maria.says("whether you kept it") // it was not confirmed
	shown.fields.Set("typed", "XXXX")
	maria.at.Path = "/app/account/recovery-key"
	maria.send(shown).says("not the last group").says(key[:20])
	f := maria.form("key", "typed")
	f.fields.Set("key", old)
	f.fields.Set("typed", old[len(old)-4:])
	maria.send(f).on("app/account/recovery-key").hides(old[40:70])

	lost := newBrowser(t, w)
	lost.get("app/recover").fill("pod", "maria", "key", old).on("app/recover").says("do not match")
	lost.fill("pod", "maria", "key", key).on("app/recovered")
}
