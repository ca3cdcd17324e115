package identity

import (
	"strings"

	"skrin/internal/podtest/issuer"
)

// profiles: other tokens that the same issuer signs with the same key.
var profiles = []vector{
	{"ID token with nonce", ErrToken, func(w *world) Proof { return idToken(w, issuer.Parts{"nonce": "n"}) }},
	{"ID token with at_hash", ErrToken, func(w *world) Proof { return idToken(w, issuer.Parts{"at_hash": "h"}) }},
	{"ID token, bare", ErrToken, func(w *world) Proof { return idToken(w, nil) }},
	{"ID token that has client_id too", ErrToken, func(w *world) Proof { return idToken(w, issuer.Parts{"client_id": app}) }},
	{"ID token under the right typ", ErrToken, func(w *world) Proof {
		return w.claims(issuer.Parts{"nonce": "n", "azp": app, "aud": []string{app, "solid"}})
	}},
	{"c_hash under the right typ", ErrToken, func(w *world) Proof { return w.claims(issuer.Parts{"c_hash": "h"}) }},
	{"typ of an ID token", ErrToken, func(w *world) Proof { return w.header(issuer.Parts{"typ": "id_token+jwt"}) }},
	{"typ of a logout token", ErrToken, func(w *world) Proof { return w.header(issuer.Parts{"typ": "logout+jwt"}) }},
	{"logout token without typ", ErrToken, func(w *world) Proof {
		return w.with(w.token(func(header, claims issuer.Parts) {
			delete(header, "typ")
			claims["events"] = issuer.Parts{"http://schemas.openid.net/event/backchannel-logout": issuer.Parts{}}
		}))
	}},
	{"typ of a proof", ErrToken, func(w *world) Proof { return w.header(issuer.Parts{"typ": "dpop+jwt"}) }},
	{"typ is a number", ErrToken, func(w *world) Proof { return w.header(issuer.Parts{"typ": 1}) }},
	{"the proof as the token", ErrToken, func(w *world) Proof { return w.with(w.proof("x", nil)) }},
}

// idToken is a GET with what Solid-OIDC calls an ID token: it has everything
// that an access token must have.
func idToken(w *world, members issuer.Parts) Proof {
	return w.with(w.token(func(header, claims issuer.Parts) {
		header["typ"] = "JWT"
		alter(claims, issuer.Parts{"client_id": nil, "azp": app, "aud": []string{app, "solid"}})
		alter(claims, members)
	}))
}

