package web_test

import (
	"testing"
	"time"

	"skrin/acl"
	"skrin/internal/podtest"
)

func TestMainJob(t *testing.T) {
	w := podtest.New(t)
	maria := w.Citizen("maria")
	ana := w.As("dr-ana")
	const x = "/maria/health/labs/2026-11"

	maria.Put(x, "text/turtle", `<#a> <#glucose> "5.4".`).Want(201).Has("Location", x)
	w.Public().Get(x).Want(401).Has("WWW-Authenticate", "DPoP")
	ana.Get(x).Want(403)
	g := w.Grant("maria", "/health/labs/", ana, acl.Read, time.Hour)
	ana.Get(x).Want(200).Says("glucose").Has("Content-Type", "text/turtle").Has("WAC-Allow", `user="read",public=""`)
	ana.Get(x, "Accept", "application/ld+json").Want(200).Says("5.4").Has("Content-Type", "application/ld+json")
	ana.Get("/maria/health/labs/", "Accept", "text/turtle").Want(200).Says("2026-11")
	ana.Get("/maria/health/vitals/").Want(403)
	maria.Delete("/maria/.access/grants/" + g.ID.String()).Want(204)
	ana.Get(x).Want(403)
	maria.Get("/maria/.journal/").Want(200).Says("dr-ana").Says(g.ID.String())
}
