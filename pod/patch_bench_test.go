package pod

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"skrin/linkeddata"
)

// swap is a patch that puts one number in the place of another.
func swap(b testing.TB, at linkeddata.IRI, who, was, is int) linkeddata.Patch {
	text := fmt.Sprintf(`DELETE DATA { <#c%d> <#n> %d }; INSERT DATA { <#c%d> <#n> %d };`, who, was, who, is)
	p, err := linkeddata.ParseSPARQLUpdate(strings.NewReader(text), at, linkeddata.Limits{})
	if err != nil {
		b.Fatal(err)
	}
	return p
}

// BenchmarkPatch has eight clients change one triple each: in documents of their
// own, in one they share, and in one of 1 MB.
func BenchmarkPatch(b *testing.B) {
	for _, c := range []struct {
		name   string
		shared bool
		size   int
	}{{"own", false, 0}, {"shared", true, 0}, {"1MB", true, 1 << 20}} {
		b.Run(c.name, func(b *testing.B) {
			_, maria, _, _ := benchPod(b)
			place := func(who int) Path {
				if c.shared {
					who = 0
				}
				return MustPath(fmt.Sprintf("/a/b/c/d/p%d", who))
			}
			var body strings.Builder
			for i := range 8 {
				fmt.Fprintf(&body, "<#c%d> <#n> 0 .\n", i)
			}
			for i := 0; body.Len() < c.size; i++ {
				fmt.Fprintf(&body, "<#s%d> <http://x.example/says> \"something of some length, number %d\" .\n", i, i)
			}
			for i := range 8 {
				if _, err := maria.Put(ctx, place(i), turtle(body.String()), Precondition{}); err != nil {
					b.Fatal(err)
				}
			}
			var clients atomic.Int64
			b.ReportAllocs()
			b.SetParallelism(4)
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				who := int(clients.Add(1)-1) % 8
				at := place(who)
				iri := linkeddata.MustIRI(testBase.String() + "maria" + at.String())
				for n := 0; pb.Next(); n++ {
					if _, err := maria.Patch(ctx, at, swap(b, iri, who, n, n+1), Precondition{}); err != nil {
						b.Error(err)
						return
					}
				}
			})
		})
	}
}
