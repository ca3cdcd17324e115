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
	for _, command := range [][]string{{"serve", "--listen", "127.0.0.1:0", "--subdomains"}, {"pod", "list", "--subdomains"}} {
		if _, said := p.skrin(exitFailed, "", command...); !strings.Contains(said, "http://localhost:8080/{pod}/") || !strings.Contains(said, "skrin move --subdomains --data") {
			t.Errorf("%v says %q", command, said)
		}
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
