package page_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"

	"skrin/web/console/page"
	"skrin/web/console/page/sample"
)

func TestEveryPageHasASample(t *testing.T) {
	there := map[reflect.Type]bool{}
	for _, s := range sample.All() {
		there[reflect.TypeOf(s.Page)] = true
	}
	if len(there) != 23 {
		t.Errorf("the samples show %d kinds of pages", len(there))
	}
}

func TestStructure(t *testing.T) {
	every(t, sample.All(), func(s sample.Sample, d document) {
		if lang, _ := attribute(d.find("html")[0], "lang"); lang != string(s.Frame.Language) {
			d.errorf("the language is %q", lang)
		}
		if all := d.find("h1"); len(all) != 1 || said(all[0]) == "" {
			d.errorf("%d headings of the first rank", len(all))
		}
		for _, landmark := range []string{"header", "main", "footer"} {
			if len(d.find(landmark)) == 0 {
				d.errorf("no %s", landmark)
			}
		}
		if skip := d.by("href", "#main"); len(skip) != 1 || len(d.by("id", "main")) != 1 {
			d.errorf("no way past the header")
		}
		for _, n := range d.all {
			d.refers(n)
		}
		if once(s) {
			if len(d.by("class", "tongues")) != 0 {
				d.errorf("a page that shows a secret once leads into other languages")
			}
		} else {
			d.languages(s.Frame.Language)
		}
		d.labelled()
	})
}

// once says whether a page shows what nobody sees again.
func once(s sample.Sample) bool {
	switch p := s.Page.(type) {
	case page.RecoveryKey:
		return len(p.Groups) > 0
	case page.Scripts:
		return p.Made != nil
	}
	return false
}

// refers fails when an element refers to something that is not there.
func (d document) refers(n *html.Node) {
	d.t.Helper()
	if id, ok := attribute(n, "id"); ok && (id == "" || len(d.by("id", id)) != 1) {
		d.errorf("the id %q is not unique", id)
	}
	for _, name := range []string{"for", "aria-describedby", "aria-labelledby", "data-copy", "data-echo", "data-reveal"} {
		ids, _ := attribute(n, name)
		for id := range strings.FieldsSeq(ids) {
			if len(d.by("id", id)) != 1 {
				d.errorf("%s refers to %q", name, id)
			}
		}
	}
	for _, name := range []string{"href", "src", "action"} {
		address, _ := attribute(n, name)
		if id, ok := strings.CutPrefix(address, "#"); ok && len(d.by("id", id)) != 1 {
			d.errorf("a link to %q", address)
		}
		if _, known := page.Asset(address); strings.HasPrefix(address, "/assets/") && !known {
			d.errorf("there is no %s", address)
		}
		if strings.Contains(address, "Zgotmpl") {
			d.errorf("the template refused an address in <%s>", n.Data)
		}
	}
}

// labelled fails when something to fill in does not say what for, or whether
// browsers may fill it in.
func (d document) labelled() {
	d.t.Helper()
	for _, n := range append(d.find("input"), d.find("textarea")...) {
		if kind, _ := attribute(n, "type"); kind == "hidden" || has(n, "hidden") {
			continue
		}
		id, _ := attribute(n, "id")
		if len(d.by("for", id)) != 1 && !within(n, "label") {
			d.errorf("a field without a label: %v", n.Attr)
		}
		if !within(n, "label") && !has(n, "autocomplete") {
			d.errorf("a field that does not say whether it may be filled in: %v", n.Attr)
		}
	}
	for _, n := range d.find("button") {
		if said(n) == "" {
			d.errorf("a button without a name")
		}
	}
}

// languages fails unless each other language is a link in its own tongue.
func (d document) languages(now page.Language) {
	d.t.Helper()
	for _, l := range page.Languages() {
		links := d.by("hreflang", string(l))
		if l == now {
			if len(links) != 0 {
				d.errorf("a link to the language that it is in")
			}
			continue
		}
		if len(links) != 1 || said(links[0]) != l.Name() {
			d.errorf("%d links to %s", len(links), l)
			continue
		}
		lang, _ := attribute(links[0], "lang")
		if href, _ := attribute(links[0], "href"); lang != string(l) || !strings.Contains(href, "lang="+string(l)) || !strings.HasPrefix(href, "/app/") {
			d.errorf("the link to %s leads to %q in %q", l, href, lang)
		}
	}
}

// A strict policy lets nothing run and nothing dress that stands in the page.
func TestNothingIsInline(t *testing.T) {
	every(t, sample.All(), func(_ sample.Sample, d document) { d.inert() })
}

func (d document) inert() {
	d.t.Helper()
	for _, n := range d.all {
		if n.Data == "style" || n.Data == "script" && (!has(n, "src") || n.FirstChild != nil) || slices.Contains([]string{"iframe", "object", "embed", "base", "img"}, n.Data) {
			d.errorf("<%s> %v", n.Data, n.Attr)
		}
		for _, a := range n.Attr {
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") || strings.HasPrefix(strings.ToLower(strings.TrimSpace(a.Val)), "javascript:") && (a.Key == "href" || a.Key == "action" || a.Key == "src") {
				d.errorf("<%s %s=%q>", n.Data, a.Key, a.Val)
			}
		}
		if src, _ := attribute(n, "src"); n.Data == "script" && !strings.HasPrefix(src, "/assets/") {
			d.errorf("a script from %q", src)
		}
	}
}

