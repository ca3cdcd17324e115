package console

import (
	"errors"
	"strings"

	"skrin/identity/account"
	"skrin/web/console/page"
	"skrin/web/request"
)

// askSecond asks for the other factor, in the answer to the first: what says that
// the first was right stands in the page and nowhere else.
func (v *visit) askSecond(missing account.Method, pending account.Secret, problem page.Problem) (*request.Answer, error) {
	p := page.Second{Password: missing == account.ByPassword, Next: v.next(), Problem: problem,
		Pending: v.h.seal.bind(forSecond, v.browser, string(missing)+" "+pending.Reveal())}
	if !p.Password {
		var err error
		if p.Ceremony, err = v.signInCeremony(pending); err != nil {
			return v.overAgain(err)
		}
	}
	return v.show(p)
}

// again begins a sign-in anew.
func (v *visit) again() (*request.Answer, error) { return v.toSignIn(v.next()) }

// overAgain is again for a sign-in that is over, and says why.
func (v *visit) overAgain(err error) (*request.Answer, error) {
	if problem, ok := explain(err); ok && errors.Is(err, account.ErrCeremony) {
		return v.askSignIn(page.SignIn{Problem: problem})
	}
	return nil, err
}

func (v *visit) second() (*request.Answer, error) {
	missing, pending, err := v.pending()
	if err != nil {
		return v.overAgain(err)
	}
	step, err := v.proveToo(missing, pending)
	if errors.Is(err, account.ErrCeremony) {
		return v.overAgain(err)
	}
	if problem, ok := explain(err); ok {
		return v.askSecond(missing, pending, known(problem))
	}
	if err != nil {
		return nil, err
	}
	return v.stepped(step)
}

// pending reads what says that the first factor was right, in this browser.
func (v *visit) pending() (missing account.Method, pending account.Secret, err error) {
	text, mine := v.h.seal.unbind(forSecond, v.browser, v.form.Get("pending"))
	method, ticket, whole := strings.Cut(text, " ")
	if !mine || !whole {
		return "", account.Secret{}, account.ErrCeremony
	}
	return account.Method(method), account.NewSecret(ticket), nil
}

func (v *visit) proveToo(missing account.Method, pending account.Secret) (account.Step, error) {
	if missing == account.ByPassword {
		return v.h.conf.Accounts.AlsoPassword(v.ctx, pending, account.NewSecret(v.form.Get("password")), v.from())
	}
	state, response, err := v.answered()
	if err != nil {
		return account.Step{}, err
	}
	return v.h.conf.Accounts.WithPasskey(state, response, v.from())
}
