package main

import (
	"net/http"
	"strings"
	"testing"
)

// Pods do not change their addresses by the way; when they are moved, what stays behind is named.
func TestMoveToSubdomains(t *testing.T) {
	p := newPlace(t)
	out, _ := p.skrin(exitDone, "", "pod", "create", "maria", "--no-confirm", "--base-url", "http://localhost:8080/")
	if !strings.Contains(out, "http://localhost:8080/maria/profile/card#me") {
		t.Fatal(out)
	}
	p.skrin(exitDone, "", "pod", "create", "eve", "--no-confirm")
	p.skrin(exitDone, "", "grant", "maria", "--to", "http://localhost:8080/eve/profile/card#me", "--container", "health/labs/", "--until", "14d")
	for _, flags := range []string{"--subdomains", "--base-url https://pods.example/", "--base-url https://pods.example/ --subdomains"} {
		for _, command := range []string{"pod list", "serve --listen 127.0.0.1:0"} {
			_, said := p.skrin(exitFailed, "", strings.Fields(command+" "+flags)...)
			if !strings.Contains(said, "http://localhost:8080/{pod}/") || !strings.Contains(said, "skrin move "+flags+" --data") {
				t.Errorf("%s %s says %q", command, flags, said)
			}
		}
	}
	if out, _ := p.skrin(exitDone, "", "pod", "list"); !strings.Contains(out, "http://localhost:8080/maria/") {
		t.Errorf("what was refused moved something: %s", out)
	}
	p.skrin(exitUsage, "", "move")
	p.skrin(exitUsage, "", "move", "--subdomains", "--base-url", "http://127.0.0.1:8080/")
	out, _ = p.skrin(exitDone, "", "move", "--subdomains")
	for _, want := range []string{"http://maria.localhost:8080/", "http://maria.localhost:8080/profile/card#me", "http://localhost:8080/maria/", "http://eve.localhost:8080/", "  /.access/grants/"} {
		if !strings.Contains(out, want) {
			t.Errorf("the move does not tell %q: %s", want, out)
		}
	}
	if _, said := p.skrin(exitDone, "", "move", "--subdomains"); !strings.Contains(said, "no pod") {
		t.Errorf("moved again: %q", said)
	}
	if out, _ = p.skrin(exitDone, "", "pod", "list"); !strings.Contains(out, "http://maria.localhost:8080/") {
		t.Error(out)
	}
	if _, said := p.skrin(exitFailed, "", "pod", "list", "--no-subdomains"); !strings.Contains(said, "skrin move --no-subdomains") {
		t.Error(said)
	}
}

// A move after which people could sign in nowhere moves nothing.
func TestMoveToWhereNobodySignsIn(t *testing.T) {
	p := newPlace(t)
	p.skrin(exitDone, "", "pod", "create", "maria", "--no-confirm", "--base-url", "https://pods.example/", "--app-url", "https://maria.pods.example/")
	for _, flags := range []string{"--subdomains", "--base-url https://maria.pods.example/pods/", "--base-url https://new.example/ --app-url https://new.example/app/"} {
		if _, said := p.skrin(exitUsage, "", strings.Fields("move "+flags)...); !strings.Contains(said, "--app-url") {
			t.Errorf("%s: %q", flags, said)
		}
		if out, _ := p.skrin(exitDone, "", "pod", "list"); !strings.Contains(out, "https://pods.example/maria/") {
			t.Errorf("%s moved something: %s", flags, out)
		}
	}
	p.skrin(exitDone, "", "move", "--subdomains", "--app-url", "none")
}

