package account

import (
	"context"
	"crypto/subtle"
	"time"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/secure/precis"
)

// Cost is what a guess costs.
type Cost struct {
	Passes uint32 `json:"t"`
	Memory uint32 `json:"m"` // KiB
	Lanes  uint8  `json:"p"`
}

// DefaultCost is the second recommendation of RFC 9106 (section 4), for where
// two gibibytes a guess are not to be had. Half a household's server is a
// Raspberry Pi.
var DefaultCost = Cost{Passes: 3, Memory: 64 << 10, Lanes: 4}

// sane keeps a mistyped configuration from taking all memory.
func (c Cost) sane() bool {
	return c.Passes >= 1 && c.Passes <= 64 && c.Lanes >= 1 && c.Lanes <= 64 &&
		c.Memory >= 8*uint32(c.Lanes) && c.Memory <= 4<<20
}

// Lengths of salt and tag that RFC 9106 recommends.
const (
	saltLen = 16
	tagLen  = 32
)

// hash is a password as it is kept: Argon2id (RFC 9106).
type hash struct {
	Cost Cost      `json:"cost"`
	Salt []byte    `json:"salt"`
	Tag  []byte    `json:"tag"`
	Set  time.Time `json:"set"`
}

// newHash hashes a password that passed the rules.
func newHash(password string, cost Cost, set time.Time) *hash {
	h := &hash{Cost: cost, Salt: randomBytes(saltLen), Set: set}
	h.Tag = h.tag(password)
	return h
}

func (h *hash) tag(password string) []byte {
	return argon2.IDKey([]byte(password), h.Salt, h.Cost.Passes, h.Cost.Memory, h.Cost.Lanes, tagLen)
}

// same says whether two hashes are of one setting of one password.
func (h *hash) same(other *hash) bool {
	return h != nil && other != nil && subtle.ConstantTimeCompare(h.Tag, other.Tag) == 1
}

// comparablePassword puts a password into the form that is hashed: composed, with one
// kind of space (RFC 8265, OpaqueString). False: it cannot be anybody's.
func comparablePassword(password Secret) (string, bool) {
	text := password.Reveal()
	if text == "" || len(text) > MaxPassword {
		return "", false
	}
	text, err := precis.OpaqueString.String(text)
	return text, err == nil
}

// compare says whether a password is that of the hash. It does the same work
// when there is no hash, or when the password cannot be anybody's. The second
// answer is a hash at today's cost, where the one that fits is not.
func (a *Accounts) compare(ctx context.Context, g *gate, h *hash, password Secret) (fits bool, fresh *hash, err error) {
	text, sayable := comparablePassword(password)
	against := h
	if against == nil {
		against = &hash{Cost: a.cfg.Cost, Salt: make([]byte, saltLen), Tag: make([]byte, tagLen)}
	}
	err = g.pass(ctx, func() {
		equal := subtle.ConstantTimeCompare(against.tag(text), against.Tag) == 1
		fits = equal && sayable && h != nil
		if fits && h.Cost != a.cfg.Cost {
			fresh = newHash(text, a.cfg.Cost, h.Set)
		}
	})
	return fits, fresh, err
}
