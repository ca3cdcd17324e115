package conformance

import (
	"strings"
)

// The MUSTs of section 5.3, "Writing Resources", and 5.3.1, "Modifying Resources Using N3 Patches".

func patchOf(body string) string { return n3 + "_:p a solid:InsertDeletePatch; " + body + "." }

var writingMusts = []must{
	{"server-post-uri-assignment", func(s *story) {
		a, b := s.maria.Post(s.at, "text/turtle", "").Want(201).Header.Get("Location"), s.maria.Post(s.at, "text/turtle", "").Want(201).Header.Get("Location")
		if a == "" || a == b {
			s.Errorf("two resources are at %q and %q", a, b)
		}
	}},
	{"server-put-patch-intermediate-containers", func(s *story) {
		s.maria.Put(s.at+"a/b/c", "text/turtle", "").Want(201)
		s.maria.Patch(s.at+"d/e/f", patchOf("solid:inserts { <#a> ex:b 1 }")).Want(201)
		for _, pair := range [][2]string{{"", "a/"}, {"a/", "a/b/"}, {"a/b/", "a/b/c"}, {"", "d/"}, {"d/", "d/e/"}, {"d/e/", "d/e/f"}} {
			if !s.contains(s.at+pair[0], s.at+pair[1]) {
				s.Errorf("%s does not contain %s", pair[0], pair[1])
			}
		}
	}},
	{"server-post-container", func(s *story) {
		s.maria.Post(s.at, "text/turtle", "<#a> <#b> 1.").Want(201)
	}},
	{"server-post-container-create-resource", func(s *story) {
		at := strings.TrimPrefix(s.maria.Post(s.at, "text/turtle", "", "Slug", "wish").Want(201).Header.Get("Location"), strings.TrimSuffix(s.w.Base, "/"))
		if rest, below := strings.CutPrefix(at, s.at); !below || strings.Contains(rest, "/") || !s.contains(s.at, at) {
			s.Errorf("it was made at %s", at)
		}
	}},
	{"server-post-target-not-found", func(s *story) {
		s.maria.Post(s.at+"none/", "text/turtle", "").Want(404)
		s.maria.Post(s.at+"none", "text/turtle", "").Want(404)
	}},
	{"server-protect-containment", func(s *story) {
		insert := "solid:inserts { <> <" + ldp + "contains> <other> }"
		s.maria.Patch(s.at, patchOf(insert)).Want(409)
		s.maria.Patch(s.at+".meta", patchOf(insert)).Want(409)
		s.maria.Put(s.at, "text/turtle", "<> <"+ldp+"contains> <other>.").Want(409)
		if s.contains(s.at, s.at+"other") {
			s.Errorf("it is contained now")
		}
	}},
	{"server-protect-contained-resource-metadata", func(s *story) {
		s.turtle("x", "")
		for _, triple := range []string{"<x> <http://www.w3.org/ns/posix/stat#size> 7", `<x> <http://purl.org/dc/terms/modified> "2026-01-01T00:00:00Z"^^<http://www.w3.org/2001/XMLSchema#dateTime>`} {
			s.maria.Patch(s.at, patchOf("solid:inserts { "+triple+" }")).Want(409)
			s.maria.Put(s.at, "text/turtle", triple+".").Want(409)
			s.maria.Do("POST", s.at, strings.Replace(triple, "<x>", "<>", 1)+".", "Content-Type", "text/turtle", "Link", `<http://www.w3.org/ns/ldp#BasicContainer>; rel="type"`).Want(409)
		}
	}},
	{"server-patch-n3-accept", func(s *story) {
		for mt, body := range map[string]string{"text/turtle": "", "application/ld+json": "{}", "application/n-triples": "", "application/trig": ""} {
			at := s.at + strings.ReplaceAll(mt, "/", "-")
			s.maria.Put(at, mt, body).Want(201)
			s.maria.Patch(at, patchOf("solid:inserts { <#a> ex:b <#c> }")).Want(204)
			s.maria.Get(at, "Accept", "application/n-triples").Want(200).Says("<https://ex.example/b>")
		}
		s.maria.Do("PATCH", s.at+"text-turtle", patchOf("solid:inserts { <#a> ex:b <#d> }"), "Content-Type", "text/n3; charset=UTF-8").Want(204)
	}},
	{"server-patch-n3-advertise", func(s *story) {
		x := s.turtle("x", "")
		s.maria.Get(x).Has("Accept-Patch", "text/n3")
		s.maria.Do("PATCH", x, "x", "Content-Type", "text/csv").Want(415).Has("Accept-Patch", "text/n3")
	}},
	{"server-patch-n3-invalid", func(s *story) {
		x := s.turtle("x", "<#a> <https://ex.example/b> 1.")
		for name, body := range map[string]string{
			"no patch resource":                   "<#a> ex:b 1.",
			"nothing":                             "",
			"two patches":                         "_:p a solid:InsertDeletePatch; solid:inserts { <#a> ex:c 1 }. _:q a solid:InsertDeletePatch; solid:inserts { <#a> ex:c 2 }.",
			"no InsertDeletePatch":                "_:p a solid:Patch; solid:inserts { <#a> ex:c 1 }.",
			"two deletes":                         "_:p a solid:InsertDeletePatch; solid:deletes { <#a> ex:b 1 }, { <#a> ex:b 2 }.",
			"two inserts":                         "_:p a solid:InsertDeletePatch; solid:inserts { <#a> ex:b 1 }, { <#a> ex:b 2 }.",
			"two wheres":                          "_:p a solid:InsertDeletePatch; solid:where { <#a> ex:b 1 }, { <#a> ex:b 1, 1 }; solid:inserts { <#a> ex:b 2 }.",
			"no formula":                          "_:p a solid:InsertDeletePatch; solid:inserts <#a>.",
			"a nested formula":                    "_:p a solid:InsertDeletePatch; solid:inserts { <#a> ex:b { <#a> ex:b 1 } }.",
			"a variable out of nowhere":           "_:p a solid:InsertDeletePatch; solid:inserts { ?x ex:b 1 }.",
			"another out of nowhere":              "_:p a solid:InsertDeletePatch; solid:deletes { ?x ex:b 1 }.",
			"a blank node deleted":                "_:p a solid:InsertDeletePatch; solid:deletes { _:x ex:b 1 }.",
			"one blank node in where and inserts": "_:p a solid:InsertDeletePatch; solid:where { _:x ex:b 1 }; solid:inserts { _:x ex:b 2 }.",
			"the patch's own blank node":          "_:p a solid:InsertDeletePatch; solid:inserts { _:p ex:b 2 }.",
		} {
			if a := s.maria.Patch(x, n3+body); a.Status != 422 {
				s.Errorf("%s: %d, want 422: %s", name, a.Status, a.Body)
			}
		}
	}},
	{"server-patch-n3-blank-nodes", func(s *story) {
		x := s.turtle("x", "<#a> <https://ex.example/b> 1.")
		s.maria.Patch(x, patchOf("solid:inserts { <#a> ex:knows _:n. _:n ex:name \"new\" }")).Want(204)
		s.maria.Patch(x, patchOf("solid:inserts { <#a> ex:knows _:n. _:n ex:name \"new\" }")).Want(204)
		if got := strings.Count(s.maria.Get(x, "Accept", "application/n-triples").Want(200).Body, `"new"`); got != 2 {
			s.Errorf("%d new blank nodes, want 2", got)
		}
	}},
	{"server-patch-n3-semantics", func(s *story) {
		x := s.turtle("x", "<#c> <https://ex.example/family> \"Garcia\"; <https://ex.example/given> \"Claudia\".")
		s.maria.Patch(x, patchOf(`solid:where { ?p ex:family "Garcia" }; solid:inserts { ?p ex:given "Alex" }; solid:deletes { ?p ex:given "Claudia" }`)).Want(204)
		a := s.maria.Get(x).Want(200).Says("Alex")
		if strings.Contains(a.Body, "Claudia") {
			s.Errorf("Claudia is still there: %s", a.Body)
		}
	}},
	{"server-patch-n3-semantics-no-mapping", func(s *story) {
		x := s.turtle("x", "<#a> <https://ex.example/b> 1. <#c> <https://ex.example/b> 1.")
		s.maria.Patch(x, patchOf("solid:where { ?x ex:b 2 }; solid:inserts { ?x ex:c 1 }")).Want(409)
		s.maria.Patch(x, patchOf("solid:where { ?x ex:b 1 }; solid:inserts { ?x ex:c 1 }")).Want(409)
		s.maria.Patch(s.at+"none", patchOf("solid:where { ?x ex:b 1 }; solid:inserts { ?x ex:c 1 }")).Want(409)
	}},
	{"server-patch-n3-semantics-deletions-non-empty-all-triples", func(s *story) {
		x := s.turtle("x", "<#a> <https://ex.example/b> 1.")
		s.maria.Patch(x, patchOf("solid:deletes { <#a> ex:b 1, 2 }")).Want(409)
		s.maria.Get(x).Want(200).Says("1")
	}},
}
