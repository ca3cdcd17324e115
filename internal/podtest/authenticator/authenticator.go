package authenticator

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"testing"
)

// Authenticator holds the passkeys of one person for the pages of one origin.
type Authenticator struct {
	Origin string
	keys   []*key
}

type key struct {
	id      []byte
	handle  []byte
	private *ecdsa.PrivateKey
	counter uint32
}

// New gives an authenticator without passkeys.
func New(origin string) *Authenticator { return &Authenticator{Origin: origin} }

// Flags of authenticator data.
const (
	present  = 1 << 0
	verified = 1 << 2
	attested = 1 << 6
)

var b64 = base64.RawURLEncoding

// options are the parts of what a page gets that an authenticator looks at.
type options struct {
	PublicKey struct {
		Challenge string `json:"challenge"`
		RPID      string `json:"rpId"`
		RP        struct {
			ID string `json:"id"`
		} `json:"rp"`
		User struct {
			ID string `json:"id"`
		} `json:"user"`
	} `json:"publicKey"`
}

func read(t testing.TB, text string) (o options) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		t.Fatalf("the options of a ceremony are no JSON: %v: %q", err, text)
	}
	return o
}

// Create makes a passkey.
func (a *Authenticator) Create(t testing.TB, text string) string {
	t.Helper()
	o := read(t, text)
	handle, err := b64.DecodeString(o.PublicKey.User.ID)
	if err != nil {
		t.Fatal(err)
	}
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	k := &key{id: make([]byte, 32), handle: handle, private: private}
	rand.Read(k.id)
	a.keys = append(a.keys, k)
	data := k.data(t, o.PublicKey.RP.ID, present|verified|attested)
	object := append([]byte{0xa3, 0x63}, "fmt"...)
	object = append(append(object, 0x64), "none"...)
	object = append(append(object, 0x67), "attStmt"...)
	object = append(append(object, 0xa0, 0x68), "authData"...)
	object = append(object, 0x59, byte(len(data)>>8), byte(len(data)))
	object = append(object, data...)
	return k.answer(t, map[string]any{
		"clientDataJSON": b64.EncodeToString(a.client(t, "webauthn.create", o)), "attestationObject": b64.EncodeToString(object), "transports": []string{"internal"},
	})
}

// Get signs with the passkey that was made last.
func (a *Authenticator) Get(t testing.TB, text string) string {
	t.Helper()
	o, k := read(t, text), a.keys[len(a.keys)-1]
	k.counter++
	data, client := k.data(t, o.PublicKey.RPID, present|verified), a.client(t, "webauthn.get", o)
	hash := sha256.Sum256(client)
	digest := sha256.Sum256(append(append([]byte{}, data...), hash[:]...))
	sig, err := ecdsa.SignASN1(rand.Reader, k.private, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	return k.answer(t, map[string]any{
		"clientDataJSON": b64.EncodeToString(client), "authenticatorData": b64.EncodeToString(data), "signature": b64.EncodeToString(sig),
		"userHandle": b64.EncodeToString(k.handle),
	})
}

func (a *Authenticator) client(t testing.TB, kind string, o options) []byte {
	t.Helper()
	return write(t, map[string]any{"type": kind, "challenge": o.PublicKey.Challenge, "origin": a.Origin, "crossOrigin": false})
}

// data is the authenticator data.
func (k *key) data(t testing.TB, rp string, flags byte) []byte {
	t.Helper()
	sum := sha256.Sum256([]byte(rp))
	data := append(sum[:], flags)
	data = binary.BigEndian.AppendUint32(data, k.counter)
	if flags&attested == 0 {
		return data
	}
	public, err := k.private.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	data = append(data, make([]byte, 16)...) // AAGUID
	data = binary.BigEndian.AppendUint16(data, uint16(len(k.id)))
	data = append(data, k.id...)
	data = append(data, 0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20) // COSE: EC2, ES256, P-256
	data = append(data, public[1:33]...)
	data = append(data, 0x22, 0x58, 0x20)
	return append(data, public[33:]...)
}

func (k *key) answer(t testing.TB, response map[string]any) string {
	t.Helper()
	id := b64.EncodeToString(k.id)
	return string(write(t, map[string]any{"id": id, "rawId": id, "type": "public-key", "response": response,
		"clientExtensionResults": map[string]any{}, "authenticatorAttachment": "platform"}))
}

func write(t testing.TB, v any) []byte {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
