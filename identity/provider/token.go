package provider

import (
	"context"
	"net/url"
)

// Grant types that are offered.
const (
	grantCode    = "authorization_code"
	grantRefresh = "refresh_token"
	grantClient  = "client_credentials"
)

// TokenRequest is what came to the token endpoint, by POST.
type TokenRequest struct {
	Form          url.Values // of the body alone, never of the query
	Authorization []string   // every line of that header
	JKT           string     // whose possession was proved, for this endpoint and now: identity.Verifier.Possess; "" without proof
}

// Token answers a token request. The error is an *Error when the request is no
// good; InvalidClient wants 401 and a Basic challenge, the others 400.
func (p *Provider) Token(ctx context.Context, r TokenRequest) (*Tokens, error) {
	for name := range r.Form {
		if _, err := one(r.Form, name); err != nil {
			return nil, err
		}
	}
	cl, err := p.authenticate(ctx, r.Form, r.Authorization)
	if err != nil {
		return nil, err
	}
	if r.JKT == "" {
		return nil, refuse(InvalidProof, "a DPoP proof is needed: there are no bearer tokens here")
	}
	var out *issue
	kind := r.Form.Get("grant_type")
	switch {
	case kind == "":
		return nil, refuse(InvalidRequest, "the grant_type is missing")
	case kind == grantClient && cl.Kind == Script:
		out, err = p.runScript(cl, r.JKT)
	case kind == grantCode && cl.Kind != Script:
		out, err = p.exchange(cl, r.Form, r.JKT)
	case kind == grantRefresh && cl.Kind != Script:
		out, err = p.refresh(cl, r.Form, r.JKT)
	case kind == grantCode || kind == grantRefresh || kind == grantClient:
		return nil, refuse(UnauthorizedClient, "this client may not use this grant_type")
	default:
		return nil, refuse(UnsupportedGrant, "the grant_type is not one that is offered")
	}
	if err != nil {
		return nil, err
	}
	return p.issue(out)
}
