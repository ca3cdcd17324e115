package pod

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"skrin/acl"
	"skrin/linkeddata"
)

func site(t *testing.T, base string, layout Layout) Site {
	t.Helper()
	s, err := NewSite(linkeddata.MustIRI(base), layout)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSites(t *testing.T) {
	for _, c := range []struct {
		base   string
		layout Layout
		root   string // of maria; "": refused
	}{
		{"https://pods.example/", Paths, "https://pods.example/maria/"},
		{"https://pods.example:8443/skrin/", Paths, "https://pods.example:8443/skrin/maria/"},
		{"http://127.0.0.1:8080/", Paths, "http://127.0.0.1:8080/maria/"},
		{"https://pods.example/", Subdomains, "https://maria.pods.example/"},
		{"http://localhost:8080/", Subdomains, "http://maria.localhost:8080/"},
		{"https://pods.example:8443/", Subdomains, "https://maria.pods.example:8443/"},
		{"https://pods.example", Paths, ""},
		{"https://pods.example/skrin/", Subdomains, ""},
		{"https://pods.example/?", Subdomains, ""},
		{"https://Pods.example/", Subdomains, ""},
		{"https://pods.example:443/", Subdomains, ""},
		{"https://me@pods.example/", Subdomains, ""},
		{"http://127.0.0.1:8080/", Subdomains, ""},
		{"http://[::1]:8080/", Subdomains, ""},
		{"https://pods.example./", Subdomains, ""},
		{"https://" + strings.Repeat("long.", 50) + "example/", Subdomains, ""},
	} {
		s, err := NewSite(linkeddata.MustIRI(c.base), c.layout)
		if (err != nil) != (c.root == "") {
			t.Errorf("%s, %v: %v", c.base, c.layout, err)
		}
		if err != nil {
			continue
		}
		if root, err := s.Root("maria"); err != nil || root.String() != c.root {
			t.Errorf("%s, %v: root %v, %v", c.base, c.layout, root, err)
		}
		if before, after := s.Around(); before+"maria"+after != c.root {
			t.Errorf("%s, %v: around a name stand %q and %q", c.base, c.layout, before, after)
		}
	}
}

func TestPodsOfAddresses(t *testing.T) {
	paths, subs := site(t, "https://pods.example/", Paths), site(t, "https://pods.example/", Subdomains)
	for _, c := range []struct {
		site Site
		iri  string
		want string // name and path, "" when it lies in no pod
	}{
		{paths, "https://pods.example/maria/", "maria /"},
		{paths, "https://pods.example/maria/a/b?q", "maria /a/b?q"},
		{paths, "https://pods.example/maria", ""},
		{paths, "https://maria.pods.example/", ""},
		{paths, "https://pods.example.evil.example/maria/", ""},
		{paths, "http://pods.example/maria/", ""},
		{subs, "https://maria.pods.example/", "maria /"},
		{subs, "https://maria.pods.example/a/b?q", "maria /a/b?q"},
		{subs, "https://maria.pods.example", ""},
		{subs, "https://pods.example/maria/", ""},
		{subs, "https://pods.example/", ""},
		{subs, "https://a.maria.pods.example/", ""},
		{subs, "https://Maria.pods.example/", ""},
		{subs, "https://maria.pods.example:8443/", ""},
		{subs, "https://maria.pods.example./", ""},
		{subs, "https://evil.example/maria.pods.example/", ""},
		{subs, "https://evil.example/x.pods.example/", ""},
		{subs, "https://maria@x.pods.example/", ""},
		{subs, "http://maria.pods.example/", ""},
		{Site{}, "https://pods.example/maria/", ""},
	} {
		name, path, ok := c.site.Pod(linkeddata.MustIRI(c.iri))
		if got := strings.TrimSpace(name + " " + path); ok != (c.want != "") || got != c.want {
			t.Errorf("%v: %s: %q, %v; want %q", c.site.Layout(), c.iri, got, ok, c.want)
		}
	}
}

func TestHosts(t *testing.T) {
	subs, port := site(t, "https://pods.example/", Subdomains), site(t, "http://localhost:8080/", Subdomains)
	for _, c := range []struct {
		site  Site
		field string
		want  string // the name, "-" for the base, "" when it is refused
	}{
		{subs, "pods.example", "-"},
		{subs, "PODS.Example:443", "-"},
		{subs, "maria.pods.example", "maria"},
		{subs, "Maria.Pods.EXAMPLE:443", "maria"},
		{subs, "maria.pods.example:80", ""},
		{subs, "maria.pods.example:8443", ""},
		{subs, "maria.pods.example.", ""},
		{subs, "maria.pods.example:", ""},
		{subs, "a.maria.pods.example", ""},
		{subs, ".pods.example", ""},
		{subs, "ab.pods.example", ""},
		{subs, "xn--mari-0qa.pods.example", ""},
		{subs, "mariapods.example", ""},
		{subs, "maria.pods.example.evil.example", ""},
		{subs, "evil.example", ""},
		{subs, "maria@pods.example", ""},
		{subs, "", ""},
		{port, "localhost:8080", "-"},
		{port, "maria.localhost:8080", "maria"},
		{port, "maria.localhost", ""},
		{port, "maria.localhost:80", ""},
		{site(t, "https://pods.example/", Paths), "evil.example", "-"},
	} {
		name, ok := c.site.Host(c.field)
		if ok && name == "" {
			name = "-"
		}
		if name != c.want || ok != (c.want != "") {
			t.Errorf("%s: Host: %s is %q, want %q", c.site.Base(), c.field, name, c.want)
		}
	}
}

// Addresses do not change by the way, and what an older version wrote is paths.
func TestLayoutIsKept(t *testing.T) {
	w := newWorld(t)
	w.maria()
	reopen := func(change func(*Options)) error {
		w.Helper()
		if err := w.vault.Close(); err != nil {
			t.Fatal(err)
		}
		opt := Options{Now: w.clock.now}
		change(&opt)
		v, err := Open(w.dir, w.key, opt)
		if err == nil {
			w.vault = v
		}
		return err
	}
	if err := reopen(func(o *Options) { o.Layout = Subdomains }); !errors.Is(err, ErrLayout) {
		t.Fatalf("another layout: %v", err)
	}
	if err := reopen(func(o *Options) { o.Layout, o.Base = Subdomains, linkeddata.MustIRI("https://other.example/") }); !errors.Is(err, ErrLayout) {
		t.Fatalf("another layout and base: %v", err)
	}
	if err := reopen(func(o *Options) { o.Base = linkeddata.MustIRI("https://other.example/") }); !errors.Is(err, ErrLayout) {
		t.Fatalf("another base: %v", err)
	}
	for _, step := range []struct {
		name   string
		change func(*Options)
		root   string
	}{
		{"as it was", func(*Options) {}, "https://pods.example/maria/"},
		{"moved", func(o *Options) { o.Layout, o.Move = Subdomains, true }, "https://maria.pods.example/"},
		{"as it was moved", func(*Options) {}, "https://maria.pods.example/"},
		{"moved to another base", func(o *Options) { o.Base, o.Move = linkeddata.MustIRI("https://other.example/"), true }, "https://maria.other.example/"},
		{"moved back", func(o *Options) { o.Layout, o.Move = Paths, true }, "https://other.example/maria/"},
	} {
		if err := reopen(step.change); err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		p, err := w.vault.Lookup("maria")
		if err != nil || p.Root.String() != step.root || p.Owner.String() != step.root+"profile/card#me" {
			t.Errorf("%s: root %v, owner %v, %v", step.name, p.Root, p.Owner, err)
		}
	}
	if err := w.vault.Delete(ctx, "maria"); err != nil {
		t.Fatal(err)
	}
	if err := reopen(func(o *Options) { o.Layout, o.Base = Subdomains, linkeddata.MustIRI("https://third.example/") }); err != nil {
		t.Errorf("other addresses without pods: %v", err)
	}
}

// A pod that has a name from before it was reserved is still found.
func TestReservedNamesAreKept(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	if err := w.vault.host.addPod(podRecord{ID: p.ID.String(), Name: "console", Owner: "/profile/card#me"}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.vault.Lookup("console"); err != nil {
		t.Error(err)
	}
	if err := w.vault.host.dropPod(podRecord{Name: "console"}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.vault.Create(ctx, NewPod{Name: "console"}); !errors.Is(err, ErrPodName) {
		t.Error(err)
	}
}

// What the server keeps moves with the pods: grants, groups, owner's rights. What
// people wrote as absolute links is listed.
func TestMoveToSubdomains(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria := w.vault.As(p.ID, owner(p))
	w.furnishMove(p, maria)
	if err := w.vault.Moved(ctx, func(m Moved) error { t.Errorf("moved: %v", m); return nil }); err != nil {
		t.Fatal(err)
	}
	w.opt.Layout, w.opt.Move = Subdomains, true
	w.restart()
	info, err := w.vault.Lookup("maria")
	if err != nil {
		t.Fatal(err)
	}
	w.checkMoved(info, info.Root)
	var all []Moved
	if err := w.vault.Moved(ctx, func(m Moved) error { all = append(all, m); return nil }); err != nil {
		t.Fatal(err)
	}
	if len(all) != 1 || all[0].OldRoot != p.Root || all[0].Name != "maria" {
		t.Fatal(all)
	}
	var grants int
	for _, link := range all[0].Links {
		if strings.HasPrefix(link, "/.access/grants/") {
			grants++
		}
	}
	page, err := w.vault.As(info.ID, acl.Agent{WebID: info.Owner, Client: CLI}).Journal(ctx, 0, 1000)
	if err != nil || !slices.ContainsFunc(page.Entries, func(e Entry) bool { return e.Did == "move" && strings.Contains(e.Because, p.Root.String()) }) {
		t.Errorf("the journal does not tell of the move: %v, %v", page, err)
	}
	if grants != 1 || !slices.Contains(all[0].Links, "/notes/absolute") || slices.Contains(all[0].Links, "/notes/relative") || len(all[0].Links) != 2 {
		t.Error(all[0].Links)
	}
}

func TestRestoreAcrossLayouts(t *testing.T) {
	for _, c := range []struct {
		name     string
		from, to Layout
		root     string
	}{
		{"paths to subdomains", Paths, Subdomains, "https://maria.elsewhere.example/"},
		{"subdomains to paths", Subdomains, Paths, "https://elsewhere.example/maria/"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			w.opt.Layout = c.from
			w.restart()
			p := w.maria()
			maria := w.vault.As(p.ID, owner(p))
			w.furnishMove(p, maria)
			data := w.backup(p, BackupOptions{})
			there := newWorld(t)
			there.opt.Base, there.opt.Layout = linkeddata.MustIRI("https://elsewhere.example/"), c.to
			there.restart()
			r, err := there.vault.Restore(ctx, bytes.NewReader(data), RestoreOptions{Recovery: p.Recovery})
			if err != nil {
				t.Fatal(err)
			}
			if r.Root.String() != c.root || r.OldRoot != p.Root || !slices.Equal(r.Links, []string{"/notes/absolute"}) {
				t.Error(r.Root, r.OldRoot, r.Links)
			}
			if err := there.vault.As(r.ID, acl.Agent{WebID: r.Owner, Client: CLI}).ConfirmGrants(ctx); err != nil {
				t.Fatal(err)
			}
			there.checkMoved(r.Info, r.Root)
		})
	}
}

// furnishMove puts everything into a pod whose meaning depends on where it stands.
func (w *world) furnishMove(p Created, maria *Session) {
	w.Helper()
	w.put(maria, "/notes/relative", turtle(`<#a> <#b> <../health/>.`))
	w.put(maria, "/notes/absolute", turtle(`<#a> <#b> <`+p.Root.String()+`health/>.`))
	w.put(maria, "/notes/group", turtle(`<#g> <http://www.w3.org/2006/vcard/ns#hasMember> <`+silvia.WebID.String()+`>.`))
	w.put(maria, "/notes/.acl", turtle(`@prefix acl: <http://www.w3.org/ns/auth/acl#>.
<#r> a acl:Authorization; acl:agentGroup <group#g>; acl:accessTo <./>; acl:default <./>; acl:mode acl:Read.`))
	w.grant(p, ana, "/health/labs/", acl.Read, time.Hour)
	w.put(maria, "/health/labs/x", turtle(`<#a> <#b> 1.`))
	neighbour := acl.Agent{WebID: w.neighbour(), Client: ana.Client, Issuer: ana.Issuer}
	w.grant(p, neighbour, "/health/vitals/", acl.Read, time.Hour)
}

// neighbour is somebody whose WebID is in another pod of this vault.
func (w *world) neighbour() linkeddata.IRI {
	root, err := w.vault.Site().Root("eve")
	if err != nil {
		w.Fatal(err)
	}
	return webID(root)
}

func (w *world) checkMoved(p Info, root linkeddata.IRI) {
	w.Helper()
	w.get(w.vault.As(p.ID, ana), "/health/labs/x") // by a grant
	w.get(w.vault.As(p.ID, silvia), "/notes/relative")
	w.refused(w.vault.As(p.ID, silvia), "/health/labs/x", ErrDenied)
	owner := acl.Agent{WebID: p.Owner, Client: ana.Client, Issuer: ana.Issuer}
	w.get(w.vault.As(p.ID, owner), "/health/labs/x")
	all, err := w.vault.As(p.ID, acl.Agent{WebID: p.Owner, Client: CLI}).Grants(ctx)
	if err != nil {
		w.Fatal(err)
	}
	for _, g := range all {
		for _, target := range g.Targets {
			if !target.HasPrefix(root) {
				w.Errorf("a grant's target stayed behind: %s", target)
			}
		}
	}
}
