package linkeddata

import (
	"encoding/json"
	"strconv"
	"strings"
)

// literal writes a plain text, number or truth value as JSON has it, where
// that reads back the same, and a value object for everything else.
func (w *jsonldWriter) literal(t Term) {
	if !w.expanded && t.t == xsdString {
		w.string(t.s)
		return
	}
	if !w.expanded && isNativeJSON(t) {
		w.text(t.s)
		return
	}
	if t.t == RDFJSON.s && isCanonicalJSON(t.s) {
		w.text(`{ "@value": ` + t.s + `, "@type": "@json" }`)
		return
	}
	w.text(`{ "@value": `)
	w.string(t.s)
	switch {
	case t.t[0] == '@':
		w.text(`, "@language": `)
		w.string(t.t[1:])
	case t.t != xsdString:
		w.text(`, "@type": `)
		w.name(t.t, true)
	}
	w.text(" }")
}

func isNativeJSON(t Term) bool {
	switch t.t {
	case XSDBoolean.s:
		return t.s == "true" || t.s == "false"
	case XSDInteger.s:
		n, err := strconv.ParseInt(t.s, 10, 64)
		return err == nil && -1<<53 < n && n < 1<<53 && strconv.FormatInt(n, 10) == t.s
	}
	return false
}

// isCanonicalJSON says whether a JSON literal is written as a reader will write
// it again: else its lexical form would be lost.
func isCanonicalJSON(s string) bool {
	d := json.NewDecoder(strings.NewReader(s))
	d.UseNumber()
	var v any
	if scanJSON([]byte(s), Limits{Depth: deepest}.filled()) != nil || d.Decode(&v) != nil {
		return false
	}
	return string(appendCanonicalJSON(nil, v)) == s
}

// class writes a type.
func (w *jsonldWriter) class(t Term) {
	if t.IsBlank() {
		w.identifier(t)
		return
	}
	w.name(t.s, true)
}

// identifier writes the value of @id.
func (w *jsonldWriter) identifier(t Term) {
	if t.IsBlank() {
		w.string("_:" + w.labels.of(t))
		return
	}
	w.name(t.s, false)
}

// name writes an IRI: in short where a prefix fits, relative to the base only
// where the value is not relative to a vocabulary.
func (w *jsonldWriter) name(iri string, vocabulary bool) {
	if w.expanded {
		w.string(iri)
		return
	}
	switch f := w.short.form(iri); {
	case f.prefix >= 0:
		w.byte('"')
		w.jsonText(w.short.prefixes[f.prefix].Name)
		w.byte(':')
		w.jsonText(f.rest)
		w.byte('"')
	case f.prefix == relativeForm && !vocabulary && plainJSONReference(f.rest):
		w.string(f.rest)
	default:
		w.string(iri)
	}
}

// plainJSONBase and plainJSONReference pick what every JSON-LD processor
// resolves alike: they differ on empty parts, dots and escapes.
func plainJSONBase(base string) bool {
	parts := splitIRI(base)
	return (parts.scheme == "https:" || parts.scheme == "http:") && len(parts.authority) > 2 &&
		strings.HasPrefix(parts.path, "/") && plainPath(parts.path) && parts.query == "" && parts.fragment == ""
}

func plainJSONReference(ref string) bool {
	path, fragment, has := strings.Cut(ref, "#")
	return plainPath(path) && plainPath(fragment) && (!has || fragment != "")
}

func plainPath(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; (class[c]&isName == 0 || c >= 0x80) && c != '/' {
			return false
		}
	}
	return !strings.Contains(s, "//") && !strings.Contains(s, "/.") && !strings.HasPrefix(s, ".")
}

func (w *jsonldWriter) string(s string) {
	w.byte('"')
	w.jsonText(s)
	w.text(`"`)
}

func (w *jsonldWriter) object(members func(next func())) { w.enclosed('{', '}', members) }

func (w *jsonldWriter) array(items func(next func())) { w.enclosed('[', ']', items) }

// enclosed writes brackets around members; next is called before each.
func (w *jsonldWriter) enclosed(opening, closing byte, members func(next func())) {
	w.byte(opening)
	w.indent++
	any := false
	members(func() {
		if any {
			w.byte(',')
		}
		any = true
		w.line()
	})
	w.indent--
	if any {
		w.line()
	}
	w.byte(closing)
}

func (w *jsonldWriter) line() {
	w.byte('\n')
	for range w.indent {
		w.text("  ")
	}
}
