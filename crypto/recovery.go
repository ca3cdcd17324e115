package crypto

import (
	"fmt"
	"strings"
	"unicode"

	"filippo.io/age"
)

// RecoveryKey is the citizen's own way in, printed and put away: a hybrid
// post-quantum age identity.
type RecoveryKey struct {
	secret
	identity func() *age.HybridIdentity // nil: destroyed
}

const recoveryPrefix = "AGE-SECRET-KEY-PQ-1"

// GenerateRecoveryKey makes a new one.
func GenerateRecoveryKey() (*RecoveryKey, error) {
	id, err := age.GenerateHybridIdentity()
	if err != nil {
		return nil, fmt.Errorf("making a recovery key: %w", err)
	}
	return &RecoveryKey{identity: hold(id)}, nil
}

// ParseRecoveryKey reads what Text or Line wrote, as a person types it: in
// capitals or not, with spaces, hyphens and line ends anywhere, with the letters
// o and i (which no key has) for 0 and l, with or without the first line, which is
// the same in all keys. A mistyped letter is found by the key's checksum. Errors
// wrap ErrKey and repeat nothing of the text.
func ParseRecoveryKey(text string) (*RecoveryKey, error) {
	letters := strings.TrimPrefix(bare(text), bare(recoveryPrefix))
	id, err := age.ParseHybridIdentity(recoveryPrefix + letters)
	if err != nil {
		return nil, fmt.Errorf("%w: the recovery key has a mistyped or missing letter", ErrKey)
	}
	return &RecoveryKey{identity: hold(id)}, nil
}

// bare is the text in capitals without spaces and hyphens, and with the one letter
// of those that look alike that keys have.
func bare(text string) string {
	return strings.Map(func(r rune) rune {
		switch r = unicode.ToUpper(r); {
		case unicode.IsSpace(r) || unicode.Is(unicode.Pd, r):
			return -1
		case r == 'O':
			return '0'
		case r == 'I' || r == '1':
			return 'L'
		}
		return r
	}, text)
}

// Line gives the secret in one piece, as the age tool reads it (and for a QR code).
func (r *RecoveryKey) Line() string {
	if r.identity == nil {
		return ""
	}
	return r.identity().String()
}

// Text gives the secret for printing: the prefix on a line of its own, then
// groups of four letters, six a line.
func (r *RecoveryKey) Text() string {
	letters, ok := strings.CutPrefix(r.Line(), recoveryPrefix)
	if !ok {
		return ""
	}
	out := []byte(recoveryPrefix + "\n")
	for i := range len(letters) {
		switch {
		case i > 0 && i%24 == 0:
			out = append(out, '\n')
		case i > 0 && i%4 == 0:
			out = append(out, ' ')
		}
		out = append(out, letters[i])
	}
	return string(append(out, '\n'))
}

// Recipient is the public half, in age's text form.
func (r *RecoveryKey) Recipient() string {
	if r.identity == nil {
		return ""
	}
	return r.identity().Recipient().String()
}

// Destroy lets go of the identity. It is age's own, and cannot be zeroed.
func (r *RecoveryKey) Destroy() { r.identity = nil }
