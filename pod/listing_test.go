package pod

import (
	"strings"
	"testing"
	"time"
)

// TestListingsTellOfEveryChange: a container's tag is another one when anything
// that its listing tells is.
func TestListingsTellOfEveryChange(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria := w.vault.As(p.ID, owner(p))
	w.put(maria, "/c/x", turtle("<#a> <#b> 1."))
	seen := map[string]string{}
	for _, c := range []struct {
		what   string
		change func()
	}{
		{"at first", func() {}},
		{"a longer member", func() { w.put(maria, "/c/x", turtle("<#a> <#b> 1, 2.")) }},
		{"a member of another type", func() { w.put(maria, "/c/x", text("<#a> <#b> 1, 2.")) }},
		{"a graph again", func() { w.put(maria, "/c/x", turtle("<#a> <#b> 1.")) }},
		{"a patched member", func() {
			if _, err := maria.Patch(ctx, MustPath("/c/x"), insertion(t), Precondition{}); err != nil {
				t.Fatal(err)
			}
		}},
		{"a new member", func() { w.put(maria, "/c/y", text("y")) }},
		{"a member replaced by way of the container", func() {
			if _, err := maria.Append(ctx, MustPath("/c/"), Draft{Name: "y", Exact: true, Replace: true, MediaType: "text/plain", Body: strings.NewReader("yy")}); err != nil {
				t.Fatal(err)
			}
		}},
		{"a member less", func() {
			if err := maria.Delete(ctx, MustPath("/c/y"), Precondition{}); err != nil {
				t.Fatal(err)
			}
		}},
	} {
		w.clock.add(time.Minute)
		c.change()
		r, err := maria.Head(ctx, MustPath("/c/"))
		if err != nil {
			t.Fatal(err)
		}
		if before, ok := seen[r.ETag]; ok {
			t.Errorf("%s: the tag is that of %q", c.what, before)
		}
		seen[r.ETag] = c.what
	}
}
