package jose

import (
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jws"
)

// MaxToken is the longest compact token that Parse reads, in bytes.
const MaxToken = 16 << 10

// Signed is a compact JWS whose payload is a JSON object (a signed JWT). Until
// Verify has returned nil, what it says is only a stranger's word.
type Signed struct {
	Algorithm Algorithm
	Type      string // "typ" in lower case and without "application/", as RFC 7515 section 4.1.9 compares it; "" when absent
	KeyID     string // "kid", "" when absent
	Claims    Object

	header    Object
	input     string // what is signed: header and payload as they came
	signature []byte
}

// Parse reads a compact token and verifies nothing. The error wraps
// ErrMalformed, or ErrAlgorithm for an algorithm that is not one of ours.
func Parse(compact string) (*Signed, error) {
	if len(compact) > MaxToken {
		return nil, fmt.Errorf("%w: longer than %d bytes", ErrMalformed, MaxToken)
	}
	head, rest, ok1 := strings.Cut(compact, ".")
	body, sig, ok2 := strings.Cut(rest, ".")
	if !ok1 || !ok2 || strings.Contains(sig, ".") {
		return nil, fmt.Errorf("%w: not three parts", ErrMalformed)
	}
	s := &Signed{input: compact[:len(head)+1+len(body)]}
	if err := s.readHeader(head); err != nil {
		return nil, fmt.Errorf("header: %w", err)
	}
	payload, err := decode(body)
	if err != nil {
		return nil, fmt.Errorf("payload: %w", err)
	}
	if s.Claims, err = ParseObject(payload); err != nil {
		return nil, fmt.Errorf("payload: %w", err)
	}
	if s.signature, err = decode(sig); err != nil {
		return nil, fmt.Errorf("signature: %w", err)
	}
	return s, nil
}

func (s *Signed) readHeader(part string) error {
	data, err := decode(part)
	if err != nil {
		return err
	}
	if s.header, err = ParseObject(data); err != nil {
		return err
	}
	// crit names extensions that must be understood, and we have none; b64
	// (RFC 7797) would change what is signed.
	if s.header.Has("crit") || s.header.Has("b64") {
		return fmt.Errorf("%w: demands an extension", ErrMalformed)
	}
	alg, err := s.header.Text("alg")
	if err != nil {
		return err
	}
	if s.Algorithm = Algorithm(alg); !s.Algorithm.known() {
		return ErrAlgorithm
	}
	if s.KeyID, err = s.header.Text("kid"); err != nil {
		return err
	}
	typ, err := s.header.Text("typ")
	s.Type = strings.TrimPrefix(strings.ToLower(typ), "application/")
	return err
}

// EmbeddedKey gives the public key that the header carries ("jwk"). Only a
// proof of possession may be verified with it, since anybody can embed a key.
// known may be a key that an earlier token of the same sender carried, or nil:
// when the header has the same text, known is the answer and nothing is parsed.
// The error wraps ErrKey, also when there is none or when it is private.
func (s *Signed) EmbeddedKey(known *PublicKey) (*PublicKey, error) {
	raw := s.header.raw("jwk")
	if raw == nil {
		return nil, fmt.Errorf("%w: no jwk in the header", ErrKey)
	}
	if known != nil && known.text == string(raw) {
		return known, nil
	}
	return ParsePublicKey(raw)
}

// Verify checks the signature. The error wraps ErrAlgorithm when the key is
// not made for the token's algorithm, else ErrSignature.
func (s *Signed) Verify(k *PublicKey) error {
	if !k.fits(s.Algorithm) {
		return fmt.Errorf("%w: not with this key", ErrAlgorithm)
	}
	if want := k.signatureSize(); len(s.signature) != want {
		return fmt.Errorf("%w: %d bytes long, not %d", ErrSignature, len(s.signature), want)
	}
	verifier, err := jws.NewVerifier(jwa.SignatureAlgorithm(s.Algorithm))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrAlgorithm, err)
	}
	if verifier.Verify([]byte(s.input), s.signature, k.raw) != nil {
		return ErrSignature
	}
	return nil
}

// decode reads base64url without padding (RFC 7515 section 2) and nothing
// looser: Go's decoder alone would skip line ends.
func decode(part string) ([]byte, error) {
	if strings.ContainsAny(part, "\r\n") {
		return nil, fmt.Errorf("%w: not base64url", ErrMalformed)
	}
	data, err := base64.RawURLEncoding.Strict().DecodeString(part)
	if err != nil {
		return nil, fmt.Errorf("%w: not base64url", ErrMalformed)
	}
	return data, nil
}
