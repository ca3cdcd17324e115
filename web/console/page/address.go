package page

import (
	"html/template"
	"net/url"
	"strings"
)

// Address is an address that may be broken between its parts, where a line ends.
func (v view) Address(text string) template.HTML {
	var b strings.Builder
	b.WriteString("<bdi>")
	text = Clean(text)
	for i, r := range text {
		if r == '#' {
			b.WriteString("<wbr>")
		}
		b.WriteString(template.HTMLEscapeString(string(r)))
		if rest := text[i+len(string(r)):]; strings.ContainsRune("/.@-?&=", r) && !strings.HasPrefix(rest, "/") {
			b.WriteString("<wbr>")
		}
	}
	b.WriteString("</bdi>")
	return template.HTML(b.String())
}

// Host is an origin as people read it: https goes without saying.
func (v view) Host(origin string) template.HTML {
	return v.Address(strings.TrimPrefix(origin, "https://"))
}

// Away is an address outside that a link may lead to: that of a web site, or of
// an app on this device under a name of its own (RFC 8252, section 7.1: it has a
// dot). Others give "". What is scheme and what is not has been looked at here;
// the template escapes the rest.
func (v view) Away(address string) template.URL {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	switch scheme := strings.ToLower(u.Scheme); {
	case (scheme == "https" || scheme == "http") && u.Host != "", strings.Contains(scheme, "."):
		return template.URL(u.String())
	}
	return ""
}
