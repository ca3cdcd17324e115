package console

import (
	"errors"

	"skrin/identity/account"
)

// end ends a session of somebody, and what came of it: everything (all), or what
// is not meant to go on without them. Apps come first and last: what is begun in
// between finds that the session has ended (toApp), and a stop in between leaves
// the session in the list, to be ended again.
func (h *Handler) end(by account.Session, id string, all bool) error {
	if _, err := h.conf.Provider.EndSession(by.Account, id, all); err != nil {
		return err
	}
	err := h.conf.Accounts.End(by, id)
	if err != nil && !errors.Is(err, account.ErrSession) {
		return err
	}
	_, err = h.conf.Provider.EndSession(by.Account, id, all)
	return err
}

// endOthers ends all sessions of somebody but this one.
func (v *visit) endOthers() error {
	all, err := v.h.conf.Accounts.Sessions(v.session)
	if err != nil {
		return err
	}
	endApps := func() (err error) {
		for _, s := range all {
			if s.ID != v.session.ID && err == nil {
				_, err = v.h.conf.Provider.EndSession(v.session.Account, s.ID, true)
			}
		}
		return err
	}
	if err := endApps(); err != nil {
		return err
	}
	if err := v.renewed(v.h.conf.Accounts.EndOthers(v.session)); err != nil {
		return err
	}
	return endApps()
}

// endApps ends what apps have of an account, whichever session it came of, and
// what they are about to have. What apps were allowed stays, and they ask again.
func (h *Handler) endApps(id string) error {
	_, err := h.conf.Provider.EndAll(id)
	return err
}
