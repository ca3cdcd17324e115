package provider

import (
	"encoding/json"
	"fmt"

	"skrin/internal/jose"
)

// Scopes that mean something here. Others are left out of what is granted.
const (
	ScopeOpenID  = "openid"
	ScopeWebID   = "webid"
	ScopeProfile = "profile"
	ScopeOffline = "offline_access"
)

// Metadata gives the discovery document (OpenID Connect Discovery 1.0 section
// 3, RFC 8414) as JSON: what stands at .well-known/openid-configuration.
func (p *Provider) Metadata() ([]byte, error) {
	doc := map[string]any{
		"issuer":                                         p.conf.Issuer.String(),
		"authorization_endpoint":                         p.endpoint("authorize"),
		"token_endpoint":                                 p.endpoint("token"),
		"userinfo_endpoint":                              p.endpoint("userinfo"),
		"jwks_uri":                                       p.endpoint("jwks"),
		"registration_endpoint":                          p.endpoint("register"),
		"revocation_endpoint":                            p.endpoint("revoke"),
		"end_session_endpoint":                           p.endpoint("logout"),
		"scopes_supported":                               []string{ScopeOpenID, ScopeWebID, ScopeProfile, ScopeOffline},
		"response_types_supported":                       []string{"code"},
		"response_modes_supported":                       []string{"query"},
		"grant_types_supported":                          []string{grantCode, grantRefresh, grantClient},
		"subject_types_supported":                        []string{"public"},
		"id_token_signing_alg_values_supported":          signing,
		"token_endpoint_auth_methods_supported":          []string{authNone, authBasic, authPost},
		"revocation_endpoint_auth_methods_supported":     []string{authNone, authBasic, authPost},
		"code_challenge_methods_supported":               []string{"S256"},
		"dpop_signing_alg_values_supported":              jose.Algorithms(),
		"claims_supported":                               []string{"iss", "sub", "aud", "exp", "iat", "auth_time", "amr", "nonce", "azp", "webid"},
		"prompt_values_supported":                        []string{"none", "login", "consent", "select_account", "create"},
		"claims_parameter_supported":                     false,
		"request_parameter_supported":                    false,
		"request_uri_parameter_supported":                false, // its default is true
		"require_pushed_authorization_requests":          false,
		"authorization_response_iss_parameter_supported": true,
		"client_id_metadata_document_supported":          true,
		"solid_oidc_supported":                           "https://solidproject.org/TR/solid-oidc",
	}
	data, err := json.Marshal(doc)
	if err != nil {
		return nil, fmt.Errorf("provider: write the metadata: %w", err)
	}
	return data, nil
}

// JWKS gives the public keys as JSON. It may be kept by others for an hour.
func (p *Provider) JWKS() ([]byte, error) {
	data, err := json.Marshal(p.keys.published(p.conf.Now()))
	if err != nil {
		return nil, fmt.Errorf("provider: write the keys: %w", err)
	}
	return data, nil
}
