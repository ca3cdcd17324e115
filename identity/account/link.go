package account

import (
	"encoding/base64"
	"encoding/binary"
	"slices"
	"time"

	"skrin/identity/records"
)

// Identity is who somebody is by the word of an issuer outside, which has just
// given it: identity/upstream asks for it and checks it. A console hands it on
// as it came and makes none itself.
type Identity struct {
	Issuer  string    // its URL, exactly
	Claim   string    // what the issuer calls the name below: "sub"
	Subject string    // the name of the person there, that stays with them
	Label   string    // what the issuer calls the person, to tell two links apart; "": nothing
	Proved  time.Time // when they proved themselves there; zero: it does not say
	For     string    // the account that it was asked for to be linked to; "": it was asked for to sign in
}

// Bounds of what an issuer may say.
const (
	maxIssuer  = 512
	maxClaim   = 64
	maxSubject = 255 // OpenID Connect Core, section 2
)

func (i Identity) sane() bool {
	bounded := func(text string, most int) bool { return text != "" && len(text) <= most }
	return bounded(i.Issuer, maxIssuer) && bounded(i.Claim, maxClaim) && bounded(i.Subject, maxSubject)
}

// Link is an identity elsewhere that opens the account.
type Link struct {
	ID      string // ours, to name it by: 22 characters
	Issuer  string // the URL of the issuer
	Label   string // what the issuer called the person when it was linked; may be ""
	Created time.Time
	Used    time.Time // zero: never since
}

// MaxLinks bounds the links of an account.
const MaxLinks = 8

// storedLink is a link as it is kept. Of who the person is elsewhere only a
// keyed hash is, its ID: the number of a citizen is soon guessed from a bare one.
type storedLink struct {
	ID      string    `json:"id"`
	Issuer  string    `json:"issuer"`
	Label   string    `json:"label,omitempty"`
	Created time.Time `json:"created"`
	Used    time.Time `json:"used,omitzero"`
}

var linkKind = records.Kind[ref]{Name: "account link", Version: 1}

func (l storedLink) public() Link { return Link(l) }

// linkID is where an identity is looked up. Each part comes with its length, so
// that no two identities are told by the same bytes.
func (a *Accounts) linkID(who Identity) string {
	var all []byte
	for _, part := range []string{who.Issuer, who.Claim, who.Subject} {
		all = binary.BigEndian.AppendUint32(all, uint32(len(part)))
		all = append(all, part...)
	}
	return base64.RawURLEncoding.EncodeToString(a.linker.mac(forLink, string(all))[:16])
}

// AddLink makes an identity elsewhere a way to sign in. It must have been asked
// for to be linked to this account (Identity.For). ErrLinked: it opens this
// account already, or another one. ErrIdentity, ErrTooMany, ErrStepUp.
func (a *Accounts) AddLink(s Session, who Identity) (Link, Secret, error) {
	if !who.sane() || who.For == "" || who.For != s.Account {
		return Link{}, Secret{}, ErrIdentity
	}
	label, err := parseLabel(who.Label)
	if err != nil {
		label = "" // it is a help, and somebody else's choice
	}
	link := storedLink{ID: a.linkID(who), Issuer: who.Issuer, Label: label, Created: a.cfg.Now()}
	token, err := a.change(s, func(t *turn, acct *stored) error { return t.addLink(s, acct, link) })
	if err != nil {
		return Link{}, Secret{}, err
	}
	return link.public(), token, nil
}

func (t *turn) addLink(s Session, acct *stored, link storedLink) error {
	if _, there, err := linkKind.Get(t, link.ID); err != nil {
		return err
	} else if there {
		return ErrLinked
	}
	if len(acct.Links) >= MaxLinks {
		return ErrTooMany
	}
	acct.Links = append(acct.Links, link)
	t.note(s.Account, *acct, Event{Kind: CredentialAdded, Session: s.ID, Method: ByExternal, Label: link.Label})
	return linkKind.Put(t, link.ID, ref{s.Account})
}

// RemoveLink takes a link away. ErrNotThere, ErrLast, ErrStepUp.
func (a *Accounts) RemoveLink(s Session, id string) (Secret, error) {
	return a.change(s, func(t *turn, acct *stored) error {
		i := acct.link(id)
		if i < 0 {
			return ErrNotThere
		}
		t.note(s.Account, *acct, Event{Kind: CredentialRemoved, Session: s.ID, Method: ByExternal, Label: acct.Links[i].Label})
		acct.Links = slices.Delete(slices.Clone(acct.Links), i, i+1)
		if acct.stuck() {
			return ErrLast
		}
		return linkKind.Delete(t, id)
	})
}

// link gives the index of a link; -1: there is none.
func (s *stored) link(id string) int {
	return slices.IndexFunc(s.Links, func(l storedLink) bool { return l.ID == id })
}
