package solid_test

import (
	"strings"
	"testing"

	"skrin/internal/podtest"
)

// A full pod says so, and goes on with all that makes nothing larger.
func TestFullPod(t *testing.T) {
	w := podtest.New(t)
	maria := w.Citizen("maria")
	maria.Put("/maria/kept", "text/turtle", "<#a> <#b> 1.").Want(201)
	maria.Put("/maria/film", "video/mp4", strings.Repeat("f", 200_000)).Want(201)
	if err := w.Vault.SetQuota("maria", 1); err != nil {
		t.Fatal(err)
	}
	full := maria.Put("/maria/new", "text/plain", "x").Want(507).Says("The pod is full").Has("Content-Type", "application/problem+json")
	if strings.Contains(full.Body, "/") && strings.Contains(full.Body, "maria") {
		t.Errorf("it tells %s", full.Body)
	}
	maria.Post("/maria/", "text/plain", "x").Want(507)
	maria.Patch("/maria/kept", `@prefix solid: <http://www.w3.org/ns/solid/terms#>. <#p> a solid:InsertDeletePatch; solid:inserts { <#c> <#d> "`+strings.Repeat("x", 100)+`" }.`).Want(507)
	maria.Put("/maria/large", "video/mp4", strings.Repeat("f", 3_000_000)).Want(507)
	maria.Get("/maria/kept").Want(200)
	maria.Delete("/maria/film").Want(204)
	maria.Put("/maria/new", "text/plain", "x").Want(507)
	w.As("dr-ana").Put("/maria/new", "text/plain", "x").Want(403)
	if err := w.Vault.SetQuota("maria", 0); err != nil {
		t.Fatal(err)
	}
	maria.Put("/maria/new", "text/plain", "x").Want(201)
}
