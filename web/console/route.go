package console

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"skrin/web/request"
)

// action answers for a page.
type action func(*visit) (*request.Answer, error)

// need is who may see a page.
type need uint8

const (
	anybody need = iota
	signed       // signed in, perhaps in the middle of registering
	settled      // signed in, with an account that something opens
	proven       // settled, and they proved it a moment ago
)

// route is a page: what it does, and who may see it.
type route struct {
	needs     need
	get, post action
}

// routes are all pages, from the root on. Those of issuers elsewhere stand for all
// of them: see find.
func routes() map[string]route {
	return map[string]route{
		"app/":                     {anybody, (*visit).landing, nil},
		"app/register":             {anybody, (*visit).showRegister, (*visit).register},
		"app/register/key":         {signed, (*visit).showFirstKey, (*visit).firstKey},
		"app/register/credential":  {signed, (*visit).showCredential, (*visit).credential},
		"app/sign-in":              {anybody, (*visit).showSignIn, (*visit).signIn},
		"app/sign-in/second":       {anybody, (*visit).again, (*visit).second},
		"app/recover":              {anybody, (*visit).showRecover, (*visit).recover},
		"app/recovered":            {signed, (*visit).showRecovered, (*visit).recovered},
		"app/authorize":            {anybody, (*visit).authorize, (*visit).decide},
		"app/sign-out":             {anybody, (*visit).askSignOut, (*visit).signOut},
		"app/signed-out":           {anybody, (*visit).signedOut, nil},
		"app/home":                 {settled, (*visit).home, (*visit).end},
		"app/account":              {settled, (*visit).showAccount, nil},
		"app/account/name":         {proven, (*visit).showName, (*visit).rename},
		"app/account/passkeys":     {proven, (*visit).showPasskeys, (*visit).changePasskeys},
		"app/account/password":     {proven, (*visit).showPassword, (*visit).changePassword},
		"app/account/sessions":     {settled, (*visit).showSessions, (*visit).endSessions},
		"app/account/apps":         {settled, (*visit).showApps, (*visit).withdraw},
		"app/account/scripts":      {proven, (*visit).showScripts, (*visit).changeScripts},
		"app/account/recovery-key": {proven, (*visit).showKey, (*visit).renewKey},
		"app/account/issuers":      {proven, (*visit).showIssuers, (*visit).changeIssuers},
		"app/account/links":        {proven, (*visit).showLinks, (*visit).removeLink},
		externalPath:               {anybody, nil, (*visit).toExternal},
		externalPath + callback:    {anybody, (*visit).fromExternal, nil},
	}
}

// find gives the page at a path, and what the last part of the path names.
func (h *Handler) find(path string) (at route, name string, there bool) {
	if name, below := strings.CutPrefix(path, externalPath); below {
		name, back := strings.CutSuffix(name, callback)
		if name == "" || strings.Contains(name, "/") {
			return route{}, "", false
		}
		if back {
			return h.routes[externalPath+callback], name, true
		}
		return h.routes[externalPath], name, true
	}
	at, there = h.routes[path]
	return at, "", there
}

// stepUp is how recent a proof of who somebody is must be for what is hard to undo.
// Who opens a page has a little less, to have time to fill it in.
const (
	stepUp    = 10 * time.Minute // as account.Config has it
	stepUpGet = 8 * time.Minute
)

// admit sends whoever may not see a page yet to what must come first. Both nil:
// they may.
func (v *visit) admit(needs need) (*request.Answer, error) {
	lasting := stepUpGet
	if v.form != nil {
		lasting = stepUp
	}
	switch {
	case needs == anybody:
		return nil, nil
	case !v.signedIn(), needs == proven && !v.unfinished() && !v.session.Within(lasting, v.h.conf.Now()):
		return v.toSignIn(v.asked())
	case needs > signed && v.unfinished():
		return v.toRegistration()
	}
	return nil, nil
}

// toSignIn asks who it is, and goes on to a page then.
func (v *visit) toSignIn(next string) (*request.Answer, error) {
	q := url.Values{}
	if next != "" && next != "app/home" {
		q.Set("next", next)
	}
	return v.to("app/sign-in", q)
}

// asked is the page that was asked for, as somebody is sent back to it.
func (v *visit) asked() string {
	if pod := v.query.Get("pod"); pod != "" {
		return v.path + "?" + url.Values{"pod": {pod}}.Encode()
	}
	return v.path
}

// notSo answers for a method that a page does not have.
func (v *visit) notSo(at route) *request.Answer {
	a := v.trouble(errMethod)
	var allow []string
	if at.get != nil {
		allow = append(allow, http.MethodGet, http.MethodHead)
	}
	if at.post != nil {
		allow = append(allow, http.MethodPost)
	}
	a.Header.Set("Allow", strings.Join(allow, ", "))
	return a
}
