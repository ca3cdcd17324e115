package identity

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"fmt"
	"net"
	"net/http"
	"strings"

	"skrin/internal/podtest/issuer"
)

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

const term = "http://www.w3.org/ns/solid/terms#oidcIssuer"

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
