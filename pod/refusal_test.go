package pod

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"skrin/acl"
	"skrin/linkeddata"
)

// since gives the journal's lines from the nth on that tell of somebody.
func (w *world) since(p Created, n int, who acl.Agent) (lines []Entry) {
	w.Helper()
	for _, e := range w.journal(p)[n:] {
		if e.Who == who.WebID.String() {
			lines = append(lines, e)
		}
	}
	return lines
}

// TestEveryRefusalHasItsLine: whatever somebody known here asks for in vain, the
// owner finds it, as a refusal.
func TestEveryRefusalHasItsLine(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	g := w.grant(p, ana, "/health/labs/", acl.Read, time.Hour)
	s := w.vault.As(p.ID, ana)
	for what, ask := range map[string]func() error{
		"read":   func() error { _, err := s.Get(ctx, MustPath("/health/vitals/")); return err },
		"put":    func() error { _, err := s.Put(ctx, MustPath("/health/labs/x"), text("x"), Precondition{}); return err },
		"append": func() error { _, err := s.Append(ctx, MustPath("/health/labs/"), text("x")); return err },
		"patch": func() error {
			_, err := s.Patch(ctx, MustPath("/health/labs/x"), insertion(t), Precondition{})
			return err
		},
		"delete":      func() error { return s.Delete(ctx, MustPath("/health/labs/x"), Precondition{}) },
		"admit":       func() error { return s.Admit(ctx, MustPath("/health/labs/x"), "put") },
		"journal":     func() error { _, err := s.Journal(ctx, 0, 10); return err },
		"proof":       func() error { _, err := s.Proof(ctx, 0, 1); return err },
		"verify":      func() error { _, err := s.VerifyJournal(ctx, nil); return err },
		"grants":      func() error { _, err := s.Grants(ctx); return err },
		"give":        func() error { _, err := s.Grant(ctx, g); return err },
		"revoke":      func() error { return s.Revoke(ctx, g.ID) },
		"rules":       func() error { return s.Rules(ctx, func(Ruled) error { return nil }) },
		"end rule":    func() error { return s.EndRule(ctx, Root, person(ana), "") },
		"other grant": func() error { _, err := s.GrantByID(ctx, acl.GrantID{1}); return err },
		"confirm":     func() error { return s.ConfirmGrants(ctx) },
		"rotate":      func() error { return s.Rotate(ctx, nil) },
		"compact":     func() error { _, _, err := s.Compact(ctx); return err },
		"backup":      func() error { return s.Backup(ctx, io.Discard, BackupOptions{}) },
	} {
		n := len(w.journal(p))
		if err := ask(); !errors.Is(err, ErrDenied) {
			t.Errorf("%s: %v, want %v", what, err, ErrDenied)
		}
		if lines := w.since(p, n, ana); len(lines) != 1 || lines[0].Allowed || lines[0].Because == "" {
			t.Errorf("%s: refused, and the journal says %+v", what, lines)
		}
	}
	n := len(w.journal(p))
	if _, err := s.GrantByID(ctx, g.ID); err != nil {
		t.Fatal(err)
	}
	if lines := w.since(p, n, ana); len(lines) != 1 || !lines[0].Allowed || lines[0].Grant != g.ID.String() {
		t.Errorf("she read her own grant, and the journal says %+v", lines)
	}
}

// TestRefusalsAreToldAsRefusals: also where the rule in force says yes, and
// something that it takes besides says no.
func TestRefusalsAreToldAsRefusals(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria, s := w.vault.As(p.ID, owner(p)), w.vault.As(p.ID, silvia)
	w.put(maria, "/d/x", turtle("<#a> <#b> 1."))
	w.put(maria, "/d/.acl", rule(silvia, "acl:Write", "default")) // of the members, not of the container
	deletion, err := linkeddata.ParseN3Patch(strings.NewReader(`@prefix solid: <http://www.w3.org/ns/solid/terms#>. _:p a solid:InsertDeletePatch; solid:deletes { <#a> <#b> 1 }.`), linkeddata.MustIRI(p.Root.String()+"d/x"), linkeddata.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	for did, ask := range map[string]func() error{
		"delete": func() error { return s.Delete(ctx, MustPath("/d/x"), Precondition{}) },
		"put":    func() error { _, err := s.Put(ctx, MustPath("/d/new"), text("x"), Precondition{}); return err },
		"patch":  func() error { _, err := s.Patch(ctx, MustPath("/d/x"), deletion, Precondition{}); return err },
	} {
		n := len(w.journal(p))
		if err := ask(); !errors.Is(err, ErrDenied) {
			t.Errorf("%s: %v, want %v", did, err, ErrDenied)
		}
		lines := w.since(p, n, silvia)
		if len(lines) != 1 || lines[0].Allowed || lines[0].Did != did || !strings.HasPrefix(lines[0].Because, "Not allowed") {
			t.Errorf("%s: refused, and the journal says %+v", did, lines)
		}
	}
}

// TestNewClientsMakeNoNewLines: somebody known here who asks under ever other
// client ids gets no more lines than under one.
func TestNewClientsMakeNoNewLines(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	g := w.grant(p, ana, "/health/labs/", acl.Read, time.Hour)
	if err := w.vault.As(p.ID, owner(p)).Revoke(ctx, g.ID); err != nil {
		t.Fatal(err)
	}
	before := len(w.journal(p))
	for i := range 5 * exactLimit {
		other := ana
		other.Client = linkeddata.MustIRI(fmt.Sprint("https://evil.example/", i))
		w.refused(w.vault.As(p.ID, other), "/health/labs/x", ErrDenied)
	}
	h, err := w.vault.acquire(ctx, p.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer w.vault.release(h)
	h.tally.mu.Lock()
	counts := len(h.tally.counts)
	h.tally.mu.Unlock()
	if lines := len(w.journal(p)) - before; lines > exactLimit+1 || counts > 3 {
		t.Errorf("%d lines in the journal and %d counts in memory", lines, counts)
	}
}
