package linkeddata

import "unicode/utf8"

// skipNumericEscape moves over uXXXX or UXXXXXXXX behind a backslash.
func (s *scanner) skipNumericEscape() {
	digits := 0
	switch {
	case s.take('u'):
		digits = 4
	case s.take('U'):
		digits = 8
	default:
		s.fail(`only \u and \U may follow a backslash here`)
	}
	for ; digits > 0; digits-- {
		if !isHex(s.peek()) {
			s.unexpected("a hexadecimal digit")
		}
		s.pos++
	}
}

func (s *scanner) skipEscape() {
	s.pos++
	switch s.peek() {
	case 't', 'b', 'n', 'r', 'f', '"', '\'', '\\':
		s.pos++
	default:
		s.skipNumericEscape()
	}
}

// unescape gives the token, whose escapes are known to be well formed, with
// the characters they stand for. The result lies in scratch.
func (s *scanner) unescape(b []byte) []byte {
	out := s.scratch[:0]
	for i := 0; i < len(b); i++ {
		if b[i] != '\\' {
			out = append(out, b[i])
			continue
		}
		i++
		switch c := b[i]; c {
		case 'u':
			out, i = s.appendRune(out, b[i+1:i+5]), i+4
		case 'U':
			out, i = s.appendRune(out, b[i+1:i+9]), i+8
		default:
			out = append(out, escapedByte(c))
		}
	}
	s.scratch = out
	return out
}

func (s *scanner) appendRune(out, hex []byte) []byte {
	var r uint32
	for _, c := range hex {
		r = r<<4 | uint32(hexValue(c))
	}
	if r > utf8.MaxRune || r >= 0xD800 && r <= 0xDFFF {
		s.failToken("%s is no character", hex)
	}
	return utf8.AppendRune(out, rune(r))
}

func hexValue(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}

func escapedByte(c byte) byte {
	switch c {
	case 't':
		return '\t'
	case 'b':
		return '\b'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 'f':
		return '\f'
	}
	return c
}
