package page_test

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"skrin/web/console/page"
	"skrin/web/console/page/sample"
)

// A document is a page as a browser reads it.
type document struct {
	t     *testing.T
	name  string
	all   []*html.Node // elements, in order
	texts []string
}

// read renders a sample and reads it back. Tags must close what they opened.
func read(t *testing.T, s sample.Sample, l page.Language) document {
	t.Helper()
	s.Frame.Language = l
	body, err := page.Render(s.Frame, s.Page)
	if err != nil {
		t.Fatalf("%s in %s: %v", s.Name, l, err)
	}
	d := document{t: t, name: s.Name + " in " + string(l)}
	d.nested(body)
	root, err := html.ParseWithOptions(bytes.NewReader(body), html.ParseOptionEnableScripting(false))
	if err != nil {
		t.Fatalf("%s: %v", d.name, err)
	}
	for n := range root.Descendants() {
		switch n.Type {
		case html.ElementNode:
			d.all = append(d.all, n)
		case html.TextNode:
			d.texts = append(d.texts, n.Data)
		}
	}
	return d
}

var void = []string{"meta", "link", "input", "br", "wbr", "img"}

// nested fails unless every element is closed where it was opened.
func (d document) nested(body []byte) {
	d.t.Helper()
	var open []string
	for z := html.NewTokenizer(bytes.NewReader(body)); ; {
		switch z.Next() {
		case html.ErrorToken:
			if z.Err() != io.EOF || len(open) > 0 {
				d.errorf("ends with %v, open: %q", z.Err(), open)
			}
			return
		case html.StartTagToken:
			if name, _ := z.TagName(); !slices.Contains(void, string(name)) {
				open = append(open, string(name))
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			if len(open) == 0 || open[len(open)-1] != string(name) {
				d.errorf("closes %s in %q", name, open)
				return
			}
			open = open[:len(open)-1]
		}
	}
}

func (d document) errorf(format string, args ...any) {
	d.t.Helper()
	d.t.Errorf(d.name+": "+format, args...)
}

// find gives the elements of a name.
func (d document) find(name string) (all []*html.Node) {
	for _, n := range d.all {
		if n.Data == name {
			all = append(all, n)
		}
	}
	return all
}

// by gives the elements with a value of an attribute.
func (d document) by(name, value string) (all []*html.Node) {
	for _, n := range d.all {
		if v, ok := attribute(n, name); ok && v == value {
			all = append(all, n)
		}
	}
	return all
}

func attribute(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

func has(n *html.Node, name string) bool {
	_, ok := attribute(n, name)
	return ok
}

// within says whether an element stands in another of that name.
func within(n *html.Node, name string) bool {
	for p := range n.Ancestors() {
		if p.Data == name {
			return true
		}
	}
	return false
}

// said is the text of an element.
func said(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// every reads all samples in all languages.
func every(t *testing.T, samples []sample.Sample, check func(sample.Sample, document)) {
	t.Helper()
	for _, l := range page.Languages() {
		for _, s := range samples {
			s.Frame.Language = l
			check(s, read(t, s, l))
		}
	}
}
