package console

import (
	"skrin/web/console/page"
	"skrin/web/request"
)

// showAccount leads to the pages about the account.
func (v *visit) showAccount() (*request.Answer, error) {
	p := page.Account{
		Passkeys: len(v.account.Passkeys), Password: !v.account.PasswordSet.IsZero(), TwoFactors: v.account.TwoFactors,
		Links: len(v.account.Links), External: v.h.external(),
	}
	sessions, err := v.h.conf.Accounts.Sessions(v.session)
	if err != nil {
		return nil, err
	}
	agreed, err := v.h.conf.Provider.Consents(v.account.ID)
	if err != nil {
		return nil, err
	}
	scripts, err := v.h.conf.Provider.Scripts(v.account.ID)
	if err != nil {
		return nil, err
	}
	p.Sessions, p.Apps, p.Scripts = len(sessions), len(agreed), len(scripts)
	all, err := v.pods()
	if err != nil {
		return nil, err
	}
	for _, info := range all {
		p.Pods = append(p.Pods, pagePod(info))
		state, there, err := v.h.keyState(info)
		if err != nil {
			return nil, err
		}
		p.Unconfirmed = p.Unconfirmed || there && state.Confirmed.IsZero()
	}
	return v.show(p)
}

func (v *visit) showName() (*request.Answer, error) { return v.show(page.Name{New: v.account.Name}) }

func (v *visit) rename() (*request.Answer, error) {
	err := v.renewed(v.h.conf.Accounts.SetName(v.session, v.form.Get("name")))
	if problem, ok := explain(err); ok {
		return v.show(page.Name{New: v.form.Get("name"), Problem: problem})
	}
	if err != nil {
		return nil, err
	}
	return v.done("app/account", "name")
}
