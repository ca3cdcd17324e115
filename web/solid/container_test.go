package solid_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"skrin/acl"
	"skrin/internal/podtest"
	"skrin/linkeddata"
)

var syntaxes = []string{"text/turtle", "application/ld+json", "application/n-triples", "application/trig", "application/n-quads"}

// graph reads what somebody gets as linked data.
func graph(t *testing.T, w *podtest.World, who *podtest.Person, path, mediaType string) *linkeddata.Graph {
	t.Helper()
	a := who.Get(path, "Accept", mediaType).Want(200).Has("Content-Type", mediaType)
	g, err := linkeddata.Decode(strings.NewReader(a.Body), linkeddata.MustMediaType(mediaType), linkeddata.MustIRI(w.Base[:len(w.Base)-1]+path), linkeddata.Limits{})
	if err != nil {
		t.Fatalf("%s as %s: %v\n%s", path, mediaType, err, a.Body)
	}
	return g
}

func has(g *linkeddata.Graph, s string, p linkeddata.IRI, o linkeddata.Term) bool {
	return g.Has(linkeddata.Quad{Triple: linkeddata.Triple{S: linkeddata.MustIRI(s).Term(), P: p.Term(), O: o}})
}

// A listing tells type, time and size of each member, in every syntax, and what
// the container's description says.
func TestListingsTell(t *testing.T) {
	w := podtest.New(t)
	maria := w.Citizen("maria")
	base := w.Base + "maria/c/"
	maria.Put("/maria/c/doc", "text/turtle; charset=utf-8", `<#a> <#b> "c" .`).Want(201)
	maria.Put("/maria/c/photo.png", "image/png", "12345").Want(201)
	maria.Put("/maria/c/sub/x", "text/plain", "x").Want(201)
	maria.Do("PATCH", "/maria/c/", `INSERT DATA { <> <http://www.w3.org/2000/01/rdf-schema#label> "Bilder"@sv; a <https://ex.example/Album>; <https://ex.example/by> [ <https://ex.example/name> "M" ] }`, "Content-Type", sparql).Want(204)
	label := linkeddata.RDFSLabel
	for _, mt := range syntaxes {
		g := graph(t, w, maria, "/maria/c/", mt)
		for _, want := range []struct {
			s string
			p linkeddata.IRI
			o linkeddata.Term
		}{
			{base, linkeddata.RDFType, linkeddata.LDPBasicContainer.Term()},
			{base, linkeddata.RDFType, linkeddata.MustIRI("https://ex.example/Album").Term()},
			{base, label, linkeddata.Lang("Bilder", "sv")},
			{base, linkeddata.LDPContains, linkeddata.MustIRI(base + "doc").Term()},
			{base, linkeddata.LDPContains, linkeddata.MustIRI(base + "sub/").Term()},
			{base + "doc", linkeddata.RDFType, linkeddata.LDPResource.Term()},
			{base + "doc", linkeddata.RDFType, linkeddata.MustIRI("http://www.w3.org/ns/iana/media-types/text/turtle#Resource").Term()},
			{base + "photo.png", linkeddata.POSIXSize, linkeddata.Typed("5", linkeddata.XSDInteger)},
			{base + "sub/", linkeddata.RDFType, linkeddata.LDPContainer.Term()},
		} {
			if !has(g, want.s, want.p, want.o) {
				t.Errorf("%s: nothing of %v %v %v", mt, want.s, want.p, want.o)
			}
		}
		for _, s := range []string{base, base + "doc", base + "sub/"} {
			for _, p := range []linkeddata.IRI{linkeddata.DCModified, linkeddata.POSIXMtime} {
				n := 0
				for range g.Objects(linkeddata.MustIRI(s).Term(), p.Term()) {
					n++
				}
				if n != 1 {
					t.Errorf("%s: %d of %v for %s", mt, n, p, s)
				}
			}
		}
		for o := range g.Objects(linkeddata.MustIRI(base).Term(), linkeddata.LDPContains.Term()) {
			if strings.Contains(o.Value(), ".meta") || strings.Contains(o.Value(), ".acl") || strings.Contains(o.Value(), "/sub/x") {
				t.Errorf("%s: lists %v", mt, o)
			}
		}
	}
}

