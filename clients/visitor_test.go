package clients

import (
	"fmt"
	"html"
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"skrin/internal/podtest"
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

var (
	forms  = regexp.MustCompile(`(?s)<form[^>]*action="([^"]*)".*?</form>`)
	fields = regexp.MustCompile(`<(?:input|button)[^>]* name="[^>]*>`)
	names  = regexp.MustCompile(` name="([^"]*)"`)
	values = regexp.MustCompile(` value="([^"]*)"`)
	tags   = regexp.MustCompile(`(?s)<(style|script).*?</(style|script)>|<[^>]*>`)
)

// fill sends the first form whose address ends with that, and that has all the fields.
func (v *visitor) fill(action string, with map[string]string) *visitor {
	v.t.Helper()
	for _, form := range forms.FindAllStringSubmatch(v.page, -1) {
		sent := map[string]string{}
		for _, field := range fields.FindAllString(form[0], -1) {
			sent[first(names, field)] = first(values, field)
		}
		has := len(sent)
		if maps.Copy(sent, with); strings.HasSuffix(form[1], action) && len(sent) == has {
			return v.send(html.UnescapeString(form[1]), sent)
		}
	}
	v.t.Fatalf("at %s (%d) no form of %q has %v: %s", v.at, v.status, action, with, v.text())
	return v
}

func first(of *regexp.Regexp, in string) string {
	if found := of.FindStringSubmatch(in); found != nil {
		return html.UnescapeString(found[1])
	}
	return ""
}

// send sends a form as a browser does.
func (v *visitor) send(action string, with map[string]string) *visitor {
	v.t.Helper()
	to, err := v.at.Parse(action)
	must(v.t, err)
	body := url.Values{}
	for name, value := range with {
		body.Set(name, value)
	}
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
func (v *visitor) text() string {
	return strings.Join(strings.Fields(html.UnescapeString(tags.ReplaceAllString(v.page, " "))), " ")
}
