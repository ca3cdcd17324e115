package console

import (
	"errors"
	"log/slog"
	"net/url"
	"slices"
	"time"

	"skrin/identity/account"
	"skrin/identity/upstream"
	"skrin/web/console/page"
	"skrin/web/request"
)

// Signing in with issuers elsewhere: what is remembered of it stands in a cookie
// and in the address that the issuer sends the browser back to.

const (
	externalPath   = "app/external/"
	externalCookie = "external"
	externalFor    = 10 * time.Minute
	callback       = "/callback"
)

// external says whether people sign in with issuers elsewhere here.
func (h *Handler) external() bool { return h.conf.Upstream != nil }

// choices are the issuers elsewhere, as pages show them.
func (v *visit) choices() (all []page.External) {
	if !v.h.external() {
		return nil
	}
	for _, c := range v.h.conf.Upstream.List(string(v.speak())) {
		all = append(all, page.External{ID: c.ID, Name: c.Name})
	}
	return all
}

// toExternal sends somebody to an issuer elsewhere, to sign in or to link it.
func (v *visit) toExternal() (*request.Answer, error) {
	if !v.h.external() {
		return nil, errNothing
	}
	wish := upstream.Wish{Language: string(v.speak())}
	if v.form.Get("link") == "1" {
		if v.unfinished() || !v.signedIn() || !v.session.Within(stepUp, v.h.conf.Now()) {
			return v.toSignIn(linksPath)
		}
		wish.For = v.session.Account
	} else if again, _, err := v.standing(); err != nil {
		return nil, err
	} else {
		wish.Fresh, wish.Return = again, v.way().Encode()
	}
	if err := v.h.conf.Accounts.BeforeLeaving(v.from()); err != nil {
		return v.notThere(err, wish.For != "")
	}
	to, state, err := v.h.conf.Upstream.Begin(v.ctx, v.name, wish, v.browser)
	if errors.Is(err, upstream.ErrReturn) { // an app that asks at such length is asked for anew, from home
		wish.Return = ""
		to, state, err = v.h.conf.Upstream.Begin(v.ctx, v.name, wish, v.browser)
	}
	if err != nil {
		return v.notThere(err, wish.For != "")
	}
	v.jar.put(externalCookie, state.Reveal(), externalFor)
	return v.lead(to)
}

// lead shows a page that leads on by itself. A redirect would be held against the
// form-action of the page before, which cannot know where issuers have their pages.
func (v *visit) lead(to string) (*request.Answer, error) {
	name := ""
	for _, c := range v.choices() {
		if c.ID == v.name {
			name = c.Name
		}
	}
	a, err := v.show(page.Leaving{To: to, Name: name})
	if err == nil {
		a.Header.Set("Refresh", "0; url="+to)
	}
	return a, err
}

// way is what somebody was on the way to, to be taken up again.
func (v *visit) way() url.Values {
	q := url.Values{}
	if v.ticket != "" {
		q.Set("request", v.ticket)
	}
	if next := v.next(); next != "" {
		q.Set("next", next)
	}
	return q
}

// fromExternal takes up somebody who comes back from an issuer elsewhere.
func (v *visit) fromExternal() (*request.Answer, error) {
	if !v.h.external() || v.hasty {
		return nil, errNothing
	}
	state := account.NewSecret(v.jar.get(externalCookie))
	v.jar.drop(externalCookie)
	if err := v.h.conf.Accounts.BeforeExternal(v.from()); err != nil {
		return v.notThere(err, false)
	}
	answer, err := v.h.conf.Upstream.Finish(v.ctx, v.name, v.query, state, v.browser)
	way, wayErr := readValues(answer.Return)
	if wayErr != nil {
		way = url.Values{}
	}
	v.query, v.form = way, nil
	if readErr := v.readTicket(); readErr != nil {
		return nil, readErr
	}
	if err == nil && answer.For != "" {
		return v.link(answer.Identity)
	}
	if err != nil {
		return v.notThere(err, answer.For != "")
	}
	step, err := v.h.conf.Accounts.WithExternal(answer.Identity, v.from())
	if err != nil {
		return v.notThere(err, false)
	}
	return v.stepped(step)
}

// link makes an identity elsewhere a way into the account that asked for it.
func (v *visit) link(who account.Identity) (*request.Answer, error) {
	if !v.signedIn() {
		return v.toSignIn(linksPath)
	}
	_, token, err := v.h.conf.Accounts.AddLink(v.session, who)
	if err := v.renewed(token, err); err != nil {
		return v.notThere(err, true)
	}
	return v.done(linksPath, "link-added")
}

// externals are what can go wrong there, and the text for it.
var externals = []struct {
	of  error
	key string
}{
	{account.ErrNotLinked, "external-unknown"},
	{account.ErrLinked, "external-taken"},
	{account.ErrTooMany, "too-many"},
	{account.ErrWait, "busy"},
	{upstream.ErrBusy, "busy"},
	{upstream.ErrState, "ceremony"},
	{upstream.ErrLevel, "external-level"},
	{upstream.ErrUnreachable, "external-down"},
	{upstream.ErrRefused, "external-refused"},
	{upstream.ErrStale, "external-stale"}, // of a step-up; where it is to be linked, trying again there is what helps
	{account.ErrIdentity, "external"},
	{upstream.ErrDeclined, "external"},
	{upstream.ErrMixUp, "external"},
	{upstream.ErrToken, "external"},
}

// forTheHost are those that the host may have to mend, or ask the issuer about.
var forTheHost = []error{upstream.ErrUnreachable, upstream.ErrRefused, upstream.ErrToken, upstream.ErrMixUp, upstream.ErrLevel, upstream.ErrStale}

// notThere goes back to where somebody came from, and says why.
func (v *visit) notThere(err error, linking bool) (*request.Answer, error) {
	if errors.Is(err, upstream.ErrUnknown) {
		return nil, errNothing
	}
	if slices.ContainsFunc(forTheHost, func(of error) bool { return errors.Is(err, of) }) { // its words are ours, and say nothing of the person
		v.h.conf.Log.LogAttrs(v.ctx, slog.LevelWarn, "signing in elsewhere failed", slog.String("id", v.r.ID), slog.String("issuer", v.name), slog.String("error", err.Error()))
	}
	for _, e := range externals {
		if !errors.Is(err, e.of) {
			continue
		}
		if linking && e.of == upstream.ErrStale {
			e.key = "external"
		}
		if linking {
			return v.to(linksPath, url.Values{"why": {v.tell(e.key)}})
		}
		q := v.way()
		q.Set("why", v.tell(e.key))
		return v.to("app/sign-in", q)
	}
	return nil, err
}

// why is what went wrong at an issuer elsewhere, for the page that is shown then.
func (v *visit) why() page.Problem {
	said := v.told("why")
	for _, e := range externals {
		if e.key == said {
			return page.Problem{Key: "problem." + e.key}
		}
	}
	return page.Problem{}
}
