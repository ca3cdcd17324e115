package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"skrin/acl"
	"skrin/internal/podtest"
)

// who may do what, and what everybody else hears: status by asker, for a pod in
// which everything is private.
func TestAuthenticationComesBeforeContent(t *testing.T) {
	w := podtest.New(t)
	maria, ana, public := w.Citizen("maria"), w.As("dr-ana"), w.Public()
	maria.Put("/maria/there", "text/turtle", "<#a> <#b> 1.").Want(201)
	for _, path := range []string{"/maria/there", "/maria/missing", "/maria/", "/maria/health/", "/maria/nowhere/", "/maria/.acl", "/maria/there.acl",
		"/maria/there.meta", "/maria/.access/grants/", "/maria/.access/grants/00112233445566778899aabbccddeeff", "/maria/.access/", "/maria/.journal/", "/maria/.notifications/x"} {
		for _, method := range []string{"GET", "HEAD", "PUT", "POST", "PATCH", "DELETE"} {
			for _, body := range []struct{ mediaType, text string }{{"text/turtle", "not turtle {"}, {"text/n3", "nor a patch"}, {"", "no type"}, {"a b", "no type either"}, {"", ""}} {
				fields := []string{}
				if body.mediaType != "" {
					fields = append(fields, "Content-Type", body.mediaType)
				}
				name := fmt.Sprintf("%s %s %q", method, path, body.mediaType)
				if a := public.Do(method, path, body.text, fields...); a.Status != 401 || !strings.HasPrefix(a.Header.Get("WWW-Authenticate"), "DPoP ") {
					t.Errorf("the public: %s: %d, want 401: %s", name, a.Status, a.Body)
				}
				if a := ana.Do(method, path, body.text, fields...); a.Status != 403 {
					t.Errorf("dr-ana: %s: %d, want 403: %s", name, a.Status, a.Body)
				}
			}
		}
	}
}

// A refusal is the same, byte for byte, whether or not there is anything.
func TestRefusalsTellNothing(t *testing.T) {
	w := podtest.New(t)
	maria, ana := w.Citizen("maria"), w.As("dr-ana")
	maria.Put("/maria/health/labs/there", "text/turtle", "<#a> <#b> 1.").Want(201)
	same := func(a *podtest.Answer) string {
		a.Header.Del("X-Request-Id")
		a.Header.Del("Date")
		return fmt.Sprint(a.Status, a.Header, a.Body)
	}
	for _, who := range []*podtest.Person{ana, w.Public()} {
		for _, method := range []string{"GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"} {
			fields := []string{"Content-Type", "text/plain", "If-Match", `"x"`}
			there, missing := who.Do(method, "/maria/health/labs/there", "x", fields...), who.Do(method, "/maria/health/labs/other", "x", fields...)
			if a, b := strings.ReplaceAll(same(there), "there", "NAME"), strings.ReplaceAll(same(missing), "other", "NAME"); a != b {
				t.Errorf("%s:\n%s\n%s", method, a, b)
			}
		}
	}
	w.Grant("maria", "/health/labs/", ana, acl.Read, time.Hour)
	ana.Get("/maria/health/labs/other").Want(404)
	ana.Get("/maria/health/labs/there").Want(200)
}

// Clients look at the answer about what is missing for how to make it. Whoever may
// not know that it is missing is told nothing of the kind.
func TestMissingTellsHowItIsMade(t *testing.T) {
	w := podtest.New(t)
	maria, ana := w.Citizen("maria"), w.As("dr-ana")
	for _, path := range []string{"/maria/missing", "/maria/health/.acl", "/maria/missing.meta"} {
		for _, method := range []string{"GET", "HEAD"} {
			maria.Do(method, path, "").Want(404).Has("Accept-Patch", "text/n3").Has("Accept-Patch", "application/sparql-update").Has("Accept-Put", "/")
		}
		if a := ana.Get(path).Want(403); a.Header.Get("Accept-Patch") != "" {
			t.Errorf("%s: a refusal tells of patches", path)
		}
	}
	maria.Get("/maria/missing/").Want(404).Has("Accept-Post", "*/*")
}

