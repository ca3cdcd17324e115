package console

import (
	"errors"
	"slices"
	"strings"
	"time"

	"skrin/identity/account"
	"skrin/identity/records"
	"skrin/web/console/page"
	"skrin/web/request"
)

func (v *visit) showRecover() (*request.Answer, error) { return v.show(page.Recover{}) }

// recover lets somebody in by the recovery key of their pod. Everywhere else they
// are signed out, apps with them.
func (v *visit) recover() (*request.Answer, error) {
	p := page.Recover{Pod: strings.ToLower(strings.TrimSpace(v.form.Get("pod")))}
	opened, err := v.h.conf.Accounts.Recover(v.ctx, p.Pod, account.NewSecret(v.form.Get("key")), v.from())
	if problem, ok := explain(err); ok {
		p.Problem = problem
		return v.show(p)
	}
	if err != nil {
		return nil, err
	}
	if err := v.h.endApps(opened.Account.ID); err != nil {
		return nil, err
	}
	if err := v.letIn(&opened); err != nil {
		return nil, err
	}
	if v.unfinished() {
		return v.toRegistration()
	}
	return v.to("app/recovered", nil)
}

// old is what opened an account before it was recovered, and is to be removed as
// soon as something else does. It is kept until that has been done, so that a stop
// in between does not leave it.
type old struct {
	Passkeys []string  `json:"passkeys,omitempty"`
	Password time.Time `json:"password,omitzero"` // when it was set
	Links    []string  `json:"links,omitempty"`
	Until    time.Time `json:"until"` // later nothing is removed by itself
}

var oldKind = records.Kind[old]{Name: "console old credentials", Version: 1}

const oldFor = 24 * time.Hour

func (v *visit) showRecovered() (*request.Answer, error) {
	if !v.cameByKey() || v.unfinished() {
		return v.onward()
	}
	p := page.Recovered{Password: !v.account.PasswordSet.IsZero(), Passkeys: passkeys(v.account), Links: v.links()}
	scripts, err := v.h.conf.Provider.Scripts(v.account.ID)
	if err != nil {
		return nil, err
	}
	p.Scripts = len(scripts)
	if p.Issuers, err = v.foreignIssuers(); err != nil {
		return nil, err
	}
	return v.show(p)
}

func (v *visit) recovered() (*request.Answer, error) {
	if !v.cameByKey() || v.unfinished() {
		return v.onward()
	}
	settle := v.dropOld // they may have wished otherwise in a recovery before
	if v.form.Get("remove") == "all" {
		settle = v.removeOld
	}
	if err := settle(); err != nil {
		return nil, err
	}
	return v.to("app/register/credential", nil)
}

// removeOld remembers what is to be removed. Scripts and issuers elsewhere do not
// open the account, so they end now.
func (v *visit) removeOld() error {
	if err := errors.Join(v.endAllScripts(), v.dropForeignIssuers()); err != nil {
		return err
	}
	o := old{Password: v.account.PasswordSet, Until: v.h.conf.Now().Add(oldFor)}
	for _, k := range v.account.Passkeys {
		o.Passkeys = append(o.Passkeys, k.ID)
	}
	for _, l := range v.account.Links {
		o.Links = append(o.Links, l.ID)
	}
	return v.h.conf.Records.Update(func(tx records.Tx) error { return oldKind.Put(tx, v.account.ID, o) })
}

// forgetOld removes what was to be removed after a recovery, once something else
// opens the account.
func (v *visit) forgetOld() error {
	o, there, err := v.h.oldOf(v.session.Account)
	if err != nil || !there {
		return err
	}
	if o.Until.Before(v.h.conf.Now()) {
		return v.dropOld()
	}
	if !hasNew(v.account, o) {
		return nil
	}
	accounts := v.h.conf.Accounts
	if v.account.TwoFactors {
		if err := v.renewed(accounts.DemandBoth(v.session, false)); err != nil {
			return err
		}
	}
	for _, k := range v.account.Passkeys {
		if slices.Contains(o.Passkeys, k.ID) {
			err = errors.Join(err, v.renewed(accounts.RemovePasskey(v.session, k.ID)))
		}
	}
	for _, l := range v.account.Links {
		if slices.Contains(o.Links, l.ID) {
			err = errors.Join(err, v.renewed(accounts.RemoveLink(v.session, l.ID)))
		}
	}
	if !v.account.PasswordSet.IsZero() && v.account.PasswordSet.Equal(o.Password) {
		err = errors.Join(err, v.renewed(accounts.RemovePassword(v.session)))
	}
	if err != nil {
		return err
	}
	return v.dropOld()
}

func (h *Handler) oldOf(id string) (o old, there bool, err error) {
	err = h.conf.Records.View(func(tx records.Tx) (err error) {
		o, there, err = oldKind.Get(tx, id)
		return err
	})
	return o, there, err
}

// closed says whether all that opens an account is to be removed, and nothing else
// opens it yet. Until then only the recovery key does: whoever made the recovery
// necessary would else come in once more, and choose something new first.
func (h *Handler) closed(a account.Account) (bool, error) {
	o, there, err := h.oldOf(a.ID)
	return there && h.conf.Now().Before(o.Until) && !hasNew(a, o), err
}

// turnAway ends what was opened by something that is to be removed.
func (v *visit) turnAway(o *account.Opened) (*request.Answer, error) {
	if err := v.h.conf.Accounts.End(o.Session, o.Session.ID); err != nil {
		return nil, err
	}
	if v.session.ID == o.Session.ID {
		v.session, v.account = account.Session{}, account.Account{}
	}
	problem, _ := explain(account.ErrSignIn)
	return v.askSignIn(page.SignIn{Name: v.form.Get("name"), Problem: problem})
}

func (v *visit) dropOld() error {
	return v.h.conf.Records.Update(func(tx records.Tx) error { return oldKind.Delete(tx, v.session.Account) })
}

// hasNew says whether something opens the account that is not old.
func hasNew(a account.Account, o old) bool {
	fresh := slices.ContainsFunc(a.Passkeys, func(k account.Passkey) bool { return !slices.Contains(o.Passkeys, k.ID) })
	return fresh || !a.PasswordSet.IsZero() && !a.PasswordSet.Equal(o.Password)
}
