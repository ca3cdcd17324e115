package solid_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"skrin/internal/podtest"
	"skrin/linkeddata"
)

// Named graphs that came as JSON-LD are given back in every syntax that has room
// for them, and 406 is the answer in others.
func TestNamedGraphs(t *testing.T) {
	w := podtest.New(t)
	maria := w.Citizen("maria")
	const doc = `{"@context":{"ex":"https://ex.example/"},"@id":"#day","ex:is":"Monday","@graph":[{"@id":"#a","ex:p":"in the graph"}]}`
	maria.Put("/maria/d", "application/ld+json; charset=utf-8", doc).Want(201)
	if a := maria.Get("/maria/d").Want(200).Has("Content-Type", "application/ld+json"); a.Body != doc {
		t.Errorf("not as it came: %s", a.Body)
	}
	named := linkeddata.Quad{Triple: linkeddata.Triple{S: linkeddata.MustIRI(w.Base + "maria/d#a").Term(), P: linkeddata.MustIRI("https://ex.example/p").Term(), O: linkeddata.Text("in the graph")},
		Graph: linkeddata.MustIRI(w.Base + "maria/d#day").Term()}
	for _, mt := range []string{"application/ld+json", "application/trig", "application/n-quads"} {
		g := graph(t, w, maria, "/maria/d", mt)
		if !g.Has(named) || g.Len() != 2 {
			t.Errorf("as %s there are %d quads", mt, g.Len())
		}
		a := maria.Get("/maria/d", "Accept", mt)
		maria.Put("/maria/back", mt, a.Body)
		if back := graph(t, w, maria, "/maria/back", "application/n-quads"); back.Len() != 2 {
			t.Errorf("%s comes back as %d quads", mt, back.Len())
		}
	}
	for _, mt := range []string{"text/turtle", "application/n-triples"} {
		maria.Get("/maria/d", "Accept", mt).Want(406)
		maria.Do("HEAD", "/maria/d", "", "Accept", mt).Want(406)
	}
	maria.Get("/maria/d", "Accept", "text/turtle, */*;q=0.1").Want(200).Has("Content-Type", "application/")
}

// What is wrong with a body is told with its place, to those who may write.
func TestMalformedBodies(t *testing.T) {
	w := podtest.New(t)
	maria := w.Citizen("maria")
	for _, c := range []struct {
		mediaType, body string
		line, column    int
	}{
		{"text/turtle", "<#a> <#b> 1 .\n<#a> <#b> oops .", 2, 11},
		{"application/trig", "<#g> {\n <#a> <#b> }", 2, 12},
		{"application/n-triples", "<urn:a> <urn:b> <urn:c> .\n<urn:a> <urn:b>", 2, 16},
		{"application/n-quads", "nothing", 1, 1},
		{"application/ld+json", "{\n\"@id\": oops }", 2, 8},
	} {
		for _, a := range []*podtest.Answer{
			maria.Put("/maria/bad", c.mediaType, c.body),
			maria.Put("/maria/bad", c.mediaType+"; charset=UTF-8", c.body),
			maria.Post("/maria/", c.mediaType, c.body),
			maria.Put("/maria/bad/", c.mediaType, c.body),
			maria.Put("/maria/.meta", c.mediaType, c.body),
			maria.Put("/maria/.acl", c.mediaType, c.body),
		} {
			a.Want(400).Has("Content-Type", "application/problem+json").Says(fmt.Sprintf(`"line":%d,"column":%d`, c.line, c.column))
		}
		w.Public().Put("/maria/bad", c.mediaType, c.body).Want(401)
	}
	for _, mediaType := range []string{n3, sparql} {
		maria.Do("PATCH", "/maria/x", "nonsense\n  here", "Content-Type", mediaType).Want(400).Says(`"line":1`)
	}
	maria.Get("/maria/bad").Want(404)
}

