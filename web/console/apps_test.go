package console_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"skrin/internal/podtest"
	"skrin/linkeddata"
	"skrin/pod"
)

// allow lets an app act for whoever is signed in, and gives it its tokens.
func (b *browser) allow(a *app, pairs ...string) {
	b.t.Helper()
	b.get(a.asks(pairs...))
	if b.left == "" {
		b.on("app/authorize").press("answer=allow")
	}
	a.exchange(b.left)
}

// What was allowed is withdrawn at once, for the app that it was allowed to alone.
func TestWithdrawing(t *testing.T) {
	w := podtest.NewHouse(t, podtest.House{})
	maria := newBrowser(t, w)
	maria.register("maria")
	diary, steps := newApp(t, w, "diary"), newApp(t, w, "steps")
	maria.allow(diary, "scope", "openid webid offline_access")
	maria.allow(steps)
	if diary.reads("/maria/settings/") != 200 || diary.refresh() != 200 || diary.reads("/maria/settings/") != 200 {
		t.Fatal("the app reads nothing")
	}
	maria.get(diary.asks())
	pending := maria.left // a code that is on its way
	maria.get("app/account/apps").says("The diary").says("The steps")
	for _, f := range maria.forms {
		if f.fields.Get("client") == diary.ID {
			maria.send(f).on("app/account/apps").says("The app is stopped").hides("The diary").says("The steps")
		}
	}
	if got := diary.reads("/maria/settings/"); got != http.StatusUnauthorized {
		t.Errorf("its token: %d", got)
	}
	if got := diary.refresh(); got != http.StatusBadRequest {
		t.Errorf("its refresh token: %d", got)
	}
	code := diary.answer(pending).Get("code")
	if got := diary.token(url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {diary.redirect}, "client_id": {diary.ID},
		"code_verifier": {diary.verifier}}); got != http.StatusBadRequest {
		t.Errorf("its code: %d", got)
	}
	if got := steps.reads("/maria/settings/"); got != 200 {
		t.Errorf("the other app: %d", got)
	}
}

// What others call themselves is text.
func TestWhatAppsCallThemselves(t *testing.T) {
	w := podtest.NewHouse(t, podtest.House{})
	maria := newBrowser(t, w)
	maria.register("maria")
	const name = `"><script>alert(1)</script><b>&amp;` + "\u202etxt.exe"
	evil := newApp(t, w, "evil", func(doc map[string]any) {
		doc["client_name"] = name
		doc["client_uri"], doc["policy_uri"], doc["tos_uri"] = "javascript:alert(1)", `https://x.example/"><script>`, "data:text/html,x"
	})
	maria.get(evil.asks("state", `"><script>`, "login_hint", `"><script>`, "ui_locales", `"><script>`)).on("app/authorize")
	for _, bad := range []string{"<script>alert", `"><script>`, "javascript:", "data:text", "\u202e"} {
		maria.hides(bad)
	}
	maria.says("&lt;script&gt;").says(strings.TrimSuffix(w.Issuer.URL("/"), "/"))
	evil.state = `"><script>`
	maria.press("answer=allow")
	evil.exchange(maria.left)
	maria.get("app/account/apps").hides("<script>alert").hides("\u202e").says("&lt;script&gt;")
	maria.get("app/account/scripts").fill("name", name, "extent", "all").on("app/account/scripts").hides("<script>alert")
	stranger := newBrowser(t, w)
	stranger.get(evil.asks("login_hint", `"><script>alert(1)`)).on("app/sign-in").hides("<script>alert")
}

// A code is sent to the app alone, and the forms of a page may lead there and to us.
func TestWhereFormsLead(t *testing.T) {
	w := podtest.NewHouse(t, podtest.House{})
	maria := newBrowser(t, w)
	maria.register("maria")
	for redirect, want := range map[string]string{
		"https://diary.example/back":              " https://diary.example",
		"https://diary.example:8443/back?x=y":     " https://diary.example:8443",
		"http://127.0.0.1:4711/back":              " http://127.0.0.1:4711",
		"http://localhost:4711/back":              " http://localhost:4711",
		"http://[::1]:4711/back":                  " http:",
		"example.diary.app:/back":                 " example.diary.app:",
		"https://diary.example/back;script-src/*": "",
	} {
		a := newApp(t, w, "diary"+random()[:6], func(doc map[string]any) { doc["redirect_uris"] = []string{redirect} })
		maria.get(a.asks())
		if want == "" {
			continue // whether it is taken is the provider's to say; what matters is the policy
		}
		policy := maria.on("app/authorize").header.Get("Content-Security-Policy")
		if !strings.HasSuffix(policy, "form-action 'self'"+want) {
			t.Errorf("%s: %q", redirect, policy)
		}
		maria.press("answer=allow")
		if a.answer(maria.left).Get("code") == "" {
			t.Errorf("%s: no code", redirect)
		}
	}
}

