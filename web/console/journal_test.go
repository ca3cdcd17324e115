package console_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"skrin/internal/podtest"
)

// acts are the journal's words for what was done in a pod, with those who did it.
func acts(t testing.TB, w *podtest.World, name string) string {
	t.Helper()
	var all []string
	page, err := w.Owner(name).Journal(context.Background(), 0, 1000)
	check(t, err)
	for _, e := range page.Entries {
		word := e.Did
		if e.Client != "" && strings.Contains(e.Client, "/apps/") {
			word += " " + e.Client[strings.LastIndex(e.Client, "/")+1:]
		}
		if !e.Allowed {
			word = "failed " + word
		}
		all = append(all, word)
	}
	return strings.Join(all, "\n")
}

// What somebody does with their account, and others try, stands in the journal of
// their pod. None of it keeps anybody waiting.
func TestJournal(t *testing.T) {
	w := podtest.NewHouse(t, podtest.House{})
	maria := newBrowser(t, w)
	maria.register("maria")
	diary := newApp(t, w, "diary")
	maria.allow(diary)
	maria.get("app/account/apps").send(maria.form("client", "webid"))
	maria.get("app/account/scripts").fill("name", "backup", "extent", "all").fill("end", maria.form("end").fields.Get("end"))
	newBrowser(t, w).get("app/sign-in").fill("name", "maria", "password", "something else entirely")
	maria.get("app/account/name").fill("name", "maria-maria")
	maria.signOut()
	var got string
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if got = acts(t, w, "maria"); strings.Contains(got, "end-session") {
			break
		}
	}
	for _, want := range []string{"register", "new-recovery-key", "sign-in", "add-credential", "allow-app diary", "withdraw-app diary", "make-script",
		"withdraw-script", "failed sign-in", "change-name", "end-session"} {
		if !strings.Contains("\n"+got+"\n", "\n"+want+"\n") {
			t.Errorf("no %q in the journal:\n%s", want, got)
		}
	}
	for _, secret := range []string{"maria-maria", goodPassword, maria.cookie("device")} {
		if secret != "" && strings.Contains(w.Log.String(), secret) {
			t.Errorf("%q stands in the log", secret)
		}
	}
}
