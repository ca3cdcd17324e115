package oidc_test

import (
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"skrin/identity/account"
	"skrin/internal/podtest"
	"skrin/linkeddata"
)

// What an authorization request must not be. Where the redirect URI cannot be believed a page of ours says so, and
// nobody is sent anywhere; everything else is for the client to hear, with the state that it sent and our name. Who
// is not signed in goes there by a link of that page alone, unless nothing may be shown.
func TestRequestsRefused(t *testing.T) {
	w := newWorld(t, podtest.House{})
	w.app("once", map[string]any{"grant_types": []string{"authorization_code"}})
	script, _, err := w.Provider.NewScript(w.maria.Account.ID, w.maria.WebID, "x")
	if err != nil {
		t.Fatal(err)
	}
	cb, diary := w.photos.redirect, w.diary.id
	long := strings.Repeat("x", 5000)
	for _, c := range []struct {
		name   string
		sent   string // the error that the client hears; "": a page
		change []string
	}{
		{"no client", "", []string{"client_id", "-"}},
		{"an empty client", "", []string{"client_id", ""}},
		{"two clients", "", []string{"client_id", w.photos.id, "client_id", diary}},
		{"an unknown client", "", []string{"client_id", "client-AAAAAAAAAAAAAAAAAAAAAAAAAA"}},
		{"a name that is no address", "", []string{"client_id", "photos"}},
		{"a client at an address with nothing", "", []string{"client_id", w.photos.id + "-not"}},
		{"a client written differently", "", []string{"client_id", strings.Replace(w.photos.id, "/apps/", "/x/../apps/", 1)}},
		{"a client in upper case", "", []string{"client_id", strings.Replace(w.photos.id, "photos", "PHOTOS", 1)}},
		{"a client with a query", "", []string{"client_id", w.photos.id + "?x"}},
		{"a client by another scheme", "", []string{"client_id", "file:///etc/passwd"}},
		{"a client in data", "", []string{"client_id", `data:application/json,{"client_id":"x"}`}},
		{"the provider itself", "", []string{"client_id", w.at("/oidc/authorize?client_id=x")}},
		{"the provider's metadata", "", []string{"client_id", w.at("/.well-known/openid-configuration")}},
		{"a script", "", []string{"client_id", script.ID}},
		{"a client id too long", "", []string{"client_id", w.photos.id + long}},

		{"no redirect", "", []string{"redirect_uri", "-"}},
		{"an empty redirect", "", []string{"redirect_uri", ""}},
		{"two redirects", "", []string{"redirect_uri", cb, "redirect_uri", cb}},
		{"another path", "", []string{"redirect_uri", cb + "/x"}},
		{"a slash more", "", []string{"redirect_uri", cb + "/"}},
		{"a path above", "", []string{"redirect_uri", cb + "/../cb"}},
		{"an encoded path", "", []string{"redirect_uri", "https://photos.example/%63b"}},
		{"another query", "", []string{"redirect_uri", cb + "?x=2"}},
		{"a longer query", "", []string{"redirect_uri", cb + "?x=1&y=2"}},
		{"an empty query", "", []string{"redirect_uri", cb + "?"}},
		{"a fragment", "", []string{"redirect_uri", cb + "#x"}},
		{"an empty fragment", "", []string{"redirect_uri", cb + "#"}},
		{"another host", "", []string{"redirect_uri", "https://evil.example/cb"}},
		{"a host that begins the same", "", []string{"redirect_uri", "https://photos.example.evil.example/cb"}},
		{"a host that ends the same", "", []string{"redirect_uri", "https://evilphotos.example/cb"}},
		{"a host in upper case", "", []string{"redirect_uri", "https://PHOTOS.example/cb"}},
		{"a host with a dot more", "", []string{"redirect_uri", "https://photos.example./cb"}},
		{"user information", "", []string{"redirect_uri", "https://photos.example@evil.example/cb"}},
		{"another port", "", []string{"redirect_uri", "https://photos.example:8443/cb"}},
		{"the usual port", "", []string{"redirect_uri", "https://photos.example:443/cb"}},
		{"http", "", []string{"redirect_uri", "http://photos.example/cb"}},
		{"without a scheme", "", []string{"redirect_uri", "//photos.example/cb"}},
		{"a path alone", "", []string{"redirect_uri", "/cb"}},
		{"a backslash", "", []string{"redirect_uri", `https://photos.example\@evil.example/cb`}},
		{"a space before it", "", []string{"redirect_uri", " " + cb}},
		{"a new line in it", "", []string{"redirect_uri", cb + "\r\nSet-Cookie: a=b"}},
		{"javascript", "", []string{"redirect_uri", "javascript:alert(1)"}},
		{"data", "", []string{"redirect_uri", "data:text/html,x"}},
		{"another client's", "", []string{"redirect_uri", "https://diary.example/cb"}},
		{"loopback: another path", "", []string{"client_id", diary, "redirect_uri", "http://127.0.0.1:1234/other"}},
		{"loopback: another address", "", []string{"client_id", diary, "redirect_uri", "http://127.0.0.2:1234/cb"}},
		{"loopback: https", "", []string{"client_id", diary, "redirect_uri", "https://127.0.0.1:1234/cb"}},
		{"loopback: user information", "", []string{"client_id", diary, "redirect_uri", "http://127.0.0.1:1234@evil.example/cb"}},
		{"localhost has no free port", "", []string{"client_id", diary, "redirect_uri", "http://localhost:7001/cb"}},
		{"an app's scheme, another path", "", []string{"client_id", diary, "redirect_uri", "org.example.diary:/other"}},
		{"too long altogether", "", []string{"login_hint", long, "acr_values", long}},
		{"text that is not UTF-8", "", []string{"login_hint", "\xff\xfe"}},
		{"a name that is not UTF-8", "", []string{"\xff", "x"}},
		{"a NUL", "", []string{"login_hint", "a\x00b"}},

		{"two states", "invalid_request", []string{"state", "a", "state", "b"}},
		{"a long state", "invalid_request", []string{"state", long}},
		{"two scopes", "invalid_request", []string{"scope", "openid", "scope", "webid"}},
		{"two challenges", "invalid_request", []string{"code_challenge", hashed("a"), "code_challenge", hashed("b")}},
		{"two of what is not read", "invalid_request", []string{"display", "a", "display", "b"}},
		{"a request object", "request_not_supported", []string{"request", "eyJhbGciOiJub25lIn0.e30."}},
		{"a request object elsewhere", "request_uri_not_supported", []string{"request_uri", w.Issuer.URL("/inner/request")}},
		{"a pushed request", "request_uri_not_supported", []string{"request_uri", "urn:ietf:params:oauth:request_uri:x"}},
		{"a registration on the way", "registration_not_supported", []string{"registration", "{}"}},
		{"no response_type", "invalid_request", []string{"response_type", "-"}},
		{"a token at once", "unsupported_response_type", []string{"response_type", "token"}},
		{"an ID token at once", "unsupported_response_type", []string{"response_type", "id_token"}},
		{"the hybrid flow", "unsupported_response_type", []string{"response_type", "code id_token"}},
		{"in the fragment", "invalid_request", []string{"response_mode", "fragment"}},
		{"by form_post", "invalid_request", []string{"response_mode", "form_post"}},
		{"no openid", "invalid_scope", []string{"scope", "webid"}},
		{"no PKCE", "invalid_request", []string{"code_challenge", "-", "code_challenge_method", "-"}},
		{"PKCE without a method", "invalid_request", []string{"code_challenge_method", "-"}},
		{"plain PKCE", "invalid_request", []string{"code_challenge_method", "plain"}},
		{"a short challenge", "invalid_request", []string{"code_challenge", "abc"}},
		{"a dpop_jkt that is none", "invalid_request", []string{"dpop_jkt", "abc"}},
		{"a prompt that is none", "invalid_request", []string{"prompt", "dance"}},
		{"silent and loud", "invalid_request", []string{"prompt", "none login"}},
		{"a negative max_age", "invalid_request", []string{"max_age", "-1"}},
		{"a hint that is no token", "invalid_request", []string{"id_token_hint", "x"}},
	} {
		q := w.photos.request(c.change...)
		authorize, signedIn := w.at("/oidc/authorize?"+q.Encode()), w.cookie(w.maria)
		ways := map[string]*podtest.Answer{
			"GET":             w.Public().Get(authorize),
			"POST":            w.Public().Post(w.at("/oidc/authorize"), "application/x-www-form-urlencoded", q.Encode()),
			"GET, signed in":  w.Public().Get(authorize, signedIn...),
			"POST, signed in": w.Public().Post(w.at("/oidc/authorize"), "application/x-www-form-urlencoded", q.Encode(), signedIn...),
		}
		if !slices.Contains(c.change, "prompt") {
			ways["GET, silent"] = w.Public().Get(authorize + "&prompt=none")
		}
		for way, a := range ways {
			if c.sent == "" {
				shown(t, c.name+", by "+way, a, 400)
				continue
			}
			where := a.Header.Get("Location")
			if way == "GET" || way == "POST" {
				shown(t, c.name+", by "+way, a, 400)
				where = linked(t, a)
			} else {
				a.Want(303)
			}
			to, err := url.Parse(where)
			if err != nil || !strings.HasPrefix(where, cb+"?") {
				t.Errorf("%s, by %s: sent to %q", c.name, way, where)
				continue
			}
			got := to.Query()
			if got.Get("error") != c.sent || got.Get("error_description") == "" || got.Get("iss") != w.Provider.Issuer().String() || got.Has("code") {
				t.Errorf("%s, by %s: %v, want %s", c.name, way, got, c.sent)
			}
			if states := slices.Contains(c.change, "state"); !states && got.Get("state") != "s1" {
				t.Errorf("%s, by %s: the state is %q", c.name, way, got.Get("state"))
			}
		}
	}
	for _, inner := range []string{"logo", "jwks", "policy", "tos", "request"} {
		if n := w.Issuer.Hits("/inner/" + inner); n > 0 {
			t.Errorf("the client's %s was fetched %d times", inner, n)
		}
	}
}

