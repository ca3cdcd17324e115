package pod

import (
	"fmt"
	"testing"
)

// What is remembered of a container is not believed when what is sealed there is
// another thing: another version, or bytes that nobody sealed.
func TestOpenedEntriesAreNeverStale(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria := w.vault.As(p.ID, owner(p))
	w.put(maria, "/x/a", text("one"))
	w.get(maria, "/x/a")
	h, err := w.vault.acquire(ctx, p.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer w.vault.release(h)
	var root nodeID
	at := func() (n *node, err error) {
		err = h.store.view(func(t *tx) error {
			top, err := h.lookup(t, nodeID{}, "")
			if err == nil {
				root = top.entry.node
				n, err = h.lookup(t, root, "x")
			}
			return err
		})
		return n, err
	}
	before, err := at()
	if err != nil || h.opened.get(place{root, "x"}).key == nil {
		t.Fatalf("the container is not remembered (%v)", err)
	}
	w.put(maria, "/x/b", text("two"))
	after, err := at()
	if err != nil || after.entry.version == before.entry.version {
		t.Errorf("version %d before and after a member came (%v)", before.entry.version, err)
	}
	w.flip(h, after.key)
	if n, err := at(); err == nil {
		t.Errorf("a changed entry gives %+v", n.entry)
	}
	w.flip(h, after.key)
}

// flip changes the last byte of a directory entry.
func (w *world) flip(h *handle, key []byte) {
	w.Helper()
	_, err := h.store.update(func(t *tx) error {
		sealed := append([]byte(nil), t.get(bDir, key)...)
		sealed[len(sealed)-1] ^= 1
		return t.put(bDir, key, sealed)
	})
	if err != nil {
		w.Fatal(err)
	}
}

// However many containers are used, few of them are remembered.
func TestOpenedEntriesAreFew(t *testing.T) {
	var o openedEntries
	for i := range 10 * maxOpened {
		at := place{name: fmt.Sprint(i)}
		o.put(at, []byte("key"), []byte("sealed"), entry{})
		if o.get(at).key == nil || len(o.m) > maxOpened {
			t.Fatalf("after %d: %d are remembered", i, len(o.m))
		}
	}
}
