package linkeddata

import (
	"io"
	"strconv"
	"unicode/utf8"
)

// output collects what is written and hands it over in large pieces. After an
// error of w it swallows everything; flush gives that error.
type output struct {
	w     io.Writer // nil: a rehearsal
	buf   []byte
	stage int // how much longer buf may become before it is handed over, once
	err   error
}

const (
	outputSize   = 32 << 10
	largestStage = 4 << 20 // how much of a rehearsal is kept
)

// newOutput has room for what so many quads need, or for a piece.
func newOutput(w io.Writer, quads int) output {
	return output{w: w, buf: make([]byte, 0, min(outputSize+outputSize/8, 512+128*quads))}
}

// rehearsal is an output of which nothing is written. What it holds may be used
// when all of it does (whole), which is when it is not large.
func rehearsal(size int) output {
	return output{buf: make([]byte, 0, min(size, largestStage)), stage: largestStage}
}

func (o *output) whole() bool { return o.stage > 0 }

func (o *output) text(s string) {
	o.buf = append(o.buf, s...)
	if len(o.buf) >= outputSize+o.stage {
		o.drain()
	}
}

func (o *output) byte(c byte) { o.buf = append(o.buf, c) }

func (o *output) drain() {
	o.stage = 0
	if o.w != nil && o.err == nil {
		_, o.err = o.w.Write(o.buf)
	}
	o.buf = o.buf[:0]
}

func (o *output) flush() error {
	o.drain()
	return o.err
}

// flushWith is flush with more text behind what was written.
func (o *output) flushWith(more []byte) error {
	if err := o.flush(); err != nil {
		return err
	}
	_, err := o.w.Write(more)
	return err
}

// quotedText writes a lexical form as a short string of the Turtle family.
func (o *output) quotedText(s string) {
	o.byte('"')
	o.escaped(s, needsEscape)
	o.byte('"')
	if len(o.buf) >= outputSize+o.stage {
		o.drain()
	}
}

// needsEscape marks the bytes that a short string escapes. It is never written to.
var needsEscape = func() (t [256]bool) {
	for c := range 0x20 {
		t[c] = true
	}
	t['"'], t['\\'], t[0x7f] = true, true, true
	return t
}()

// escaped writes a text with escapes for the bytes marked. Bytes that are not
// UTF-8 become the replacement character.
func (o *output) escaped(s string, marked [256]bool) {
	if !utf8.ValidString(s) {
		s = string([]rune(s))
	}
	from := 0
	for i := 0; i < len(s); i++ {
		if !marked[s[i]] {
			continue
		}
		o.buf = append(o.buf, s[from:i]...)
		o.buf = appendEscape(o.buf, s[i])
		from = i + 1
	}
	o.buf = append(o.buf, s[from:]...)
}

func appendEscape(b []byte, c byte) []byte {
	const hex = "0123456789ABCDEF"
	switch c {
	case '\n':
		return append(b, `\n`...)
	case '\r':
		return append(b, `\r`...)
	case '\t':
		return append(b, `\t`...)
	case '"', '\\':
		return append(b, '\\', c)
	}
	return append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
}

// jsonText writes a text with the escapes that JSON demands, without quotes.
func (o *output) jsonText(s string) {
	const hex = "0123456789abcdef"
	if !utf8.ValidString(s) {
		s = string([]rune(s))
	}
	from := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' {
			continue
		}
		o.buf = append(o.buf, s[from:i]...)
		from = i + 1
		switch c {
		case '"', '\\', '\n', '\r', '\t':
			o.buf = appendEscape(o.buf, c)
		case '\b':
			o.buf = append(o.buf, `\b`...)
		case '\f':
			o.buf = append(o.buf, `\f`...)
		default:
			o.buf = append(o.buf, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
	}
	o.buf = append(o.buf, s[from:]...)
}

// iri writes <...>.
func (o *output) iri(s string) {
	o.byte('<')
	o.text(s)
	o.byte('>')
}

// labels names blank nodes in a text. A label that a document may hold stays,
// unless it looks like those given here: b1, b2 and so on, in order.
type labels struct {
	given map[string]string
}

func (l *labels) of(t Term) string {
	if keepsLabel(t.s) {
		return t.s
	}
	if name, known := l.given[t.s]; known {
		return name
	}
	if l.given == nil {
		l.given = map[string]string{}
	}
	name := "b" + strconv.Itoa(len(l.given)+1)
	l.given[t.s] = name
	return name
}

func keepsLabel(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= utf8.RuneSelf || class[c]&isName == 0 || (c == '.' || c == '-') {
			return false
		}
	}
	return s != "" && !(s[0] == 'b' && len(s) > 1 && allDigits(s[1:]))
}

func allDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if class[s[i]]&isDigit == 0 {
			return false
		}
	}
	return true
}