// shown checks that somebody is told, and sent nowhere.
func shown(t testing.TB, name string, a *podtest.Answer, status int) {
	t.Helper()
	if a.Status != status || a.Header.Get("Location") != "" || a.Header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("%s: %d, %v; want %d", name, a.Status, a.Header, status)
	}
	for field, want := range map[string]string{"Cache-Control": "no-store", "X-Frame-Options": "DENY", "Content-Security-Policy": "frame-ancestors 'none'"} {
		if !strings.Contains(a.Header.Get(field), want) {
			t.Errorf("%s: %s is %q", name, field, a.Header.Get(field))
		}
	}
}

// linked gives where the one link of a page leads that leads out of the house.
func linked(t testing.TB, a *podtest.Answer) string {
	t.Helper()
	all := regexp.MustCompile(`<a class="button" href="([^"/]+:[^"]*)">Back to <bdi>photos\.example</bdi></a>`).FindAllStringSubmatch(a.Body, -1)
	if len(all) != 1 {
		t.Errorf("%d links lead out: %s", len(all), a.Body)
		return ""
	}
	return html.UnescapeString(all[0][1])
}

// Signed in is who opened their account: not who has begun to register, or whose session has ended, or who says so.
// "None" among other wishes is not silence.
func TestNobodyIsLedOut(t *testing.T) {
	w := newWorld(t, podtest.House{})
	half, err := w.Accounts.Create(t.Context(), account.Draft{Name: "half", Pods: []account.PodRef{{Name: "half", WebID: linkeddata.MustIRI(w.URL("/half/profile/card#me"))}}}, account.From{})
	if err != nil {
		t.Fatal(err)
	}
	ended := w.cookie(w.bo)
	if err := w.Accounts.EndAll(w.bo.Account.ID); err != nil {
		t.Fatal(err)
	}
	faulty := w.at("/oidc/authorize?" + w.photos.request("scope", "x").Encode())
	for name, a := range map[string]*podtest.Answer{
		"nobody":                 w.Public().Get(faulty),
		"in Swedish":             w.Public().Get(faulty, "Accept-Language", "sv"),
		"registering":            w.Public().Get(faulty, w.cookie(podtest.Resident{Opened: half})...),
		"a session that is over": w.Public().Get(faulty, ended...),
		"a made-up session":      w.Public().Get(faulty, "Cookie", "skrin-session="+strings.Repeat("A", 43)),
		"silent and loud":        w.Public().Get(faulty + "&prompt=none+login"),
		"silent and silent":      w.Public().Get(faulty + "&prompt=none&prompt=none"),
	} {
		shown(t, name, a, 400)
		if a.Header.Get("Refresh") != "" || !strings.Contains(a.Body, ">photos.example<") || !strings.Contains(a.Body, `href="https://photos.example/cb?error=`) {
			t.Errorf("%s: %v %s", name, a.Header, a.Body)
		}
	}
}

