package provider

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"skrin/linkeddata"
)

// What an authorization request must not be. back says that the client may hear of it; all else is shown.
func TestRequestsRefused(t *testing.T) {
	w := newWorld(t)
	w.document("https://once.example/id", map[string]any{"redirect_uris": []string{"https://once.example/cb"}, "grant_types": []string{"authorization_code"}})
	script, _, err := w.p().NewScript("account-m", maria, "x")
	if err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("x", 5000)
	for _, test := range []struct {
		name   string
		code   string
		back   bool
		change []string
	}{
		// Who asks and where the answer goes: nobody is sent anywhere before this is clear.
		{"no client", InvalidClient, false, []string{"client_id", "-"}},
		{"an empty client", InvalidClient, false, []string{"client_id", ""}},
		{"two clients", InvalidRequest, false, []string{"client_id", photos, "client_id", diary}},
		{"an unknown registration", InvalidClient, false, []string{"client_id", "client-AAAA"}},
		{"a name that is no address", InvalidClient, false, []string{"client_id", "photos"}},
		{"a script", UnauthorizedClient, false, []string{"client_id", script.ID}},
		{"a script that is not there", InvalidClient, false, []string{"client_id", "script-AAAA"}},
		{"a client id too long", InvalidClient, false, []string{"client_id", "https://photos.example/" + long}},
		{"no redirect", InvalidRedirect, false, []string{"redirect_uri", "-"}},
		{"two redirects", InvalidRedirect, false, []string{"redirect_uri", callback, "redirect_uri", callback}},
		{"another path", InvalidRedirect, false, []string{"redirect_uri", callback + "/x"}},
		{"a path above", InvalidRedirect, false, []string{"redirect_uri", callback + "/../x"}},
		{"a query more", InvalidRedirect, false, []string{"redirect_uri", callback + "?x=1"}},
		{"a fragment", InvalidRedirect, false, []string{"redirect_uri", callback + "#x"}},
		{"another host", InvalidRedirect, false, []string{"redirect_uri", "https://evil.example/callback"}},
		{"a host that begins the same", InvalidRedirect, false, []string{"redirect_uri", "https://photos.example.evil.example/callback"}},
		{"user information", InvalidRedirect, false, []string{"redirect_uri", "https://photos.example@evil.example/callback"}},
		{"another port", InvalidRedirect, false, []string{"redirect_uri", "https://photos.example:8443/callback"}},
		{"the usual port", InvalidRedirect, false, []string{"redirect_uri", "https://photos.example:443/callback"}},
		{"http", InvalidRedirect, false, []string{"redirect_uri", "http://photos.example/callback"}},
		{"upper case", InvalidRedirect, false, []string{"redirect_uri", "https://Photos.example/callback"}},
		{"a script's scheme", InvalidRedirect, false, []string{"redirect_uri", "javascript:alert(1)"}},
		{"an open redirect", InvalidRedirect, false, []string{"redirect_uri", "//evil.example/callback"}},
		{"loopback, by name", InvalidRedirect, false, []string{"client_id", diary, "redirect_uri", "http://localhost:1234/cb"}},
		{"loopback, another path", InvalidRedirect, false, []string{"client_id", diary, "redirect_uri", "http://127.0.0.1:1234/other"}},
		{"loopback, another address", InvalidRedirect, false, []string{"client_id", diary, "redirect_uri", "http://127.0.0.2:1234/cb"}},
		{"loopback, https", InvalidRedirect, false, []string{"client_id", diary, "redirect_uri", "https://127.0.0.1:1234/cb"}},
		{"loopback, no port at all", InvalidRedirect, false, []string{"client_id", diary, "redirect_uri", "http://127.0.0.1:x/cb"}},
		{"loopback, user information", InvalidRedirect, false, []string{"client_id", diary, "redirect_uri", "http://127.0.0.1:1234@evil.example/cb"}},
		{"an app's scheme, another path", InvalidRedirect, false, []string{"client_id", diary, "redirect_uri", "org.example.diary:/other"}},
		{"another client's redirect", InvalidRedirect, false, []string{"client_id", diary}},
		{"too long altogether", InvalidRequest, false, []string{"login_hint", long, "acr_values", long}},
		// What is asked: the client hears of it.
		{"two states", InvalidRequest, true, []string{"state", "a", "state", "b"}},
		{"a long state", InvalidRequest, true, []string{"state", long}},
		{"two scopes", InvalidRequest, true, []string{"scope", "openid", "scope", "webid"}},
		{"two of what is not read", InvalidRequest, true, []string{"display", "a", "display", "b"}},
		{"a request object", RequestNotSupported, true, []string{"request", "eyJhbGciOiJub25lIn0.e30."}},
		{"a request object elsewhere", URINotSupported, true, []string{"request_uri", "https://10.0.0.1/"}},
		{"a pushed request", URINotSupported, true, []string{"request_uri", "urn:ietf:params:oauth:request_uri:x"}},
		{"a registration on the way", RegistrationNotTaken, true, []string{"registration", "{}"}},
		{"no response_type", InvalidRequest, true, []string{"response_type", "-"}},
		{"the implicit flow", UnsupportedResponse, true, []string{"response_type", "token"}},
		{"an ID token at once", UnsupportedResponse, true, []string{"response_type", "id_token"}},
		{"the hybrid flow", UnsupportedResponse, true, []string{"response_type", "code id_token"}},
		{"nothing at all", UnsupportedResponse, true, []string{"response_type", "none"}},
		{"in the fragment", InvalidRequest, true, []string{"response_mode", "fragment"}},
		{"by form_post", InvalidRequest, true, []string{"response_mode", "form_post"}},
		{"no scope", InvalidScope, true, []string{"scope", "-"}},
		{"no openid", InvalidScope, true, []string{"scope", "webid offline_access"}},
		{"openid in upper case", InvalidScope, true, []string{"scope", "OpenID"}},
		{"no PKCE", InvalidRequest, true, []string{"code_challenge", "-", "code_challenge_method", "-"}},
		{"PKCE without a method", InvalidRequest, true, []string{"code_challenge_method", "-"}},
		{"plain PKCE", InvalidRequest, true, []string{"code_challenge_method", "plain"}},
		{"a short challenge", InvalidRequest, true, []string{"code_challenge", "abc"}},
		{"a padded challenge", InvalidRequest, true, []string{"code_challenge", challenge("x") + "="}},
		{"a dpop_jkt that is none", InvalidRequest, true, []string{"dpop_jkt", "abc"}},
		{"a prompt that is none", InvalidRequest, true, []string{"prompt", "dance"}},
		{"silent and loud", InvalidRequest, true, []string{"prompt", "none login"}},
		{"a max_age that is none", InvalidRequest, true, []string{"max_age", "soon"}},
		{"a negative max_age", InvalidRequest, true, []string{"max_age", "-1"}},
		{"a long nonce", InvalidRequest, true, []string{"nonce", long[:maxNonce+1]}},
		{"a long hint", InvalidRequest, true, []string{"login_hint", long[:maxHint+1]}},
		{"a hint that is no token", InvalidRequest, true, []string{"id_token_hint", "x"}},
	} {
		_, err := w.p().Begin(context.Background(), query(test.change...))
		refused(t, test.name, err, test.code, test.back)
	}
	if r := w.begin("client_id", "https://once.example/id", "redirect_uri", "https://once.example/cb"); r.Offline() {
		t.Error("a client that does not refresh is given offline_access")
	}
	if r := w.begin("scope", "openid webid everything", "claims", "{", "ui_locales", "sv nb"); len(r.Scopes) != 2 || r.Locales != "sv nb" {
		t.Errorf("scopes %q, locales %q", r.Scopes, r.Locales)
	}
}

