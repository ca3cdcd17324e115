package console

import (
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"skrin/identity/account"
	"skrin/web/console/page"
)

// Whatever can go wrong has words in the catalogue.
func TestEveryErrorHasWords(t *testing.T) {
	has := func(key string) {
		if !page.Has(key) {
			t.Errorf("the catalogue has no %q", key)
		}
	}
	for _, p := range problems {
		has(p.key)
		got, ok := explain(fmt.Errorf("with more around it: %w", p.of))
		if !ok || got.Key != p.key || got.Field != p.field {
			t.Errorf("%v is told as %+v", p.of, got)
		}
	}
	for _, e := range externals {
		has("problem." + e.key)
	}
	for _, c := range troubles {
		has(c.key)
		has(c.key + ".title")
		if c.status < 400 || http.StatusText(c.status) == "" {
			t.Errorf("%v: %d", c.of, c.status)
		}
	}
	for _, why := range []account.Why{account.TooShort, account.TooLong, account.TooCommon, account.OwnName, account.Characters} {
		p, ok := explain(&account.Unfit{Why: why})
		has(p.Key)
		if !ok || p.Field != "password" {
			t.Errorf("%s: %+v", why, p)
		}
	}
	if p, ok := explain(&account.Wait{For: 90 * time.Second}); !ok || p.Key != "problem.wait" || p.Value != "1m30s" {
		t.Errorf("%+v", p)
	}
	for _, key := range []string{"trouble.app", "trouble.expired", "trouble.internal"} {
		has(key)
		has(key + ".title")
	}
	if _, ok := explain(errors.New("input/output error")); ok {
		t.Error("our own trouble is told as a mistake of the person's")
	}
	if _, ok := explain(nil); ok {
		t.Error("nothing is a problem")
	}
}

// What is told at the top of a page has words.
func TestEveryNoticeHasWords(t *testing.T) {
	for _, done := range []string{"name", "recovery-key", "welcome", "recovered", "app-ended", "script-ended", "session-ended", "sessions-ended", "passkey-added",
		"passkey-removed", "saved", "password-set", "password-removed", "both-on", "both-off", "issuer-added", "issuer-removed", "link-added", "link-removed", "revoked", "rule-ended"} {
		if !page.Has("notice." + done) {
			t.Errorf("the catalogue has no notice %q", done)
		}
	}
}

func TestBrowserName(t *testing.T) {
	for agent, want := range map[string]string{
		"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0":                                                                  "Firefox, Linux",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0":               "Edge, Windows",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1": "Safari, iPhone",
		"Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Mobile Safari/537.36":                       "Chrome, Android",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15":                   "Safari, macOS",
		"curl/8.0": "", "": "",
	} {
		if got := browserName(agent); got != want {
			t.Errorf("%q is %q, want %q", agent, got, want)
		}
	}
}

// Texts of a purpose, a browser and a key are taken for no other.
func TestSealer(t *testing.T) {
	s := newSealer([]byte("a key of thirty-two bytes exactly"))
	bound := s.bind(forCeremony, "a browser", "state~with~more")
	if text, ok := s.unbind(forCeremony, "a browser", bound); !ok || text != "state~with~more" {
		t.Errorf("%q %v", text, ok)
	}
	for name, c := range map[string][3]string{
		"another browser": {forCeremony, "b browser", bound}, "no browser": {forCeremony, "", s.bind(forCeremony, "", "x")}, "another purpose": {forSecond, "a browser", bound},
		"changed": {forCeremony, "a browser", bound + "x"}, "without a sum": {forCeremony, "a browser", "state"}, "empty": {forCeremony, "a browser", ""},
	} {
		if _, ok := s.unbind(c[0], c[1], c[2]); ok {
			t.Errorf("%s: taken", name)
		}
	}
	if s.fits(s.sum(forForms, "ab", "c"), forForms, "a", "bc") || s.fits(s.sum(forForms, "1:a", ""), forForms, "1", ":a") {
		t.Error("parts run together")
	}
	if newSealer([]byte("another key")).fits(s.sum(forForms, "a"), forForms, "a") {
		t.Error("another key fits")
	}
}
