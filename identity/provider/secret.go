package provider

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"

	"skrin/internal/secret"
)

// Secret is a text that only its holder may know. It cannot be printed, logged
// or compared by accident.
type Secret = secret.Text

// newSecret makes one of 256 random bits.
func newSecret() Secret { return secret.New(random(32)) }

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
