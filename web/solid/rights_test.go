package solid_test

import (
	"fmt"
	"strings"
	"testing"

	"skrin/internal/podtest"
)

const wacPrefixes = "@prefix acl: <http://www.w3.org/ns/auth/acl#>. @prefix foaf: <http://xmlns.com/foaf/0.1/>.\n"

// WAC-Allow lists exactly what one has, on GET and HEAD alike; what the public
// has, everybody has.
func TestWACAllow(t *testing.T) {
	w := podtest.New(t)
	maria, ana, bo := w.Citizen("maria"), w.As("dr-ana"), w.As("bo")
	for i, c := range []struct {
		public, ana    string
		forAna, forAll string
		forBo          string
	}{
		{"acl:Read", "", `user="read",public="read"`, `user="read",public="read"`, `user="read",public="read"`},
		{"", "acl:Read", `user="read",public=""`, "", ""},
		{"", "acl:Read, acl:Append", `user="read append",public=""`, "", ""},
		{"", "acl:Read, acl:Write", `user="read write",public=""`, "", ""},
		{"", "acl:Read, acl:Write, acl:Append, acl:Control", `user="read write control",public=""`, "", ""},
		{"acl:Append", "acl:Read", `user="read append",public="append"`, "", ""},
		{"acl:Read, acl:Append", "acl:Control", `user="read append control",public="read append"`, `user="read append",public="read append"`, `user="read append",public="read append"`},
		{"acl:Read", "acl:Write", `user="read write",public="read"`, `user="read",public="read"`, `user="read",public="read"`},
	} {
		path := fmt.Sprintf("/maria/r%d/", i)
		maria.Put(path+"x", "text/turtle", "").Want(201)
		rules := wacPrefixes
		if c.public != "" {
			rules += "<#p> a acl:Authorization; acl:agentClass foaf:Agent; acl:accessTo <./>; acl:default <./>; acl:mode " + c.public + ".\n"
		}
		if c.ana != "" {
			rules += "<#a> a acl:Authorization; acl:agent <" + ana.WebID.String() + ">; acl:accessTo <./>; acl:default <./>; acl:mode " + c.ana + ".\n"
		}
		maria.Put(path+".acl", "text/turtle", rules).Want(201)
		for _, at := range []string{path, path + "x"} {
			for _, method := range []string{"GET", "HEAD"} {
				for _, who := range []struct {
					name   string
					person *podtest.Person
					want   string
				}{{"ana", ana, c.forAna}, {"the public", w.Public(), c.forAll}, {"bo", bo, c.forBo}} {
					a := who.person.Do(method, at, "")
					if got := a.Header.Get("WAC-Allow"); got != who.want {
						t.Errorf("%v: %s %s by %s: %d %q, want %q", c, method, at, who.name, a.Status, got, who.want)
					}
				}
			}
		}
	}
}

// Rules are read and written with Control, and with nothing else.
func TestRulesTakeControl(t *testing.T) {
	w := podtest.New(t)
	maria := w.Citizen("maria")
	for modes, allowed := range map[string]bool{"acl:Read, acl:Write": false, "acl:Control": true} {
		ana := w.As("dr-ana")
		maria.Delete("/maria/d/", "Depth", "infinity")
		maria.Put("/maria/d/x", "text/turtle", "").Want(201)
		rules := rulesFor("acl:agent <"+ana.WebID.String()+">", modes)
		maria.Put("/maria/d/.acl", "text/turtle", rules).Want(201)
		status := func(ok int) int {
			if allowed {
				return ok
			}
			return 403
		}
		ana.Get("/maria/d/.acl").Want(status(200))
		ana.Do("HEAD", "/maria/d/.acl", "").Want(status(200))
		ana.Get("/maria/d/x.acl").Want(status(404))
		ana.Do("HEAD", "/maria/d/x.acl", "").Want(status(404))
		ana.Put("/maria/d/x.acl", "text/turtle", strings.ReplaceAll(rules, "./", "x")).Want(status(201))
		ana.Do("PATCH", "/maria/d/x.acl", `INSERT DATA { <#r> <http://www.w3.org/2000/01/rdf-schema#label> "x" }`, "Content-Type", sparql).Want(status(204))
		ana.Delete("/maria/d/x.acl").Want(status(204))
		ana.Do("PATCH", "/maria/d/x.acl", `PREFIX acl: <http://www.w3.org/ns/auth/acl#> INSERT DATA { <#r> a acl:Authorization; acl:mode acl:Read; acl:accessTo <x>; acl:agent <`+ana.WebID.String()+`> }`, "Content-Type", sparql).Want(status(201))
		ana.Put("/maria/d/.acl", "text/turtle", rules).Want(status(204))
	}
	w.Public().Get("/maria/d/.acl").Want(401)
}

