package console_test

import (
	"strings"
	"testing"

	"skrin/internal/podtest"
	"skrin/pod"
)

// Wherever pods and pages stand, somebody new gets to a pod and an app.
func TestEveryHouse(t *testing.T) {
	for name, house := range map[string]podtest.House{
		"paths":                        {},
		"subdomains":                   {Layout: pod.Subdomains},
		"paths, pages elsewhere":       {Host: "login.localhost"},
		"subdomains, pages at a label": {Layout: pod.Subdomains, Host: "login.localhost"},
	} {
		t.Run(name, func(t *testing.T) {
			w := podtest.NewHouse(t, house)
			maria := newHolder(t, w)
			diary := newApp(t, w, "diary")
			maria.get("app/register").says("The address will be " + strings.Replace(w.URL("/maria/"), "maria", "…", 1))
			maria.settle("maria")
			maria.signOut()
			maria.get(diary.asks()).on("app/sign-in")
			maria.show().on("app/authorize").press("answer=allow")
			diary.exchange(maria.left)
			if got := diary.reads("/maria/settings/"); got != 200 {
				t.Errorf("the app reads: %d", got)
			}
			maria.get("app/home").on("app/home").says(w.URL("/maria/"))
		})
	}
}
