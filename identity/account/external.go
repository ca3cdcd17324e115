package account

import (
	"errors"
	"time"
)

// BeforeLeaving counts that somebody sets out for an issuer outside, before that
// issuer is told (upstream.Issuers.Begin). WithExternal gives it back. *Wait.
func (a *Accounts) BeforeLeaving(from From) error {
	return a.limits.take(a.cfg.Now(), addressClaim(byLeaving, from.Addr))
}

// BeforeExternal counts that somebody comes back from an issuer outside, before
// that issuer is asked (upstream.Issuers.Finish): asking costs a message of ours
// with the secret of this host. WithExternal gives it back. *Wait.
func (a *Accounts) BeforeExternal(from From) error {
	return a.limits.take(a.cfg.Now(), addressClaim(byReturning, from.Addr))
}

// WithExternal signs in with an identity elsewhere, which must have been asked
// for to sign in. It is one factor, in the place of the password: an account
// that demands two then misses its passkey. ErrNotLinked: it opens no account;
// whose it might be is not said. ErrIdentity.
//
// The session says that the person proved themselves when the issuer says they
// did. An issuer that does not say opens a session all the same, in which
// nothing is changed before a step-up.
func (a *Accounts) WithExternal(who Identity, from From) (Step, error) {
	if !who.sane() || who.For != "" {
		return Step{}, ErrIdentity
	}
	link := a.linkID(who)
	_, public, err := a.look(byRef(linkKind, link))
	if errors.Is(err, ErrNoAccount) {
		a.failed("", stored{}, ByExternal, from)
		return Step{}, ErrNotLinked
	}
	if err != nil {
		return Step{}, err
	}
	step, err := a.enter(entry{id: public.ID, method: ByExternal, from: from, proved: a.proved(who), check: func(now *stored, t *turn) error {
		i := now.link(link)
		if i < 0 { // it was removed while we were looking
			return ErrNotLinked
		}
		now.Links[i].Used = t.now
		return nil
	}})
	if err == nil {
		a.limits.undo(append(addressClaim(byReturning, from.Addr), addressClaim(byLeaving, from.Addr)...))
	}
	return step, err
}

// proved is when the person may be said to have proved themselves: never later
// than now, and too long ago for a change where nobody says.
func (a *Accounts) proved(who Identity) time.Time {
	now := a.cfg.Now()
	switch {
	case who.Proved.IsZero():
		return now.Add(-a.cfg.StepUp - time.Second)
	case who.Proved.After(now):
		return now
	}
	return who.Proved
}
