package acl

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"skrin/linkeddata"
)

// ErrGrant is wrapped by every error about a grant that may not be given. The
// error's text is for the person who wanted to give it.
var ErrGrant = errors.New("not a grant that can be given")

// grantable is all that a grant can carry.
const grantable = Read | Create

const (
	maxTargets = 100
	maxNote    = 1000 // bytes
)

// GrantID names a grant in its pod. The zero ID names none.
type GrantID [16]byte

// ParseGrantID reads the 32 lower-case hexadecimal digits of GrantID.String.
func ParseGrantID(s string) (GrantID, error) {
	var id GrantID
	if len(s) != 2*len(id) || strings.ToLower(s) != s {
		return GrantID{}, fmt.Errorf("%q is no grant's name", clip(s))
	}
	if _, err := hex.Decode(id[:], []byte(s)); err != nil {
		return GrantID{}, fmt.Errorf("%q is no grant's name", clip(s))
	}
	return id, nil
}

func (id GrantID) String() string { return hex.EncodeToString(id[:]) }

// IsZero says whether it names no grant.
func (id GrantID) IsZero() bool { return id == GrantID{} }

// Grant is the citizen's time-limited permission. It gives something from From
// on (the zero From: from when it is made) and nothing at Until or later.
type Grant struct {
	ID        GrantID
	To        linkeddata.IRI   // a WebID; the owner's own, with a Client, makes it the record of a device
	Client    linkeddata.IRI   // zero: any client
	Targets   []linkeddata.IRI // containers (ending in "/") or resources
	Modes     Mode             // of Read and Create
	Purpose   linkeddata.IRI
	Note      string // the citizen's words
	From      time.Time
	Until     time.Time
	Created   time.Time
	Revoked   time.Time // zero: not revoked
	Suspended bool
}

// ActiveAt says whether the grant gives anything at t.
func (g Grant) ActiveAt(t time.Time) bool { return g.kindAt(t) == ByGrant }

// kindAt is the reason that the grant is at t. A grant without an end has ended.
func (g *Grant) kindAt(t time.Time) ReasonKind {
	switch {
	case !g.Revoked.IsZero():
		return Revoked
	case !t.Before(g.Until):
		return Ended
	case g.Suspended:
		return Suspended
	case t.Before(g.From):
		return NotYet
	}
	return ByGrant
}

// Covers says whether target is one of the grant's targets, or below one that
// is a container.
func (g Grant) Covers(target linkeddata.IRI) bool {
	for _, t := range g.Targets {
		if t == target || strings.HasSuffix(t.String(), "/") && target.HasPrefix(t) {
			return true
		}
	}
	return false
}

// IsFor says whether the grant was given to this agent. For the owner, and for a
// client that its name binds, only one for the very client counts.
func (g *Grant) IsFor(a Agent, owner linkeddata.IRI) bool {
	if g.To.IsZero() || g.To != a.WebID || everybody(g.To) {
		return false
	}
	if g.Client.IsZero() && (g.To == owner || a.boundByName()) {
		return false
	}
	return g.Client.IsZero() || g.Client == a.Client
}

// Validate says whether the grant may be given at now. Errors wrap ErrGrant.
// Whether the targets are in the pod is for the caller to ask.
func (g Grant) Validate(now time.Time) error {
	for _, err := range []error{g.validParties(), g.validScope(), g.validTime(now)} {
		if err != nil {
			return fmt.Errorf("%w: %w", ErrGrant, err)
		}
	}
	return nil
}

func (g *Grant) validParties() error {
	switch {
	case g.To.IsZero():
		return errors.New("it says nobody's name")
	case everybody(g.To):
		return errors.New("a grant is for one person or organisation, never for everybody")
	case g.Client == CLI:
		return errors.New("the console needs no grant")
	case len(g.Note) > maxNote:
		return fmt.Errorf("the note is longer than %d bytes", maxNote)
	}
	return nil
}

func (g *Grant) validScope() error {
	switch {
	case g.Modes == 0:
		return errors.New("it gives nothing: a grant gives read, create or both")
	case g.Modes&^grantable != 0:
		return fmt.Errorf("a grant gives read and create only, not %v", g.Modes&^grantable)
	case len(g.Targets) == 0:
		return errors.New("it names no container and no resource")
	case len(g.Targets) > maxTargets:
		return fmt.Errorf("it names more than %d containers and resources", maxTargets)
	}
	containers := false
	for _, t := range g.Targets {
		if err := validTarget(t); err != nil {
			return err
		}
		containers = containers || strings.HasSuffix(t.String(), "/")
	}
	if g.Modes.Has(Create) && !containers {
		return errors.New("it gives create, which needs a container (a target that ends in /)")
	}
	return nil
}

func validTarget(t linkeddata.IRI) error {
	s := t.String()
	switch {
	case t.IsZero():
		return errors.New("a target has no name")
	case strings.ContainsAny(s, "?#"):
		return fmt.Errorf("the target %s has a query or a fragment", clip(s))
	case strings.Contains(s+"/", "/../") || strings.Contains(s+"/", "/./"):
		return fmt.Errorf("the target %s has dots for a segment", clip(s))
	}
	return nil
}

func (g *Grant) validTime(now time.Time) error {
	start := now
	if !g.From.IsZero() {
		start = g.From
	}
	switch {
	case g.Until.IsZero():
		return errors.New("it has no end: every grant ends")
	case !g.Until.After(now):
		return fmt.Errorf("it ended at %s already", moment(g.Until))
	case !g.Until.After(start):
		return errors.New("it ends before it begins")
	case g.Until.After(start.AddDate(1, 0, 0)):
		return errors.New("it lasts longer than a year: give it again when the year is over")
	case start.After(now.AddDate(1, 0, 0)):
		return errors.New("it begins more than a year from now")
	}
	return nil
}

// everybody says whether the IRI names a class of agents instead of one.
func everybody(iri linkeddata.IRI) bool {
	return iri == linkeddata.FOAFAgent || iri == linkeddata.ACLAuthenticatedAgent
}

// clip keeps a foreign text short enough for an error.
func clip(s string) string {
	if len(s) > 100 {
		return s[:100] + "..."
	}
	return s
}
