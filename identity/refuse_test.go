package identity

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"strings"
	"testing"

	"skrin/internal/jose"
	"skrin/internal/podtest/issuer"
)

type vector struct {
	name string
	want error
	make func(w *world) Proof
}

// headers: how the credentials are brought.
var headers = []vector{
	{"proof without a token", ErrRequest, func(w *world) Proof { p := w.with(w.token(nil)); p.Authorization = nil; return p }},
	{"token without a proof", ErrRequest, func(w *world) Proof { p := w.with(w.token(nil)); p.DPoP = nil; return p }},
	{"the same Authorization twice", ErrRequest, func(w *world) Proof {
		p := w.with(w.token(nil))
		p.Authorization = append(p.Authorization, p.Authorization[0])
		return p
	}},
	{"two Authorization headers", ErrRequest, func(w *world) Proof {
		p := w.with(w.token(nil))
		p.Authorization = append(p.Authorization, "Basic YTpi")
		return p
	}},
	{"two DPoP headers", ErrRequest, func(w *world) Proof {
		p := w.with(w.token(nil))
		p.DPoP = append(p.DPoP, w.proof(w.token(nil), nil))
		return p
	}},
	{"bearer, with a proof", ErrRequest, func(w *world) Proof { return scheme(w, "Bearer ") }},
	{"bearer, without a proof", ErrRequest, func(w *world) Proof { p := scheme(w, "Bearer "); p.DPoP = nil; return p }},
	{"basic", ErrRequest, func(w *world) Proof { return scheme(w, "Basic ") }},
	{"no scheme", ErrRequest, func(w *world) Proof { return scheme(w, "") }},
	{"empty Authorization", ErrRequest, func(w *world) Proof { p := scheme(w, ""); p.Authorization[0] = ""; return p }},
	{"scheme alone", ErrRequest, func(w *world) Proof { p := scheme(w, ""); p.Authorization[0] = "DPoP"; return p }},
	{"scheme and spaces", ErrRequest, func(w *world) Proof { p := scheme(w, ""); p.Authorization[0] = "DPoP   "; return p }},
	{"two tokens in one header", ErrRequest, func(w *world) Proof { p := scheme(w, "DPoP "); p.Authorization[0] += ", DPoP x"; return p }},
	{"two proofs in one header", ErrRequest, func(w *world) Proof { p := scheme(w, "DPoP "); p.DPoP[0] += "," + p.DPoP[0]; return p }},
	{"huge token", ErrRequest, func(w *world) Proof { return w.with(strings.Repeat("a", jose.MaxToken+1)) }},
	{"huge proof", ErrRequest, func(w *world) Proof { p := scheme(w, "DPoP "); p.DPoP[0] = strings.Repeat("a", maxProof+1); return p }},
	{"empty proof", ErrProof, func(w *world) Proof { p := scheme(w, "DPoP "); p.DPoP[0] = ""; return p }},
}

func scheme(w *world, s string) Proof {
	p := w.with(w.token(nil))
	p.Authorization[0] = s + strings.TrimPrefix(p.Authorization[0], "DPoP ")
	return p
}

