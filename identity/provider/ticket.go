package provider

import (
	"context"
	"fmt"
	"net/url"

	"skrin/internal/jose"
)

// ticketType keeps tickets from being taken for tokens, and tokens for tickets.
const ticketType = "skrin-ticket+jwt"

// Ticket writes a request down, to be carried by the browser through the pages
// of signing in and taken up again with [Provider.Resume], by another process
// if need be. It is signed, not secret, and good for an hour; it says when the
// request first came, so that a wish for a new sign-in is fulfilled once.
func (p *Provider) Ticket(r Request) (string, error) {
	ticket, err := p.sign(jose.ES256, ticketType, map[string]any{
		"iss": p.conf.Issuer.String(),
		"q":   r.query.Encode(),
		"iat": r.Asked.Unix(),
		"exp": r.Asked.Add(ticketLife).Unix(),
	})
	if err == nil && len(ticket) > jose.MaxToken {
		return "", refuse(InvalidRequest, "the request is too long")
	}
	return ticket, err
}

// Resume takes up the request of a ticket, which is read anew: a client whose
// document has changed since may find it refused.
func (p *Provider) Resume(ctx context.Context, ticket string) (Request, error) {
	bad := refuse(InvalidRequest, "this way to sign in has ended; begin again in the app")
	signed, err := jose.Parse(ticket)
	if err != nil || signed.Type != ticketType || p.keys.published(p.conf.Now()).Verify(signed) != nil {
		return Request{}, bad
	}
	text, err1 := signed.Claims.Text("q")
	asked, err2 := signed.Claims.Instant("iat")
	until, err3 := signed.Claims.Instant("exp")
	q, err4 := url.ParseQuery(text)
	if err1 != nil || err2 != nil || err3 != nil || err4 != nil || !p.conf.Now().Before(until) {
		return Request{}, bad
	}
	return p.read(ctx, q, asked)
}

// sign makes a token with the newest key of an algorithm.
func (p *Provider) sign(a jose.Algorithm, kind string, claims any) (string, error) {
	key, err := p.keys.signer(a, p.conf.Now())
	if err != nil {
		return "", fmt.Errorf("provider: sign: %w", err)
	}
	token, err := key.Sign(jose.Header{Type: kind}, claims)
	if err != nil {
		return "", fmt.Errorf("provider: %w", err)
	}
	return token, nil
}
