package pod

import (
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
