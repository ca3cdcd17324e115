package oidc

import (
	"errors"
	"net/http"

	"skrin/identity"
	"skrin/identity/provider"
	"skrin/web/request"
)

// refusal is an error as RFC 6749 section 5.2 writes it.
type refusal struct {
	Code        string `json:"error"`
	Description string `json:"error_description,omitempty"`
}

// refused answers a client with what was wrong. An error that is our own goes on
// to be answered as such.
func refused(err error) (*request.Answer, error) {
	var wrong *provider.Error
	var proof *identity.Refusal
	switch {
	case errors.As(err, &wrong):
		return tellClient(wrong.Code, wrong.Description)
	case errors.As(err, &proof) && proof.Code() != "":
		return tellClient(provider.InvalidProof, proof.Description())
	case errors.As(err, &proof):
		return tellClient(provider.Unavailable, proof.Description())
	}
	return nil, err
}

func tellClient(code, description string) (*request.Answer, error) {
	status := http.StatusBadRequest
	switch code {
	case provider.InvalidClient:
		status = http.StatusUnauthorized
	case provider.Unavailable:
		status = http.StatusServiceUnavailable
	}
	a, err := answered(status, refusal{code, description})
	if err != nil {
		return nil, err
	}
	switch status {
	case http.StatusUnauthorized:
		a.Header.Set("WWW-Authenticate", `Basic realm="skrin", charset="UTF-8"`)
	case http.StatusServiceUnavailable:
		a.Header.Set("Retry-After", "5")
	}
	return a, nil
}
