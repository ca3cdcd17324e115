package console_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"skrin/internal/podtest"
	"skrin/web/console"
)

// A form is taken from a page of ours alone, in the browser and from the person
// that it was shown to.
func TestForgedForms(t *testing.T) {
	w := podtest.NewHouse(t, podtest.House{})
	maria, mallet, olof := newBrowser(t, w), newBrowser(t, w), newBrowser(t, w)
	maria.register("maria")
	mallet.register("mallet")
	olof.get("app/sign-in")
	rename := func() form { return maria.get("app/account/name").on("app/account/name").form("name") }
	for name, forge := range map[string]func(*http.Request, url.Values){
		"without a token": func(_ *http.Request, f url.Values) { f.Del("token") },
		"an empty token":  func(_ *http.Request, f url.Values) { f.Set("token", "") },
		"another browser's token": func(_ *http.Request, f url.Values) {
			f.Set("token", mallet.get("app/account/name").form("name").fields.Get("token"))
		},
		"a stranger's token":  func(_ *http.Request, f url.Values) { f.Set("token", olof.form("token").fields.Get("token")) },
		"from another origin": func(r *http.Request, _ url.Values) { r.Header.Set("Origin", "https://evil.example") },
		"from nowhere":        func(r *http.Request, _ url.Values) { r.Header.Set("Origin", "null") },
		"from another port":   func(r *http.Request, _ url.Values) { r.Header.Set("Origin", "http://localhost:1") },
		"by another scheme": func(r *http.Request, _ url.Values) {
			r.Header.Set("Origin", strings.Replace(r.Header.Get("Origin"), "http:", "https:", 1))
		},
		"from another site":          func(r *http.Request, _ url.Values) { r.Header.Set("Sec-Fetch-Site", "cross-site") },
		"from the same site":         func(r *http.Request, _ url.Values) { r.Header.Set("Sec-Fetch-Site", "same-site") },
		"without saying from where":  func(r *http.Request, _ url.Values) { r.Header.Del("Sec-Fetch-Site"); r.Header.Del("Origin") },
		"an origin that only begins": func(r *http.Request, _ url.Values) { r.Header.Set("Origin", r.Header.Get("Origin")+".evil.example") },
		"without the browser's cookie": func(r *http.Request, _ url.Values) {
			r.Header.Set("Cookie", "skrin-session="+maria.cookie("session"))
		},
		"with another browser's cookie": func(r *http.Request, _ url.Values) {
			r.Header.Set("Cookie", "skrin-session="+maria.cookie("session")+"; skrin-browser="+mallet.cookie("browser"))
		},
	} {
		f := rename()
		f.fields.Set("name", "owned")
		if got := maria.raw(f, forge); got != http.StatusForbidden {
			t.Errorf("%s: %d", name, got)
		}
	}
	cookieless := newBrowser(t, w)
	f := maria.get("app/account/name").form("name")
	f.action, cookieless.at = "/app/sign-in", maria.at
	cookieless.send(f).refused(http.StatusForbidden).says("needs cookies")
	if _, err := w.Accounts.ByName("owned"); err == nil {
		t.Error("the name was changed")
	}
	f = rename()
	f.fields.Set("name", "maria-the-second")
	for name, well := range map[string]func(*http.Request, url.Values){
		"origin alone": func(r *http.Request, _ url.Values) { r.Header.Del("Sec-Fetch-Site") },
		"site alone":   func(r *http.Request, _ url.Values) { r.Header.Del("Origin") },
	} {
		if got := maria.raw(f, well); got != http.StatusSeeOther {
			t.Errorf("%s: %d", name, got)
		}
		f = rename()
		f.fields.Set("name", "maria")
	}
}

