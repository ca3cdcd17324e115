package crypto

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
)

const redacted = "[secret]"

var errSecret = errors.New("crypto: a secret is not marshalled")

// secret is embedded, first, in every type that holds key material. It makes
// the type print as "[secret]" and keeps it from being compared with ==.
// The bytes themselves must stand behind a pointer: fmt cannot call methods on
// unexported fields of a struct around the secret, and shows an address then.
type secret struct{ _ [0]func() }

func (secret) String() string               { return redacted }
func (secret) GoString() string             { return redacted }
func (secret) Format(f fmt.State, _ rune)   { io.WriteString(f, redacted) }
func (secret) LogValue() slog.Value         { return slog.StringValue(redacted) }
func (secret) MarshalText() ([]byte, error) { return nil, errSecret }
