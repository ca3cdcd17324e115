package acl

import (
	"errors"
	"time"

	"skrin/linkeddata"
)

// ErrGrant is wrapped by every error about a grant that may not be given.
var ErrGrant = errors.New("not a valid grant")

// GrantID names a grant in its pod.
type GrantID [16]byte

// ParseGrantID reads the 32 hexadecimal digits of GrantID.String.
func ParseGrantID(s string) (GrantID, error) { return GrantID{}, nil }

func (id GrantID) String() string { return "" }

// IsZero says whether it names no grant.
func (id GrantID) IsZero() bool { return id == GrantID{} }

// Grant is the citizen's time-limited permission.
type Grant struct {
	ID        GrantID
	To        linkeddata.IRI
	Client    linkeddata.IRI // zero: any client
	Targets   []linkeddata.IRI
	Modes     Mode // of Read and Create
	Purpose   linkeddata.IRI
	Note      string
	From      time.Time
	Until     time.Time
	Created   time.Time
	Revoked   time.Time // zero: not revoked
	Suspended bool
}

// ActiveAt says whether the grant gives anything at t: from From on, and before Until.
func (g Grant) ActiveAt(t time.Time) bool { return false }

// Covers says whether target is one of the grant's targets or below one that is a container.
func (g Grant) Covers(target linkeddata.IRI) bool { return false }

// Validate says whether the grant may be given at now.
func (g Grant) Validate(now time.Time) error { return nil }

// ParseGrantLWS reads an LWS access grant (JSON-LD).
func ParseGrantLWS(body []byte) (Grant, error) { return Grant{}, nil }

// EncodeLWS writes the grant as an LWS access grant whose own IRI is id, given by assigner.
func (g Grant) EncodeLWS(id, assigner linkeddata.IRI) ([]byte, error) { return nil, nil }