// raw sends a form and gives the status, without following anything. The browser's
// cookies do not change.
func (b *browser) raw(f form, change func(*http.Request, url.Values)) int {
	b.t.Helper()
	to, err := b.at.Parse(f.action)
	b.must(err)
	fields := url.Values{}
	for name, values := range f.fields {
		fields[name] = append([]string{}, values...)
	}
	req, err := http.NewRequest(f.method, to.String(), nil)
	b.must(err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", b.at.Scheme+"://"+b.at.Host)
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	if change != nil {
		change(req, fields)
	}
	req.Body, req.ContentLength = body(fields.Encode())
	client := b.client()
	if req.Header.Get("Cookie") != "" {
		client.Jar = nil
	}
	res, err := client.Do(req)
	b.must(err)
	res.Body.Close()
	return res.StatusCode
}

// A form's token ends with the session that it was made in, and with signing in.
func TestFormOfAnotherSession(t *testing.T) {
	w := podtest.NewHouse(t, podtest.House{})
	maria := newBrowser(t, w)
	before := maria.get("app/sign-in").form("name", "password")
	maria.register("maria")
	maria.at, _ = url.Parse(w.DeskURL("/app/account/name"))
	forged := form{method: http.MethodPost, action: "/app/account/name", fields: url.Values{"name": {"owned"}, "token": before.fields["token"]}}
	if got := maria.raw(forged, nil); got != http.StatusForbidden {
		t.Errorf("a form from before the sign-in: %d", got)
	}
	old := maria.get("app/account/name").form("name")
	maria.signOut()
	maria.get("app/sign-in").fill("name", "maria", "password", goodPassword).on("app/home")
	if got := maria.raw(old, nil); got != http.StatusForbidden {
		t.Errorf("a form of a session that has ended: %d", got)
	}
}

// Nobody makes a browser sign in as somebody else.
func TestSignInOfSomebodyElse(t *testing.T) {
	w := podtest.NewHouse(t, podtest.House{})
	mallet := newBrowser(t, w)
	mallet.register("mallet")
	mallet.signOut()
	trap := mallet.get("app/sign-in").form("name", "password")
	trap.fields.Set("name", "mallet")
	trap.fields.Set("password", goodPassword)
	maria := newBrowser(t, w)
	maria.get("app/sign-in")
	if got := maria.raw(trap, nil); got != http.StatusForbidden {
		t.Errorf("%d", got)
	}
	maria.elsewhere = "https://evil.example"
	own := maria.form("name", "password")
	own.fields.Set("name", "mallet")
	own.fields.Set("password", goodPassword)
	maria.send(own).refused(403)
	if maria.cookie("session") != "" {
		t.Error("signed in as mallet")
	}
}

// A session that somebody planted is not the one that is signed in to.
func TestFixation(t *testing.T) {
	w := podtest.NewHouse(t, podtest.House{})
	newBrowser(t, w).register("maria")
	mallet := newBrowser(t, w)
	mallet.register("mallet")
	planted := mallet.cookie("session")
	for _, value := range []string{planted, "nonsense", strings.Repeat("A", 65)} {
		maria := newBrowser(t, w)
		maria.setCookie("session", value)
		maria.get("app/sign-in")
		if value == planted { // mallet's own home: signed out first, as a careful person does
			maria.get("app/sign-in?next=app/account/name")
			maria.get("app/account").says("mallet")
			continue
		}
		maria.on("app/sign-in").fill("name", "maria", "password", goodPassword).on("app/home").says("maria")
		if maria.cookie("session") == value {
			t.Error("the planted token is good")
		}
	}
	before := mallet.cookie("session")
	diary := newApp(t, w, "diary")
	w.Advance(2 * time.Second)
	mallet.get(diary.asks("prompt", "select_account")).on("app/sign-in").fill("name", "maria", "password", goodPassword).on("app/authorize")
	if mallet.cookie("session") == before {
		t.Error("maria sits in mallet's session")
	}
	stale := newBrowser(t, w)
	stale.setCookie("session", before)
	stale.get("app/home").on("app/sign-in")
	mallet.get("app/home").on("app/home").says("maria")
	w.Advance(console.StepUp) // a step-up is for whoever is signed in
	mallet.get("app/account/name").on("app/sign-in").fill("name", "mallet", "password", otherPassword).on("app/sign-in").says("not your password")
}
