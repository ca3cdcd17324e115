package conformance

import (
	"slices"
	"strings"
	"testing"

	"skrin/internal/podtest"
)

// TestSolidProtocol goes through the MUSTs of the Solid Protocol for servers (editor's draft 0.11, chapters 2 to 5 and
// 8), by their anchors. Those that need other tests stand in doc/solid.md beside them.
func TestSolidProtocol(t *testing.T) {
	tell(t, slices.Concat(httpMusts, storageMusts, containerMusts, auxiliaryMusts, readingMusts, writingMusts, deletingMusts, corsMusts))
}

var httpMusts = []must{
	{"server-unauthenticated", func(s *story) {
		x := s.turtle("x", "<#a> <#b> 1.")
		for _, method := range []string{"GET", "HEAD", "PUT", "POST", "PATCH", "DELETE"} {
			s.public.Do(method, x, "").Want(401).Has("WWW-Authenticate", "DPoP")
		}
	}},
	{"server-content-type-includes", func(s *story) {
		x := s.turtle("x", "<#a> <#b> 1.")
		for _, path := range []string{x, s.at, s.at + "none", "/maria/.acl", "/maria/.well-known/solid", "/nobody/", "/maria/%00"} {
			if a := s.maria.Get(path); a.Body != "" && a.Header.Get("Content-Type") == "" {
				s.Errorf("%s: content without a type", path)
			}
		}
	}},
	{"server-content-type-missing", func(s *story) {
		x := s.turtle("x", "<#a> <#b> 1.")
		for method, path := range map[string]string{"PUT": x, "POST": s.at, "PATCH": x} {
			s.maria.Do(method, path, "<#a> <#b> 2.").Want(400)
		}
	}},
	{"server-last-modified-includes", func(s *story) {
		x := s.turtle("x", "<#a> <#b> 1.")
		s.maria.Put(x+".meta", "text/turtle", "<x> <#b> 1.").Want(201)
		for _, path := range []string{x, s.at, x + ".meta", "/maria/.acl", "/maria/", "/maria/.well-known/solid", "/maria/.access/grants/", "/maria/.journal/"} {
			for _, method := range []string{"GET", "HEAD"} {
				s.maria.Do(method, path, "").Want(200).Has("Last-Modified", "GMT")
			}
		}
	}},
}

var storageMusts = []must{
	{"server-uri-trailing-slash-distinct", func(s *story) {
		x := s.turtle("x", "")
		s.maria.Do("PUT", x+"/", "").Want(409)
		s.maria.Get(x + "/").Want(404)
		s.maria.Do("PUT", s.at+"sub/", "").Want(201)
		s.maria.Put(s.at+"sub", "text/turtle", "").Want(409)
		s.maria.Patch(s.at+"sub", n3+`_:p a solid:InsertDeletePatch; solid:inserts { <#a> ex:b 1 }.`).Want(409)
		s.maria.Get(s.at + "sub").Want(404)
	}},
	{"server-link-storage", func(s *story) {
		for _, method := range []string{"GET", "HEAD"} {
			s.links(s.maria.Do(method, "/maria/", "").Want(200), storage, "type")
			if link(s.maria.Do(method, s.at, ""), storage, "type") {
				s.Errorf("a container inside calls itself a storage")
			}
		}
	}},
	{"server-storage-description", func(s *story) {
		x := s.turtle("x", "")
		for _, path := range []string{x, s.at, "/maria/", "/maria/.acl"} {
			for _, method := range []string{"GET", "HEAD", "OPTIONS"} {
				for _, who := range []*podtest.Person{s.maria, s.ana, s.public} { // the refused need it most
					s.links(who.Do(method, path, ""), s.iri("/maria/.well-known/solid"), solidNS+"storageDescription")
				}
				s.links(s.maria.Do(method, path, "", "Authorization", "DPoP x"), s.iri("/maria/.well-known/solid"), solidNS+"storageDescription")
			}
		}
	}},
	{"server-storage-description-resource", func(s *story) {
		a := s.public.Get("/maria/.well-known/solid", "Accept", "text/turtle").Want(200)
		if g := s.graph(a, "/maria/.well-known/solid"); !says(g, s.iri("/maria/"), rdfType, storage) {
			s.Errorf("the description does not say that there is a storage: %s", a.Body)
		}
	}},
	{"server-storage-link-owner", func(s *story) {
		s.links(s.maria.Do("HEAD", "/maria/", "").Want(200), s.maria.WebID.String(), solidNS+"owner")
	}},
}

