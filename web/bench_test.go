package web_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"skrin/acl"
	"skrin/internal/podtest"
)

// ask sends one signed request and reads its answer.
func ask(b *testing.B, who *podtest.Person, method, path, body string) {
	res := who.Open(method, path, strings.NewReader(body), "Content-Type", "text/turtle")
	io.Copy(io.Discard, res.Body)
	res.Body.Close()
	if res.StatusCode >= http.StatusBadRequest {
		b.Fatal(res.Status)
	}
}

// The client's signing of each proof is a part of these times.
func BenchmarkRequests(b *testing.B) {
	w := podtest.New(b)
	maria, ana := w.Citizen("maria"), w.As("dr-ana")
	const x, turtle = "/maria/health/labs/x", `<#a> <http://x.example/glucose> "5.4", "5.5", "5.6".`
	maria.Put(x, "text/turtle", turtle).Want(201)
	w.Grant("maria", "/health/labs/", ana, acl.Read, time.Hour)
	for name, c := range map[string]struct {
		who          *podtest.Person
		method, path string
	}{
		"owner reads":   {maria, "GET", x},
		"granted reads": {ana, "GET", x},
		"refused":       {w.Public(), "OPTIONS", x},
		"owner writes":  {maria, "PUT", x},
	} {
		b.Run(name, func(b *testing.B) {
			b.RunParallel(func(p *testing.PB) {
				for p.Next() {
					ask(b, c.who, c.method, c.path, turtle)
				}
			})
		})
	}
}
