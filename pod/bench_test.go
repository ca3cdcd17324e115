package pod

import (
	"bytes"
	"fmt"
	"io"
	"sync/atomic"
	"testing"
	"time"

	"skrin/acl"
	"skrin/linkeddata"
)

// benchPod gives a pod with a 1 KB resource five containers deep, and sessions
// of its owner and of somebody who was granted it.
func benchPod(b *testing.B) (w *world, maria, drAna *Session, at Path) {
	key, err := hostKeyOnce()
	if err != nil {
		b.Fatal(err)
	}
	w = &world{dir: b.TempDir(), key: key}
	w.vault, err = Open(w.dir, key, Options{Base: testBase})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { w.vault.Close() })
	p, err := w.vault.Create(ctx, NewPod{Name: "maria"})
	if err != nil {
		b.Fatal(err)
	}
	maria, drAna, at = w.vault.As(p.ID, owner(p)), w.vault.As(p.ID, ana), MustPath("/a/b/c/d/x")
	if _, err := maria.Put(ctx, at, benchBody(), Precondition{}); err != nil {
		b.Fatal(err)
	}
	_, err = maria.Grant(ctx, acl.Grant{To: ana.WebID, Targets: []linkeddata.IRI{linkeddata.MustIRI(p.Root.String() + "a/")}, Modes: acl.Read, Until: time.Now().Add(time.Hour)})
	if err != nil {
		b.Fatal(err)
	}
	return w, maria, drAna, at
}

func benchBody() Draft {
	return Draft{MediaType: "application/octet-stream", Body: bytes.NewReader(make([]byte, 1024))}
}

func benchGet(b *testing.B, s *Session, at Path) {
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			r, err := s.Get(ctx, at)
			if err != nil {
				b.Error(err)
				return
			}
			io.Copy(io.Discard, r.Body)
			r.Body.Close()
		}
	})
}

func BenchmarkOwnerGet(b *testing.B) {
	_, maria, _, at := benchPod(b)
	b.ResetTimer()
	benchGet(b, maria, at)
}

// BenchmarkGrantedGet has a journal line synced for each reading, shared by those that wait at once.
func BenchmarkGrantedGet(b *testing.B) {
	_, _, drAna, at := benchPod(b)
	b.SetParallelism(16)
	b.ResetTimer()
	benchGet(b, drAna, at)
}

func BenchmarkPutNew(b *testing.B) {
	_, maria, _, _ := benchPod(b)
	var n atomic.Int64
	b.ReportAllocs()
	b.SetParallelism(16)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := maria.Put(ctx, MustPath(fmt.Sprintf("/a/b/c/d/%d", n.Add(1))), benchBody(), Precondition{}); err != nil {
				b.Error(err)
				return
			}
		}
	})
}
