package identity

import (
	"encoding/json"
	"fmt"
	"strings"

	"skrin/internal/podtest/issuer"
)

// proofs: good tokens with bad proofs.
var proofs = []vector{
	{"ath is a list", ErrProof, func(w *world) Proof { return w.proves(issuer.Parts{"ath": []string{}}) }},
	{"ath is a number", ErrProof, func(w *world) Proof { return w.proves(issuer.Parts{"ath": 0}) }},
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

// aims is a GET with a proof for the target with something replaced.
func (w *world) aims(from, to string) Proof {
	return w.proves(issuer.Parts{"htu": strings.Replace(target, from, to, 1)})
}
