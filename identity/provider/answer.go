package provider

import (
	"net/url"
	"time"
)

// Allow keeps that a citizen allowed an app what it asked for, and gives the
// address to send the browser to, with a code. Call it only when that citizen
// has just said so on a page of ours.
func (p *Provider) Allow(r Request, s Subject) (string, error) {
	if step := next(r, s, nil, p.conf.Now()); step != Consent {
		return "", r.fail(refuse(LoginRequired, "the citizen must sign in first"))
	}
	if r.Asks(PromptNone) {
		return "", r.fail(refuse(ConsentRequired, "nothing may be shown, so nobody can have said yes"))
	}
	return p.answer(r, s, func(c *change, now time.Time) (bool, error) {
		until, err := c.welcome(r.Client, now)
		if err != nil {
			return false, err
		}
		return true, c.agree(r, s, now, until)
	})
}

// Answer gives the address to send the browser to, with a code, when Next has
// said Ready. It asks again itself: without a consent that stands there is no
// code.
func (p *Provider) Answer(r Request, s Subject) (string, error) {
	step, err := p.Next(r, s)
	if err != nil {
		return "", err
	}
	if step != Ready {
		return "", r.fail(refuse(ConsentRequired, "the citizen must be asked first"))
	}
	return p.answer(r, s, func(c *change, now time.Time) (bool, error) {
		return c.agreed(s.Account, s.WebID.String(), r.Client.ID, now)
	})
}

// answer keeps a code if what comes first in the same transaction says so.
func (p *Provider) answer(r Request, s Subject, first func(*change, time.Time) (bool, error)) (string, error) {
	now := p.conf.Now()
	if !p.answers.Take(s.Account, now) {
		return "", r.fail(refuse(Unavailable, "too many answers in a minute"))
	}
	code := newSecret()
	allowed := false
	err := p.update(func(c *change) (err error) {
		if allowed, err = first(c, now); err != nil || !allowed {
			return err
		}
		return c.keepCode(code, codeRecord{
			Account: s.Account, WebID: s.WebID.String(), Session: s.Session, AuthTime: s.AuthTime, AMR: s.AMR,
			Client: r.Client.ID, Redirect: r.Redirect, Challenge: r.Challenge, JKT: r.JKT, Scopes: r.Scopes,
			Nonce: r.Nonce, Until: now.Add(codeLife), Family: random(16),
		})
	})
	switch {
	case err != nil:
		return "", err
	case !allowed:
		return "", r.fail(refuse(ConsentRequired, "the citizen must be asked first"))
	}
	return r.back(url.Values{"code": {code.Reveal()}}), nil
}
