package pod

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"skrin/acl"
	"skrin/linkeddata"
)

// grantRecord is a grant as it is kept. Targets and people below the pod's root
// stand without it, so that the pod can move.
type grantRecord struct {
	To        string    `json:"to"`
	Client    string    `json:"client,omitempty"`
	Targets   []string  `json:"targets"`
	Modes     uint8     `json:"modes"`
	Purpose   string    `json:"purpose,omitempty"`
	Note      string    `json:"note,omitempty"`
	From      time.Time `json:"from"`
	Until     time.Time `json:"until"`
	Created   time.Time `json:"created"`
	Revoked   time.Time `json:"revoked,omitzero"`
	Suspended bool      `json:"suspended,omitempty"`
}

// grantList is the pod's grants as of a version of the grant bucket.
type grantList struct {
	version   uint64
	suspended bool // the clock or the file is in doubt, so none of them counts
	list      []acl.Grant
}

// Grant gives a person access for a limited time. Only the owner may. The grant
// comes back with its id and the times as they are kept. The error wraps
// ErrGrant and says what is wrong with it.
func (s *Session) Grant(ctx context.Context, g acl.Grant) (acl.Grant, error) {
	h, err := s.controlled(ctx)
	if err != nil {
		return acl.Grant{}, err
	}
	defer s.vault.release(h)
	now := h.now()
	rand.Read(g.ID[:])
	g.Created, g.Revoked, g.Suspended = now, time.Time{}, false
	if g.From.IsZero() {
		g.From = now
	}
	if err := s.checkDevice(h, g); err != nil {
		return acl.Grant{}, err
	}
	if err := h.checkGrant(g, now); err != nil {
		return acl.Grant{}, err
	}
	err = h.commit(ctx, func(c *change) error {
		c.decided = true
		if err := h.saveGrant(c.tx, g); err != nil {
			return err
		}
		line := h.line(s, "grant", Path{})
		line.Grant, line.Until, line.Purpose = g.ID.String(), g.Until, purposeOf(g)
		line.Path = h.targets(g)
		line.Because = fmt.Sprintf("%s for %s", g.Modes, h.relative(g.To))
		c.journal(line)
		return nil
	})
	return g, err
}

// Grants lists all grants of the pod, also ended and revoked ones, the newest
// first. Only the owner may.
func (s *Session) Grants(ctx context.Context) ([]acl.Grant, error) {
	h, err := s.controlled(ctx)
	if err != nil {
		return nil, err
	}
	defer s.vault.release(h)
	var list []acl.Grant
	err = h.store.view(func(t *tx) error {
		all, err := h.grantsIn(t)
		list = slices.Clone(all)
		return err
	})
	slices.SortFunc(list, func(a, b acl.Grant) int { return b.Created.Compare(a.Created) })
	return list, err
}

// GrantByID gives one grant to the owner, or to the person it was given to.
// Anybody else gets ErrDenied, whether or not it exists.
func (s *Session) GrantByID(ctx context.Context, id acl.GrantID) (acl.Grant, error) {
	h, err := s.vault.acquire(ctx, s.id)
	if err != nil {
		return acl.Grant{}, err
	}
	defer s.vault.release(h)
	owner := s.ownsRoot(h)
	var found acl.Grant
	err = h.store.view(func(t *tx) error {
		all, err := h.grantsIn(t)
		for _, g := range all {
			if g.ID == id && (owner || g.IsFor(s.agent, h.owner())) {
				found = g
			}
		}
		return err
	})
	switch {
	case err != nil:
		return acl.Grant{}, err
	case found.ID.IsZero() && owner:
		return acl.Grant{}, fmt.Errorf("%w: no grant %s", ErrNotFound, id)
	case found.ID.IsZero():
		return acl.Grant{}, s.refusal(ctx, h, MustPath("/.access/grants/"), "read", ErrDenied)
	case owner:
		return found, nil
	}
	return found, h.commit(ctx, func(c *change) error {
		line := h.line(s, "read", MustPath("/.access/grants/"))
		line.Grant, line.Because = id.String(), "it was given to them"
		c.journal(line)
		return nil
	})
}

// Revoke ends a grant now. When it returns, nothing that begins later is
// allowed by the grant, and what still flowed from it has been cut. Revoking
// an ended or revoked grant is no error. Only the owner may.
func (s *Session) Revoke(ctx context.Context, id acl.GrantID) error {
	return again(func() error { return s.revoke(ctx, id) })
}

func (s *Session) revoke(ctx context.Context, id acl.GrantID) error {
	h, err := s.controlled(ctx)
	if err != nil {
		return err
	}
	defer s.vault.release(h)
	return h.commit(ctx, func(c *change) error {
		all, err := h.grantsIn(c.tx)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(g acl.Grant) bool { return g.ID == id })
		if i < 0 {
			return fmt.Errorf("%w: no grant %s", ErrNotFound, id)
		}
		g := all[i]
		if !g.Revoked.IsZero() {
			return nil
		}
		g.Revoked = h.now()
		c.decided = true
		line := h.line(s, "revoke", Path{})
		line.Path, line.Grant, line.Because = h.targets(g), g.ID.String(), "grant to "+h.relative(g.To)
		c.journal(line)
		return h.saveGrant(c.tx, g)
	})
}

