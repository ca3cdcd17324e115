package console

import (
	"errors"
	"strings"

	"skrin/identity/account"
	"skrin/web/console/page"
	"skrin/web/request"
)

const sessionsPath = "app/account/sessions"

func (v *visit) showSessions() (*request.Answer, error) {
	all, err := v.h.conf.Accounts.Sessions(v.session)
	if err != nil {
		return nil, err
	}
	var p page.Sessions
	for _, s := range all {
		one := page.Session{ID: s.ID, Browser: browserName(s.Agent), Created: s.Created, Seen: s.Seen, This: s.ID == v.session.ID}
		for _, m := range s.Methods {
			one.How = append(one.How, string(m))
		}
		p.All = append(p.All, one)
	}
	return v.show(p)
}

// endSessions ends one session, or all others, with everything that apps got by
// them. To end this one is to sign out.
func (v *visit) endSessions() (*request.Answer, error) {
	id := v.form.Get("end")
	switch {
	case v.form.Get("others") == "1":
		if err := v.endOthers(); err != nil {
			return nil, err
		}
		return v.done(sessionsPath, "sessions-ended")
	case id == "":
		return nil, errForm
	case id == v.session.ID:
		return v.to("app/sign-out", nil)
	default:
		if err := v.h.end(v.session, id, true); err != nil && !errors.Is(err, account.ErrNotThere) {
			return nil, err
		}
	}
	return v.done(sessionsPath, "session-ended")
}

// Names of browsers and of what they run on, the ones that others claim to be last.
var (
	browsers = [][2]string{{"Edg", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser", "Samsung Internet"}, {"Firefox", "Firefox"}, {"FxiOS", "Firefox"},
		{"CriOS", "Chrome"}, {"Chrome", "Chrome"}, {"Safari", "Safari"}}
	systems = [][2]string{{"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Windows", "Windows"}, {"Mac OS X", "macOS"},
		{"CrOS", "ChromeOS"}, {"Linux", "Linux"}}
)

// browserName makes "Firefox, Windows" of what a browser calls itself; "" when
// nothing in it is known.
func browserName(agent string) string {
	var parts []string
	for _, names := range [][][2]string{browsers, systems} {
		for _, n := range names {
			if strings.Contains(agent, n[0]) {
				parts = append(parts, n[1])
				break
			}
		}
	}
	return strings.Join(parts, ", ")
}