// The rules in force name the kinds of conditions that are enforced, and they are.
func TestConditions(t *testing.T) {
	w := podtest.New(t)
	maria, ana := w.Citizen("maria"), w.As("dr-ana")
	other := w.With(ana, "https://other.example/app")
	maria.Put("/maria/d/x", "text/turtle", "").Want(201)
	agent := "acl:agent <" + ana.WebID.String() + ">; acl:condition "
	for _, c := range []struct {
		condition   string
		mine, other int
	}{
		{"[ a acl:ClientCondition; acl:client <" + podtest.App.String() + "> ]", 200, 403},
		{"[ a acl:ClientCondition; acl:client <https://other.example/app> ]", 403, 200},
		{"[ a acl:IssuerCondition; acl:issuer <https://other.example/> ]", 403, 403},
		{"[ a acl:IssuerCondition; acl:issuer <" + w.Issuer.IRI().String() + "> ]", 200, 200},
		{"[ a acl:IssuerCondition; acl:issuer <" + w.Issuer.IRI().String() + "> ], [ a acl:ClientCondition; acl:client <https://other.example/app> ]", 403, 200},
	} {
		maria.Put("/maria/d/.acl", "text/turtle", rulesFor(agent+c.condition, "acl:Read"))
		if a, b := ana.Get("/maria/d/x").Status, other.Get("/maria/d/x").Status; a != c.mine || b != c.other {
			t.Errorf("%s: %d and %d, want %d and %d", c.condition, a, b, c.mine, c.other)
		}
	}
	maria.Put("/maria/d/.acl", "text/turtle", rulesFor(agent+"[ a acl:PaymentCondition ]", "acl:Read")).Want(422)
	for _, method := range []string{"GET", "HEAD", "OPTIONS"} {
		a := maria.Do(method, "/maria/d/.acl", "")
		a.Has("Link", `<http://www.w3.org/ns/auth/acl#ClientCondition>; rel="http://www.w3.org/ns/auth/acl#condition"`)
		a.Has("Link", `<http://www.w3.org/ns/auth/acl#IssuerCondition>; rel="http://www.w3.org/ns/auth/acl#condition"`)
	}
}

// What making a new member takes (Web Access Control, "Access Privileges"):
// Append of the container, and of the member itself by what is inherited.
func TestMakingTakesTheContainer(t *testing.T) {
	w := podtest.New(t)
	maria, ana := w.Citizen("maria"), w.As("dr-ana")
	agent := "acl:agent <" + ana.WebID.String() + ">"
	for _, c := range []struct {
		to, inherited string // modes of the container itself, and of what is in it
		put, post     int
	}{
		{"acl:Append", "acl:Append", 201, 201},
		{"acl:Write", "acl:Write", 201, 201},
		{"acl:Append", "acl:Write", 201, 201},
		{"acl:Append", "", 403, 201},
		{"", "acl:Write", 403, 403},
		{"acl:Read", "acl:Write", 403, 403},
		{"acl:Append", "acl:Read", 403, 201},
	} {
		maria.Delete("/maria/d/", "Depth", "infinity")
		maria.Do("PUT", "/maria/d/", "").Want(201)
		rules := wacPrefixes
		if c.to != "" {
			rules += "<#a> a acl:Authorization; " + agent + "; acl:accessTo <./>; acl:mode " + c.to + ".\n"
		}
		if c.inherited != "" {
			rules += "<#b> a acl:Authorization; " + agent + "; acl:default <./>; acl:mode " + c.inherited + ".\n"
		}
		maria.Put("/maria/d/.acl", "text/turtle", rules).Want(201)
		put, patch := ana.Put("/maria/d/a", "text/plain", "x"), ana.Do("PATCH", "/maria/d/b", `INSERT DATA { <#a> <#b> 1 }`, "Content-Type", sparql)
		post := ana.Post("/maria/d/", "text/plain", "x")
		deep := ana.Put("/maria/d/e/f/g", "text/plain", "x")
		if put.Status != c.put || patch.Status != c.put || deep.Status != c.put || post.Status != c.post {
			t.Errorf("%q, inherited %q: PUT %d, PATCH %d, deeper %d, want %d; POST %d, want %d", c.to, c.inherited, put.Status, patch.Status, deep.Status, c.put, post.Status, c.post)
		}
	}
}

