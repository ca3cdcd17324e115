package pod

import (
	"context"
	"errors"
	"testing"
)

// TestMissingACLIsNotInherited takes the ACL of a container out of the file. What
// the one above gives is wider: nobody gets it. The owner goes on and mends it.
func TestMissingACLIsNotInherited(t *testing.T) {
	for name, ruin := range map[string]func(*change, []byte) error{
		"gone":    func(c *change, key []byte) error { return c.del(bNode, key) },
		"garbled": func(c *change, key []byte) error { return c.put(bNode, key, make([]byte, 100)) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			p := w.maria()
			maria, drAna := w.vault.As(p.ID, owner(p)), w.vault.As(p.ID, ana)
			everybody := turtle(`@prefix acl: <http://www.w3.org/ns/auth/acl#>. <#r> a acl:Authorization; acl:agent <` + ana.WebID.String() + `>; acl:default <./>; acl:accessTo <./>; acl:mode acl:Read, acl:Write.`)
			nobody := `@prefix acl: <http://www.w3.org/ns/auth/acl#>. <#r> a acl:Authorization; acl:agent <` + p.Owner.String() + `>; acl:default <./>; acl:accessTo <./>; acl:mode acl:Read.`
			w.put(maria, "/notes/open", text("open"))
			w.put(maria, "/notes/.acl", everybody)
			w.put(maria, "/notes/private/x", text("secret"))
			w.put(maria, "/notes/private/.acl", turtle(nobody))
			w.refused(drAna, "/notes/private/x", ErrDenied)
			h, err := w.vault.acquire(context.Background(), p.ID)
			if err != nil {
				t.Fatal(err)
			}
			if err := h.commit(ctx, func(c *change) error {
				at, err := h.walk(c.tx, MustPath("/notes/private/"))
				if err != nil {
					return err
				}
				return ruin(c, nodeKey(at.deepest().entry.node, partACL))
			}); err != nil {
				t.Fatal(err)
			}
			w.vault.release(h)
			w.restart()
			maria, drAna = w.vault.As(p.ID, owner(p)), w.vault.As(p.ID, ana)
			for _, path := range []string{"/notes/private/x", "/notes/private/", "/notes/private/none"} {
				w.refused(drAna, path, ErrDamaged)
			}
			if _, err := drAna.Put(ctx, MustPath("/notes/private/y"), text("y"), Precondition{}); !errors.Is(err, ErrDamaged) {
				t.Errorf("written: %v", err)
			}
			w.get(drAna, "/notes/open")
			if got := w.get(maria, "/notes/private/x"); got != "secret" {
				t.Error(got)
			}
			report, err := w.vault.Verify(ctx, "maria", nil)
			if err != nil || len(report.Problems) != 1 || report.Problems[0].Where != "/notes/private/.acl" {
				t.Errorf("%v %q", err, report.Problems)
			}
			w.put(maria, "/notes/private/.acl", turtle(nobody))
			w.refused(drAna, "/notes/private/x", ErrDenied)
		})
	}
}