// An error that goes back says what, to whom it belongs and whose it is.
func TestErrorsSentBack(t *testing.T) {
	w := newWorld(t)
	_, err := w.p().Begin(context.Background(), query("scope", "webid", "redirect_uri", "https://photos.example/other?x=1"))
	e, ok := err.(*Error)
	if !ok || !strings.HasPrefix(e.Redirect, "https://photos.example/other?x=1&") {
		t.Fatalf("%#v", err)
	}
	q := answerOf(t, e.Redirect)
	if q.Get("error") != InvalidScope || q.Get("state") != "s1" || q.Get("iss") != issuerURL || q.Get("error_description") == "" || q.Has("code") {
		t.Error(q)
	}
}

// When the citizen must sign in, and when they must be asked.
func TestSteps(t *testing.T) {
	w := newWorld(t)
	w.device().signIn("scope", "openid webid")
	w.move(time.Hour)
	asked := w.now()
	idToken := w.device().signIn("scope", "openid webid").IDToken
	bo := w.signedIn()
	bo.Account, bo.WebID = "account-b", linkeddata.MustIRI("https://pod.example/bo/profile/card#me")
	for _, test := range []struct {
		name   string
		ago    time.Duration // how long before the request Maria signed in
		change []string
		who    string
		step   Step
		code   string // with prompt=none besides
	}{
		{"all is well", time.Minute, nil, "maria", Ready, ""},
		{"nobody", 0, nil, "", SignIn, LoginRequired},
		{"somebody who was not asked", time.Minute, nil, "bo", Consent, ConsentRequired},
		{"more than was allowed", time.Minute, []string{"scope", "openid offline_access"}, "maria", Consent, ConsentRequired},
		{"another app", time.Minute, []string{"client_id", diary, "redirect_uri", "https://diary.example/cb"}, "maria", Consent, ConsentRequired},
		{"max_age is over", time.Minute, []string{"max_age", "59"}, "maria", SignIn, LoginRequired},
		{"max_age is not over", time.Minute, []string{"max_age", "60"}, "maria", Ready, ""},
		{"max_age of nothing", time.Second, []string{"max_age", "0"}, "maria", SignIn, LoginRequired},
		{"max_age of nothing, signed in for this", -time.Minute, []string{"max_age", "0"}, "maria", Ready, ""},
		{"a hint at her", time.Minute, []string{"id_token_hint", idToken}, "maria", Ready, ""},
		{"a hint at another", time.Minute, []string{"id_token_hint", idToken}, "bo", SignIn, LoginRequired},
		{"login is asked for", time.Minute, []string{"prompt", "login"}, "maria", SignIn, "-"},
		{"login was done", -time.Minute, []string{"prompt", "login"}, "maria", Ready, "-"},
		{"another account is asked for", time.Minute, []string{"prompt", "select_account"}, "maria", SignIn, "-"},
		{"consent is asked for", time.Minute, []string{"prompt", "consent"}, "maria", Consent, "-"},
		{"login and consent", time.Minute, []string{"prompt", "login consent"}, "maria", SignIn, "-"},
		{"a new account is asked for", time.Minute, []string{"prompt", "create"}, "maria", SignUp, "-"},
		{"a new account was made", -time.Minute, []string{"prompt", "create"}, "maria", Ready, "-"},
	} {
		who := map[string]Subject{"maria": w.signedIn(), "bo": bo}[test.who]
		who.AuthTime = asked.Add(-test.ago)
		change := test.change
		if !slices.Contains(change, "scope") {
			change = append([]string{"scope", "openid webid"}, change...)
		}
		r := w.begin(change...)
		r.Asked = asked
		if step, err := w.p().Next(r, who); step != test.step || err != nil {
			t.Errorf("%s: %v, %v", test.name, step, err)
		}
		if test.code == "-" {
			continue
		}
		r.Prompt = PromptNone
		step, err := w.p().Next(r, who)
		if test.code == "" {
			if step != Ready || err != nil {
				t.Errorf("%s, silently: %v, %v", test.name, step, err)
			}
			continue
		}
		refused(t, test.name+", silently", err, test.code, true)
		_, err = w.p().Answer(r, who)
		refused(t, test.name+", answered all the same", err, test.code, true)
	}
}

