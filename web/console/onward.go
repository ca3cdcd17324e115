package console

import (
	"net/url"
	"regexp"
	"strings"

	"skrin/identity/account"
	"skrin/web/request"
)

// nextPattern is what an address to go on with may look like: one of our pages, in
// letters that no browser reads as anything else.
var nextPattern = regexp.MustCompile(`^app/[a-z][a-z/-]*(\?pod=[a-z0-9-]{1,63})?$`)

// next is the page that somebody was on the way to; "" none.
func (v *visit) next() string {
	if v.form != nil {
		return v.h.page(v.form.Get("next"))
	}
	return v.h.page(v.query.Get("next"))
}

// page reads the address of a page of ours, from the root on. Whatever is none is
// "": this is where an open redirect would be.
func (h *Handler) page(asked string) string {
	path, _, _ := strings.Cut(asked, "?")
	if at, _, there := h.find(path); !there || at.get == nil || externally(path) || len(asked) > 256 || !nextPattern.MatchString(asked) {
		return ""
	}
	return asked
}

// externally says whether a page is where issuers elsewhere send people back to.
func externally(path string) bool { return strings.HasPrefix(path, externalPath) }

// onward is where somebody goes on who was just let in.
func (v *visit) onward() (*request.Answer, error) {
	switch next := v.next(); {
	case v.unfinished():
		return v.toRegistration()
	case v.ticket != "":
		return v.to("app/authorize", nil)
	case next != "":
		path, query, _ := strings.Cut(next, "?")
		q, err := url.ParseQuery(query)
		if err != nil {
			return nil, errQuery
		}
		return v.to(path, q)
	}
	return v.to("app/home", nil)
}

// letIn takes up a session that was opened, in place of the one that was there.
// Whoever else was signed in in this browser is signed out: nobody has their token
// any more.
func (v *visit) letIn(o *account.Opened) error {
	before := v.session
	v.session, v.account = o.Session, o.Account
	v.jar.open(o)
	if before.ID == "" || before.ID == o.Session.ID {
		return nil
	}
	return v.h.end(before, before.ID, false)
}

// renewed takes up the new token of a session whose credentials were changed.
func (v *visit) renewed(token account.Secret, err error) error {
	if err != nil {
		return err
	}
	v.jar.put(sessionCookie, token.Reveal(), 0)
	if v.session, err = v.h.conf.Accounts.Resume(token); err == nil {
		v.account, err = v.h.conf.Accounts.Account(v.session.Account)
	}
	return err
}