func TestWriting(t *testing.T) {
	w := podtest.New(t)
	maria := w.Citizen("maria")
	put := func(path, body string, fields ...string) *podtest.Answer {
		return maria.Put(path, "text/plain", body, fields...)
	}
	first := put("/maria/a/b/c", "1").Want(201).Has("Location", "/maria/a/b/c").Header.Get("ETag")
	maria.Get("/maria/a/b/").Want(200)
	second := put("/maria/a/b/c", "2").Want(204).Header.Get("ETag")
	if first == "" || first == second {
		t.Errorf("tags %q and %q", first, second)
	}
	put("/maria/a/b/c", "3", "If-Match", first).Want(412)
	put("/maria/a/b/c", "3", "If-None-Match", "*").Want(412)
	put("/maria/a/b/c", "3", "If-Match", second).Want(204)
	put("/maria/a/b/new", "3", "If-Match", "*").Want(412)
	put("/maria/a/b/new", "3", "If-None-Match", "*").Want(201)
	put("/maria/a/b", "x").Want(409)
	put("/maria/a/b/c/", "x").Want(415)
	maria.Do("PUT", "/maria/a/b/c/", "").Want(409)
	maria.Do("PUT", "/maria/a/typeless", "x").Want(400)
	maria.Do("PUT", "/maria/a/empty", "").Want(201)
	maria.Put("/maria/a/bad", "text/turtle", "<a> <b>\n  oops .").Want(400).Says(`"line":2`)
	maria.Put("/maria/a/bad", "not a type", "x").Want(400)
	maria.Put("/maria/a/part", "text/plain", "x", "Content-Range", "bytes 0-0/5").Want(400)
	maria.Put("/maria/x.acl/y", "text/plain", "x").Want(400)
	maria.Put("/maria/.journal/x", "text/plain", "x").Want(404)
	maria.Put("/maria/.access/x", "text/plain", "x").Want(405)

	maria.Post("/maria/a/", "text/plain", "x", "Slug", "hello").Want(201).Has("Location", "/maria/a/hello")
	again := maria.Post("/maria/a/", "text/plain", "x", "Slug", "hello").Want(201).Header.Get("Location")
	if strings.HasSuffix(again, "/hello") || !strings.Contains(again, "/maria/a/hello-") {
		t.Errorf("a taken name became %s", again)
	}
	evil := maria.Post("/maria/a/", "text/plain", "x", "Slug", "../b/.acl").Want(201).Header.Get("Location")
	if !strings.HasPrefix(evil, w.Base+"maria/a/") || strings.Contains(evil, ".acl") {
		t.Errorf("an evil name became %s", evil)
	}
	maria.Do("POST", "/maria/a/", "", "Slug", "sub", "Link", `<http://www.w3.org/ns/ldp#BasicContainer>; rel="type"`).Want(201).Has("Location", "/maria/a/sub/")
	maria.Post("/maria/missing/", "text/plain", "x").Want(404)
	maria.Post("/maria/a/hello", "text/plain", "x").Want(405).Has("Allow", "PUT")
	maria.Do("POST", "/maria/a/", "x").Want(400)

	maria.Delete("/maria/a/").Want(409)
	maria.Delete("/maria/a/sub/").Want(204)
	maria.Delete("/maria/a/sub/").Want(404)
	maria.Delete("/maria/a/hello", "If-Match", `"other"`).Want(412)
	maria.Delete("/maria/a/hello").Want(204)
	maria.Get("/maria/a/hello").Want(404)
	for _, root := range []string{"/maria/", "/maria/.acl"} {
		a := maria.Delete(root).Want(405)
		if strings.Contains(a.Header.Get("Allow"), "DELETE") {
			t.Errorf("%s: Allow: %s", root, a.Header.Get("Allow"))
		}
	}
}

func TestPatching(t *testing.T) {
	w := podtest.New(t)
	maria, ana := w.Citizen("maria"), w.As("dr-ana")
	const head = "@prefix solid: <http://www.w3.org/ns/solid/terms#>.\n"
	insert := head + `<#p> a solid:InsertDeletePatch; solid:inserts { <#a> <#b> "c". }.`
	swap := head + `<#p> a solid:InsertDeletePatch; solid:where { ?s <#b> "c". }; solid:deletes { ?s <#b> "c". }; solid:inserts { ?s <#b> "d". }.`
	maria.Patch("/maria/p/x", insert).Want(201)
	maria.Patch("/maria/p/x", swap).Want(204)
	maria.Patch("/maria/p/x", swap).Want(409)
	maria.Get("/maria/p/x", "Accept", "application/n-triples").Want(200).Says(`"d"`)
	maria.Patch("/maria/p/x", "this is not N3").Want(400)
	maria.Patch("/maria/p/x", head+`<#p> a solid:InsertDeletePatch; solid:inserts { _:b <#b> ?unbound. }.`).Want(422)
	maria.Do("PATCH", "/maria/p/x", insert, "Content-Type", "application/json").Want(415).Has("Accept-Patch", "text/n3")
	maria.Do("PATCH", "/maria/p/x", insert).Want(400)
	maria.Put("/maria/p/text", "text/plain", "x").Want(201)
	maria.Patch("/maria/p/text", insert).Want(415)
	maria.Put("/maria/health/labs/r", "application/fhir+json", `{"resourceType":"Basic","id":"r","code":{"text":"x"}}`).Want(201)
	maria.Patch("/maria/health/labs/r", insert).Want(415)
	ana.Patch("/maria/p/x", insert).Want(403)
	ana.Patch("/maria/p/x", "this is not N3").Want(403)
}

