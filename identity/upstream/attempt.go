package upstream

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"skrin/identity/account"
	"skrin/identity/records"
)

// An attempt is a sign-in that was begun, as the browser holds it for us. It is
// signed and holds no secret: what must be hard to guess is derived from its id.
type attempt struct {
	ID     string `json:"id"`
	Begun  int64  `json:"at"` // Unix seconds
	For    string `json:"for,omitempty"`
	Return string `json:"return,omitempty"`
	Fresh  bool   `json:"fresh,omitempty"`
}

// life is how long the person has at the issuer.
const life = 10 * time.Minute

// maxState is what fits into a cookie beside its name.
const maxState = 4000

func (t attempt) alive(now time.Time) bool {
	age := now.Sub(time.Unix(t.Begun, 0))
	return age < life && age > -time.Minute // clocks are put right
}

// What is made with the key. The words keep one from being taken for another.
const (
	ofState     = "state"     // the signature of an attempt
	ofParameter = "parameter" // the state parameter
	ofNonce     = "nonce"
	ofVerifier  = "verifier" // of PKCE
)

// signer signs attempts and derives from them. It prints nothing of its key.
type signer struct {
	mac func(parts ...string) []byte
}

type signingKey struct {
	Key []byte `json:"key"`
}

var (
	keyKind   = records.Kind[signingKey]{Name: "upstream key", Version: 1}
	keyRecord = "attempts"
)

// openSigner reads the key, or makes it.
func openSigner(r records.Records) (s signer, err error) {
	err = r.Update(func(tx records.Tx) error {
		k, there, err := keyKind.Get(tx, keyRecord)
		if err == nil && !there {
			k.Key = make([]byte, 32)
			rand.Read(k.Key) // never fails: it ends the program instead
			err = keyKind.Put(tx, keyRecord, k)
		}
		s = newSigner(k.Key)
		return err
	})
	if err != nil {
		return signer{}, fmt.Errorf("upstream: our key: %w", err)
	}
	return s, nil
}

func newSigner(key []byte) signer {
	return signer{func(parts ...string) []byte {
		m := hmac.New(sha256.New, key)
		for _, part := range parts { // each with its length, so that none runs into the next
			m.Write(binary.BigEndian.AppendUint32(nil, uint32(len(part))))
			m.Write([]byte(part))
		}
		return m.Sum(nil)
	}}
}

var base64url = base64.RawURLEncoding.Strict()

// seal writes an attempt down, for one issuer and one browser. ErrState: there
// is no browser. ErrReturn.
func (s signer) seal(t attempt, issuer, binding string) (account.Secret, error) {
	if binding == "" {
		return account.Secret{}, ErrState
	}
	text, err := json.Marshal(t)
	if err != nil {
		return account.Secret{}, fmt.Errorf("upstream: writing a state: %w", err)
	}
	body := base64url.EncodeToString(text)
	state := body + "." + base64url.EncodeToString(s.mac(ofState, issuer, binding, body))
	if len(state) > maxState {
		return account.Secret{}, ErrReturn
	}
	return account.NewSecret(state), nil
}

// open reads an attempt of ours that is not too old. ErrState: it is none.
func (s signer) open(state account.Secret, issuer, binding string, now time.Time) (t attempt, err error) {
	text := state.Reveal()
	body, tag, _ := strings.Cut(text, ".")
	got, err := base64url.DecodeString(tag)
	if len(text) > maxState || err != nil || !hmac.Equal(got, s.mac(ofState, issuer, binding, body)) {
		return attempt{}, ErrState
	}
	plain, err := base64url.DecodeString(body)
	if err != nil || json.Unmarshal(plain, &t) != nil || !t.alive(now) {
		return attempt{}, ErrState
	}
	return t, nil
}

// derive makes 256 bits that nobody else can, in the 43 characters that a PKCE
// verifier has at least.
func (s signer) derive(what, issuer string, t attempt) string {
	return base64url.EncodeToString(s.mac(what, issuer, t.ID))
}
