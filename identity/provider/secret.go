package provider

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
)

// Secret is a text that only its holder may know. It cannot be printed, logged
// or compared by accident.
type Secret struct {
	_    [0]func()
	text string
}

// Reveal gives the text, to be handed over once.
func (s Secret) Reveal() string { return s.text }

const hidden = "[secret]"

// String, GoString, Format, LogValue and MarshalText keep it out of texts.
func (s Secret) String() string             { return hidden }
func (s Secret) GoString() string           { return hidden }
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(hidden)) }
func (s Secret) LogValue() slog.Value       { return slog.StringValue(hidden) }

// MarshalText always refuses.
func (s Secret) MarshalText() ([]byte, error) {
	return nil, errors.New("a secret is not written as text")
}

// newSecret makes one of 256 random bits.
func newSecret() Secret { return Secret{text: random(32)} }

// random gives so many random bytes in base64url.
func random(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return base64.RawURLEncoding.EncodeToString(b)
}

// hashOf is what is kept of something that is brought back. What is hashed is
// random and long, so one round is enough.
func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// isHashOf compares in constant time. Nothing is the hash of "".
func isHashOf(hash, text string) bool {
	return hash != "" && text != "" && subtle.ConstantTimeCompare([]byte(hash), []byte(hashOf(text))) == 1
}