var containerMusts = []must{
	{"server-hierarchical-containment", func(s *story) {
		s.turtle("a/b/c", "")
		for _, pair := range [][2]string{{"", "a/"}, {"a/", "a/b/"}, {"a/b/", "a/b/c"}} {
			if !s.contains(s.at+pair[0], s.at+pair[1]) {
				s.Errorf("%s does not contain %s", pair[0], pair[1])
			}
		}
		if s.contains(s.at, s.at+"a/b/") || s.contains(s.at+"a/b/", s.at+"a/") {
			s.Errorf("containment beyond the direct members")
		}
	}},
	{"server-basic-container", func(s *story) {
		a := s.maria.Get(s.at, "Accept", "text/turtle").Want(200)
		g := s.graph(a, s.at)
		for _, class := range []string{"Container", "BasicContainer"} {
			s.links(a, ldp+class, "type")
			if !says(g, s.iri(s.at), rdfType, ldp+class) {
				s.Errorf("it is no %s: %s", class, a.Body)
			}
		}
	}},
	{"server-contained-resource-metadata", func(s *story) {
		x := s.turtle("x", "<#a> <#b> 1.")
		a := s.maria.Get(s.at, "Accept", "text/turtle").Want(200)
		if !says(s.graph(a, s.at), s.iri(x), rdfType, "http://www.w3.org/ns/iana/media-types/text/turtle#Resource") {
			s.Errorf("nothing of the member's type: %s", a.Body)
		}
		for _, word := range []string{"size", "mtime", "modified"} {
			a.Says(word)
		}
	}},
}

var auxiliaryMusts = []must{
	{"server-auxiliary-resources-management", func(s *story) {
		x := s.turtle("x", "")
		s.maria.Put(x+".meta", "text/turtle", "<x> <#b> 1.").Want(201)
		s.maria.Delete(x).Want(204)
		s.turtle("x", "")
		s.maria.Get(x + ".meta").Want(404)
	}},
	{"server-link-auxiliary-type", func(s *story) {
		x := s.turtle("x", "")
		for _, method := range []string{"GET", "HEAD"} {
			for _, path := range []string{x, s.at} {
				a := s.maria.Do(method, path, "").Want(200)
				s.links(a, s.iri(path+".acl"), "acl")
				s.links(a, s.iri(path+".meta"), "describedby")
			}
		}
	}},
	{"server-description-resource-max", func(s *story) {
		n := 0
		for _, line := range s.maria.Get(s.turtle("x", "")).Header.Values("Link") {
			n += strings.Count(line, `rel="describedby"`)
		}
		if n != 1 {
			s.Errorf("%d description resources", n)
		}
	}},
	{"server-put-patch-auxiliary-resource", func(s *story) {
		x := s.turtle("x", "")
		s.maria.Put(x+".meta", "text/turtle", "<x> <#b> 1.").Want(201)
		s.maria.Put(x+".meta", "text/turtle", "<x> <#b> 2.").Want(204)
		y := s.turtle("y", "")
		insert := n3 + `_:p a solid:InsertDeletePatch; solid:inserts { <y> ex:b 1 }.`
		s.maria.Patch(y+".meta", insert).Want(201)
		s.maria.Patch(y+".acl", insert).Want(201)
		s.maria.Patch(y+".acl", strings.Replace(insert, "1", "2", 1)).Want(204)
	}},
}