// Forms that are read by nobody, or by two.
func TestFormsRefused(t *testing.T) {
	w := newWorld(t, podtest.House{})
	good := w.photos.request().Encode()
	const form = "application/x-www-form-urlencoded"
	for _, c := range []struct{ name, query, mediaType, body string }{
		{"in the address, by POST", good, form, ""},
		{"in both", "state=s2", form, good},
		{"as JSON", "", "application/json", `{"client_id":"x"}`},
		{"as multipart", "", "multipart/form-data; boundary=x", "--x--"},
		{"as text", "", "text/plain", good},
		{"without a type", "", "", good},
		{"in another alphabet", "", form + "; charset=utf-16", good},
		{"with a broken escape", "", form, good + "&x=%zz"},
		{"with semicolons", "", form, strings.ReplaceAll(good, "&", ";")},
		{"far too long", "", form, good + "&x=" + strings.Repeat("x", 70<<10)},
		{"far too many", "", form, good + strings.Repeat("&a=b", 100)},
	} {
		to := "/oidc/authorize"
		if c.query != "" {
			to += "?" + c.query
		}
		shown(t, c.name, w.Public().Do("POST", w.at(to), c.body, "Content-Type", c.mediaType), 400)
	}
	shown(t, "a broken escape, by GET", w.Public().Get(w.at("/oidc/authorize?"+good+"&x=%zz")), 400)
	shown(t, "semicolons, by GET", w.Public().Get(w.at("/oidc/authorize?"+strings.ReplaceAll(good, "&", ";"))), 400)
	w.Public().Do("POST", w.at("/oidc/authorize"), good, "Content-Type", form+"; charset=UTF-8").Want(303)
	w.Public().Do("POST", w.at("/oidc/authorize"), good, "Content-Type", form, "Content-Encoding", "gzip").Want(400)
}