// checkDevice refuses grants to the owner that would do harm: one without a
// client gives nothing, and one to the very client that asks would bind it to
// what the grant says, for ever.
func (s *Session) checkDevice(h *handle, g acl.Grant) error {
	switch {
	case g.To != h.owner():
		return nil
	case g.Client.IsZero():
		return fmt.Errorf("%w: the owner may do everything; to pair a device, name its client", ErrGrant)
	case g.Client == s.agent.Client:
		return fmt.Errorf("%w: this would take the owner's right away from the app that is asking; use another app, or the command line", ErrGrant)
	}
	return nil
}

// checkGrant asks what can be asked of a grant before it is given.
func (h *handle) checkGrant(g acl.Grant, now time.Time) error {
	if err := g.Validate(now); err != nil {
		return fmt.Errorf("%w: %w", ErrGrant, err)
	}
	for _, target := range g.Targets {
		if target != h.root && !target.HasPrefix(h.root) {
			return fmt.Errorf("%w: %s is not in this pod (%s)", ErrGrant, target, h.root)
		}
		p, err := ParsePath(h.relative(target))
		if err != nil {
			return fmt.Errorf("%w: target: %w", ErrGrant, err)
		}
		if p.kind != acl.Ordinary || h.iri(p) != target {
			return fmt.Errorf("%w: %s cannot be granted", ErrGrant, target)
		}
	}
	return nil
}

// saveGrant writes the record and lets every cached list go stale.
func (h *handle) saveGrant(t *tx, g acl.Grant) error {
	r := grantRecord{
		To: h.relative(g.To), Client: g.Client.String(), Modes: uint8(g.Modes), Purpose: g.Purpose.String(), Note: g.Note,
		From: g.From, Until: g.Until, Created: g.Created, Revoked: g.Revoked, Suspended: g.Suspended,
	}
	for _, target := range g.Targets {
		r.Targets = append(r.Targets, h.relative(target))
	}
	plain, err := json.Marshal(r)
	if err != nil {
		return err
	}
	if err := t.bump(bGrant); err != nil {
		return err
	}
	return h.seal(t, bGrant, g.ID[:], 0, pad(plain, 0))
}

// grantsIn gives the grants as of the transaction. While the clock is in doubt,
// or the file is an older copy, all of them are suspended.
func (h *handle) grantsIn(t *tx) ([]acl.Grant, error) {
	version, suspended := t.sequence(bGrant), h.vault.clock.doubtful() || h.older.Load()
	if list := h.grants.Load(); list != nil && list.version == version && list.suspended == suspended {
		return list.list, nil
	}
	fresh := &grantList{version: version, suspended: suspended}
	err := t.scan(bGrant, nil, nil, func(key, sealed []byte) (bool, error) {
		plain, err := h.keys.Open(nil, h.label(bGrant, key, 0), sealed)
		if err != nil {
			return false, fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		g, err := h.parseGrant(key, plain)
		if err != nil {
			return false, fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		g.Suspended = g.Suspended || suspended
		fresh.list = append(fresh.list, g)
		return true, nil
	})
	if err == nil && !t.writable() {
		h.grants.Store(fresh)
	}
	return fresh.list, err
}

func (h *handle) parseGrant(key, plain []byte) (acl.Grant, error) {
	var r grantRecord
	if err := json.Unmarshal(trimPadding(plain), &r); err != nil {
		return acl.Grant{}, err
	}
	g := acl.Grant{
		Modes: acl.Mode(r.Modes), Note: r.Note, From: r.From, Until: r.Until,
		Created: r.Created, Revoked: r.Revoked, Suspended: r.Suspended,
	}
	copy(g.ID[:], key)
	var errs [4]error
	g.To, errs[0] = linkeddata.ParseIRI(h.absolute(r.To))
	g.Client, errs[1] = optionalIRI(r.Client)
	g.Purpose, errs[2] = optionalIRI(r.Purpose)
	for _, target := range r.Targets {
		iri, err := linkeddata.ParseIRI(h.absolute(target))
		g.Targets, errs[3] = append(g.Targets, iri), errors.Join(errs[3], err)
	}
	return g, errors.Join(errs[:]...)
}

func optionalIRI(s string) (linkeddata.IRI, error) {
	if s == "" {
		return linkeddata.IRI{}, nil
	}
	return linkeddata.ParseIRI(s)
}

// controlled opens the pod for something that only who controls its root may do.
func (s *Session) controlled(ctx context.Context) (*handle, error) {
	h, err := s.vault.acquire(ctx, s.id)
	if err != nil {
		return nil, err
	}
	if !s.ownsRoot(h) {
		defer s.vault.release(h)
		return nil, s.refusal(ctx, h, MustPath("/.access/"), "control", ErrDenied)
	}
	return h, nil
}

// ownsRoot says whether the asker has the owner's standing right: WebID and
// client, not bound by a device's record, and not by way of any rule.
func (s *Session) ownsRoot(h *handle) bool {
	if s.agent.IsPublic() || s.agent.WebID != h.owner() {
		return false
	}
	var d acl.Decision
	err := h.store.view(func(t *tx) error {
		grants, err := h.grantsIn(t)
		policy := &acl.Policy{Owner: h.owner(), Grants: grants}
		d = policy.Decide(acl.Request{Agent: s.agent, Target: h.root, At: h.now()})
		return err
	})
	return err == nil && d.Allows(acl.Control)
}

func (h *handle) targets(g acl.Grant) string {
	text := ""
	for i, target := range g.Targets {
		if i > 0 {
			text += " "
		}
		text += h.relative(target)
	}
	return text
}

func purposeOf(g acl.Grant) string {
	if g.Note != "" {
		return g.Note
	}
	return g.Purpose.String()
}
