package admin

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"skrin/acl"
	"skrin/linkeddata"
	"skrin/pod"
)

func grantOf(g acl.Grant, now time.Time) Grant {
	out := Grant{
		ID: g.ID.String(), To: g.To.String(), Client: g.Client.String(), Targets: []string{}, Modes: strings.Fields(g.Modes.String()),
		Purpose: g.Purpose.String(), Note: g.Note, From: g.From, Until: g.Until, Created: g.Created, Revoked: g.Revoked, State: "active",
	}
	for _, t := range g.Targets {
		out.Targets = append(out.Targets, t.String())
	}
	switch {
	case !g.Revoked.IsZero():
		out.State = "revoked"
	case !now.Before(g.Until):
		out.State = "ended"
	case g.Suspended:
		out.State = "suspended"
	case now.Before(g.From):
		out.State = "waiting"
	}
	return out
}

func (h *handler) listGrants(w http.ResponseWriter, r *http.Request) error {
	_, session, err := h.owner(r)
	if err != nil {
		return err
	}
	grants, err := session.Grants(r.Context())
	if err != nil {
		return err
	}
	out := Grants{Grants: []Grant{}}
	if out.Older, err = session.Resting(r.Context()); err != nil {
		return err
	}
	for _, g := range grants {
		out.Grants = append(out.Grants, grantOf(g, h.Vault.Clock().Now))
	}
	return reply(w, http.StatusOK, out)
}

func (h *handler) giveGrant(w http.ResponseWriter, r *http.Request) error {
	info, session, err := h.owner(r)
	if err != nil {
		return err
	}
	var asked NewGrant
	if err := read(r, &asked); err != nil {
		return err
	}
	g, err := asked.parse(info.Root)
	if err != nil {
		return err
	}
	if g, err = session.Grant(r.Context(), g); err != nil {
		return err
	}
	given := grantOf(g, g.Created)
	given.Vacant = vacant(r.Context(), session, info.Root, g.Targets)
	return reply(w, http.StatusCreated, given)
}

// vacant are the targets of a grant where nothing is yet. One may be given ahead of what it is for; more often its name is
// mistyped. What cannot be looked at is not among them.
func vacant(ctx context.Context, owner *pod.Session, root linkeddata.IRI, targets []linkeddata.IRI) (none []string) {
	for _, target := range targets {
		rest, _ := strings.CutPrefix(target.String(), root.String())
		p, err := pod.ParsePath("/" + rest)
		if err != nil {
			continue
		}
		if _, err := owner.Head(ctx, p); errors.Is(err, pod.ErrNotFound) {
			none = append(none, target.String())
		}
	}
	return none
}

// parse makes a grant of what was asked for in words.
func (n NewGrant) parse(root linkeddata.IRI) (g acl.Grant, err error) {
	g = acl.Grant{Note: n.Note, From: n.From, Until: n.Until}
	if g.To, err = optional("to", n.To); err != nil {
		return g, err
	}
	if g.Client, err = optional("client", n.Client); err != nil {
		return g, err
	}
	if purpose, perr := linkeddata.ParseIRI(n.Purpose); perr == nil {
		g.Purpose = purpose
	} else if n.Note == "" {
		g.Note = n.Purpose
	} else if n.Purpose != "" {
		return g, fmt.Errorf("%w: with a note the purpose must be an IRI", errRequest)
	}
	if g.Modes, err = parseModes(n.Modes); err != nil {
		return g, err
	}
	for _, text := range n.Targets {
		target, err := parseTarget(root, text)
		if err != nil {
			return g, err
		}
		g.Targets = append(g.Targets, target)
	}
	return g, nil
}

func parseModes(words []string) (acl.Mode, error) {
	if len(words) == 0 {
		return acl.Read, nil
	}
	var modes acl.Mode
	for _, word := range words {
		switch word {
		case "read":
			modes |= acl.Read
		case "create":
			modes |= acl.Create
		default:
			return 0, fmt.Errorf("%w: a grant gives read and create, not %q", errRequest, word)
		}
	}
	return modes, nil
}

// parseTarget takes an absolute IRI, or a path from the pod's root.
func parseTarget(root linkeddata.IRI, text string) (linkeddata.IRI, error) {
	if !strings.HasPrefix(text, "/") {
		return linkeddata.ParseIRI(text)
	}
	p, err := pod.ParsePath(text)
	if err != nil {
		return linkeddata.IRI{}, err
	}
	return linkeddata.ParseIRI(root.String() + p.String()[1:])
}

func (h *handler) revokeGrant(w http.ResponseWriter, r *http.Request) error {
	_, session, err := h.owner(r)
	if err != nil {
		return err
	}
	id, err := acl.ParseGrantID(r.PathValue("id"))
	if err != nil {
		return fmt.Errorf("%w: %w", pod.ErrNotFound, err)
	}
	if err := session.Revoke(r.Context(), id); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
