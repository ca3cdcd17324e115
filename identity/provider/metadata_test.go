package provider

import (
	"slices"
	"strings"
	"testing"

	"skrin/internal/jose"
)

func TestMetadata(t *testing.T) {
	w := newWorld(t)
	data, err := w.p().Metadata()
	if err != nil {
		t.Fatal(err)
	}
	o, err := jose.ParseObject(data)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"issuer": issuerURL, "authorization_endpoint": issuerURL + "oidc/authorize", "token_endpoint": w.p().TokenEndpoint(),
		"jwks_uri": issuerURL + "oidc/jwks", "registration_endpoint": issuerURL + "oidc/register",
		"end_session_endpoint": issuerURL + "oidc/logout", "revocation_endpoint": issuerURL + "oidc/revoke",
	} {
		if said, err := o.Text(name); said != want || err != nil {
			t.Errorf("%s is %q, %v", name, said, err)
		}
	}
	for name, want := range map[string][]string{
		"response_types_supported":              {"code"},
		"code_challenge_methods_supported":      {"S256"},
		"id_token_signing_alg_values_supported": {"ES256", "RS256"},
		"scopes_supported":                      {"openid", "webid", "profile", "offline_access"},
		"grant_types_supported":                 {"authorization_code", "refresh_token", "client_credentials"},
	} {
		if said, err := o.Texts(name); !slices.Equal(said, want) || err != nil {
			t.Errorf("%s is %q, %v", name, said, err)
		}
	}
	for _, name := range []string{"authorization_response_iss_parameter_supported", "client_id_metadata_document_supported"} {
		if !strings.Contains(string(data), `"`+name+`":true`) {
			t.Errorf("%s is not true", name)
		}
	}
	if about := About(maria); about.Subject != maria.String() || about.WebID != maria.String() {
		t.Errorf("%+v", about)
	}
}

func TestCleanName(t *testing.T) {
	for name, want := range map[string]string{
		"Photos": "Photos", "  a \n b\t": "a b", "x\u202ey": "xy", "\x00": "", "Årsbok 📷": "Årsbok 📷", "a\u200bb": "ab",
		"\u3164": "", "\u2800 \uffa0": "", "\u115f\u1160x\ufe0f": "x", "e\u0301e": "e\u0301e", "z" + strings.Repeat("\u0301", 70) + "y": "z" + strings.Repeat("\u0301", 4) + "y",
	} {
		if got := cleanName(name); got != want {
			t.Errorf("%q becomes %q", name, got)
		}
	}
	for link, want := range map[string]string{
		"https://a.example/": "https://a.example/", "http://a.example/": "", "javascript:x": "", "https://a@b.example/": "", "https://": "",
	} {
		if got := cleanLink(link); got != want {
			t.Errorf("%q becomes %q", link, got)
		}
	}
}

// Only the port of a loopback address may differ (RFC 8252 sections 7.3 and 8.3).
func TestSameRedirect(t *testing.T) {
	for _, test := range []struct {
		known, asked string
		same         bool
	}{
		{"http://127.0.0.1/cb", "http://127.0.0.1:52413/cb", true},
		{"http://127.0.0.1:1/cb", "http://127.0.0.1:2/cb", true},
		{"http://127.0.0.1:1/cb", "http://127.0.0.1/cb", true},
		{"http://[::1]/cb", "http://[::1]:9/cb", true},
		{"http://127.0.0.1?x=1", "http://127.0.0.1:2?x=1", true},
		{"http://localhost:3000/cb", "http://localhost:3000/cb", true},
		{"http://localhost:3000/cb", "http://localhost:3001/cb", false},
		{"http://localhost/cb", "http://127.0.0.1/cb", false},
		{"http://127.0.0.1/cb", "http://[::1]/cb", false},
		{"http://127.0.0.1/cb", "http://127.0.0.1:1/cb?x=1", false},
		{"http://127.0.0.1/cb", "http://127.0.0.1:1/cb#x", false},
		{"http://127.0.0.1/cb", "http://127.0.0.1:1\\@evil.example/cb", false},
		{"http://127.0.0.1/cb", "http://127.0.0.1.evil.example/cb", false},
		{"http://127.0.0.1/cb", "HTTP://127.0.0.1/cb", false},
		{"https://127.0.0.1/cb", "https://127.0.0.1:1/cb", false},
		{"https://a.example/cb", "https://a.example:444/cb", false},
		{"org.example:/cb", "org.example:/cb", true},
		{"org.example:/cb", "org.example:/cb/", false},
	} {
		if sameRedirect(test.known, test.asked) != test.same {
			t.Errorf("%q and %q: want same: %v", test.known, test.asked, test.same)
		}
	}
}
