package health

import (
	"strings"
	"unicode/utf8"

	"skrin/health/internal/elements"
	"skrin/linkeddata"
)

// single is one occurrence of a primitive.
type single struct {
	value string // as JSON, "" for none
	more  thing  // what stands beside it
}

// beside says whether there is anything to write under "_name".
func (s single) beside() bool { return len(s.more.parts) > 0 }

// primitives writes an element that is a primitive: its value or list of values,
// and under "_name" what stands beside.
func (r *restorer) primitives(f *elements.Field, items []linkeddata.Term) {
	singles := make([]single, 0, len(items))
	values, besides := false, false
	for _, item := range items {
		s := r.single(f, item)
		if f.Type.Kind == elements.XHTML && len(singles) == 1 { // the R4 shape has them apart
			s = r.together(singles[0], s)
			singles = singles[:0]
		}
		singles = append(singles, s)
		values, besides = values || s.value != "", besides || s.beside()
	}
	if f.Many {
		r.lists(f, singles, values || !besides, besides)
		return
	}
	if s := singles[0]; values {
		r.name("", f)
		r.out = append(r.out, s.value...)
	}
	if !values || besides {
		if values {
			r.out = append(r.out, ',')
		}
		r.name("_", f)
		r.object(singles[0].more)
	}
}

func (r *restorer) lists(f *elements.Field, singles []single, values, besides bool) {
	if values {
		r.name("", f)
		r.list(len(singles), func(i int) {
			if singles[i].value == "" {
				r.out = append(r.out, "null"...)
			}
			r.out = append(r.out, singles[i].value...)
		})
	}
	if values && besides {
		r.out = append(r.out, ',')
	}
	if besides {
		r.name("_", f)
		r.list(len(singles), func(i int) {
			if !singles[i].beside() {
				r.out = append(r.out, "null"...)
				return
			}
			r.object(singles[i].more)
		})
	}
}

// single reads one occurrence. A literal may stand for a node that has only it.
func (r *restorer) single(f *elements.Field, item linkeddata.Term) (s single) {
	if item.IsLiteral() {
		return single{value: r.lexical(f.Type, item)}
	}
	s.more = r.look(item, r.table.Type("Element"), true)
	if !s.more.value.IsZero() {
		s.value = r.lexical(f.Type, s.more.value)
	}
	return s
}

// together joins a narrative's text and what stands beside it.
func (r *restorer) together(a, b single) single {
	if a.value == "" {
		a, b = b, a
	}
	if b.value != "" || a.beside() {
		r.fail(ErrInvalid, "stands twice")
	}
	a.more = b.more
	return a
}

// lexical writes a literal as JSON.
func (r *restorer) lexical(typ *elements.Type, t linkeddata.Term) string {
	text, ok := t.Value(), t.IsLiteral()
	switch typ.Kind {
	case elements.Boolean:
		switch text {
		case "1":
			text = "true"
		case "0":
			text = "false"
		}
		ok = ok && (text == "true" || text == "false")
	case elements.Integer, elements.Decimal:
		text = jsonNumber(text)
		ok = ok && text != ""
	default:
		text = string(appendQuoted(nil, text))
	}
	if !ok {
		r.fail(ErrInvalid, "no value of type "+typ.Name)
	}
	return text
}

// jsonNumber writes an XSD number (XML Schema part 2, 3.3) as JSON wants it: no
// plus, no zeros before others, digits on both sides of a point. "" when it is no number.
func jsonNumber(s string) string {
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign = "-"
	}
	s = unsigned(s)
	mantissa, exponent := s, ""
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		mantissa, exponent = s[:i], s[i:]
	}
	integer, fraction, _ := strings.Cut(mantissa, ".")
	if !digits(integer+fraction) || exponent != "" && !digits(unsigned(exponent[1:])) {
		return ""
	}
	for len(integer) > 1 && integer[0] == '0' {
		integer = integer[1:]
	}
	if integer == "" {
		integer = "0"
	}
	if fraction != "" {
		fraction = "." + fraction
	}
	return sign + integer + fraction + exponent
}

func unsigned(s string) string {
	if s != "" && (s[0] == '+' || s[0] == '-') {
		return s[1:]
	}
	return s
}

// digits says whether s is one digit or more, and nothing else.
func digits(s string) bool { return s != "" && digitsAt(s, 0, len(s)) }

// name writes a member's name and its colon.
func (r *restorer) name(before string, f *elements.Field) {
	r.out = append(append(append(append(r.out, '"'), before...), f.Name...), `":`...)
}

func (r *restorer) list(n int, item func(i int)) {
	r.out = append(r.out, '[')
	for i := range n {
		if i > 0 {
			r.out = append(r.out, ',')
		}
		item(i)
	}
	r.out = append(r.out, ']')
}

// appendQuoted writes a text as a JSON string, with as few escapes as JSON allows.
func appendQuoted(out []byte, s string) []byte {
	const hex = "0123456789abcdef"
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\ufffd")
	}
	out = append(out, '"')
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			out = append(out, '\\', c)
		case c == '\n':
			out = append(out, '\\', 'n')
		case c == '\r':
			out = append(out, '\\', 'r')
		case c == '\t':
			out = append(out, '\\', 't')
		case c < ' ':
			out = append(out, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			out = append(out, c)
		}
	}
	return append(out, '"')
}
