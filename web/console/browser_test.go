package console_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"skrin/internal/podtest"
)

// browser is what somebody sits at: it keeps cookies, follows redirects, and fills
// in the forms that it is shown.
type browser struct {
	t     testing.TB
	w     *podtest.World
	jar   *cookiejar.Jar
	agent string

	at     *url.URL // the page that is shown
	status int
	header http.Header
	body   string
	forms  []form
	links  []string
	left   string // where a redirect led outside of the house, which is not followed
	hops   []string

	elsewhere string // Origin to lie with
	restless  bool   // the house is started anew before each request
}

// form is one of a page.
type form struct {
	method, action string
	fields         url.Values
	boxes          url.Values // to be ticked
	buttons        [][2]string
	options        string // of a ceremony
}

func newBrowser(t testing.TB, w *podtest.World) *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t: t, w: w, jar: jar, agent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
}

func (b *browser) client() *http.Client {
	dial := func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, b.w.Address)
	}
	return &http.Client{
		Jar: b.jar, Transport: &http.Transport{DisableKeepAlives: true, DialContext: dial},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// get goes to an address: a path below the root, or a whole URL.
func (b *browser) get(address string) *browser {
	b.t.Helper()
	b.hops = nil
	req, err := http.NewRequest(http.MethodGet, b.resolve(address), nil)
	b.must(err)
	req.Header.Set("Sec-Fetch-Site", "none")
	return b.load(req)
}

func (b *browser) resolve(address string) string {
	if strings.Contains(address, "://") {
		return address
	}
	return b.w.DeskURL("/" + strings.TrimPrefix(address, "/"))
}

// load asks, and follows where it is sent inside of the house.
func (b *browser) load(req *http.Request) *browser {
	b.t.Helper()
	b.left = ""
	for range 10 {
		if b.restless {
			b.w.Restart()
		}
		req.Header.Set("User-Agent", b.agent)
		if req.Header.Get("Accept-Language") == "" {
			req.Header.Set("Accept-Language", "en")
		}
		res, err := b.client().Do(req)
		b.must(err)
		body, err := io.ReadAll(res.Body)
		b.must(err)
		res.Body.Close()
		b.hops = append(b.hops, fmt.Sprint(req.Method, " ", req.URL.Path, " ", res.StatusCode))
		b.at, b.status, b.header, b.body = req.URL, res.StatusCode, res.Header, string(body)
		where := res.Header.Get("Location")
		if where == "" {
			b.read()
			return b
		}
		to, err := req.URL.Parse(where)
		b.must(err)
		if !strings.HasPrefix(to.String(), b.w.DeskURL("/")) {
			b.left = to.String()
			return b
		}
		site := req.Header.Get("Sec-Fetch-Site") // a redirect makes nobody more familiar
		req, err = http.NewRequest(http.MethodGet, to.String(), nil)
		b.must(err)
		req.Header.Set("Sec-Fetch-Site", site)
	}
	b.t.Fatalf("sent in circles: %v", b.hops)
	return b
}

// read finds the forms and links of a page.
func (b *browser) read() {
	b.forms, b.links = nil, nil
	doc, err := html.Parse(strings.NewReader(b.body))
	b.must(err)
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.ElementNode {
			b.element(n)
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(doc)
}

func (b *browser) element(n *html.Node) {
	attr := func(name string) string {
		for _, a := range n.Attr {
			if a.Key == name {
				return a.Val
			}
		}
		return ""
	}
	switch n.Data {
	case "a":
		b.links = append(b.links, attr("href"))
		return
	case "form":
		b.forms = append(b.forms, form{method: strings.ToUpper(attr("method")), action: attr("action"), fields: url.Values{}, boxes: url.Values{}, options: attr("data-options")})
		return
	}
	if len(b.forms) == 0 || attr("name") == "" {
		return
	}
	f := &b.forms[len(b.forms)-1]
	switch {
	case n.Data == "button":
		f.buttons = append(f.buttons, [2]string{attr("name"), attr("value")})
	case n.Data == "input" && (attr("type") == "radio" || attr("type") == "checkbox"):
		if attr("type") == "checkbox" {
			f.boxes.Set(attr("name"), attr("value"))
		}
		for _, a := range n.Attr {
			if a.Key == "checked" {
				f.fields.Set(attr("name"), attr("value"))
			}
		}
	case n.Data == "input" || n.Data == "textarea":
		f.fields.Set(attr("name"), attr("value"))
	}
}

// form gives the first form of the page that has all the fields or buttons.
func (b *browser) form(names ...string) form {
	b.t.Helper()
	for _, f := range b.forms {
		has := 0
		for _, name := range names {
			if _, there := f.fields[name]; there {
				has++
				continue
			}
			for _, button := range f.buttons {
				if button[0]+"="+button[1] == name {
					has++
					break
				}
			}
		}
		if has == len(names) {
			return f
		}
	}
	b.t.Fatalf("no form with %q at %s (%d): %s", names, b.at, b.status, b.text())
	return form{}
}

// fill sends the form that has all the fields, with these values: name, value, ...
func (b *browser) fill(pairs ...string) *browser {
	b.t.Helper()
	var names []string
	for i := 0; i < len(pairs); i += 2 {
		names = append(names, pairs[i])
	}
	f := b.form(names...)
	for i := 0; i < len(pairs); i += 2 {
		f.fields.Set(pairs[i], pairs[i+1])
	}
	return b.send(f)
}

// tick sends the form that has boxes of these values, with them ticked, and with
// what else is filled in.
func (b *browser) tick(values []string, pairs ...string) *browser {
	b.t.Helper()
	for i, f := range b.forms {
		if len(f.boxes) == 0 {
			continue
		}
		for name := range f.boxes {
			if slices.Contains(values, f.boxes.Get(name)) {
				b.forms[i].fields.Set(name, f.boxes.Get(name))
			}
		}
	}
	return b.fill(pairs...)
}

// press sends the form with a button: "answer=allow".
func (b *browser) press(button string) *browser {
	b.t.Helper()
	f := b.form(button)
	name, value, _ := strings.Cut(button, "=")
	f.fields.Set(name, value)
	return b.send(f)
}

// send sends a form as a browser does.
func (b *browser) send(f form) *browser {
	b.t.Helper()
	to, err := b.at.Parse(f.action)
	b.must(err)
	b.hops = nil
	req, err := http.NewRequest(f.method, to.String(), strings.NewReader(f.fields.Encode()))
	b.must(err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	origin, site := b.at.Scheme+"://"+b.at.Host, "same-origin"
	if b.elsewhere != "" {
		origin, site = b.elsewhere, "cross-site"
	}
	req.Header.Set("Origin", origin)
	req.Header.Set("Sec-Fetch-Site", site)
	return b.load(req)
}

// on fails the test when the page is another.
func (b *browser) on(path string) *browser {
	b.t.Helper()
	if got := strings.TrimPrefix(b.at.Path, "/"); got != path || b.status != http.StatusOK || b.left != "" {
		b.t.Fatalf("at %s %d %s (%v), want %s: %s", got, b.status, b.left, b.hops, path, b.text())
	}
	return b
}

// refused fails the test when the page is not an error of that status.
func (b *browser) refused(status int) *browser {
	b.t.Helper()
	if b.status != status || b.left != "" {
		b.t.Errorf("at %s: %d %s (%v), want %d: %s", b.at.Path, b.status, b.left, b.hops, status, b.text())
	}
	return b
}

// says fails the test when the page does not have the text.
func (b *browser) says(text string) *browser {
	b.t.Helper()
	if !strings.Contains(b.body, text) && !strings.Contains(b.text(), text) {
		b.t.Errorf("at %s: nothing of %q in: %s", b.at.Path, text, b.text())
	}
	return b
}

// hides fails the test when the page has the text in its source or, where it is no
// markup, as a person reads it.
func (b *browser) hides(text string) *browser {
	b.t.Helper()
	if strings.Contains(b.body, text) || !strings.Contains(text, "<") && strings.Contains(b.text(), text) {
		b.t.Errorf("at %s: %q stands on the page", b.at.Path, text)
	}
	return b
}

// text is what a person reads of the page.
func (b *browser) text() string {
	doc, err := html.Parse(strings.NewReader(b.body))
	if err != nil {
		return b.body
	}
	var out strings.Builder
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode {
			out.WriteString(n.Data)
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(doc)
	return strings.Join(strings.Fields(out.String()), " ")
}

// cookie gives the value of a cookie, "" without it.
func (b *browser) cookie(name string) string {
	at, err := url.Parse(b.w.DeskURL("/"))
	b.must(err)
	for _, c := range b.jar.Cookies(at) {
		if c.Name == "skrin-"+name || c.Name == "__Host-skrin-"+name {
			return c.Value
		}
	}
	return ""
}

// setCookie plants a cookie, as somebody else may.
func (b *browser) setCookie(name, value string) {
	at, err := url.Parse(b.w.DeskURL("/"))
	b.must(err)
	b.jar.SetCookies(at, []*http.Cookie{{Name: "skrin-" + name, Value: value, Path: "/"}})
}

func (b *browser) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}
