package pod

import (
	"fmt"
	"strings"
	"sync"
	"testing"
)

// TestReadersAndAGrowingFile has many read while the file grows again and again:
// whoever ends lets the writer go on, whoever begins waits for it, and nobody
// waits for ever.
func TestReadersAndAGrowingFile(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria := w.vault.As(p.ID, owner(p))
	w.put(maria, "/d/x", text("x"))
	done := make(chan struct{})
	var readers sync.WaitGroup
	for range 8 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				if _, err := maria.Head(ctx, MustPath("/d/x")); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	body := strings.Repeat("x", 60<<10)
	for i := range 100 {
		if _, err := maria.Put(ctx, MustPath(fmt.Sprintf("/d/%d", i)), text(body), Precondition{}); err != nil {
			t.Fatal(err)
		}
	}
	close(done)
	readers.Wait()
}