func TestForms(t *testing.T) {
	w := podtest.New(t)
	maria := w.Citizen("maria")
	const turtle = "@prefix x: <http://x.example/> .\n<#a>   x:b \"c\" . # as written\n"
	maria.Put("/maria/t", "text/turtle", turtle).Want(201)
	if a := maria.Get("/maria/t").Want(200); a.Body != turtle {
		t.Errorf("stored bytes came back as %q", a.Body)
	}
	tags := map[string]bool{}
	for _, accept := range []string{"text/turtle", "application/ld+json", "application/n-triples", "application/trig", "application/n-quads"} {
		a := maria.Get("/maria/t", "Accept", accept).Want(200).Has("Content-Type", accept).Says("http://x.example/b"[:16])
		tags[a.Header.Get("ETag")] = true
		head := maria.Do("HEAD", "/maria/t", "", "Accept", accept).Want(200).Has("Content-Type", accept)
		if head.Header.Get("ETag") != a.Header.Get("ETag") || head.Body != "" {
			t.Errorf("HEAD as %s: %v", accept, head.Header)
		}
		maria.Get("/maria/t", "Accept", accept, "If-None-Match", a.Header.Get("ETag")).Want(304)
		maria.Put("/maria/t", "text/turtle", turtle, "If-Match", a.Header.Get("ETag")).Want(204)
	}
	if len(tags) != 5 {
		t.Errorf("%d tags for 5 forms: %v", len(tags), tags)
	}
	maria.Get("/maria/t", "Accept", "image/png").Want(406)
	maria.Get("/maria/t", "Accept", "image/png, */*;q=0.1").Want(200).Has("Content-Type", "text/turtle")

	maria.Put("/maria/trig", "application/trig", `<#g> { <#a> <#b> "named" . }`).Want(201)
	maria.Get("/maria/trig", "Accept", "text/turtle").Want(406)
	maria.Do("HEAD", "/maria/trig", "", "Accept", "text/turtle").Want(406)
	maria.Get("/maria/trig", "Accept", "text/turtle, application/ld+json;q=0.5").Want(200).Has("Content-Type", "application/ld+json").Says("named")
	maria.Get("/maria/trig", "Accept", "application/n-quads").Want(200).Says("#g>")

	maria.Put("/maria/plain", "text/plain", "x").Want(201)
	maria.Get("/maria/plain", "Accept", "text/turtle").Want(406)
	maria.Get("/maria/plain", "If-Modified-Since", time.Now().Add(time.Hour).UTC().Format(http.TimeFormat)).Want(304)
}

