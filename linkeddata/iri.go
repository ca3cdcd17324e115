package linkeddata

import (
	"errors"
	"fmt"
	"strings"
)

// ErrIRI is wrapped by every error about a text that is no absolute IRI.
var ErrIRI = errors.New("not an absolute IRI")

// IRI is an absolute IRI (RFC 3987) with its fragment, if it has one.
// It is comparable; two IRIs are equal when their characters are (RFC 3986
// section 6.2.1, as RDF asks for). The zero IRI names nothing.
type IRI struct{ s string }

// ParseIRI takes an absolute IRI as it stands: nothing is normalised.
func ParseIRI(s string) (IRI, error) {
	colon := strings.IndexByte(s, ':')
	if colon < 1 || !validScheme(s[:colon]) {
		return IRI{}, fmt.Errorf("%w: %q has no scheme", ErrIRI, clip(s))
	}
	if i := badIRIByte(s); i >= 0 {
		return IRI{}, fmt.Errorf("%w: %q has a character that must be escaped at byte %d", ErrIRI, clip(s), i)
	}
	return IRI{s}, nil
}

// MustIRI is ParseIRI for texts that stand in the program itself.
func MustIRI(s string) IRI {
	iri, err := ParseIRI(s)
	if err != nil {
		panic(err)
	}
	return iri
}

// String gives the IRI as it was parsed, "" for the zero IRI.
func (i IRI) String() string { return i.s }

// IsZero says whether the IRI names nothing.
func (i IRI) IsZero() bool { return i.s == "" }

// WithoutFragment names the document that the IRI points into.
func (i IRI) WithoutFragment() IRI {
	if n := strings.IndexByte(i.s, '#'); n >= 0 {
		return IRI{i.s[:n]}
	}
	return i
}

// HasPrefix says whether the IRI's text begins with that of p.
func (i IRI) HasPrefix(p IRI) bool { return strings.HasPrefix(i.s, p.s) }

func validScheme(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		letter := c|0x20 >= 'a' && c|0x20 <= 'z'
		if !letter && (i == 0 || !(c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.')) {
			return false
		}
	}
	return true
}

// badIRIByte finds the first byte that no IRI may hold unescaped, or -1.
func badIRIByte(s string) int {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c <= ' ', c == 0x7f, c == '<', c == '>', c == '"', c == '{', c == '}', c == '|', c == '\\', c == '^', c == '`':
			return i
		}
	}
	return -1
}

// clip keeps a foreign text short enough for an error message.
func clip(s string) string {
	if len(s) > 80 {
		return s[:80] + "..."
	}
	return s
}
