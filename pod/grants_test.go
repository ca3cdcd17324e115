package pod

import (
	"errors"
	"testing"
	"time"

	"skrin/acl"
	"skrin/linkeddata"
)

// Who was given something may read what they were given. A program that its name
// binds was not given what its person was.
func TestGrantByID(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	bound := ana
	bound.Client = linkeddata.MustIRI(acl.BoundClients + "x")
	g := w.grant(p, ana, "/health/labs/", acl.Read, time.Hour)
	for who, want := range map[acl.Agent]error{ana: nil, bound: ErrDenied, {}: ErrDenied} {
		if got, err := w.vault.As(p.ID, who).GrantByID(ctx, g.ID); !errors.Is(err, want) || (got.ID == g.ID) != (want == nil) {
			t.Errorf("%v: %v, want %v", who, err, want)
		}
	}
}

// TestGrantsThatWouldHarmTheOwner are refused: they give nothing, or take the
// owner's right away from the very app that asks.
func TestGrantsThatWouldHarmTheOwner(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria := w.vault.As(p.ID, owner(p))
	grant := acl.Grant{To: p.Owner, Modes: acl.Read, Until: noon.Add(time.Hour)}
	grant.Targets = append(grant.Targets, p.Root)
	own := grant
	own.Client = owner(p).Client
	for what, g := range map[string]acl.Grant{"without a client": grant, "for the asking client": own} {
		if _, err := maria.Grant(ctx, g); !errors.Is(err, ErrGrant) {
			t.Errorf("%s: %v, want %v", what, err, ErrGrant)
		}
		w.put(maria, "/x", text(what))
	}
	if all, err := maria.Grants(ctx); err != nil || len(all) > 0 {
		t.Errorf("grants: %v, %v", all, err)
	}
}
