package main

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"skrin/internal/podtest/pages"
)

// A visitor is somebody with a browser that keeps cookies, follows where it is sent, and fills in forms. The server
// that it talks to may have any name: what stands before it speaks TLS and passes the Host field on.
type visitor struct {
	t    testing.TB
	at   *url.URL
	code int
	page string
	http http.Client
	addr string // where the server listens
}

func newVisitor(t testing.TB, base string) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	v := &visitor{t: t}
	v.moves(base)
	v.http = http.Client{Jar: jar, Transport: v}
	return v
}

// moves says where the server listens from now on.
func (v *visitor) moves(base string) {
	at, err := url.Parse(base)
	if err != nil {
		v.t.Fatal(err)
	}
	v.addr = at.Host
}

// RoundTrip is the proxy.
func (v *visitor) RoundTrip(r *http.Request) (*http.Response, error) {
	inner := r.Clone(r.Context())
	inner.Host, inner.URL.Scheme, inner.URL.Host = r.URL.Host, "http", v.addr
	res, err := http.DefaultTransport.RoundTrip(inner)
	if err == nil {
		res.Request = r
	}
	return res, err
}

func (v *visitor) load(req *http.Request) *visitor {
	v.t.Helper()
	req.Header.Set("Accept-Language", "en")
	res, err := v.http.Do(req)
	if err != nil {
		v.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	v.at, v.code, v.page = res.Request.URL, res.StatusCode, string(text)
	return v
}

func (v *visitor) get(address string) *visitor {
	v.t.Helper()
	req, err := http.NewRequest("GET", address, nil)
	if err != nil {
		v.t.Fatal(err)
	}
	return v.load(req)
}

// on fails the test when the page is another.
func (v *visitor) on(path string) *visitor {
	v.t.Helper()
	if v.code != http.StatusOK || !strings.HasSuffix(v.at.Path, "/"+path) {
		v.t.Fatalf("at %s (%d) instead of %s: %s", v.at, v.code, path, v.text())
	}
	return v
}

// fill sends the first form that has all the fields.
func (v *visitor) fill(with map[string]string) *visitor {
	v.t.Helper()
	for _, form := range pages.Forms(v.page) {
		if !form.Has(with) {
			continue
		}
		to, err := v.at.Parse(form.Action)
		if err != nil {
			v.t.Fatal(err)
		}
		req, err := http.NewRequest("POST", to.String(), strings.NewReader(form.Filled(with).Encode()))
		if err != nil {
			v.t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Origin", v.at.Scheme+"://"+v.at.Host)
		return v.load(req)
	}
	v.t.Fatalf("at %s (%d) no form has %v: %s", v.at, v.code, with, v.text())
	return v
}

// text is what a person reads of the page.
func (v *visitor) text() string { return pages.Text(v.page) }

// register goes from an invitation to a pod, and gives the recovery key. After each step between is called.
func (v *visitor) register(address, name, password string, between func()) (key string) {
	v.t.Helper()
	v.get(address).on("app/register").fill(map[string]string{"name": name, "pod": name})
	between()
	key = v.writesKeyDown()
	between()
	v.on("app/register/credential").fill(map[string]string{"password": password}).on("app/home")
	return key
}

// writesKeyDown has a recovery key made, and types its last group back.
func (v *visitor) writesKeyDown() (key string) {
	v.t.Helper()
	v.on("app/register/key").fill(map[string]string{"token": pages.Forms(v.page)[0].Fields["token"]})
	for _, form := range pages.Forms(v.page) {
		if key = form.Fields["key"]; key != "" {
			break
		}
	}
	groups := strings.Fields(key)
	if len(groups) == 0 {
		v.t.Fatalf("no key: %s", v.text())
	}
	v.fill(map[string]string{"key": key, "typed": groups[len(groups)-1]})
	return key
}
