package console_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"skrin/identity/account"
)

// Whatever goes wrong elsewhere, the page says what helps, and the host's log what it was.
func TestExternalTroubles(t *testing.T) {
	refuses := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = w.Write([]byte(`{"error":"invalid_client","error_description":"canary"}`))
	}
	failed := func(code string) func(url.Values) {
		return func(q url.Values) { q.Del("code"); q.Set("error", code); q.Set("error_description", "canary") }
	}
	for what, c := range map[string]struct {
		change func(b *broker)
		comes  func(url.Values)
		says   string
		logs   string // "": nothing
	}{
		"it is down when the code comes": {func(b *broker) {
			b.other["/token"] = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(502) }
		}, nil, "does not answer just now", "the issuer cannot be reached: status 502"},
		"it does not know us":              {func(b *broker) { b.other["/token"] = refuses }, nil, "tell whoever runs this service", "the issuer refuses: invalid_client"},
		"we ask for what it does not have": {nil, failed("invalid_scope"), "tell whoever runs this service", "the issuer refuses: invalid_scope"},
		"the level cannot be had":          {nil, failed("unmet_authentication_requirements"), "is not enough here", "not the level that is demanded"},
		"its word does not hold":           {func(b *broker) { b.says = func(c map[string]any) { c["aud"] = "another" } }, nil, "did not work", "audience"},
		"the answer is of another":         {nil, func(q url.Values) { q.Set("iss", "https://canary.example") }, "did not work", "another issuer"},
		"the person says no":               {nil, failed("access_denied"), "did not work", ""},
		"nobody is connected":              {nil, nil, "Nobody here is connected", ""},
	} {
		bank := newBroker(t)
		w := bank.house()
		if c.change != nil {
			c.change(bank)
		}
		var more []func(url.Values)
		if c.comes != nil {
			more = append(more, c.comes)
		}
		bank.proves(newBrowser(t, w).get("app/sign-in").to("bank"), more...).on("app/sign-in").says(c.says).hides("canary")
		log := w.Log.String()
		if told := strings.Contains(log, "signing in elsewhere failed"); told != (c.logs != "") || !strings.Contains(log, c.logs) || strings.Contains(log, "canary") || strings.Contains(log, bank.who) {
			t.Errorf("%s: the log says %s", what, log)
		}
	}
}

// A house starts and works while a broker is down; who presses its button is told what to do.
func TestExternalIsDown(t *testing.T) {
	bank := newBroker(t)
	bank.down = true
	w := bank.house()
	maria := newBrowser(t, w)
	maria.register("maria")
	maria.get("app/account/links").to("bank").on("app/account/links").says("does not answer just now").says("choose another way")
	maria.signOut()
	maria.get("app/sign-in").to("bank").on("app/sign-in").says("does not answer just now")
	maria.fill("name", "maria", "password", goodPassword).on("app/home")
	if log := w.Log.String(); !strings.Contains(log, `"issuer":"bank"`) || strings.Contains(log, "canary") {
		t.Errorf("the log: %s", log)
	}
	bank.down = false
	w.Advance(time.Minute)
	bank.proves(maria.get("app/account/links").to("bank")).on("app/account/links").says("Connected")
}

// A broker that does not say when people proved themselves lets them in, and no further.
func TestExternalWithoutAuthTime(t *testing.T) {
	bank := newBroker(t)
	bank.says = func(c map[string]any) { delete(c, "auth_time") }
	w := bank.house()
	maria := newBrowser(t, w)
	maria.register("maria")
	bank.proves(maria.get("app/account/links").to("bank")).on("app/account/links").says("Maria")
	maria.signOut()
	bank.proves(maria.get("app/sign-in").to("bank")).on("app/home")
	before := maria.cookie("session")
	maria.get("app/account/passkeys").on("app/sign-in")
	if q := bank.proves(maria.to("bank")).on("app/sign-in").says("does not say that you showed just now that it is you").says("recovery key").at.Query(); q.Get("next") != "app/account/passkeys" {
		t.Errorf("the way is lost: %v", q)
	}
	if bank.asked.Get("max_age") != "0" || bank.asked.Get("prompt") != "login" || maria.cookie("session") != before {
		t.Errorf("asked for with %v", bank.asked)
	}
	maria.fill("password", goodPassword).on("app/account/passkeys")
}