// Nothing but a citizen's word makes a code.
func TestNoAnswerUnasked(t *testing.T) {
	w := newWorld(t)
	_, err := w.p().Answer(w.begin(), w.signedIn())
	refused(t, "answered without consent", err, ConsentRequired, true)
	_, err = w.p().Allow(w.begin(), Subject{})
	refused(t, "allowed by nobody", err, LoginRequired, true)
	_, err = w.p().Allow(w.begin("prompt", "none"), w.signedIn())
	refused(t, "allowed where nothing was shown", err, ConsentRequired, true)
	stale := w.signedIn()
	stale.AuthTime = stale.AuthTime.Add(-time.Hour)
	_, err = w.p().Allow(w.begin("max_age", "60"), stale)
	refused(t, "allowed by who signed in long ago", err, LoginRequired, true)
	for range maxCodes {
		w.allowed()
	}
	_, err = w.p().Allow(w.begin(), w.signedIn())
	refused(t, "too many codes", err, Unavailable, true)
}

func TestTicketsRefused(t *testing.T) {
	w := newWorld(t)
	ctx, p := context.Background(), w.p()
	ticket, err := p.Ticket(w.begin())
	if err != nil {
		t.Fatal(err)
	}
	tokens := w.device().signIn()
	for name, text := range map[string]string{
		"nothing": "", "no token": "x", "an ID token": tokens.IDToken, "an access token": tokens.AccessToken,
		"changed": ticket[:len(ticket)-2] + "AA",
	} {
		_, err := p.Resume(ctx, text)
		refused(t, name, err, InvalidRequest, false)
	}
	if _, err := p.readHint(ticket); err == nil {
		t.Error("a ticket is taken for an ID token")
	}
	w.document(photos, map[string]any{"redirect_uris": []string{"https://photos.example/new"}})
	w.move(believe)
	_, err = w.p().Resume(ctx, ticket)
	refused(t, "the client's redirects have changed", err, InvalidRedirect, false)
	w.document(photos, nil)
	w.move(ticketLife - believe - time.Second)
	if _, err := w.p().Resume(ctx, ticket); err != nil {
		t.Errorf("a second before its end: %v", err)
	}
	w.move(time.Second)
	_, err = w.p().Resume(ctx, ticket)
	refused(t, "an old ticket", err, InvalidRequest, false)
}

