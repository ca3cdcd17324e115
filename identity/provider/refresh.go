package provider

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"slices"
	"strings"
	"time"

	"skrin/identity/records"
)

// maxWalk is how many generations back a refresh token is recognised: two
// weeks of refreshing every ten minutes. Older ones are refused all the same.
const maxWalk = 2000

// chain is a family of refresh tokens: what is known of the one that is good
// now, and of the one before. None of them can be made from what is here.
type chain struct {
	Salt   string    `json:"salt"`
	Now    string    `json:"now"`              // the hash of the token that is good
	Before string    `json:"before,omitempty"` // of the one before it
	Turned time.Time `json:"turned,omitzero"`  // when that was first used
	Length int       `json:"length"`           // how often it was turned
}

// newChain begins a family, and gives its first token.
func newChain(family string) (*chain, string) {
	first := family + "." + random(32)
	return &chain{Salt: random(32), Now: hashOf(first)}, first
}

// after gives the token that follows another.
func (c *chain) after(family, token string) string {
	mac := hmac.New(sha256.New, []byte(c.Salt))
	mac.Write([]byte(token))
	return family + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// turn takes a token and gives the one that follows it. again says that the
// token was good once and came back.
func (c *chain) turn(family, token string, now time.Time) (successor string, again bool) {
	successor = c.after(family, token)
	switch {
	case isHashOf(c.Now, token):
		c.Before, c.Now, c.Turned, c.Length = c.Now, hashOf(successor), now, c.Length+1
		return successor, false
	case isHashOf(c.Before, token) && now.Before(c.Turned.Add(refreshGrace)) && !now.Before(c.Turned.Add(-refreshGrace)):
		return successor, false // the answer was lost, or two asked at once
	}
	for range min(c.Length, maxWalk) {
		if isHashOf(c.Now, successor) {
			return "", true
		}
		successor = c.after(family, successor)
	}
	return "", false
}

// refresh issues anew. A token counts as come back only when everything else
// about the request is right: else who merely saw it, without the key or the
// client's secret, could sign its owner out.
func (p *Provider) refresh(cl Client, form url.Values, jkt string) (*issue, error) {
	now := p.conf.Now()
	token := form.Get("refresh_token")
	id, _, _ := strings.Cut(token, ".")
	err := p.look(func(tx records.Tx) error {
		g, there, err := found(tx, id, now)
		if bad := bound(g, there, cl, jkt, form); err == nil && bad != nil {
			return bad
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	var out *issue
	var refused *Error
	err = p.update(func(c *change) (err error) {
		out, refused = nil, nil
		g, there, err := found(c, id, now)
		if err != nil {
			return err
		}
		if refused = bound(g, there, cl, jkt, form); refused != nil {
			return nil
		}
		successor, again := g.Refresh.turn(id, token, now)
		if successor == "" {
			refused = refuse(InvalidGrant, "the refresh token is not good")
			if again {
				refused.Description = "the refresh token was used before"
				refused.Withdrawn, err = c.endOne(g.Account, id)
			}
			return err
		}
		stands, err := c.agreed(g.Account, g.WebID, g.Client, now)
		if err != nil {
			return err
		}
		if !stands {
			refused = refuse(InvalidGrant, "the citizen has taken their consent back")
			_, err = c.endOne(g.Account, id)
			return err
		}
		g.Used, g.Until = now, earlier(now.Add(refreshIdle), g.Created.Add(refreshLife))
		out = &issue{id: id, family: g, jkt: jkt, refresh: successor, client: cl}
		return familiesOf(g.Account).Put(c, id, g)
	})
	if err != nil {
		return nil, err
	}
	if refused != nil {
		return nil, refused
	}
	return out, nil
}

// bound holds a refresh against what the family is bound to.
func bound(g familyRecord, there bool, cl Client, jkt string, form url.Values) *Error {
	if !there || g.Refresh == nil || g.Client != cl.ID {
		return refuse(InvalidGrant, "the refresh token is not good")
	}
	if g.JKT != "" && g.JKT != jkt {
		return refuse(InvalidGrant, "the refresh token is bound to another key")
	}
	for _, scope := range strings.Fields(form.Get("scope")) {
		if !slices.Contains(g.Scopes, scope) {
			return refuse(InvalidScope, "the scope is more than was granted")
		}
	}
	return nil
}

func offline(scopes []string) bool { return slices.Contains(scopes, ScopeOffline) }

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
