package podtest_test

import (
	"strings"
	"testing"

	"skrin/internal/podtest"
)

// What somebody has survives a restart of the house: the pod, and being signed in.
func TestRestart(t *testing.T) {
	w := podtest.NewHouse(t, podtest.House{})
	maria := w.Settle("maria")
	for range 2 {
		w.Restart()
		if _, err := w.Accounts.Resume(maria.Token); err != nil {
			t.Fatal(err)
		}
		w.Public().Get("/maria/profile/card").Want(200).Says(w.Provider.Issuer().String())
		w.Public().Get("/.well-known/openid-configuration").Want(200).Says(`"issuer":"` + w.Base + `"`)
	}
	if !strings.HasPrefix(w.Base, "http://localhost:") {
		t.Error(w.Base)
	}
}
