package account

import (
	"net/netip"
	"time"
)

// Event is something that the citizen will want to find in the journal of
// their pods. It holds no secret and no name to sign in with.
type Event struct {
	Kind    EventKind
	At      time.Time
	Account string     // "" when the name was nobody's
	Pods    []PodRef   // those of the account
	Session string     // where there is one
	Method  Method     // of what was signed in with, tried, added or removed
	Label   string     // what the person calls the passkey, or the issuer the person
	Agent   string     // what the browser calls itself
	Addr    netip.Addr // as From had it
}

// EventKind is what happened.
type EventKind string

// What is told.
const (
	Created           EventKind = "account created"
	Removed           EventKind = "account removed"
	SignedIn          EventKind = "signed in" // also for a step-up
	Failed            EventKind = "sign-in failed"
	HalfWay           EventKind = "one of two factors shown" // nobody is in yet; somebody else may know the password
	CredentialAdded   EventKind = "credential added"
	CredentialRemoved EventKind = "credential removed"
	FactorsChanged    EventKind = "demanded factors changed"
	Renamed           EventKind = "name changed"
	PasskeyCloned     EventKind = "passkey may have been copied" // its counter went back; the person was let in
	Recovered         EventKind = "recovered with the recovery key"
	SessionEnded      EventKind = "session ended" // by somebody, not by time
)

// tell calls the callback, if there is one.
func (a *Accounts) tell(events ...Event) {
	if a.cfg.Events == nil {
		return
	}
	for _, e := range events {
		a.cfg.Events(e)
	}
}
