package account

import "skrin/internal/secret"

// Secret is a text that is not to be printed, logged, compared or written
// down: a password, a token, a code. The zero Secret is none.
type Secret = secret.Text

// NewSecret takes a text that came in.
func NewSecret(s string) Secret { return secret.New(s) }
