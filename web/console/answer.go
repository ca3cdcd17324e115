package console

import (
	"net/http"
	"net/url"

	"skrin/web/console/page"
	"skrin/web/request"
)

// show answers with a page.
func (v *visit) show(p page.Page) (*request.Answer, error) { return v.showAs(http.StatusOK, p) }

func (v *visit) showAs(status int, p page.Page) (*request.Answer, error) {
	body, err := page.Render(v.frame(), p)
	if err != nil {
		return nil, err
	}
	a := request.NewAnswer(status).With("text/html; charset=utf-8", body)
	v.protect(a.Header)
	return a, nil
}

// frame is what stands around the page.
func (v *visit) frame() page.Frame {
	f := page.Frame{
		Language: v.speak(), Root: v.h.root, Here: v.here(), Host: v.h.host, Name: v.account.Name, Token: v.token(),
		Request: v.ticket, Passkeys: v.h.conf.Accounts.Passkeys(),
	}
	if v.app != nil {
		f.App = v.app.Client.Name
		if f.App == "" {
			f.App = leads(v.app.Redirect)
		}
	}
	if what := "notice." + v.told("done"); page.Has(what) {
		f.Notice = page.Notice(what)
	}
	return f
}

// here is the address of this page, for whoever changes the language: that of the
// page that a form stands on, and without what was just told.
func (v *visit) here() string {
	q := url.Values{}
	for name, values := range v.query {
		if name != "done" && name != "lang" {
			q[name] = values
		}
	}
	if v.ticket != "" {
		q.Set("request", v.ticket)
	}
	if len(q) == 0 {
		return v.path
	}
	return v.path + "?" + q.Encode()
}

// to sends the browser to a page of ours, with GET whatever it came with. The
// ticket of the app's request goes along.
func (v *visit) to(path string, q url.Values) (*request.Answer, error) {
	if q == nil {
		q = url.Values{}
	}
	if v.ticket != "" {
		q.Set("request", v.ticket)
	}
	where := v.h.root + path
	if len(q) > 0 {
		where += "?" + q.Encode()
	}
	return v.sendTo(where), nil
}

// done sends the browser to a page of ours, which then says what was done.
func (v *visit) done(path, what string) (*request.Answer, error) {
	return v.to(path, url.Values{"done": {v.tell(what)}})
}

// tell is what the next page is to say, in its address. It is good in this browser
// alone: a link from elsewhere must not have a page of ours say that something
// happened. Sec-Fetch-Site would not do, since some come back from an issuer
// elsewhere.
func (v *visit) tell(what string) string { return v.h.seal.bind(forNotices, v.browser, what) }

// told is what a page of ours in this browser wanted said, "" for nothing.
func (v *visit) told(field string) string {
	what, ours := v.h.seal.unbind(forNotices, v.browser, v.query.Get(field))
	if !ours {
		return ""
	}
	return what
}

// sendTo sends the browser to an address that we made, or that the provider gave.
func (v *visit) sendTo(where string) *request.Answer {
	a := request.NewAnswer(http.StatusSeeOther)
	a.Header.Set("Location", where)
	v.protect(a.Header)
	return a
}
