package jose

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/lestrrat-go/jwx/v2/jwk"
)

// Sizes of RSA keys in bits: below is broken in reach, above costs whoever
// verifies too much.
const (
	minRSA = 2048
	maxRSA = 8192
)

// PublicKey is a key that signatures are checked with: EC on P-256, RSA of
// 2048 to 8192 bits, or Ed25519. It does not change.
type PublicKey struct {
	raw        crypto.PublicKey
	id         string    // kid, "" when it has none
	alg        Algorithm // what the key says it is for, "" when it does not
	thumbprint string
	text       string // the JWK that it was read from, "" when it was not
}

// ParsePublicKey reads a JWK (RFC 7517). The error wraps ErrKey: for symmetric
// keys and unknown kinds, for weak or malformed ones, for keys that are not
// meant for signatures, and for any private member.
func ParsePublicKey(data []byte) (*PublicKey, error) {
	o, err := ParseObject(data)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKey, err)
	}
	for _, private := range [...]string{"d", "p", "q", "dp", "dq", "qi", "oth", "k"} {
		if o.Has(private) {
			return nil, fmt.Errorf("%w: it carries the secret part", ErrKey)
		}
	}
	if err := forVerifying(o); err != nil {
		return nil, err
	}
	key, err := jwk.ParseKey(data)
	if err != nil {
		return nil, fmt.Errorf("%w: not a JWK that we know", ErrKey)
	}
	k, err := publicKey(key)
	if err != nil {
		return nil, err
	}
	k.text = string(data)
	return k, nil
}

// forVerifying refuses keys that say they are for something else.
func forVerifying(o Object) error {
	use, err := o.Text("use")
	if err != nil {
		return fmt.Errorf("%w: %w", ErrKey, err)
	}
	ops, err := o.Texts("key_ops")
	if err != nil {
		return fmt.Errorf("%w: %w", ErrKey, err)
	}
	if use != "" && use != "sig" || ops != nil && !slices.Contains(ops, "verify") {
		return fmt.Errorf("%w: not for signatures", ErrKey)
	}
	return nil
}

// publicKey takes a key that the library has parsed.
func publicKey(key jwk.Key) (*PublicKey, error) {
	k := &PublicKey{id: key.KeyID()}
	if err := key.Raw(&k.raw); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKey, err)
	}
	if err := k.check(); err != nil {
		return nil, err
	}
	if alg := key.Algorithm(); alg != nil && alg.String() != "" {
		k.alg = Algorithm(alg.String())
		if !k.fits(k.alg) {
			return nil, fmt.Errorf("%w: its algorithm is not for its kind", ErrKey)
		}
	}
	sum, err := key.Thumbprint(crypto.SHA256)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKey, err)
	}
	k.thumbprint = base64.RawURLEncoding.EncodeToString(sum)
	return k, nil
}

func (k *PublicKey) check() error {
	switch raw := k.raw.(type) {
	case *ecdsa.PublicKey:
		if raw.Curve != elliptic.P256() {
			return fmt.Errorf("%w: not on P-256", ErrKey)
		}
		if _, err := raw.ECDH(); err != nil { // also checks that the point is on the curve
			return fmt.Errorf("%w: not a point on P-256", ErrKey)
		}
	case *rsa.PublicKey:
		if bits := raw.N.BitLen(); bits < minRSA || bits > maxRSA || raw.E < 3 || raw.E%2 == 0 {
			return fmt.Errorf("%w: RSA of this size", ErrKey)
		}
	case ed25519.PublicKey:
		if len(raw) != ed25519.PublicKeySize {
			return fmt.Errorf("%w: not an Ed25519 key", ErrKey)
		}
	default:
		return fmt.Errorf("%w: not a kind that signs", ErrKey)
	}
	return nil
}

// ID gives the key's "kid", "" when it has none.
func (k *PublicKey) ID() string { return k.id }

// Algorithm gives what the key says it signs with, "" when it does not say.
func (k *PublicKey) Algorithm() Algorithm { return k.alg }

// Thumbprint gives the key's SHA-256 thumbprint in base64url (RFC 7638), the
// value of "jkt".
func (k *PublicKey) Thumbprint() string { return k.thumbprint }

// MarshalJSON writes the key as a JWK.
func (k *PublicKey) MarshalJSON() ([]byte, error) {
	key, err := jwk.FromRaw(k.raw)
	if err != nil {
		return nil, fmt.Errorf("write a JWK: %w", err)
	}
	for name, value := range map[string]string{jwk.KeyIDKey: k.id, jwk.AlgorithmKey: string(k.alg)} {
		if value == "" {
			continue
		}
		if err := key.Set(name, value); err != nil {
			return nil, fmt.Errorf("write a JWK: %w", err)
		}
	}
	return json.Marshal(key)
}

// fits says whether the algorithm is made for this kind of key and is the one
// the key says it is for, when it says so. Keys without "alg" are common.
func (k *PublicKey) fits(a Algorithm) bool {
	if k.alg != "" && k.alg != a {
		return false
	}
	switch k.raw.(type) {
	case *ecdsa.PublicKey:
		return a == ES256
	case *rsa.PublicKey:
		return a == RS256 || a == PS256
	case ed25519.PublicKey:
		return a == EdDSA
	}
	return false
}

// signatureSize is the one length that a signature of this key has. For ES256
// it tells r || s from the DER form, which JOSE does not use.
func (k *PublicKey) signatureSize() int {
	if raw, ok := k.raw.(*rsa.PublicKey); ok {
		return raw.Size()
	}
	return 64 // P-256 and Ed25519
}
