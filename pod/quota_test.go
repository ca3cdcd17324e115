package pod

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"skrin/acl"
	"skrin/linkeddata"
)

// roomFor gives a pod a quota of that many bytes beyond what it uses now.
func (w *world) roomFor(p Created, bytes int64) {
	w.Helper()
	used := w.usage(p).Used
	if err := w.vault.SetQuota(p.Name, used+bytes); err != nil {
		w.Fatal(err)
	}
}

func (w *world) usage(p Created) Usage {
	w.Helper()
	u, err := w.vault.As(p.ID, owner(p)).Usage(context.Background())
	if err != nil {
		w.Fatal(err)
	}
	return u
}

// Sixty-four writers at once fill a pod to the last record that fits, and not
// beyond it.
func TestQuotaIsExact(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria := w.vault.As(p.ID, owner(p))
	w.put(maria, "/box/0", text(strings.Repeat("x", 1000)))
	before := w.usage(p).Used
	w.put(maria, "/box/1", text(strings.Repeat("x", 1000)))
	each := w.usage(p).Used - before
	const fit = 100
	w.roomFor(p, fit*each+each/2)

	var stored atomic.Int64
	var all sync.WaitGroup
	for writer := range 64 {
		all.Go(func() {
			for i := range 8 {
				_, err := maria.Put(context.Background(), MustPath(fmt.Sprintf("/box/%d-%d", writer, i)), text(strings.Repeat("x", 1000)), Precondition{})
				if err == nil {
					stored.Add(1)
				} else if !errors.Is(err, ErrQuota) {
					t.Errorf("writer %d: %v", writer, err)
				}
			}
		})
	}
	all.Wait()
	if u := w.usage(p); u.Used > u.Quota || stored.Load() != fit {
		t.Errorf("%d of %d that fit were stored; %d of %d bytes are used", stored.Load(), fit, u.Used, u.Quota)
	}
	w.restart()
	if u := w.usage(p); u.Used != before+each+fit*each {
		t.Errorf("after a restart %d bytes are used, and should be %d", u.Used, before+each+fit*each)
	}
}