func TestRecordsInOtherForms(t *testing.T) {
	w := podtest.New(t)
	maria, ana := w.Citizen("maria"), w.As("dr-ana")
	const patient = `{ "resourceType" : "Patient", "id":"p1",  "gender": "female" }`
	const observation = `{"resourceType":"Observation","id":"o1","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/p1"}}`
	maria.Post("/maria/health/", "application/fhir+json", `{"resourceType":"Bundle","type":"collection","entry":[{"resource":`+patient+`},{"resource":`+observation+`}]}`).Want(201).
		Says(`"created":2`)
	find := func(container string) string {
		for _, line := range strings.Split(maria.Get(container, "Accept", "application/n-triples").Want(200).Body, "\n") {
			if s, o, ok := strings.Cut(line, "ldp#contains> <"); ok && s != "" && strings.Contains(o, "observation-") {
				return strings.TrimPrefix(strings.TrimSuffix(o, "> ."), strings.TrimSuffix(w.Base, "/"))
			}
		}
		return ""
	}
	at := ""
	for _, c := range []string{"labs", "vitals", "activity", "social-care", "other"} {
		if at == "" {
			at = find("/maria/health/" + c + "/")
		}
	}
	if at == "" {
		t.Fatal("the observation is in no container")
	}
	a := maria.Get(at).Want(200).Has("Content-Type", "application/fhir+json")
	if a.Body != observation {
		t.Errorf("not as received: %s", a.Body)
	}
	if b := maria.Get(at, "Accept", "application/json").Want(200).Has("Content-Type", "application/json"); b.Body != observation {
		t.Errorf("as JSON: %s", b.Body)
	}
	maria.Get(at, "Accept", "text/turtle").Want(200).Has("Content-Type", "text/turtle").Says("fhir:").Says("/patient-p1>")
	maria.Get(at, "Accept", "application/fhir+turtle").Want(200).Has("Content-Type", "application/fhir+turtle")
	maria.Get(at, "Accept", "application/fhir+turtle; fhirVersion=4.0").Want(200).Says("fhir:Observation.status")
	maria.Get(at, "Accept", "application/fhir+turtle; fhirVersion=5.0").Want(200).Says("fhir:v ").Says("/patient-p1>")
	maria.Get(at, "Accept", "application/fhir+turtle; fhirVersion=6.0").Want(406)
	maria.Get(at, "Accept", "application/ld+json").Want(200).Has("Content-Type", "application/ld+json")
	// Whoever may not read the patient is not told where it is.
	w.Grant("maria", at[len("/maria"):], ana, acl.Read, time.Hour)
	if b := ana.Get(at, "Accept", "text/turtle").Want(200); strings.Contains(b.Body, "/patient-p1") {
		t.Errorf("a reference told where something unreadable is: %s", b.Body)
	}
}

func TestRanges(t *testing.T) {
	w := podtest.New(t)
	maria := w.Citizen("maria")
	large := strings.Repeat("0123456789", 30_000)
	maria.Put("/maria/small", "text/plain", "0123456789").Want(201)
	tag := maria.Put("/maria/large", "text/plain", large).Want(201).Header.Get("ETag")
	for _, c := range []struct {
		path, field, want, contentRange string
		status                          int
	}{
		{"/maria/small", "bytes=2-4", "234", "bytes 2-4/10", 206},
		{"/maria/small", "bytes=-3", "789", "bytes 7-9/10", 206},
		{"/maria/small", "bytes=-300", "0123456789", "bytes 0-9/10", 206},
		{"/maria/small", "bytes=10-", "", "bytes */10", 416},
		{"/maria/small", "bytes=0-1,3-4", "0123456789", "", 200},
		{"/maria/small", "items=0-1", "0123456789", "", 200},
		{"/maria/large", "bytes=100000-100009", "0123456789", "bytes 100000-100009/300000", 206},
		{"/maria/large", "bytes=-100000", large[:100_000], "bytes 200000-299999/300000", 206},
	} {
		a := maria.Get(c.path, "Range", c.field).Want(c.status)
		if a.Header.Get("Content-Range") != c.contentRange || c.status != 416 && a.Body != c.want {
			t.Errorf("%s %s: %s, %d bytes", c.path, c.field, a.Header.Get("Content-Range"), len(a.Body))
		}
	}
	maria.Get("/maria/large", "Range", "bytes=0-0", "If-Range", tag).Want(206)
	maria.Get("/maria/large", "Range", "bytes=0-0", "If-Range", `"other"`).Want(200)
	maria.Do("HEAD", "/maria/large", "").Want(200).Has("Content-Length", "300000").Has("Accept-Ranges", "bytes")
}

func TestListings(t *testing.T) {
	w := podtest.New(t)
	maria := w.Citizen("maria")
	const n = 2345 // more than two pages
	for i := 0; i < n; i += 500 {
		var b strings.Builder
		for j := i; j < min(i+500, n); j++ {
			fmt.Fprintf(&b, `{"resourceType":"Basic","id":"b%d","code":{"text":"x"}}`+"\n", j)
		}
		maria.Post("/maria/health/other/", "application/fhir+ndjson", b.String()).Want(201)
	}
	for _, accept := range []string{"text/turtle", "application/ld+json", "application/n-triples", "application/trig", "application/n-quads"} {
		a := maria.Get("/maria/health/other/", "Accept", accept).Want(200).Has("Content-Type", accept)
		if got := len(members(t, accept, w.Base+"maria/health/other/", a.Body)); got != n {
			t.Errorf("as %s: %d members, want %d", accept, got, n)
		}
	}
	root := maria.Get("/maria/", "Accept", "text/turtle").Want(200).Says("Storage").Says("health/")
	root.Has("Link", `<http://www.w3.org/ns/pim/space#Storage>; rel="type"`).Has("Link", `rel="http://www.w3.org/ns/solid/terms#owner"`)
}

