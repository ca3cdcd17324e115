package secret

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
)

// Text is a text that is not to be printed, logged, compared or written down:
// a password, a token, a code. The zero Text is none.
//
// The text is behind a function, since fmt cannot call methods on the unexported
// fields of a struct around it; of a function it shows an address.
type Text struct {
	_      [0]func() // not comparable
	reveal func() string
}

// New takes a text that came in, or was made.
func New(s string) Text {
	if s == "" {
		return Text{}
	}
	return Text{reveal: func() string { return s }}
}

// Reveal gives the text, to hand it out once: into a cookie, onto a page.
func (t Text) Reveal() string {
	if t.reveal == nil {
		return ""
	}
	return t.reveal()
}

// IsZero says whether there is none.
func (t Text) IsZero() bool { return t.reveal == nil }

const redacted = "[secret]"

func (Text) String() string             { return redacted }
func (Text) GoString() string           { return redacted }
func (Text) Format(f fmt.State, _ rune) { io.WriteString(f, redacted) }
func (Text) LogValue() slog.Value       { return slog.StringValue(redacted) }

// MarshalText always fails, so that no encoder writes a secret.
func (Text) MarshalText() ([]byte, error) {
	return nil, errors.New("a secret is not marshalled")
}
