package provider

import (
	"net/url"
	"strings"
	"time"

	"skrin/identity/records"
)

// codeKept is how much longer than it is good for a code is known, so that it
// is recognised when it comes back.
const codeKept = time.Hour

// codeRecord is a code, by its hash, with all that it is bound to.
type codeRecord struct {
	Account   string    `json:"account"`
	WebID     string    `json:"webid"`
	Session   string    `json:"session"`
	AuthTime  time.Time `json:"auth_time"`
	AMR       []string  `json:"amr,omitempty"`
	Client    string    `json:"client"`
	Redirect  string    `json:"redirect"`
	Challenge string    `json:"challenge"`
	JKT       string    `json:"jkt,omitempty"`
	Scopes    []string  `json:"scopes"`
	Nonce     string    `json:"nonce,omitempty"`
	Until     time.Time `json:"until"`
	Family    string    `json:"family"` // the id of what comes of it
	Used      bool      `json:"used,omitempty"`
}

var codeKind = records.Kind[codeRecord]{Name: "oidc code", Version: 1}

func (c *change) keepCode(code Secret, rec codeRecord) error {
	name := hashOf(code.Reveal())
	if err := note(c, rec.Until.Add(codeKept), ending{"codes", "", name}); err != nil {
		return err
	}
	return codeKind.Put(c, name, rec)
}

// endCodes ends the codes that which names.
func (c *change) endCodes(which func(codeRecord) bool) error {
	var names []string
	err := codeKind.Each(c, func(name string, rec codeRecord) (bool, error) {
		if which(rec) {
			names = append(names, name)
		}
		return true, nil
	})
	for _, name := range names {
		if err == nil {
			err = codeKind.Delete(c, name)
		}
	}
	return err
}

// exchange makes a family of a code. Any use of a code is its last, a wrong one
// too: verifiers that are easily guessed exist, and a citizen who must begin
// again loses a minute. A code that comes back was seen by somebody else; what
// came of it ends.
func (p *Provider) exchange(cl Client, form url.Values, jkt string) (*issue, error) {
	now, name := p.conf.Now(), hashOf(form.Get("code"))
	if err := p.look(func(tx records.Tx) error { return noCode(tx, name) }); err != nil {
		return nil, err
	}
	var out *issue
	var refused *Error
	err := p.update(func(c *change) error {
		out, refused = nil, nil
		if err := noCode(c, name); err != nil {
			return err
		}
		code, _, err := codeKind.Get(c, name)
		if err != nil {
			return err
		}
		if code.Used {
			refused = refuse(InvalidGrant, "the code was used before")
			refused.Withdrawn, err = c.endOne(code.Account, code.Family)
			return err
		}
		code.Used = true
		if err := codeKind.Put(c, name, code); err != nil {
			return err
		}
		if refused = code.check(cl, form, jkt, now); refused != nil {
			return nil
		}
		out, refused, err = c.redeem(cl, code, jkt, now)
		return err
	})
	if err != nil {
		return nil, err
	}
	if refused != nil {
		return nil, refused
	}
	return out, nil
}

// noCode is the error when there is no such code.
func noCode(tx records.Tx, name string) error {
	_, there, err := codeKind.Get(tx, name)
	if err == nil && !there {
		err = refuse(InvalidGrant, "there is no such code")
	}
	return err
}

// check holds an exchange against what the code is bound to.
func (code codeRecord) check(cl Client, form url.Values, jkt string, now time.Time) *Error {
	verifier := form.Get("code_verifier")
	switch {
	case !now.Before(code.Until):
		return refuse(InvalidGrant, "the code is too old")
	case code.Client != cl.ID:
		return refuse(InvalidGrant, "the code was given to another client")
	case code.Redirect != form.Get("redirect_uri"):
		return refuse(InvalidGrant, "the redirect_uri is not the one that the code was sent to")
	case !soundVerifier(verifier) || !isHashOf(code.Challenge, verifier):
		return refuse(InvalidGrant, "the code_verifier does not fit the code_challenge")
	case code.JKT != "" && code.JKT != jkt:
		return refuse(InvalidGrant, "the code is bound to another key (dpop_jkt)")
	}
	return nil
}

// soundVerifier checks the form of RFC 7636 section 4.1.
func soundVerifier(s string) bool {
	if len(s) < 43 || len(s) > 128 {
		return false
	}
	for _, c := range s {
		letter := c|0x20 >= 'a' && c|0x20 <= 'z'
		if !letter && (c < '0' || c > '9') && !strings.ContainsRune("-._~", c) {
			return false
		}
	}
	return true
}

// redeem keeps the family, if the citizen still means it.
func (c *change) redeem(cl Client, code codeRecord, jkt string, now time.Time) (*issue, *Error, error) {
	stands, err := c.agreed(code.Account, code.WebID, code.Client, now)
	if err != nil {
		return nil, nil, err
	}
	if !stands {
		return nil, refuse(InvalidGrant, "the citizen has taken their consent back"), nil
	}
	g := familyRecord{
		Account: code.Account, WebID: code.WebID, Client: code.Client, Session: code.Session, AuthTime: code.AuthTime,
		AMR: code.AMR, Scopes: code.Scopes, Created: now, Used: now, Until: now.Add(TokenLife),
	}
	out := &issue{id: code.Family, jkt: jkt, nonce: code.Nonce, client: cl}
	if cl.Refresh && offline(code.Scopes) {
		g.Refresh, out.refresh = newChain(code.Family)
		g.Until = earlier(now.Add(refreshIdle), now.Add(refreshLife))
		if cl.secret == "" {
			g.JKT = jkt // RFC 9449 section 5: public clients' refresh tokens are bound to the key
		}
	}
	out.family = g
	return out, nil, c.begin(code.Family, g)
}