// Somebody with two pods says for which of them.
func TestTwoPods(t *testing.T) {
	w := podtest.NewHouse(t, podtest.House{})
	maria := newBrowser(t, w)
	maria.register("maria")
	made, err := w.Vault.Create(context.Background(), pod.NewPod{Name: "grandma", Issuers: []linkeddata.IRI{w.Provider.Issuer()}})
	check(t, err)
	made.Recovery.Destroy()
	acct, err := w.Accounts.ByName("maria")
	check(t, err)
	own := acct.Pods[0].WebID.String()
	acct.Pods = append(acct.Pods, acct.Pods[0])
	acct.Pods[1].Name, acct.Pods[1].WebID = made.Name, made.Owner
	check(t, w.Accounts.SetPods(acct.ID, acct.Pods))
	w.Settle("olof")

	diary := newApp(t, w, "diary")
	f := maria.get(diary.asks()).on("app/authorize").says(own).says(made.Owner.String()).form("webid", "answer=allow")
	f.fields.Set("answer", "allow")
	f.fields.Del("webid")
	maria.send(f).refused(400)
	f.fields.Set("webid", strings.Replace(own, "maria", "olof", 1))
	maria.send(f).refused(404)
	f.fields.Set("webid", made.Owner.String())
	maria.send(f)
	diary.exchange(maria.left)
	if got := diary.reads("/grandma/settings/"); got != 200 {
		t.Errorf("the pod that was chosen: %d", got)
	}
	if got := diary.reads("/maria/settings/"); got != 403 {
		t.Errorf("the other: %d", got)
	}
	maria.get(diary.asks("prompt", "none")) // for whom it was allowed
	if diary.answer(maria.left).Get("code") == "" {
		t.Error("not silent")
	}
	maria.get("app/home").on("app/home").says("grandma").says("maria")
	maria.get("app/account/scripts").fill("name", "backup", "extent", "all", "webid", strings.Replace(own, "maria", "olof", 1)).refused(404)
	maria.get("app/account/recovery-key?pod=olof").refused(404)
	maria.get("app/account/recovery-key?pod=grandma").on("app/account/recovery-key")
}

// labelled is the text of the element with an id.
func (b *browser) labelled(id string) string {
	_, rest, _ := strings.Cut(b.body, `id="`+id+`">`)
	text, _, _ := strings.Cut(rest, "<")
	return text
}

// A script's secret is shown in one answer, works, and ends at once.
func TestScripts(t *testing.T) {
	w := podtest.NewHouse(t, podtest.House{})
	maria := newBrowser(t, w)
	maria.register("maria")
	maria.get("app/account/scripts").fill("name", "  ").on("app/account/scripts").says("cannot be a name")
	maria.fill("name", "backup", "extent", "all").on("app/account/scripts").says("backup")
	script := &app{t: t, w: w, key: w.As("a key").Signer}
	id, secret := maria.labelled("made-id"), maria.labelled("made-secret")
	if got := script.token(url.Values{"grant_type": {"client_credentials"}, "client_id": {id}, "client_secret": {secret}, "scope": {"webid"}}); got != 200 {
		t.Fatalf("%d %v (%s) %s", got, script.tokens, id, maria.text())
	}
	if got := script.reads("/maria/settings/"); got != 200 {
		t.Errorf("the script reads: %d", got)
	}
	maria.get("app/account/scripts").says("backup").hides(secret)
	maria.fill("end", id).on("app/account/scripts").says("locked out").hides("backup")
	if got := script.reads("/maria/settings/"); got != http.StatusUnauthorized {
		t.Errorf("after its end: %d", got)
	}
	maria.at, _ = url.Parse(w.DeskURL("/app/account/scripts"))
	gone := form{method: "POST", action: "", fields: url.Values{"token": maria.form("token").fields["token"], "end": {id}}}
	maria.send(gone).on("app/account/scripts")
}
