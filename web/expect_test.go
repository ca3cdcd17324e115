package web_test

import (
	"strings"
	"testing"

	"skrin/internal/podtest"
)

// Whoever asks before sending hears 401 instead of "go on" where only others may
// change anything; everywhere else the content is asked for.
func TestExpect(t *testing.T) {
	w := podtest.New(t)
	maria := w.Citizen("maria")
	maria.Do("PUT", "/maria/open/", "").Want(201)
	maria.Put("/maria/open/.acl", "text/turtle", `@prefix acl: <http://www.w3.org/ns/auth/acl#>.
<#p> a acl:Authorization; acl:agentClass <http://xmlns.com/foaf/0.1/Agent>; acl:default <./>; acl:accessTo <./>; acl:mode acl:Read, acl:Write.`).Want(201)
	maria.Do("PUT", "/maria/shown/", "").Want(201)
	maria.Put("/maria/shown/.acl", "text/turtle", `@prefix acl: <http://www.w3.org/ns/auth/acl#>.
<#p> a acl:Authorization; acl:agentClass <http://xmlns.com/foaf/0.1/Agent>; acl:accessTo <./>; acl:mode acl:Read.`).Want(201)
	head := func(line, fields string) string {
		return line + " HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Type: text/plain\r\n" + fields + "\r\n"
	}
	for _, c := range []struct {
		name, text string
		goesOn     bool
		want       string
	}{
		{"private, with a length", head("PUT /maria/x", "Content-Length: 5\r\n"), false, "401"},
		{"private, in chunks", head("PATCH /maria/x", "Transfer-Encoding: chunked\r\n"), false, "401"},
		{"private, a container", head("POST /maria/", "Content-Length: 5\r\n"), false, "401"},
		{"private, sent all the same", head("PUT /maria/x", "Content-Length: 5\r\n") + "hello" + smuggled, false, "401"},
		{"open", head("PUT /maria/open/x", "Content-Length: 5\r\n") + "hello", true, "201"},
		{"open, and another request", head("PUT /maria/open/x", "Content-Length: 5\r\n") + "hello" + smuggled, true, "204 200"},
		{"open to read", head("GET /maria/open/x", ""), true, "200"},
		{"to read only", head("GET /maria/shown/", ""), true, "200"},
		{"with credentials that are not good", head("PUT /maria/x", "Authorization: DPoP x\r\nContent-Length: 5\r\n") + "hello", true, "401"},
		{"what the server keeps", head("POST /maria/.access/grants/", "Content-Length: 5\r\n") + "hello", true, "401"},
		{"no pod", head("PUT /nobody/x", "Content-Length: 5\r\n") + "hello", true, "404"},
		{"no path", head("PUT /maria/%00", "Content-Length: 5\r\n") + "hello", true, "400"},
	} {
		got := raw(t, w, c.text)
		if on := strings.HasPrefix(got, "HTTP/1.1 100"); on != c.goesOn || statuses(got) != c.want {
			t.Errorf("%s: goes on %v, answers %q, want %v %q:\n%s", c.name, on, statuses(got), c.goesOn, c.want, got)
		}
		if c.want == "401" && !c.goesOn && !strings.Contains(strings.ToLower(got), "www-authenticate: dpop") {
			t.Errorf("%s: no challenge:\n%s", c.name, got)
		}
	}
}

// At subdomains the host says which pod is meant, also to who asks before sending.
func TestExpectAtSubdomains(t *testing.T) {
	w := podtest.NewSubdomains(t)
	w.Citizen("maria")
	own := strings.TrimSuffix(strings.TrimPrefix(w.Base, "http://"), "/")
	for host, goesOn := range map[string]bool{"maria." + own: false, own: true, "eve." + own: true, "elsewhere.example": true} {
		got := raw(t, w, "PUT /maria/x HTTP/1.1\r\nHost: "+host+"\r\nExpect: 100-continue\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello")
		if on := strings.HasPrefix(got, "HTTP/1.1 100"); on != goesOn || !goesOn && statuses(got) != "401" {
			t.Errorf("%s: goes on %v:\n%s", host, on, got)
		}
	}
}
