package console

import (
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"skrin/identity/account"
	"skrin/identity/provider"
	"skrin/pod"
	"skrin/web/console/page"
	"skrin/web/request"
)

// problems are what a person can have done otherwise: the field it is about, and
// the text. The first that an error wraps counts.
var problems = []struct {
	of         error
	field, key string
}{
	{account.ErrNameTaken, "name", "problem.name-taken"},
	{account.ErrName, "name", "problem.name"},
	{account.ErrPodTaken, "pod", "problem.pod-taken"},
	{pod.ErrPodExists, "pod", "problem.pod-taken"},
	{pod.ErrPodName, "pod", "problem.pod"},
	{account.ErrInvitation, "invitation", "problem.invitation"},
	{account.ErrSignIn, "", "problem.sign-in"},
	{account.ErrPasskey, "", "problem.passkey"},
	{account.ErrCeremony, "", "problem.ceremony"},
	{account.ErrRecovery, "key", "problem.recovery"},
	{account.ErrBusy, "", "problem.busy"},
	{account.ErrLabel, "label", "problem.label"},
	{account.ErrLast, "", "problem.last"},
	{account.ErrTooMany, "", "problem.too-many"},
	{account.ErrNotThere, "", "problem.other"},
	{provider.ErrTooMany, "", "problem.too-many"},
	{errCrowded, "", "problem.busy"},
	{errTyped, "typed", "problem.typed"},
	{errOldKey, "", "problem.ceremony"},
	{errScriptName, "name", "problem.label"},
	{errNothingChosen, "in", "problem.nothing-chosen"},
	{errIssuer, "add", "problem.url"},
	{pod.ErrIssuers, "add", "problem.url"},
}

// explain says whether an error is about what a person typed or did, and how the
// page tells them.
func explain(err error) (page.Problem, bool) {
	var wait *account.Wait
	var unfit *account.Unfit
	switch {
	case err == nil:
		return page.Problem{}, false
	case errors.As(err, &wait):
		return page.Problem{Key: "problem.wait", Value: wait.For.Round(time.Second).String()}, true
	case errors.As(err, &unfit):
		return page.Problem{Field: "password", Key: "problem.password-" + string(unfit.Why)}, true
	}
	for _, p := range problems {
		if errors.Is(err, p.of) {
			return page.Problem{Field: p.field, Key: p.key}, true
		}
	}
	return page.Problem{}, false
}

// troubles are errors that have a page of their own.
var troubles = []struct {
	of     error
	status int
	key    string
}{
	{errNothing, http.StatusNotFound, "trouble.not-found"},
	{errMethod, http.StatusMethodNotAllowed, "trouble.method"},
	{errCookies, http.StatusForbidden, "trouble.cookies"},
	{errOrigin, http.StatusForbidden, "trouble.csrf"},
	{errToken, http.StatusForbidden, "trouble.csrf"},
	{errTooBig, http.StatusRequestEntityTooLarge, "trouble.too-large"},
	{errForm, http.StatusBadRequest, "trouble.csrf"},
	{errQuery, http.StatusBadRequest, "trouble.not-found"},
	{errNoRequest, http.StatusBadRequest, "trouble.expired"},
	{errNoPods, http.StatusForbidden, "trouble.forbidden"},
	{account.ErrClosed, http.StatusForbidden, "trouble.closed"},
	{account.ErrPasskeys, http.StatusNotFound, "trouble.not-found"},
	{errRules, http.StatusConflict, "trouble.rule-changed"},
	{pod.ErrKept, http.StatusConflict, "trouble.rule-kept"},
	{pod.ErrNotFound, http.StatusNotFound, "trouble.not-found"},
	{pod.ErrGrant, http.StatusNotFound, "trouble.not-found"},
	{pod.ErrLocked, http.StatusServiceUnavailable, "trouble.busy"},
	{pod.ErrFenced, http.StatusServiceUnavailable, "trouble.busy"},
	{pod.ErrClosed, http.StatusServiceUnavailable, "trouble.busy"},
	{pod.ErrNoSpace, http.StatusInsufficientStorage, "trouble.busy"},
	{pod.ErrQuota, http.StatusInsufficientStorage, "trouble.busy"},
}

// trouble answers for an error: a page of its own, or the way on that the error
// says. What it is exactly is for the log, without what the request brought.
//
// What is wrong with an app's request goes to the app by itself only if somebody
// has signed in, or nothing may be shown. Else a page says so and has a link:
// anybody can be an app, and our address must not become one that leads anywhere
// (RFC 9700 section 4.11.2).
func (v *visit) trouble(err error) *request.Answer {
	var e *provider.Error
	if errors.As(err, &e) && e.Redirect != "" && (e.Silent || v.signedIn() && !v.unfinished()) {
		return v.sendTo(e.Redirect)
	}
	if errors.Is(err, account.ErrStepUp) || errors.Is(err, account.ErrSession) {
		if a, err := v.toSignIn(v.asked()); err == nil {
			return a
		}
	}
	p := page.Trouble{Status: http.StatusInternalServerError, Key: "trouble.internal", ID: v.r.ID}
	switch {
	case e != nil:
		p.Status, p.Key, p.Detail = http.StatusBadRequest, "trouble.app", e.Description
		if errors.Is(err, errTicket) && e.Code == provider.InvalidRequest {
			p.Key = "trouble.expired"
		}
		if e.Code == provider.Unavailable {
			p.Status = http.StatusServiceUnavailable
		}
		if e.Redirect != "" {
			p.Away, p.Host = e.Redirect, leads(e.Redirect)
		}
	default:
		for _, t := range troubles {
			if errors.Is(err, t.of) {
				p.Status, p.Key = t.status, t.key
				break
			}
		}
	}
	if at, _, there := v.h.find(v.path); there && at.get != nil && v.r.Method == http.MethodPost && v.path != "app/sign-out" {
		p.Back = v.path // the page that the form stood on
	}
	if p.Status >= http.StatusInternalServerError && e == nil { // an app that cannot be reached is not our trouble, and strangers name as many as they like
		v.log(p.Status, err)
	}
	return v.showTrouble(p)
}

func (v *visit) showTrouble(p page.Trouble) *request.Answer {
	a, err := v.showAs(p.Status, p)
	if err != nil {
		v.log(http.StatusInternalServerError, err)
		a = request.NewAnswer(http.StatusInternalServerError).With("text/plain; charset=utf-8", []byte("Something went wrong on our side.\n"))
		v.protect(a.Header)
	}
	if p.Status == http.StatusServiceUnavailable {
		a.Header.Set("Retry-After", "5")
	}
	return a
}

// log says what went wrong on our side, by the class of its error alone: texts may
// hold names.
func (v *visit) log(status int, err error) {
	v.h.conf.Log.LogAttrs(v.ctx, slog.LevelError, "page failed", slog.String("id", v.r.ID), slog.Int("status", status), slog.String("error", v.withoutPersons(err.Error())))
}

// withoutPersons takes what is known of the person out of a text for the log.
func (v *visit) withoutPersons(text string) string {
	private := []string{v.account.Name, v.account.ID, v.session.ID, v.browser, v.ticket}
	for _, p := range v.account.Pods {
		private = append(private, p.WebID.String(), p.Name)
	}
	for _, values := range v.form {
		private = append(private, values...)
	}
	for _, p := range private {
		if len(p) > 1 {
			text = strings.ReplaceAll(text, p, "[...]")
		}
	}
	return text
}
