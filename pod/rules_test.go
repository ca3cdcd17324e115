package pod

import (
	"errors"
	"fmt"
	"testing"

	"skrin/acl"
)

// Every ACL of the pod is told, wherever it stands and however many others have
// none, and no longer once it is gone; and to the owner alone.
func TestRules(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria := w.vault.As(p.ID, owner(p))
	for i := range checkPage + 10 {
		w.put(maria, fmt.Sprintf("/crowd/%d", i), text("x"))
	}
	seeded := w.holders(maria)
	rule := func(target string) Draft {
		return turtle(`@prefix acl: <http://www.w3.org/ns/auth/acl#>.
<#r> a acl:Authorization; acl:agent <` + silvia.WebID.String() + `>; acl:accessTo <` + target + `>; acl:mode acl:Read.`)
	}
	deep := []string{"/crowd/17.acl", "/a/b/c/.acl", "/a/b/d.acl"}
	w.put(maria, "/a/b/c/e", text("x"))
	w.put(maria, "/a/b/d", text("x"))
	for i, target := range []string{"17", "./", "d"} {
		w.put(maria, deep[i], rule(target))
	}
	now := w.holders(maria)
	for _, path := range []string{"crowd/17", "a/b/c/", "a/b/d"} {
		if holder := p.Root.String() + path; !now[holder] || seeded[holder] {
			t.Errorf("the ACL of %s: there %v, before %v", path, now[holder], seeded[holder])
		}
	}
	if len(now) != len(seeded)+3 {
		t.Errorf("%d ACLs, want %d", len(now), len(seeded)+3)
	}
	if err := maria.Delete(ctx, MustPath("/a/b/d.acl"), Precondition{}); err != nil {
		t.Fatal(err)
	}
	if w.holders(maria)[p.Root.String()+"a/b/d"] {
		t.Error("an ACL that is gone is told")
	}
	for _, who := range []acl.Agent{public, silvia} {
		if err := w.vault.As(p.ID, who).Rules(ctx, func(Ruled) error { return nil }); !errors.Is(err, ErrDenied) {
			t.Errorf("%v may ask: %v", who.WebID, err)
		}
	}
}

// An ACL that cannot be read is left out, and the others are told.
func TestRulesBesideADamagedACL(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria := w.vault.As(p.ID, owner(p))
	w.put(maria, "/notes/x", text("x"))
	w.put(maria, "/notes/.acl", rule(ana, "acl:Read", "default"))
	before := len(w.holders(maria))
	h, err := w.vault.acquire(ctx, p.ID)
	if err != nil {
		t.Fatal(err)
	}
	err = h.commit(ctx, func(c *change) error {
		at, err := h.walk(c.tx, MustPath("/notes/"))
		if err != nil {
			return err
		}
		return c.del(bNode, nodeKey(at.deepest().entry.node, partACL))
	})
	w.vault.release(h)
	if err != nil {
		t.Fatal(err)
	}
	w.restart()
	maria = w.vault.As(p.ID, owner(p))
	if after := len(w.holders(maria)); after != before-1 {
		t.Errorf("%d ACLs, want %d", after, before-1)
	}
	if err := w.vault.As(p.ID, console(p)).EndRule(ctx, MustPath("/notes/"), person(ana), ""); !errors.Is(err, ErrDamaged) {
		t.Errorf("end: %v, want %v", err, ErrDamaged)
	}
	w.put(maria, "/notes/.acl", rule(ana, "acl:Read", "default"))
}

// Entries of whatever is ruled or may hold it are read, and no others.
func TestConcernsRules(t *testing.T) {
	for _, container := range []bool{false, true} {
		for _, version := range []uint64{0, 1, 200, 1 << 60} {
			e := entry{node: newNode(), container: container, name: "x", size: 1 << 40, version: 1 << 50, acl: version, meta: 3, body: bodyID{1}, refs: []string{"a"}}
			plain := e.append(nil)
			if got := concernsRules(plain); got != (container || version != 0) {
				t.Errorf("container %v, ACL %d: %v", container, version, got)
			}
			for cut := range 40 {
				if !concernsRules(plain[:cut]) {
					t.Errorf("container %v, ACL %d, cut after %d bytes: passed over", container, version, cut)
				}
			}
			plain[0]++
			if !concernsRules(plain) {
				t.Error("another format is passed over")
			}
		}
	}
}

// holders are the resources that have an ACL.
func (w *world) holders(s *Session) map[string]bool {
	w.Helper()
	found := map[string]bool{}
	err := s.Rules(ctx, func(r Ruled) error {
		if len(r.Rules) == 0 || found[r.Holder.String()] {
			w.Errorf("%s has %d rules, or is told twice", r.Holder, len(r.Rules))
		}
		found[r.Holder.String()] = true
		return nil
	})
	if err != nil {
		w.Fatal(err)
	}
	return found
}
