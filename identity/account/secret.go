package account

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
)

// Secret is a text that is not to be printed, logged, compared or written
// down: a password, a token, a code. The zero Secret is none.
type Secret struct {
	_      [0]func() // not comparable
	reveal func() string
}

// NewSecret takes a text that came in.
func NewSecret(s string) Secret {
	if s == "" {
		return Secret{}
	}
	return Secret{reveal: func() string { return s }}
}

// Reveal gives the text, to hand it out once: into a cookie, onto a page.
func (s Secret) Reveal() string {
	if s.reveal == nil {
		return ""
	}
	return s.reveal()
}

// IsZero says whether there is none.
func (s Secret) IsZero() bool { return s.reveal == nil }

const redacted = "[secret]"

func (Secret) String() string             { return redacted }
func (Secret) GoString() string           { return redacted }
func (Secret) Format(f fmt.State, _ rune) { io.WriteString(f, redacted) }
func (Secret) LogValue() slog.Value       { return slog.StringValue(redacted) }

// MarshalText always fails, so that no encoder writes a secret.
func (Secret) MarshalText() ([]byte, error) {
	return nil, errors.New("account: a secret is not marshalled")
}
