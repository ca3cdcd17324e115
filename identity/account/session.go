package account

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"slices"
	"time"

	"skrin/identity/records"
)

// Session is somebody being signed in, in one browser. It holds no secret: the
// token that leads to it is given out once, by whoever opened or renewed it.
type Session struct {
	ID       string // stays the same while tokens change
	Account  string
	AuthTime time.Time // when the person last proved themselves
	Methods  []Method  // how they did
	Agent    string    // what the browser called itself
	Created  time.Time
	Seen     time.Time // to within a few minutes
	Expires  time.Time // when it ends unless it is used; using it moves this, up to the absolute end
}

// Method is a way to prove oneself.
type Method string

// The methods.
const (
	ByPassword     Method = "password"
	ByPasskey      Method = "passkey"
	ByExternal     Method = "external" // an issuer outside said who it is
	ByRecovery     Method = "recovery"
	ByRegistration Method = "registration" // the account was made just then
)

// AMR gives the methods in the words of RFC 8176.
func (s Session) AMR() []string {
	var amr []string
	if slices.Contains(s.Methods, ByPassword) {
		amr = append(amr, "pwd")
	}
	if slices.Contains(s.Methods, ByPasskey) {
		amr = append(amr, "pop", "user")
	}
	if s.Factors() > 1 {
		amr = append(amr, "mfa")
	}
	return amr
}

// Factors is how many factors were shown: a passkey is one that the person
// has, and its authenticator asked for another before it answered.
func (s Session) Factors() int {
	switch {
	case slices.Contains(s.Methods, ByPasskey):
		return 2
	case len(s.Methods) > 0 && !slices.Contains(s.Methods, ByRegistration):
		return 1
	}
	return 0
}

// Within says whether the person proved themselves so recently. A clock that was
// put back has not seen it.
func (s Session) Within(d time.Duration, now time.Time) bool { return within(s.AuthTime, d, now) }

func within(proved time.Time, d time.Duration, now time.Time) bool {
	ago := now.Sub(proved)
	return ago <= d && ago >= -clockStep
}

// clockStep is how far a clock is put back while it merely goes right.
const clockStep = time.Minute

// storedSession is a session as it is kept, under its id. Of the token only
// the hash of its secret half is.
type storedSession struct {
	Account string    `json:"account"`
	Hash    []byte    `json:"hash"`
	Auth    time.Time `json:"auth"`
	Methods []Method  `json:"methods"`
	Agent   string    `json:"agent"`
	Created time.Time `json:"created"`
	Seen    time.Time `json:"seen"`
	End     time.Time `json:"end"` // absolute
}

var sessionKind = records.Kind[storedSession]{Name: "account session", Version: 1}

// A token is the session's id (16 bytes, 22 characters) and a secret of 32
// bytes in 43 characters.
const (
	idText     = 22
	secretLen  = 32
	secretText = 43
)

// unfinished is how long somebody may be signed in to an account that has no
// way to sign in yet.
const unfinished = time.Hour

func (a *Accounts) expires(s storedSession) time.Time {
	idle := s.Seen.Add(a.cfg.Idle)
	if idle.Before(s.End) {
		return idle
	}
	return s.End
}

func (a *Accounts) alive(s storedSession, now time.Time) bool { return now.Before(a.expires(s)) }

func (a *Accounts) public(id string, s storedSession) Session {
	return Session{ID: id, Account: s.Account, AuthTime: s.Auth, Methods: s.Methods, Agent: s.Agent,
		Created: s.Created, Seen: s.Seen, Expires: a.expires(s)}
}

// renew gives a session a new token; the one before leads nowhere from now on.
func (s *storedSession) renew(id string) Secret {
	secret := base64url.EncodeToString(randomBytes(secretLen))
	s.Hash = hashToken(secret)
	return NewSecret(id + secret)
}

// isOf says whether the secret half of a token leads to the session.
func (s storedSession) isOf(secret string) bool {
	return subtle.ConstantTimeCompare(hashToken(secret), s.Hash) == 1
}

func hashToken(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

// Resume gives the session that a token leads to, and notes that it is used.
// ErrSession: there is none, or it has ended.
func (a *Accounts) Resume(token Secret) (s Session, err error) {
	text := token.Reveal()
	if len(text) != idText+secretText {
		return Session{}, ErrSession
	}
	id, now := text[:idText], a.cfg.Now()
	var found storedSession
	err = a.cfg.Records.View(func(tx records.Tx) (err error) {
		found, err = a.session(tx, id, now)
		return err
	})
	if err != nil {
		return Session{}, err
	}
	if !found.isOf(text[idText:]) {
		return Session{}, ErrSession
	}
	if now.Sub(found.Seen) >= a.touchEvery() {
		return a.touch(id, text[idText:])
	}
	return a.public(id, found), nil
}

// touchEvery is how exactly it is known when a session was used: not every
// request may cost a sync.
func (a *Accounts) touchEvery() time.Duration { return min(5*time.Minute, a.cfg.Idle/8) }

func (a *Accounts) touch(id, secret string) (s Session, err error) {
	err = a.update(func(t *turn) error {
		found, err := a.session(t, id, t.now)
		if err == nil && !found.isOf(secret) { // it got a new token meanwhile
			err = ErrSession
		}
		if err != nil {
			return err
		}
		found.Seen = t.now
		s = a.public(id, found)
		return sessionKind.Put(t, id, found)
	})
	if err != nil {
		return Session{}, err
	}
	return s, nil
}

// Alive gives the session with an id, for those who vouch for people by it (the
// provider asks at each use of an access token). ErrSession: it has ended.
func (a *Accounts) Alive(id string) (s Session, err error) {
	err = a.cfg.Records.View(func(tx records.Tx) error {
		found, err := a.session(tx, id, a.cfg.Now())
		s = a.public(id, found)
		return err
	})
	if err != nil {
		return Session{}, err
	}
	return s, nil
}

// session reads a session that is alive, or gives ErrSession.
func (a *Accounts) session(tx records.Tx, id string, now time.Time) (storedSession, error) {
	if len(id) != idText {
		return storedSession{}, ErrSession
	}
	s, there, err := sessionKind.Get(tx, id)
	if err == nil && (!there || !a.alive(s, now)) {
		err = ErrSession
	}
	return s, err
}

// own reads a session that somebody presents, and its account.
func (a *Accounts) own(tx records.Tx, s Session) (stored, storedSession, error) {
	found, err := a.session(tx, s.ID, a.cfg.Now())
	if err == nil && found.Account != s.Account {
		err = ErrSession
	}
	if err != nil {
		return stored{}, found, err
	}
	acct, err := load(tx, found.Account)
	if errors.Is(err, ErrNoAccount) {
		err = ErrSession
	}
	return acct, found, err
}

// mayChange is own, for what changes how the account is signed in to: the
// person must have proved themselves a moment ago. Who has nothing yet to
// prove it with is let through: their session lasts an hour.
func (a *Accounts) mayChange(tx records.Tx, s Session) (stored, storedSession, error) {
	acct, found, err := a.own(tx, s)
	if err == nil && !acct.empty() && !within(found.Auth, a.cfg.StepUp, a.cfg.Now()) {
		err = ErrStepUp
	}
	return acct, found, err
}
