package jose

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"

	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jwk"
	"github.com/lestrrat-go/jwx/v2/jws"
)

// PrivateKey signs. It cannot be printed, logged, marshalled or compared by
// accident; MarshalPrivate says aloud what it does.
type PrivateKey struct {
	_      [0]func() // not comparable
	raw    crypto.Signer
	public *PublicKey
}

// GenerateKey makes a fresh key for an algorithm. Its id is its thumbprint.
func GenerateKey(a Algorithm) (*PrivateKey, error) {
	var raw crypto.Signer
	var err error
	switch a {
	case ES256:
		raw, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case RS256, PS256:
		raw, err = rsa.GenerateKey(rand.Reader, minRSA)
	case EdDSA:
		_, raw, err = ed25519.GenerateKey(rand.Reader)
	default:
		return nil, ErrAlgorithm
	}
	if err != nil {
		return nil, fmt.Errorf("make a key: %w", err)
	}
	return privateKey(raw, a, "")
}

// ParsePrivateKey reads what MarshalPrivate wrote. The error wraps ErrKey and
// repeats nothing of the data.
func ParsePrivateKey(data []byte) (*PrivateKey, error) {
	if _, err := ParseObject(data); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKey, err)
	}
	key, err := jwk.ParseKey(data)
	if err != nil {
		return nil, fmt.Errorf("%w: not a JWK", ErrKey)
	}
	var raw any
	if key.Raw(&raw) != nil {
		return nil, fmt.Errorf("%w: not a JWK", ErrKey)
	}
	signer, ok := raw.(crypto.Signer)
	if !ok || key.Algorithm() == nil {
		return nil, fmt.Errorf("%w: not a private key with its algorithm", ErrKey)
	}
	return privateKey(signer, Algorithm(key.Algorithm().String()), key.KeyID())
}

func privateKey(raw crypto.Signer, a Algorithm, id string) (*PrivateKey, error) {
	key, err := jwk.FromRaw(raw.Public())
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKey, err)
	}
	public, err := publicKey(key)
	if err != nil {
		return nil, err
	}
	if !public.fits(a) {
		return nil, fmt.Errorf("%w: its algorithm is not for its kind", ErrKey)
	}
	public.alg, public.id = a, id
	if id == "" {
		public.id = public.thumbprint
	}
	return &PrivateKey{raw: raw, public: public}, nil
}

// Public gives the half that may be shown.
func (k *PrivateKey) Public() *PublicKey { return k.public }

// Header is what a signed token says about itself, beside the algorithm.
type Header struct {
	Type  string // "typ"
	Embed bool   // carry the public key itself ("jwk", as DPoP proofs do) instead of its id ("kid")
}

// Sign makes a compact token of claims, which must marshal to a JSON object.
func (k *PrivateKey) Sign(h Header, claims any) (string, error) {
	head := map[string]any{"alg": k.public.alg}
	if h.Type != "" {
		head["typ"] = h.Type
	}
	if h.Embed {
		head["jwk"] = k.public.bare()
	} else {
		head["kid"] = k.public.id
	}
	header, err := json.Marshal(head)
	if err != nil {
		return "", fmt.Errorf("sign a token: %w", err)
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", fmt.Errorf("sign a token: %w", err)
	}
	return k.SignBytes(header, payload)
}

// SignBytes makes a compact token of exactly this header and payload, and
// checks neither. Sign is for tokens that are meant to be good.
func (k *PrivateKey) SignBytes(header, payload []byte) (string, error) {
	signer, err := jws.NewSigner(jwa.SignatureAlgorithm(k.public.alg))
	if err != nil {
		return "", fmt.Errorf("sign a token: %w", err)
	}
	encode := base64.RawURLEncoding.EncodeToString
	input := encode(header) + "." + encode(payload)
	signature, err := signer.Sign([]byte(input), k.raw)
	if err != nil {
		return "", fmt.Errorf("sign a token: %w", err)
	}
	return input + "." + encode(signature), nil
}

// bare is the key with neither id nor algorithm: only what the thumbprint covers.
func (k *PublicKey) bare() *PublicKey {
	return &PublicKey{raw: k.raw, thumbprint: k.thumbprint}
}

// MarshalPrivate writes the whole key as a JWK, secret part and all, to be
// sealed at once.
func (k *PrivateKey) MarshalPrivate() ([]byte, error) {
	key, err := jwk.FromRaw(k.raw)
	if err != nil {
		return nil, errors.New("write a private key: not possible")
	}
	if err := errors.Join(key.Set(jwk.KeyIDKey, k.public.id), key.Set(jwk.AlgorithmKey, string(k.public.alg))); err != nil {
		return nil, fmt.Errorf("write a private key: %w", err)
	}
	return json.Marshal(key)
}

const secret = "[secret]"

// String, GoString, Format, LogValue and MarshalText keep the key out of
// texts and logs.
func (k *PrivateKey) String() string             { return secret }
func (k *PrivateKey) GoString() string           { return secret }
func (k *PrivateKey) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(secret)) }
func (k *PrivateKey) LogValue() slog.Value       { return slog.StringValue(secret) }

// MarshalText always refuses: see MarshalPrivate.
func (k *PrivateKey) MarshalText() ([]byte, error) {
	return nil, errors.New("a private key is not written as text")
}
