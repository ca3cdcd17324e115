package provider

import (
	"strings"
	"time"

	"skrin/internal/jose"
)

// Tokens is what the token endpoint answers, as JSON, never to be stored by
// anything on the way (Cache-Control: no-store).
type Tokens struct {
	AccessToken  string `json:"access_token"`
	TokenType    string `json:"token_type"` // always "DPoP"
	ExpiresIn    int    `json:"expires_in"` // seconds
	Scope        string `json:"scope"`
	IDToken      string `json:"id_token,omitempty"`
	RefreshToken string `json:"refresh_token,omitempty"`

	Family Family `json:"-"` // what they belong to; of a script: without session
}

// issue is what is to be signed, after it was made durable.
type issue struct {
	id      string
	family  familyRecord
	client  Client
	jkt     string
	nonce   string
	refresh string
	noID    bool // no ID token: nobody signed in
}

// issue signs the tokens.
func (p *Provider) issue(i *issue) (*Tokens, error) {
	now := p.conf.Now()
	public, err := i.family.public(i.id)
	if err != nil {
		return nil, err
	}
	out := &Tokens{
		TokenType: "DPoP", ExpiresIn: int(TokenLife / time.Second), Scope: strings.Join(i.family.Scopes, " "),
		RefreshToken: i.refresh, Family: public,
	}
	if out.AccessToken, err = p.sign(jose.ES256, "at+jwt", p.accessClaims(i, now)); err != nil || i.noID {
		return out, err
	}
	out.IDToken, err = p.sign(i.client.Algorithm, "JWT", p.idClaims(i, now))
	return out, err
}

// accessClaims are those of RFC 9068 and Solid-OIDC section 6.2. The WebID is
// the subject: an account's own name would tell two apps that two WebIDs belong
// to one person.
func (p *Provider) accessClaims(i *issue, now time.Time) map[string]any {
	return map[string]any{
		"iss":       p.conf.Issuer.String(),
		"sub":       i.family.WebID,
		"webid":     i.family.WebID,
		"client_id": i.client.ID,
		"aud":       []string{"solid"},
		"iat":       now.Unix(),
		"exp":       now.Add(TokenLife).Unix(),
		"jti":       random(16),
		"scope":     strings.Join(i.family.Scopes, " "),
		"cnf":       map[string]string{"jkt": i.jkt},
		"family":    i.id,
	}
}

// idClaims are those of OpenID Connect Core section 2 and Solid-OIDC section
// 6.1. Two audiences want azp.
func (p *Provider) idClaims(i *issue, now time.Time) map[string]any {
	claims := map[string]any{
		"iss":       p.conf.Issuer.String(),
		"sub":       i.family.WebID,
		"webid":     i.family.WebID,
		"aud":       []string{i.client.ID, "solid"},
		"azp":       i.client.ID,
		"iat":       now.Unix(),
		"exp":       now.Add(TokenLife).Unix(),
		"auth_time": i.family.AuthTime.Unix(),
	}
	if i.nonce != "" {
		claims["nonce"] = i.nonce
	}
	if len(i.family.AMR) > 0 {
		claims["amr"] = i.family.AMR
	}
	return claims
}
