package console

import (
	"errors"

	"skrin/web/request"
)

// Errors of forms that did not come from a page of ours in this browser.
var (
	errOrigin  = errors.New("the form came from elsewhere")
	errCookies = errors.New("the browser keeps no cookies")
	errToken   = errors.New("the form is of another browser or session")
)

// sameOrigin says whether a form came from a page of ours: browsers say where a
// POST comes from, in one field or in both.
func (h *Handler) sameOrigin(r *request.Request) bool {
	site, origins := r.Header.Get("Sec-Fetch-Site"), r.Header.Values("Origin")
	switch {
	case site != "" && site != "same-origin", len(origins) > 1:
		return false
	case len(origins) == 1:
		return origins[0] == h.origin
	}
	return site == "same-origin"
}

// token is what every form carries: it is good in this browser, for whoever is
// signed in there now.
func (v *visit) token() string { return v.h.seal.sum(forForms, v.browser, v.session.ID) }

// checkForm refuses forms that were not made for this browser, and for whoever is
// signed in there now.
func (v *visit) checkForm() error {
	switch {
	case v.jar.get(browserCookie) == "":
		return errCookies
	case !v.h.seal.fits(v.form.Get("token"), forForms, v.browser, v.session.ID):
		return errToken
	}
	return nil
}
