package provider

import (
	"context"
	"net/url"
	"strings"

	"skrin/identity/records"
	"skrin/internal/jose"
)

// Revoke ends what a token belongs to (RFC 7009): all that came of that
// sign-in, whether the refresh token or an access token was sent. The client
// authenticates as at the token endpoint. A token that is not good, or not this
// client's, is no error: there is nothing left to do.
func (p *Provider) Revoke(ctx context.Context, form url.Values, authorization []string) error {
	cl, err := p.authenticate(ctx, form, authorization)
	if err != nil {
		return err
	}
	token, bad := one(form, "token")
	if bad != nil || token == "" {
		return refuse(InvalidRequest, "exactly one token is needed")
	}
	id := p.familyOf(token)
	if id == "" {
		return nil
	}
	account := ""
	err = p.look(func(tx records.Tx) error {
		g, there, err := found(tx, id, p.conf.Now())
		if there && g.Client == cl.ID && (strings.Count(token, ".") != 1 || g.Refresh.knows(id, token)) {
			account = g.Account
		}
		return err
	})
	if err != nil || account == "" {
		return err
	}
	return p.End(account, id)
}

// maxRevokeWalk is how many generations back a refresh token may be and still be
// revoked. No key is shown here, so a guess must cost little.
const maxRevokeWalk = 16

// knows says whether a token is, or was lately, one of the family.
func (c *chain) knows(family, token string) bool {
	if c == nil {
		return false
	}
	for range min(c.Length, maxRevokeWalk) + 1 {
		if isHashOf(c.Now, token) {
			return true
		}
		token = c.after(family, token)
	}
	return false
}

// familyOf gives the id of the family that a token names; "" when it is none of
// ours. A refresh token is still to be held against its family.
func (p *Provider) familyOf(token string) string {
	if strings.Count(token, ".") == 1 {
		id, _, _ := strings.Cut(token, ".")
		return id
	}
	signed, err := jose.Parse(token)
	if err != nil || signed.Type != "at+jwt" || p.keys.published(p.conf.Now()).Verify(signed) != nil {
		return ""
	}
	id, err := signed.Claims.Text("family")
	if err != nil || len(id) > records.MaxName {
		return ""
	}
	return id
}