func TestLinksAndRights(t *testing.T) {
	w := podtest.New(t)
	maria := w.Citizen("maria")
	maria.Put("/maria/x", "text/turtle", "").Want(201)
	a := maria.Get("/maria/x").Want(200)
	for _, link := range []string{
		`<http://www.w3.org/ns/ldp#Resource>; rel="type"`,
		`<` + w.Base + `maria/x.acl>; rel="acl"`,
		`<` + w.Base + `maria/x.meta>; rel="describedby"`,
		`<` + w.Base + `maria/.well-known/solid>; rel="http://www.w3.org/ns/solid/terms#storageDescription"`,
		`<` + w.Base + `maria/.well-known/solid>; rel="https://www.w3.org/ns/lws#storageDescription"`,
		`<` + w.Base + `maria/>; rel="up"`,
	} {
		a.Has("Link", link)
	}
	a.Has("WAC-Allow", `user="read write control",public=""`).Has("Accept-Patch", "text/n3").Has("Allow", "DELETE").
		Has("Vary", "Authorization").Has("Vary", "Origin").Has("Vary", "Accept").Has("Last-Modified", "GMT")
	c := maria.Get("/maria/health/").Want(200).Has("Accept-Post", "*/*").Has("Link", "ldp#BasicContainer")
	c.Has("Link", `<`+w.Base+`maria/health/.acl>; rel="acl"`)
	maria.Get("/maria/health/.acl").Want(404)
	maria.Get("/maria/.acl").Want(200).Has("Link", `<http://www.w3.org/ns/auth/acl#ClientCondition>; rel="http://www.w3.org/ns/auth/acl#condition"`)
	maria.Put("/maria/.acl", "text/turtle", "<#nobody> a <http://www.w3.org/ns/auth/acl#Authorization>.").Want(422)
	maria.Put("/maria/.acl", "text/plain", "x").Want(415)
	maria.Do("OPTIONS", "/maria/x", "").Want(204).Has("Allow", "PATCH")

	d := w.Public().Get("/maria/.well-known/solid").Want(200).Has("Content-Type", "text/turtle").Says("AccessGrantService")
	if strings.Contains(d.Body, maria.WebID.String()) {
		t.Error("the storage description names the owner")
	}
	w.Public().Get("/maria/.well-known/solid", "Accept", "application/lws+json").Want(200).Has("Content-Type", "application/lws+json").
		Says(`"AccessGrantService"`).Says(`"StorageDescription"`).Says(w.Base + "maria/.access/grants/")
	w.Public().Do("PUT", "/maria/.well-known/solid", "x").Want(405)
}

func TestCrossOrigin(t *testing.T) {
	w := podtest.New(t)
	maria := w.Citizen("maria")
	maria.Put("/maria/x", "text/turtle", "").Want(201)
	const app = "https://app.example"
	for _, a := range []*podtest.Answer{
		maria.Get("/maria/x", "Origin", app).Want(200),
		w.Public().Get("/maria/x", "Origin", app).Want(401),
		maria.Get("/maria/missing", "Origin", app).Want(404),
		maria.Get("/nobody/x", "Origin", app).Want(404),
		maria.Do("FROB", "/maria/x", "", "Origin", app).Want(501),
		maria.Get("/maria/%00", "Origin", app).Want(400),
	} {
		a.Has("Access-Control-Allow-Origin", app).Has("Access-Control-Expose-Headers", "WAC-Allow").Has("Vary", "Origin")
		if a.Header.Get("Access-Control-Allow-Credentials") != "" || strings.Contains(a.Header.Get("Access-Control-Expose-Headers"), "*") {
			t.Errorf("too much is allowed: %v", a.Header)
		}
	}
	if a := maria.Get("/maria/x"); a.Header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("without Origin: %v", a.Header)
	}
	p := w.Public().Do("OPTIONS", "/maria/x", "", "Origin", app, "Access-Control-Request-Method", "PUT", "Access-Control-Request-Headers", "authorization, dpop").Want(204)
	p.Has("Access-Control-Allow-Methods", "PATCH").Has("Access-Control-Allow-Origin", app)
	if p.Header.Get("Access-Control-Allow-Headers") != "authorization, dpop" || p.Body != "" {
		t.Errorf("preflight: %v %q", p.Header, p.Body)
	}
}
