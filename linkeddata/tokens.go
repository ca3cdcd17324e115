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
