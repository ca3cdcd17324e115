package provider

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"skrin/identity/records"
	"skrin/internal/jose"
)

// The life of a signing key: it is published, an hour later it signs, for
// ninety days, and for a week after that it stays published. Whoever keeps the
// set for an hour never meets a key that is not in it.
const (
	keyAhead   = time.Hour
	keySigns   = 90 * 24 * time.Hour
	keyOverlap = 7 * 24 * time.Hour
)

// signing lists what we sign with: access tokens with the first, ID tokens
// with what the client wants.
var signing = [...]jose.Algorithm{jose.ES256, jose.RS256}

// signingKey is a key and its times. Until is zero while no other follows it.
type signingKey struct {
	key         *jose.PrivateKey
	algorithm   jose.Algorithm
	from, until time.Time
}

// keyRecord is how a key is kept, by its id.
type keyRecord struct {
	Private   json.RawMessage `json:"private"`
	Algorithm jose.Algorithm  `json:"algorithm"`
	From      time.Time       `json:"from"`
	Until     time.Time       `json:"until,omitzero"`
}

var keyKind = records.Kind[keyRecord]{Name: "oidc key", Version: 1}

// ring holds the signing keys in memory, as they stand in the records.
type ring struct {
	mu   sync.RWMutex
	keys []signingKey
}

// openRing reads the keys, and makes the first ones.
func openRing(r records.Records, now time.Time) (*ring, error) {
	ring := &ring{}
	err := r.View(func(tx records.Tx) error {
		return keyKind.Each(tx, func(_ string, rec keyRecord) (bool, error) {
			key, err := jose.ParsePrivateKey(rec.Private)
			ring.keys = append(ring.keys, signingKey{key, rec.Algorithm, rec.From, rec.Until})
			return true, err
		})
	})
	if err != nil {
		return nil, err
	}
	return ring, ring.turn(r, now, false)
}

// turn makes keys where the newest has signed long enough, and drops those
// whose time is over. With fresh, all keys there are lose their trust at once:
// what was signed with them is worth nothing from then on.
func (g *ring) turn(r records.Records, now time.Time, fresh bool) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	keys, made, err := schedule(g.keys, now, fresh)
	if err != nil || !made && len(keys) == len(g.keys) {
		return err
	}
	err = r.Update(func(tx records.Tx) error {
		for _, old := range g.keys {
			if err := keyKind.Delete(tx, old.key.Public().ID()); err != nil {
				return err
			}
		}
		for _, k := range keys {
			if err := putKey(tx, k); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		g.keys = keys
	}
	return err
}

func putKey(tx records.Tx, k signingKey) error {
	private, err := k.key.MarshalPrivate()
	if err != nil {
		return err
	}
	return keyKind.Put(tx, k.key.Public().ID(), keyRecord{private, k.algorithm, k.from, k.until})
}

// schedule says which keys there shall be, and whether one of them is new.
func schedule(have []signingKey, now time.Time, fresh bool) (keys []signingKey, made bool, err error) {
	for _, k := range have {
		if !fresh && (k.until.IsZero() || now.Before(k.until)) {
			keys = append(keys, k)
		}
	}
	for _, a := range signing {
		newest := time.Time{}
		for _, k := range keys {
			if k.algorithm == a && k.from.After(newest) {
				newest = k.from
			}
		}
		if now.Before(newest.Add(keySigns)) {
			continue
		}
		key, err := jose.GenerateKey(a)
		if err != nil {
			return nil, false, fmt.Errorf("make a signing key: %w", err)
		}
		from := now
		if !newest.IsZero() {
			from = now.Add(keyAhead)
		}
		for i := range keys {
			if keys[i].algorithm == a && keys[i].until.IsZero() {
				keys[i].until = from.Add(keyOverlap)
			}
		}
		keys, made = append(keys, signingKey{key: key, algorithm: a, from: from}), true
	}
	return keys, made, nil
}

// signer gives the newest key that may sign now.
func (g *ring) signer(a jose.Algorithm, now time.Time) (*jose.PrivateKey, error) {
	g.mu.RLock()
	defer g.mu.RUnlock()
	var best signingKey
	for _, k := range g.keys {
		if k.algorithm == a && !now.Before(k.from) && (best.key == nil || k.from.After(best.from)) {
			best = k
		}
	}
	if best.key != nil {
		return best.key, nil
	}
	for _, k := range g.keys { // the clock was put back: better an early key than none
		if k.algorithm == a {
			return k.key, nil
		}
	}
	return nil, fmt.Errorf("no key for %s", a)
}

// published gives what anybody may check our signatures with.
func (g *ring) published(now time.Time) jose.KeySet {
	g.mu.RLock()
	defer g.mu.RUnlock()
	var public []*jose.PublicKey
	for _, k := range g.keys {
		if k.until.IsZero() || now.Before(k.until) {
			public = append(public, k.key.Public())
		}
	}
	slices.SortFunc(public, func(a, b *jose.PublicKey) int { return strings.Compare(a.ID(), b.ID()) })
	return jose.NewKeySet(public...)
}

// ReplaceKeys makes new signing keys and stops trusting the old ones at once:
// for a host whose keys may have been seen by somebody. Access tokens that were
// issued before stop working, as soon as the verifier has forgotten the old
// keys (identity.Verifier.ForgetIssuer); refresh tokens do not.
func (p *Provider) ReplaceKeys() error {
	if err := p.keys.turn(p.conf.Records, p.conf.Now(), true); err != nil {
		return fmt.Errorf("provider: replace the signing keys: %w", err)
	}
	return nil
}
