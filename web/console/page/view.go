package page

import (
	"html/template"
	"net/url"
	"strings"
)

// view is what a template sees: the page, what stands around it, and the ways to
// say things in the language of the frame.
type view struct {
	F Frame
	P Page
	words
}

func newView(f Frame, p Page) view {
	f.Language = f.Language.orDefault()
	if f.Root == "" {
		f.Root = "/"
	}
	return view{f, p, words{f.Language}}
}

// To is the address of a page below Root, with the ticket of the app's request
// that the person is on the way to answer.
func (v view) To(path string) string {
	if v.F.Request == "" {
		return v.F.Root + path
	}
	joint := "?"
	if strings.Contains(path, "?") {
		joint = "&"
	}
	return v.F.Root + path + joint + "request=" + url.QueryEscape(v.F.Request)
}

// Post is where a form is sent: the ticket goes in a field of its own.
func (v view) Post(path string) string { return v.F.Root + path }

// In is the address of this page in another language.
func (v view) In(l Language) string {
	here, query, _ := strings.Cut(v.F.Here, "?")
	q, err := url.ParseQuery(query)
	if err != nil {
		q = url.Values{}
	}
	q.Set("lang", string(l))
	return v.F.Root + strings.TrimPrefix(here, "/") + "?" + q.Encode()
}

// Asset is the address of what the page refers to.
func (v view) Asset(name string) (string, error) {
	path, err := assetPath(name)
	return v.F.Root + path, err
}

// Name is that of the page, for the style sheet.
func (v view) Name() string { return v.P.name() }

// Problem is why the form came back, or the zero Problem.
func (v view) Problem() Problem {
	if p, ok := v.P.(interface{ problem() Problem }); ok {
		return p.problem()
	}
	return Problem{}
}

// Wrong is the text of the problem with a field, "" for none.
func (v view) Wrong(field string) template.HTML {
	p := v.Problem()
	if p.Key == "" || p.Field != field {
		return ""
	}
	return v.Why(p)
}
