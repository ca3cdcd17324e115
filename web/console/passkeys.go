package console

import (
	"errors"

	"skrin/identity/account"
	"skrin/web/console/page"
	"skrin/web/request"
)

const passkeysPath = "app/account/passkeys"

func (v *visit) showPasskeys() (*request.Answer, error) { return v.askPasskeys(page.Passkeys{}) }

func (v *visit) askPasskeys(p page.Passkeys) (*request.Answer, error) {
	if p.All = passkeys(v.account); len(p.All) < account.MaxPasskeys {
		var err error
		if p.Ceremony, err = v.addCeremony(); err != nil {
			return nil, err
		}
	}
	return v.show(p)
}

func passkeys(a account.Account) (all []page.Passkey) {
	for _, k := range a.Passkeys {
		all = append(all, page.Passkey{ID: k.ID, Label: k.Label, Created: k.Created, Used: k.Used, Synced: k.Synced, Cloned: k.Cloned})
	}
	return all
}

// changePasskeys adds one, removes one, or calls one something else.
func (v *visit) changePasskeys() (*request.Answer, error) {
	accounts, done := v.h.conf.Accounts, "saved"
	var err error
	switch {
	case v.form.Get("state") != "":
		done, err = "passkey-added", v.addPasskey()
	case v.form.Get("remove") != "":
		done, err = "passkey-removed", v.renewed(accounts.RemovePasskey(v.session, v.form.Get("remove")))
	case v.form.Get("label") != "":
		err = accounts.LabelPasskey(v.session, v.form.Get("label"), v.form.Get("to"))
	default:
		return nil, errForm
	}
	if problem, ok := explain(err); ok {
		p := page.Passkeys{Problem: problem}
		if errors.Is(err, account.ErrLabel) && v.form.Get("state") == "" { // it stands beside the passkey
			p.At, p.To, p.Problem.Field = v.form.Get("label"), v.form.Get("to"), "to"
		}
		return v.askPasskeys(p)
	}
	if err != nil {
		return nil, err
	}
	return v.done(passkeysPath, done)
}
