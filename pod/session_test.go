package pod

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"skrin/acl"
	"skrin/linkeddata"
)

var ctx = context.Background()

func TestMainJob(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria, drAna := w.vault.As(p.ID, owner(p)), w.vault.As(p.ID, ana)

	w.put(maria, "/health/labs/2026-11", turtle(`<#a> <#glucose> "5.4".`))
	w.refused(drAna, "/health/labs/2026-11", ErrDenied)
	w.refused(drAna, "/health/labs/nothing", ErrDenied)

	g := w.grant(p, ana, "/health/labs/", acl.Read, time.Hour)
	if got := w.get(drAna, "/health/labs/2026-11"); !strings.Contains(got, "glucose") {
		t.Fatalf("got %q", got)
	}
	w.refused(drAna, "/health/labs/nothing", ErrNotFound)
	w.refused(drAna, "/health/vitals/", ErrDenied)
	w.refused(drAna, "/health/labs/.acl", ErrDenied)

	w.restart()
	maria, drAna = w.vault.As(p.ID, owner(p)), w.vault.As(p.ID, ana)
	w.get(drAna, "/health/labs/2026-11")
	if err := maria.Revoke(ctx, g.ID); err != nil {
		t.Fatal(err)
	}
	w.refused(drAna, "/health/labs/2026-11", ErrDenied)

	lines := w.journal(p)
	var story []string
	for _, e := range lines {
		if e.Who != "" && e.Who != "/profile/card#me" {
			story = append(story, fmt.Sprint(e.Did, " ", e.Path, " ", e.Allowed, " ", e.Grant == g.ID.String()))
		}
	}
	want := []string{
		"read /health/labs/2026-11 true true", "read /health/vitals/ false false", "read /health/labs/.acl false false",
		"read /health/labs/2026-11 true true", "read /health/labs/2026-11 false false",
	}
	if fmt.Sprint(story) != fmt.Sprint(want) {
		t.Errorf("journal of others:\n got %v\nwant %v", story, want)
	}
}

func TestGrantEndsAtItsInstant(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria, drAna := w.vault.As(p.ID, owner(p)), w.vault.As(p.ID, ana)
	w.put(maria, "/health/labs/x", text("secret"))
	g := w.grant(p, ana, "/health/labs/", acl.Read, time.Hour)

	w.clock.set(g.Until.Add(-1))
	w.get(drAna, "/health/labs/x")
	w.clock.set(g.Until)
	w.refused(drAna, "/health/labs/x", ErrDenied)
	w.clock.set(noon) // turning the clock back revives nothing
	w.refused(drAna, "/health/labs/x", ErrDenied)
	w.restart()
	w.refused(w.vault.As(p.ID, ana), "/health/labs/x", ErrDenied)
}

func TestClockJumpSuspendsGrants(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	w.put(w.vault.As(p.ID, owner(p)), "/health/labs/x", text("secret"))
	w.grant(p, ana, "/health/labs/", acl.Read, 30*24*time.Hour)
	drAna := w.vault.As(p.ID, ana)
	w.get(drAna, "/health/labs/x")

	w.clock.add(25 * time.Hour)
	w.refused(drAna, "/health/labs/x", ErrDenied)
	w.get(w.vault.As(p.ID, owner(p)), "/health/labs/x")
	if !w.vault.Clock().Doubtful {
		t.Fatal("the jump was not noticed")
	}
	if err := w.vault.ConfirmClock(ctx); err != nil {
		t.Fatal(err)
	}
	w.get(drAna, "/health/labs/x")
	w.clock.add(-48 * time.Hour)
	w.get(drAna, "/health/labs/x")
}

func TestRevocationRacesNobody(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria, drAna := w.vault.As(p.ID, owner(p)), w.vault.As(p.ID, ana)
	w.put(maria, "/health/labs/x", text("secret"))
	for range 20 {
		g := w.grant(p, ana, "/health/labs/", acl.Read, time.Hour)
		var revoked atomic.Bool
		var late atomic.Int32
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				for range 20 {
					before := revoked.Load()
					if _, err := drAna.Get(ctx, MustPath("/health/labs/x")); err == nil && before {
						late.Add(1)
					}
				}
			})
		}
		if err := maria.Revoke(ctx, g.ID); err != nil {
			t.Fatal(err)
		}
		revoked.Store(true)
		wg.Wait()
		if late.Load() > 0 {
			t.Fatalf("%d readings began after the revocation was answered", late.Load())
		}
	}
}

