package account

import (
	"encoding/base64"

	"skrin/identity/records"
)

// Account gives the account with an id; ErrNoAccount: there is none.
func (a *Accounts) Account(id string) (acct Account, err error) {
	_, acct, err = a.look(func(records.Tx) (string, bool, error) { return id, id != "", nil })
	return acct, err
}

// ByName gives the account that is signed in to with a name, however it is
// written. Only the host may ask so: it tells who has an account.
func (a *Accounts) ByName(name string) (acct Account, err error) {
	_, acct, err = a.look(byName(name))
	return acct, err
}

// ByPod gives the account that a pod belongs to.
func (a *Accounts) ByPod(pod string) (acct Account, err error) {
	_, acct, err = a.look(byRef(podKind, pod))
	return acct, err
}

// ByHandle gives the account with a WebAuthn user handle.
func (a *Accounts) ByHandle(handle []byte) (acct Account, err error) {
	_, acct, err = a.look(byRef(handleKind, handleName(handle)))
	return acct, err
}

// Each calls fn for all accounts, in no order, until it says no.
func (a *Accounts) Each(fn func(Account) (more bool, err error)) error {
	return a.cfg.Records.View(func(tx records.Tx) error {
		return accountKind.Each(tx, func(id string, s stored) (bool, error) {
			acct, err := s.public(id)
			if err != nil {
				return false, err
			}
			return fn(acct)
		})
	})
}

// finder leads to the id of an account, within a transaction.
type finder func(records.Tx) (id string, there bool, err error)

func byRef(kind records.Kind[ref], name string) finder {
	return func(tx records.Tx) (string, bool, error) {
		if name == "" || len(name) > records.MaxName {
			return "", false, nil
		}
		r, there, err := kind.Get(tx, name)
		return r.Account, there, err
	}
}

func byName(name string) finder {
	key, err := ParseName(name)
	if err != nil {
		key = ""
	}
	return byRef(nameKind, key)
}

func handleName(handle []byte) string {
	if len(handle) != handleLen {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(handle)
}

// look reads an account; ErrNoAccount: there is none.
func (a *Accounts) look(find finder) (s stored, acct Account, err error) {
	err = a.cfg.Records.View(func(tx records.Tx) error {
		id, there, err := find(tx)
		if err != nil {
			return err
		}
		if !there {
			return ErrNoAccount
		}
		if s, err = load(tx, id); err != nil {
			return err
		}
		acct, err = s.public(id)
		return err
	})
	return s, acct, err
}

// load reads an account by its id.
func load(tx records.Tx, id string) (stored, error) {
	if id == "" || len(id) > records.MaxName {
		return stored{}, ErrNoAccount
	}
	s, there, err := accountKind.Get(tx, id)
	if err == nil && !there {
		err = ErrNoAccount
	}
	return s, err
}
