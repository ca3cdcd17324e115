package browser

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"skrin/pod"
)

// Somebody stores pages in a pod, and the owner of another, who is signed in at
// the real console, comes upon them: nothing of them runs, in either layout.
func TestNothingOutOfAPodReachesTheConsole(t *testing.T) {
	t.Parallel()
	for _, layout := range layouts {
		t.Run(layout.String(), func(t *testing.T) {
			s := newHouse(t, layout)
			v := s.resident()
			before := v.cookies(s.console())
			for _, p := range pages(strings.NewReplacer()) {
				if !p.runs {
					continue
				}
				address := s.at("/mallory/pub/" + p.name)
				v.open(address)
				v.open(s.console() + "/app/home")
				v.follows(address)
				await(t, address+" is opened", func() bool { return s.visits(address) >= 2 })
				s.quiet(v.ctx, p.name)
			}
			if after := v.cookies(s.console()); after != before {
				t.Errorf("the cookies were %s and are %s", before, after)
			}
			v.open(s.console() + "/app/home")
			v.reads("maria")
			if got := ask(t, v.ctx, "navigator.serviceWorker.getRegistrations().then(all => all.map(r => r.scope).join())"); got != "" {
				t.Errorf("service workers: %s", got)
			}
		})
	}
}

// The attack is a good one against the real console too, where nothing stands
// between; and pods that have hosts of their own do not need what stands there.
func TestConsoleWithoutWalls(t *testing.T) {
	t.Parallel()
	for _, layout := range layouts {
		t.Run(layout.String(), func(t *testing.T) {
			s := newHouse(t, layout)
			v := s.resident()
			s.bare.Store(true)
			s.findings()
			v.open(s.at("/mallory/pub/page.html"))
			await(t, "the attack is done", func() bool { return s.heard("page.html", "done") })
			found := map[string]string{}
			for _, f := range s.findings() {
				found[f.what] = f.value
			}
			if found["ran"] == "" {
				t.Fatal("the attack did not run")
			}
			if found["cookie"] != "" {
				t.Errorf("a script sees the console's cookies: %q", found["cookie"])
			}
			for _, what := range []string{"console by fetch", "form token"} {
				if reached := found[what] != ""; reached != (layout == pod.Paths) {
					t.Errorf("by %q a script got %q", what, found[what])
				}
			}
			for _, what := range []string{"console by frame", "console by window"} { // the console does not stand for it, whoever asks
				if found[what] != "" {
					t.Errorf("by %q a script got %q", what, found[what])
				}
			}
		})
	}
}

// resident is maria, who makes her pod at the console and stays signed in.
func (s *stage) resident() *visitor {
	s.t.Helper()
	v := newVisitor(s.t, s.behind())
	v.registers(s.console()+"/", "secret-of-maria", "maria", v.withPassword)
	return v
}

// follows opens an address as a link in the page that is open would.
func (v *visitor) follows(address string) {
	v.t.Helper()
	v.look(fmt.Sprintf("(() => { const a = document.createElement('a'); a.href = %q; a.target = '_blank'; a.rel = 'opener'; a.className = 'test'; a.textContent = 'x'; document.querySelector('main').prepend(a) })()", address))
	v.goes("a.test")
	v.press(kb.Enter)
}

// cookies are those that an address is sent, in one line.
func (v *visitor) cookies(address string) string {
	v.t.Helper()
	var all []string
	for _, c := range v.jar(address) {
		all = append(all, c.Name+"="+c.Value)
	}
	slices.Sort(all)
	return strings.Join(all, "; ")
}

func (v *visitor) jar(address string) (all []*network.Cookie) {
	v.t.Helper()
	v.do(chromedp.ActionFunc(func(ctx context.Context) (err error) {
		all, err = network.GetCookies().WithURLs([]string{address}).Do(ctx)
		return err
	}))
	return all
}
