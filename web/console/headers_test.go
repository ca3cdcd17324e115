package console_test

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"skrin/internal/podtest"
)

func body(text string) (io.ReadCloser, int64) {
	return io.NopCloser(strings.NewReader(text)), int64(len(text))
}

// everyPage are the addresses of all pages.
var everyPage = []string{
	"app/", "app/register", "app/register/key", "app/register/credential", "app/sign-in", "app/sign-in/second", "app/recover", "app/recovered",
	"app/authorize", "app/sign-out", "app/signed-out", "app/home", "app/account", "app/account/name", "app/account/passkeys", "app/account/password",
	"app/account/sessions", "app/account/apps", "app/account/scripts", "app/account/recovery-key", "app/account/issuers", "app/account/links",
	"app/external/nobody", "app/external/nobody/callback", "app/nothing", "app/../oidc", "app//", "app/home/", "", "app",
}

// ask asks for a page without following anything.
func (b *browser) ask(method, path string, fields ...string) *http.Response {
	b.t.Helper()
	req, err := http.NewRequest(method, b.resolve("app/"), nil)
	b.must(err)
	req.URL.Opaque = "//" + req.URL.Host + "/" + path // as it stands
	for i := 0; i+1 < len(fields); i += 2 {
		req.Header.Set(fields[i], fields[i+1])
	}
	res, err := b.client().Do(req)
	b.must(err)
	text, err := io.ReadAll(res.Body)
	b.must(err)
	res.Body.Close()
	b.body = string(text)
	return res
}

// Every answer keeps itself to itself, whoever asks and whatever comes of it.
func TestHeadersOfEveryPage(t *testing.T) {
	w := podtest.NewHouse(t, podtest.House{})
	maria := newBrowser(t, w)
	maria.register("maria")
	for _, b := range []*browser{maria, newBrowser(t, w)} {
		for _, path := range everyPage {
			for _, method := range []string{"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"} {
				res := b.ask(method, path)
				for name, want := range map[string]string{
					"X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Referrer-Policy": "same-origin",
					"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin", "Access-Control-Allow-Origin": "",
				} {
					if got := res.Header.Get(name); got != want {
						t.Errorf("%s %s (%d): %s is %q", method, path, res.StatusCode, name, got)
					}
				}
				policy := res.Header.Get("Content-Security-Policy")
				for _, part := range []string{"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'", "script-src " + strings.TrimSuffix(w.DeskURL("/"), "/") + "/assets/;"} {
					if !strings.Contains(policy, part) {
						t.Errorf("%s %s: no %q in %q", method, path, part, policy)
					}
				}
				if strings.Contains(policy, "unsafe") || strings.Contains(policy, "*") {
					t.Errorf("%s %s: %q", method, path, policy)
				}
				if !strings.Contains(res.Header.Get("Permissions-Policy"), "publickey-credentials-get=(self)") {
					t.Errorf("%s %s: %q", method, path, res.Header.Get("Permissions-Policy"))
				}
				if method == "HEAD" && len(b.body) > 0 {
					t.Errorf("HEAD %s has a body", path)
				}
			}
		}
	}
}

func TestMethods(t *testing.T) {
	w := podtest.NewHouse(t, podtest.House{})
	b := newBrowser(t, w)
	for path, allow := range map[string]string{
		"app/": "GET, HEAD", "app/sign-in": "GET, HEAD, POST", "app/home": "GET, HEAD, POST", "app/account": "GET, HEAD", "app/external/x": "POST",
		"app/external/x/callback": "GET, HEAD",
	} {
		for _, method := range []string{"PUT", "DELETE", "PATCH", "OPTIONS"} {
			if res := b.ask(method, path); res.StatusCode != http.StatusMethodNotAllowed || res.Header.Get("Allow") != allow {
				t.Errorf("%s %s: %d %q", method, path, res.StatusCode, res.Header.Get("Allow"))
			}
		}
	}
	if res := b.ask("POST", "app/account"); res.StatusCode != http.StatusMethodNotAllowed {
		t.Error(res.StatusCode)
	}
	b.get("app/sign-in?_method=POST&name=x").on("app/sign-in")
	if res := b.ask("GET", "app/sign-in", "X-HTTP-Method-Override", "DELETE"); res.StatusCode != http.StatusOK {
		t.Error(res.StatusCode)
	}
}

