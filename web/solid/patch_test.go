package solid_test

import (
	"strings"
	"testing"
	"time"

	"skrin/acl"
	"skrin/internal/podtest"
)

const (
	n3     = "text/n3"
	sparql = "application/sparql-update"
	nt     = "application/n-triples"
	prefix = "@prefix solid: <http://www.w3.org/ns/solid/terms#>. @prefix ex: <https://ex.example/>.\n"
)

// Every form in which clients were seen to send patches, each against the same
// two triples, and what is left.
func TestPatchForms(t *testing.T) {
	w := podtest.New(t)
	maria := w.Citizen("maria")
	const (
		ab, ac, ad = `#a> <https://ex.example/p> "b"`, `#a> <https://ex.example/p> "c"`, `#a> <https://ex.example/p> "d"`
		x          = "<https://ex.example/p>"
	)
	for _, c := range []struct {
		name, mediaType, patch string
		status                 int
		has, lacks             string
	}{
		{"rdflib, deleting and inserting", sparql, `DELETE DATA { <` + w.Base + `maria/doc#a> ` + x + ` "b" . } ; INSERT DATA { <` + w.Base + `maria/doc#a> ` + x + ` "d" . }`, 204, ad, ab},
		{"rdflib, with semicolon at the end", sparql, `DELETE DATA { <#a> ` + x + ` "b" . } ; INSERT DATA { <#a> ` + x + ` "d" . } ;`, 204, ad, ab},
		{"rdflib, with conditions", sparql, `DELETE { ?s ` + x + ` "b" . } INSERT { ?s ` + x + ` "d" . } WHERE { ?s ` + x + ` "b" . }`, 204, ad, ab},
		{"an insertion alone", sparql, `INSERT DATA { <#a> ` + x + ` "d" . };`, 204, ad, "#nothing"},
		{"a deletion alone", sparql, `DELETE DATA { <#a> ` + x + ` "b" };`, 204, ac, ab},
		{"a deletion by pattern", sparql, `DELETE WHERE { <#a> <https://ex.example/q> ?o }`, 204, ab, "ex.example/q"},
		{"solid-client", sparql, "DELETE DATA {<#a> " + x + " \"b\".\n}; INSERT DATA {<#a> " + x + " \"d\".\n};", 204, ad, ab},
		{"prefixes", sparql, "PREFIX ex: <https://ex.example/>\nprefix xsd: <http://www.w3.org/2001/XMLSchema#>\nINSERT DATA { <#a> ex:p \"d\", \"4\"^^xsd:int }", 204, ad, "#nothing"},
		{"a charset", sparql + "; charset=UTF-8", `INSERT DATA { <#a> ` + x + ` "d" }`, 204, ad, "#nothing"},
		{"nothing at all", sparql, ``, 204, ab, ad},

		{"N3, inserting", n3, prefix + `_:p a solid:InsertDeletePatch; solid:inserts { <#a> ex:p "d". }.`, 204, ad, "#nothing"},
		{"N3, all three", n3 + "; charset=utf-8", prefix + `<> a solid:InsertDeletePatch; solid:where { ?s ex:p "b". }; solid:deletes { ?s ex:p "b". }; solid:inserts { ?s ex:p "d". }.`, 204, ad, ab},
		{"N3, named by a fragment", n3, prefix + `<#patch> a solid:InsertDeletePatch, solid:Patch; solid:deletes { <#a> ex:p "b". }.`, 204, ac, ab},

		{"what is not there", sparql, `DELETE DATA { <#a> ` + x + ` "no" }`, 409, ab, ad},
		{"a condition that does not hold", sparql, `DELETE { ?s ` + x + ` "no" } WHERE { ?s ` + x + ` "no" }`, 409, ab, ad},
		{"a condition that holds twice", sparql, `DELETE { <#a> ` + x + ` ?o } WHERE { <#a> ` + x + ` ?o }`, 409, ab, ad},
		{"N3, what is not there", n3, prefix + `_:p a solid:InsertDeletePatch; solid:deletes { <#a> ex:p "no". }.`, 409, ab, ad},
		{"N3, a condition that does not hold", n3, prefix + `_:p a solid:InsertDeletePatch; solid:where { ?s ex:p "no". }; solid:inserts { ?s ex:p "d". }.`, 409, ab, ad},
		{"N3, a condition that holds twice", n3, prefix + `_:p a solid:InsertDeletePatch; solid:where { ?s ex:p ?o. }; solid:inserts { ?s ex:p "d". }.`, 409, ab, ad},

		{"a variable from nowhere", sparql, `INSERT { ?x ` + x + ` "d" } WHERE { ?s ` + x + ` "b" }`, 422, ab, ad},
		{"more of SPARQL than is read", sparql, `LOAD <https://elsewhere.example/>`, 422, ab, ad},
		{"a filter", sparql, `DELETE { ?s ?p ?o } WHERE { ?s ?p ?o FILTER(?o = "b") }`, 422, ab, ad},
		{"another graph", sparql, `INSERT DATA { GRAPH <#g> { <#a> <#b> <#c> } }`, 422, ab, ad},
		{"N3, no patch", n3, prefix + `_:p a solid:Patch; solid:inserts { <#a> ex:p "d". }.`, 422, ab, ad},
		{"N3, two patches", n3, prefix + `_:p a solid:InsertDeletePatch; solid:inserts { <#a> ex:p "d". }. _:q a solid:InsertDeletePatch; solid:inserts { <#a> ex:p "e". }.`, 422, ab, ad},
		{"N3, a blank node to delete", n3, prefix + `_:p a solid:InsertDeletePatch; solid:deletes { _:b ex:p "b". }.`, 422, ab, ad},
		{"no SPARQL", sparql, `INSERT DATA { <#a>`, 400, ab, ad},
		{"no N3", n3, `<#a> nonsense`, 400, ab, ad},
		{"another type", "text/turtle", `<#a> <#b> <#c> .`, 415, ab, ad},
		{"no type", "", `INSERT DATA { <#a> <#b> <#c> }`, 400, ab, ad},
	} {
		maria.Put("/maria/doc", "text/turtle", `<#a> <https://ex.example/p> "b", "c"; <https://ex.example/q> 1 .`)
		fields := []string{"Content-Type", c.mediaType}
		if c.mediaType == "" {
			fields = nil
		}
		a := maria.Do("PATCH", "/maria/doc", c.patch, fields...)
		if a.Status != c.status {
			t.Errorf("%s: %d, want %d: %s", c.name, a.Status, c.status, a.Body)
		}
		got := maria.Get("/maria/doc", "Accept", nt).Want(200).Body
		if !strings.Contains(got, c.has) || strings.Contains(got, c.lacks) {
			t.Errorf("%s: left is\n%s", c.name, got)
		}
	}
}

