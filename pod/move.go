package pod

import (
	"context"
	"strings"

	"skrin/acl"
	"skrin/linkeddata"
)

// Moved is a pod that stands elsewhere than it did until now.
type Moved struct {
	Info
	OldRoot linkeddata.IRI
	Issuers []linkeddata.IRI // who may vouch for the owner, if the pod hosts the WebID; nobody has changed them
	Links   []string         // paths of what still holds addresses at the old site, grants to people there among them
}

// Moved goes through the pods of a vault that was opened at another site than
// the last time, and tells of each what still leads to the old one: links into
// the pod itself, and into the others that stood there. All that the server keeps by
// itself has moved along; each pod's journal says that it moved.
func (v *Vault) Moved(ctx context.Context, tell func(Moved) error) error {
	pods, err := v.Pods()
	if err != nil || v.before == (Site{}) {
		return err
	}
	for _, p := range pods {
		m := Moved{Info: p}
		if m.OldRoot, err = v.before.Root(p.Name); err != nil {
			return err
		}
		if err := v.leftBehind(ctx, &m); err != nil {
			return err
		}
		if err := tell(m); err != nil {
			return err
		}
	}
	return nil
}

// leftBehind finds what still leads to the old site.
func (v *Vault) leftBehind(ctx context.Context, m *Moved) error {
	h, err := v.acquire(ctx, m.ID)
	if err != nil {
		return err
	}
	defer v.release(h)
	err = h.commit(ctx, func(c *change) error {
		c.decided = true
		c.journal(Line{At: h.now().UTC(), Who: acl.CLI.String(), Did: "move", Allowed: true, Because: "the host gave the pod another address; it stood at " + m.OldRoot.String()})
		return nil
	})
	if err != nil {
		return err
	}
	m.Issuers, _ = h.issuers() // none where the WebID is not here, or its document cannot be read
	if m.Links, err = h.linksTo(ctx, v.before.mark()); err != nil {
		return err
	}
	return h.store.view(func(t *tx) error {
		all, err := h.grantsIn(t)
		for _, g := range all {
			if strings.Contains(g.To.String(), v.before.mark()) {
				m.Links = append(m.Links, "/.access/grants/"+g.ID.String())
			}
		}
		return err
	})
}
