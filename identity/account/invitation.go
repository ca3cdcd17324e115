package account

import (
	"encoding/hex"
	"errors"
	"sort"
	"time"

	"skrin/identity/records"
)

// Policy is who may have an account.
type Policy uint8

// The policies.
const (
	Closed       Policy = iota // nobody but by the host
	ByInvitation               // whoever has an invitation
	Open                       // anybody
)

// Invitation is a host's word that somebody may have an account. It is good
// for one, until it expires.
type Invitation struct {
	ID      string // to withdraw it by; tells nothing of the code
	Note    string // the host's own, about whom it is for
	Created time.Time
	Expires time.Time
}

// Bounds of invitations.
const (
	MaxInvitations   = 10_000
	MaxInvitationFor = 90 * 24 * time.Hour
)

type storedInvitation struct {
	Note    string    `json:"note,omitempty"`
	Created time.Time `json:"created"`
	Expires time.Time `json:"expires"`
}

// Invitations lie under the hash of their codes, which have 128 random bits.
var invitationKind = records.Kind[storedInvitation]{Name: "account invitation", Version: 1}

func invitationName(code Secret) string { return hex.EncodeToString(hashToken(code.Reveal())) }

// errDuration is returned for an invitation that would not end in time.
var errDuration = errors.New("an invitation lasts a minute to 90 days")

// Invite makes an invitation and its code, which is told this once.
func (a *Accounts) Invite(note string, lasts time.Duration) (Invitation, Secret, error) {
	if lasts < time.Minute || lasts > MaxInvitationFor {
		return Invitation{}, Secret{}, errDuration
	}
	note, err := parseLabel(note)
	if err != nil {
		return Invitation{}, Secret{}, err
	}
	all, err := a.Invitations()
	if err != nil {
		return Invitation{}, Secret{}, err
	}
	if len(all) >= MaxInvitations {
		return Invitation{}, Secret{}, ErrTooMany
	}
	code, now := NewSecret(randomID()), a.cfg.Now()
	s := storedInvitation{note, now, now.Add(lasts)}
	err = a.update(func(t *turn) error { return invitationKind.Put(t, invitationName(code), s) })
	if err != nil {
		return Invitation{}, Secret{}, err
	}
	return s.public(invitationName(code)), code, nil
}

func (s storedInvitation) public(id string) Invitation {
	return Invitation{id, s.Note, s.Created, s.Expires}
}

// Invitations lists those that can still be used, oldest first.
func (a *Accounts) Invitations() (all []Invitation, err error) {
	now := a.cfg.Now()
	err = a.cfg.Records.View(func(tx records.Tx) error {
		return invitationKind.Each(tx, func(name string, s storedInvitation) (bool, error) {
			if now.Before(s.Expires) {
				all = append(all, s.public(name))
			}
			return true, nil
		})
	})
	sort.Slice(all, func(i, j int) bool { return all[i].Created.Before(all[j].Created) })
	return all, err
}

// Invitation gives the one that a code is of; ErrInvitation: there is none.
func (a *Accounts) Invitation(code Secret) (i Invitation, err error) {
	name := invitationName(code)
	err = a.cfg.Records.View(func(tx records.Tx) error {
		s, there, err := invitationKind.Get(tx, name)
		if err == nil && (!there || !a.cfg.Now().Before(s.Expires)) {
			err = ErrInvitation
		}
		i = s.public(name)
		return err
	})
	return i, err
}

// GiveBack makes an invitation good again, for as long as it would have been. The
// account that was made with it came to nothing, and has just been removed.
func (a *Accounts) GiveBack(i Invitation) error {
	if !a.cfg.Now().Before(i.Expires) {
		return nil
	}
	return a.update(func(t *turn) error {
		return invitationKind.Put(t, i.ID, storedInvitation{i.Note, i.Created, i.Expires})
	})
}

// Withdraw takes an invitation back; ErrInvitation: there is none with that id.
func (a *Accounts) Withdraw(id string) error {
	return a.update(func(t *turn) error {
		if id == "" || len(id) > records.MaxName {
			return ErrInvitation
		}
		_, there, err := invitationKind.Get(t, id)
		if err == nil && !there {
			err = ErrInvitation
		}
		if err != nil {
			return err
		}
		return invitationKind.Delete(t, id)
	})
}

// admits says whether somebody with this code may have an account; "" is none.
func (a *Accounts) admits(tx records.Tx, code Secret) error {
	switch a.cfg.Policy {
	case Open:
		return nil
	case ByInvitation:
	default:
		return ErrClosed
	}
	s, there, err := invitationKind.Get(tx, invitationName(code))
	if err == nil && (!there || !a.cfg.Now().Before(s.Expires)) {
		err = ErrInvitation
	}
	return err
}

// useUp takes the invitation away that somebody came with.
func (t *turn) useUp(code Secret) error {
	if t.a.cfg.Policy != ByInvitation {
		return nil
	}
	return invitationKind.Delete(t, invitationName(code))
}
