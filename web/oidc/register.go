package oidc

import (
	"context"
	"errors"
	"net/http"

	"skrin/identity/provider"
	"skrin/internal/strangers"
	"skrin/web/request"
)

// register takes up a client that describes itself (RFC 7591). Anybody may; it
// ends by itself, and what it says is not believed. There is no address to read or
// change a registration at (RFC 7592): who wants another registers anew.
func (h *Handler) register(_ context.Context, r *request.Request) (*request.Answer, error) {
	if r.Query != "" {
		return refused(invalid("the description belongs into the body"))
	}
	text, err := readBody(r, "application/json")
	if err != nil {
		return misdescribed(err)
	}
	made, err := h.conf.Provider.Register(text, strangers.Class(r.Address))
	if err != nil {
		return misdescribed(err)
	}
	return answered(http.StatusCreated, made)
}

// misdescribed answers in the words of RFC 7591 section 3.2.2.
func misdescribed(err error) (*request.Answer, error) {
	var e *provider.Error
	if errors.As(err, &e) && e.Code == provider.InvalidRequest {
		return tellClient(provider.InvalidMetadata, e.Description)
	}
	a, err := refused(err)
	if err == nil && a.Status == http.StatusServiceUnavailable {
		a.Status = http.StatusTooManyRequests
		a.Header.Set("Retry-After", "600")
	}
	return a, err
}