// forgeries: tokens whose signature or shape is wrong.
var forgeries = []vector{
	{"alg none", ErrToken, func(w *world) Proof {
		return w.with(rebuild(w.token(nil), func(h, _, s *string) { *h, *s = b64(`{"alg":"none","typ":"at+jwt"}`), "" }))
	}},
	{"alg none, signature kept", ErrToken, func(w *world) Proof { return w.header(issuer.Parts{"alg": "none"}) }},
	{"alg nOnE", ErrToken, func(w *world) Proof { return w.header(issuer.Parts{"alg": "nOnE"}) }},
	{"alg unknown", ErrToken, func(w *world) Proof { return w.header(issuer.Parts{"alg": "ES999"}) }},
	{"alg absent", ErrToken, func(w *world) Proof { return w.header(issuer.Parts{"alg": nil}) }},
	{"alg of another kind of key", ErrToken, func(w *world) Proof { return w.header(issuer.Parts{"alg": "RS256"}) }},
	{"HS256 with the public key", ErrToken, func(w *world) Proof {
		return w.with(mac(w, []byte(toJSON(w.t, w.issuer.Key().Public()))))
	}},
	{"HS256 with an empty key", ErrToken, func(w *world) Proof { return w.with(mac(w, nil)) }},
	{"signature in DER", ErrToken, func(w *world) Proof { return w.with(inDER(w.t, w.token(nil))) }},
	{"signature of zeros", ErrToken, func(w *world) Proof {
		return w.with(rebuild(w.token(nil), func(_, _, s *string) { *s = b64(strings.Repeat("\x00", 64)) }))
	}},
	{"signature absent", ErrToken, func(w *world) Proof {
		return w.with(rebuild(w.token(nil), func(_, _, s *string) { *s = "" }))
	}},
	{"signature of another token", ErrToken, func(w *world) Proof {
		other := strings.Split(w.token(nil), ".")[2]
		return w.with(rebuild(w.token(nil), func(_, _, s *string) { *s = other }))
	}},
	{"claims changed after signing", ErrToken, func(w *world) Proof {
		return w.with(rebuild(w.token(nil), func(_, p, _ *string) {
			*p = b64(strings.Replace(string(unb64(w.t, *p)), "/people/ana#me", "/people/eva#me", 2))
		}))
	}},
	{"signed by the client's own key", ErrToken, func(w *world) Proof {
		return w.with(signedBy(w, w.ana.Key(), issuer.Parts{"kid": w.issuer.Key().Public().ID()}))
	}},
	{"signed by an embedded key", ErrToken, func(w *world) Proof {
		return w.with(signedBy(w, w.ana.Key(), issuer.Parts{"jwk": w.ana.Key().Public(), "kid": nil}))
	}},
	{"signed by a key named by jku", ErrToken, func(w *world) Proof {
		evil := w.newIssuer(issuer.Options{})
		return w.with(signedBy(w, evil.Key(), issuer.Parts{"jku": evil.URL(issuer.Keys), "kid": evil.Key().Public().ID()}))
	}},
	{"signed by a key named by x5u", ErrToken, func(w *world) Proof {
		evil := w.newIssuer(issuer.Options{})
		return w.with(signedBy(w, evil.Key(), issuer.Parts{"x5u": evil.URL(issuer.Keys), "kid": "x"}))
	}},
	{"kid unknown", ErrToken, func(w *world) Proof { return w.header(issuer.Parts{"kid": "nobody"}) }},
	{"kid is a path", ErrToken, func(w *world) Proof { return w.header(issuer.Parts{"kid": "../../../dev/null"}) }},
	{"kid is a number", ErrToken, func(w *world) Proof { return w.header(issuer.Parts{"kid": 1}) }},
	{"kid of another issuer, known to us", ErrToken, func(w *world) Proof {
		other := w.newIssuer(issuer.Options{})
		eva := w.person(other, "eva")
		token, _ := eva.Token()
		proof, _ := eva.Proof("GET", target, token)
		if err := w.verify(ask(token, proof)); err != nil {
			w.t.Fatal(err)
		}
		return w.with(signedBy(w, other.Key(), issuer.Parts{"kid": other.Key().Public().ID()}))
	}},
	{"crit", ErrToken, func(w *world) Proof { return w.header(issuer.Parts{"crit": []string{"exp"}}) }},
	{"crit, empty", ErrToken, func(w *world) Proof { return w.header(issuer.Parts{"crit": []string{}}) }},
	{"unencoded payload", ErrToken, func(w *world) Proof { return w.header(issuer.Parts{"b64": false}) }},
	{"truncated", ErrToken, func(w *world) Proof { t := w.token(nil); return w.with(t[:len(t)-10]) }},
	{"two parts", ErrToken, func(w *world) Proof { t := w.token(nil); return w.with(t[:strings.LastIndexByte(t, '.')]) }},
	{"five parts, as a JWE", ErrToken, func(w *world) Proof { return w.with(w.token(nil) + ".a.b") }},
	{"base64 padding", ErrToken, func(w *world) Proof {
		return w.with(rebuild(w.token(nil), func(_, _, s *string) { *s += "==" }))
	}},
	{"base64 of the other alphabet", ErrToken, func(w *world) Proof {
		return w.with(rebuild(w.token(nil), func(_, _, s *string) { *s = base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat("\xff", 64))) }))
	}},
	{"line end in the token", ErrToken, func(w *world) Proof { return w.with(strings.Replace(w.token(nil), ".", "\n.", 1)) }},
	{"nested token", ErrToken, func(w *world) Proof { return w.with(raw(w, `{"alg":"ES256","cty":"JWT"}`, w.token(nil))) }},
	{"claims are a list", ErrToken, func(w *world) Proof { return w.with(raw(w, `{"alg":"ES256"}`, `[]`)) }},
	{"a claim named twice", ErrToken, func(w *world) Proof {
		return w.with(raw(w, `{"alg":"ES256","typ":"at+jwt"}`, `{"aud":"elsewhere","aud":"solid"}`))
	}},
	{"a header member named twice", ErrToken, func(w *world) Proof {
		return w.with(raw(w, `{"alg":"ES256","alg":"ES256"}`, `{}`))
	}},
	{"cnf with two keys in it", ErrToken, func(w *world) Proof {
		return w.with(raw(w, `{"alg":"ES256","typ":"at+jwt"}`, `{"cnf":{"jkt":"a","jkt":"b"}}`))
	}},
	{"not a token", ErrToken, func(w *world) Proof { return w.with("opaque") }},
}

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

