package linkeddata

import "strings"

func (w *turtleWriter) literal(t Term) {
	if isBare(t) {
		w.text(t.s)
		return
	}
	if strings.IndexByte(t.s, '\n') >= 0 && strings.IndexByte(t.s, '\r') < 0 {
		w.longText(t.s)
	} else {
		w.quotedText(t.s)
	}
	switch {
	case t.t[0] == '@':
		w.text(t.t)
	case t.t != xsdString:
		w.text("^^")
		w.name(t.t)
	}
}

// needsLongEscape marks the bytes that a long string escapes. It is never written to.
var needsLongEscape = func() (t [256]bool) {
	t = needsEscape
	t['\n'], t['\t'], t['"'] = false, false, false
	return t
}()

// longText writes a text of several lines as one. A quote is escaped where
// another would follow it.
func (w *turtleWriter) longText(s string) {
	w.text(`"""`)
	for {
		n := strings.Index(s, `""`)
		if n < 0 {
			break
		}
		w.escaped(s[:n], needsLongEscape)
		w.text(`\"`)
		s = s[n+1:]
	}
	last := strings.TrimSuffix(s, `"`)
	w.escaped(last, needsLongEscape)
	if last != s {
		w.text(`\"`)
	}
	w.text(`"""`)
}

// isBare says whether Turtle writes a literal without quotes: its datatype
// must be the one that the bare form means.
func isBare(t Term) bool {
	switch t.t {
	case XSDBoolean.s:
		return t.s == "true" || t.s == "false"
	case XSDInteger.s, XSDDecimal.s, XSDDouble.s:
		return t.t == numberType(t.s)
	}
	return false
}

// numberType gives the datatype that a text means as a bare number, "" for
// every other text.
func numberType(s string) string {
	s = strings.TrimLeft(s[:min(len(s), 1)], "+-") + s[min(len(s), 1):]
	whole := digitsLen(s)
	s = s[whole:]
	fraction, point := 0, false
	if point = strings.HasPrefix(s, "."); point {
		fraction = digitsLen(s[1:])
		s = s[1+fraction:]
	}
	switch {
	case whole+fraction == 0:
		return ""
	case s == "" && !point:
		return XSDInteger.s
	case s == "" && fraction > 0:
		return XSDDecimal.s
	case s == "" || s[0]|0x20 != 'e':
		return ""
	}
	s = s[1:]
	if s != "" && (s[0] == '+' || s[0] == '-') {
		s = s[1:]
	}
	if s == "" || digitsLen(s) != len(s) {
		return ""
	}
	return XSDDouble.s
}

func digitsLen(s string) int {
	for i := 0; i < len(s); i++ {
		if class[s[i]]&isDigit == 0 {
			return i
		}
	}
	return len(s)
}
