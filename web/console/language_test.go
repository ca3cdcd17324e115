package console_test

import (
	"net/url"
	"strings"
	"testing"

	"skrin/internal/podtest"
)

// The language is the one that was chosen, else the app's, the account's, the browser's.
func TestLanguages(t *testing.T) {
	w := podtest.NewHouse(t, podtest.House{})
	b := newBrowser(t, w)
	speaks := func(lang string) {
		t.Helper()
		if !strings.Contains(b.body, `<html lang="`+lang+`"`) {
			t.Errorf("at %s: not in %s", b.at, lang)
		}
	}
	diary := newApp(t, w, "diary")
	b.get("app/sign-in")
	speaks("en")
	b.get(diary.asks("ui_locales", "fr nb")).on("app/sign-in")
	speaks("nb")
	here := b.at.RequestURI()
	b.get(strings.TrimPrefix(here, "/") + "&lang=es").on("app/sign-in")
	speaks("es")
	if b.at.RequestURI() != here {
		t.Errorf("came to %s, not back to %s", b.at.RequestURI(), here)
	}
	b.get("app/")
	speaks("es")
	for _, nonsense := range []string{"xx", "<script>", "sv\r\nX: y", strings.Repeat("s", 3000)} {
		b.get("app/?lang=" + url.QueryEscape(nonsense)).on("app/").hides("<script>alert")
	}
	b.get("app/?lang=sv").on("app/")
	b.register("maria")
	if acct, err := w.Accounts.ByName("maria"); err != nil || acct.Locale != "sv" {
		t.Errorf("%q %v", acct.Locale, err)
	}
	elsewhere := newBrowser(t, w)
	elsewhere.get("app/sign-in").fill("name", "maria", "password", goodPassword).on("app/home")
	b = elsewhere
	speaks("sv")
	var tongue string
	for _, link := range b.links {
		if strings.Contains(link, "lang=nb") {
			tongue = link
		}
	}
	b.get(b.at.Scheme + "://" + b.at.Host + tongue).on("app/home")
	speaks("nb")
	if strings.Contains(b.at.RawQuery, "lang") {
		t.Error(b.at)
	}
	for _, link := range b.links {
		if strings.Contains(link, "done=") {
			t.Errorf("what was told once is told again by %s", link)
		}
	}
}
