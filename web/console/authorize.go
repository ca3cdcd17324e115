package console

import (
	"errors"

	"skrin/identity/account"
	"skrin/identity/provider"
	"skrin/web/request"
)

// Errors of the way to an app.
var (
	errNoRequest = errors.New("no app has asked for anything")
	errTicket    = errors.New("the request of an app is no good, or not any more")
	errNoPods    = errors.New("the account has no pod to act for")
)

// authorize brings an app's request one step on. It keeps nothing: where somebody
// is on the way is seen anew each time.
func (v *visit) authorize() (*request.Answer, error) {
	if v.app == nil {
		return nil, errNoRequest
	}
	silent := v.app.Asks(provider.PromptNone)
	if v.unfinished() && !silent {
		return v.toRegistration()
	}
	s, err := v.subject("")
	if err != nil {
		return nil, err
	}
	step, err := v.h.conf.Provider.Next(*v.app, s)
	if err != nil {
		return nil, err
	}
	switch step {
	case provider.SignUp:
		if v.h.registers() {
			return v.to("app/register", nil)
		}
		return v.to("app/sign-in", nil)
	case provider.SignIn:
		return v.to("app/sign-in", nil)
	case provider.Consent:
		return v.askConsent(s)
	}
	if v.hasty {
		return v.to("app/authorize", nil)
	}
	where, err := v.h.conf.Provider.Answer(*v.app, s)
	return v.toApp(where, err)
}

// toApp sends the browser to the app with its answer, unless the session has ended
// meanwhile: whoever ended it has ended what came of it, and what came since is
// ended here.
func (v *visit) toApp(where string, err error) (*request.Answer, error) {
	if err != nil {
		return nil, err
	}
	if _, err := v.h.conf.Accounts.Alive(v.session.ID); err != nil {
		if errors.Is(err, account.ErrSession) {
			_, err = v.h.conf.Provider.EndSession(v.session.Account, v.session.ID, true)
			if err == nil {
				return v.toSignIn("")
			}
		}
		return nil, err
	}
	return v.sendTo(where), nil
}

// subject is who is signed in, for one of their WebIDs: the one that was chosen, or
// the one that is meant. The zero Subject is nobody.
func (v *visit) subject(chosen string) (provider.Subject, error) {
	if !v.signedIn() || v.unfinished() {
		return provider.Subject{}, nil
	}
	if len(v.account.Pods) == 0 {
		return provider.Subject{}, errNoPods
	}
	ref, err := v.meantPod(chosen)
	if err != nil {
		return provider.Subject{}, err
	}
	return provider.Subject{Account: v.session.Account, WebID: ref.WebID, Session: v.session.ID, AuthTime: v.session.AuthTime, AMR: v.session.AMR()}, nil
}

// meantPod is the pod that somebody chose; or that the app named, or has acted for
// lately; or the first.
func (v *visit) meantPod(chosen string) (account.PodRef, error) {
	all := v.account.Pods
	named := func(webid string) (account.PodRef, bool) {
		for _, p := range all {
			if p.WebID.String() == webid {
				return p, true
			}
		}
		return account.PodRef{}, false
	}
	if chosen != "" {
		if p, mine := named(chosen); mine {
			return p, nil
		}
		return account.PodRef{}, errNothing
	}
	if len(all) == 1 || v.app == nil {
		return all[0], nil
	}
	for _, hint := range []string{v.app.Hint.String(), v.app.LoginHint} {
		if p, mine := named(hint); mine {
			return p, nil
		}
	}
	agreed, err := v.h.conf.Provider.Consents(v.session.Account)
	if err != nil {
		return account.PodRef{}, err
	}
	best, found := all[0], provider.Agreed{}
	for _, a := range agreed {
		if p, mine := named(a.WebID.String()); mine && a.Client == v.app.Client.ID && a.Used.After(found.Used) {
			best, found = p, a
		}
	}
	return best, nil
}
