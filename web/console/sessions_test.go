package console_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"skrin/internal/podtest"
)

// Whoever finds that somebody sits in their account puts them out, and everything
// that they got with them.
func TestEndingSessionsElsewhere(t *testing.T) {
	for _, all := range []bool{false, true} {
		w := podtest.NewHouse(t, podtest.House{})
		maria, thief := newBrowser(t, w), newBrowser(t, w)
		maria.register("maria")
		thief.agent = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36 Edg/141.0"
		thief.get("app/sign-in").fill("name", "maria", "password", goodPassword).on("app/home")
		stolen, own := newApp(t, w, "stolen"), newApp(t, w, "own")
		thief.allow(stolen, "scope", "openid webid offline_access")
		maria.allow(own, "scope", "openid webid offline_access")
		form := thief.get("app/account/apps").form("client", "webid")

		maria.get("app/account/sessions").on("app/account/sessions").says("Edge, Windows").says("Firefox, Linux")
		if all {
			maria.fill("others", "1").says("everywhere else")
		} else {
			maria.fill("end", maria.form("end").fields.Get("end")).says("Signed out there")
		}
		maria.on("app/account/sessions").hides("Edge, Windows")
		if got := stolen.reads("/maria/settings/"); got != http.StatusUnauthorized {
			t.Errorf("the thief's app still reads: %d", got)
		}
		if got := stolen.refresh(); got != http.StatusBadRequest {
			t.Errorf("the thief's app still refreshes: %d", got)
		}
		if got := thief.raw(form, nil); got != http.StatusForbidden {
			t.Errorf("the thief's form: %d", got)
		}
		thief.get("app/home").on("app/sign-in")
		if own.reads("/maria/settings/") != 200 || own.refresh() != 200 {
			t.Error("maria's own app has stopped")
		}
		maria.get("app/home").on("app/home")
	}
}

// Nobody ends what is not theirs.
func TestSessionsOfOthers(t *testing.T) {
	w := podtest.NewHouse(t, podtest.House{})
	maria, olof := newBrowser(t, w), newBrowser(t, w)
	maria.register("maria")
	olof.register("olof")
	other := newBrowser(t, w)
	other.get("app/sign-in").fill("name", "maria", "password", goodPassword)
	id := maria.get("app/account/sessions").form("end").fields.Get("end")
	olof.get("app/account/sessions")
	olof.send(form{method: "POST", action: "/app/account/sessions", fields: url.Values{"end": {id}, "token": {olof.get("app/account/name").form("token").fields.Get("token")}}})
	other.get("app/home").on("app/home")

	g := w.Grant("maria", "/health/labs/", w.As("dr-ana"), 1, 3600e9)
	token := olof.get("app/account/name").form("token").fields.Get("token")
	for _, pod := range []string{"maria", "olof", ""} {
		olof.send(form{method: "POST", action: "/app/home", fields: url.Values{"revoke": {g.ID.String()}, "pod": {pod}, "token": {token}}}).refused(404)
	}
	maria.get("app/home").says(w.As("dr-ana").WebID.String())
	w.As("dr-ana").Get("/maria/health/labs/").Want(200)
	maria.fill("revoke", g.ID.String(), "pod", "maria").on("app/home").says("The access has ended").hides(w.As("dr-ana").WebID.String())
	w.As("dr-ana").Get("/maria/health/labs/").Want(403)
}

