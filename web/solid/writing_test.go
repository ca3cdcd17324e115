package solid_test

import (
	"strings"
	"testing"

	"skrin/internal/podtest"
)

// Statuses of what people and programs do to resources and containers.
func TestStatuses(t *testing.T) {
	w := podtest.New(t)
	maria := w.Citizen("maria")
	const link = `<http://www.w3.org/ns/ldp#BasicContainer>; rel="type"`
	for _, c := range []struct {
		method, path, body string
		fields             string // "Name: value" in lines
		status             int
	}{
		{"PUT", "/maria/a/b/doc", "<#a> <#b> 1 .", "Content-Type: text/turtle; charset=UTF-8", 201},
		{"PUT", "/maria/a/b/doc", "<#a> <#b> 2 .", "Content-Type: text/turtle", 204},
		{"PUT", "/maria/a/b/doc", "<#a> <#b> 3 .", "Content-Type: text/turtle\nIf-None-Match: *", 412},
		{"PUT", "/maria/a/b/doc/", "", "", 409},                               // a resource has the name
		{"PUT", "/maria/a/b/doc/below", "x", "Content-Type: text/plain", 409}, // or stands on the way
		{"PUT", "/maria/a/b", "x", "Content-Type: text/plain", 409},           // a container has the name
		{"POST", "/maria/a/", "x", "Content-Type: text/plain\nSlug: b", 201},
		{"GET", "/maria/a/b/", "", "", 200},
		{"PUT", "/maria/a/b/", "", "", 409},
		{"PUT", "/maria/a/new/", "", "Link: " + link + "\nContent-Type: text/turtle\nIf-None-Match: *", 201},
		{"PUT", "/maria/a/new/", "", "Link: " + link + "\nContent-Type: text/turtle\nIf-None-Match: *", 412},
		{"PUT", "/maria/a/none", "x", "", 400},
		{"PUT", "/maria/a/none", "x", "Content-Type: nonsense", 400},
		{"POST", "/maria/a/", "x", "", 400},
		{"PATCH", "/maria/a/b/doc", "x", "", 400},
		{"PUT", "/maria/a/packed", "x", "Content-Type: text/plain\nContent-Encoding: gzip", 415},
		{"PUT", "/maria/a/part", "x", "Content-Type: text/plain\nContent-Range: bytes 0-0/5", 400},
		{"POST", "/maria/nowhere/", "x", "Content-Type: text/plain", 404},
		{"POST", "/maria/a/b/doc", "x", "Content-Type: text/plain", 405},
		{"DELETE", "/maria/a/", "", "", 409},
		{"DELETE", "/maria/nowhere/", "", "", 404},
		{"DELETE", "/maria/a/new/", "", "If-Match: \"other\"", 412},
		{"DELETE", "/maria/a/new/", "", "", 204},
		{"DELETE", "/maria/a/b/doc.acl", "", "", 404},
		{"DELETE", "/maria/", "", "", 405},
		{"DELETE", "/maria/.acl", "", "", 405},
		{"TRACE", "/maria/a/", "", "", 405},
		{"PROPFIND", "/maria/a/", "", "", 501},
		{"LOCK", "/maria/a/", "x", "Content-Type: text/plain", 501},
		{"PUT", "/maria/x.acl/y", "x", "Content-Type: text/plain", 400},
		{"PUT", "/maria/.meta", "x", "Content-Type: text/plain", 415},
		{"PUT", "/maria/a/b/doc.acl", "x", "Content-Type: text/plain", 415},
	} {
		var fields []string
		for _, line := range strings.Split(c.fields, "\n") {
			if name, value, ok := strings.Cut(line, ": "); ok {
				fields = append(fields, name, value)
			}
		}
		a := maria.Do(c.method, c.path, c.body, fields...)
		if a.Status != c.status {
			t.Errorf("%s %s %q: %d, want %d: %s", c.method, c.path, c.fields, a.Status, c.status, a.Body)
		}
		if a.Status == 405 && c.method != "TRACE" && (a.Header.Get("Allow") == "" || strings.Contains(a.Header.Get("Allow"), c.method)) {
			t.Errorf("%s %s: Allow is %q", c.method, c.path, a.Header.Get("Allow"))
		}
		if a.Status >= 400 && !strings.HasPrefix(a.Header.Get("Content-Type"), "application/problem+json") {
			t.Errorf("%s %s: the problem is told as %q", c.method, c.path, a.Header.Get("Content-Type"))
		}
	}
}

// A wished name is given unless it is taken, belongs to the server, or would
// lead elsewhere.
func TestSlugs(t *testing.T) {
	w := podtest.New(t)
	maria := w.Citizen("maria")
	maria.Do("PUT", "/maria/c/", "").Want(201)
	for _, c := range []struct{ slug, exactly, begins string }{
		{"note.ttl", "note.ttl", ""},
		{"note.ttl", "", "note-"}, // taken
		{"å", "%C3%A5", ""},
		{"%C3%B6", "%C3%B6", ""},
		{"two words", "two%20words", ""},
		{"folder/", "folder", ""},
		{"../../settings/x", "", ""},
		{".acl", "", ""},
		{"x.acl", "", ""},
		{"x.meta", "", ""},
		{"..", "", ""},
		{"a\\b", "a-b", ""},
		{strings.Repeat("long", 200), "", "long"},
		{"", "", ""},
	} {
		a := maria.Post("/maria/c/", "text/plain", "x", "Slug", c.slug).Want(201)
		name, inside := strings.CutPrefix(a.Header.Get("Location"), w.Base+"maria/c/")
		switch {
		case !inside || name == "" || strings.Contains(name, "/") || strings.HasSuffix(name, ".acl") || strings.HasSuffix(name, ".meta"):
			t.Errorf("%q became %s", c.slug, a.Header.Get("Location"))
		case c.exactly != "" && name != c.exactly, !strings.HasPrefix(name, c.begins):
			t.Errorf("%q became %q", c.slug, name)
		}
		maria.Get("/maria/c/" + name).Want(200)
	}
}

