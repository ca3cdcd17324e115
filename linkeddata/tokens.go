package linkeddata

import "unicode/utf8"

// iriRef reads <...> and gives what stands between, unescaped.
func (s *scanner) iriRef() []byte {
	s.expect('<')
	s.begin("IRI", s.lim.IRI)
	escaped := false
	for {
		s.while(isIRI)
		switch {
		case s.take('\\'):
			escaped = true
			s.skipNumericEscape()
			continue
		case s.peek() != '>':
			s.unexpected("a character of an IRI or '>'")
		}
		break
	}
	b := s.buf[s.mark:s.pos]
	s.tokenFits(b)
	if escaped {
		b = s.unescape(b)
		for _, c := range b {
			if class[c]&isIRI == 0 {
				s.failToken("%q may not stand in an IRI, escaped or not", c)
			}
		}
	}
	s.mark = -1
	s.pos++
	return b
}

// tokenFits checks length and encoding of a token that was read whole.
func (s *scanner) tokenFits(b []byte) {
	if len(b) > s.max {
		s.exceed(s.maxName, int64(s.max))
	}
	if !utf8.Valid(b) {
		s.failToken("the text is not UTF-8")
	}
}

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

// quoted reads a short string behind its opening quote, and the closing one.
func (s *scanner) quoted(quote byte) []byte {
	s.begin("literal", s.lim.Literal)
	escaped := false
	for {
		s.while(isText)
		c := s.peek()
		switch {
		case s.pos == s.end:
			s.failToken("the string has no end")
		case c == quote:
			return s.closed(1, escaped)
		case c == '\\':
			escaped = true
			s.skipEscape()
		case c == '\n' || c == '\r':
			s.fail("the line ends inside a string")
		default:
			s.pos++ // the other kind of quote
		}
	}
}

// longQuoted reads a long string behind its three opening quotes, and the
// closing ones.
func (s *scanner) longQuoted(quote byte) []byte {
	s.begin("literal", s.lim.Literal)
	escaped := false
	for {
		s.while(isText)
		c := s.peek()
		switch {
		case s.pos == s.end:
			s.failToken("the string has no end")
		case c == quote && s.peekAt(1) == quote && s.peekAt(2) == quote:
			return s.closed(3, escaped)
		case c == '\\':
			escaped = true
			s.skipEscape()
		default:
			s.pos++
		}
	}
}

// closed gives the string's bytes and moves over the closing quotes.
func (s *scanner) closed(quotes int, escaped bool) []byte {
	b := s.buf[s.mark:s.pos]
	s.tokenFits(b)
	if escaped {
		b = s.unescape(b)
	}
	s.mark = -1
	s.pos += quotes
	return b
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

// label reads a blank node's label behind "_:".
func (s *scanner) label() []byte {
	s.begin("IRI", s.lim.IRI)
	s.while(isName)
	s.giveBackDots()
	b := s.token()
	if len(b) > s.max {
		s.exceed(s.maxName, int64(s.max))
	}
	if !validLabel(b) {
		s.fail("%q is no label of a blank node", clip(string(b)))
	}
	return b
}

// giveBackDots returns the dots that a name cannot end with.
func (s *scanner) giveBackDots() {
	for s.pos > s.mark && s.buf[s.pos-1] == '.' {
		s.pos--
	}
}

// languageTag reads a tag behind its "@", which it gives too.
func (s *scanner) languageTag() []byte {
	s.begin("language tag", 256)
	s.expect('@')
	if class[s.peek()]&isLetter == 0 {
		s.unexpected("a language tag")
	}
	s.while(isLetter)
	for s.peek() == '-' {
		s.pos++
		if class[s.peek()]&(isLetter|isDigit) == 0 {
			s.unexpected("a part of a language tag")
		}
		s.while(isLetter | isDigit)
	}
	b := s.token()
	if len(b) > s.max {
		s.exceed(s.maxName, int64(s.max))
	}
	return b
}

// number reads a numeric literal and tells which datatype it has.
func (s *scanner) number() (lexical []byte, datatype string) {
	s.begin("literal", s.lim.Literal)
	if c := s.peek(); c == '+' || c == '-' {
		s.pos++
	}
	whole := s.digits()
	datatype = nsXSD + "integer"
	fraction := 0
	if s.peek() == '.' && s.numberGoesOn(whole) {
		s.pos++
		fraction = s.digits()
		datatype = nsXSD + "decimal"
	}
	if whole+fraction == 0 {
		s.unexpected("a digit")
	}
	if c := s.peek(); c|0x20 == 'e' {
		s.pos++
		if c := s.peek(); c == '+' || c == '-' {
			s.pos++
		}
		if s.digits() == 0 {
			s.unexpected("a digit of an exponent")
		}
		datatype = nsXSD + "double"
	}
	b := s.token()
	if len(b) > s.max {
		s.exceed(s.maxName, int64(s.max))
	}
	return b, datatype
}

// numberGoesOn tells the point of a number from the one that ends a statement:
// a digit follows it, or, after digits, an exponent.
func (s *scanner) numberGoesOn(whole int) bool {
	c := s.peekAt(1)
	if class[c]&isDigit != 0 {
		return true
	}
	if whole == 0 || c|0x20 != 'e' {
		return false
	}
	c = s.peekAt(2)
	if c == '+' || c == '-' {
		c = s.peekAt(3)
	}
	return class[c]&isDigit != 0
}

func (s *scanner) digits() int {
	start := s.pos - s.mark
	s.while(isDigit)
	return s.pos - s.mark - start
}