// Whom somebody else left signed in at the broker is not linked.
func TestExternalOfWhoSatHereBefore(t *testing.T) {
	bank := newBroker(t)
	w := bank.house()
	bank.says = func(c map[string]any) { c["auth_time"] = w.Now().Add(-time.Hour).Unix() }
	mallet := newBrowser(t, w)
	mallet.register("mallet")
	bank.proves(mallet.get("app/account/links").to("bank")).on("app/account/links").says("did not work").hides("password")
	if acct, err := w.Accounts.ByName("mallet"); err != nil || len(acct.Links) != 0 {
		t.Errorf("%v, %v", acct.Links, err)
	}
}

// What was asked for by one person is not given to the next one at the same browser.
func TestExternalForWhoSitsHereNow(t *testing.T) {
	bank := newBroker(t)
	w := bank.house()
	shared := newBrowser(t, w)
	shared.register("maria")
	shared.get("app/account/links").to("bank")
	to, _ := strings.CutPrefix(shared.header.Get("Refresh"), "0; url=")
	held := shared.cookie("external")
	shared.get("app/home").signOut()
	shared.register("olof")
	shared.setCookie("external", held)
	u, err := url.Parse(to)
	check(t, err)
	bank.asked = u.Query()
	back := url.Values{"code": {"c"}, "state": {bank.asked.Get("state")}, "iss": {bank.server.URL}}
	shared.get(bank.asked.Get("redirect_uri") + "?" + back.Encode()).on("app/home").says("olof")
	for _, name := range []string{"maria", "olof"} {
		if acct, err := w.Accounts.ByName(name); err != nil || len(acct.Links) != 0 {
			t.Errorf("%s: %+v, %v", name, acct.Links, err)
		}
	}
}

// A broker that tells no name leaves a row that one can recognise.
func TestExternalWithoutAName(t *testing.T) {
	bank := newBroker(t)
	bank.says = func(c map[string]any) { delete(c, "name") }
	w := bank.house()
	maria := newBrowser(t, w)
	maria.register("maria")
	bank.proves(maria.get("app/account/links").to("bank")).on("app/account/links").says("The &lt;Bank&gt;").hides("Without a name")

	bank = newBroker(t)
	bank.says = func(c map[string]any) { delete(c, "name") }
	bank.house("card")
	olof := newBrowser(t, bank.w)
	olof.register("olof")
	bank.proves(olof.get("app/account/links").to("bank")).on("app/account/links").says("Without a name") // nobody knows by which of the two
}

// A person whose name the broker changes is somebody else to us.
func TestExternalSubjectChanges(t *testing.T) {
	bank := newBroker(t)
	w := bank.house()
	maria := newBrowser(t, w)
	maria.register("maria")
	bank.proves(maria.get("app/account/links").to("bank")).on("app/account/links")
	maria.signOut()
	for _, other := range []string{"maria-at-the-Bank", "maria-at-the-bank ", "mallet"} {
		bank.who = other
		if bank.proves(maria.get("app/sign-in").to("bank")).on("app/sign-in"); maria.cookie("session") != "" {
			t.Errorf("%q is let in", other)
		}
	}
	bank.who = "maria-at-the-bank"
	bank.proves(maria.get("app/sign-in").to("bank")).on("app/home")
}

// The last way in stays, on the page too.
func TestExternalLastWayIn(t *testing.T) {
	bank := newBroker(t)
	w := bank.house()
	maria := newBrowser(t, w)
	maria.register("maria")
	bank.proves(maria.get("app/account/links").to("bank")).on("app/account/links")
	session, err := w.Accounts.Resume(account.NewSecret(maria.cookie("session")))
	check(t, err)
	token, err := w.Accounts.RemovePassword(session) // the page offers it beside a passkey alone
	check(t, err)
	maria.setCookie("session", token.Reveal())
	acct, err := w.Accounts.ByName("maria")
	check(t, err)
	maria.get("app/account/links").fill("remove", acct.Links[0].ID).on("app/account/links").says("last way to sign in")
	if acct, err = w.Accounts.ByName("maria"); err != nil || len(acct.Links) != 1 {
		t.Errorf("%+v, %v", acct.Links, err)
	}
}

// Nobody has us ask a broker without end, and who waits a little may go on.
func TestExternalSettingOutIsCounted(t *testing.T) {
	bank := newBroker(t)
	w := bank.house()
	mallet := newBrowser(t, w)
	asked := 0
	for asked <= 100 && mallet.get("app/sign-in").to("bank").at.Path == "/app/external/bank" {
		asked++
	}
	if asked < 30 || asked > 100 {
		t.Errorf("somebody set out %d times", asked)
	}
	mallet.on("app/sign-in").says("There is a lot going on")
	w.Advance(3 * time.Minute)
	bank.proves(mallet.get("app/sign-in").to("bank")).on("app/sign-in").says("Nobody here is connected")
}
