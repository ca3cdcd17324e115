package provider

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"skrin/internal/jose"
	"skrin/linkeddata"
)

// Whatever is asked, an answer goes to an address of the client's and to no other.
func FuzzReadRequest(f *testing.F) {
	f.Add(query().Encode())
	f.Add(query("redirect_uri", "http://127.0.0.1:1/cb", "prompt", "none", "max_age", "5").Encode())
	f.Add(query("redirect_uri", "https://photos.example@evil.example/callback").Encode())
	f.Add(query("redirect_uri", "http://[::1]:1/cb?x=y#z", "scope", "").Encode())
	client := Client{ID: photos, Kind: Document, Refresh: true, Redirects: []string{callback, "http://127.0.0.1/cb", "http://[::1]/cb", "org.example:/cb"}}
	f.Fuzz(func(t *testing.T, text string) {
		q, err := url.ParseQuery(text)
		if err != nil {
			return
		}
		r, err := ReadRequest(linkeddata.MustIRI(issuerURL), client, q, start)
		to := r.Redirect
		if err != nil {
			if to = err.(*Error).Redirect; to == "" {
				return
			}
		} else if len(r.Challenge) != 43 || r.Redirect == "" || len(r.Scopes) == 0 {
			t.Errorf("%+v", r)
		}
		u, err := url.Parse(to)
		if err != nil || u.User != nil || u.Fragment != "" {
			t.Fatalf("sent to %q", to)
		}
		switch {
		case u.Scheme == "https" && u.Host == "photos.example" && u.Path == "/callback":
		case u.Scheme == "http" && u.Hostname() == "127.0.0.1" && u.Path == "/cb":
		case u.Scheme == "http" && u.Hostname() == "::1" && u.Path == "/cb":
		case u.Scheme == "org.example":
		default:
			t.Errorf("sent to %q", to)
		}
	})
}

// No redirect URI that is taken can be read in two ways.
func FuzzSoundRedirect(f *testing.F) {
	for _, s := range []string{callback, "http://127.0.0.1/cb", "http://localhost:1/", "org.example:/x", "javascript:x", "https://a\\b", "https://a@b/", "//x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !soundRedirect(s) {
			return
		}
		u, err := url.Parse(s)
		if err != nil || u.User != nil || strings.ContainsAny(s, "#\\ \t\r\n") {
			t.Errorf("%q is taken", s)
		}
		if u.Scheme == "http" && u.Hostname() != "localhost" && !isLoopback(u.Hostname()) {
			t.Errorf("%q is taken", s)
		}
		if !sameRedirect(s, s) {
			t.Errorf("%q is not itself", s)
		}
	})
}

// A description that is taken is within its bounds.
func FuzzDescribe(f *testing.F) {
	f.Add(`{"redirect_uris":["https://a.example/cb"],"client_name":"A","grant_types":["authorization_code"]}`)
	f.Add(`{"redirect_uris":"https://a.example/cb","response_types":"code","application_type":"native"}`)
	f.Fuzz(func(t *testing.T, text string) {
		o, err := jose.ParseObject([]byte(text))
		if err != nil {
			return
		}
		d, bad := describe(o)
		if bad != nil {
			return
		}
		if n := len(d.client.Redirects); n == 0 || n > maxRedirects || len([]rune(d.client.Name)) > maxName+1 || strings.ContainsAny(d.client.Name, "\n\u202e") {
			t.Errorf("%+v", d)
		}
	})
}

func FuzzBasic(f *testing.F) {
	f.Add("Basic YTpi")
	f.Add("basic Y%3A")
	f.Fuzz(func(t *testing.T, line string) {
		if name, _, ok := basic([]string{line}); ok && name == "" {
			t.Errorf("%q names nobody", line)
		}
	})
}

// A family knows its own and no others, whatever is brought.
func FuzzTurn(f *testing.F) {
	f.Add("g.x")
	c, first := newChain("g")
	second, _ := c.turn("g", first, start)
	f.Fuzz(func(t *testing.T, token string) {
		if token == first || token == second {
			return
		}
		if successor, again := c.turn("g", token, start.Add(time.Second)); successor != "" || again || c.knows("g", token) {
			t.Errorf("%q is taken for a token of the family", token)
		}
	})
}