func TestFormsCarryTheirTokens(t *testing.T) {
	every(t, sample.All(), func(s sample.Sample, d document) {
		for _, form := range d.find("form") {
			fields := map[string]string{}
			for n := range form.Descendants() {
				name, _ := attribute(n, "name")
				if value, _ := attribute(n, "value"); n.Data == "input" && name != "" {
					fields[name] = value
				}
			}
			if method, _ := attribute(form, "method"); method != "post" || fields["token"] != "token" {
				d.errorf("a form without its token, or by %q", method)
			}
			if fields["request"] != s.Frame.Request {
				d.errorf("a form on the way to an app has the ticket %q, want %q", fields["request"], s.Frame.Request)
			}
		}
		for _, a := range d.find("a") {
			href, _ := attribute(a, "href")
			if strings.HasPrefix(href, "/app/") && strings.Contains(href, "request=ticket") != (s.Frame.Request != "") {
				d.errorf("a link forgets or invents the ticket: %q", href)
			}
		}
	})
}

func TestProblemsAreToldFirst(t *testing.T) {
	every(t, sample.All(), func(s sample.Sample, d document) {
		problem := reflect.ValueOf(s.Page).FieldByName("Problem")
		if !problem.IsValid() || problem.IsZero() {
			for _, n := range d.by("role", "alert") {
				if !has(n, "data-passkey-problem") {
					d.errorf("an alert without a problem")
				}
			}
			return
		}
		word := map[page.Language]string{page.Swedish: "Problem: ", page.Norwegian: "Problem: ", page.Spanish: "Problema: ", page.English: "Problem: "}[s.Frame.Language]
		if title := said(d.find("title")[0]); !strings.HasPrefix(title, word) {
			d.errorf("the title is %q", title)
		}
		if n := d.by("role", "alert"); len(n) == 0 || !has(n[0], "autofocus") {
			d.errorf("nothing tells the problem at once")
		}
		if field := problem.FieldByName("Field").String(); field != "" {
			if n := d.by("aria-invalid", "true"); len(n) == 0 || !has(n[0], "aria-describedby") {
				d.errorf("the field %q does not know of its problem", field)
			}
		}
	})
}

// Neither answer to an app stands out, and none has the keyboard's attention before
// the person does something.
func TestConsentHasNoFavourite(t *testing.T) {
	every(t, sample.All(), func(s sample.Sample, d document) {
		if _, ok := s.Page.(page.Consent); !ok {
			return
		}
		answers := d.by("name", "answer")
		if len(answers) != 2 {
			d.errorf("%d answers", len(answers))
			return
		}
		one, _ := attribute(answers[0], "class")
		other, _ := attribute(answers[1], "class")
		if one != other {
			d.errorf("one answer looks like %q, the other like %q", one, other)
		}
		for _, n := range d.all {
			if has(n, "autofocus") {
				d.errorf("<%s> takes the focus", n.Data)
			}
		}
	})
}

var hostile = []string{
	`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `' onmouseover='alert(1)`, `javascript:alert(1)`, `</title><script>1</script>`,
	"</textarea><script>1</script>", "{{.F.Token}}", "https://good.example/\"onclick=\"x", "data:text/html,<script>1</script>",
	"\u202egnp.exe\u202c", "safe\u2066\u2067\u200f\u200e\u061c\u2028\u00ad\ufeff", "a\u3164\u115f\u1160\uffa0\u034f\u2800b", "a\x00b\x1b[31m\x7f\u0085", "\xff\xfe not text", strings.Repeat("a", 5000), strings.Repeat("é\u0301\u0302", 2000),
}

func TestWhatOthersWroteIsText(t *testing.T) {
	plain := map[string]int{}
	for _, s := range sample.Hostile("https://plain.example/") {
		plain[s.Name] = len(read(t, s, page.English).elements())
	}
	for _, text := range hostile {
		for _, s := range sample.Hostile(text) {
			d := read(t, s, page.English)
			d.inert()
			d.readable()
			if n := len(d.elements()); n > plain[s.Name] {
				d.errorf("%q made %d elements of %d", text[:min(len(text), 40)], n, plain[s.Name])
			}
		}
	}
}

// elements are those that a text could bring: all but where a line may break.
func (d document) elements() (all []*html.Node) {
	for _, n := range d.all {
		if n.Data != "wbr" {
			all = append(all, n)
		}
	}
	return all
}

// readable fails when a text holds what cannot be seen or turns others around.
func (d document) readable() {
	d.t.Helper()
	for _, text := range d.texts {
		for _, r := range text {
			if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point) && r != '\n' || r == unicode.ReplacementChar || r == '\u2800' {
				d.errorf("%U in %q", r, text[:min(len(text), 80)])
				break
			}
		}
		if len(text) > 20_000 {
			d.errorf("a text of %d bytes", len(text))
		}
	}
}

func FuzzWhatOthersWroteIsText(f *testing.F) {
	for _, text := range hostile {
		f.Add(text)
	}
	base := read(&testing.T{}, sample.Sample{Name: "plain", Page: shown("https://plain.example/")}, page.English)
	f.Fuzz(func(t *testing.T, text string) {
		d := read(t, sample.Sample{Name: "fuzzed", Page: shown(text)}, page.English)
		d.inert()
		d.readable()
		if text != "" && len(d.elements()) > len(base.elements()) {
			d.errorf("%q made %d elements of %d", text, len(d.elements()), len(base.elements()))
		}
	})
}

// shown is a page with a text wherever an app can bring one.
func shown(text string) page.Page {
	return page.Consent{Client: text, Name: text, Origin: text, Page: "https://app.example/" + text, Policy: text, Terms: text, Leads: text,
		As: []page.Pod{{Name: text, WebID: text}}}
}
