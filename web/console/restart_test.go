package console_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"skrin/internal/podtest"
	"skrin/pod"
	"skrin/web/console"
)

// The program may be started anew between any two pages of any way.
func TestRestartBetweenPages(t *testing.T) {
	w := podtest.NewHouse(t, podtest.House{})
	maria := newHolder(t, w)
	maria.restless = true
	diary := newApp(t, w, "diary")
	maria.get(diary.asks("scope", "openid webid offline_access")).on("app/sign-in")
	ticket := maria.at.Query().Get("request")
	maria.get("app/register?request="+ticket).on("app/register").fill("name", "maria", "pod", "maria")
	key := maria.confirmKey()
	maria.on("app/register/credential")
	maria.make().on("app/authorize").press("answer=allow")
	w.Restart()
	diary.exchange(maria.left)
	w.Restart()
	if diary.reads("/maria/settings/") != 200 || diary.refresh() != 200 {
		t.Error("the app has nothing any more")
	}
	maria.get("app/account/password").fill("password", goodPassword).on("app/account/password").fill("both", "1").on("app/account/password")
	maria.signOut()
	maria.get("app/sign-in").fill("name", "maria", "password", goodPassword)
	maria.show().on("app/home")
	maria.signOut()
	maria.get("app/sign-in")
	maria.show()
	maria.fill("pending", maria.form("pending", "password").fields.Get("pending"), "password", goodPassword).on("app/home")

	lost := newBrowser(t, w)
	lost.restless = true
	lost.get(diary.asks()).on("app/sign-in")
	lost.get("app/recover?request="+lost.at.Query().Get("request")).on("app/recover").fill("pod", "maria", "key", key).on("app/recovered")
	lost.press("remove=all").on("app/register/credential").fill("password", otherPassword)
	if diary.answer(lost.left).Get("code") == "" {
		t.Error("no way back to the app")
	}
	lost.get("app/account/recovery-key")
	lost.send(lost.form("token")).fill("typed", "XXXX").says("not the last group")
	lost.get("app/account/apps").send(lost.form("client", "webid")).on("app/account/apps")
	w.Restart()
	if got := diary.refresh(); got != 400 {
		t.Errorf("withdrawn before a restart: %d", got)
	}
	lost.signOut()
	lost.get("app/home").on("app/sign-in")
}

// A stop in the middle of making pod and account leaves nothing that is in the way,
// and nothing for good.
func TestStopsWhileRegistering(t *testing.T) {
	ctx := context.Background()
	for stop := range console.Stops {
		w := podtest.NewHouse(t, podtest.House{})
		check(t, w.Console.StopRegistering(ctx, "maria", stop))
		check(t, w.Console.StopRegistering(ctx, "olof", stop))
		w.Restart()
		newBrowser(t, w).register("maria")
		w.Advance(25 * time.Hour)
		check(t, w.Console.Tend(ctx))
		if _, err := w.Vault.Lookup("olof"); !errors.Is(err, pod.ErrNoPod) {
			t.Errorf("stop %d: the pod is still there: %v", stop, err)
		}
		if n, err := w.Console.Unfinished(); n != 0 || err != nil {
			t.Errorf("stop %d: %d unfinished, %v", stop, n, err)
		}
		if _, err := w.Vault.Lookup("maria"); err != nil {
			t.Errorf("stop %d: maria's pod is gone: %v", stop, err)
		}
	}
}

// What the host makes under a name that somebody began to register with is the host's.
func TestClearingTouchesNothingElse(t *testing.T) {
	ctx := context.Background()
	for stop := range console.Stops {
		w := podtest.NewHouse(t, podtest.House{})
		check(t, w.Console.StopRegistering(ctx, "maria", stop))
		if stop != console.StoppedAtRecord {
			check(t, w.Vault.Delete(ctx, "maria"))
		}
		w.Advance(6 * time.Minute)
		maria := w.Settle("maria")
		w.Advance(25 * time.Hour)
		check(t, w.Console.Tend(ctx))
		if _, err := w.Vault.Lookup("maria"); err != nil {
			t.Errorf("stop %d: the pod of the host is gone: %v", stop, err)
		}
		if _, err := w.Accounts.Account(maria.Account.ID); err != nil {
			t.Errorf("stop %d: the account of the host is gone: %v", stop, err)
		}
	}
	// nor a pod that the host made without an account
	for stop := range console.Stops {
		w := podtest.NewHouse(t, podtest.House{})
		check(t, w.Console.StopRegistering(ctx, "maria", stop))
		if stop != console.StoppedAtRecord {
			check(t, w.Vault.Delete(ctx, "maria"))
		}
		w.Advance(6 * time.Minute)
		w.Citizen("maria")
		w.Advance(25 * time.Hour)
		check(t, w.Console.Tend(ctx))
		if _, err := w.Vault.Lookup("maria"); err != nil {
			t.Errorf("stop %d: the pod of the host is gone: %v", stop, err)
		}
	}
	// a pod that was written to stays, whoever it is of
	w := podtest.NewHouse(t, podtest.House{})
	check(t, w.Console.StopRegistering(ctx, "maria", console.StoppedAtID))
	if _, err := w.Owner("maria").Put(ctx, pod.MustPath("/health/labs/x"), pod.Draft{MediaType: "text/plain", Body: strings.NewReader("x")}, pod.Precondition{}); err != nil {
		t.Fatal(err)
	}
	w.Advance(25 * time.Hour)
	check(t, w.Console.Tend(ctx))
	if _, err := w.Vault.Lookup("maria"); err != nil {
		t.Errorf("a pod with something in it is gone: %v", err)
	}
}
