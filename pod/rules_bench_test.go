package pod

import (
	"fmt"
	"testing"
)

// BenchmarkRules asks for the ACLs of a pod in which a container has 100 000 members.
func BenchmarkRules(b *testing.B) {
	w, maria, _, _ := benchPod(b)
	crowd(b, w, maria, 100_000)
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		if err := maria.Rules(ctx, func(Ruled) error { n++; return nil }); err != nil || n < 4 {
			b.Fatal(n, err)
		}
	}
}

// crowd makes directory entries without what they lead to.
func crowd(b *testing.B, w *world, maria *Session, n int) {
	h, err := w.vault.acquire(ctx, maria.id)
	if err != nil {
		b.Fatal(err)
	}
	defer w.vault.release(h)
	for from := 0; from < n; from += 1000 { // a page of the store that grows long is slow to write
		if err := h.commit(ctx, func(c *change) error { return h.crowdOf(c, maria, from, from+1000) }); err != nil {
			b.Fatal(err)
		}
	}
}

func (h *handle) crowdOf(c *change, maria *Session, from, to int) error {
	st, err := h.stand(c.tx, maria, MustPath("/crowd/"))
	at := st.deepest()
	if err == nil && !st.found {
		at, err = h.make(c, &st, h.now())
	}
	for i := from; i < to && err == nil; i++ {
		name := fmt.Sprintf("2026-%06d", i)
		err = h.save(c.tx, &node{key: h.dirKey(at.entry.node, name), entry: entry{
			node: c.newNode(), name: name, mediaType: "application/fhir+json", size: 800, version: 1,
			created: h.now(), modified: h.now(), refs: []string{"Observation/" + name},
		}})
	}
	return err
}
