package pod

import (
	"context"
	"testing"
	"time"

	"skrin/linkeddata"
)

// TestOldDescriptionsSayNoMoreThanNewOnes: what a description of an older program
// or another server says in the server's place is not shown with the container.
func TestOldDescriptionsSayNoMoreThanNewOnes(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria := w.vault.As(p.ID, owner(p))
	w.put(maria, "/d/x", text("x"))
	h, err := w.vault.acquire(ctx, p.ID)
	if err != nil {
		t.Fatal(err)
	}
	err = h.commit(ctx, func(c *change) error {
		walked, err := h.walk(c.tx, MustPath("/d/"))
		if err != nil {
			return err
		}
		return h.saveDocument(c, walked.deepest(), partMeta, document{mediaType: "application/trig", modified: time.Now(), body: []byte(`
@prefix ldp: <http://www.w3.org/ns/ldp#>. @prefix stat: <http://www.w3.org/ns/posix/stat#>. @prefix dc: <http://purl.org/dc/terms/>.
<./> ldp:contains <other>; stat:mtime 1; dc:title "mine"; a <http://www.w3.org/ns/pim/space#Storage>. <x> stat:size 99; a ldp:Container.
<#g> { <./> dc:title "in a graph" }`)})
	})
	w.vault.release(h)
	if err != nil {
		t.Fatal(err)
	}
	r, err := maria.Get(ctx, MustPath("/d/"))
	if err != nil {
		t.Fatal(err)
	}
	title := linkeddata.Triple{S: linkeddata.MustIRI(p.Root.String() + "d/").Term(), P: linkeddata.DCTitle.Term(), O: linkeddata.Text("mine")}
	if r.Description.Len() != 1 || !r.Description.Has(linkeddata.Quad{Triple: title}) {
		t.Errorf("the description says %d things: %v", r.Description.Len(), r.Description)
	}
}

// TestTurns: they come in the order in which they were asked for, those who went
// away do not stand in the way, and nothing is left.
func TestTurns(t *testing.T) {
	var all turns
	at := MustPath("/x")
	end, err := all.take(ctx, at)
	if err != nil {
		t.Fatal(err)
	}
	other, err := all.take(ctx, MustPath("/y"))
	if err != nil {
		t.Fatal(err)
	}
	other()
	order := make(chan int, 3)
	for i := range 3 {
		go func() {
			end, err := all.take(ctx, at)
			if err != nil {
				t.Error(err)
				return
			}
			order <- i
			end()
		}()
		until(t, &all, func() bool { return all.queues[at].waiting == i+2 })
		time.Sleep(10 * time.Millisecond) // from the list into the queue
	}
	gone, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := all.take(gone, at); err == nil {
		t.Error("somebody who had gone took a turn")
	}
	end()
	for i := range 3 {
		if got := <-order; got != i {
			t.Errorf("turn %d was that of %d", i, got)
		}
	}
	until(t, &all, func() bool { return len(all.queues) == 0 })
}

// until waits for something to become true of the turns.
func until(t *testing.T, all *turns, is func() bool) {
	t.Helper()
	for range 2000 {
		all.mu.Lock()
		ok := is()
		all.mu.Unlock()
		if ok {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatal("it never came to that")
}