var readingMusts = []must{
	{"server-method-not-allowed", func(s *story) {
		x := s.turtle("x", "")
		s.maria.Post(x, "text/turtle", "").Want(405).Has("Allow", "GET")
		s.maria.Do("TRACE", x, "").Want(405)
		s.maria.Do("DELETE", "/maria/", "").Want(405).Has("Allow", "GET")
		s.maria.Do("PUT", "/maria/.well-known/solid", "").Want(405).Has("Allow", "GET")
	}},
	{"server-safe-methods", func(s *story) {
		x := s.turtle("x", "")
		for method, status := range map[string]int{"GET": 200, "HEAD": 200, "OPTIONS": 204} {
			s.maria.Do(method, x, "").Want(status)
			s.maria.Do(method, s.at, "").Want(status)
		}
	}},
	{"server-allow-methods", func(s *story) {
		x := s.turtle("x", "")
		for _, a := range []struct {
			method, path, body string
			fields             []string
		}{
			{"GET", x, "", nil}, {"HEAD", x, "", nil}, {"OPTIONS", x, "", nil}, {"GET", s.at, "", nil}, {"GET", "/maria/.acl", "", nil},
			{"PUT", x, "<#a> <#b> 1.", []string{"Content-Type", "text/turtle"}}, {"PUT", s.at + "new", "", []string{"Content-Type", "text/turtle"}},
			{"POST", s.at, "", []string{"Content-Type", "text/turtle"}},
			{"PATCH", x, n3 + `_:p a solid:InsertDeletePatch; solid:inserts { <#a> ex:b 1 }.`, []string{"Content-Type", "text/n3"}},
		} {
			if got := s.maria.Do(a.method, a.path, a.body, a.fields...); got.Status >= 300 || got.Header.Get("Allow") == "" {
				s.Errorf("%s %s: %d, Allow %q", a.method, a.path, got.Status, got.Header.Get("Allow"))
			}
		}
	}},
	{"server-accept-headers", func(s *story) {
		x := s.turtle("x", "")
		for _, method := range []string{"GET", "HEAD", "OPTIONS"} {
			s.maria.Do(method, x, "").Has("Accept-Patch", "text/n3").Has("Accept-Put", "/")
			s.maria.Do(method, s.at, "").Has("Accept-Post", "*/*").Has("Accept-Patch", "text/n3").Has("Accept-Put", "text/turtle")
			s.maria.Do(method, "/maria/.acl", "").Has("Accept-Patch", "text/n3").Has("Accept-Put", "text/turtle")
		}
	}},
	{"server-representation-turtle-jsonld", func(s *story) {
		for mt, body := range map[string]string{"text/turtle": "<#a> <#b> <#c>.", "application/ld+json": `{"@id":"#a","#b":{"@id":"#c"},"https://ex.example/p":{"@id":"#c"}}`} {
			for i, at := range []string{s.at + "put" + mt[:4], s.at + "patch" + mt[:4]} {
				if i == 0 {
					s.maria.Put(at, mt, body).Want(201)
				} else {
					s.maria.Patch(at, n3+`_:p a solid:InsertDeletePatch; solid:inserts { <#a> ex:p <#c> }.`).Want(201)
				}
				for _, accept := range []string{"text/turtle", "application/ld+json"} {
					s.graph(s.maria.Get(at, "Accept", accept).Want(200).Has("Content-Type", accept), at)
				}
			}
		}
		place := strings.TrimPrefix(s.maria.Post(s.at, "text/turtle", "<#a> <#b> <#c>.").Want(201).Header.Get("Location"), strings.TrimSuffix(s.w.Base, "/"))
		s.maria.Get(place, "Accept", "application/ld+json").Want(200).Has("Content-Type", "application/ld+json")
	}},
}

var deletingMusts = []must{
	{"server-delete-protect-root-container", func(s *story) {
		s.maria.Delete("/maria/").Want(405)
		s.maria.Delete("/maria/.acl").Want(405)
	}},
	{"server-disallow-delete", func(s *story) {
		for _, path := range []string{"/maria/", "/maria/.acl"} {
			for _, method := range []string{"GET", "OPTIONS", "DELETE"} {
				if a := s.maria.Do(method, path, ""); strings.Contains(a.Header.Get("Allow"), "DELETE") || a.Header.Get("Allow") == "" {
					s.Errorf("%s %s: Allow: %s", method, path, a.Header.Get("Allow"))
				}
			}
		}
	}},
	{"server-delete-remove-containment", func(s *story) {
		x := s.turtle("x", "")
		s.maria.Delete(x).Want(204)
		if s.contains(s.at, x) {
			s.Errorf("it is still contained")
		}
	}},
	{"server-delete-remove-auxiliary-resource", func(s *story) {
		x := s.turtle("x", "")
		s.maria.Put(x+".acl", "text/turtle", `@prefix acl: <http://www.w3.org/ns/auth/acl#>. <#r> a acl:Authorization; acl:accessTo <x>; acl:agent <`+s.ana.WebID.String()+`>; acl:mode acl:Read.`).Want(201)
		s.ana.Get(x).Want(200)
		s.maria.Delete(x).Want(204)
		s.turtle("x", "")
		s.ana.Get(x).Want(403)
		s.maria.Get(x + ".acl").Want(404)
	}},
	{"server-delete-remove-empty-container", func(s *story) {
		s.maria.Do("PUT", s.at+"sub/", "").Want(201)
		s.maria.Delete(s.at + "sub/").Want(204)
		s.maria.Get(s.at + "sub/").Want(404)
	}},
	{"server-delete-protect-nonempty-container", func(s *story) {
		s.turtle("sub/x", "")
		s.maria.Delete(s.at+"sub/").Want(409).Has("Content-Type", "application/problem+json").Says("members")
		s.maria.Get(s.at + "sub/x").Want(200)
	}},
}

