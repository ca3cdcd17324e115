package account

// SetPods says which pods an account has from now on, and where they stand:
// when one was made, deleted or moved. For the host. ErrPods, ErrPodTaken.
func (a *Accounts) SetPods(id string, pods []PodRef) error {
	all, err := storedPods(pods)
	if err != nil {
		return err
	}
	return a.update(func(t *turn) error {
		acct, err := load(t, id)
		if err != nil {
			return err
		}
		if err := free(t, parsed{acct.Name, all, ""}, id); err != nil {
			return err
		}
		return t.rename(id, acct, func(acct *stored) { acct.Pods = all })
	})
}

// SetName changes what the person signs in with. ErrStepUp, ErrName, ErrNameTaken.
func (a *Accounts) SetName(s Session, name string) (token Secret, err error) {
	name, err = ParseName(name)
	if err != nil {
		return Secret{}, err
	}
	err = a.update(func(t *turn) error {
		acct, found, err := a.mayChange(t, s)
		if err != nil {
			return err
		}
		if err := free(t, parsed{name, nil, ""}, s.Account); err != nil {
			return err
		}
		t.note(s.Account, acct, Event{Kind: Renamed, Session: s.ID})
		if err := t.rename(s.Account, acct, func(acct *stored) { acct.Name = name }); err != nil {
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

// rename changes what leads to an account.
func (t *turn) rename(id string, acct stored, change func(*stored)) error {
	if err := t.unrefer(acct); err != nil {
		return err
	}
	change(&acct)
	if err := t.refer(id, acct); err != nil {
		return err
	}
	return accountKind.Put(t, id, acct)
}

// SetLocale keeps the language that the person chose; "": none. ErrLocale.
func (a *Accounts) SetLocale(s Session, tag string) error {
	if err := checkLocale(tag); err != nil {
		return err
	}
	return a.update(func(t *turn) error {
		acct, _, err := a.own(t, s)
		if err != nil {
			return err
		}
		acct.Locale = tag
		return accountKind.Put(t, s.Account, acct)
	})
}
