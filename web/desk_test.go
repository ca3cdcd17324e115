package web_test

import (
	"strings"
	"testing"

	"skrin/internal/podtest"
	"skrin/linkeddata"
	"skrin/pod"
	"skrin/web"
)

// Which room answers, by layout, place of the desk, Host field and target.
func TestDeskAndPods(t *testing.T) {
	const (
		discovery = "/.well-known/openid-configuration"
		jwks      = "/oidc/jwks"
	)
	paths := podtest.NewHouse(t, podtest.House{})
	subs := podtest.NewHouse(t, podtest.House{Layout: pod.Subdomains})
	apart := podtest.NewHouse(t, podtest.House{Host: "login.localhost"})
	apartSubs := podtest.NewHouse(t, podtest.House{Layout: pod.Subdomains, Host: "app.localhost"})
	far := podtest.NewHouse(t, podtest.House{Layout: pod.Subdomains, Host: "login.example"})
	for _, w := range []*podtest.World{paths, subs, apart, apartSubs, far} {
		twoPods(w)
	}
	port := func(w *podtest.World) string { return w.Address[strings.LastIndexByte(w.Address, ':'):] }
	for _, c := range []struct {
		w            *podtest.World
		host, target string
		want         string // status, and what is in the answer
	}{
		{paths, "localhost", discovery, `200 "issuer":"` + paths.Base + `"`},
		{paths, "localhost", "/.well-known/oauth-authorization-server", `200 "issuer":"` + paths.Base + `"`},
		{paths, "evil.example", discovery, `200 "issuer":"` + paths.Base + `"`}, // Host means nothing where pods have paths
		{paths, "localhost", paths.Base + "oidc/jwks", `200 "kid"`},
		{paths, "localhost", jwks, `200 "kid"`},
		{paths, "localhost", "/oidc", "404"},
		{paths, "localhost", "/oidc/", "404"},
		{paths, "localhost", "/oidc/nothing", "404"},
		{paths, "localhost", "/oidc/jwks/", "404"},
		{paths, "localhost", "/OIDC/jwks", "404"},
		{paths, "localhost", "/oidc%2Fjwks", "404"},
		{paths, "localhost", "/x/../oidc/jwks", "404"},
		{paths, "localhost", "//oidc/jwks", "404"},
		{paths, "localhost", "/.well-known/solid", "404"},
		{paths, "localhost", "/maria/oidc/jwks", "401"},   // a path in a pod
		{paths, "localhost", "/maria" + discovery, "401"}, // in a pod nobody may know what is there,
		{paths, "localhost", "/maria/pub/x", "200 maria"},
		{paths, "localhost", "/healthz", "200 ok"},

		{subs, "localhost", discovery, `200 "issuer":"` + subs.Base + `"`},
		{subs, "maria.localhost", discovery, "401"},
		{subs, "maria.localhost", jwks, "401"},
		{subs, "maria.localhost", "/app/", "401"},
		{subs, "maria.localhost", "/pub/x", "200 maria"},
		{subs, "localhost", "/maria/", "308"},
		{subs, "app.localhost", discovery, "404"}, // no pod, and not the desk
		{subs, "evil.example", discovery, "421"},

		{apart, "login.localhost", discovery, `200 "issuer":"http://login.localhost` + port(apart) + `/"`},
		{apart, "LOGIN.localhost", jwks, `200 "kid"`},
		{apart, "login.localhost", "http://login.localhost" + port(apart) + jwks, `200 "kid"`},
		{apart, "login.localhost", apart.Base + "oidc/jwks", "400"},
		{apart, "localhost", "http://login.localhost" + port(apart) + jwks, "400"},
		{apart, "login.localhost", "/healthz", "200 ok"},
		{apart, "login.localhost", "/maria/pub/x", "404"},
		{apart, "login.localhost", "/maria", "404"},
		{apart, "login.localhost", "/maria/", "404"},
		{apart, "login.localhost", "*", "400"},
		{apart, "login.localhost", "/oidc/jwks#x", "400"},
		{apart, "localhost", discovery, "404"},
		{apart, "localhost", jwks, "404"},
		{apart, "localhost", "/app/sign-in", "404"},
		{apart, "localhost", "/", "302 http://login.localhost" + port(apart) + "/"},
		{apart, "localhost", "/maria/pub/x", "200 maria"},
		{apart, "elsewhere.localhost", "/maria/pub/x", "200 maria"},

		{apartSubs, "app.localhost", discovery, `200 "issuer":"http://app.localhost` + port(apartSubs) + `/"`},
		{apartSubs, "app.localhost", "/pub/x", "404"},
		{apartSubs, "localhost", discovery, "404"},
		{apartSubs, "localhost", "/", "302 http://app.localhost" + port(apartSubs) + "/"},
		{apartSubs, "maria.localhost", "/pub/x", "200 maria"},
		{apartSubs, "maria.localhost", discovery, "401"},

		{far, "login.example", jwks, `200 "kid"`},
		{far, "login.example", "/healthz", "200 ok"},
		{far, "maria.login.example", "/pub/x", "421"},
		{far, "login.example.", jwks, "421"},
		{far, "maria.localhost", "/pub/x", "200 maria"},
	} {
		got := raw(t, c.w, "GET "+c.target+" HTTP/1.1\r\nHost: "+c.host+port(c.w)+"\r\nConnection: close\r\n\r\n")
		status, text, _ := strings.Cut(c.want, " ")
		if statuses(got) != status || !strings.Contains(got, text) {
			t.Errorf("%v, desk at %v: Host %q, target %q: %q, want %s\n%s", c.w.Vault.Site().Layout(), c.w.Provider.Issuer(), c.host, c.target, statuses(got), c.want, got)
		}
	}
}

