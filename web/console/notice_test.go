package console_test

import (
	"net/url"
	"strings"
	"testing"
)

// A page says what happened here when a page of this house in this browser wants it said. A link from elsewhere has
// nothing said, whatever it copies from another browser.
func TestNoticesAreOurs(t *testing.T) {
	bank := newBroker(t)
	w := bank.house()
	maria, mallet := newBrowser(t, w), newBrowser(t, w)
	maria.register("maria")
	mallet.register("mallet")
	const renamed, unknown = "Your name for signing in is changed", "Nobody here is connected"
	say := func(b *browser, field string) string {
		t.Helper()
		said := b.at.Query().Get(field)
		if !strings.Contains(said, "~") {
			t.Fatalf("at %s nothing is said in %q", b.at, field)
		}
		return said
	}
	done := say(mallet.get("app/account/name").fill("name", "mallet-2").on("app/account").says(renamed), "done")
	own := say(maria.get("app/account/name").fill("name", "maria-2").on("app/account").says(renamed), "done")
	for name, forged := range map[string]string{"plain": "name", "of another browser": done, "cut": own[:len(own)-1], "of another thing": strings.Replace(own, "~name", "~recovery-key", 1), "without a sum": "~name"} {
		if maria.get("app/account?done=" + url.QueryEscape(forged)).on("app/account"); strings.Contains(maria.body, `class="notice"`) {
			t.Errorf("%s: %s", name, maria.text())
		}
	}
	maria.get("app/account?done=" + url.QueryEscape(own)).says(renamed)

	olof, ana := newBrowser(t, w), newBrowser(t, w)
	why := say(bank.proves(olof.get("app/sign-in").to("bank")).on("app/sign-in").says(unknown), "why")
	for _, forged := range []string{"external-unknown", why, "~external-unknown"} {
		ana.get("app/sign-in?why=" + url.QueryEscape(forged)).on("app/sign-in").hides(unknown)
	}
}