// The tag of a container changes with its members and with its description.
func TestContainerTags(t *testing.T) {
	w := podtest.New(t)
	maria := w.Citizen("maria")
	maria.Do("PUT", "/maria/c/", "").Want(201)
	last := ""
	for _, change := range []func(){
		func() {},
		func() { maria.Put("/maria/c/x", "text/plain", "x").Want(201) },
		func() { maria.Put("/maria/c/x", "text/plain", "xy").Want(204) },
		func() {
			maria.Do("PATCH", "/maria/c/", `INSERT DATA { <> <#b> "c" }`, "Content-Type", sparql, "If-Match", last).Want(204)
		},
		func() { maria.Put("/maria/c/.meta", "text/turtle", `<./> <#b> "d" .`).Want(204) },
		func() { maria.Delete("/maria/c/.meta").Want(204) },
		func() { maria.Delete("/maria/c/x").Want(204) },
	} {
		change()
		tag := maria.Get("/maria/c/").Want(200).Header.Get("ETag")
		if tag == last || tag == "" {
			t.Errorf("the tag stayed %q", tag)
		}
		if head := maria.Do("HEAD", "/maria/c/", "").Want(200).Header.Get("ETag"); head != tag {
			t.Errorf("HEAD says %q, GET %q", head, tag)
		}
		maria.Get("/maria/c/", "If-None-Match", tag).Want(304)
		last = tag
	}
	maria.Do("PATCH", "/maria/c/", `INSERT DATA { <> <#b> "c" }`, "Content-Type", sparql, "If-Match", `"other"`).Want(412)
	maria.Do("PATCH", "/maria/c/", `INSERT DATA { <> <#b> "c" }`, "Content-Type", sparql, "If-None-Match", "*").Want(412)
}

// What the server says of a resource, nobody else says: 409 whichever way it comes.
func TestServerManagedTriples(t *testing.T) {
	w := podtest.New(t)
	maria := w.Citizen("maria")
	maria.Put("/maria/c/doc", "text/turtle", "").Want(201)
	const link = `<http://www.w3.org/ns/ldp#BasicContainer>; rel="type"`
	const prefixes = "PREFIX ldp: <http://www.w3.org/ns/ldp#>\nPREFIX dc: <http://purl.org/dc/terms/>\nPREFIX stat: <http://www.w3.org/ns/posix/stat#>\nPREFIX pim: <http://www.w3.org/ns/pim/space#>\nPREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\n"
	n := 0
	for _, c := range []struct {
		triple  string // about <> as the container
		allowed bool
	}{
		{`<> ldp:contains <other>`, false},
		{`<https://elsewhere.example/> ldp:contains <doc>`, false},
		{`<> dc:modified "2020-01-01T00:00:00Z"^^xsd:dateTime`, false},
		{`<> stat:mtime 1`, false},
		{`<doc> stat:size 1`, false},
		{`<doc> dc:modified "2020-01-01T00:00:00Z"^^xsd:dateTime`, false},
		{`<doc> a ldp:Container`, false},
		{`<> a pim:Storage`, false},
		{`<> a ldp:BasicContainer`, true}, // as it is
		{`<> dc:title "Labs"`, true},
		{`<#thing> dc:modified "2020-01-01T00:00:00Z"^^xsd:dateTime`, true},
		{`<https://elsewhere.example/> a pim:Storage`, true},
	} {
		status := func(ok int) int {
			if c.allowed {
				return ok
			}
			return 409
		}
		n++
		fresh := fmt.Sprintf("/maria/new%d/", n)
		maria.Do("PATCH", "/maria/c/", prefixes+"INSERT DATA { "+c.triple+" }", "Content-Type", sparql).Want(status(204))
		maria.Do("PATCH", fresh, prefixes+"INSERT DATA { "+c.triple+" }", "Content-Type", sparql).Want(status(201))
		maria.Put(fmt.Sprintf("/maria/put%d/", n), "text/turtle", prefixes+c.triple+" .", "Link", link).Want(status(201))
		maria.Post("/maria/", "text/turtle", prefixes+c.triple+" .", "Link", link).Want(status(201))
		if !strings.Contains(c.triple, "<#") {
			meta := strings.ReplaceAll(c.triple, "<>", "<./>")
			maria.Put("/maria/c/.meta", "text/turtle", prefixes+meta+" .").Want(status(204))
			maria.Do("PATCH", "/maria/c/.meta", prefixes+"INSERT DATA { "+meta+"; <https://ex.example/more> 1 }", "Content-Type", sparql).Want(status(204))
		}
	}
	maria.Do("PATCH", "/maria/c/", prefixes+"DELETE DATA { <> ldp:contains <doc> }", "Content-Type", sparql).Want(409)
	maria.Do("PATCH", "/maria/c/", prefixes+"DELETE WHERE { <> ldp:contains ?x }", "Content-Type", sparql).Want(409)
	maria.Put("/maria/c/doc.meta", "text/turtle", "@prefix stat: <http://www.w3.org/ns/posix/stat#>. <doc> stat:size 1 .").Want(409)
	maria.Put("/maria/c/doc.meta", "text/turtle", "@prefix ldp: <http://www.w3.org/ns/ldp#>. <doc> a ldp:Container .").Want(409)
	maria.Put("/maria/c/doc.meta", "text/turtle", `<doc> <http://purl.org/dc/terms/title> "Labs" .`).Want(201)
	maria.Get("/maria/c/doc").Has("Link", `<`+w.Base+`maria/c/doc.meta>; rel="describedby"`)
	if g := graph(t, w, maria, "/maria/c/", nt); has(g, w.Base+"maria/c/", linkeddata.LDPContains, linkeddata.MustIRI(w.Base+"maria/c/other").Term()) {
		t.Error("somebody made the container contain something")
	}
}