// elsewheres: issuers and WebID documents that do not bear the token out.
var elsewheres = []vector{
	{"issuer not listed", ErrIssuer, func(w *world) Proof { return w.card(`<#me> <` + term + `> <https://other.example/> .`) }},
	{"no issuer listed", ErrIssuer, func(w *world) Proof { return w.card(`<#me> a <#Person> .`) }},
	{"empty document", ErrIssuer, func(w *world) Proof { return w.card(``) }},
	{"listed without its slash", ErrIssuer, func(w *world) Proof {
		return w.card(`<#me> <` + term + `> <` + strings.TrimSuffix(w.issuer.IRI().String(), "/") + `> .`)
	}},
	{"listed in upper case", ErrIssuer, func(w *world) Proof {
		return w.card(`<#me> <` + term + `> <` + strings.Replace(w.issuer.IRI().String(), "http", "HTTP", 1) + `> .`)
	}},
	{"listed as a text", ErrIssuer, func(w *world) Proof { return w.card(`<#me> <` + term + `> "` + w.issuer.IRI().String() + `" .`) }},
	{"listed for somebody else", ErrIssuer, func(w *world) Proof { return w.card(`<#eva> <` + term + `> <` + w.issuer.IRI().String() + `> .`) }},
	{"listed for the document", ErrIssuer, func(w *world) Proof { return w.card(`<> <` + term + `> <` + w.issuer.IRI().String() + `> .`) }},
	{"listed the wrong way round", ErrIssuer, func(w *world) Proof { return w.card(`<` + w.issuer.IRI().String() + `> <` + term + `> <#me> .`) }},
	{"listed in a linked document only", ErrIssuer, func(w *world) Proof {
		w.issuer.Publish("/more", "text/turtle", `<ana#me> <`+term+`> <`+w.issuer.IRI().String()+`> .`)
		return w.card(`<#me> <http://www.w3.org/2000/01/rdf-schema#seeAlso> </more> .`)
	}},
	{"document is not there", ErrIssuer, func(w *world) Proof { return w.handle("/people/ana", http.NotFoundHandler()) }},
	{"document is HTML", ErrIssuer, func(w *world) Proof { return w.publish("/people/ana", "text/html", "<p>") }},
	{"document without a type", ErrIssuer, func(w *world) Proof { return w.publish("/people/ana", "", "") }},
	{"document malformed", ErrIssuer, func(w *world) Proof {
		return w.card(`<#me> <` + term + `> <` + w.issuer.IRI().String() + `> . <`)
	}},
	{"document too large", ErrIssuer, func(w *world) Proof { return w.card(strings.Repeat("# nothing\n", maxWebID/10+1)) }},
	{"document with too many statements", ErrIssuer, func(w *world) Proof {
		return w.card(strings.Repeat("[] a <x>.\n", webIDLimits.Quads+1))
	}},
	{"document redirects to a private address", ErrIssuer, func(w *world) Proof {
		return w.handle("/people/ana", http.RedirectHandler("http://10.0.0.1/", http.StatusFound))
	}},
	{"document redirects to another host", ErrIssuer, func(w *world) Proof {
		other := w.newIssuer(issuer.Options{})
		return w.handle("/people/ana", http.RedirectHandler(other.URL("/people/ana"), http.StatusFound))
	}},
	{"document at a private address", ErrIssuer, func(w *world) Proof { return w.claims(issuer.Parts{"webid": "https://10.0.0.1/ana#me"}) }},
	{"document under our base, not there", ErrIssuer, func(w *world) Proof { return w.claims(issuer.Parts{"webid": base + "nobody/profile/card#me"}) }},
	{"WebID differs in its fragment", ErrIssuer, func(w *world) Proof { return w.claims(issuer.Parts{"webid": w.issuer.URL("/people/ana#i")}) }},
	{"WebID without its fragment", ErrIssuer, func(w *world) Proof { return w.claims(issuer.Parts{"webid": w.issuer.URL("/people/ana")}) }},
	{"WebID spelled otherwise", ErrIssuer, func(w *world) Proof { return w.claims(issuer.Parts{"webid": w.issuer.URL("/people/%61na#me")}) }},
	{"discovery is not there", ErrIssuer, func(w *world) Proof { return w.handle(issuer.Discovery, http.NotFoundHandler()) }},
	{"discovery of another issuer", ErrIssuer, func(w *world) Proof { return w.discovery(issuer.Parts{"issuer": "https://other.example/"}) }},
	{"discovery without the slash", ErrIssuer, func(w *world) Proof {
		return w.discovery(issuer.Parts{"issuer": strings.TrimSuffix(w.issuer.IRI().String(), "/")})
	}},
	{"discovery names nobody", ErrIssuer, func(w *world) Proof { return w.discovery(issuer.Parts{"issuer": nil}) }},
	{"discovery is HTML", ErrIssuer, func(w *world) Proof { return w.publish(issuer.Discovery, "text/html", "{}") }},
	{"discovery is garbage", ErrIssuer, func(w *world) Proof { return w.publish(issuer.Discovery, "application/json", "{") }},
	{"discovery names its issuer twice", ErrIssuer, func(w *world) Proof {
		return w.publish(issuer.Discovery, "application/json", fmt.Sprintf(`{"issuer":"x","issuer":%q,"jwks_uri":%q}`, w.issuer.IRI(), w.issuer.URL(issuer.Keys)))
	}},
	{"discovery redirects to another host", ErrIssuer, func(w *world) Proof {
		other := w.newIssuer(issuer.Options{})
		return w.handle(issuer.Discovery, http.RedirectHandler(other.URL(issuer.Discovery), http.StatusFound))
	}},
	{"issuer at a private address", ErrIssuer, func(w *world) Proof { return w.claims(issuer.Parts{"iss": "https://10.0.0.1/"}) }},
	{"issuer at the cloud's metadata", ErrIssuer, func(w *world) Proof { return w.claims(issuer.Parts{"iss": "https://169.254.169.254/"}) }},
	{"keys at a private address", ErrIssuer, func(w *world) Proof { return w.discovery(issuer.Parts{"jwks_uri": "https://192.168.0.1/jwks"}) }},
	{"keys in a file", ErrIssuer, func(w *world) Proof { return w.discovery(issuer.Parts{"jwks_uri": "file:///etc/passwd"}) }},
	{"keys nowhere", ErrIssuer, func(w *world) Proof { return w.discovery(issuer.Parts{"jwks_uri": nil}) }},
	{"keys not there", ErrIssuer, func(w *world) Proof { return w.handle(issuer.Keys, http.NotFoundHandler()) }},
	{"keys huge", ErrIssuer, func(w *world) Proof {
		return w.publish(issuer.Keys, "application/json", `{"keys":[`+strings.Repeat(" ", maxKeySet)+`]}`)
	}},
	{"keys are no key set", ErrIssuer, func(w *world) Proof { return w.publish(issuer.Keys, "application/json", `[]`) }},
	{"no keys at all", ErrToken, func(w *world) Proof { return w.publish(issuer.Keys, "application/json", `{"keys":[]}`) }},
	{"a secret key, in public", ErrToken, func(w *world) Proof {
		data, err := w.issuer.Key().MarshalPrivate()
		if err != nil {
			w.t.Fatal(err)
		}
		return w.publish(issuer.Keys, "application/json", `{"keys":[`+string(data)+`]}`)
	}},
	{"keys for encryption", ErrToken, func(w *world) Proof {
		key := strings.Replace(toJSON(w.t, w.issuer.Key().Public()), "{", `{"use":"enc",`, 1)
		return w.publish(issuer.Keys, "application/json", `{"keys":[`+key+`]}`)
	}},
	{"RS256 with 1024 bits", ErrToken, weakRSA},
	{"issuer is down", ErrUnreachable, func(w *world) Proof { w.issuer.Close(); return w.with(w.token(nil)) }},
	{"issuer has trouble", ErrUnreachable, func(w *world) Proof {
		return w.handle(issuer.Discovery, http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(502) }))
	}},
	{"WebID host has trouble", ErrUnreachable, func(w *world) Proof {
		return w.handle("/people/ana", http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(503) }))
	}},
	{"WebID host hangs up", ErrUnreachable, func(w *world) Proof {
		return w.handle("/people/ana", http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	}},
	{"WebID host does not exist", ErrUnreachable, func(w *world) Proof {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			w.t.Fatal(err)
		}
		defer l.Close()
		l.Close()
		return w.claims(issuer.Parts{"webid": "http://" + l.Addr().String() + "/#me"})
	}},
}

