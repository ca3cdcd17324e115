package authenticator

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"testing"
)

// Authenticator holds the passkeys of one person for the pages of one origin.
type Authenticator struct {
	Origin string
	Keys   []*Key // the last one signs
}

// Key is a passkey.
type Key struct {
	ID      []byte
	Handle  []byte
	Private *ecdsa.PrivateKey
	Counter uint32
}

// New gives an authenticator without passkeys.
func New(origin string) *Authenticator { return &Authenticator{Origin: origin} }

var b64 = base64.RawURLEncoding

// Create makes a passkey.
func (a *Authenticator) Create(t testing.TB, options []byte, tweaks ...Tweak) []byte {
	t.Helper()
	o := Read(t, options)
	handle, err := b64.DecodeString(o.User.ID)
	if err != nil {
		t.Fatal(err)
	}
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	id := make([]byte, 32)
	rand.Read(id)
	s := &Answer{Client: a.client("webauthn.create", o), RP: o.RP.ID, Flags: Present | Verified | Attested,
		ID: id, Private: private, Algorithm: []byte{0x26}} // -7, ES256
	s.tweak(tweaks)
	a.Keys = append(a.Keys, &Key{ID: s.ID, Handle: handle, Private: private, Counter: s.Counter})
	return s.send(t, map[string]any{"attestationObject": b64.EncodeToString(s.object(t)), "transports": []string{"internal"}})
}

// Get signs with the passkey that was made last.
func (a *Authenticator) Get(t testing.TB, options []byte, tweaks ...Tweak) []byte {
	t.Helper()
	o, k := Read(t, options), a.Keys[len(a.Keys)-1]
	k.Counter++
	s := &Answer{Client: a.client("webauthn.get", o), RP: o.RPID, Flags: Present | Verified, Counter: k.Counter,
		ID: k.ID, Handle: k.Handle, Private: k.Private}
	s.tweak(tweaks)
	data := s.data(t)
	hash := sha256.Sum256(write(t, s.Client))
	digest := sha256.Sum256(append(append([]byte{}, data...), hash[:]...))
	sig, err := ecdsa.SignASN1(rand.Reader, s.Private, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	if s.Signature != nil {
		sig = s.Signature(sig)
	}
	return s.send(t, map[string]any{"authenticatorData": b64.EncodeToString(data), "signature": b64.EncodeToString(sig),
		"userHandle": b64.EncodeToString(s.Handle)})
}

func (a *Authenticator) client(kind string, o Options) map[string]any {
	return map[string]any{"type": kind, "challenge": o.Challenge, "origin": a.Origin, "crossOrigin": false}
}
