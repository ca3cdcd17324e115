package console_test

import (
	"net/http"
	"testing"

	"skrin/internal/podtest"
)

// Somebody who comes from an app, has nothing here, and ends up in the app with a
// pod of their own.
func TestFromAnAppToAPod(t *testing.T) {
	w := podtest.NewHouse(t, podtest.House{})
	b, diary := newBrowser(t, w), newApp(t, w, "diary")
	b.get(diary.asks()).on("app/sign-in").says("The diary")
	var way string
	for _, link := range b.links {
		if len(link) > 13 && link[:13] == "/app/register" {
			way = link
		}
	}
	b.get(b.at.Scheme + "://" + b.at.Host + way).on("app/register")
	b.fill("name", "maria", "pod", "maria")
	b.confirmKey()
	b.on("app/register/credential").fill("password", goodPassword)
	b.on("app/authorize").says("The diary").press("answer=allow")
	diary.exchange(b.left)
	if got := diary.reads("/maria/settings/"); got != http.StatusOK {
		t.Errorf("the app reads: %d", got)
	}
	b.get(diary.asks())
	if diary.answer(b.left).Get("code") == "" {
		t.Errorf("asked twice: %s", b.text())
	}
	b.get(diary.asks("prompt", "none"))
	if diary.answer(b.left).Get("code") == "" {
		t.Error("no silent answer")
	}
	b.get("app/account/apps").on("app/account/apps").says("The diary")
	b.send(b.form("client", "webid")).on("app/account/apps").hides("The diary")
	if got := diary.reads("/maria/settings/"); got != http.StatusUnauthorized {
		t.Errorf("after it was withdrawn the app gets: %d", got)
	}
	b.get(diary.asks("prompt", "none"))
	if got := diary.answer(b.left).Get("error"); got != "consent_required" {
		t.Error(got)
	}
	b.get(diary.asks()).on("app/authorize").press("answer=deny")
	if got := diary.answer(b.left).Get("error"); got != "access_denied" {
		t.Error(got)
	}
}