const app = "https://app.example"

var corsMusts = []must{
	{"server-cors-access-control-headers", func(s *story) {
		x := s.turtle("x", "")
		for _, a := range []struct {
			got    int
			method string
			path   string
		}{{200, "GET", x}, {404, "GET", s.at + "none"}, {204, "OPTIONS", x}, {400, "GET", "/maria/%00"}} {
			s.maria.Do(a.method, a.path, "", "Origin", app).Want(a.got).Has("Access-Control-Allow-Origin", app)
		}
		s.ana.Get(x, "Origin", app).Want(403).Has("Access-Control-Allow-Origin", app)
		s.public.Get(x, "Origin", app).Want(401).Has("Access-Control-Allow-Origin", app)
	}},
	{"server-cors-acao-vary", func(s *story) {
		x := s.turtle("x", "")
		s.maria.Get(x, "Origin", app).Has("Vary", "Origin")
		s.maria.Get(x).Has("Vary", "Origin")
	}},
	{"server-cors-aceh", func(s *story) {
		x := s.turtle("x", "<#a> <#b> 1.")
		for _, a := range []struct{ method, path, body string }{{"GET", x, ""}, {"GET", s.at, ""}, {"OPTIONS", s.at, ""}, {"PUT", s.at + "y", "x"}, {"GET", s.at + "none", ""}, {"POST", x, ""}} {
			got := s.maria.Do(a.method, a.path, a.body, "Origin", app, "Content-Type", "text/plain")
			exposed := strings.ToLower(got.Header.Get("Access-Control-Expose-Headers"))
			for name := range got.Header {
				if name = strings.ToLower(name); !strings.HasPrefix(name, "access-control-") && !slices.Contains(simple, name) && !slices.Contains(strings.Split(strings.ReplaceAll(exposed, " ", ""), ","), name) {
					s.Errorf("%s %s: an app cannot read %s", a.method, a.path, name)
				}
			}
			if strings.Contains(exposed, "*") {
				s.Errorf("%s: everything is exposed", a.path)
			}
		}
	}},
	{"server-cors-options", func(s *story) {
		for _, path := range []string{s.at, s.at + "none", "/maria/.acl", "/nobody/x"} {
			a := s.public.Do("OPTIONS", path, "", "Origin", app, "Access-Control-Request-Method", "PATCH", "Access-Control-Request-Headers", "authorization, dpop, content-type").Want(204)
			a.Has("Access-Control-Allow-Methods", "PATCH").Has("Access-Control-Allow-Origin", app).Has("Access-Control-Allow-Headers", "authorization, dpop, content-type")
			if a.Body != "" {
				s.Errorf("a preflight with a body")
			}
		}
	}},
	{"server-cors-accept-acah", func(s *story) {
		s.public.Do("OPTIONS", s.at, "", "Origin", app, "Access-Control-Request-Method", "GET", "Access-Control-Request-Headers", "accept").Want(204).Has("Access-Control-Allow-Headers", "accept")
	}},
}

// simple are fields that every page may read (Fetch, "CORS-safelisted response-header name"), and those that only the
// browser itself heeds: see DIVERGENCES.md.
var simple = []string{"cache-control", "date", "server", "content-security-policy", "x-content-type-options", "referrer-policy", "cross-origin-resource-policy",
	"origin-agent-cluster", "connection", "transfer-encoding"}
