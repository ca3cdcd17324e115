package pod

import (
	"context"
	"testing"
	"testing/synctest"
)

// TestTurns: they come in the order in which they were asked for, those who went
// away do not stand in the way, and nothing is left.
func TestTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var all turns
		at := MustPath("/x")
		take := func(ctx context.Context, p Path) (end func()) {
			end, err := all.take(ctx, p)
			if err != nil {
				t.Error(err)
				return func() {}
			}
			return end
		}
		end := take(ctx, at)
		take(ctx, MustPath("/y"))()
		order := make(chan int, 3)
		for i := range 3 {
			go func() {
				end := take(ctx, at)
				order <- i
				end()
			}()
			synctest.Wait() // until it stands in the queue
		}
		gone, cancel := context.WithCancel(ctx)
		cancel()
		if _, err := all.take(gone, at); err == nil {
			t.Error("somebody who had gone took a turn")
		}
		if waiting := all.queues[at].waiting; waiting != 4 || len(order) > 0 {
			t.Errorf("%d have a turn or wait for one, %d had theirs", waiting, len(order))
		}
		end()
		for i := range 3 {
			if got := <-order; got != i {
				t.Errorf("turn %d was that of %d", i, got)
			}
		}
		synctest.Wait()
		if len(all.queues) > 0 {
			t.Errorf("%d queues are left", len(all.queues))
		}
	})
}
