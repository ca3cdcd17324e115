package conformance

import (
	"strings"
	"testing"
)

// TestWebAccessControl goes through the MUSTs of Web Access Control for servers (editor's draft of April 2026) that are
// not in the table of TestWebAccessControlTable, by their anchors.
func TestWebAccessControl(t *testing.T) { tell(t, accessMusts) }

const aclPrefix = "@prefix acl: <http://www.w3.org/ns/auth/acl#>. @prefix foaf: <http://xmlns.com/foaf/0.1/>.\n"

var accessMusts = []must{
	{"server-link-acl", func(s *story) {
		x := s.turtle("x", "")
		s.links(s.maria.Get(x), s.iri(x+".acl"), "acl")
		s.links(s.maria.Do("HEAD", s.at, ""), s.iri(s.at+".acl"), "acl")
	}},
	{"server-resource-acl-max", func(s *story) {
		n := 0
		for _, line := range s.maria.Get(s.turtle("x", "")).Header.Values("Link") {
			n += strings.Count(line, `rel="acl"`)
		}
		if n != 1 {
			s.Errorf("%d ACL resources", n)
		}
	}},
	{"server-link-condition", func(s *story) {
		for _, method := range []string{"GET", "HEAD"} {
			a := s.maria.Do(method, "/maria/.acl", "").Want(200)
			for _, kind := range []string{"ClientCondition", "IssuerCondition"} {
				s.links(a, "http://www.w3.org/ns/auth/acl#"+kind, "http://www.w3.org/ns/auth/acl#condition")
			}
		}
	}},
	{"server-get-acl-turtle", func(s *story) {
		s.rules("acl:Read")
		s.maria.Do("PUT", s.at+".acl", `{"@id":"#r","@type":"http://www.w3.org/ns/auth/acl#Authorization"}`, "Content-Type", "application/ld+json").Want(204)
		for _, method := range []string{"GET", "HEAD"} {
			s.maria.Do(method, s.at+".acl", "", "Accept", "text/turtle").Want(200).Has("Content-Type", "text/turtle")
		}
	}},
	{"server-acl-without-representation", func(s *story) {
		s.rules("acl:Read", s.ana)
		x := s.turtle("x", "")
		s.maria.Get(x + ".acl").Want(404)
		s.ana.Get(x).Want(200)
		s.maria.Put(x+".acl", "text/turtle", "").Want(201) // a representation without rules gives nobody anything
		s.ana.Get(x).Want(403)
		s.maria.Delete(x + ".acl").Want(204)
		s.ana.Get(x).Want(200)
	}},
	{"server-get-acl-without-representation", func(s *story) {
		x := s.turtle("x", "")
		for _, method := range []string{"GET", "HEAD"} {
			s.maria.Do(method, x+".acl", "").Want(404)
			s.maria.Do(method, s.at+".acl", "").Want(404)
		}
	}},
	{"server-root-container-acl", func(s *story) {
		s.maria.Get("/maria/.acl").Want(200).Says("Authorization")
		s.maria.Do("HEAD", "/maria/.acl", "").Want(200)
	}},
	{"server-root-container-acl-authorization-control", func(s *story) {
		s.maria.Get("/maria/.acl").Want(200).Says("Control")
		s.maria.Put("/maria/.acl", "text/turtle", aclPrefix+"<#r> a acl:Authorization; acl:accessTo <./>; acl:agentClass foaf:Agent; acl:mode acl:Read.").Want(422)
		s.maria.Get("/maria/.acl").Want(200).Says("Control")
	}},
	{"server-condition-evaluation-conjunctive", func(s *story) {
		x := s.turtle("x", "")
		rule := func(client, issuer string) {
			s.maria.Put(s.at+".acl", "text/turtle", aclPrefix+"<#r> a acl:Authorization; acl:default <./>; acl:agent <"+s.ana.WebID.String()+">; acl:mode acl:Read; acl:condition "+
				"[ a acl:ClientCondition; acl:client <"+client+"> ], [ a acl:IssuerCondition; acl:issuer <"+issuer+"> ].")
		}
		right, issuer := "https://app.example/id", s.w.Issuer.IRI().String()
		for _, c := range []struct {
			client, issuer string
			status         int
		}{{right, issuer, 200}, {right, "https://other.example/", 403}, {"https://other.example/", issuer, 403}} {
			rule(c.client, c.issuer)
			s.ana.Get(x).Want(c.status)
		}
	}},
	{"server-origin-authorization", func(s *story) {
		x := s.turtle("x", "")
		s.maria.Put(s.at+".acl", "text/turtle", aclPrefix+"<#r> a acl:Authorization; acl:default <./>; acl:agent <"+s.ana.WebID.String()+">; acl:origin <"+app+">; acl:mode acl:Read.").Want(201)
		s.ana.Get(x, "Origin", app).Want(200)
		s.ana.Get(x, "Origin", "https://evil.example").Want(403)
		s.ana.Get(x).Want(200)
		s.public.Get(x, "Origin", app).Want(401)
	}},
	{"server-cors-acao-acah", func(s *story) {
		s.maria.Get(s.at, "Origin", app).Want(200).Has("Access-Control-Allow-Origin", app)
		s.maria.Do("OPTIONS", s.at, "", "Origin", app, "Access-Control-Request-Method", "GET", "Access-Control-Request-Headers", "dpop").Want(204).Has("Access-Control-Allow-Headers", "dpop")
	}},
	{"server-wac-allow", func(s *story) {
		s.rules("acl:Read, acl:Append", s.ana)
		x := s.turtle("x", "")
		for _, method := range []string{"GET", "HEAD"} {
			for _, path := range []string{x, s.at} {
				s.ana.Do(method, path, "").Want(200).Has("WAC-Allow", `user="read append",public=""`)
				s.maria.Do(method, path, "").Want(200).Has("WAC-Allow", `user="read write control",public=""`)
			}
		}
	}},
	{"server-cors-aceh-wac-allow", func(s *story) {
		s.maria.Get(s.at, "Origin", app).Want(200).Has("Access-Control-Expose-Headers", "WAC-Allow")
	}},
	{"extension-acl-mode", func(s *story) {
		s.maria.Put(s.at+".acl", "text/turtle", aclPrefix+"<#r> a acl:Authorization; acl:accessTo <./>; acl:agent <"+s.ana.WebID.String()+">; acl:mode <https://ex.example/Everything>, acl:Delete, acl:Read.").Want(201)
		s.ana.Get(s.at).Want(200).Has("WAC-Allow", `user="read",public=""`)
		s.ana.Post(s.at, "text/turtle", "").Want(403)
	}},
}
