package pod

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"skrin/acl"
)

// TestEntriesAreBounded: what stands in a directory entry besides the name is as
// short as it needs to be, whoever writes.
func TestEntriesAreBounded(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	s := w.vault.As(p.ID, silvia)
	refs := func(n, length int) (list []string) {
		for i := range n {
			list = append(list, fmt.Sprintf("%0*d", length, i))
		}
		return list
	}
	mediaType := func(n int) string { return "text/plain;x=" + strings.Repeat("a", n-len("text/plain;x=")) }
	for _, c := range []struct {
		what  string
		draft Draft
		want  error
	}{
		{"the longest media type", Draft{MediaType: mediaType(maxMediaType)}, nil},
		{"a longer media type", Draft{MediaType: mediaType(maxMediaType + 1)}, ErrMediaType},
		{"a media type of a page", Draft{MediaType: mediaType(25_000)}, ErrMediaType},
		{"the most references", Draft{MediaType: "text/plain", References: refs(maxReferences, 10)}, nil},
		{"more references", Draft{MediaType: "text/plain", References: refs(maxReferences+1, 10)}, ErrTooLarge},
		{"the longest reference", Draft{MediaType: "text/plain", References: refs(1, maxReference)}, nil},
		{"a longer reference", Draft{MediaType: "text/plain", References: refs(1, maxReference+1)}, ErrTooLarge},
	} {
		c.draft.Body = strings.NewReader("x")
		if _, err := s.Append(ctx, MustPath("/inbox/"), c.draft); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.what, err, c.want)
		}
	}
}

// TestServersNamesAreNotGiven: also by their exact names nobody makes what the
// server keeps, nor an ACL by way of its container.
func TestServersNamesAreNotGiven(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	cli := w.vault.As(p.ID, acl.Agent{WebID: p.Owner, Client: CLI})
	for _, d := range []Draft{
		{Name: ".journal", Container: true}, {Name: ".journal"}, {Name: ".access", Container: true}, {Name: ".access"},
		{Name: ".journal/x"}, {Name: ".access/grants/x"}, {Name: "x.acl"}, {Name: ".acl"}, {Name: "x.meta"}, {Name: "health/.acl"},
	} {
		d.Exact = true
		if !d.Container {
			d.MediaType = "text/turtle"
		}
		if r, err := cli.Append(ctx, Root, d); err == nil {
			t.Errorf("made %v", r[0].Path)
		}
	}
	members, _, err := cli.List(ctx, Root, "", 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range members {
		if m.Path.Kind() != acl.Ordinary {
			t.Errorf("there is %s", m.Path)
		}
	}
}

// TestEveryNameLeavesRoomForItsACL: whatever can be made can be given rules and a description.
func TestEveryNameLeavesRoomForItsACL(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria := w.vault.As(p.ID, owner(p))
	long := strings.Repeat("a", maxSegment)
	for _, path := range []string{
		"/health/" + long, "/" + long + "/x", "/" + strings.Repeat("%C3%A9", maxSegment/2),
		strings.Repeat("/a", maxDepth), strings.Repeat("/b", maxDepth) + "/", strings.Repeat("/"+long[1:], maxPath/maxSegment) + "/" + strings.Repeat("a", maxPath%maxSegment-1),
	} {
		at := MustPath(path)
		if at.IsContainer() {
			w.put(maria, path, Draft{})
		} else {
			w.put(maria, path, text("x"))
		}
		for _, aux := range []Path{at.ACL(), at.Meta(), at.Parent().ACL()} {
			if same, err := ParsePath(aux.String()); err != nil || same != aux {
				t.Errorf("no path leads to %.20s...%s: %v", aux, aux.String()[len(aux.String())-8:], err)
			}
		}
		w.put(maria, at.Meta().String(), turtle("<#a> <#b> 1."))
		w.put(maria, at.ACL().String(), turtle(`@prefix acl: <http://www.w3.org/ns/auth/acl#>. <#r> a acl:Authorization; acl:agent <https://x.example/me>; acl:accessTo <`+p.Root.String()+at.String()[1:]+`>; acl:mode acl:Read.`))
	}
	r, err := maria.Append(ctx, MustPath("/health/"), Draft{Name: strings.Repeat("b", 400), MediaType: "text/plain"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ParsePath(r[0].Path.ACL().String()); err != nil {
		t.Errorf("a wished name: %v", err)
	}
}

// TestCheckingKeepsNothing: whether a stranger's RDF is sound is found out without
// keeping it in memory, and of no more than a few bodies at once.
func TestCheckingKeepsNothing(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	s := w.vault.As(p.ID, silvia)
	letter := func() Draft { return turtle("<a> <b> ((" + strings.Repeat("1 ", 200_000) + ")).") }
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := s.Append(ctx, MustPath("/inbox/"), letter()); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	t.Logf("%d MiB for 400 KiB", (after.TotalAlloc-before.TotalAlloc)>>20)
	if mib := (after.TotalAlloc - before.TotalAlloc) >> 20; mib > 60 {
		t.Errorf("%d MiB were allocated for a body of 400 KiB", mib)
	}
	for range cap(w.vault.parsing) {
		w.vault.parsing <- struct{}{} // as many are being checked as may
	}
	soon, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
	defer cancel()
	if _, err := s.Append(soon, MustPath("/inbox/"), letter()); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("one more than may be checked at once: %v", err)
	}
	for range cap(w.vault.parsing) {
		<-w.vault.parsing
	}
	if _, err := s.Append(ctx, MustPath("/inbox/"), turtle("<a> <b> (")); !errors.Is(err, ErrBadRDF) {
		t.Errorf("an unsound one: %v", err)
	}
}