// Bodies are forms, of a size, with each field once.
func TestBodies(t *testing.T) {
	w := podtest.NewHouse(t, podtest.House{})
	newBrowser(t, w).register("maria")
	good := "token=TOKEN&name=maria&password=" + url.QueryEscape(goodPassword)
	const kind = "application/x-www-form-urlencoded"
	for name, c := range map[string]struct {
		kind, body string
		want       int
	}{
		"as JSON":              {"application/json", `{"token":"x"}`, 400},
		"as text":              {"text/plain", good, 400},
		"in parts":             {"multipart/form-data; boundary=x", "--x--", 400},
		"without a type":       {"", good, 400},
		"a field twice":        {kind, good + "&name=olof", 400},
		"the token twice":      {kind, good + "&token=TOKEN", 400},
		"broken escapes":       {kind, good + "&x=%zz", 400},
		"no Unicode":           {kind, good + "&x=%ff", 400},
		"too large":            {kind, good + "&x=" + strings.Repeat("y", 64<<10), 413},
		"an unknown field":     {kind, good + "&x=y", 303},
		"a charset beside it":  {kind + "; charset=UTF-8", good, 303},
		"a semicolon in there": {kind, good + ";x=y", 400},
	} {
		b := newBrowser(t, w)
		token := url.QueryEscape(b.get("app/sign-in").form("name", "password").fields.Get("token"))
		req, err := http.NewRequest(http.MethodPost, w.DeskURL("/app/sign-in"), strings.NewReader(strings.ReplaceAll(c.body, "TOKEN", token)))
		check(t, err)
		req.Header.Set("Origin", strings.TrimSuffix(w.DeskURL("/"), "/"))
		if c.kind != "" {
			req.Header.Set("Content-Type", c.kind)
		}
		res, err := b.client().Do(req)
		check(t, err)
		res.Body.Close()
		if res.StatusCode != c.want {
			t.Errorf("%s: %d, want %d", name, res.StatusCode, c.want)
		}
	}
}

// Nobody is sent anywhere but to pages of ours.
func TestOpenRedirects(t *testing.T) {
	w := podtest.NewHouse(t, podtest.House{})
	newBrowser(t, w).register("maria")
	for _, next := range []string{
		"//evil.example", "https://evil.example/", "/\\evil.example", "\\\\evil.example", "app/../..//evil.example", "app//evil.example",
		"app/@evil.example", "app/home\r\nSet-Cookie: x=y", "app/%2e%2e/%2fevil.example", "%2f%2fevil.example", "javascript:alert(1)", "app/home#x",
		"/app/home", "oidc/authorize", "app/nothing", "app/account/name?pod=maria&x=y", "app/account/name?lang=es", "app/home?done=//evil",
		" app/home", "app/home ", "app/home\x00", "ａｐｐ/home", "app/external/x", "maria/", strings.Repeat("app/", 200),
	} {
		b := newBrowser(t, w)
		b.get("app/sign-in?next=" + url.QueryEscape(next))
		if _, there := b.form("name").fields["next"]; there {
			t.Errorf("%q stands in the form", next)
		}
		f := b.form("name", "password")
		f.fields.Set("name", "maria")
		f.fields.Set("password", goodPassword)
		f.fields.Set("next", next)
		b.send(f)
		if b.left != "" || b.at.Path != "/app/home" {
			t.Errorf("%q led to %s %s", next, b.at, b.left)
		}
	}
	for _, next := range []string{"app/account", "app/account/sessions", "app/account/recovery-key?pod=maria"} {
		b := newBrowser(t, w)
		b.get("app/sign-in?next="+url.QueryEscape(next)).fill("name", "maria", "password", goodPassword)
		if got := strings.TrimPrefix(b.at.RequestURI(), "/"); got != next {
			t.Errorf("%q led to %s", next, got)
		}
	}
	b := newBrowser(t, w)
	for _, path := range []string{"//evil.example/app/", "/app/sign-in?lang=es&next=//evil.example", "/?lang=sv"} {
		res := b.ask("GET", strings.TrimPrefix(path, "/"))
		if where := res.Header.Get("Location"); strings.HasPrefix(where, "//") || strings.Contains(where, "://") {
			t.Errorf("%s: sent to %q", path, where)
		}
	}
}

// Over https the cookies belong to this host alone.
func TestCookies(t *testing.T) {
	w := podtest.NewHouse(t, podtest.House{})
	b := newBrowser(t, w)
	b.register("maria")
	f := b.signOut().get("app/sign-in").form("name", "password")
	f.fields.Set("name", "maria")
	f.fields.Set("password", goodPassword)
	req, err := http.NewRequest(http.MethodPost, w.DeskURL("/app/sign-in"), strings.NewReader(f.fields.Encode()))
	check(t, err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	res, err := b.client().Do(req)
	check(t, err)
	res.Body.Close()
	names := map[string]bool{}
	for _, c := range res.Cookies() {
		names[c.Name] = true
		if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || c.Secure {
			t.Errorf("%+v", c)
		}
	}
	if fmt.Sprint(names) != fmt.Sprint(map[string]bool{"skrin-session": true, "skrin-device": true}) {
		t.Error(names)
	}
}

func TestAssets(t *testing.T) {
	w := podtest.NewHouse(t, podtest.House{})
	b := newBrowser(t, w)
	b.get("app/")
	start := strings.Index(b.body, "/assets/")
	path := b.body[start+1 : start+strings.IndexByte(b.body[start:], '"')]
	res := b.ask("GET", path)
	if res.StatusCode != 200 || !strings.Contains(res.Header.Get("Cache-Control"), "immutable") || res.Header.Get("Set-Cookie") != "" {
		t.Errorf("%d %v", res.StatusCode, res.Header)
	}
	if again := b.ask("GET", path, "If-None-Match", res.Header.Get("ETag")); again.StatusCode != http.StatusNotModified {
		t.Error(again.StatusCode)
	}
	for _, path := range []string{"assets/", "assets/../handler.go", "assets/style.css", "assets/%2e%2e/x"} {
		if res := b.ask("GET", path); res.StatusCode != 404 {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
	if res := b.ask("POST", path); res.StatusCode != 405 {
		t.Error(res.StatusCode)
	}
}
