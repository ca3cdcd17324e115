package pages

import (
	"html"
	"maps"
	"net/url"
	"regexp"
	"strings"
)

// Form is one form of a page: where it is sent, and its fields and named buttons with
// what stands in them.
type Form struct {
	Action string
	Fields map[string]string
}

var (
	forms  = regexp.MustCompile(`(?s)<form[^>]*action="([^"]*)".*?</form>`)
	fields = regexp.MustCompile(`<(?:input|textarea|button)[^>]* name="[^>]*>`)
	names  = regexp.MustCompile(` name="([^"]*)"`)
	values = regexp.MustCompile(` value="([^"]*)"`)
	tags   = regexp.MustCompile(`(?s)<(style|script).*?</(style|script)>|<[^>]*>`)
)

// Forms are those of a page, in their order.
func Forms(page string) (all []Form) {
	for _, form := range forms.FindAllStringSubmatch(page, -1) {
		one := Form{html.UnescapeString(form[1]), map[string]string{}}
		for _, field := range fields.FindAllString(form[0], -1) {
			one.Fields[first(names, field)] = first(values, field)
		}
		all = append(all, one)
	}
	return all
}

// Has says whether the form has all of the fields.
func (f Form) Has(with map[string]string) bool {
	for name := range with {
		if _, there := f.Fields[name]; !there {
			return false
		}
	}
	return true
}

// Filled is what is sent when that is filled in.
func (f Form) Filled(with map[string]string) url.Values {
	all := maps.Clone(f.Fields)
	maps.Copy(all, with)
	sent := url.Values{}
	for name, value := range all {
		sent.Set(name, value)
	}
	return sent
}

// Text is what a person reads of a page.
func Text(page string) string {
	return strings.Join(strings.Fields(html.UnescapeString(tags.ReplaceAllString(page, " "))), " ")
}

func first(of *regexp.Regexp, in string) string {
	if found := of.FindStringSubmatch(in); found != nil {
		return html.UnescapeString(found[1])
	}
	return ""
}
