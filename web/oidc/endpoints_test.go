package oidc_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"skrin/internal/podtest"
)

const formType = "application/x-www-form-urlencoded"

// Which endpoint has which method, and which origins may ask it. Preflights need no credentials and say what may be
// sent.
func TestMethods(t *testing.T) {
	w := newWorld(t, podtest.House{})
	for _, c := range []struct {
		path, allow string
		cors        bool
	}{
		{"/.well-known/openid-configuration", "GET, HEAD, OPTIONS", true},
		{"/.well-known/oauth-authorization-server", "GET, HEAD, OPTIONS", true},
		{"/oidc/jwks", "GET, HEAD, OPTIONS", true},
		{"/oidc/token", "POST, OPTIONS", true},
		{"/oidc/revoke", "POST, OPTIONS", true},
		{"/oidc/register", "POST, OPTIONS", true},
		{"/oidc/userinfo", "GET, HEAD, POST, OPTIONS", true},
		{"/oidc/authorize", "GET, HEAD, POST, OPTIONS", false},
		{"/oidc/logout", "GET, HEAD, POST, OPTIONS", false},
	} {
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"} {
			a := w.Public().Do(method, w.at(c.path), "", "Origin", "https://app.example")
			allowed := slices.Contains(strings.Split(c.allow, ", "), method)
			if (a.Status == 405) == allowed || a.Status == 404 || a.Status >= 500 {
				t.Errorf("%s %s: %d", method, c.path, a.Status)
			}
			if !allowed && a.Header.Get("Allow") != c.allow {
				t.Errorf("%s %s: Allow is %q", method, c.path, a.Header.Get("Allow"))
			}
			if cors := a.Header.Get("Access-Control-Allow-Origin"); (cors == "*") != c.cors || cors != "" && cors != "*" {
				t.Errorf("%s %s: Access-Control-Allow-Origin is %q", method, c.path, cors)
			}
		}
		pre := w.Public().Do("OPTIONS", w.at(c.path), "", "Origin", "https://app.example", "Access-Control-Request-Method", "POST",
			"Access-Control-Request-Headers", "authorization, content-type, dpop").Want(204)
		if c.cors {
			pre.Has("Access-Control-Allow-Origin", "*").Has("Access-Control-Allow-Headers", "DPoP").Has("Access-Control-Allow-Headers", "Authorization").
				Has("Access-Control-Allow-Methods", c.allow)
		} else if pre.Header.Get("Access-Control-Allow-Origin") != "" || pre.Header.Get("Access-Control-Allow-Headers") != "" {
			t.Errorf("%s: the preflight allows %v", c.path, pre.Header)
		}
		if pre.Header.Get("Access-Control-Allow-Credentials") != "" {
			t.Errorf("%s lets cookies in from other origins", c.path)
		}
	}
}

// HEAD says what GET would.
func TestHead(t *testing.T) {
	w := newWorld(t, podtest.House{})
	for _, path := range []string{"/.well-known/openid-configuration", "/oidc/jwks"} {
		get, head := w.Public().Get(w.at(path)), w.Public().Do("HEAD", w.at(path), "").Want(200)
		if head.Body != "" || head.Header.Get("Content-Length") != get.Header.Get("Content-Length") || head.Header.Get("Content-Type") != get.Header.Get("Content-Type") {
			t.Errorf("%s: %v", path, head.Header)
		}
	}
}

