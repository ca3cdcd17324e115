package oidc

import (
	"context"
	"net/http"
	"strings"

	"skrin/identity/provider"
	"skrin/internal/outbound"
	"skrin/linkeddata"
	"skrin/web/request"
)

// Where the metadata stand, below the issuer (OpenID Connect Discovery 1.0 section
// 4, RFC 8414 section 3).
const (
	discoveryPath = "/.well-known/openid-configuration"
	serverPath    = "/.well-known/oauth-authorization-server"
)

const keySetType = "application/jwk-set+json" // RFC 7517 section 8.5.2

func (h *Handler) metadata(context.Context, *request.Request) (*request.Answer, error) {
	text, err := h.conf.Provider.Metadata()
	return published("application/json", text, err)
}

func (h *Handler) keys(context.Context, *request.Request) (*request.Answer, error) {
	text, err := h.conf.Provider.JWKS()
	return published(keySetType, text, err)
}

// published is an answer that others may keep for an hour: a new key is shown for
// so long before it signs.
func published(mediaType string, text []byte, err error) (*request.Answer, error) {
	if err != nil {
		return nil, err
	}
	a := request.NewAnswer(http.StatusOK)
	a.Header.Set("Cache-Control", "public, max-age=3600")
	return a.With(mediaType, text), nil
}

// Document answers for the provider's metadata and keys inside the process, for
// outbound.Config: the verifier asks for them as for those of any issuer, and our
// own address may be one that only the world outside can reach. It says false for
// every other IRI, and when there is no provider.
func Document(p *provider.Provider, iri linkeddata.IRI) (outbound.Document, bool, error) {
	if p == nil {
		return outbound.Document{}, false, nil
	}
	path, below := strings.CutPrefix(iri.String(), strings.TrimSuffix(p.Issuer().String(), "/"))
	doc := outbound.Document{IRI: iri}
	var err error
	switch {
	case below && path == discoveryPath:
		doc.MediaType = "application/json"
		doc.Body, err = p.Metadata()
	case below && path == "/oidc/jwks":
		doc.MediaType = keySetType
		doc.Body, err = p.JWKS()
	default:
		return outbound.Document{}, false, nil
	}
	return doc, err == nil, err
}