// proofs: good tokens with bad proofs.
var proofs = []vector{
	{"ath missing", ErrProof, func(w *world) Proof { return w.proves(issuer.Parts{"ath": nil}) }},
	{"ath of another token", ErrProof, func(w *world) Proof { return w.proves(issuer.Parts{"ath": athOf(w.token(nil))}) }},
	{"ath padded", ErrProof, func(w *world) Proof {
		token := w.token(nil)
		return ask(token, w.proof(token, func(_, c issuer.Parts) { c["ath"] = athOf(token) + "=" }))
	}},
	{"htm missing", ErrProof, func(w *world) Proof { return w.proves(issuer.Parts{"htm": nil}) }},
	{"htm of another method", ErrProof, func(w *world) Proof { return w.proves(issuer.Parts{"htm": "PUT"}) }},
	{"htm in lower case", ErrProof, func(w *world) Proof { return w.proves(issuer.Parts{"htm": "get"}) }},
	{"htm empty, method empty", ErrProof, func(w *world) Proof { p := w.proves(issuer.Parts{"htm": ""}); p.Method = ""; return p }},
	{"htu missing", ErrProof, func(w *world) Proof { return w.proves(issuer.Parts{"htu": nil}) }},
	{"htu empty", ErrProof, func(w *world) Proof { return w.proves(issuer.Parts{"htu": ""}) }},
	{"htu of another host", ErrProof, func(w *world) Proof { return w.aims("pod.example", "evil.example") }},
	{"htu of a host below", ErrProof, func(w *world) Proof { return w.aims("pod.example", "a.pod.example") }},
	{"htu of another scheme", ErrProof, func(w *world) Proof { return w.aims("https:", "http:") }},
	{"htu of another port", ErrProof, func(w *world) Proof { return w.aims("pod.example", "pod.example:8443") }},
	{"htu with the port of http", ErrProof, func(w *world) Proof { return w.aims("pod.example", "pod.example:80") }},
	{"htu of another path", ErrProof, func(w *world) Proof { return w.aims("2026-11", "2026-10") }},
	{"htu, path in another case", ErrProof, func(w *world) Proof { return w.aims("labs", "Labs") }},
	{"htu with a slash more", ErrProof, func(w *world) Proof { return w.aims("2026-11", "2026-11/") }},
	{"htu with a slash escaped", ErrProof, func(w *world) Proof { return w.aims("labs/", "labs%2F") }},
	{"htu with two slashes", ErrProof, func(w *world) Proof { return w.aims("labs/", "labs//") }},
	{"htu of the container", ErrProof, func(w *world) Proof { return w.aims("labs/2026-11", "labs/") }},
	{"htu with user information", ErrProof, func(w *world) Proof { return w.aims("pod.example", "me@pod.example") }},
	{"htu relative", ErrProof, func(w *world) Proof { return w.aims("https://pod.example", "") }},
	{"htu without a scheme", ErrProof, func(w *world) Proof { return w.aims("https:", "") }},
	{"htu a bad escape", ErrProof, func(w *world) Proof { return w.aims("labs", "l%zzabs") }},
	{"htu is a list", ErrProof, func(w *world) Proof { return w.proves(issuer.Parts{"htu": []string{target}}) }},
	{"iat missing", ErrProof, func(w *world) Proof { return w.proves(issuer.Parts{"iat": nil}) }},
	{"iat too old", ErrProof, func(w *world) Proof { return w.proves(issuer.Parts{"iat": w.at(-121)}) }},
	{"iat in the future", ErrProof, func(w *world) Proof { return w.proves(issuer.Parts{"iat": w.at(61)}) }},
	{"iat in milliseconds", ErrProof, func(w *world) Proof { return w.proves(issuer.Parts{"iat": w.at(0) * 1000}) }},
	{"iat a text", ErrProof, func(w *world) Proof { return w.proves(issuer.Parts{"iat": fmt.Sprint(w.at(0))}) }},
	{"jti missing", ErrProof, func(w *world) Proof { return w.proves(issuer.Parts{"jti": nil}) }},
	{"jti empty", ErrProof, func(w *world) Proof { return w.proves(issuer.Parts{"jti": ""}) }},
	{"jti huge", ErrProof, func(w *world) Proof { return w.proves(issuer.Parts{"jti": strings.Repeat("j", maxJTI+1)}) }},
	{"jti a number", ErrProof, func(w *world) Proof { return w.proves(issuer.Parts{"jti": 1}) }},
	{"typ missing", ErrProof, func(w *world) Proof { return w.proofHeader(issuer.Parts{"typ": nil}) }},
	{"typ JWT", ErrProof, func(w *world) Proof { return w.proofHeader(issuer.Parts{"typ": "JWT"}) }},
	{"typ of an access token", ErrProof, func(w *world) Proof { return w.proofHeader(issuer.Parts{"typ": "at+jwt"}) }},
	{"the token as the proof", ErrProof, func(w *world) Proof { t := w.token(nil); return ask(t, t) }},
	{"alg none", ErrProof, func(w *world) Proof { return w.proofHeader(issuer.Parts{"alg": "none"}) }},
	{"alg HS256", ErrProof, func(w *world) Proof { return w.proofHeader(issuer.Parts{"alg": "HS256"}) }},
	{"alg HS256 with a shared jwk", ErrProof, func(w *world) Proof {
		return w.proofHeader(issuer.Parts{"alg": "HS256", "jwk": issuer.Parts{"kty": "oct", "k": "AAAA"}})
	}},
	{"alg of another kind", ErrProof, func(w *world) Proof { return w.proofHeader(issuer.Parts{"alg": "EdDSA"}) }},
	{"jwk missing", ErrProof, func(w *world) Proof { return w.proofHeader(issuer.Parts{"jwk": nil}) }},
	{"jwk by id", ErrProof, func(w *world) Proof {
		return w.proofHeader(issuer.Parts{"jwk": nil, "kid": w.ana.Key().Public().Thumbprint()})
	}},
	{"jwk private", ErrProof, func(w *world) Proof {
		data, err := w.ana.Key().MarshalPrivate()
		if err != nil {
			w.t.Fatal(err)
		}
		return w.proofHeader(issuer.Parts{"jwk": json.RawMessage(data)})
	}},
	{"jwk symmetric", ErrProof, func(w *world) Proof {
		return w.proofHeader(issuer.Parts{"jwk": issuer.Parts{"kty": "oct", "k": "AAAA"}})
	}},
	{"jwk of somebody else", ErrProof, func(w *world) Proof {
		return w.proofHeader(issuer.Parts{"jwk": w.person(w.issuer, "eva").Key().Public()})
	}},
	{"jwk off the curve", ErrProof, func(w *world) Proof {
		zero := b64(strings.Repeat("\x00", 32))
		return w.proofHeader(issuer.Parts{"jwk": issuer.Parts{"kty": "EC", "crv": "P-256", "x": zero, "y": zero}})
	}},
	{"jwk is a text", ErrProof, func(w *world) Proof { return w.proofHeader(issuer.Parts{"jwk": "x"}) }},
	{"by another key", ErrProof, func(w *world) Proof {
		token := w.token(nil)
		proof, err := w.person(w.issuer, "eva").Proof("GET", target, token)
		if err != nil {
			w.t.Fatal(err)
		}
		return ask(token, proof)
	}},
	{"crit", ErrProof, func(w *world) Proof { return w.proofHeader(issuer.Parts{"crit": []string{"jwk"}}) }},
	{"signature in DER", ErrProof, func(w *world) Proof { t := w.token(nil); return ask(t, inDER(w.t, w.proof(t, nil))) }},
	{"signature of zeros", ErrProof, func(w *world) Proof {
		t := w.token(nil)
		return ask(t, rebuild(w.proof(t, nil), func(_, _, s *string) { *s = b64(strings.Repeat("\x00", 64)) }))
	}},
	{"signature of another proof", ErrProof, func(w *world) Proof {
		t := w.token(nil)
		other := strings.Split(w.proof(t, nil), ".")[2]
		return ask(t, rebuild(w.proof(t, nil), func(_, _, s *string) { *s = other }))
	}},
	{"truncated", ErrProof, func(w *world) Proof { t := w.token(nil); p := w.proof(t, nil); return ask(t, p[:len(p)-4]) }},
	{"padded", ErrProof, func(w *world) Proof { t := w.token(nil); return ask(t, w.proof(t, nil)+"==") }},
	{"used before", ErrReplay, func(w *world) Proof {
		p := w.with(w.token(nil))
		if err := w.verify(p); err != nil {
			w.t.Fatal(err)
		}
		return p
	}},
	{"jti used before, by the same key", ErrReplay, func(w *world) Proof {
		if err := w.verify(w.proves(issuer.Parts{"jti": "again"})); err != nil {
			w.t.Fatal(err)
		}
		return w.proves(issuer.Parts{"jti": "again", "iat": w.at(-5)})
	}},
}

