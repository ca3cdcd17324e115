package console

import (
	"net/url"

	"skrin/identity/provider"
	"skrin/web/console/page"
	"skrin/web/request"
)

// logoutFields are what an app may say when it wants somebody signed out.
var logoutFields = []string{"id_token_hint", "logout_hint", "client_id", "post_logout_redirect_uri", "state", "ui_locales"}

// askSignOut asks, unless the app has shown by an ID token that it means who is
// signed in. Nobody is asked who is not signed in.
func (v *visit) askSignOut() (*request.Answer, error) {
	wish, out, err := v.logout(v.query)
	if err != nil {
		return nil, err
	}
	if !v.signedIn() {
		return v.nobodySignedOut(out)
	}
	if v.means(out) && !v.hasty {
		return v.leave(out)
	}
	p := page.SignOut{App: nameOf(out.Client)}
	for _, name := range logoutFields {
		if value := wish.Get(name); value != "" {
			p.Fields = append(p.Fields, [2]string{name, value})
		}
	}
	return v.show(p)
}

func (v *visit) signOut() (*request.Answer, error) {
	_, out, err := v.logout(v.form)
	if err != nil {
		return nil, err
	}
	if !v.signedIn() {
		return v.nobodySignedOut(out)
	}
	return v.leave(out)
}

// logout reads an app's wish out of an address or a form.
func (v *visit) logout(from url.Values) (url.Values, provider.Logout, error) {
	wish := url.Values{}
	for _, name := range logoutFields {
		if values, there := from[name]; there {
			wish[name] = values
		}
	}
	out, err := v.h.conf.Provider.BeginLogout(v.ctx, wish)
	if err == nil && out.Redirect != "" {
		v.leaving = append(v.leaving, out.Redirect)
	}
	return wish, out, err
}

// means says whether an app means who is signed in.
func (v *visit) means(out provider.Logout) bool {
	if out.WebID.IsZero() {
		return false
	}
	for _, p := range v.account.Pods {
		if p.WebID == out.WebID {
			return true
		}
	}
	return false
}

// leave signs somebody out here. Apps that were allowed to go on do so, but for
// the one that asked.
func (v *visit) leave(out provider.Logout) (*request.Answer, error) {
	if out.Client.ID != "" {
		if _, err := v.h.conf.Provider.Leave(v.session.Account, v.session.ID, out.Client.ID); err != nil {
			return nil, err
		}
	}
	if err := v.h.end(v.session, v.session.ID, false); err != nil {
		return nil, err
	}
	v.jar.drop(sessionCookie)
	v.jar.drop(browserCookie)
	return v.afterwards(out)
}

// nobodySignedOut answers where nobody is signed in. An app that shows an ID token
// gets the browser back; others are anybody, so a link must do.
func (v *visit) nobodySignedOut(out provider.Logout) (*request.Answer, error) {
	if out.Redirect != "" && out.WebID.IsZero() {
		return v.show(page.SignedOut{Back: out.Redirect, App: leads(out.Redirect)})
	}
	return v.afterwards(out)
}

func (v *visit) afterwards(out provider.Logout) (*request.Answer, error) {
	if out.Redirect != "" {
		return v.sendTo(out.Redirect), nil
	}
	return v.to("app/signed-out", nil)
}

func (v *visit) signedOut() (*request.Answer, error) {
	if v.signedIn() {
		return v.to("app/home", nil)
	}
	return v.show(page.SignedOut{})
}

// nameOf is what an app calls itself, or what it is; "" for none.
func nameOf(c provider.Client) string {
	if c.Name != "" {
		return c.Name
	}
	return c.Origin()
}
