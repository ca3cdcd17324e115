package account

import (
	"errors"
	"fmt"
	"time"
)

// What can be wrong with an attempt to sign in. None of them says more than it
// does here; what the library of passkeys found is named by its class alone.
var (
	// ErrSignIn is returned for names that nobody has, wrong passwords and
	// accounts without a password alike.
	ErrSignIn = errors.New("name and password do not fit")
	// ErrPasskey is wrapped when the answer of an authenticator is refused.
	ErrPasskey = errors.New("the passkey was refused")
	// ErrCeremony is returned for a ceremony or a first factor that is over:
	// expired, used, overtaken by a change of credentials, or not ours.
	ErrCeremony = errors.New("this sign-in is over and must begin again")
	// ErrRecovery is returned for a recovery key that does not fit, and for
	// pods without an account. Config.Recovery wraps it to say so.
	ErrRecovery = errors.New("the recovery key does not fit")
	// ErrNotLinked is returned for an identity elsewhere that opens no account.
	ErrNotLinked = errors.New("no account is linked to this identity")
	// ErrIdentity is returned for an identity that names nobody, or that was
	// asked for for something else: to sign in, to be linked, to another account.
	ErrIdentity = errors.New("not an identity for this")
	// ErrWait is wrapped by *Wait.
	ErrWait = errors.New("too many attempts")
	// ErrBusy is returned when more passwords wait to be checked than is sensible.
	ErrBusy = errors.New("too many sign-ins at this moment")
)

// What can be wrong with a session.
var (
	// ErrSession is returned for a token or a session that is none, or no more.
	ErrSession = errors.New("not signed in")
	// ErrStepUp is returned when the person must prove themselves again first.
	ErrStepUp = errors.New("sign in again first")
)

// What can be wrong with what is asked for.
var (
	ErrClosed     = errors.New("this host makes no new accounts")
	ErrInvitation = errors.New("no such invitation, or used, or expired")
	ErrName       = errors.New("not a name to sign in with")
	ErrNameTaken  = errors.New("the name is taken")
	ErrPods       = errors.New("these pods cannot be those of an account")
	ErrPodTaken   = errors.New("the pod has an account")
	ErrLocale     = errors.New("not a language")
	ErrLabel      = errors.New("not a label")
	ErrPassword   = errors.New("not a password to use") // wrapped by *Unfit
	ErrNoAccount  = errors.New("no such account")
	ErrNotThere   = errors.New("the account has none like that")
	ErrLast       = errors.New("the last way to sign in stays")
	ErrTooMany    = errors.New("the account has as many as it may have")
	ErrLinked     = errors.New("an account is linked to this identity")
	ErrPasskeys   = errors.New("this host has no passkeys") // there is no domain that they could be for
)

// Wait says that somebody guessed too often, and how long it takes until the
// next attempt is looked at. It wraps ErrWait.
type Wait struct{ For time.Duration }

func (w *Wait) Error() string { return fmt.Sprintf("%v: wait %v", ErrWait, w.For.Round(time.Second)) }

// Unwrap gives ErrWait.
func (w *Wait) Unwrap() error { return ErrWait }

// Unfit says why a password cannot be set. It wraps ErrPassword.
type Unfit struct{ Why Why }

func (u *Unfit) Error() string { return fmt.Sprintf("%v: %s", ErrPassword, u.Why) }

// Unwrap gives ErrPassword.
func (u *Unfit) Unwrap() error { return ErrPassword }

// Why is a reason, in a word that pages turn into a sentence.
type Why string

// Why a password is refused.
const (
	TooShort   Why = "short"      // fewer than MinPassword characters
	TooLong    Why = "long"       // more than MaxPassword bytes
	TooCommon  Why = "common"     // what everybody tries first, or little besides
	OwnName    Why = "name"       // the names of the account and its pods, or little besides
	Characters Why = "characters" // control characters, or text that is not Unicode
)
