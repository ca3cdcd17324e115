package console

import (
	"skrin/identity/account"
	"skrin/web/console/page"
	"skrin/web/request"
)

const passwordPath = "app/account/password"

func (v *visit) showPassword() (*request.Answer, error) { return v.askPassword(page.Problem{}) }

func (v *visit) askPassword(problem page.Problem) (*request.Answer, error) {
	return v.show(page.Password{
		Set: v.account.PasswordSet, Passkeys: len(v.account.Passkeys) > 0, TwoFactors: v.account.TwoFactors, Problem: problem,
	})
}

// changePassword sets it, removes it, or says whether both factors are demanded.
func (v *visit) changePassword() (*request.Answer, error) {
	accounts, done := v.h.conf.Accounts, "password-set"
	var err error
	switch both := v.form.Get("both"); {
	case v.form.Get("remove") == "1":
		done, err = "password-removed", v.renewed(accounts.RemovePassword(v.session))
	case both == "1":
		done, err = "both-on", v.renewed(accounts.DemandBoth(v.session, true))
	case both == "0":
		done, err = "both-off", v.renewed(accounts.DemandBoth(v.session, false))
	default:
		err = v.renewed(accounts.SetPassword(v.ctx, v.session, account.NewSecret(v.form.Get("password"))))
	}
	if problem, ok := explain(err); ok {
		return v.askPassword(problem)
	}
	if err != nil {
		return nil, err
	}
	return v.done(passwordPath, done)
}
