package account

import (
	"slices"
	"time"

	"skrin/identity/records"
)

// Sessions lists where the person is signed in, oldest first.
func (a *Accounts) Sessions(s Session) (all []Session, err error) {
	err = a.cfg.Records.View(func(tx records.Tx) error {
		acct, _, err := a.own(tx, s)
		if err == nil {
			all, err = a.openSessions(tx, acct)
		}
		return err
	})
	return all, err
}

// SessionsOf lists where the person of an account is signed in, oldest first:
// for the host.
func (a *Accounts) SessionsOf(id string) (all []Session, err error) {
	err = a.cfg.Records.View(func(tx records.Tx) error {
		acct, err := load(tx, id)
		if err == nil {
			all, err = a.openSessions(tx, acct)
		}
		return err
	})
	return all, err
}

func (a *Accounts) openSessions(tx records.Tx, acct stored) (all []Session, err error) {
	for _, id := range acct.Sessions {
		found, there, err := sessionKind.Get(tx, id)
		if err != nil {
			return nil, err
		}
		if there && a.alive(found, a.cfg.Now()) {
			all = append(all, a.public(id, found))
		}
	}
	return all, nil
}

// End ends a session of the same account, at once; s itself to sign out.
// ErrNotThere: the account has none with that id.
func (a *Accounts) End(s Session, id string) error {
	return a.update(func(t *turn) error {
		acct, _, err := a.own(t, s)
		if err != nil {
			return err
		}
		if !slices.Contains(acct.Sessions, id) {
			return ErrNotThere
		}
		return t.end(s.Account, acct, func(other string) bool { return other == id })
	})
}

// EndOthers ends all sessions of the account but this one, which gets a new token.
func (a *Accounts) EndOthers(s Session) (token Secret, err error) {
	err = a.update(func(t *turn) error {
		acct, found, err := a.own(t, s)
		if err != nil {
			return err
		}
		if err := t.end(s.Account, acct, func(other string) bool { return other != s.ID }); err != nil {
			return err
		}
		token = found.renew(s.ID)
		return sessionKind.Put(t, s.ID, found)
	})
	if err != nil {
		return Secret{}, err
	}
	return token, nil
}

// EndAll ends all sessions of an account: for the host.
func (a *Accounts) EndAll(id string) error {
	return a.update(func(t *turn) error {
		acct, err := load(t, id)
		if err != nil {
			return err
		}
		return t.end(id, acct, func(string) bool { return true })
	})
}

// end ends some sessions of an account and keeps the account.
func (t *turn) end(id string, acct stored, which func(session string) bool) error {
	if err := t.endIn(id, &acct, which); err != nil {
		return err
	}
	return accountKind.Put(t, id, acct)
}

// endIn ends some sessions of an account, which the caller will keep.
func (t *turn) endIn(id string, acct *stored, which func(session string) bool) error {
	left := acct.Sessions[:0:0]
	for _, session := range acct.Sessions {
		if !which(session) {
			left = append(left, session)
			continue
		}
		found, there, err := sessionKind.Get(t, session)
		if err != nil {
			return err
		}
		if there && t.a.alive(found, t.now) {
			t.note(id, *acct, Event{Kind: SessionEnded, Session: session, Agent: found.Agent})
		}
		if err := sessionKind.Delete(t, session); err != nil {
			return err
		}
	}
	acct.Sessions = left
	return nil
}

// open lets somebody in: in the session that they brought along, if it is of
// this account, or in a new one. The caller keeps the account.
func (t *turn) open(id string, acct *stored, from From, methods []Method, proved time.Time) (Session, Secret, error) {
	s, err := t.a.session(t, from.Session.ID, t.now)
	session := from.Session.ID
	if err != nil || s.Account != id {
		session = randomID()
		s = storedSession{Account: id, Agent: cleanAgent(from.Agent), Created: t.now}
		if err := t.makeRoom(id, acct); err != nil {
			return Session{}, Secret{}, err
		}
		acct.Sessions = append(acct.Sessions, session)
	}
	if proved.After(s.Auth) || s.Auth.After(t.now) { // an old proof from elsewhere takes nothing back; a clock may
		s.Auth = proved
	}
	s.Seen, s.Methods, s.End = t.now, methods, t.now.Add(t.a.cfg.Absolute)
	if acct.empty() {
		s.End = t.now.Add(min(unfinished, t.a.cfg.Absolute))
	}
	token := s.renew(session)
	return t.a.public(session, s), token, sessionKind.Put(t, session, s)
}

// makeRoom forgets what has expired, and of too many ends those that were not
// used for longest.
func (t *turn) makeRoom(id string, acct *stored) error {
	seen := map[string]time.Time{}
	var used []string // least recently first
	for _, session := range acct.Sessions {
		s, there, err := sessionKind.Get(t, session)
		if err != nil {
			return err
		}
		if there && t.a.alive(s, t.now) {
			seen[session] = s.Seen
			used = append(used, session)
		}
	}
	slices.SortStableFunc(used, func(a, b string) int { return seen[a].Compare(seen[b]) })
	stay := used[max(0, len(used)-MaxSessions+1):]
	return t.endIn(id, acct, func(session string) bool { return !slices.Contains(stay, session) })
}

// Sweep takes away what has expired: sessions that nobody resumed, and
// invitations. Call it once an hour or so.
func (a *Accounts) Sweep() error {
	dead, err := a.dead()
	for batch := range slices.Chunk(dead, 256) {
		if err != nil {
			break
		}
		err = a.update(func(t *turn) error { return t.sweep(batch) })
	}
	return err
}

// expired is a record that had expired when it was found.
type expired struct {
	invitation bool
	name       string
}

func (a *Accounts) dead() (all []expired, err error) {
	now := a.cfg.Now()
	err = a.cfg.Records.View(func(tx records.Tx) error {
		err := sessionKind.Each(tx, func(id string, s storedSession) (bool, error) {
			if !a.alive(s, now) {
				all = append(all, expired{false, id})
			}
			return true, nil
		})
		if err != nil {
			return err
		}
		return invitationKind.Each(tx, func(name string, i storedInvitation) (bool, error) {
			if !now.Before(i.Expires) {
				all = append(all, expired{true, name})
			}
			return true, nil
		})
	})
	return all, err
}

// sweep looks again before it deletes: a session may have been signed in to meanwhile.
func (t *turn) sweep(batch []expired) error {
	for _, e := range batch {
		if e.invitation {
			if err := invitationKind.Delete(t, e.name); err != nil {
				return err
			}
			continue
		}
		s, there, err := sessionKind.Get(t, e.name)
		if err != nil {
			return err
		}
		if !there || t.a.alive(s, t.now) {
			continue
		}
		if err := sessionKind.Delete(t, e.name); err != nil {
			return err
		}
	}
	return nil
}
