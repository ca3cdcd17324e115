package health

// pass goes over the next value: to the bracket that closes it, the quote that
// ends it, or the byte that cannot belong to a number or word.
func (s *stream) pass() error {
	c, ok := s.peek()
	switch {
	case !ok:
		return s.ended()
	case c == '"':
		return s.passText()
	case c == '{' || c == '[':
		return s.passBrackets()
	}
	return s.passWord()
}

// passText goes over a string; pos is at its opening quote.
func (s *stream) passText() error {
	for s.pos++; ; {
		for s.pos < len(s.window) {
			switch s.window[s.pos] {
			case '"':
				s.pos++
				return nil
			case '\\':
				s.pos++ // what is escaped may be in the next block
				if s.pos >= len(s.window) && !s.more() {
					return s.ended()
				}
			}
			s.pos++
		}
		if !s.more() {
			return s.ended()
		}
	}
}

func (s *stream) passBrackets() error {
	depth := 0
	for {
		for s.pos < len(s.window) {
			switch s.window[s.pos] {
			case '"':
				if err := s.passText(); err != nil {
					return err
				}
				continue
			case '{', '[':
				depth++
			case '}', ']':
				if depth--; depth == 0 {
					s.pos++
					return nil
				}
			}
			s.pos++
		}
		if !s.more() {
			return s.ended()
		}
	}
}

// passWord goes over a number, a word, or one byte that is neither.
func (s *stream) passWord() error {
	for first := true; ; first = false {
		if s.pos >= len(s.window) && !s.more() {
			return s.readError()
		}
		switch s.window[s.pos] {
		case ' ', '\n', '\r', '\t', ',', ':', ']', '}', '[', '{', '"':
			if first {
				s.pos++
			}
			return nil
		}
		s.pos++
	}
}
