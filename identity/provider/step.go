package provider

import (
	"context"
	"net/url"
	"slices"
	"time"

	"skrin/identity/records"
)

// Step is what must come before a request is answered.
type Step uint8

// Steps.
const (
	SignIn  Step = iota + 1 // the citizen must sign in, also when somebody is signed in
	SignUp                  // the app asks for a new account; who has one may sign in instead
	Consent                 // the citizen must be asked: then Allow, or Deny
	Ready                   // nothing: Answer
)

// Begin reads an authorization request, as it comes first. The error is an
// *Error when the request is no good.
func (p *Provider) Begin(ctx context.Context, q url.Values) (Request, error) {
	return p.read(ctx, q, p.conf.Now())
}

func (p *Provider) read(ctx context.Context, q url.Values, asked time.Time) (Request, error) {
	id, bad := one(q, "client_id")
	if bad != nil {
		return Request{}, bad
	}
	c, err := p.Client(ctx, id)
	if err != nil {
		return Request{}, err
	}
	r, err := ReadRequest(p.conf.Issuer, c, q, asked)
	if err != nil {
		return Request{}, err
	}
	if text := q.Get("id_token_hint"); text != "" {
		hint, bad := p.readHint(text)
		if bad != nil {
			return Request{}, r.fail(bad)
		}
		r.Hint = hint.webid
	}
	return r, nil
}

// Next says what must come before a request is answered, for whoever is signed
// in. When nothing may be shown and something must be, the error is an *Error
// to redirect with.
func (p *Provider) Next(r Request, s Subject) (Step, error) {
	var known *consentRecord
	if !s.nobody() {
		err := p.conf.Records.View(func(tx records.Tx) error {
			c, there, err := consentsOf(s.Account).Get(tx, consentName(s.WebID, r.Client.ID))
			if there && (c.Until.IsZero() || p.conf.Now().Before(c.Until)) {
				known = &c
			}
			return err
		})
		if err != nil {
			return 0, err
		}
	}
	step := next(r, s, known, p.conf.Now())
	switch {
	case !r.Asks(PromptNone) || step == Ready:
		return step, nil
	case step == Consent:
		return 0, r.fail(refuse(ConsentRequired, "the citizen must be asked first"))
	}
	return 0, r.fail(refuse(LoginRequired, "the citizen must sign in first"))
}

// next decides. A sign-in that is younger than the request answers every wish
// for a new one, so that no wish is asked twice. One that is still to come, since
// the clock was put back, is neither young nor old.
func next(r Request, s Subject, known *consentRecord, now time.Time) Step {
	dated := !s.AuthTime.After(now.Add(time.Minute))
	fresh := !s.nobody() && dated && !s.AuthTime.Before(r.Asked)
	switch {
	case r.Asks(PromptCreate) && !fresh:
		return SignUp
	case s.nobody(),
		(r.Asks(PromptLogin) || r.Asks(PromptAccount)) && !fresh,
		r.MaxAge >= 0 && !fresh && (!dated || now.Sub(s.AuthTime) > r.MaxAge),
		!r.Hint.IsZero() && r.Hint != s.WebID:
		return SignIn
	case r.Asks(PromptConsent), known == nil, !assured(r.Redirect):
		return Consent
	}
	for _, scope := range r.Scopes {
		if !slices.Contains(known.Scopes, scope) {
			return Consent
		}
	}
	return Ready
}
