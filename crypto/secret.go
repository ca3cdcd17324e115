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
// The material itself is behind a function (see hold): fmt cannot call methods
// on the unexported fields of a struct around the secret, and would follow
// pointers under a wrong verb; of a function it shows an address.
type secret struct{ _ [0]func() }

// hold keeps key material out of the sight of fmt and reflect.
func hold[T any](v *T) func() *T { return func() *T { return v } }

func (secret) String() string               { return redacted }
func (secret) GoString() string             { return redacted }
func (secret) Format(f fmt.State, _ rune)   { io.WriteString(f, redacted) }
func (secret) LogValue() slog.Value         { return slog.StringValue(redacted) }
func (secret) MarshalText() ([]byte, error) { return nil, errSecret }