// Where the console cannot stand.
func TestCheckApp(t *testing.T) {
	paths := podtest.NewBehind(t, "https://pods.example/skrin/", pod.Paths)
	subs := podtest.NewBehind(t, "https://pods.example/", pod.Subdomains)
	for _, c := range []struct {
		w    *podtest.World
		app  string
		good bool
	}{
		{paths, "https://login.example/", true},
		{paths, "https://login.example/skrin/", true},
		{paths, "https://pods.example:8443/", true},
		{paths, "https://app.pods.example/", true},
		{paths, "https://pods.example/skrin/", true}, // the base URL itself
		{paths, "https://pods.example/", false},
		{paths, "https://pods.example/skrin/app/", false},
		{paths, "https://pods.example/login/", false},
		{paths, "https://Login.example/", false},
		{paths, "https://login.example:443/", false},
		{paths, "https://login.example", false},
		{paths, "https://login.example/?x", false},
		{paths, "https://maria@login.example/", false},
		{paths, "ftp://login.example/", false},
		{subs, "https://app.pods.example/", true},
		{subs, "https://login.pods.example/", true},
		{subs, "https://sign.in.pods.example/", true},
		{subs, "https://pods.example/", true},
		{subs, "https://pods.example/app/", false},
		{subs, "https://maria.pods.example/", false},
		{subs, "https://nobody-yet.pods.example/", false},
	} {
		if err := web.CheckApp(c.w.Vault, linkeddata.MustIRI(c.app)); (err == nil) != c.good {
			t.Errorf("pods at %s, console at %s: %v", c.w.Base, c.app, err)
		}
	}
	if err := web.CheckApp(paths.Vault, linkeddata.IRI{}); err != nil {
		t.Error(err)
	}
}

// What the desk says belongs to it alone: no page of another origin reads it, and nobody frames or keeps it. A pod's
// answers are as they were.
func TestDeskHeaders(t *testing.T) {
	w := podtest.NewHouse(t, podtest.House{})
	twoPods(w)
	for _, c := range []struct{ path, cors, embed string }{
		{"/oidc/authorize", "", "same-origin"},
		{"/oidc/logout", "", "same-origin"},
		{"/oidc/nothing", "", "same-origin"},
		{"/app/", "", "same-origin"},
		{"/app/no-such-page", "", "same-origin"},
		{"/", "", "same-origin"},
		{"/oidc/jwks", "*", "cross-origin"},
		{"/oidc/userinfo", "*", "cross-origin"},
		{"/oidc/token", "*", "cross-origin"},
		{"/.well-known/openid-configuration", "*", "cross-origin"},
		{"/maria/pub/x", "https://app.example", "cross-origin"},
	} {
		a := w.Public().Get(c.path, "Origin", "https://app.example")
		if got := a.Header.Get("Access-Control-Allow-Origin"); got != c.cors {
			t.Errorf("%s: Access-Control-Allow-Origin is %q, want %q", c.path, got, c.cors)
		}
		if got := a.Header.Get("Cross-Origin-Resource-Policy"); got != c.embed {
			t.Errorf("%s: Cross-Origin-Resource-Policy is %q, want %q", c.path, got, c.embed)
		}
		if a.Header.Get("Access-Control-Allow-Credentials") != "" {
			t.Errorf("%s: credentials are let in from other origins", c.path)
		}
		a.Has("Content-Security-Policy", "frame-ancestors 'none'").Has("X-Content-Type-Options", "nosniff")
		if a.Header.Get("X-Request-Id") == "" {
			t.Errorf("%s has no X-Request-Id", c.path)
		}
		if strings.HasPrefix(c.path, "/maria") {
			a.Has("Content-Security-Policy", "sandbox")
		} else {
			a.Has("X-Frame-Options", "DENY")
		}
	}
}