func TestRefused(t *testing.T) {
	count := 0
	for group, vectors := range map[string][]vector{
		"headers": headers, "forgeries": forgeries, "profiles": profiles, "claims": claims, "elsewhere": elsewheres, "proofs": proofs,
	} {
		count += len(vectors)
		for _, c := range vectors {
			t.Run(group+"/"+c.name, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, issuer.Options{})
				p := c.make(w)
				agent, err := w.v.Verify(t.Context(), p)
				if !errors.Is(err, c.want) || !errors.Is(err, ErrUnauthenticated) || !agent.IsPublic() {
					t.Fatalf("%v, %v; want %v", agent, err, c.want)
				}
				checkTellsNothing(t, p, err)
			})
		}
	}
	if count < 60 {
		t.Errorf("only %d vectors", count)
	}
}

// checkTellsNothing looks for what the request said in what we say about it.
func checkTellsNothing(t *testing.T, p Proof, err error) {
	t.Helper()
	var r *Refusal
	if !errors.As(err, &r) {
		t.Fatalf("%T", err)
	}
	for _, said := range []string{"127.0.0.1", "10.0.0.1", "people", "ana", "pod.example", app, "eyJ"} {
		for _, text := range []string{r.Error(), r.Description(), Challenge(err)} {
			if strings.Contains(text, said) {
				t.Errorf("%q repeats %q", text, said)
			}
		}
	}
	if strings.ContainsAny(r.Description(), `"\`) {
		t.Errorf("%q cannot stand in a header", r.Description())
	}
}

const term = "http://www.w3.org/ns/solid/terms#oidcIssuer"

func (w *world) at(seconds int64) int64 { return w.clock.Now().Unix() + seconds }

// aims is a GET with a proof for the target with something replaced.
func (w *world) aims(from, to string) Proof {
	return w.proves(issuer.Parts{"htu": strings.Replace(target, from, to, 1)})
}

func (w *world) handle(path string, h http.Handler) Proof {
	w.issuer.Handle(path, h)
	return w.with(w.token(nil))
}

func (w *world) publish(path, mediaType, body string) Proof {
	w.issuer.Publish(path, mediaType, body)
	return w.with(w.token(nil))
}

// card is a GET by Ana whose WebID document says this.
func (w *world) card(turtle string) Proof { return w.publish("/people/ana", "text/turtle", turtle) }

func (w *world) discovery(members issuer.Parts) Proof {
	document := issuer.Parts{"issuer": w.issuer.IRI().String(), "jwks_uri": w.issuer.URL(issuer.Keys)}
	alter(document, members)
	return w.publish(issuer.Discovery, "application/json", toJSON(w.t, document))
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

// signedBy is a good token but for who signed it.
func signedBy(w *world, key *jose.PrivateKey, header issuer.Parts) string {
	parts := strings.Split(w.token(func(h, _ issuer.Parts) { alter(h, header) }), ".")
	token, err := key.SignBytes(unb64(w.t, parts[0]), unb64(w.t, parts[1]))
	if err != nil {
		w.t.Fatal(err)
	}
	return token
}

// raw is a token of exactly this header and payload, signed by the issuer.
func raw(w *world, header, payload string) string {
	token, err := w.issuer.Key().SignBytes([]byte(header), []byte(payload))
	if err != nil {
		w.t.Fatal(err)
	}
	return token
}

// mac is a good token but for its signature, an HMAC.
func mac(w *world, key []byte) string {
	return rebuild(w.token(func(h, _ issuer.Parts) { h["alg"] = "HS256" }), func(h, p, s *string) {
		sum := hmac.New(sha256.New, key)
		sum.Write([]byte(*h + "." + *p))
		*s = b64(string(sum.Sum(nil)))
	})
}

func inDER(t testing.TB, compact string) string {
	return rebuild(compact, func(_, _, s *string) {
		rs := unb64(t, *s)
		der, err := asn1.Marshal(struct{ R, S *big.Int }{new(big.Int).SetBytes(rs[:32]), new(big.Int).SetBytes(rs[32:])})
		if err != nil {
			t.Fatal(err)
		}
		*s = b64(string(der))
	})
}

// weakRSA is a GET with a token that is signed well, by a key too short.
func weakRSA(w *world) Proof {
	key, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		w.t.Fatal(err)
	}
	w.issuer.Publish(issuer.Keys, "application/json", fmt.Sprintf(`{"keys":[{"kty":"RSA","kid":"weak","e":"AQAB","n":%q}]}`, b64(string(key.N.Bytes()))))
	return w.with(rebuild(w.token(func(h, _ issuer.Parts) { h["alg"], h["kid"] = "RS256", "weak" }), func(h, p, s *string) {
		sum := sha256.Sum256([]byte(*h + "." + *p))
		signature, err := rsa.SignPKCS1v15(nil, key, 5, sum[:]) // 5 is crypto.SHA256
		if err != nil {
			w.t.Fatal(err)
		}
		*s = b64(string(signature))
	}))
}

// Without InsecureLoopback neither issuers nor WebIDs may speak http.
func TestLoopbackIsForTests(t *testing.T) {
	w := newWorld(t, issuer.Options{})
	w.v.conf.InsecureLoopback = false
	if err := w.verify(w.with(w.token(nil))); !errors.Is(err, ErrToken) {
		t.Errorf("%v, want ErrToken", err)
	}
}

func TestChallenge(t *testing.T) {
	plain := Challenge(nil)
	if want := `DPoP algs="ES256 EdDSA PS256 RS256", scope="openid webid"`; plain != want {
		t.Errorf("Challenge(nil) = %s", plain)
	}
	for kind, code := range map[error]string{
		ErrRequest: "invalid_request", ErrToken: "invalid_token", ErrIssuer: "invalid_token",
		ErrProof: "invalid_dpop_proof", ErrReplay: "invalid_dpop_proof", ErrUnreachable: "", ErrBusy: "",
	} {
		got := Challenge(fmt.Errorf("request: %w", refuse(kind, "a check", nil)))
		want := plain
		if code != "" {
			want += `, error="` + code + `", error_description="a check"`
		}
		if got != want {
			t.Errorf("%v: %s", kind, got)
		}
	}
}

func TestSameTarget(t *testing.T) {
	for _, c := range []struct {
		htu, target string
		want        bool
	}{
		{"https://a.example", "https://a.example/", true},
		{"https://a.example/", "https://a.example", true},
		{"https://a.example:/x", "https://a.example/x", true},
		{"https://a.example:443/x", "https://A.example/x?y#z", true},
		{"http://a.example:80/x", "http://a.example/x", true},
		{"http://a.example:443/x", "http://a.example/x", false},
		{"https://[::1]:443/", "https://[::1]/", true},
		{"https://a.example/%7euser", "https://a.example/~user", true},
		{"https://a.example/%c3%a5", "https://a.example/%C3%A5", true},
		{"https://a.example/å", "https://a.example/%C3%A5", true},
		{"https://a.example/a%2fb", "https://a.example/a/b", false},
		{"https://a.example/a%2fb", "https://a.example/a%2Fb", true},
		{"https://a.example/a/./b", "https://a.example/a/b", false},
		{"https://a.example/a/../b", "https://a.example/b", false},
		{"https://a.example?x", "https://a.example/", true},
		{"", "", false},
		{"x", "x", true}, // whoever calls gives an absolute URL
		{"https:a.example/x", "https://a.example/x", false},
		{"https://a.example/x ", "https://a.example/x", false},
	} {
		if got := sameTarget(c.htu, c.target); got != c.want {
			t.Errorf("sameTarget(%q, %q) = %v", c.htu, c.target, got)
		}
	}
}

func FuzzSameTarget(f *testing.F) {
	f.Add("https://pod.example/a%2fb")
	f.Add("HTTPS://Pod.example:443")
	f.Add("https://pod.example/%7E%41?x#y")
	f.Add("//0")
	f.Fuzz(func(t *testing.T, s string) {
		once, ok := normalise(withoutQuery(s))
		if !ok {
			return
		}
		if twice, ok := normalise(once); !ok || twice != once {
			t.Errorf("%q becomes %q, then %q (%v)", s, once, twice, ok)
		}
		if !sameTarget(s, once) {
			t.Errorf("%q is not the same as %q", s, once)
		}
	})
}
