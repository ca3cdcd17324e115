package issuer_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"testing"

	"skrin/acl"
	"skrin/identity"
	"skrin/internal/outbound"
	"skrin/internal/podtest/issuer"
	"skrin/linkeddata"
)

var app = linkeddata.MustIRI("https://app.example/id")

// door is a server that says who came, as the verifier sees them.
func door(t *testing.T) (url string) {
	t.Helper()
	var v *identity.Verifier
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		agent, err := v.Verify(r.Context(), identity.Proof{
			Authorization: r.Header.Values("Authorization"), DPoP: r.Header.Values("DPoP"),
			Method: r.Method, URL: url + r.URL.EscapedPath(),
		})
		if err != nil {
			w.Header().Set("WWW-Authenticate", identity.Challenge(err))
			http.Error(w, err.Error(), http.StatusUnauthorized)
			return
		}
		_, _ = io.WriteString(w, agent.WebID.String()+" "+agent.Client.String())
	}))
	t.Cleanup(s.Close)
	url = s.URL
	client := outbound.New(outbound.Config{Base: linkeddata.MustIRI(url + "/"), InsecureLoopback: true})
	t.Cleanup(client.Close)
	v = identity.NewVerifier(identity.Config{Base: linkeddata.MustIRI(url + "/"), Fetch: client, InsecureLoopback: true})
	return url
}

func start(t *testing.T) *issuer.Issuer {
	t.Helper()
	i, err := issuer.New(issuer.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { i.Close() })
	return i
}

// Servers that take http from localhost alone must find the issuer under that name.
func TestIssuerUnderAnotherName(t *testing.T) {
	i, err := issuer.New(issuer.Options{Host: "localhost"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { i.Close() })
	p, err := i.Person("ana", app)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(p.WebID.String(), "http://localhost:") || !strings.HasPrefix(i.IRI().String(), "http://localhost:") {
		t.Errorf("%s at %s", p.WebID, i.IRI())
	}
	answer, err := p.HTTP().Get(door(t) + "/x")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Errorf("the person is answered %s", answer.Status)
	}
}

func TestPersonAsks(t *testing.T) {
	url, i := door(t), start(t)
	for _, name := range []string{"ana", "Åsa <\"> é", "a/b"} {
		p, err := i.Person(name, app)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{"/x", "/x?query=1", "/with%20space/a%2Fb"} {
			answer, err := p.HTTP().Get(url + path)
			if err != nil {
				t.Fatal(err)
			}
			body, _ := io.ReadAll(answer.Body)
			answer.Body.Close()
			if want := p.WebID.String() + " " + app.String(); string(body) != want {
				t.Errorf("%s asks %s: %s, want %s", name, path, body, want)
			}
		}
	}
}

// TestCurl lets a shell read the line, with a curl that only says how it was
// called, and does what it was told.
func TestCurl(t *testing.T) {
	url, i := door(t), start(t)
	p, err := i.Person("ana", app)
	if err != nil {
		t.Fatal(err)
	}
	for _, method := range []string{"GET", "PUT", "HEAD"} {
		line, err := p.Curl(method, url+"/it's?a=b&c=$d")
		if err != nil {
			t.Fatal(err)
		}
		said, err := exec.Command("sh", "-c", `curl() { for word; do echo "$word"; done; }; `+line).Output()
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		for _, want := range []int{http.StatusOK, http.StatusUnauthorized} { // a proof is good once
			answer, err := http.DefaultClient.Do(asCurl(t, strings.Split(strings.TrimSpace(string(said)), "\n")))
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
			if answer.StatusCode != want || answer.Request.URL.RawQuery != "a=b&c=$d" {
				t.Errorf("%s: %s", line, answer.Status)
			}
		}
	}
}

// asCurl makes the request that curl would make of its arguments.
func asCurl(t *testing.T, words []string) *http.Request {
	t.Helper()
	method, url, header := http.MethodGet, "", http.Header{}
	for i := 0; i < len(words); i++ {
		switch words[i] {
		case "-sS", "-i":
		case "-I":
			method = http.MethodHead
		case "-X":
			i++
			method = words[i]
		case "-H":
			i++
			name, value, _ := strings.Cut(words[i], ": ")
			header.Add(name, value)
		default:
			url = words[i]
		}
	}
	r, err := http.NewRequest(method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header = header
	return r
}

func TestVouchNeedsADocument(t *testing.T) {
	i := start(t)
	webid := linkeddata.MustIRI("https://pod.example/maria/profile/card#me")
	p, err := i.Vouch(webid, app)
	if err != nil {
		t.Fatal(err)
	}
	var profile string
	client := outbound.New(outbound.Config{
		Base: linkeddata.MustIRI("https://pod.example/"), InsecureLoopback: true,
		Local: func(_ context.Context, iri linkeddata.IRI) (outbound.Document, bool, error) {
			return outbound.Document{Body: []byte(profile), MediaType: "text/turtle"}, iri == webid.WithoutFragment(), nil
		},
	})
	defer client.Close()
	v := identity.NewVerifier(identity.Config{Base: linkeddata.MustIRI("https://pod.example/"), Fetch: client, InsecureLoopback: true})
	ask := func() (acl.Agent, error) {
		token, err := p.Token()
		if err != nil {
			t.Fatal(err)
		}
		proof, err := p.Proof("GET", "https://pod.example/maria/", token)
		if err != nil {
			t.Fatal(err)
		}
		return v.Verify(t.Context(), identity.Proof{
			Authorization: []string{"DPoP " + token}, DPoP: []string{proof}, Method: "GET", URL: "https://pod.example/maria/",
		})
	}
	if _, err := ask(); err == nil {
		t.Error("believed without a document that names the issuer")
	}
	profile = `<#me> <http://www.w3.org/ns/solid/terms#oidcIssuer> <` + i.IRI().String() + `> .`
	v.Forget(webid)
	if agent, err := ask(); err != nil || agent.WebID != webid {
		t.Errorf("%v, %v", agent, err)
	}
}
