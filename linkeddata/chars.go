package linkeddata

import "unicode/utf8"

// Classes of bytes, as bits. Bytes of multi-byte characters count as members
// of names and IRIs; whoever reads a name checks its characters afterwards.
const (
	isSpace  = 1 << iota // space, tab, line feed, carriage return
	isIRI                // may stand between < and >
	isName               // may stand in a prefix, a label or a keyword
	isLocal              // isName and the colon
	isText               // may stand in a short string, its quotes aside
	isDigit              // 0-9
	isLetter             // A-Z, a-z
)

// class maps a byte to its classes. It is never written to.
var class = byteClasses()

func byteClasses() (t [256]uint8) {
	for i := range t {
		c := byte(i)
		letter, digit := c|0x20 >= 'a' && c|0x20 <= 'z', c >= '0' && c <= '9'
		if letter {
			t[i] |= isLetter
		}
		if digit {
			t[i] |= isDigit
		}
		if letter || digit || c == '_' || c == '-' || c == '.' || c >= utf8.RuneSelf {
			t[i] |= isName | isLocal
		}
		if c != '\\' && c != '\n' && c != '\r' && c != '"' && c != '\'' {
			t[i] |= isText
		}
		if badIRIByte(string(rune(c))) < 0 || c >= utf8.RuneSelf {
			t[i] |= isIRI
		}
	}
	for _, c := range " \t\n\r" {
		t[c] |= isSpace
	}
	t[':'] |= isLocal
	return t
}

// runeRange is an inclusive range of characters.
type runeRange struct{ lo, hi rune }

// nameStart is PN_CHARS_BASE of the Turtle grammar above ASCII.
var nameStart = [...]runeRange{
	{0xC0, 0xD6}, {0xD8, 0xF6}, {0xF8, 0x2FF}, {0x370, 0x37D}, {0x37F, 0x1FFF},
	{0x200C, 0x200D}, {0x2070, 0x218F}, {0x2C00, 0x2FEF}, {0x3001, 0xD7FF},
	{0xF900, 0xFDCF}, {0xFDF0, 0xFFFD}, {0x10000, 0xEFFFF},
}

// nameMore is what PN_CHARS adds to it above ASCII.
var nameMore = [...]runeRange{{0xB7, 0xB7}, {0x300, 0x36F}, {0x203F, 0x2040}}

func isNameStart(r rune) bool {
	if r >= 0 && r < utf8.RuneSelf {
		return class[r]&isLetter != 0
	}
	return within(nameStart[:], r)
}

func isNameRune(r rune) bool {
	if r < utf8.RuneSelf {
		return class[r]&isName != 0
	}
	return within(nameStart[:], r) || within(nameMore[:], r)
}

func within(ranges []runeRange, r rune) bool {
	for _, x := range ranges {
		if r <= x.hi {
			return r >= x.lo
		}
	}
	return false
}

// firstRune gives the first character and its length, -1 for bytes that are not UTF-8.
func firstRune(b []byte) (rune, int) {
	r, n := utf8.DecodeRune(b)
	if r == utf8.RuneError && n < 2 {
		return -1, n
	}
	return r, n
}

// validPrefix is PN_PREFIX without its colon; empty is allowed.
func validPrefix(b []byte) bool {
	if len(b) == 0 {
		return true
	}
	r, n := firstRune(b)
	return isNameStart(r) && validNameRest(b[n:])
}

// validLabel is BLANK_NODE_LABEL without its "_:".
func validLabel(b []byte) bool {
	r, n := firstRune(b)
	if n == 0 || !isNameStart(r) && r != '_' && !(r >= '0' && r <= '9') {
		return false
	}
	return validNameRest(b[n:])
}

// validNameRest is (PN_CHARS | '.')* PN_CHARS, or nothing.
func validNameRest(b []byte) bool {
	if len(b) == 0 {
		return true
	}
	return b[len(b)-1] != '.' && validRunes(b, isNameRune)
}

// validLocal is PN_LOCAL after its backslashes were taken away; the bytes that
// had one are not looked at again.
func validLocal(b []byte) bool {
	if len(b) == 0 {
		return true
	}
	r, n := firstRune(b)
	if !isNameStart(r) && r != '_' && r != ':' && !(r >= '0' && r <= '9') {
		return false
	}
	return validRunes(b[n:], func(r rune) bool { return r == ':' || isNameRune(r) })
}

func validRunes(b []byte, ok func(rune) bool) bool {
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n < 2 || !ok(r) {
			return false
		}
		i += n
	}
	return true
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f'
}
