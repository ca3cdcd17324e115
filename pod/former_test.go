package pod

import "testing"

// The name of a pod that was deleted is remembered, over a restart and a stop, and a
// pod that was nobody's leaves none.
func TestFormer(t *testing.T) {
	for name, c := range map[string]struct {
		do   func(*world, Created) error
		want bool
	}{
		"there":                       {func(*world, Created) error { return nil }, false},
		"deleted":                     {func(w *world, p Created) error { return w.vault.Delete(ctx, p.Name) }, true},
		"undone":                      {func(w *world, p Created) error { return w.vault.Undo(ctx, p.Name) }, false},
		"stopped":                     {func(w *world, p Created) error { return w.leaving(p, false) }, true},
		"stopped while it was undone": {func(w *world, p Created) error { return w.leaving(p, true) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			p := w.maria()
			if err := c.do(w, p); err != nil {
				t.Fatal(err)
			}
			for range 2 {
				if name == "there" || name == "deleted" || name == "undone" {
					w.isFormer(p.Name, c.want)
				}
				w.restart()
			}
			w.isFormer(p.Name, c.want)
			w.isFormer("karin", false)
			if name != "there" {
				w.maria() // the host may
			}
			if err := w.vault.host.check(); err != nil {
				t.Error(err)
			}
		})
	}
}

// leaving is a stop in the middle of erasing.
func (w *world) leaving(p Created, undone bool) error {
	r, err := w.vault.host.pod(p.Name)
	if err != nil {
		return err
	}
	r.Leaving, r.Undone = true, undone
	return w.vault.host.addPod(r)
}

func (w *world) isFormer(name string, want bool) {
	w.Helper()
	if got, err := w.vault.Former(name); err != nil || got != want {
		w.Errorf("%s: former %v, %v", name, got, err)
	}
}
