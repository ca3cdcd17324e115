package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"strings"
	"sync"
	"time"
)

var errSigned = errors.New("not a token that is good here")

// guard finds out who asks.
type guard struct {
	issuer string
	key    *ecdsa.PublicKey
	tokens sync.Map // text of a token -> *token
	seen   [64]seen // proofs that were used, by the last byte of their jti
}

// token is an access token that was found good, with what its proofs look like.
type token struct {
	webid, jkt, ath string
	until           int64

	header string // of its proofs, as long as it stays the same
	key    *ecdsa.PublicKey
}

// seen remembers proofs for two to four minutes.
type seen struct {
	sync.Mutex
	now, before map[string]struct{}
	since       time.Time
}

type key struct{ Kty, Crv, X, Y string }

func newGuard(issuer string, public *ecdsa.PublicKey) *guard {
	return &guard{issuer: issuer, key: public}
}

// who gives the WebID behind a token and a proof.
func (g *guard) who(authorization, proof, method, url string, now time.Time) (string, bool) {
	text, ok := strings.CutPrefix(authorization, "DPoP ")
	if !ok {
		return "", false
	}
	var t *token
	if known, ok := g.tokens.Load(text); ok {
		t = known.(*token)
	} else {
		var err error
		if t, err = g.readToken(text, proof); err != nil {
			return "", false
		}
		g.tokens.Store(strings.Clone(text), t)
	}
	return t.webid, now.Unix() < t.until && g.proves(t, proof, method, url, now)
}

// proves makes the one signature check of a request.
func (g *guard) proves(t *token, proof, method, url string, now time.Time) bool {
	var claims struct {
		Htm, Htu, Ath, Jti string
		Iat                int64
	}
	header, err := verify(proof, t.key, &claims)
	age := now.Unix() - claims.Iat
	return err == nil && header == t.header && claims.Htm == method && claims.Htu == url && claims.Ath == t.ath &&
		age < 120 && age > -60 && claims.Jti != "" && g.seen[claims.Jti[len(claims.Jti)-1]&63].first(claims.Jti, now)
}

func (s *seen) first(jti string, now time.Time) bool {
	s.Lock()
	defer s.Unlock()
	if now.Sub(s.since) > 2*time.Minute {
		s.before, s.now, s.since = s.now, map[string]struct{}{}, now
	}
	_, there := s.now[jti]
	_, before := s.before[jti]
	s.now[jti] = struct{}{}
	return !there && !before
}

// readToken checks a token, and takes the key that it is bound to from a proof.
func (g *guard) readToken(text, proof string) (*token, error) {
	var claims struct {
		Iss, Webid string
		Exp        int64
		Cnf        struct{ Jkt string }
	}
	if _, err := verify(text, g.key, &claims); err != nil || claims.Iss != g.issuer {
		return nil, errSigned
	}
	sum := sha256.Sum256([]byte(text))
	t := &token{webid: claims.Webid, jkt: claims.Cnf.Jkt, ath: base64.RawURLEncoding.EncodeToString(sum[:]), until: claims.Exp}
	header, _, _ := strings.Cut(proof, ".")
	t.header = strings.Clone(header)
	plain, err := base64.RawURLEncoding.DecodeString(header)
	if err != nil {
		return nil, errSigned
	}
	var h struct {
		Typ, Alg string
		Jwk      key
	}
	if json.Unmarshal(plain, &h) != nil || h.Typ != "dpop+jwt" || h.Alg != "ES256" || h.Jwk.thumbprint() != t.jkt {
		return nil, errSigned
	}
	t.key, err = h.Jwk.public()
	return t, err
}

// verify checks a compact signature, reads the claims, and gives the header as it came.
func verify(compact string, public *ecdsa.PublicKey, claims any) (header string, err error) {
	end := strings.LastIndexByte(compact, '.')
	header, payload, ok := strings.Cut(compact[:max(end, 0)], ".")
	if !ok {
		return "", errSigned
	}
	signature, err := base64.RawURLEncoding.DecodeString(compact[end+1:])
	if err != nil || len(signature) != 64 {
		return "", errSigned
	}
	plain, err := base64.RawURLEncoding.DecodeString(payload)
	if err != nil || json.Unmarshal(plain, claims) != nil {
		return "", errSigned
	}
	sum := sha256.Sum256([]byte(compact[:end]))
	if !ecdsa.Verify(public, sum[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])) {
		return "", errSigned
	}
	return header, nil
}

func (k key) thumbprint() string {
	sum := sha256.Sum256([]byte(`{"crv":"` + k.Crv + `","kty":"` + k.Kty + `","x":"` + k.X + `","y":"` + k.Y + `"}`))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func (k key) public() (*ecdsa.PublicKey, error) {
	x, err1 := base64.RawURLEncoding.DecodeString(k.X)
	y, err2 := base64.RawURLEncoding.DecodeString(k.Y)
	if err := errors.Join(err1, err2); err != nil || k.Kty != "EC" || k.Crv != "P-256" || len(x) != 32 || len(y) != 32 {
		return nil, fmt.Errorf("not a key on P-256: %w", errSigned)
	}
	return ecdsa.ParseUncompressedPublicKey(elliptic.P256(), append(append([]byte{4}, x...), y...))
}

// issuerKey fetches the one key of the issuer.
func issuerKey(address string) (*ecdsa.PublicKey, error) {
	res, err := http.Get(address)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	var set struct{ Keys []key }
	if err := json.NewDecoder(res.Body).Decode(&set); err != nil || len(set.Keys) != 1 {
		return nil, fmt.Errorf("%s does not publish one key: %w", address, errors.Join(err, errSigned))
	}
	return set.Keys[0].public()
}
