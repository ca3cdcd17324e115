package account

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

// authenticator is a small virtual authenticator, browser included: it makes
// discoverable ES256 credentials without attestation and signs with them
// (WebAuthn level 3, sections 6.1, 6.3 and 6.5).
type authenticator struct {
	keys []*virtualKey
}

type virtualKey struct {
	id      []byte
	handle  []byte
	private *ecdsa.PrivateKey
	counter uint32
}

func newAuthenticator() *authenticator { return &authenticator{} }

// Flags of authenticator data.
const (
	flagPresent  = 1 << 0
	flagVerified = 1 << 2
	flagEligible = 1 << 3
	flagBackedUp = 1 << 4
	flagAttested = 1 << 6
)

// answer is what is about to be sent; tweaks make a liar of it.
type answer struct {
	client   map[string]any
	rp       string
	flags    byte
	counter  uint32
	id       []byte
	handle   []byte
	private  *ecdsa.PrivateKey
	alg      []byte // COSE, in CBOR
	object   func([]byte) []byte
	sig      func([]byte) []byte
	outer    map[string]any // merged into the credential
	response map[string]any // merged into its response
}

type tweak func(*answer)

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// options are the parts of what a page gets that an authenticator looks at.
type options struct {
	PublicKey struct {
		Challenge string `json:"challenge"`
		RPID      string `json:"rpId"`
		RP        struct {
			ID string `json:"id"`
		} `json:"rp"`
		User struct {
			ID   string `json:"id"`
			Name string `json:"name"`
		} `json:"user"`
		Exclude []struct {
			ID string `json:"id"`
		} `json:"excludeCredentials"`
		Selection struct {
			ResidentKey      string `json:"residentKey"`
			UserVerification string `json:"userVerification"`
		} `json:"authenticatorSelection"`
		UserVerification string `json:"userVerification"`
		Attestation      string `json:"attestation"`
	} `json:"publicKey"`
}

func parseOptions(t testing.TB, text []byte) (o options) {
	t.Helper()
	if err := json.Unmarshal(text, &o); err != nil {
		t.Fatalf("the options are no JSON: %v", err)
	}
	return o
}

// create answers navigator.credentials.create.
func (a *authenticator) create(t testing.TB, text []byte, tweaks ...tweak) []byte {
	t.Helper()
	o := parseOptions(t, text)
	handle, err := base64.RawURLEncoding.DecodeString(o.PublicKey.User.ID)
	if err != nil {
		t.Fatal(err)
	}
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	k := &virtualKey{id: randomBytes(32), handle: handle, private: private}
	w := &answer{client: clientData("webauthn.create", o), rp: o.PublicKey.RP.ID, flags: flagPresent | flagVerified | flagAttested,
		id: k.id, private: private, alg: []byte{0x26}} // -7, ES256
	for _, tw := range tweaks {
		tw(w)
	}
	k.id, k.counter = w.id, w.counter
	a.keys = append(a.keys, k)
	object := append([]byte{0xa3, 0x63}, "fmt"...)
	object = append(append(object, 0x64), "none"...)
	object = append(append(object, 0x67), "attStmt"...)
	object = append(append(object, 0xa0, 0x68), "authData"...)
	data := w.data(true)
	object = append(object, 0x59, byte(len(data)>>8), byte(len(data)))
	object = append(object, data...)
	if w.object != nil {
		object = w.object(object)
	}
	return w.send(t, map[string]any{"attestationObject": b64(object), "transports": []string{"internal"}})
}

// get answers navigator.credentials.get, with the last passkey that was made.
func (a *authenticator) get(t testing.TB, text []byte, tweaks ...tweak) []byte {
	t.Helper()
	o := parseOptions(t, text)
	k := a.keys[len(a.keys)-1]
	k.counter++
	w := &answer{client: clientData("webauthn.get", o), rp: o.PublicKey.RPID, flags: flagPresent | flagVerified, counter: k.counter,
		id: k.id, handle: k.handle, private: k.private}
	for _, tw := range tweaks {
		tw(w)
	}
	data := w.data(false)
	client := w.clientJSON(t)
	hash := sha256.Sum256(client)
	digest := sha256.Sum256(append(append([]byte{}, data...), hash[:]...))
	sig, err := ecdsa.SignASN1(rand.Reader, w.private, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	if w.sig != nil {
		sig = w.sig(sig)
	}
	return w.send(t, map[string]any{"authenticatorData": b64(data), "signature": b64(sig), "userHandle": b64(w.handle)})
}

func clientData(kind string, o options) map[string]any {
	return map[string]any{"type": kind, "challenge": o.PublicKey.Challenge, "origin": origin, "crossOrigin": false}
}

func (w *answer) clientJSON(t testing.TB) []byte {
	t.Helper()
	text, err := json.Marshal(w.client)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// data is the authenticator data.
func (w *answer) data(attested bool) []byte {
	sum := sha256.Sum256([]byte(w.rp))
	data := append(sum[:], w.flags)
	data = binary.BigEndian.AppendUint32(data, w.counter)
	if !attested {
		return data
	}
	data = append(data, make([]byte, 16)...) // AAGUID
	data = binary.BigEndian.AppendUint16(data, uint16(len(w.id)))
	data = append(data, w.id...)
	public, _ := w.private.PublicKey.Bytes()
	data = append(data, 0xa5, 0x01, 0x02, 0x03)
	data = append(data, w.alg...)
	data = append(data, 0x20, 0x01, 0x21, 0x58, 0x20)
	data = append(data, public[1:33]...)
	data = append(data, 0x22, 0x58, 0x20)
	return append(data, public[33:]...)
}

func (w *answer) send(t testing.TB, response map[string]any) []byte {
	t.Helper()
	response["clientDataJSON"] = b64(w.clientJSON(t))
	for k, v := range w.response {
		response[k] = v
	}
	all := map[string]any{"id": b64(w.id), "rawId": b64(w.id), "type": "public-key", "response": response,
		"clientExtensionResults": map[string]any{}, "authenticatorAttachment": "platform"}
	for k, v := range w.outer {
		all[k] = v
	}
	text, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