func TestRevocationCutsWhatFlows(t *testing.T) {
	for _, ends := range []string{"revoked", "expired"} {
		t.Run(ends, func(t *testing.T) {
			w := newWorld(t)
			p := w.maria()
			maria := w.vault.As(p.ID, owner(p))
			big := make([]byte, 1<<20)
			rand.Read(big)
			w.put(maria, "/health/documents/scan", Draft{MediaType: "image/tiff", Body: bytes.NewReader(big)})
			life := time.Hour
			if ends == "expired" {
				life = 300 * time.Millisecond
			}
			g := w.grant(p, ana, "/health/documents/", acl.Read, life)
			r, err := w.vault.As(p.ID, ana).Get(ctx, MustPath("/health/documents/scan"))
			if err != nil {
				t.Fatal(err)
			}
			defer r.Body.Close()
			_, err = io.ReadFull(r.Body, make([]byte, 1000))
			if err != nil && !(ends == "expired" && errors.Is(err, ErrDenied)) { // a busy machine takes longer than the right lasts
				t.Fatal(err)
			}
			if ends == "revoked" {
				if err := maria.Revoke(ctx, g.ID); err != nil {
					t.Fatal(err)
				}
			}
			select {
			case <-r.Done:
			case <-time.After(time.Minute):
				t.Fatal("nobody was told that the right has ended")
			}
			if n, err := r.Body.Read(make([]byte, 10)); n > 0 || !errors.Is(err, ErrDenied) {
				t.Fatalf("read %d more bytes, %v", n, err)
			}
		})
	}
}

func TestBodiesOfAllSizes(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria := w.vault.As(p.ID, owner(p))
	for _, size := range []int{0, 1, 63, 64, 65, inlineLimit - 1, inlineLimit, inlineLimit + 1, 3 << 20} {
		body := make([]byte, size)
		rand.Read(body)
		for range 2 { // new, then in place of itself
			w.put(maria, "/body", Draft{MediaType: "application/octet-stream", Body: bytes.NewReader(body)})
		}
		w.restart()
		maria = w.vault.As(p.ID, owner(p))
		r, err := maria.Get(ctx, MustPath("/body"))
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r.Body)
		if err != nil || !bytes.Equal(got, body) || r.Size != int64(size) {
			t.Fatalf("%d bytes came back as %d (%v)", size, len(got), err)
		}
		if _, err := r.Body.Seek(int64(size/2), io.SeekStart); err != nil {
			t.Fatal(err)
		}
		if rest, _ := io.ReadAll(r.Body); !bytes.Equal(rest, body[size/2:]) {
			t.Fatalf("the second half of %d bytes is wrong", size)
		}
		r.Body.Close()
	}
}

func TestPreconditionsAreAtomic(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria := w.vault.As(p.ID, owner(p))
	for round := range 30 {
		tag := w.put(maria, "/x", text("start")).ETag
		var won atomic.Int32
		var wg sync.WaitGroup
		for i := range 64 {
			wg.Go(func() {
				_, err := maria.Put(ctx, MustPath("/x"), text(fmt.Sprint(i)), Precondition{IfMatch: []string{tag}})
				switch {
				case err == nil:
					won.Add(1)
				case !errors.Is(err, ErrPrecondition):
					t.Errorf("writer %d: %v", i, err)
				}
			})
		}
		wg.Wait()
		if won.Load() != 1 {
			t.Fatalf("round %d: %d writers won", round, won.Load())
		}
	}
}

func TestAppendIsOneTransactionAndIdempotent(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria := w.vault.As(p.ID, owner(p))
	point := func(name, body string) Draft {
		return Draft{Name: name, Exact: true, MediaType: "application/fhir+json", Body: strings.NewReader(body), References: []string{"Observation/" + name}}
	}
	vitals := MustPath("/health/vitals/")
	batch := func() []Draft { return []Draft{point("a", "{1}"), point("b", "{2}")} }
	first, err := maria.Append(ctx, vitals, batch()...)
	if err != nil || !first[0].Created || !first[1].Created {
		t.Fatal(first, err)
	}
	again, err := maria.Append(ctx, vitals, batch()...)
	if err != nil || !again[0].Unchanged || !again[1].Unchanged || again[0].ETag != first[0].ETag {
		t.Fatal(again, err)
	}
	if _, err := maria.Append(ctx, vitals, point("c", "{3}"), point("a", "{other}")); !errors.Is(err, ErrExists) {
		t.Fatal(err)
	}
	w.refused(maria, "/health/vitals/c", ErrNotFound) // the whole request failed
	second := point("a", "{second}")
	second.IfTaken = "a-2"
	for i := range 2 {
		if r, err := maria.Append(ctx, vitals, second); err != nil || r[0].Path != MustPath("/health/vitals/a-2") || r[0].Unchanged != (i == 1) {
			t.Fatal(r, err)
		}
		second.Body = strings.NewReader("{second}")
	}
	changed := point("a", "{other}")
	changed.Replace = true
	if r, err := maria.Append(ctx, vitals, changed); err != nil || r[0].Created || r[0].Unchanged {
		t.Fatal(r, err)
	}
	found, err := maria.Resolve(ctx, []string{"Observation/a", "Observation/zzz"})
	if err != nil || len(found) != 1 || found["Observation/a"] != MustPath("/health/vitals/a") {
		t.Fatal(found, err)
	}
	if found, _ := w.vault.As(p.ID, ana).Resolve(ctx, []string{"Observation/a"}); len(found) != 0 {
		t.Fatal("a stranger learns where records are")
	}
}

