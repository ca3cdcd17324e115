package pod

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"skrin/acl"
)

// TestReadingOutlivesOtherRights: Ana may read without an end, and besides may
// add for a moment. When that ends, what she reads goes on.
func TestReadingOutlivesOtherRights(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria, drAna := w.vault.As(p.ID, owner(p)), w.vault.As(p.ID, ana)
	w.put(maria, "/health/labs/scan", Draft{MediaType: "image/tiff", Body: bytes.NewReader(make([]byte, 1<<20))})
	w.put(maria, "/health/labs/.acl", rule(ana, "acl:Read", "accessTo", "default"))
	w.grant(p, ana, "/health/labs/", acl.Create, 50*time.Millisecond)
	r, err := drAna.Get(ctx, MustPath("/health/labs/scan"))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	w.clock.add(time.Second)
	select {
	case <-r.Done:
		t.Error("the reading was ended with the right to add")
	case <-time.After(200 * time.Millisecond):
	}
	if n, err := io.Copy(io.Discard, r.Body); n != 1<<20 || err != nil {
		t.Errorf("%d bytes, %v", n, err)
	}
}

// TestStreamsEndByTheVaultsClock sets the clock forward past the end of a grant:
// the body that flows ends with it, though no timer has run.
func TestStreamsEndByTheVaultsClock(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	w.put(w.vault.As(p.ID, owner(p)), "/health/labs/scan", Draft{MediaType: "image/tiff", Body: bytes.NewReader(make([]byte, 1<<20))})
	w.grant(p, ana, "/health/labs/", acl.Read, time.Hour)
	r, err := w.vault.As(p.ID, ana).Get(ctx, MustPath("/health/labs/scan"))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if _, err := io.ReadFull(r.Body, make([]byte, 1000)); err != nil {
		t.Fatal(err)
	}
	w.clock.add(2 * time.Hour)
	if n, err := r.Body.Read(make([]byte, 10)); n > 0 || !errors.Is(err, ErrDenied) {
		t.Errorf("%d bytes after the end, %v", n, err)
	}
	select {
	case <-r.Done:
	default:
		t.Error("who waits for the end was not told")
	}
}

// TestReplacedWhileRead reads a large body over and over while others are put in
// its place: each reading is of one of them, whole.
func TestReplacedWhileRead(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria := w.vault.As(p.ID, owner(p))
	at, size := MustPath("/health/labs/scan"), inlineLimit+1000
	scan := func(b byte) Draft {
		return Draft{MediaType: "image/tiff", Body: bytes.NewReader(bytes.Repeat([]byte{b}, size))}
	}
	w.put(maria, at.String(), scan(0))
	var writers sync.WaitGroup
	stop := make(chan struct{})
	for n := range 3 {
		writers.Go(func() {
			for i := n; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				if _, err := maria.Put(ctx, at, scan(byte(i)), Precondition{}); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for end := time.Now().Add(time.Second); time.Now().Before(end) && !t.Failed(); {
		r, err := maria.Get(ctx, at)
		if err != nil {
			t.Errorf("get: %v", err)
			break
		}
		b, err := io.ReadAll(r.Body)
		r.Body.Close()
		if err != nil || len(b) != size || len(bytes.Trim(b, string(b[:1]))) > 0 {
			t.Errorf("%d bytes, of more than one body: %v", len(b), err)
		}
	}
	close(stop)
	writers.Wait()
}

// TestMissingBodyIsDamage: a body whose file is gone for good is named as damage.
func TestMissingBodyIsDamage(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria := w.vault.As(p.ID, owner(p))
	w.put(maria, "/scan", text(strings.Repeat("x", inlineLimit+1)))
	w.withoutBodies(p, func() { w.refused(maria, "/scan", ErrDamaged) })
	if got := w.get(maria, "/scan"); len(got) != inlineLimit+1 {
		t.Errorf("%d bytes", len(got))
	}
}
