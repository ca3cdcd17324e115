package upstream

import "errors"

// What can be wrong with the configuration.
var ErrConfig = errors.New("not a configuration of sign-in with others")

// What can be wrong with a sign-in.
var (
	// ErrUnknown is returned for the id of no issuer.
	ErrUnknown = errors.New("no such issuer")
	// ErrUnreachable is wrapped when the issuer does not answer, or not with
	// what an issuer answers. Later may be better.
	ErrUnreachable = errors.New("the issuer cannot be reached")
	// ErrBusy is returned when more people come back at once than is sensible.
	ErrBusy = errors.New("too many sign-ins at this moment")
	// ErrReturn is returned by Begin for a Wish.Return that is too long for a cookie.
	ErrReturn = errors.New("too much to remember")
	// ErrState is returned when nobody began this here: another browser did, or
	// for another issuer, or too long ago, or it has come back before.
	ErrState = errors.New("this sign-in is over and must begin again")
	// ErrMixUp is returned for an answer that another issuer gave.
	ErrMixUp = errors.New("the answer comes from another issuer")
	// ErrDeclined is returned when the person, or the issuer for them, said no.
	ErrDeclined = errors.New("the sign-in was declined")
	// ErrRefused is wrapped when the issuer refuses what we asked for, in the
	// words of the specification: a mistake in the configuration, or somebody
	// else's code.
	ErrRefused = errors.New("the issuer refuses")
	// ErrToken is wrapped when the ID token does not hold.
	ErrToken = errors.New("the issuer's word does not hold")
	// ErrLevel is returned when the person proved themselves less well than the host demands.
	ErrLevel = errors.New("not the level that is demanded")
	// ErrStale is returned when a new proof was asked for (Wish.Fresh) and the
	// issuer gave an old one, or does not say how old it is; and for an old one
	// where an identity is to be linked.
	ErrStale = errors.New("the issuer did not ask the person again")
)