// Whoever revokes says who they are, and reaches only what is theirs. What is no token is no error.
func TestRevocation(t *testing.T) {
	w := newWorld(t, podtest.House{})
	a := w.photos
	tokens := a.signIn()
	revoke := func(by *app, change ...string) *podtest.Answer {
		return by.post("/oidc/revoke", alter(url.Values{"token": {tokens.RefreshToken}, "client_id": {by.id}}, change))
	}
	revoke(w.diary).Want(200)
	revoke(w.diary, "token", tokens.AccessToken).Want(200)
	revoke(a, "token", "x").Want(200)
	revoke(a, "token", tokens.IDToken).Want(200)
	revoke(a, "token", tokens.RefreshToken+"x").Want(200)
	fails(t, "by nobody", revoke(a, "client_id", "-"), 401, "invalid_client")
	fails(t, "by a client that is none", revoke(a, "client_id", "client-x"), 401, "invalid_client")
	fails(t, "without a token", revoke(a, "token", "-"), 400, "invalid_request")
	fails(t, "two tokens", revoke(a, "token", "x", "token", tokens.RefreshToken), 400, "invalid_request")
	fails(t, "in the address", w.Public().Post(w.at("/oidc/revoke?token="+tokens.RefreshToken), formType, "client_id="+url.QueryEscape(a.id)), 400, "invalid_request")
	fails(t, "as JSON", w.Public().Post(w.at("/oidc/revoke"), "application/json", "{}"), 400, "invalid_request")
	a.get("/maria/health/", tokens.AccessToken).Want(200) // none of these has ended anything
	revoke(a, "token", tokens.AccessToken, "token_type_hint", "refresh_token").Want(200)
	a.get("/maria/health/", tokens.AccessToken).Want(401)
	fails(t, "refreshed after its access token was revoked", a.refresh(tokens.RefreshToken), 400, "invalid_grant")
	revoke(a).Want(200)
}

// Userinfo tells whoever shows a token of ours, with its key, whose it is, and everybody else how to ask.
func TestUserinfo(t *testing.T) {
	w := newWorld(t, podtest.House{Host: "login.localhost"})
	a, path := w.photos, w.at("/oidc/userinfo")
	tokens := a.signIn()
	want := `{"sub":"` + w.maria.WebID.String() + `","webid":"` + w.maria.WebID.String() + `"}`
	if got := a.get(path, tokens.AccessToken).Want(200).Has("Cache-Control", "no-store").Has("Content-Type", "application/json"); got.Body != want {
		t.Error(got.Body)
	}
	w.Public().Do("POST", path, "", "Authorization", "DPoP "+tokens.AccessToken, "DPoP", a.proof("POST", path, tokens.AccessToken, nil)).Want(200)
	bosse := w.As("somebody-of-elsewhere")
	token, err := bosse.Signer.Token()
	if err != nil {
		t.Fatal(err)
	}
	proof, err := bosse.Signer.Proof("GET", path, token)
	if err != nil {
		t.Fatal(err)
	}
	good := func(name string) string {
		return map[string]string{"Authorization": "DPoP " + tokens.AccessToken, "DPoP": a.proof("GET", path, tokens.AccessToken, nil)}[name]
	}
	for name, c := range map[string]struct {
		fields []string
		code   string
	}{
		"nothing":                       {nil, ""},
		"a proof alone":                 {[]string{"DPoP", good("DPoP")}, "invalid_request"},
		"a token alone":                 {[]string{"Authorization", good("Authorization")}, "invalid_request"},
		"a bearer":                      {[]string{"Authorization", "Bearer " + tokens.AccessToken}, "invalid_request"},
		"a bearer with a proof":         {[]string{"Authorization", "Bearer " + tokens.AccessToken, "DPoP", good("DPoP")}, "invalid_request"},
		"the ID token":                  {[]string{"Authorization", "DPoP " + tokens.IDToken, "DPoP", good("DPoP")}, "invalid_token"},
		"another key's proof":           {[]string{"Authorization", good("Authorization"), "DPoP", a.elsewhere().proof("GET", path, tokens.AccessToken, nil)}, "invalid_dpop_proof"},
		"a proof for another method":    {[]string{"Authorization", good("Authorization"), "DPoP", a.proof("POST", path, tokens.AccessToken, nil)}, "invalid_dpop_proof"},
		"a proof for the base URL":      {[]string{"Authorization", good("Authorization"), "DPoP", a.proof("GET", w.Base+"oidc/userinfo", tokens.AccessToken, nil)}, "invalid_dpop_proof"},
		"a proof for another token":     {[]string{"Authorization", good("Authorization"), "DPoP", a.proof("GET", path, tokens.IDToken, nil)}, "invalid_dpop_proof"},
		"a token of an issuer outside":  {[]string{"Authorization", "DPoP " + token, "DPoP", proof}, "invalid_token"},
		"a token that is none":          {[]string{"Authorization", "DPoP x", "DPoP", good("DPoP")}, "invalid_token"},
		"the token in the address":      {nil, ""},
		"a name and a password instead": {[]string{"Authorization", basic("maria", "x"), "DPoP", good("DPoP")}, "invalid_request"},
	} {
		at := path
		if strings.Contains(name, "address") {
			at += "?access_token=" + tokens.AccessToken
		}
		got := w.Public().Get(at, c.fields...).Want(401).Has("WWW-Authenticate", "DPoP ").Has("Access-Control-Allow-Origin", "*")
		line := got.Header.Get("WWW-Authenticate")
		if strings.Contains(got.Body+line, w.maria.WebID.String()) || (c.code == "") == strings.Contains(line, "error=") || c.code != "" && !strings.Contains(line, `error="`+c.code+`"`) {
			t.Errorf("%s: %s %s; want %q", name, line, got.Body, c.code)
		}
	}
}