func TestLogoutsRefused(t *testing.T) {
	w := newWorld(t)
	id := w.device().signIn().IDToken
	ctx, bye := context.Background(), "https://photos.example/bye"
	access := w.device().signIn().AccessToken
	for _, test := range []struct {
		name, code string
		q          url.Values
	}{
		{"a redirect of nobody's", InvalidRequest, url.Values{"post_logout_redirect_uri": {bye}}},
		{"another redirect", InvalidRequest, url.Values{"id_token_hint": {id}, "post_logout_redirect_uri": {bye + "/x"}}},
		{"a sign-in redirect", InvalidRequest, url.Values{"id_token_hint": {id}, "post_logout_redirect_uri": {callback}}},
		{"an open redirect", InvalidRequest, url.Values{"client_id": {photos}, "post_logout_redirect_uri": {"https://evil.example/"}}},
		{"another client's hint", InvalidRequest, url.Values{"id_token_hint": {id}, "client_id": {diary}}},
		{"an unknown client", InvalidClient, url.Values{"client_id": {"client-x"}}},
		{"a hint that is none", InvalidRequest, url.Values{"id_token_hint": {"x.y.z"}}},
		{"an access token as a hint", InvalidRequest, url.Values{"id_token_hint": {access}}},
		{"two hints", InvalidRequest, url.Values{"id_token_hint": {id, id}}},
		{"a long state", InvalidRequest, url.Values{"client_id": {photos}, "post_logout_redirect_uri": {bye}, "state": {strings.Repeat("x", 5000)}}},
	} {
		_, err := w.p().BeginLogout(ctx, test.q)
		refused(t, test.name, err, test.code, false)
	}
	w.move(6 * 24 * time.Hour)
	out, err := w.p().BeginLogout(ctx, url.Values{"id_token_hint": {id}, "post_logout_redirect_uri": {bye}, "state": {"a b"}})
	if err != nil || out.WebID != maria || out.Client.ID != photos || out.Redirect != bye+"?state=a+b" {
		t.Errorf("%+v, %v", out, err)
	}
	if out, err := w.p().BeginLogout(ctx, url.Values{}); err != nil || out.Redirect != "" {
		t.Errorf("from nowhere: %+v, %v", out, err)
	}
}