// What is missing is made, with the containers on the way, whatever its name.
func TestPatchCreates(t *testing.T) {
	w := podtest.New(t)
	maria := w.Citizen("maria")
	const add = `INSERT DATA { <#a> <#b> "new" . };`
	patch := func(path, text string, fields ...string) *podtest.Answer {
		return maria.Do("PATCH", path, text, append(fields, "Content-Type", sparql)...)
	}
	for _, path := range []string{"/maria/a/b/c/doc", "/maria/a/b/note.txt", "/maria/a/picture.png", "/maria/x.ttl", "/maria/a/b/c/doc.meta"} {
		patch(path, add).Want(201).Has("Location", path)
		maria.Get(path, "Accept", "text/turtle").Want(200).Has("Content-Type", "text/turtle").Says("new")
		patch(path, add, "If-None-Match", "*").Want(412)
		patch(path, add).Want(204)
	}
	maria.Get("/maria/a/b/").Want(200).Says("note.txt")
	patch("/maria/a/new", add, "If-Match", "*").Want(412)
	patch("/maria/a/new", add, "If-None-Match", "*").Want(201)
	patch("/maria/a/new2", `DELETE DATA { <#a> <#b> "c" }`).Want(409)
	maria.Get("/maria/a/new2").Want(404)
	patch("/maria/x.ttl/below", add).Want(409)
	patch("/maria/a", add).Want(409)
	patch("/maria/x.ttl/", add).Want(409)

	// rules that are not there yet, and what they say
	const everybody = `PREFIX acl: <http://www.w3.org/ns/auth/acl#> INSERT DATA { <#all> a acl:Authorization; acl:agentClass <http://xmlns.com/foaf/0.1/Agent>; acl:accessTo <x.ttl>; acl:mode acl:Read }`
	maria.Get("/maria/x.ttl.acl").Want(404)
	maria.Do("HEAD", "/maria/x.ttl.acl", "").Want(404)
	w.Public().Get("/maria/x.ttl").Want(401)
	patch("/maria/x.ttl.acl", everybody).Want(201)
	w.Public().Get("/maria/x.ttl").Want(200)
	patch("/maria/x.ttl.acl", `PREFIX acl: <http://www.w3.org/ns/auth/acl#> INSERT DATA { <#all> <https://ex.example/until> "Friday" }`).Want(422)
	patch("/maria/nothing.acl", everybody).Want(404)
	w.As("dr-ana").Do("PATCH", "/maria/x.ttl.acl", everybody, "Content-Type", sparql).Want(403)
}

