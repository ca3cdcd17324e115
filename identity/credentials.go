package identity

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"

	"skrin/internal/jose"
)

// Proof is what a request brought to show who asks.
type Proof struct {
	Authorization, DPoP []string // every line of each header
	Method              string   // as sent
	URL                 string   // absolute, made from the configured base URL, never from Host or X-Forwarded-*
}

// none says that the request brought no credentials at all.
func (p Proof) none() bool { return len(p.Authorization) == 0 && len(p.DPoP) == 0 }

// credentials are the two texts of a well-formed request.
type credentials struct {
	token, proof string
	hash         [sha256.Size]byte // of the token
}

// ath is how a proof names the token that it goes with (RFC 9449 section 4.2).
func (c credentials) ath() string { return base64.RawURLEncoding.EncodeToString(c.hash[:]) }

// readCredentials takes exactly one token with the DPoP scheme and exactly one
// proof. A token that is bound to a key is never accepted as a bearer token,
// and a bearer token never at all.
func readCredentials(p Proof) (credentials, *Refusal) {
	if len(p.Authorization) != 1 {
		return credentials{}, refuse(ErrRequest, "exactly one Authorization header is needed", nil)
	}
	if len(p.DPoP) != 1 {
		return credentials{}, refuse(ErrRequest, "exactly one DPoP header is needed", nil)
	}
	scheme, token, _ := strings.Cut(p.Authorization[0], " ")
	if !strings.EqualFold(scheme, "DPoP") {
		return credentials{}, refuse(ErrRequest, "only the DPoP authorization scheme is accepted", nil)
	}
	token = strings.TrimLeft(token, " ") // 1*SP, RFC 9110 section 11.4
	if token == "" || len(token) > jose.MaxToken || strings.ContainsAny(token, " \t,") {
		return credentials{}, refuse(ErrRequest, "the Authorization header must carry one token of at most 16 KiB", nil)
	}
	if proof := p.DPoP[0]; len(proof) > maxProof || strings.ContainsAny(proof, " \t,") {
		return credentials{}, refuse(ErrRequest, "the DPoP header must carry one proof of at most 8 KiB", nil)
	}
	return credentials{token: token, proof: p.DPoP[0], hash: sha256.Sum256([]byte(token))}, nil
}