func TestDevice(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	watch := acl.Agent{WebID: p.Owner, Client: linkeddata.MustIRI("https://watch.example/app"), Issuer: ana.Issuer}
	maria := w.vault.As(p.ID, owner(p))
	g, err := maria.Grant(ctx, acl.Grant{
		To: p.Owner, Client: watch.Client, Targets: []linkeddata.IRI{linkeddata.MustIRI(p.Root.String() + "health/vitals/")},
		Modes: acl.Create, Until: noon.Add(time.Hour), Note: "watch",
	})
	if err != nil {
		t.Fatal(err)
	}
	device := w.vault.As(p.ID, watch)
	if _, err := device.Append(ctx, MustPath("/health/vitals/"), text("60")); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/health/vitals/", "/", "/profile/card.acl", "/.acl"} {
		w.refused(device, path, ErrDenied)
	}
	if _, err := device.Append(ctx, MustPath("/health/labs/"), text("60")); !errors.Is(err, ErrDenied) {
		t.Fatal(err)
	}
	if _, err := device.Grants(ctx); !errors.Is(err, ErrDenied) {
		t.Fatal("a device lists grants:", err)
	}
	if err := maria.Revoke(ctx, g.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := device.Append(ctx, MustPath("/health/vitals/"), text("61")); !errors.Is(err, ErrDenied) {
		t.Fatal("a revoked device writes:", err)
	}
	w.refused(device, "/", ErrDenied) // and does not become the owner
}