// A body that comes with a new container says something of the container.
func TestContainersWithDescription(t *testing.T) {
	w := podtest.New(t)
	maria := w.Citizen("maria")
	const link = `<http://www.w3.org/ns/ldp#BasicContainer>; rel="type"`
	const body = `<> <http://purl.org/dc/terms/title> "Labs" . <#me> <http://purl.org/dc/terms/title> "fragment" .`
	made := maria.Post("/maria/", "text/turtle", body, "Link", link, "Slug", "posted").Want(201).Header.Get("Location")
	if made != w.Base+"maria/posted/" {
		t.Fatalf("made %s", made)
	}
	maria.Put("/maria/put/", "text/turtle", body).Want(201).Has("Location", "/maria/put/")
	maria.Do("PATCH", "/maria/deep/patched/", `INSERT DATA { <> <http://purl.org/dc/terms/title> "Labs" . <#me> <http://purl.org/dc/terms/title> "fragment" }`, "Content-Type", sparql).Want(201).Has("Location", "/maria/deep/patched/")
	for _, path := range []string{"/maria/posted/", "/maria/put/", "/maria/deep/patched/"} {
		g := graph(t, w, maria, path, "text/turtle")
		self := w.Base[:len(w.Base)-1] + path
		if !has(g, self, linkeddata.DCTitle, linkeddata.Text("Labs")) || !has(g, self+"#me", linkeddata.DCTitle, linkeddata.Text("fragment")) {
			t.Errorf("%s does not say what came with it", path)
		}
		maria.Get(path + ".meta").Want(200).Says("Labs")
	}
	maria.Put("/maria/put/", "text/turtle", body).Want(409)
	maria.Put("/maria/put/", "text/turtle", body, "If-None-Match", "*").Want(412)
	maria.Put("/maria/bad/", "text/turtle", "<> <x").Want(400)
	maria.Put("/maria/bad/", "image/png", "x").Want(415)
	maria.Get("/maria/bad/").Want(404)
}

