package solid_test

import (
	"strings"
	"testing"

	"skrin/internal/podtest"
)

// A container goes with all that is in it when that is asked for, and only then.
func TestDeleteWithDepth(t *testing.T) {
	w := podtest.New(t)
	maria := w.Citizen("maria")
	fill := func() {
		maria.Put("/maria/trip/photo.txt", "text/plain", "x").Want(201)
		maria.Put("/maria/trip/days/one/note", "text/turtle", "<#a> <#b> 1.").Want(201)
		maria.Put("/maria/trip/days/big", "application/octet-stream", strings.Repeat("x", 100_000)).Want(201)
		maria.Put("/maria/trip/days/.acl", "text/turtle", rulesFor("acl:agent <"+w.As("dr-ana").WebID.String()+">", "acl:Read")).Want(201)
	}
	fill()
	maria.Delete("/maria/trip/").Want(409)
	maria.Delete("/maria/trip/", "Depth", "0").Want(409)
	maria.Delete("/maria/trip/", "Depth", "1").Want(400).Says("infinity")
	maria.Get("/maria/trip/days/one/note").Want(200)
	maria.Delete("/maria/trip/", "Depth", "infinity", "If-Match", `"other"`).Want(412)
	maria.Delete("/maria/trip/", "Depth", "infinity").Want(204)
	for _, gone := range []string{"", "photo.txt", "days/", "days/one/note", "days/big", "days/.acl"} {
		maria.Get("/maria/trip/" + gone).Want(404)
	}
	fill()
	w.As("dr-ana").Get("/maria/trip/days/big").Want(200) // nothing of the old rules is left over
	maria.Delete("/maria/trip/days/big", "Depth", "infinity").Want(204)
	maria.Delete("/maria/", "Depth", "infinity").Want(405)
	maria.Get("/maria/trip/photo.txt").Want(200)
}

// One thing below that somebody may not delete keeps all of it.
func TestDeleteWithDepthAsksForEachThing(t *testing.T) {
	w := podtest.New(t)
	maria, ana := w.Citizen("maria"), w.As("dr-ana")
	maria.Put("/maria/shared/a/one", "text/plain", "1").Want(201)
	maria.Put("/maria/shared/b/kept", "text/plain", "2").Want(201)
	rule := rulesFor("acl:agent <"+ana.WebID.String()+">", "acl:Read, acl:Write")
	maria.Put("/maria/shared/.acl", "text/turtle", rule).Want(201)
	maria.Put("/maria/shared/b/kept.acl", "text/turtle", strings.ReplaceAll(strings.ReplaceAll(rule, "<./>", "<kept>"), "acl:Write", "acl:Append")).Want(201)

	ana.Delete("/maria/shared/", "Depth", "infinity").Want(403)
	maria.Get("/maria/shared/a/one").Want(200)
	ana.Delete("/maria/shared/b/", "Depth", "infinity").Want(403)
	ana.Delete("/maria/shared/a/", "Depth", "infinity").Want(204)
	w.Public().Delete("/maria/shared/b/", "Depth", "infinity").Want(401)
	maria.Get("/maria/shared/b/kept").Want(200)
}

// rulesFor writes an ACL for a container and what is below it.
func rulesFor(whom, modes string) string {
	return `@prefix acl: <http://www.w3.org/ns/auth/acl#>.
<#r> a acl:Authorization; ` + whom + `; acl:accessTo <./>; acl:default <./>; acl:mode ` + modes + `.`
}
