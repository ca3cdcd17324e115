package jose

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"

	"github.com/lestrrat-go/jwx/v2/jwk"
)

// ImportPrivateKey reads a private key that was made elsewhere: a JWK, or PEM
// (PKCS #8, PKCS #1 or SEC 1) without a passphrase. a and id may be left empty.
// Then the algorithm is the one that the JWK names, or ES256 for a key on P-256,
// EdDSA for Ed25519 and RS256 for RSA, and the id that of the JWK, or the
// thumbprint. What the JWK itself says is not overruled. The error wraps ErrKey,
// and repeats nothing of the data.
func ImportPrivateKey(data []byte, a Algorithm, id string) (*PrivateKey, error) {
	data = bytes.TrimSpace(data)
	if len(data) == 0 {
		return nil, fmt.Errorf("%w: nothing in it", ErrKey)
	}
	if data[0] != '{' {
		raw, err := parsePEM(data)
		if err != nil {
			return nil, err
		}
		return importKey(raw, a, id)
	}
	o, err := ParseObject(data)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKey, err)
	}
	raw, err := parsePrivateJWK(data, o)
	if err != nil {
		return nil, err
	}
	alg, err := settled("alg", o, string(a))
	if err != nil {
		return nil, err
	}
	if id, err = settled("kid", o, id); err != nil {
		return nil, err
	}
	return importKey(raw, Algorithm(alg), id)
}

// settled is what a member says, or what was wanted where it says nothing.
func settled(member string, o Object, wanted string) (string, error) {
	said, err := o.Text(member)
	switch {
	case err != nil:
		return "", fmt.Errorf("%w: %w", ErrKey, err)
	case said == "":
		return wanted, nil
	case wanted != "" && wanted != said:
		return "", fmt.Errorf("%w: its own %q says something else", ErrKey, member)
	}
	return said, nil
}

func importKey(raw crypto.Signer, a Algorithm, id string) (*PrivateKey, error) {
	if a == "" {
		switch raw.(type) {
		case *ecdsa.PrivateKey:
			a = ES256
		case ed25519.PrivateKey:
			a = EdDSA
		default:
			a = RS256
		}
	}
	if !a.known() {
		return nil, fmt.Errorf("%w: %w", ErrKey, ErrAlgorithm)
	}
	if len(id) > maxID {
		return nil, fmt.Errorf("%w: its id is longer than %d bytes", ErrKey, maxID)
	}
	key, err := privateKey(raw, a, id)
	if err != nil {
		return nil, err
	}
	if err := key.whole(); err != nil {
		return nil, err
	}
	return key, nil
}

// maxID bounds the id of a key, in bytes.
const maxID = 256

// whole signs something and looks at it: the halves of a key that was written by
// others need not belong together, and its secret half need not be one.
func (k *PrivateKey) whole() error {
	token, err := k.Sign(Header{}, struct{}{})
	if err == nil {
		var signed *Signed
		if signed, err = Parse(token); err == nil {
			err = signed.Verify(k.public)
		}
	}
	if err != nil {
		return fmt.Errorf("%w: its two halves do not belong together", ErrKey)
	}
	return nil
}

// parsePrivateJWK takes a JWK that is meant for signatures.
func parsePrivateJWK(data []byte, o Object) (crypto.Signer, error) {
	if use, err := o.Text("use"); err != nil || use != "" && use != "sig" {
		return nil, fmt.Errorf("%w: not for signatures", ErrKey)
	}
	key, err := jwk.ParseKey(data)
	if err != nil {
		return nil, fmt.Errorf("%w: not a JWK that we know", ErrKey)
	}
	var raw any
	if key.Raw(&raw) != nil {
		return nil, fmt.Errorf("%w: not a JWK that we know", ErrKey)
	}
	signer, ok := raw.(crypto.Signer)
	if !ok {
		return nil, fmt.Errorf("%w: not a private key", ErrKey)
	}
	return signer, nil
}

// parsePEM takes the first private key of a PEM file.
func parsePEM(data []byte) (crypto.Signer, error) {
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		var raw any
		var err error
		switch block.Type {
		case "PRIVATE KEY":
			raw, err = x509.ParsePKCS8PrivateKey(block.Bytes)
		case "RSA PRIVATE KEY":
			raw, err = x509.ParsePKCS1PrivateKey(block.Bytes)
		case "EC PRIVATE KEY":
			raw, err = x509.ParseECPrivateKey(block.Bytes)
		case "ENCRYPTED PRIVATE KEY":
			return nil, fmt.Errorf("%w: it is sealed with a passphrase", ErrKey)
		default: // its parameters, a certificate
			continue
		}
		signer, ok := raw.(crypto.Signer)
		if err != nil || !ok {
			return nil, fmt.Errorf("%w: PEM of no private key that signs, or sealed with a passphrase", ErrKey)
		}
		return signer, nil
	}
	return nil, fmt.Errorf("%w: neither a JWK nor PEM of a private key", ErrKey)
}

// Advertise writes the public half as a JWK for somebody who is to check our
// signatures: with its id, its algorithm, and that it is for signatures.
func (k *PrivateKey) Advertise() ([]byte, error) {
	text, err := json.Marshal(k.public)
	if err != nil {
		return nil, err
	}
	var members map[string]any
	if err := json.Unmarshal(text, &members); err != nil {
		return nil, fmt.Errorf("write a JWK: %w", err)
	}
	members["use"] = "sig"
	return json.Marshal(members)
}
