package clients

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"skrin/internal/podtest"
	"skrin/internal/podtest/pages"
)

// visitor is somebody with a browser that keeps cookies, goes where it is sent,
// in the house and elsewhere, and fills in forms.
type visitor struct {
	t    testing.TB
	desk string // the house's
	http http.Client

	at     *url.URL
	status int
	header http.Header
	page   string

	halt string // an address that they do not go to, nor below it; "": none
	left string // where they stopped for that
}

func newVisitor(t testing.TB, w *podtest.World) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	must(t, err)
	v := &visitor{t: t, desk: w.DeskURL("/")}
	v.http = http.Client{Jar: jar, CheckRedirect: func(r *http.Request, via []*http.Request) error {
		r.Header.Del("Origin") // it is of the form alone
		if v.halt != "" && strings.HasPrefix(r.URL.String(), v.halt) {
			v.left = r.URL.String()
			return http.ErrUseLastResponse
		}
		if len(via) > 10 {
			return fmt.Errorf("sent in circles: %s", r.URL)
		}
		return nil
	}}
	return v
}

// get goes to an address: a path of the house, or a whole URL.
func (v *visitor) get(address string) *visitor {
	v.t.Helper()
	if !strings.Contains(address, "://") {
		address = v.desk + address
	}
	req, err := http.NewRequest(http.MethodGet, address, nil)
	must(v.t, err)
	return v.load(req)
}

func (v *visitor) load(req *http.Request) *visitor {
	v.t.Helper()
	req.Header.Set("Accept-Language", "en")
	v.left = ""
	res, err := v.http.Do(req)
	must(v.t, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	must(v.t, err)
	v.at, v.status, v.header, v.page = res.Request.URL, res.StatusCode, res.Header, string(text)
	return v
}

// fill sends the first form whose address ends with that, and that has all the fields.
func (v *visitor) fill(action string, with map[string]string) *visitor {
	v.t.Helper()
	for _, form := range pages.Forms(v.page) {
		if strings.HasSuffix(form.Action, action) && form.Has(with) {
			return v.send(form.Action, form.Filled(with))
		}
	}
	v.t.Fatalf("at %s (%d) no form of %q has %v: %s", v.at, v.status, action, with, v.text())
	return v
}

// send sends a form as a browser does.
func (v *visitor) send(action string, body url.Values) *visitor {
	v.t.Helper()
	to, err := v.at.Parse(action)
	must(v.t, err)
	req, err := http.NewRequest(http.MethodPost, to.String(), strings.NewReader(body.Encode()))
	must(v.t, err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", v.at.Scheme+"://"+v.at.Host)
	return v.load(req)
}

// on fails the test when the page is another one, or not of the house.
func (v *visitor) on(path string) *visitor {
	v.t.Helper()
	if v.status != http.StatusOK || v.at.Scheme+"://"+v.at.Host+v.at.Path != v.desk+path {
		v.t.Fatalf("at %s (%d) instead of %s: %s", v.at, v.status, path, v.text())
	}
	return v
}

// says fails the test when nothing of that can be read on the page.
func (v *visitor) says(text string) *visitor {
	v.t.Helper()
	if !strings.Contains(v.text(), text) {
		v.t.Errorf("at %s: nothing of %q in: %s", v.at, text, v.text())
	}
	return v
}

// text is what a person reads of the page.
func (v *visitor) text() string { return pages.Text(v.page) }
