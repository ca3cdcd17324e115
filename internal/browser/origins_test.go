package browser

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"skrin/pod"
)

var layouts = []pod.Layout{pod.Paths, pod.Subdomains}

// The first wall: whatever somebody stores in a pod, nothing of it runs, however
// a browser comes to it, and in both layouts.
func TestNothingOutOfAPodRuns(t *testing.T) {
	t.Parallel()
	for _, layout := range layouts {
		t.Run(layout.String(), func(t *testing.T) {
			ctx := chromium(t)
			s := newStage(t, layout)
			s.settleIn(ctx)
			for _, p := range pages(strings.NewReplacer()) {
				address := s.at("/mallory/pub/" + p.name)
				visit(t, ctx, address)
				s.quiet(ctx, p.name+", visited")
				visit(t, ctx, s.console()+"/app/open?url="+url.QueryEscape(address))
				await(t, address+" is opened", func() bool { return s.visits(address) >= 2 })
				s.quiet(ctx, p.name+", opened by the console")
				visit(t, ctx, s.embedding(s.console(), p.name))
				s.quiet(ctx, p.name+", let in by the console")
			}
			s.unharmed(ctx)
		})
	}
}

// Without either wall the attack succeeds: it is a good one.
func TestWithoutWalls(t *testing.T) {
	t.Parallel()
	ctx := chromium(t)
	s := newStage(t, pod.Paths)
	s.settleIn(ctx)
	s.bare.Store(true)
	found := s.attacked(ctx, "page.html")
	for _, what := range []string{"cookie", "storage", "opener", "console by fetch", "console by frame", "console by window", "worker", "shared worker"} {
		if found[what] == "" {
			t.Errorf("the attack did not get through by %q: %v", what, found)
		}
	}
	for _, what := range []string{"cookie", "storage", "opener", "console by fetch", "console by frame", "console by window"} {
		if !strings.Contains(found[what], "SECRET") {
			t.Errorf("by %q the attack found %q", what, found[what])
		}
	}
	for _, p := range pages(strings.NewReplacer()) {
		if p.runs {
			visit(t, ctx, s.at("/mallory/pub/"+p.name))
			await(t, p.name+" runs", func() bool { return s.heard(p.name, "ran") })
		}
	}
	visit(t, ctx, s.embedding(s.console(), "page.html"))
	await(t, "the worker runs", func() bool { return s.heard("worker.js", "ran") })
}

// The second wall, alone: scripts run, and reach neither the console nor another
// pod. They can plant cookies, which is why the first wall stands here too.
func TestSubdomainsAlone(t *testing.T) {
	t.Parallel()
	ctx := chromium(t)
	s := newStage(t, pod.Subdomains)
	s.settleIn(ctx)
	s.bare.Store(true)
	for _, p := range pages(strings.NewReplacer()) {
		if !p.runs || p.name == "refresh.html" || p.name == "form.html" {
			continue
		}
		found := s.attacked(ctx, p.name)
		if want := s.origin("mallory"); found["ran"] != want {
			t.Errorf("%s ran in the origin %q, want %q", p.name, found["ran"], want)
		}
		for what, value := range found {
			if strings.Contains(value, "SECRET") {
				t.Errorf("%s: a script in one pod got %q by %s", p.name, value, what)
			}
		}
		if p.name == "page.html" && found["planted cookie"] == "" {
			t.Error("a script planted no cookie for the hosts beside it; if none can any more, THREATS.md says too much")
		}
		if scope := found["worker"]; scope != "" && !strings.HasPrefix(scope, s.origin("mallory")+"/") {
			t.Errorf("%s: a worker for %s", p.name, scope)
		}
	}
}

// settleIn makes the console and maria have something to lose.
func (s *stage) settleIn(ctx context.Context) {
	s.t.Helper()
	for _, address := range []string{s.console() + "/app/", s.origin("maria") + "/stand-in"} {
		if s.origin("maria") == s.console() && strings.HasSuffix(address, "/stand-in") {
			continue // one origin, and what it has to lose is the console's
		}
		visit(s.t, ctx, address)
		if got := ask(s.t, ctx, "localStorage.getItem('secret')"); !strings.Contains(got, "SECRET") {
			s.t.Fatalf("%s has nothing to lose: %q", address, got)
		}
	}
}

// attacked opens a page from the console, and gives what its script found.
func (s *stage) attacked(ctx context.Context, name string) map[string]string {
	s.t.Helper()
	s.findings()
	visit(s.t, ctx, s.console()+"/app/open?url="+url.QueryEscape(s.at("/mallory/pub/"+name)))
	await(s.t, name+" is done", func() bool { return s.heard(name, "done") })
	found := map[string]string{}
	for _, f := range s.findings() {
		if f.page == name {
			found[f.what] = f.value
		}
	}
	return found
}

// embedding is a page of an origin's own that lets a page of mallory's in by every door.
func (s *stage) embedding(origin, name string) string {
	return origin + "/app/embed?url=" + url.QueryEscape(s.at("/mallory/pub/"+name)) + "&script=" + url.QueryEscape(s.at("/mallory/pub/worker.js"))
}

// quiet fails when anything was told, or any page says that a script ran in it.
func (s *stage) quiet(ctx context.Context, when string) {
	s.t.Helper()
	time.Sleep(grace)
	for _, f := range s.findings() {
		s.t.Errorf("%s: a script ran: %+v", when, f)
	}
	if all := titles(s.t, ctx); slices.Contains(all, "ran") {
		s.t.Errorf("%s: a script ran: the pages are called %q", when, all)
	}
}

// unharmed fails when the console or maria lost anything, or got something that
// they did not have.
func (s *stage) unharmed(ctx context.Context) {
	s.t.Helper()
	visit(s.t, ctx, s.console()+"/app/open?url=about:blank")
	if got := ask(s.t, ctx, "document.cookie"); got != "session="+consoleSecret {
		s.t.Errorf("the console's cookies are %q", got)
	}
	for _, address := range []string{s.console() + "/app/open?url=about:blank", s.origin("mallory") + "/stand-in"} {
		visit(s.t, ctx, address)
		if got := ask(s.t, ctx, "navigator.serviceWorker.getRegistrations().then(all => all.map(r => r.scope).join())"); got != "" {
			s.t.Errorf("service workers at %s: %s", address, got)
		}
	}
}
