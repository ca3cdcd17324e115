package jose

import "errors"

// Errors of this room. Each is wrapped with what was wrong, never with what
// the token said.
var (
	ErrMalformed = errors.New("malformed token") // not a compact JWS as we read it, or not strict JSON
	ErrAlgorithm = errors.New("algorithm not allowed")
	ErrKey       = errors.New("unusable key")
	ErrSignature = errors.New("signature does not verify")
)

// Algorithm is a signature algorithm by its JOSE name. The zero value is none
// and is accepted nowhere.
type Algorithm string

// The algorithms that exist here, all asymmetric.
const (
	ES256 Algorithm = "ES256"
	RS256 Algorithm = "RS256"
	PS256 Algorithm = "PS256"
	EdDSA Algorithm = "EdDSA"
)

// Algorithms lists what we accept, the one we make ourselves first.
func Algorithms() []Algorithm { return []Algorithm{ES256, EdDSA, PS256, RS256} }

func (a Algorithm) known() bool {
	switch a {
	case ES256, RS256, PS256, EdDSA:
		return true
	}
	return false
}