// Removing takes Write of the thing and of its container.
func TestRemovingTakesTheContainer(t *testing.T) {
	w := podtest.New(t)
	maria, ana := w.Citizen("maria"), w.As("dr-ana")
	agent := "acl:agent <" + ana.WebID.String() + ">"
	for _, c := range []struct {
		to, inherited string
		want          int
	}{
		{"acl:Write", "acl:Write", 204}, {"acl:Append", "acl:Write", 403}, {"acl:Write", "acl:Append", 403}, {"acl:Read", "acl:Write", 403},
	} {
		maria.Put("/maria/d/x", "text/plain", "x")
		maria.Put("/maria/d/.acl", "text/turtle", wacPrefixes+"<#a> a acl:Authorization; "+agent+"; acl:accessTo <./>; acl:mode "+c.to+".\n<#b> a acl:Authorization; "+agent+"; acl:default <./>; acl:mode "+c.inherited+".")
		if a := ana.Delete("/maria/d/x"); a.Status != c.want {
			t.Errorf("%q, inherited %q: %d, want %d", c.to, c.inherited, a.Status, c.want)
		}
	}
	for _, path := range []string{"/maria/", "/maria/.acl"} {
		a := maria.Delete(path).Want(405)
		for _, a := range []*podtest.Answer{a, maria.Get(path), maria.Do("OPTIONS", path, ""), maria.Do("HEAD", path, "")} {
			if strings.Contains(a.Header.Get("Allow"), "DELETE") || a.Header.Get("Allow") == "" {
				t.Errorf("%s: Allow is %q", path, a.Header.Get("Allow"))
			}
		}
	}
}

// A group may have thousands of members, and whoever leaves it has left.
func TestLargeGroups(t *testing.T) {
	w := podtest.New(t)
	maria, ana := w.Citizen("maria"), w.As("dr-ana")
	group := func(members int, and string) string {
		var b strings.Builder
		b.WriteString("@prefix vcard: <http://www.w3.org/2006/vcard/ns#>.\n<#staff> a vcard:Group" + and)
		for i := range members {
			fmt.Fprintf(&b, ";\n vcard:hasMember <https://clinic.example/staff/%d/profile/card#me>", i)
		}
		return b.String() + "."
	}
	in := "; vcard:hasMember <" + ana.WebID.String() + ">"
	maria.Put("/maria/staff", "text/turtle", group(10, "")).Want(201)
	maria.Put("/maria/d/x", "text/turtle", "").Want(201)
	maria.Put("/maria/d/.acl", "text/turtle", rulesFor("acl:agentGroup <"+w.Base+"maria/staff#staff>", "acl:Read")).Want(201)
	for _, c := range []struct {
		members int
		and     string
		want    int
	}{{10, "", 403}, {10, in, 200}, {5000, in, 200}, {5000, "", 403}, {30_000, in, 403}, {0, in, 200}} { // of 30,000 the document is too long
		maria.Put("/maria/staff", "text/turtle", group(c.members, c.and)).Want(204)
		ana.Get("/maria/d/x").Want(c.want)
	}
}
