package solid_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"skrin/internal/podtest"
)

// Sixty-four people write at once, wherever the pods stand, and the pod takes as
// much as fits, to the last record.
func TestQuotaOverHTTP(t *testing.T) {
	for where, found := range map[string]func(testing.TB) *podtest.World{
		"paths":      func(t testing.TB) *podtest.World { return podtest.New(t) },
		"subdomains": func(t testing.TB) *podtest.World { return podtest.NewSubdomains(t) },
	} {
		t.Run(where, func(t *testing.T) {
			w := found(t)
			maria, owner := w.Citizen("maria"), w.Owner("maria")
			used := func() int64 {
				u, err := owner.Usage(context.Background())
				if err != nil {
					t.Fatal(err)
				}
				return u.Used
			}
			maria.Put("/maria/box/first", "text/plain", strings.Repeat("x", 1000)).Want(201)
			before := used()
			maria.Put("/maria/box/second", "text/plain", strings.Repeat("x", 1000)).Want(201)
			each := used() - before
			const fit = 70
			if err := w.Vault.SetQuota("maria", used()+fit*each+each/2); err != nil {
				t.Fatal(err)
			}
			var stored atomic.Int64
			var writers sync.WaitGroup
			for n := range 64 {
				writers.Go(func() {
					for i := range 2 {
						switch got := maria.Put(fmt.Sprintf("/maria/box/%d-%d", n, i), "text/plain", strings.Repeat("x", 1000)); got.Status {
						case 201:
							stored.Add(1)
						case 507:
						default:
							t.Errorf("%d: %s", got.Status, got.Body)
						}
					}
				})
			}
			writers.Wait()
			if stored.Load() != fit {
				t.Errorf("%d of the %d that fit were stored", stored.Load(), fit)
			}
			maria.Get("/maria/box/first").Want(200)
			maria.Delete("/maria/box/first").Want(204)
			maria.Put("/maria/box/third", "text/plain", strings.Repeat("x", 1000)).Want(201)
		})
	}
}

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
