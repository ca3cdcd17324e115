package oidc

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"skrin/identity"
	"skrin/identity/provider"
	"skrin/internal/strangers"
	"skrin/web/request"
)

// token exchanges a code, a refresh token or a script's secret for tokens (RFC
// 6749 section 3.2), bound to the key of the DPoP proof (RFC 9449 section 5).
func (h *Handler) token(ctx context.Context, r *request.Request) (*request.Answer, error) {
	form, err := readForm(r)
	if err != nil {
		return refused(err)
	}
	jkt, err := h.possessed(r)
	if err != nil {
		return refused(err)
	}
	tokens, err := h.conf.Provider.Token(ctx, provider.TokenRequest{Form: form, Authorization: r.Header.Values("Authorization"), JKT: jkt})
	if err != nil {
		h.tell(err)
		return refused(err)
	}
	return answered(http.StatusOK, tokens)
}

// possessed gives the thumbprint of the key that was shown to be held, "" when no
// proof came. Proofs are remembered, and anybody can make them, so they are
// counted first.
func (h *Handler) possessed(r *request.Request) (string, error) {
	proofs := r.Header.Values("DPoP")
	if len(proofs) > 0 && !h.asked.Take(strangers.Class(r.Address), h.conf.Now()) {
		return "", &provider.Error{Code: provider.Unavailable, Description: "too many requests; try again in a minute"}
	}
	return h.conf.Verifier.Possess(identity.Proof{DPoP: proofs, Method: r.Method, URL: h.conf.Provider.TokenEndpoint()})
}

// tell passes on what the citizen should hear of.
func (h *Handler) tell(err error) {
	var e *provider.Error
	if errors.As(err, &e) && e.Withdrawn != nil {
		h.conf.Withdrawn(*e.Withdrawn)
	}
}

// revoke ends a token (RFC 7009). Whatever became of it, there is nothing to say.
func (h *Handler) revoke(ctx context.Context, r *request.Request) (*request.Answer, error) {
	form, err := readForm(r)
	if err != nil {
		return refused(err)
	}
	if err := h.conf.Provider.Revoke(ctx, form, r.Header.Values("Authorization")); err != nil {
		return refused(err)
	}
	a := request.NewAnswer(http.StatusOK)
	a.Size = 0
	a.Header.Set("Cache-Control", "no-store")
	return a, nil
}

// answered is an answer in JSON that nothing on the way may store.
func answered(status int, value any) (*request.Answer, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	a := request.NewAnswer(status)
	a.Header.Set("Cache-Control", "no-store")
	a.Header.Set("Pragma", "no-cache") // RFC 6749 section 5.1
	return a.With("application/json", text), nil
}
