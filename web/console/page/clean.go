package page

import (
	"strings"
	"unicode"
)

// longest is how much is shown of a text that somebody else wrote, in characters.
const longest = 2000

// Clean makes a text of somebody else's fit to be shown: without control
// characters and without those that change the direction of what follows or
// cannot be seen, all of which make a text read as what it is not.
func Clean(text string) string {
	n := 0
	return strings.Map(func(r rune) rune {
		switch {
		case n >= longest, unsightly(r):
			return -1
		case r == '\n' || r == '\t' || r == '\r':
			r = ' '
		}
		n++
		return r
	}, text)
}

func unsightly(r rune) bool {
	switch {
	case r == '\n' || r == '\t' || r == '\r', r == '\u200c', r == '\u200d': // the last two join letters and emoji
		return false
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Cs, unicode.Co, unicode.Zl, unicode.Zp, unicode.Other_Default_Ignorable_Code_Point) ||
		r == unicode.ReplacementChar || r == '\u2800' // braille without a dot
}
