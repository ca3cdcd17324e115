package console

import (
	"slices"

	"skrin/identity/account"
	"skrin/web/console/page"
	"skrin/web/request"
)

// A credential is chosen as the last step of registration, and after recovery.

func (v *visit) showCredential() (*request.Answer, error) {
	if a, err := v.mayChoose(); a != nil || err != nil {
		return a, err
	}
	return v.askCredential(page.Problem{})
}

// mayChoose sends away whoever has no business here. Both nil: they may.
func (v *visit) mayChoose() (*request.Answer, error) {
	if v.unfinished() {
		p, err := v.pod("")
		if err != nil {
			return nil, err
		}
		confirmed, err := v.h.keyConfirmed(p)
		if err != nil || confirmed || v.cameByKey() {
			return nil, err
		}
		return v.to(firstKeyPath, nil)
	}
	if !v.cameByKey() {
		return v.onward()
	}
	return nil, nil
}

// cameByKey says whether somebody was just let in by their recovery key.
func (v *visit) cameByKey() bool {
	return slices.Contains(v.session.Methods, account.ByRecovery) && v.session.Within(stepUp, v.h.conf.Now())
}

func (v *visit) askCredential(problem page.Problem) (*request.Answer, error) {
	ceremony, err := v.addCeremony()
	if err != nil {
		return nil, err
	}
	return v.show(page.Credential{Ceremony: ceremony, Problem: problem, After: v.cameByKey()})
}

// addCeremony begins to make a passkey; the zero Ceremony where there are none.
func (v *visit) addCeremony() (page.Ceremony, error) {
	if !v.h.conf.Accounts.Passkeys() {
		return page.Ceremony{}, nil
	}
	c, err := v.h.conf.Accounts.BeginAddPasskey(v.session)
	if err != nil {
		return page.Ceremony{}, err
	}
	return v.bound(c), nil
}

// bound is a ceremony as the page has it: good in this browser alone.
func (v *visit) bound(c account.Ceremony) page.Ceremony {
	return page.Ceremony{Options: string(c.Options), State: v.h.seal.bind(forCeremony, v.browser, c.State.Reveal())}
}

// answered is the state and the answer of a ceremony, as they came back.
func (v *visit) answered() (account.Secret, []byte, error) {
	state, mine := v.h.seal.unbind(forCeremony, v.browser, v.form.Get("state"))
	if !mine {
		return account.Secret{}, nil, account.ErrCeremony
	}
	return account.NewSecret(state), []byte(v.form.Get("response")), nil
}

func (v *visit) credential() (*request.Answer, error) {
	if a, err := v.mayChoose(); a != nil || err != nil {
		return a, err
	}
	first := v.unfinished()
	if err := v.choose(); err != nil {
		if problem, ok := explain(err); ok {
			return v.askCredential(problem)
		}
		return nil, err
	}
	switch {
	case v.ticket != "":
		return v.onward()
	case first:
		return v.done("app/home", "welcome")
	}
	return v.done("app/home", "recovered")
}

// choose sets what was chosen. Meanwhile nobody clears the account away.
func (v *visit) choose() error {
	v.h.making.RLock()
	defer v.h.making.RUnlock()
	var err error
	if v.form.Get("state") != "" {
		err = v.addPasskey()
	} else {
		token, setErr := v.h.conf.Accounts.SetPassword(v.ctx, v.session, account.NewSecret(v.form.Get("password")))
		err = v.renewed(token, setErr)
	}
	if err != nil {
		return err
	}
	if err := v.forgetOld(); err != nil {
		return err
	}
	return v.finished()
}

// addPasskey finishes what addCeremony began.
func (v *visit) addPasskey() error {
	state, response, err := v.answered()
	if err != nil {
		return err
	}
	label := v.form.Get("label")
	if label == "" {
		label = browserName(v.r.Header.Get("User-Agent"))
	}
	_, token, err := v.h.conf.Accounts.AddPasskey(v.session, state, response, label)
	return v.renewed(token, err)
}
