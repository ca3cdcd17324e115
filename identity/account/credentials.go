package account

import (
	"context"
	"errors"
	"slices"

	"github.com/go-webauthn/webauthn/protocol"

	"skrin/identity/records"
)

// What follows changes how an account is signed in to. It is asked for with a
// session in which the person proved themselves within Config.StepUp, else
// ErrStepUp, and gives that session a new token: the one before leads nowhere.
// Other sessions go on; EndOthers ends them.

// change is one such change, in one transaction.
func (a *Accounts) change(s Session, fn func(t *turn, acct *stored) error) (token Secret, err error) {
	err = a.update(func(t *turn) error {
		acct, found, err := a.mayChange(t, s)
		if err != nil {
			return err
		}
		wasEmpty := acct.empty()
		if err := fn(t, &acct); err != nil {
			return err
		}
		acct.Change++
		if wasEmpty && !acct.empty() { // now it is an account like any other
			found.End = t.now.Add(a.cfg.Absolute)
		}
		token = found.renew(s.ID)
		return errors.Join(accountKind.Put(t, s.Account, acct), sessionKind.Put(t, s.ID, found))
	})
	if err != nil {
		return Secret{}, err
	}
	return token, nil
}

// AddPasskey finishes BeginAddPasskey with the authenticator's answer
// (PublicKeyCredential.toJSON). ErrPasskey, ErrCeremony, ErrLabel, ErrTooMany, ErrStepUp.
func (a *Accounts) AddPasskey(s Session, state Secret, response []byte, label string) (Passkey, Secret, error) {
	label, err := parseLabel(label)
	if err != nil {
		return Passkey{}, Secret{}, err
	}
	ticket, ceremony, err := a.finish(forRegistration, state, response)
	if err == nil && (ticket.Session != s.ID || ticket.Account != s.Account) {
		err = ErrCeremony
	}
	if err != nil {
		return Passkey{}, Secret{}, err
	}
	acct, _, err := a.look(func(records.Tx) (string, bool, error) { return s.Account, true, nil })
	if err != nil {
		return Passkey{}, Secret{}, err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(response)
	if err != nil {
		return Passkey{}, Secret{}, refused(err)
	}
	credential, err := a.rp.CreateCredential(keyholder{acct}, ceremony, parsed)
	if err != nil {
		return Passkey{}, Secret{}, refused(err)
	}
	key, err := newStoredKey(credential, label, a.cfg.Now())
	if err != nil {
		return Passkey{}, Secret{}, err
	}
	token, err := a.change(s, func(t *turn, acct *stored) error {
		if err := acct.spend(ticket.ID, ticket.Until, t.now); err != nil {
			return err
		}
		return t.addPasskey(s, acct, key)
	})
	if err != nil {
		return Passkey{}, Secret{}, err
	}
	return key.public(), token, nil
}

// addPasskey keeps a passkey that is nobody's yet (WebAuthn level 3, section 7.1, step 26).
func (t *turn) addPasskey(s Session, acct *stored, key storedKey) error {
	if len(acct.Passkeys) >= MaxPasskeys {
		return ErrTooMany
	}
	id := passkeyID(key.Credential)
	if _, there, err := passkeyKind.Get(t, id); err != nil {
		return err
	} else if there {
		return ErrPasskey
	}
	acct.Passkeys = append(acct.Passkeys, key)
	t.note(s.Account, *acct, Event{Kind: CredentialAdded, Session: s.ID, Method: ByPasskey, Label: key.Label})
	return passkeyKind.Put(t, id, ref{s.Account})
}

// RemovePasskey takes a passkey away. ErrNotThere, ErrLast, ErrStepUp.
func (a *Accounts) RemovePasskey(s Session, id string) (Secret, error) {
	return a.change(s, func(t *turn, acct *stored) error {
		i := slices.IndexFunc(acct.Passkeys, func(k storedKey) bool { return passkeyID(k.Credential) == id })
		if i < 0 {
			return ErrNotThere
		}
		t.note(s.Account, *acct, Event{Kind: CredentialRemoved, Session: s.ID, Method: ByPasskey, Label: acct.Passkeys[i].Label})
		acct.Passkeys = slices.Delete(slices.Clone(acct.Passkeys), i, i+1)
		if acct.stuck() {
			return ErrLast
		}
		return passkeyKind.Delete(t, id)
	})
}

// stuck says whether what is left of the credentials lets nobody in.
func (s *stored) stuck() bool {
	return s.empty() || s.TwoFactors && (s.Password == nil || len(s.Passkeys) == 0)
}

// LabelPasskey says what the person calls a passkey. It changes nothing else,
// and needs no step-up. ErrLabel, ErrNotThere.
func (a *Accounts) LabelPasskey(s Session, id, label string) error {
	label, err := parseLabel(label)
	if err != nil {
		return err
	}
	return a.update(func(t *turn) error {
		acct, _, err := a.own(t, s)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(acct.Passkeys, func(k storedKey) bool { return passkeyID(k.Credential) == id })
		if i < 0 {
			return ErrNotThere
		}
		acct.Passkeys[i].Label = label
		return accountKind.Put(t, s.Account, acct)
	})
}

// SetPassword gives the account a password, in place of the one it had. *Unfit,
// ErrStepUp, ErrBusy.
func (a *Accounts) SetPassword(ctx context.Context, s Session, password Secret) (Secret, error) {
	var names []string
	err := a.cfg.Records.View(func(tx records.Tx) error {
		acct, _, err := a.mayChange(tx, s)
		names = ownNames(acct.Name, acct.Pods)
		return err
	})
	if err != nil {
		return Secret{}, err
	}
	text, err := checkPassword(password, names)
	if err != nil {
		return Secret{}, err
	}
	var fresh *hash
	if err := a.known.pass(ctx, func() { fresh = newHash(text, a.cfg.Cost, a.cfg.Now()) }); err != nil {
		return Secret{}, err
	}
	return a.change(s, func(t *turn, acct *stored) error {
		acct.Password = fresh
		t.note(s.Account, *acct, Event{Kind: CredentialAdded, Session: s.ID, Method: ByPassword})
		return nil
	})
}

// RemovePassword leaves the account with its passkeys and links. ErrNotThere, ErrLast, ErrStepUp.
func (a *Accounts) RemovePassword(s Session) (Secret, error) {
	return a.change(s, func(t *turn, acct *stored) error {
		if acct.Password == nil {
			return ErrNotThere
		}
		acct.Password = nil
		if acct.stuck() {
			return ErrLast
		}
		t.note(s.Account, *acct, Event{Kind: CredentialRemoved, Session: s.ID, Method: ByPassword})
		return nil
	})
}

// DemandBoth says whether signing in takes the password and a passkey.
// ErrNotThere: one of them is missing. ErrStepUp.
func (a *Accounts) DemandBoth(s Session, both bool) (Secret, error) {
	return a.change(s, func(t *turn, acct *stored) error {
		acct.TwoFactors = both
		if both && acct.stuck() {
			return ErrNotThere
		}
		t.note(s.Account, *acct, Event{Kind: FactorsChanged, Session: s.ID})
		return nil
	})
}
