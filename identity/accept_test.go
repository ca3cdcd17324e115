package identity

import (
	"context"
	"strings"
	"testing"
	"time"

	"skrin/acl"
	"skrin/internal/jose"
	"skrin/internal/podtest/issuer"
	"skrin/linkeddata"
)

func TestNobody(t *testing.T) {
	w := newWorld(t, issuer.Options{})
	agent, err := w.v.Verify(context.Background(), Proof{Method: "GET", URL: target})
	if err != nil || !agent.IsPublic() {
		t.Errorf("no credentials: %v, %v", agent, err)
	}
}

func TestAccepted(t *testing.T) {
	w := newWorld(t, issuer.Options{})
	whole := acl.Agent{WebID: w.ana.WebID, Client: linkeddata.MustIRI(app), Issuer: w.issuer.IRI()}
	now := w.clock.Now().Unix()
	scheme := func(s string) Proof {
		p := w.with(w.token(nil))
		p.Authorization[0] = s + strings.TrimPrefix(p.Authorization[0], "DPoP")
		return p
	}
	for name, p := range map[string]Proof{
		"as it is":                  w.with(w.token(nil)),
		"scheme in lower case":      scheme("dpop"),
		"scheme in upper case":      scheme("DPOP"),
		"two spaces":                scheme("DPoP "),
		"typ with application/":     w.header(issuer.Parts{"typ": "application/at+jwt"}),
		"typ JWT":                   w.header(issuer.Parts{"typ": "JWT"}),
		"typ absent":                w.header(issuer.Parts{"typ": nil}),
		"no kid, one key":           w.header(issuer.Parts{"kid": nil}),
		"jku and x5u are not read":  w.header(issuer.Parts{"jku": "https://10.0.0.1/", "x5u": "https://10.0.0.1/"}),
		"aud is a list":             w.claims(issuer.Parts{"aud": []string{"x", "solid"}}),
		"aud is our base":           w.claims(issuer.Parts{"aud": base}),
		"aud is our base, no slash": w.claims(issuer.Parts{"aud": strings.TrimSuffix(base, "/")}),
		"azp says the same":         w.claims(issuer.Parts{"azp": app}),
		"azp alone, typed":          w.claims(issuer.Parts{"azp": app, "client_id": nil}),
		"nbf now":                   w.claims(issuer.Parts{"nbf": now}),
		"iat a little ahead":        w.claims(issuer.Parts{"iat": now + 50}),
		"iat with a fraction":       w.claims(issuer.Parts{"iat": float64(now) + 0.5}),
		"a second left":             w.claims(issuer.Parts{"iat": now - 600, "exp": now + 1}),
		"no ath":                    w.proves(issuer.Parts{"ath": nil}),
		"proof of two minutes ago":  w.proves(issuer.Parts{"iat": now - 120}),
		"proof a minute ahead":      w.proves(issuer.Parts{"iat": now + 60}),
		"htu with a query":          w.proves(issuer.Parts{"htu": target + "?a=b#c"}),
		"htu, host in upper case":   w.proves(issuer.Parts{"htu": strings.Replace(target, "pod.example", "POD.Example", 1)}),
		"htu, scheme in upper case": w.proves(issuer.Parts{"htu": strings.Replace(target, "https", "HTTPS", 1)}),
		"htu with the usual port":   w.proves(issuer.Parts{"htu": strings.Replace(target, "pod.example", "pod.example:443", 1)}),
		"htu, needless escape":      w.proves(issuer.Parts{"htu": strings.Replace(target, "labs", "%6cabs", 1)}),
		"jti as long as may be":     w.proves(issuer.Parts{"jti": strings.Repeat("j", maxJTI)}),
	} {
		agent, err := w.v.Verify(context.Background(), p)
		if err != nil || agent != whole {
			t.Errorf("%s: %v, %v", name, agent, err)
		}
	}
}

func TestAcceptedAlgorithms(t *testing.T) {
	for _, a := range jose.Algorithms() {
		w := newWorld(t, issuer.Options{Algorithm: a})
		if err := w.verify(w.with(w.token(nil))); err != nil {
			t.Errorf("%s: %v", a, err)
		}
	}
}

func TestClientNames(t *testing.T) {
	w := newWorld(t, issuer.Options{})
	of := func(id string) linkeddata.IRI {
		agent, err := w.v.Verify(context.Background(), w.claims(issuer.Parts{"client_id": id}))
		if err != nil {
			t.Fatalf("%s: %v", id, err)
		}
		return agent.Client
	}
	dynamic := of("s6BhdRkqt3")
	if !strings.HasPrefix(dynamic.String(), "urn:skrin:client:") || dynamic != of("s6BhdRkqt3") || dynamic == of("another") {
		t.Errorf("a client without an IRI is %s", dynamic)
	}
	if other := ClientIRI("s6BhdRkqt3", linkeddata.MustIRI("https://other.example/")); other == dynamic {
		t.Error("two issuers' clients are one")
	}
	if bound := of(BoundPrefix + "x"); !strings.HasPrefix(bound.String(), acl.BoundClients) {
		t.Errorf("a bound client is %s", bound)
	}
	if got := of("urn:uuid:1b4e28ba-2fa1-11d2-883f-0016d3cca427").String(); got != "urn:uuid:1b4e28ba-2fa1-11d2-883f-0016d3cca427" {
		t.Errorf("an IRI became %s", got)
	}
}

func TestVouchedElsewhere(t *testing.T) {
	w := newWorld(t, issuer.Options{})
	host := w.newIssuer(issuer.Options{}) // hosts the document, vouches for nobody
	webid := linkeddata.MustIRI(host.URL("/maria/profile/card") + "#me")
	host.Publish("/maria/profile/card", "text/turtle; charset=utf-8",
		`@prefix solid: <http://www.w3.org/ns/solid/terms#> . <#me> solid:oidcIssuer <https://first.example/>, <`+w.issuer.IRI().String()+`> .`)
	p, err := w.issuer.Vouch(webid, linkeddata.MustIRI(app))
	if err != nil {
		t.Fatal(err)
	}
	w.ana = p
	agent, err := w.v.Verify(context.Background(), w.with(w.token(nil)))
	if err != nil || agent.WebID != webid {
		t.Errorf("%v, %v", agent, err)
	}
}

func TestWebIDInJSONLD(t *testing.T) {
	w := newWorld(t, issuer.Options{})
	w.issuer.Publish("/people/ana", "application/ld+json", toJSON(t, map[string]any{
		"@id": "#me", "http://www.w3.org/ns/solid/terms#oidcIssuer": map[string]string{"@id": w.issuer.IRI().String()},
	}))
	if err := w.verify(w.with(w.token(nil))); err != nil {
		t.Error(err)
	}
}

func TestTimePasses(t *testing.T) {
	w := newWorld(t, issuer.Options{TokenLife: 10 * time.Minute})
	token := w.token(nil)
	for _, c := range []struct {
		move time.Duration
		good bool
	}{{0, true}, {10*time.Minute - time.Second, true}, {time.Second - 1, true}, {1, false}, {time.Hour, false}} {
		w.clock.move(c.move)
		if err := w.verify(w.with(token)); (err == nil) != c.good {
			t.Errorf("at %v: %v", w.clock.Now(), err)
		}
	}
}