// The wish to sign out goes to the pages as it came, and nowhere else: who may be sent where is found out there.
func TestLogout(t *testing.T) {
	w := newWorld(t, podtest.House{Host: "login.localhost"})
	page := w.at("/app/sign-out")
	tokens := w.photos.signIn()
	wish := url.Values{"id_token_hint": {tokens.IDToken}, "post_logout_redirect_uri": {"https://evil.example/"}, "state": {"a b&c"}, "client_id": {w.photos.id}}
	for _, a := range []*podtest.Answer{
		w.Public().Get(w.at("/oidc/logout?" + wish.Encode() + "&next=https%3A%2F%2Fevil.example")),
		w.Public().Post(w.at("/oidc/logout"), formType, wish.Encode()),
	} {
		to, err := url.Parse(a.Want(303).Has("Cache-Control", "no-store").Header.Get("Location"))
		if err != nil || !strings.HasPrefix(to.String(), page+"?") || to.Query().Encode() != wish.Encode() {
			t.Errorf("sent to %s", to)
		}
	}
	w.Public().Get(w.at("/oidc/logout")).Want(303).Has("Location", page)
	twice := w.Public().Get(w.at("/oidc/logout?post_logout_redirect_uri=a&post_logout_redirect_uri=b")).Want(303).Header.Get("Location")
	if strings.Count(twice, "post_logout_redirect_uri") != 2 {
		t.Errorf("what came twice must be refused behind, so it must come twice: %s", twice)
	}
	shown(t, "JSON", w.Public().Post(w.at("/oidc/logout"), "application/json", "{}"), 400)
	shown(t, "not UTF-8", w.Public().Get(w.at("/oidc/logout?state=%ff")), 400)
	shown(t, "too long", w.Public().Get(w.at("/oidc/logout?state="+strings.Repeat("x", 20<<10))), 400)
	for name, change := range map[string][]string{
		"another address":            nil,
		"of another client":          {"post_logout_redirect_uri", "https://photos.example/bye", "client_id", w.diary.id},
		"a redirect URI of sign-in":  {"post_logout_redirect_uri", w.photos.redirect},
		"an address without a hint":  {"post_logout_redirect_uri", "https://photos.example/bye", "client_id", "-", "id_token_hint", "-"},
		"a hint that is no ID token": {"post_logout_redirect_uri", "https://photos.example/bye", "id_token_hint", tokens.AccessToken},
		"two addresses":              {"post_logout_redirect_uri", "https://photos.example/bye", "post_logout_redirect_uri", "https://evil.example/"},
	} {
		l, err := w.Provider.BeginLogout(t.Context(), alter(url.Values{
			"id_token_hint": {tokens.IDToken}, "post_logout_redirect_uri": {"https://evil.example/"}, "client_id": {w.photos.id}}, change))
		if err == nil || l.Redirect != "" {
			t.Errorf("%s: %+v, %v", name, l, err)
		}
	}
}