// An app signs somebody out without asking when it shows who it means, and goes on
// where its document says, nowhere else.
func TestSignOutByAnApp(t *testing.T) {
	w := podtest.NewHouse(t, podtest.House{})
	maria, olof := newBrowser(t, w), newBrowser(t, w)
	maria.register("maria")
	olof.register("olof")
	diary, calendar := newApp(t, w, "diary"), newApp(t, w, "calendar")
	maria.allow(diary, "scope", "openid webid offline_access")
	maria.allow(calendar)
	hint, _ := diary.tokens["id_token"].(string)
	logout := func(pairs ...string) string {
		q := url.Values{}
		for i := 0; i < len(pairs); i += 2 {
			q.Set(pairs[i], pairs[i+1])
		}
		return w.DeskURL("/oidc/logout") + "?" + q.Encode()
	}
	const bye = "https://diary.example/bye"
	for _, bad := range []string{
		logout("id_token_hint", hint, "post_logout_redirect_uri", "https://evil.example/"), logout("post_logout_redirect_uri", bye),
		logout("client_id", diary.ID, "post_logout_redirect_uri", bye+"/x"), logout("id_token_hint", hint+"x"), logout("id_token_hint", hint, "client_id", calendar.ID),
		logout("client_id", diary.ID) + "&client_id=" + url.QueryEscape(diary.ID),
	} {
		maria.get(bad).refused(400)
	}
	maria.get("app/home").on("app/home")

	olof.get(logout("id_token_hint", hint, "post_logout_redirect_uri", bye)).on("app/sign-out").says("The diary")
	if policy := olof.header.Get("Content-Security-Policy"); !strings.HasSuffix(policy, "form-action 'self' https://diary.example") {
		t.Error(policy)
	}
	olof.get("app/home").on("app/home")
	olof.get(logout("client_id", diary.ID, "post_logout_redirect_uri", bye, "state", "x y&z")).on("app/sign-out")
	olof.send(olof.form("client_id", "post_logout_redirect_uri"))
	if olof.left != bye+"?state=x+y%26z" {
		t.Error(olof.left)
	}
	olof.get("app/home").on("app/sign-in")
	olof.get(logout("client_id", diary.ID, "post_logout_redirect_uri", bye))
	if olof.on("app/sign-out").says("You are signed out").says("Back to diary.example"); !slices.Contains(olof.links, bye) || olof.header.Get("Refresh") != "" {
		t.Errorf("nobody is signed in: %v", olof.links)
	}
	olof.get(logout("client_id", diary.ID)).on("app/signed-out")
	olof.get(logout("id_token_hint", hint, "post_logout_redirect_uri", bye))
	if olof.left != bye {
		t.Errorf("nobody is signed in, and the app shows an ID token: %s %s", olof.left, olof.at)
	}

	if res := maria.ask("HEAD", "app/sign-out?id_token_hint="+hint); res.StatusCode != 200 {
		t.Error(res.StatusCode)
	}
	maria.get("app/home").on("app/home")
	maria.get(logout("id_token_hint", hint, "post_logout_redirect_uri", bye))
	if maria.left != bye {
		t.Fatalf("%s %s", maria.left, maria.text())
	}
	maria.get("app/home").on("app/sign-in")
	for _, a := range []*app{diary, calendar} {
		if got := a.reads("/maria/settings/"); got != http.StatusUnauthorized {
			t.Errorf("%s still reads: %d", a.ID, got)
		}
	}
	if got := diary.refresh(); got != http.StatusBadRequest {
		t.Errorf("the app that signed her out refreshes: %d", got)
	}
}

// Who merely signs out does not stop the apps that may go on without them.
func TestSignOutLeavesAppsThatMayGoOn(t *testing.T) {
	w := podtest.NewHouse(t, podtest.House{})
	maria := newBrowser(t, w)
	maria.register("maria")
	diary, calendar := newApp(t, w, "diary"), newApp(t, w, "calendar")
	maria.allow(diary, "scope", "openid webid offline_access")
	maria.allow(calendar)
	old := maria.cookie("session")
	maria.signOut()
	if diary.refresh() != 200 || diary.reads("/maria/settings/") != 200 {
		t.Error("an app that may go on has stopped")
	}
	if got := calendar.reads("/maria/settings/"); got != http.StatusUnauthorized {
		t.Errorf("an app that may not go on reads: %d", got)
	}
	maria.setCookie("session", old)
	maria.get("app/home").on("app/sign-in")
}