func TestACLs(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria, drAna := w.vault.As(p.ID, owner(p)), w.vault.As(p.ID, ana)
	w.put(maria, "/notes/a", text("a"))
	rule := func(mode string) Draft {
		return turtle(fmt.Sprintf(`@prefix acl: <http://www.w3.org/ns/auth/acl#>.
<#r> a acl:Authorization; acl:agent <%s>; acl:accessTo <./>; acl:default <./>; acl:mode %s.`, ana.WebID, mode))
	}
	w.put(maria, "/notes/.acl", rule("acl:Read"))
	w.get(drAna, "/notes/a")
	if _, err := drAna.Put(ctx, MustPath("/notes/a"), text("b"), Precondition{}); !errors.Is(err, ErrDenied) {
		t.Fatal(err)
	}
	w.put(maria, "/notes/.acl", rule("acl:Read, acl:Write"))
	w.put(drAna, "/notes/deep/er/b", text("b"))
	if err := maria.Delete(ctx, MustPath("/notes/.acl"), Precondition{}); err != nil {
		t.Fatal(err)
	}
	w.refused(drAna, "/notes/a", ErrDenied)

	for name, body := range map[string]string{
		"unknown condition": `@prefix acl: <http://www.w3.org/ns/auth/acl#>. <#r> a acl:Authorization; acl:agent <https://a.example/#me>; acl:accessTo <./>; acl:mode acl:Read; acl:condition [ a acl:FullMoonCondition ].`,
		"nobody controls":   `@prefix acl: <http://www.w3.org/ns/auth/acl#>. <#r> a acl:Authorization; acl:agent <https://a.example/#me>; acl:accessTo <./>; acl:mode acl:Read.`,
	} {
		if _, err := maria.Put(ctx, MustPath("/.acl"), turtle(body), Precondition{}); !errors.Is(err, ErrACL) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := maria.Delete(ctx, MustPath("/.acl"), Precondition{}); !errors.Is(err, ErrManaged) {
		t.Errorf("the root's ACL goes: %v", err)
	}
}

func TestGroups(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria, drAna := w.vault.As(p.ID, owner(p)), w.vault.As(p.ID, ana)
	w.put(maria, "/notes/a", text("a"))
	w.put(maria, "/settings/friends", turtle(`<#g> <http://www.w3.org/2006/vcard/ns#hasMember> <`+ana.WebID.String()+`>.`))
	w.put(maria, "/notes/.acl", turtle(`@prefix acl: <http://www.w3.org/ns/auth/acl#>.
<#r> a acl:Authorization; acl:agentGroup </maria/settings/friends#g>; acl:accessTo <./>; acl:default <./>; acl:mode acl:Read.`))
	w.get(drAna, "/notes/a")
	w.refused(w.vault.As(p.ID, silvia), "/notes/a", ErrDenied)
	w.put(maria, "/settings/friends", turtle(`<#g> <http://www.w3.org/2006/vcard/ns#hasMember> <https://x.example/#me>.`))
	w.refused(drAna, "/notes/a", ErrDenied)
	if err := maria.Delete(ctx, MustPath("/settings/friends"), Precondition{}); err != nil {
		t.Fatal(err)
	}
	w.refused(drAna, "/notes/a", ErrDenied)
}

func TestPatch(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria := w.vault.As(p.ID, owner(p))
	patch := func(body string) linkeddata.Patch {
		parsed, err := linkeddata.ParseN3Patch(strings.NewReader("@prefix solid: <http://www.w3.org/ns/solid/terms#>. <#p> a solid:InsertDeletePatch; "+body+"."), linkeddata.MustIRI(p.Root.String()+"x"), linkeddata.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		return parsed
	}
	at := MustPath("/x")
	if r, err := maria.Patch(ctx, at, patch(`solid:inserts { <#a> <#b> "1". }`), Precondition{}); err != nil || !r.Created {
		t.Fatal(r, err)
	}
	if _, err := maria.Patch(ctx, at, patch(`solid:deletes { <#a> <#b> "1". }; solid:inserts { <#a> <#b> "2". }`), Precondition{}); err != nil {
		t.Fatal(err)
	}
	if got := w.get(maria, "/x"); !strings.Contains(got, `"2"`) || strings.Contains(got, `"1"`) {
		t.Fatal(got)
	}
	if _, err := maria.Patch(ctx, at, patch(`solid:deletes { <#a> <#b> "1". }`), Precondition{}); !errors.Is(err, ErrConflict) {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			if _, err := maria.Patch(ctx, at, patch(fmt.Sprintf(`solid:inserts { <#n> <#of> %d. }`, i)), Precondition{}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got := w.get(maria, "/x"); strings.Count(got, "15") != 1 {
		t.Fatal("a patch was lost:", got)
	}
	w.put(maria, "/plain", text("no graph"))
	if _, err := maria.Patch(ctx, MustPath("/plain"), patch(`solid:inserts { <#a> <#b> "1". }`), Precondition{}); !errors.Is(err, ErrMediaType) {
		t.Fatal(err)
	}
}

func TestTree(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria := w.vault.As(p.ID, owner(p))
	w.put(maria, "/a/b/c", text("c"))
	for path, want := range map[string]error{"/a/b": ErrContainerClash, "/a/b/c/": ErrContainerClash, "/a/": ErrExists, "/.journal/x": ErrManaged} {
		d := text("x")
		if MustPath(path).IsContainer() {
			d = Draft{}
		}
		if _, err := maria.Put(ctx, MustPath(path), d, Precondition{}); !errors.Is(err, want) {
			t.Errorf("put %s: %v, want %v", path, err, want)
		}
	}
	for path, want := range map[string]error{"/a/": ErrNotEmpty, "/": ErrManaged, "/nothing": ErrNotFound} {
		if err := maria.Delete(ctx, MustPath(path), Precondition{}); !errors.Is(err, want) {
			t.Errorf("delete %s: %v, want %v", path, err, want)
		}
	}
	seen := map[string]bool{}
	for i := range 25 {
		w.put(maria, fmt.Sprintf("/many/%d", i), text("x"))
	}
	for after := ""; ; {
		members, next, err := maria.List(ctx, MustPath("/many/"), after, 10)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range members {
			seen[m.Path.String()] = true
		}
		if after = next; next == "" {
			break
		}
	}
	if len(seen) != 25 {
		t.Errorf("listed %d of 25", len(seen))
	}
}

func TestNothingInTheClear(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria := w.vault.As(p.ID, owner(p))
	w.put(maria, "/health/labs/canaryname", turtle(`<#s> <https://vocab.example/canarypredicate> "canaryvalue".`))
	w.put(maria, "/health/documents/scan", Draft{MediaType: "text/canarytype", Body: strings.NewReader(strings.Repeat("canarybody", 20_000))})
	w.grant(p, ana, "/health/labs/", acl.Read, time.Hour)
	w.get(w.vault.As(p.ID, ana), "/health/labs/canaryname")
	w.restart()
	w.scan("maria", "canary", "labs", "health", "hospital.example", "ana#me", "text/turtle", "treatment", "pods.example", "profile/card")
	key := p.Recovery.Line()
	w.scan(key, strings.ToLower(key))
}

func TestDeletedPodOpensNoMore(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	w.put(w.vault.As(p.ID, owner(p)), "/x", text("x"))
	if err := w.vault.Delete(ctx, "maria"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.vault.Lookup("maria"); !errors.Is(err, ErrNoPod) {
		t.Fatal(err)
	}
	w.refused(w.vault.As(p.ID, owner(p)), "/x", ErrNoPod)
	w.maria() // the name is free again
}