// Whoever may read a container by a grant sees its members, and not its description.
func TestDescriptionsStayWithTheRules(t *testing.T) {
	w := podtest.New(t)
	maria, ana := w.Citizen("maria"), w.As("dr-ana")
	maria.Put("/maria/health/labs/x", "text/turtle", "").Want(201)
	maria.Do("PATCH", "/maria/health/labs/", `INSERT DATA { <> <http://purl.org/dc/terms/title> "mine" }`, "Content-Type", sparql).Want(204)
	grantRead(w, "/health/labs/", ana)
	if a := ana.Get("/maria/health/labs/").Want(200).Says("labs/x"); strings.Contains(a.Body, "mine") {
		t.Errorf("a grant showed the description: %s", a.Body)
	}
	ana.Get("/maria/health/labs/.meta").Want(403)
	maria.Put("/maria/health/labs/.acl", "text/turtle", rulesFor("acl:agent <"+ana.WebID.String()+">", "acl:Read")).Want(201)
	ana.Get("/maria/health/labs/").Want(200).Says("mine")
	ana.Get("/maria/health/labs/.meta").Want(200).Says("mine")
}

// grantRead lets somebody read a part of Maria's pod for a while.
func grantRead(w *podtest.World, path string, who *podtest.Person) {
	w.Grant("maria", path, who, acl.Read, time.Hour)
}

// A long patch that makes a container makes all of its description, and leaves
// nothing else behind.
func TestLongPatchOfANewContainer(t *testing.T) {
	w := podtest.New(t)
	maria := w.Citizen("maria")
	said := strings.Repeat("x", 50_000)
	for i, kind := range []string{"text/n3", "application/sparql-update"} {
		patch := `@prefix solid: <http://www.w3.org/ns/solid/terms#>. <#p> a solid:InsertDeletePatch; solid:inserts { <./> <#a> "1` + said + `", "2` + said + `" }.`
		if i == 1 {
			patch = `INSERT DATA { <./> <#a> "1` + said + `", "2` + said + `" }`
		}
		at := fmt.Sprintf("/maria/made-%d/", i)
		maria.Do("PATCH", at, patch, "Content-Type", kind).Want(201)
		for _, where := range []string{at, at + ".meta"} {
			maria.Get(where).Want(200).Says("1" + said).Says("2" + said)
		}
		if files, _ := filepath.Glob(filepath.Join(w.Dir, "pods", "*", "*.blobs", "*")); len(files) > 0 {
			t.Errorf("%s: left %v", kind, files)
		}
	}
}

// Whoever may only add members to a container says nothing about the container:
// it would be shown as the container's own word.
func TestAppendersDoNotDescribe(t *testing.T) {
	w := podtest.New(t)
	maria, eve := w.Citizen("maria"), w.As("eve")
	maria.Do("PUT", "/maria/post/", "").Want(201)
	maria.Put("/maria/post/.acl", "text/turtle", `@prefix acl: <http://www.w3.org/ns/auth/acl#>.
<#o> a acl:Authorization; acl:agent <`+maria.WebID.String()+`>; acl:accessTo <./>; acl:default <./>; acl:mode acl:Read, acl:Write, acl:Control.
<#p> a acl:Authorization; acl:agentClass acl:AuthenticatedAgent; acl:accessTo <./>; acl:default <./>; acl:mode acl:Append.`).Want(201)
	const elsewhere = `<./> <http://www.w3.org/ns/ldp#inbox> <https://eve.example/>.`
	for range 2 { // without a description, and with one
		eve.Patch("/maria/post/", inserting(elsewhere)).Want(403)
		eve.Patch("/maria/post/.meta", inserting(elsewhere)).Want(403)
		eve.Do("PATCH", "/maria/post/", "INSERT DATA { "+elsewhere+" }", "Content-Type", "application/sparql-update").Want(403)
		eve.Put("/maria/post/.meta", "text/turtle", elsewhere).Want(403)
		if a := maria.Get("/maria/post/").Want(200); strings.Contains(a.Body, "eve.example") {
			t.Errorf("it is said: %s", a.Body)
		}
		maria.Patch("/maria/post/", inserting(`<./> <http://purl.org/dc/terms/title> "Post".`)).Want(204)
	}
	eve.Post("/maria/post/", "text/turtle", elsewhere).Want(201)
}

func inserting(triples string) string {
	return `@prefix solid: <http://www.w3.org/ns/solid/terms#>. <#p> a solid:InsertDeletePatch; solid:inserts { ` + triples + ` }.`
}
