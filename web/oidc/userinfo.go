package oidc

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"skrin/identity"
	"skrin/identity/provider"
	"skrin/web/request"
)

// userinfo says whom an access token of ours speaks for (OpenID Connect Core
// section 5.3). It is shown as to a pod: by the header, with a proof.
func (h *Handler) userinfo(ctx context.Context, r *request.Request) (*request.Answer, error) {
	agent, err := h.conf.Verifier.Verify(ctx, identity.Proof{
		Authorization: r.Header.Values("Authorization"),
		DPoP:          r.Header.Values("DPoP"),
		Method:        r.Method,
		URL:           h.conf.Provider.Issuer().String() + "oidc/userinfo",
	})
	var bad *identity.Refusal
	switch {
	case errors.As(err, &bad) && bad.Code() == "":
		return refused(err)
	case errors.As(err, &bad):
		return challenged(identity.Challenge(err))
	case err != nil:
		return nil, err
	case agent.WebID.IsZero():
		return challenged(identity.Challenge(nil))
	case agent.Issuer != h.conf.Provider.Issuer():
		return challenged(identity.Challenge(nil) + `, error="invalid_token", error_description="the access token is another issuer's"`)
	}
	return answered(http.StatusOK, provider.About(agent.WebID))
}

// challenged says how to come back with credentials (RFC 6750 section 3, RFC 9449
// section 7.1).
func challenged(challenge string) (*request.Answer, error) {
	a := request.NewAnswer(http.StatusUnauthorized)
	a.Size = 0
	a.Header.Set("Cache-Control", "no-store")
	scheme, rest, _ := strings.Cut(challenge, " ")
	a.Header.Set("WWW-Authenticate", scheme+` realm="skrin", `+rest)
	return a, nil
}
