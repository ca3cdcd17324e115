package account

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/secure/precis"
)

// Bounds of a name, in characters.
const (
	MinName = 2
	MaxName = 64
)

// nameMarks may stand between the letters and digits of a name.
const nameMarks = ".-_@+"

// ParseName gives the one form of a name to sign in with: the letters and
// digits of any script in lower case (RFC 8265, UsernameCaseMapped), and
// ". - _ @ +" between them, so that an e-mail address is a name. Errors wrap
// ErrName.
func ParseName(name string) (string, error) {
	name = strings.TrimSpace(name)
	if len(name) > 4*MaxName || !utf8.ValidString(name) {
		return "", fmt.Errorf("%w: too long, or no text", ErrName)
	}
	name, err := precis.UsernameCaseMapped.String(name)
	if err != nil {
		return "", fmt.Errorf("%w: letters and digits, and %s between them", ErrName, nameMarks)
	}
	if n := utf8.RuneCountInString(name); n < MinName || n > MaxName {
		return "", fmt.Errorf("%w: %d to %d characters", ErrName, MinName, MaxName)
	}
	first, _ := utf8.DecodeRuneInString(name)
	last, _ := utf8.DecodeLastRuneInString(name)
	if strings.ContainsRune(nameMarks, first) || strings.ContainsRune(nameMarks, last) || strings.ContainsFunc(name, notInName) {
		return "", fmt.Errorf("%w: letters and digits, and %s between them", ErrName, nameMarks)
	}
	return name, nil
}

func notInName(r rune) bool {
	return !unicode.In(r, unicode.L, unicode.M, unicode.Nd) && !strings.ContainsRune(nameMarks, r)
}

// maxLabel bounds what people call their passkeys and the host its invitations, in characters.
const maxLabel = 64

// parseLabel takes a label as it was typed. Errors wrap ErrLabel.
func parseLabel(text string) (string, error) {
	text = strings.TrimSpace(text)
	if len(text) > 4*maxLabel || utf8.RuneCountInString(text) > maxLabel || !utf8.ValidString(text) ||
		strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return "", fmt.Errorf("%w: it has at most %d characters, on one line", ErrLabel, maxLabel)
	}
	return text, nil
}

// maxAgent is how much is kept of what a browser calls itself, in bytes.
const maxAgent = 200

// cleanAgent makes what a browser calls itself fit to be kept and shown.
func cleanAgent(text string) string {
	text = strings.Map(func(r rune) rune {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, text[:min(len(text), 4*maxAgent)])
	for len(text) > maxAgent {
		_, size := utf8.DecodeLastRuneInString(text)
		text = text[:len(text)-size]
	}
	return text
}