// In a full pod everything goes on that makes nothing larger, and doors can be closed.
func TestFullPod(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	p := w.maria()
	maria, anas := w.vault.As(p.ID, owner(p)), w.vault.As(p.ID, ana)
	w.put(maria, "/health/labs/a", text(strings.Repeat("a", 4000)))
	w.put(maria, "/health/labs/film", Draft{MediaType: "video/mp4", Body: strings.NewReader(strings.Repeat("f", 3*inlineLimit))})
	g := w.grant(p, ana, "/health/labs/", acl.Read|acl.Create, time.Hour)
	w.roomFor(p, 0)

	full := map[string]func() error{
		"put": func() error {
			_, err := maria.Put(ctx, MustPath("/new"), text("x"), Precondition{})
			return err
		},
		"replace by more": func() error {
			_, err := maria.Put(ctx, MustPath("/health/labs/a"), text(strings.Repeat("a", 5000)), Precondition{})
			return err
		},
		"append": func() error {
			_, err := anas.Append(ctx, MustPath("/health/labs/"), text("x"))
			return err
		},
		"a container": func() error {
			_, err := maria.Put(ctx, MustPath("/new/"), Draft{}, Precondition{})
			return err
		},
		"a large body": func() error {
			_, err := maria.Put(ctx, MustPath("/large"), Draft{MediaType: "video/mp4", Body: strings.NewReader(strings.Repeat("f", 4*inlineLimit))}, Precondition{})
			return err
		},
		"a description": func() error {
			_, err := maria.Put(ctx, MustPath("/health/labs/.meta"), turtle("<./> <#about> \"labs\"."), Precondition{})
			return err
		},
	}
	for what, do := range full {
		if err := do(); !errors.Is(err, ErrQuota) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if files, _ := filepath.Glob(filepath.Join(w.dir, "pods", "*", "*.blobs", "*")); len(files) != 1 {
		t.Errorf("%d files of large bodies", len(files))
	}

	w.get(anas, "/health/labs/a")
	w.put(maria, "/health/labs/a", text(strings.Repeat("b", 4000)))
	w.put(maria, "/health/labs/a", text("smaller"))
	w.roomFor(p, 0)
	w.put(maria, "/health/labs/a.acl", turtle(ownerRule("<a>", p.Owner.String())))
	if err := maria.Revoke(ctx, g.ID); err != nil {
		t.Error(err)
	}
	w.refused(anas, "/health/labs/film", ErrDenied)
	if err := maria.Delete(ctx, MustPath("/health/labs/film"), Precondition{}); err != nil {
		t.Error(err)
	}
	w.put(maria, "/new", text("there is room again"))
}

// A quota is the pod's own, or the host's; it comes back after a restart, and
// what was there before it is not touched.
func TestQuotas(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria := w.vault.As(p.ID, owner(p))
	put := func() error {
		_, err := maria.Put(context.Background(), MustPath("/x"), text(strings.Repeat("x", 3000)), Precondition{})
		if err == nil {
			err = maria.Delete(context.Background(), MustPath("/x"), Precondition{})
		}
		return err
	}
	steps := []struct {
		what string
		do   func() error
		want error
	}{
		{"none at first", func() error { return nil }, nil},
		{"the host's", func() error { return w.vault.SetDefaultQuota(2000) }, ErrQuota},
		{"its own", func() error { return w.vault.SetQuota("maria", 1_000_000) }, nil},
		{"a small one", func() error { return w.vault.SetQuota("maria", 1) }, ErrQuota},
		{"after a restart", func() error { w.restart(); maria = w.vault.As(p.ID, owner(p)); return nil }, ErrQuota},
		{"without end", func() error { return w.vault.SetQuota("maria", Unlimited) }, nil},
		{"the host's again", func() error { return w.vault.SetQuota("maria", 0) }, ErrQuota},
		{"after another restart", func() error { w.restart(); maria = w.vault.As(p.ID, owner(p)); return nil }, ErrQuota},
		{"none for anybody", func() error { return w.vault.SetDefaultQuota(Unlimited) }, nil},
	}
	for _, s := range steps {
		if err := s.do(); err != nil {
			t.Fatalf("%s: %v", s.what, err)
		}
		if err := put(); !errors.Is(err, s.want) {
			t.Errorf("%s: %v", s.what, err)
		}
	}
	if err := w.vault.SetQuota("nobody", 1); !errors.Is(err, ErrNoPod) {
		t.Errorf("a pod that is not there: %v", err)
	}
	if _, err := w.vault.As(p.ID, ana).Usage(context.Background()); !errors.Is(err, ErrDenied) {
		t.Errorf("a stranger hears how full the pod is: %v", err)
	}
}

// Whoever may add to an inbox cannot fill the pod so that its owner can write no more.
func TestGuestsLeaveRoom(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria, anas := w.vault.As(p.ID, owner(p)), w.vault.As(p.ID, ana)
	w.put(maria, "/inbox/0", text("x"))
	w.put(maria, "/inbox/notes", turtle(""))
	w.put(maria, "/inbox/.acl", turtle(ownerRule("<./>", p.Owner.String())+
		"<#guests> a <http://www.w3.org/ns/auth/acl#Authorization>; <http://www.w3.org/ns/auth/acl#agentClass> <http://www.w3.org/ns/auth/acl#AuthenticatedAgent>;"+
		" <http://www.w3.org/ns/auth/acl#accessTo> <./>; <http://www.w3.org/ns/auth/acl#default> <./>; <http://www.w3.org/ns/auth/acl#mode> <http://www.w3.org/ns/auth/acl#Append>."))
	const more = 200_000
	w.roomFor(p, more)
	fill := func(way string, add func() error) {
		err := error(nil)
		for i := 0; err == nil && i < 1000; i++ {
			err = add()
		}
		if !errors.Is(err, ErrQuota) {
			t.Errorf("%s: %v", way, err)
		}
		if u := w.usage(p); u.Used > u.Quota-u.Quota/ownersShare {
			t.Errorf("%s: %d bytes of %d are used", way, u.Used, u.Quota)
		}
	}
	for size, way := range map[int]string{10: "small ones", inlineLimit + 1: "large ones"} {
		fill(way, func() error {
			_, err := anas.Append(ctx, MustPath("/inbox/"), text(strings.Repeat("x", size)))
			return err
		})
	}
	n := 0
	fill("patches", func() error {
		n++
		_, err := anas.Patch(ctx, MustPath("/inbox/notes"), inserting(t, fmt.Sprintf("<#x> <#y> \"%0500d\".", n)), Precondition{})
		return err
	})
	w.put(maria, "/mine", text(strings.Repeat("x", more/ownersShare/2)))
}

// Doors can be closed also in a pod whose quota is as good as none.
func TestLargestQuota(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	if err := w.vault.SetQuota(p.Name, math.MaxInt64); err != nil {
		t.Fatal(err)
	}
	maria := w.vault.As(p.ID, owner(p))
	w.put(maria, "/x", text("x"))
	w.put(maria, "/x.acl", turtle(ownerRule("<x>", p.Owner.String())))
}

// Whatever was done, the count is what a count from the beginning gives.
func TestUsedIsWhatIsThere(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria := w.vault.As(p.ID, owner(p))
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	paths := []string{"/a", "/b", "/c/", "/c/d", "/c/e/", "/c/e/f", "/a.meta", "/c/.meta", "/c/.acl", "/a.acl", "/c/e/.meta"}
	for i := range 300 {
		at := MustPath(paths[r.IntN(len(paths))])
		body := fmt.Sprintf("<#x> <#y> \"%0*d\".", []int{0, 10, 3000, inlineLimit, 100_000}[r.IntN(5)], i)
		switch i % 30 {
		case 9:
			w.restart()
			maria = w.vault.As(p.ID, owner(p))
		case 19:
			if err := maria.Rotate(ctx, nil); err != nil {
				t.Fatal(err)
			}
		case 29:
			if _, _, err := maria.Compact(ctx); err != nil {
				t.Fatal(err)
			}
		}
		switch r.IntN(6) { // some of it cannot be done: that counts for nothing
		case 0, 1:
			_, _ = maria.Put(ctx, at, turtle(body), Precondition{})
		case 2:
			_, _ = maria.Patch(ctx, at, inserting(t, body), Precondition{})
		case 3:
			_ = maria.Delete(ctx, at, Precondition{})
		case 4:
			_ = maria.DeleteAll(ctx, at, Precondition{})
		case 5:
			_, _ = maria.Append(ctx, MustPath("/c/"), turtle(body), text("another"))
		}
		if i%10 == 9 {
			w.counts(p)
		}
	}
}

// counts compares what is said to be used with what is there.
func (w *world) counts(p Created) {
	w.Helper()
	h, err := w.vault.acquire(ctx, p.ID)
	if err != nil {
		w.Fatal(err)
	}
	defer w.vault.release(h)
	err = h.exclusive(ctx, func() error {
		return h.store.view(func(t *tx) error {
			there, err := h.count(t)
			if used := h.used.Load(); used != there {
				w.Fatalf("%d bytes are said to be used, and there are %d", used, there)
			}
			return err
		})
	})
	if err != nil {
		w.Fatal(err)
	}
}

func inserting(t *testing.T, triples string) linkeddata.Patch {
	t.Helper()
	patch, err := linkeddata.ParseSPARQLUpdate(strings.NewReader("INSERT DATA {"+triples+"}"), testBase, linkeddata.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return patch
}
