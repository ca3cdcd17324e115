package solid_test

import (
	"fmt"
	"sync/atomic"
	"testing"

	"skrin/internal/podtest"
)

// BenchmarkPatch has eight clients change one triple each over HTTP, in a
// document of their own and in one they share. The client's signing of each
// proof is a part of these times.
func BenchmarkPatch(b *testing.B) {
	for _, shared := range []bool{false, true} {
		b.Run(fmt.Sprintf("shared=%v", shared), func(b *testing.B) {
			w := podtest.New(b)
			maria := w.Citizen("maria")
			place := func(who int64) string {
				if shared {
					who = 0
				}
				return fmt.Sprintf("/maria/d/%d", who)
			}
			for who := range int64(8) {
				maria.Do("PATCH", place(who), fmt.Sprintf(`INSERT DATA { <#c%d> <#n> 0 }`, who), "Content-Type", sparql)
			}
			var clients atomic.Int64
			b.SetParallelism(4)
			b.ResetTimer()
			b.RunParallel(func(p *testing.PB) {
				who := (clients.Add(1) - 1) % 8
				for n := 0; p.Next(); n++ {
					patch := fmt.Sprintf(`DELETE DATA { <#c%d> <#n> %d }; INSERT DATA { <#c%d> <#n> %d };`, who, n, who, n+1)
					if a := maria.Do("PATCH", place(who), patch, "Content-Type", sparql); a.Status != 204 {
						b.Error(a.Status, a.Body)
						return
					}
				}
			})
		})
	}
}