func TestServeSubdomains(t *testing.T) {
	p := newPlace(t)
	p.env["SKRIN_SUBDOMAINS"] = "true"
	base, log, _ := p.serve()
	if log.value("serving", "pods") != "subdomains" {
		t.Fatal(log)
	}
	p.skrin(exitDone, "", "pod", "create", "maria", "--no-confirm")
	if _, said := p.skrin(exitFailed, "", "move", "--no-subdomains"); !strings.Contains(said, "a server holds") {
		t.Error(said)
	}
	host := "localhost:" + base[strings.LastIndexByte(base, ':')+1:len(base)-1]
	for _, c := range []struct {
		host, path string
		want       int
	}{{"maria." + host, "/profile/card", 200}, {host, "/maria/profile/card", 404}, {"eve." + host, "/", 404}, {"evil.example", "/", 421}} {
		req, err := http.NewRequest("GET", base[:len(base)-1]+c.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Host = c.host
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != c.want {
			t.Errorf("%s%s: %d, want %d", c.host, c.path, res.StatusCode, c.want)
		}
	}
}

// Who signs in here goes along: as the WebID that their pod has now, at an issuer that its WebID names. What apps and scripts
// had for the old one ends.
func TestMoveTakesPeopleAlong(t *testing.T) {
	p := newPlace(t)
	base, _, stop := p.serve("--base-url", "https://old.example/")
	out, _ := p.skrin(exitDone, "", "invite")
	address, _, _ := strings.Cut(out, "\n")
	maria := newVisitor(t, base)
	key := maria.register(address, "maria", password, func() {})
	maria.get("https://old.example/app/account/scripts").fill(map[string]string{"name": "my script"})
	p.skrin(exitDone, "", "pod", "create", "nora", "--no-confirm", "--issuer", "https://login.example/")
	stop()
	out, _ = p.skrin(exitDone, "", "move", "--base-url", "https://new.example/", "--subdomains", "--app-url", "https://app.new.example/")
	for _, want := range []string{"https://app.new.example/app/", "https://old.example/app/", "Passkeys were made for old.example", "name the new issuer:\n  maria\n", "had for the old one has ended:\n  maria\n"} {
		if !strings.Contains(out, want) {
			t.Errorf("the move does not tell %q: %s", want, out)
		}
	}
	base, _, _ = p.serve()
	if out, _ := p.skrin(exitDone, "", "account", "show", "maria"); !strings.Contains(out, "https://maria.new.example/profile/card#me") || !strings.Contains(out, "0 scripts") {
		t.Errorf("the account: %q", out)
	}
	for name, want := range map[string]string{"maria": "https://app.new.example/ (this host)", "nora": "https://login.example/"} {
		if out, _ := p.skrin(exitDone, "", "pod", "issuers", name); strings.TrimSpace(out) != want {
			t.Errorf("who signs %s in: %q", name, out)
		}
	}
	maria = newVisitor(t, base)
	maria.get("https://app.new.example/app/home").on("app/sign-in").fill(map[string]string{"name": "maria", "password": password}).on("app/home")
	newVisitor(t, base).get("https://app.new.example/app/recover").fill(map[string]string{"pod": "maria", "key": key}).on("app/recovered")
}

// Where people sign in does not change by the way, and can be put back.
func TestAppURL(t *testing.T) {
	p := newPlace(t)
	p.env["SKRIN_BASE_URL"] = "https://pods.example/"
	p.skrin(exitUsage, "", "pod", "create", "maria", "--no-confirm", "--app-url", "login.example")
	p.skrin(exitUsage, "", "pod", "create", "maria", "--no-confirm", "--app-url", "https://pods.example/login/")
	out, _ := p.skrin(exitDone, "", "pod", "create", "maria", "--no-confirm", "--app-url", "https://login.example")
	if !strings.Contains(out, "https://login.example/app/recover") {
		t.Errorf("a pod: %q", out)
	}
	for _, c := range []struct{ url, before, now string }{{"none", "login", "pods"}, {"https://app.example/", "pods", "app"}} {
		for _, command := range []string{"pod issuers maria", "serve --listen 127.0.0.1:0"} {
			_, said := p.skrin(exitFailed, "", append(strings.Fields(command), "--app-url", c.url)...)
			if !strings.Contains(said, "sign in at https://"+c.before+".example/app/") || !strings.Contains(said, "skrin move --app-url "+c.url) {
				t.Errorf("%s with %s: %q", command, c.url, said)
			}
		}
		if out, _ := p.skrin(exitDone, "", "pod", "issuers", "maria"); strings.TrimSpace(out) != "https://"+c.before+".example/ (this host)" {
			t.Errorf("what was refused changed something: %q", out)
		}
		p.skrin(exitDone, "", "move", "--app-url", c.url)
		if out, _ := p.skrin(exitDone, "", "pod", "issuers", "maria"); strings.TrimSpace(out) != "https://"+c.now+".example/ (this host)" {
			t.Errorf("moved to %s: %q", c.url, out)
		}
	}
	if out, _ := p.skrin(exitDone, "", "move", "--app-url", "https://login.example/"); !strings.Contains(out, "name the new issuer:\n  maria\n") {
		t.Errorf("the move: %q", out)
	}
}
