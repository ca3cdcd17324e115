package console_test

import (
	"net/url"
	"strings"
	"testing"

	"skrin/internal/podtest"
)

// A wish for a new sign-in is fulfilled once, and by whoever is meant.
func TestPrompts(t *testing.T) {
	w := podtest.NewHouse(t, podtest.House{})
	maria := newBrowser(t, w)
	maria.register("maria")
	newBrowser(t, w).register("olof")
	diary := newApp(t, w, "diary")
	maria.allow(diary)
	w.Advance(2e9)

	maria.get(diary.asks("prompt", "login")).on("app/sign-in").says(`value="maria"`).fill("name", "maria", "password", goodPassword)
	if diary.answer(maria.left).Get("code") == "" {
		t.Error("prompt=login gives nothing")
	}
	w.Advance(2e9)
	maria.get(diary.asks("max_age", "1")).on("app/sign-in")
	maria.get(diary.asks("max_age", "3600"))
	diary.exchange(maria.left)
	maria.get(diary.asks("prompt", "consent")).on("app/authorize")
	maria.get(diary.asks("prompt", "create")).on("app/register")
	maria.get(diary.asks("prompt", "none", "max_age", "1"))
	if got := diary.answer(maria.left).Get("error"); got != "login_required" {
		t.Error(got)
	}
	hint, _ := diary.tokens["id_token"].(string)
	maria.get(diary.asks("prompt", "select_account")).on("app/sign-in").fill("name", "olof", "password", goodPassword).on("app/authorize").says("olof")
	maria.get(diary.asks("prompt", "none", "id_token_hint", hint))
	if got := diary.answer(maria.left).Get("error"); got != "login_required" {
		t.Error(got)
	}
	maria.get(diary.asks("id_token_hint", hint)).on("app/sign-in").fill("name", "maria", "password", goodPassword)
	diary.exchange(maria.left)

	nobody := newBrowser(t, w)
	nobody.get(diary.asks("prompt", "none"))
	if got := diary.answer(nobody.left).Get("error"); got != "login_required" {
		t.Error(got)
	}
	half := newBrowser(t, w)
	half.get("app/register").fill("name", "astrid", "pod", "astrid").on("app/register/key")
	half.get(diary.asks("prompt", "none"))
	if got := diary.answer(half.left).Get("error"); got != "login_required" {
		t.Error(got)
	}
	half.get(diary.asks()).on("app/register/key").says("The diary")
}

// A ticket that is none, or too old, or somebody's work, leads nowhere.
func TestTickets(t *testing.T) {
	w := podtest.NewHouse(t, podtest.House{})
	maria := newBrowser(t, w)
	maria.register("maria")
	diary := newApp(t, w, "diary")
	maria.get(diary.asks()).on("app/authorize")
	ticket := maria.at.Query().Get("request")
	f := maria.form("answer=allow")
	maria.allow(diary)
	idToken, _ := diary.tokens["id_token"].(string)
	access, _ := diary.tokens["access_token"].(string)
	for _, bad := range []string{"x", ticket + "x", ticket[:len(ticket)-3], "x" + ticket, strings.Replace(ticket, ".", "..", 1), idToken, access,
		"eyJhbGciOiJub25lIn0.e30.", strings.Repeat("a", 9000)} {
		for _, page := range []string{"app/authorize", "app/sign-in", "app/register", "app/home", "app/recover"} {
			maria.get(page + "?request=" + url.QueryEscape(bad)).refused(400)
		}
		f.fields.Set("request", bad)
		f.fields.Set("answer", "allow")
		if maria.send(f); maria.left != "" || maria.status != 400 {
			t.Errorf("%q: %d %s", bad, maria.status, maria.left)
		}
	}
	maria.get("app/authorize").refused(400)
	maria.get("app/authorize?request=" + url.QueryEscape(ticket) + "&request=" + url.QueryEscape(ticket)).refused(400)
	w.Advance(61 * 60e9)
	maria.get("app/authorize?request=" + url.QueryEscape(ticket)).refused(400)
	f.fields.Set("request", ticket)
	maria.send(f).refused(400)
}

// What the person did not decide is not decided: neither by a look, nor by another method.
func TestConsentIsAsked(t *testing.T) {
	w := podtest.NewHouse(t, podtest.House{})
	maria := newBrowser(t, w)
	maria.register("maria")
	diary := newApp(t, w, "diary")
	maria.get(diary.asks()).on("app/authorize")
	here := strings.TrimPrefix(maria.at.RequestURI(), "/")
	f := maria.form("answer=allow")
	maria.get(here + "&answer=allow&token=" + url.QueryEscape(f.fields.Get("token"))).on("app/authorize")
	f.fields.Set("answer", "perhaps")
	maria.send(f).refused(400)
	f.fields.Del("answer")
	maria.send(f).refused(400)
	if res := maria.ask("HEAD", here); res.Header.Get("Location") != "" {
		t.Error(res.Header)
	}
	maria.get(diary.asks("prompt", "none"))
	if got := diary.answer(maria.left).Get("error"); got != "consent_required" {
		t.Error(got)
	}
	f.fields.Set("answer", "allow")
	f.fields.Set("token", "x")
	maria.get(diary.asks())
	maria.send(f).refused(403)
	maria.allow(diary)
	if res := maria.ask("HEAD", strings.TrimPrefix(strings.Replace(maria.resolve(here), w.DeskURL("/"), "", 1), "/")); strings.Contains(res.Header.Get("Location"), "code=") {
		t.Error("a code for HEAD")
	}
}
