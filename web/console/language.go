package console

import (
	"net/http"
	"slices"

	"skrin/web/console/page"
	"skrin/web/request"
)

// speak finds the language of a page: what was chosen here, what the app asks for,
// what the account says, what the browser says.
func (v *visit) speak() page.Language {
	locales := ""
	if v.app != nil {
		locales = v.app.Locales
	}
	if locales == "" {
		locales = v.account.Locale
	}
	return page.Match(v.r.Header.Get("Accept-Language"), locales, v.jar.get(languageCookie))
}

// switchLanguage keeps the language that was asked for and goes on to the same page.
// It is an address and no form, so that it works everywhere; all that a stranger
// could do with it is change the language of this browser, and not of the account.
func (v *visit) switchLanguage(asked string) (*request.Answer, error) {
	v.query.Del("lang")
	chosen := page.Language(asked)
	if !slices.Contains(page.Languages(), chosen) {
		return v.to(v.path, v.query)
	}
	v.jar.put(languageCookie, string(chosen), cookieYear)
	if v.signedIn() && v.r.Method == http.MethodGet && v.r.Header.Get("Sec-Fetch-Site") == "same-origin" {
		if err := v.h.conf.Accounts.SetLocale(v.session, string(chosen)); err != nil {
			return nil, err
		}
	}
	return v.to(v.path, v.query)
}
