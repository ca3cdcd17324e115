package identity

import (
	"encoding/base64"
	"strings"

	"skrin/internal/jose"
	"skrin/internal/podtest/issuer"
)

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