// claims: access tokens that say the wrong thing.
var claims = []vector{
	{"cnf missing", ErrToken, func(w *world) Proof { return w.claims(issuer.Parts{"cnf": nil}) }},
	{"cnf empty", ErrToken, func(w *world) Proof { return w.claims(issuer.Parts{"cnf": issuer.Parts{}}) }},
	{"cnf is a text", ErrToken, func(w *world) Proof { return w.claims(issuer.Parts{"cnf": "x"}) }},
	{"cnf by certificate", ErrToken, func(w *world) Proof {
		return w.claims(issuer.Parts{"cnf": issuer.Parts{"x5t#S256": w.ana.Key().Public().Thumbprint()}})
	}},
	{"cnf.jkt is no thumbprint", ErrToken, func(w *world) Proof { return w.claims(issuer.Parts{"cnf": issuer.Parts{"jkt": "abc"}}) }},
	{"cnf of another key", ErrProof, func(w *world) Proof {
		return w.claims(issuer.Parts{"cnf": issuer.Parts{"jkt": w.person(w.issuer, "eva").Key().Public().Thumbprint()}})
	}},
	{"exp passed", ErrToken, func(w *world) Proof { return w.claims(issuer.Parts{"iat": w.at(-600), "exp": w.at(-1)}) }},
	{"exp now", ErrToken, func(w *world) Proof { return w.claims(issuer.Parts{"iat": w.at(-600), "exp": w.at(0)}) }},
	{"exp missing", ErrToken, func(w *world) Proof { return w.claims(issuer.Parts{"exp": nil}) }},
	{"exp is a text", ErrToken, func(w *world) Proof { return w.claims(issuer.Parts{"exp": "9999999999"}) }},
	{"exp huge", ErrToken, func(w *world) Proof { return w.claims(issuer.Parts{"exp": 1e300}) }},
	{"exp negative", ErrToken, func(w *world) Proof { return w.claims(issuer.Parts{"exp": -1}) }},
	{"exp before iat", ErrToken, func(w *world) Proof { return w.claims(issuer.Parts{"iat": w.at(30), "exp": w.at(20)}) }},
	{"nbf in the future", ErrToken, func(w *world) Proof { return w.claims(issuer.Parts{"nbf": w.at(61)}) }},
	{"nbf is a text", ErrToken, func(w *world) Proof { return w.claims(issuer.Parts{"nbf": "now"}) }},
	{"iat in the future", ErrToken, func(w *world) Proof { return w.claims(issuer.Parts{"iat": w.at(61)}) }},
	{"iat missing", ErrToken, func(w *world) Proof { return w.claims(issuer.Parts{"iat": nil}) }},
	{"more than a day old", ErrToken, func(w *world) Proof { return w.claims(issuer.Parts{"iat": w.at(-86400)}) }},
	{"aud missing", ErrToken, func(w *world) Proof { return w.claims(issuer.Parts{"aud": nil}) }},
	{"aud empty", ErrToken, func(w *world) Proof { return w.claims(issuer.Parts{"aud": []string{}}) }},
	{"aud elsewhere", ErrToken, func(w *world) Proof { return w.claims(issuer.Parts{"aud": "https://other.example/"}) }},
	{"aud is the client", ErrToken, func(w *world) Proof { return w.claims(issuer.Parts{"aud": app}) }},
	{"aud begins like us", ErrToken, func(w *world) Proof { return w.claims(issuer.Parts{"aud": base + "maria/"}) }},
	{"aud in upper case", ErrToken, func(w *world) Proof { return w.claims(issuer.Parts{"aud": "SOLID"}) }},
	{"aud with a number in it", ErrToken, func(w *world) Proof { return w.claims(issuer.Parts{"aud": []any{"solid", 1}}) }},
	{"iss missing", ErrToken, func(w *world) Proof { return w.claims(issuer.Parts{"iss": nil}) }},
	{"iss over http", ErrToken, func(w *world) Proof { return w.claims(issuer.Parts{"iss": "http://issuer.example/"}) }},
	{"iss relative", ErrToken, func(w *world) Proof { return w.claims(issuer.Parts{"iss": "/"}) }},
	{"iss a file", ErrToken, func(w *world) Proof { return w.claims(issuer.Parts{"iss": "file:///etc/passwd"}) }},
	{"iss with user information", ErrToken, func(w *world) Proof { return w.claims(issuer.Parts{"iss": "https://a:b@issuer.example/"}) }},
	{"iss with a query", ErrToken, func(w *world) Proof { return w.claims(issuer.Parts{"iss": w.issuer.IRI().String() + "?"}) }},
	{"iss with a fragment", ErrToken, func(w *world) Proof { return w.claims(issuer.Parts{"iss": w.issuer.IRI().String() + "#"}) }},
	{"iss in upper case only", ErrToken, func(w *world) Proof { return w.claims(issuer.Parts{"iss": nil, "ISS": w.issuer.IRI().String()}) }},
	{"webid missing", ErrToken, func(w *world) Proof { return w.claims(issuer.Parts{"webid": nil}) }},
	{"webid relative", ErrToken, func(w *world) Proof { return w.claims(issuer.Parts{"webid": "/people/ana#me"}) }},
	{"webid no IRI", ErrToken, func(w *world) Proof { return w.claims(issuer.Parts{"webid": "https://a b/"}) }},
	{"webid with a bracket", ErrToken, func(w *world) Proof { return w.claims(issuer.Parts{"webid": w.ana.WebID.String() + ">"}) }},
	{"webid with user information", ErrToken, func(w *world) Proof {
		return w.claims(issuer.Parts{"webid": strings.Replace(w.ana.WebID.String(), "://", "://ana@", 1)})
	}},
	{"webid over http", ErrToken, func(w *world) Proof { return w.claims(issuer.Parts{"webid": "http://ana.example/#me"}) }},
	{"webid by mail", ErrToken, func(w *world) Proof { return w.claims(issuer.Parts{"webid": "mailto:ana@ana.example"}) }},
	{"webid without a host", ErrToken, func(w *world) Proof { return w.claims(issuer.Parts{"webid": "https:///#me"}) }},
	{"webid is a list", ErrToken, func(w *world) Proof { return w.claims(issuer.Parts{"webid": []string{w.ana.WebID.String()}}) }},
	{"webid huge", ErrToken, func(w *world) Proof {
		return w.claims(issuer.Parts{"webid": w.ana.WebID.String() + strings.Repeat("x", maxIRI)})
	}},
	{"client_id missing", ErrToken, func(w *world) Proof { return w.claims(issuer.Parts{"client_id": nil}) }},
	{"client_id ours", ErrToken, func(w *world) Proof { return w.claims(issuer.Parts{"client_id": "urn:skrin:cli"}) }},
	{"client_id ours in upper case", ErrToken, func(w *world) Proof { return w.claims(issuer.Parts{"client_id": "URN:Skrin:cli"}) }},
	{"client_id as we make them", ErrToken, func(w *world) Proof { return w.claims(issuer.Parts{"client_id": "urn:skrin:client:x"}) }},
	{"azp ours", ErrToken, func(w *world) Proof { return w.claims(issuer.Parts{"client_id": nil, "azp": "urn:skrin:cli"}) }},
	{"azp another client", ErrToken, func(w *world) Proof { return w.claims(issuer.Parts{"azp": "https://other.example/id"}) }},
	{"client_id a number", ErrToken, func(w *world) Proof { return w.claims(issuer.Parts{"client_id": 7}) }},
	{"client_id huge", ErrToken, func(w *world) Proof { return w.claims(issuer.Parts{"client_id": strings.Repeat("x", maxIRI+1)}) }},
}
