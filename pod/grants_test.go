package pod

import (
	"errors"
	"testing"
	"time"

	"skrin/acl"
)

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