// A patch takes what it does: adding Append, looking Read besides, taking away
// Read and Write.
func TestPatchTakesWhatItDoes(t *testing.T) {
	w := podtest.New(t)
	maria := w.Citizen("maria")
	const (
		add    = `INSERT DATA { <#a> <#b> "new" }`
		look   = `INSERT { <#a> <#c> "new" } WHERE { <#a> <#b> "old" }`
		take   = `DELETE DATA { <#a> <#b> "old" }`
		absent = `DELETE DATA { <#a> <#b> "absent" }`
	)
	for modes, want := range map[string][5]int{ // add, look, take, take what is not there, make
		"":                             {403, 403, 403, 403, 403},
		"acl:Read":                     {403, 403, 403, 403, 403},
		"acl:Append":                   {204, 403, 403, 403, 201},
		"acl:Read, acl:Append":         {204, 204, 403, 403, 201},
		"acl:Write":                    {204, 403, 403, 403, 201},
		"acl:Read, acl:Write":          {204, 204, 204, 409, 201},
		"acl:Control":                  {403, 403, 403, 403, 403},
		"acl:Write, acl:Control":       {204, 403, 403, 403, 201},
		"acl:Read, acl:Write, acl:Foo": {204, 204, 204, 409, 201},
	} {
		ana := w.As("dr-ana")
		maria.Delete("/maria/d/", "Depth", "infinity")
		maria.Put("/maria/d/doc", "text/turtle", `<#a> <#b> "old" .`).Want(201)
		if modes != "" {
			maria.Put("/maria/d/.acl", "text/turtle", rulesFor("acl:agent <"+ana.WebID.String()+">", modes)).Want(201)
		}
		for i, p := range [...]struct{ path, text string }{{"doc", add}, {"doc", look}, {"doc", take}, {"doc", absent}, {"made/here", add}} {
			a := ana.Do("PATCH", "/maria/d/"+p.path, p.text, "Content-Type", sparql)
			if a.Status != want[i] {
				t.Errorf("%q: %s: %d, want %d: %s", modes, p.text, a.Status, want[i], a.Body)
			}
			if reads := strings.Contains(modes, "Read"); !reads && (strings.Contains(a.Body, "old") || a.Header.Get("ETag") != "") {
				t.Errorf("%q: whoever may not read hears %v %s", modes, a.Header, a.Body)
			}
		}
	}
}

// Somebody with a grant to make new things does so, also by patch, and changes
// nothing that stands there.
func TestPatchByGrant(t *testing.T) {
	w := podtest.New(t)
	maria, ana := w.Citizen("maria"), w.As("dr-ana")
	maria.Put("/maria/health/labs/doc", "text/turtle", `<#a> <#b> "old" .`).Want(201)
	w.Grant("maria", "/health/labs/", ana, acl.Create, time.Hour)
	add := func(path string) *podtest.Answer {
		return ana.Do("PATCH", "/maria/health/labs/"+path, `INSERT DATA { <#a> <#b> "new" }`, "Content-Type", sparql)
	}
	add("new").Want(201)
	add("doc").Want(403)
	add("new").Want(403)
	add("").Want(403)
	add(".meta").Want(403)
	add(".acl").Want(403)
	add("new.meta").Want(403)
}

// What the document's media type was, it stays.
func TestPatchKeepsTheMediaType(t *testing.T) {
	w := podtest.New(t)
	maria := w.Citizen("maria")
	for mediaType, body := range map[string]string{
		"text/turtle": `<#a> <#b> "old" .`, "application/ld+json": `{"@id":"#a","urn:b":"old"}`,
		"application/trig": `<#g> { <#a> <#b> "in a graph" }`, "application/n-triples": `<urn:a> <urn:b> "old" .`,
		"application/n-quads": `<urn:a> <urn:b> "in a graph" <urn:g> .`,
	} {
		maria.Put("/maria/doc", mediaType, body)
		maria.Do("PATCH", "/maria/doc", `INSERT DATA { <#a> <#b> "new" }`, "Content-Type", sparql).Want(204)
		a := maria.Get("/maria/doc").Want(200).Has("Content-Type", mediaType).Says("new")
		if !strings.Contains(a.Body, "old") && !strings.Contains(a.Body, "in a graph") {
			t.Errorf("%s: what stood there has gone: %s", mediaType, a.Body)
		}
	}
	maria.Put("/maria/text", "text/plain", "x").Want(201)
	maria.Do("PATCH", "/maria/text", `INSERT DATA { <#a> <#b> "new" }`, "Content-Type", sparql).Want(415)
	maria.Get("/maria/text").Want(200).Has("Allow", "PATCH")
	if a := maria.Get("/maria/text"); a.Header.Get("Accept-Patch") != "" {
		t.Errorf("a text takes patches: %v", a.Header)
	}
	maria.Get("/maria/doc").Has("Accept-Patch", n3).Has("Accept-Patch", sparql)
}
