package tree

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// text passes over a string and says whether it has escapes.
func (p *parser) text() (escaped bool, err error) {
	s := p.src
	for i := p.pos + 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			p.pos = i + 1
			return escaped, nil
		case c == '\\':
			escaped = true
			n := escapeLength(s[i:])
			if n == 0 {
				p.pos = i
				return false, p.fail("no such escape")
			}
			i += n - 1
		case c < ' ':
			p.pos = i
			return false, p.fail("a control character in a text must be escaped")
		}
	}
	p.pos = len(s)
	return false, p.fail("the text ends inside a string")
}

// escapeLength measures the escape that s begins with; 0: it is none.
func escapeLength(s string) int {
	if len(s) < 2 {
		return 0
	}
	if strings.IndexByte(`"\/bfnrt`, s[1]) >= 0 {
		return 2
	}
	if s[1] == 'u' && len(s) >= 6 && hex4(s[2:6]) >= 0 {
		return 6
	}
	return 0
}

// number passes over a number (RFC 8259 section 6).
func (p *parser) number() error {
	if p.src[p.pos] == '-' {
		p.pos++
	}
	leadingZero := p.pos < len(p.src) && p.src[p.pos] == '0'
	n := p.digits()
	if n == 0 || leadingZero && n > 1 {
		return p.fail("not a number")
	}
	if p.pos < len(p.src) && p.src[p.pos] == '.' {
		p.pos++
		if p.digits() == 0 {
			return p.fail("digits belong behind the point")
		}
	}
	if p.pos < len(p.src) && p.src[p.pos]|0x20 == 'e' {
		p.pos++
		if p.pos < len(p.src) && (p.src[p.pos] == '+' || p.src[p.pos] == '-') {
			p.pos++
		}
		if p.digits() == 0 {
			return p.fail("digits belong in the exponent")
		}
	}
	return nil
}

func (p *parser) digits() int {
	from := p.pos
	for p.pos < len(p.src) && p.src[p.pos] >= '0' && p.src[p.pos] <= '9' {
		p.pos++
	}
	return p.pos - from
}

// unescape writes a string's characters out; s has passed text before. Half a
// surrogate pair alone becomes U+FFFD.
func unescape(s string) string {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); {
		if s[i] != '\\' {
			out = append(out, s[i])
			i++
			continue
		}
		if s[i+1] != 'u' {
			out = append(out, plain(s[i+1]))
			i += 2
			continue
		}
		r := hex4(s[i+2 : i+6])
		i += 6
		if utf16.IsSurrogate(r) {
			low := rune(-1)
			if len(s) >= i+6 && s[i] == '\\' && s[i+1] == 'u' {
				low = hex4(s[i+2 : i+6])
			}
			if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
				r = pair
				i += 6
			}
		}
		out = utf8.AppendRune(out, r) // writes U+FFFD for half a pair
	}
	return string(out)
}

func plain(c byte) byte {
	switch c {
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	}
	return c
}

// hex4 reads four hexadecimal digits, -1 when they are not.
func hex4(s string) rune {
	var r rune
	for i := 0; i < 4; i++ {
		c := s[i]
		switch {
		case c >= '0' && c <= '9':
			r = r<<4 | rune(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			r = r<<4 | rune(c|0x20-'a'+10)
		default:
			return -1
		}
	}
	return r
}
