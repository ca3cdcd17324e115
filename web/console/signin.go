package console

import (
	"strings"

	"skrin/identity/account"
	"skrin/identity/provider"
	"skrin/web/console/page"
	"skrin/web/request"
)

func (v *visit) showSignIn() (*request.Answer, error) {
	if v.unfinished() {
		return v.toRegistration()
	}
	again, pass, err := v.standing()
	if err != nil {
		return nil, err
	}
	if pass {
		return v.onward()
	}
	return v.askSignIn(page.SignIn{Again: again, Name: v.meant(), Problem: v.why()})
}

// standing says of somebody who is signed in whether they must prove themselves
// once more (again), or need not sign in (pass).
func (v *visit) standing() (again, pass bool, err error) {
	if !v.signedIn() {
		return false, false, nil
	}
	if v.app != nil {
		s, err := v.subject("")
		if err != nil {
			return false, false, err
		}
		step, err := v.h.conf.Provider.Next(*v.app, s)
		if err != nil {
			return false, false, err
		}
		other := v.app.Asks(provider.PromptAccount) || !v.app.Hint.IsZero() && v.app.Hint != s.WebID
		return !other, step != provider.SignIn && step != provider.SignUp, nil
	}
	path, _, _ := strings.Cut(v.next(), "?")
	at, _, _ := v.h.find(path)
	again = at.needs == proven && !v.session.Within(stepUpGet, v.h.conf.Now())
	return again, !again, nil
}

// meant is the name of who is asked for: an app may say whom it means, and is
// believed no further than the field on the page.
func (v *visit) meant() string {
	if v.app == nil {
		return ""
	}
	name, err := account.ParseName(v.app.LoginHint)
	if err != nil {
		return ""
	}
	return name
}

func (v *visit) askSignIn(p page.SignIn) (*request.Answer, error) {
	p.Next, p.Register, p.External = v.next(), v.h.registers(), v.choices()
	if p.Again { // they are known, and offered what they have
		p.Name, p.NoPassword = v.account.Name, v.account.PasswordSet.IsZero()
	}
	if p.Again && len(v.account.Passkeys) == 0 {
		return v.show(p)
	}
	var err error
	if p.Ceremony, err = v.signInCeremony(account.Secret{}); err != nil {
		return nil, err
	}
	return v.show(p)
}

// signInCeremony begins to sign in with a passkey, after the first factor if there was one.
func (v *visit) signInCeremony(pending account.Secret) (page.Ceremony, error) {
	if !v.h.conf.Accounts.Passkeys() {
		return page.Ceremony{}, nil
	}
	c, err := v.h.conf.Accounts.BeginPasskey(pending)
	if err != nil {
		return page.Ceremony{}, err
	}
	return v.bound(c), nil
}

func (v *visit) signIn() (*request.Answer, error) {
	if v.unfinished() {
		return v.toRegistration()
	}
	again, _, err := v.standing()
	if err != nil {
		return nil, err
	}
	p := page.SignIn{Again: again, Name: v.form.Get("name")}
	if again {
		p.Name = v.account.Name
	}
	step, err := v.prove(p.Name)
	if problem, ok := explain(err); ok {
		if p.Problem = problem; again {
			p.Problem = known(problem)
		}
		return v.askSignIn(p)
	}
	if err != nil {
		return nil, err
	}
	return v.stepped(step)
}

// known is what is told to somebody whose name is not in question any more: that a
// name and a password do not fit together means the password.
func known(p page.Problem) page.Problem {
	if p.Key == "problem.sign-in" {
		return page.Problem{Field: "password", Key: "problem.password-wrong"}
	}
	return p
}

// prove looks at a passkey or a password.
func (v *visit) prove(name string) (account.Step, error) {
	if v.form.Get("state") == "" {
		return v.h.conf.Accounts.WithPassword(v.ctx, name, account.NewSecret(v.form.Get("password")), v.from())
	}
	state, response, err := v.answered()
	if err != nil {
		return account.Step{}, err
	}
	return v.h.conf.Accounts.WithPasskey(state, response, v.from())
}

// stepped goes on after a factor that was right.
func (v *visit) stepped(step account.Step) (*request.Answer, error) {
	if step.Opened == nil {
		return v.askSecond(step.Missing, step.Pending, page.Problem{})
	}
	switch closed, err := v.h.closed(step.Opened.Account); {
	case err != nil:
		return nil, err
	case closed:
		return v.turnAway(step.Opened)
	}
	if err := v.letIn(step.Opened); err != nil {
		return nil, err
	}
	if err := v.forgetOld(); err != nil {
		return nil, err
	}
	return v.onward()
}