// Whoever may add and not read hears nothing about what is there.
func TestWritersWhoMayNotRead(t *testing.T) {
	w := podtest.New(t)
	maria, ana := w.Citizen("maria"), w.As("dr-ana")
	maria.Put("/maria/d/doc", "text/turtle", `<#a> <#b> "secret" .`).Want(201)
	maria.Put("/maria/d/.acl", "text/turtle", rulesFor("acl:agent <"+ana.WebID.String()+">", "acl:Write")).Want(201)
	for _, a := range []*podtest.Answer{
		ana.Do("PATCH", "/maria/d/doc", `INSERT DATA { <#a> <#b> "more" }`, "Content-Type", sparql).Want(204),
		ana.Do("PATCH", "/maria/d/doc", `DELETE DATA { <#a> <#b> "guess" }`, "Content-Type", sparql).Want(403),
		ana.Do("PATCH", "/maria/d/doc", `INSERT { <#a> <#c> ?x } WHERE { <#a> <#b> ?x }`, "Content-Type", sparql).Want(403),
		ana.Put("/maria/d/doc", "text/turtle", `<#a> <#b> "guess" .`, "If-Match", `"guess"`).Want(403),
		ana.Put("/maria/d/doc", "text/turtle", `<#a> <#b> "theirs" .`).Want(204),
		ana.Put("/maria/d/doc", "text/turtle", `<#a> <#b>`).Want(400),
		ana.Put("/maria/d/new", "text/turtle", `<#a> <#b> "theirs" .`).Want(201),
		ana.Post("/maria/d/", "text/turtle", `<#a> <#b> "theirs" .`).Want(201),
		ana.Delete("/maria/d/new").Want(204),
		ana.Get("/maria/d/doc").Want(403),
	} {
		if strings.Contains(a.Body, "secret") || strings.Contains(a.Body, "theirs") || a.Header.Get("ETag") != "" || a.Header.Get("WAC-Allow") != "" || a.Header.Get("Last-Modified") != "" {
			t.Errorf("too much is told: %v %s", a.Header, a.Body)
		}
	}
}

// Pages of other origins may read every answer, also refusals, and are told so
// in fields that name what they may see.
func TestCrossOrigin(t *testing.T) {
	w := podtest.New(t)
	maria := w.Citizen("maria")
	const app = "https://app.example"
	maria.Put("/maria/x", "text/plain", "x").Want(201)
	for _, a := range []*podtest.Answer{
		maria.Get("/maria/x", "Origin", app).Want(200),
		maria.Get("/maria/x", "Origin", app, "Range", "bytes=50-").Want(416),
		maria.Get("/maria/x", "Origin", app, "Accept", "image/png").Want(406),
		maria.Put("/maria/x", "text/turtle", "oops", "Origin", app).Want(400),
		maria.Delete("/maria/", "Origin", app).Want(405),
		w.Public().Put("/maria/x", "text/turtle", "oops", "Origin", app).Want(401),
		w.Public().Do("TRACE", "/maria/x", "", "Origin", app).Want(405),
		w.Public().Get("/nobody/x", "Origin", app).Want(404),
		w.Public().Get("/maria/x", "Origin", app, "Authorization", "Bearer nonsense").Want(401),
	} {
		a.Has("Access-Control-Allow-Origin", app).Has("Vary", "Origin")
		shown := a.Header.Get("Access-Control-Expose-Headers")
		for _, field := range []string{"Accept-Patch", "Accept-Post", "Accept-Put", "Allow", "Content-Range", "ETag", "Last-Modified", "Link", "Location", "WAC-Allow", "WWW-Authenticate"} {
			if !strings.Contains(shown, field) {
				t.Errorf("%s is not shown: %q", field, shown)
			}
		}
		if strings.Contains(shown, "*") || a.Header.Get("Access-Control-Allow-Origin") != app {
			t.Errorf("%v", a.Header)
		}
	}
	for _, path := range []string{"/maria/x", "/maria/nothing", "/nobody/", "/maria/.acl"} {
		a := w.Public().Do("OPTIONS", path, "", "Origin", app, "Access-Control-Request-Method", "PATCH", "Access-Control-Request-Headers", "authorization, content-type, dpop, x-mine").Want(204)
		if a.Body != "" || a.Header.Get("Access-Control-Allow-Headers") != "authorization, content-type, dpop, x-mine" || a.Header.Get("Access-Control-Allow-Origin") != app {
			t.Errorf("%s: %v %q", path, a.Header, a.Body)
		}
		for _, method := range []string{"GET", "HEAD", "PUT", "POST", "PATCH", "DELETE"} {
			a.Has("Access-Control-Allow-Methods", method)
		}
		none := w.Public().Do("OPTIONS", path, "", "Origin", app, "Access-Control-Request-Method", "GET").Want(204)
		if _, said := none.Header["Access-Control-Allow-Headers"]; said {
			t.Errorf("%s: nobody asked for %v", path, none.Header["Access-Control-Allow-Headers"])
		}
	}
}