// What is right goes on to the pages; by HEAD too, and with every redirect URI that is the client's.
func TestRequestsTaken(t *testing.T) {
	w := newWorld(t, podtest.House{Host: "login.localhost"})
	for _, c := range [][]string{
		nil,
		{"redirect_uri", w.photos.redirect + "?x=1"},
		{"client_id", w.diary.id, "redirect_uri", "http://127.0.0.1:49152/cb"},
		{"client_id", w.diary.id, "redirect_uri", "http://127.0.0.1/cb"},
		{"client_id", w.diary.id, "redirect_uri", "http://localhost:7000/cb"},
		{"client_id", w.diary.id, "redirect_uri", "org.example.diary:/cb"},
		{"prompt", "none"},
		{"prompt", "login consent"},
		{"claims", `{"id_token":null}`, "ui_locales", "sv nb", "acr_values", "x", "display", "page", "audience", "solid"},
		{"state", "-", "nonce", "-"},
	} {
		q := w.photos.request(c...).Encode()
		for _, a := range []*podtest.Answer{
			w.Public().Get(w.at("/oidc/authorize?" + q)), w.Public().Do("HEAD", w.at("/oidc/authorize?"+q), ""),
			w.Public().Post(w.at("/oidc/authorize"), "application/x-www-form-urlencoded", q),
		} {
			a.Want(303).Has("Location", w.at("/app/authorize?request=")).Has("Cache-Control", "no-store").Has("Referrer-Policy", "no-referrer")
		}
	}
}

// The state comes back as it was, whatever is in it, and cannot add to the address or to the header.
func TestStateComesBack(t *testing.T) {
	w := newWorld(t, podtest.House{})
	for _, state := range []string{
		"x", " ", "a b+c%20d", "&code=evil&iss=https://evil.example/", "#fragment", "\r\nSet-Cookie: a=b", "åäö €", "<script>", strings.Repeat("x", 4096),
	} {
		ticket := w.photos.begin("state", state)
		got := w.allow(ticket, w.maria)
		if len(got["state"]) != 1 || got.Get("state") != state || len(got["code"]) != 1 || got.Get("code") == "evil" || got.Get("iss") != w.Provider.Issuer().String() {
			t.Errorf("state %q: %v", state, got)
		}
		faulty := w.at("/oidc/authorize?" + w.photos.request("state", state, "scope", "x").Encode())
		sent, told := w.Public().Get(faulty, w.cookie(w.maria)...).Want(303), w.Public().Get(faulty).Want(400)
		for _, where := range []string{sent.Header.Get("Location"), linked(t, told)} {
			if to, err := url.Parse(where); err != nil || to.Query().Get("state") != state || sent.Header.Get("Set-Cookie") != "" || to.Fragment != "" {
				t.Errorf("state %q: sent to %s", state, to)
			}
		}
	}
}

// A redirect URI that the client named keeps its query, and gets the answer after it.
func TestRedirectWithQuery(t *testing.T) {
	w := newWorld(t, podtest.House{})
	got := w.allow(w.photos.begin("redirect_uri", w.photos.redirect+"?x=1"), w.maria)
	if got.Get("x") != "1" || got.Get("code") == "" {
		t.Error(got)
	}
}
