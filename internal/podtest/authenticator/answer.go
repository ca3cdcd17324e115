package authenticator

import (
	"crypto/ecdsa"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"maps"
	"testing"
)

// Flags of authenticator data.
const (
	Present  = 1 << 0
	Verified = 1 << 2
	Eligible = 1 << 3 // for a backup
	BackedUp = 1 << 4
	Attested = 1 << 6 // the key is in it
)

// Answer is what is about to be sent.
type Answer struct {
	Client    map[string]any // client data
	RP        string
	Flags     byte
	Counter   uint32
	ID        []byte
	Handle    []byte
	Private   *ecdsa.PrivateKey
	Algorithm []byte                   // COSE, in CBOR
	Object    func(good []byte) []byte // the attestation object instead
	Signature func(good []byte) []byte // the signature instead
	Outer     map[string]any           // put into the credential
	Response  map[string]any           // put into its response
}

// Tweak makes a liar of an answer.
type Tweak func(*Answer)

func (s *Answer) tweak(tweaks []Tweak) {
	for _, tweak := range tweaks {
		tweak(s)
	}
}

// data is the authenticator data, with the key where the answer makes one.
func (s *Answer) data(t testing.TB) []byte {
	t.Helper()
	sum := sha256.Sum256([]byte(s.RP))
	data := append(sum[:], s.Flags)
	data = binary.BigEndian.AppendUint32(data, s.Counter)
	if s.Algorithm == nil {
		return data
	}
	public, err := s.Private.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	data = append(data, make([]byte, 16)...) // AAGUID
	data = binary.BigEndian.AppendUint16(data, uint16(len(s.ID)))
	data = append(data, s.ID...)
	data = append(data, 0xa5, 0x01, 0x02, 0x03) // COSE: EC2, and the algorithm
	data = append(data, s.Algorithm...)
	data = append(data, 0x20, 0x01, 0x21, 0x58, 0x20) // P-256
	data = append(data, public[1:33]...)
	data = append(data, 0x22, 0x58, 0x20)
	return append(data, public[33:]...)
}

// object is the attestation object.
func (s *Answer) object(t testing.TB) []byte {
	t.Helper()
	data := s.data(t)
	object := append([]byte{0xa3, 0x63}, "fmt"...)
	object = append(append(object, 0x64), "none"...)
	object = append(append(object, 0x67), "attStmt"...)
	object = append(append(object, 0xa0, 0x68), "authData"...)
	object = append(object, 0x59, byte(len(data)>>8), byte(len(data)))
	object = append(object, data...)
	if s.Object != nil {
		return s.Object(object)
	}
	return object
}

func (s *Answer) send(t testing.TB, response map[string]any) []byte {
	t.Helper()
	response["clientDataJSON"] = b64.EncodeToString(write(t, s.Client))
	maps.Copy(response, s.Response)
	id := b64.EncodeToString(s.ID)
	all := map[string]any{"id": id, "rawId": id, "type": "public-key", "response": response,
		"clientExtensionResults": map[string]any{}, "authenticatorAttachment": "platform"}
	maps.Copy(all, s.Outer)
	return write(t, all)
}

func write(t testing.TB, v any) []byte {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
