package jose

import (
	"encoding/json"
	"errors"
	"fmt"
)

// ErrNoKey is wrapped when a set holds no key for a token: it may have been
// published after the set was fetched.
var ErrNoKey = errors.New("no such key in the set")

// maxKeys bounds a set; issuers publish two to five.
const maxKeys = 64

// KeySet is what an issuer publishes (RFC 7517 section 5). The zero KeySet is
// empty.
type KeySet struct{ keys []*PublicKey }

// NewKeySet makes a set to publish.
func NewKeySet(keys ...*PublicKey) KeySet { return KeySet{keys} }

// ParseKeySet reads a JWKS. Keys that we cannot use (other kinds, weak, for
// encryption, or with their secret part showing) are left out, as section 5
// of RFC 7517 wants; a set that is no JWKS is an error that wraps ErrKey.
func ParseKeySet(data []byte) (KeySet, error) {
	o, err := ParseObject(data)
	if err != nil {
		return KeySet{}, fmt.Errorf("%w: %w", ErrKey, err)
	}
	items, err := o.Items("keys")
	if err != nil || items == nil || len(items) > maxKeys {
		return KeySet{}, fmt.Errorf("%w: not a key set, or of more than %d keys", ErrKey, maxKeys)
	}
	var set KeySet
	for _, item := range items {
		if key, err := ParsePublicKey(item); err == nil {
			set.keys = append(set.keys, key)
		}
	}
	return set, nil
}

// Len counts the usable keys.
func (s KeySet) Len() int { return len(s.keys) }

// MarshalJSON writes the set as a JWKS, public parts only.
func (s KeySet) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string][]*PublicKey{"keys": append([]*PublicKey{}, s.keys...)})
}

// Verify checks a token with the key of the set that its "kid" names. A token
// without kid is checked only when exactly one key fits its algorithm. The
// error wraps ErrNoKey when there is no such key, else it is Signed.Verify's.
func (s KeySet) Verify(t *Signed) error {
	var fitting []*PublicKey
	for _, key := range s.keys {
		if key.fits(t.Algorithm) && (t.KeyID == "" || key.id == t.KeyID) {
			fitting = append(fitting, key)
		}
	}
	if len(fitting) == 0 || t.KeyID == "" && len(fitting) > 1 {
		return ErrNoKey
	}
	var err error
	for _, key := range fitting[:min(len(fitting), 2)] { // two may share an id while one replaces the other
		if err = t.Verify(key); err == nil {
			return nil
		}
	}
	return err
}