// HEAD says what GET says, in all fields but those of the body that is not sent.
func TestHeadSaysWhatGetSays(t *testing.T) {
	w := podtest.New(t)
	maria := w.Citizen("maria")
	maria.Put("/maria/c/doc", "text/turtle", "<#a> <#b> 1 .").Want(201)
	maria.Put("/maria/c/ld", "application/ld+json", `{"@id":"#a","urn:b":1}`).Want(201)
	maria.Put("/maria/c/text", "text/plain", strings.Repeat("x", 100_000)).Want(201)
	maria.Put("/maria/c/.meta", "text/turtle", `<./> <#b> 1 .`).Want(201)
	maria.Put("/maria/health/labs/r", "application/fhir+json", `{"resourceType":"Basic","id":"r","code":{"text":"x"}}`).Want(201)
	for _, path := range []string{"/maria/", "/maria/c/", "/maria/c/doc", "/maria/c/ld", "/maria/c/text", "/maria/c/.meta", "/maria/.acl", "/maria/nothing", "/maria/nothing/", "/maria/c/doc.acl",
		"/maria/health/labs/r", "/maria/.well-known/solid", "/maria/.journal/", "/maria/.access/grants/", "/nobody/", "/maria/%00"} {
		for _, accept := range []string{"", "text/turtle", "application/ld+json", "image/png"} {
			fields := []string{"Origin", "https://app.example"}
			if accept != "" {
				fields = append(fields, "Accept", accept)
			}
			get, head := maria.Get(path, fields...), maria.Do("HEAD", path, "", fields...)
			if get.Status != head.Status || head.Body != "" {
				t.Errorf("%s as %q: GET %d, HEAD %d %q", path, accept, get.Status, head.Status, head.Body)
			}
			for _, a := range []*podtest.Answer{get, head} {
				for _, own := range []string{"Date", "X-Request-Id", "Content-Length", "Transfer-Encoding"} {
					a.Header.Del(own)
				}
			}
			if fmt.Sprint(get.Header) != fmt.Sprint(head.Header) {
				t.Errorf("%s as %q:\nGET  %v\nHEAD %v", path, accept, get.Header, head.Header)
			}
		}
	}
}

// Parts, and the conditions for them (RFC 9110 sections 13 and 14).
func TestPartsAndConditions(t *testing.T) {
	w := podtest.New(t)
	maria := w.Citizen("maria")
	maria.Put("/maria/t", "text/plain", "0123456789").Want(201)
	a := maria.Get("/maria/t").Want(200)
	tag, modified := a.Header.Get("ETag"), a.Header.Get("Last-Modified")
	at, err := http.ParseTime(modified)
	if err != nil {
		t.Fatal(err)
	}
	later, earlier := at.Add(time.Hour).Format(http.TimeFormat), at.Add(-time.Hour).Format(http.TimeFormat)
	for _, c := range []struct {
		fields []string
		status int
		body   string
	}{
		{[]string{"Range", "bytes=3-5"}, 206, "345"},
		{[]string{"Range", "bytes=-500"}, 206, "0123456789"}, // longer than the body: all of it
		{[]string{"Range", "bytes=-0"}, 416, ""},
		{[]string{"Range", "bytes=10-"}, 416, ""},
		{[]string{"Range", "bytes=5-3"}, 200, "0123456789"},
		{[]string{"Range", "bytes=0-1", "If-Range", tag}, 206, "01"},
		{[]string{"Range", "bytes=0-1", "If-Range", "W/" + tag}, 200, "0123456789"},
		{[]string{"Range", "bytes=0-1", "If-Range", modified}, 206, "01"},
		{[]string{"Range", "bytes=0-1", "If-Range", earlier}, 200, "0123456789"},
		{[]string{"Range", "bytes=0-1", "If-None-Match", tag}, 304, ""},
		{[]string{"If-Modified-Since", modified}, 304, ""},
		{[]string{"If-Modified-Since", later}, 304, ""},
		{[]string{"If-Modified-Since", earlier}, 200, "0123456789"},
		{[]string{"If-Modified-Since", later, "If-None-Match", `"other"`}, 200, "0123456789"},
		{[]string{"If-Unmodified-Since", earlier}, 412, ""},
		{[]string{"If-Match", `"other"`}, 412, ""},
		{[]string{"If-Match", "*"}, 200, "0123456789"},
	} {
		a := maria.Get("/maria/t", c.fields...).Want(c.status)
		if c.status < 400 && a.Body != c.body {
			t.Errorf("%v: %q, want %q", c.fields, a.Body, c.body)
		}
	}
}
