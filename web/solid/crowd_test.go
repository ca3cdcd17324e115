package solid_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"skrin/internal/podtest"
)

// Eight apps patch one document at the same time, a small one and one of 1 MB:
// each succeeds every time, and all that they said is there. So it is with
// patches that look at what is there.
func TestCrowdsPatchOneDocument(t *testing.T) {
	const apps = 8
	w := podtest.New(t)
	maria := w.Citizen("maria")
	for _, c := range []struct {
		name          string
		size, patches int
		patch         string // of an app's nth change
	}{
		{"small, adding", 0, 12, `INSERT DATA { <#app%[1]d> <#n> %[2]d }`},
		{"small, changing", 0, 12, `DELETE DATA { <#app%[1]d> <#last> %[3]d }; INSERT DATA { <#app%[1]d> <#n> %[2]d; <#last> %[2]d };`},
		{"small, looking", 0, 12, `DELETE { <#app%[1]d> <#last> ?n } INSERT { <#app%[1]d> <#n> %[2]d; <#last> %[2]d } WHERE { <#app%[1]d> <#last> ?n }`},
		{"1 MB, changing", 1 << 20, 2, `DELETE DATA { <#app%[1]d> <#last> %[3]d }; INSERT DATA { <#app%[1]d> <#n> %[2]d; <#last> %[2]d };`},
	} {
		var body strings.Builder
		for i := range apps {
			fmt.Fprintf(&body, "<#app%d> <#last> 0 .\n", i)
		}
		for i := 0; body.Len() < c.size; i++ {
			fmt.Fprintf(&body, "<#s%d> <https://ex.example/says> \"something of some length, number %d\" .\n", i, i)
		}
		maria.Put("/maria/doc", "text/turtle", body.String())
		var all sync.WaitGroup
		for app := range apps {
			all.Go(func() {
				for n := 1; n <= c.patches; n++ {
					a := maria.Do("PATCH", "/maria/doc", fmt.Sprintf(c.patch, app, n, n-1), "Content-Type", sparql)
					if a.Status != 204 {
						t.Errorf("%s: %d %s", c.name, a.Status, a.Body)
						return
					}
				}
			})
		}
		all.Wait()
		got := maria.Get("/maria/doc", "Accept", nt).Want(200).Body
		for app := range apps {
			for n := 1; n <= c.patches; n++ {
				if !strings.Contains(got, fmt.Sprintf(`#app%d> <%smaria/doc#n> "%d"`, app, w.Base, n)) {
					t.Errorf("%s: what app %d said the %d. time is lost", c.name, app, n)
				}
			}
		}
	}
}

// A container made at the same time by many, through what they put below it, is
// one container with all of it.
func TestCrowdsMakeOneContainer(t *testing.T) {
	w := podtest.New(t)
	maria := w.Citizen("maria")
	var all sync.WaitGroup
	for app := range 8 {
		all.Go(func() {
			maria.Do("PATCH", fmt.Sprintf("/maria/a/b/c/%d", app), `INSERT DATA { <#a> <#b> 1 }`, "Content-Type", sparql).Want(201)
			maria.Put(fmt.Sprintf("/maria/a/b/d/%d", app), "text/plain", "x").Want(201)
		})
	}
	all.Wait()
	for _, c := range []string{"/maria/a/b/c/", "/maria/a/b/d/"} {
		if n := strings.Count(maria.Get(c, "Accept", nt).Want(200).Body, "ldp#contains"); n != 8 {
			t.Errorf("%s has %d members", c, n)
		}
	}
}
