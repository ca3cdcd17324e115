package identity

import (
	"errors"
	"strings"
	"testing"
	"time"

	"skrin/internal/podtest/issuer"
	"skrin/linkeddata"
)

const endpoint = base + "oidc/token"

// bare is a proof for the token endpoint, with something changed.
func (w *world) bare(c change) Proof {
	w.t.Helper()
	proof, err := w.ana.ProofWith("POST", endpoint, "", func(header, claims issuer.Parts) {
		delete(claims, "ath")
		if c != nil {
			c(header, claims)
		}
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return Proof{DPoP: []string{proof}, Method: "POST", URL: endpoint}
}

func TestPossession(t *testing.T) {
	w := newWorld(t, issuer.Options{})
	if jkt, err := w.v.Possess(Proof{Method: "POST", URL: endpoint}); jkt != "" || err != nil {
		t.Errorf("no proof: %q, %v", jkt, err)
	}
	p := w.bare(nil)
	p.Authorization = []string{"Basic YTpi"} // the client's, and no business of the proof
	jkt, err := w.v.Possess(p)
	if err != nil || jkt != w.ana.Key().Public().Thumbprint() {
		t.Fatalf("%q, %v", jkt, err)
	}
	if _, err := w.v.Possess(p); !errors.Is(err, ErrReplay) {
		t.Errorf("the same proof again: %v", err)
	}
}

func TestNoPossession(t *testing.T) {
	w := newWorld(t, issuer.Options{})
	now := w.clock.Now().Unix()
	says := func(members issuer.Parts) Proof {
		return w.bare(func(_, claims issuer.Parts) { alter(claims, members) })
	}
	heads := func(members issuer.Parts) Proof {
		return w.bare(func(header, _ issuer.Parts) { alter(header, members) })
	}
	twice := w.bare(nil)
	twice.DPoP = append(twice.DPoP, w.bare(nil).DPoP[0])
	long := w.bare(nil)
	long.DPoP[0] += strings.Repeat("A", maxProof)
	forged := w.bare(nil)
	forged.DPoP[0] = rebuild(forged.DPoP[0], func(_, payload, _ *string) {
		*payload = b64(strings.Replace(string(unb64(t, *payload)), `"POST"`, `"POST" `, 1))
	})
	other, err := w.newIssuer(issuer.Options{}).Person("bo", linkeddata.MustIRI(app))
	if err != nil {
		t.Fatal(err)
	}
	for name, p := range map[string]Proof{
		"two proofs":         twice,
		"too long":           long,
		"not a token":        {DPoP: []string{"x"}, Method: "POST", URL: endpoint},
		"another type":       heads(issuer.Parts{"typ": "at+jwt"}),
		"another method":     says(issuer.Parts{"htm": "GET"}),
		"another endpoint":   says(issuer.Parts{"htu": base + "oidc/revoke"}),
		"another server":     says(issuer.Parts{"htu": "https://elsewhere.example/oidc/token"}),
		"for some token":     says(issuer.Parts{"ath": athOf("x")}),
		"no jti":             says(issuer.Parts{"jti": nil}),
		"a long jti":         says(issuer.Parts{"jti": strings.Repeat("j", maxJTI+1)}),
		"no iat":             says(issuer.Parts{"iat": nil}),
		"old":                says(issuer.Parts{"iat": now - int64(ProofAge/time.Second) - 1}),
		"early":              says(issuer.Parts{"iat": now + int64(Skew/time.Second) + 1}),
		"no key":             heads(issuer.Parts{"jwk": nil}),
		"somebody else's":    heads(issuer.Parts{"jwk": other.Key().Public()}),
		"changed after that": forged,
	} {
		if jkt, err := w.v.Possess(p); jkt != "" || !errors.Is(err, ErrProof) || !errors.Is(err, ErrUnauthenticated) {
			t.Errorf("%s: %q, %v", name, jkt, err)
		}
	}
}

// Tokens of our own issuer are asked after on each request, those of others never.
func TestWithdrawn(t *testing.T) {
	w := newWorld(t, issuer.Options{})
	live, broken, asked := true, error(nil), ""
	v := w.verifier(nil)
	v.conf.Local = Local{Issuer: w.issuer.IRI(), Live: func(family string) (bool, error) {
		asked = family
		return live, broken
	}}
	w.v = v
	token := w.token(func(_, claims issuer.Parts) { claims["family"] = "g1" })
	for range 2 { // the second time it is remembered
		if err := w.verify(w.with(token)); err != nil || asked != "g1" {
			t.Fatalf("%v, asked for %q", err, asked)
		}
	}
	live = false
	if err := w.verify(w.with(token)); !errors.Is(err, ErrToken) {
		t.Errorf("withdrawn: %v", err)
	}
	live, broken = true, errors.New("trouble")
	if err := w.verify(w.with(token)); !errors.Is(err, ErrBusy) {
		t.Errorf("not known: %v", err)
	}
	if err := w.verify(w.claims(issuer.Parts{"family": 7})); !errors.Is(err, ErrToken) {
		t.Errorf("a family that is no text: %v", err)
	}
	asked = ""
	w.ana = w.person(w.newIssuer(issuer.Options{}), "ana")
	if err := w.verify(w.with(w.token(nil))); err != nil || asked != "" {
		t.Errorf("another issuer: %v, asked for %q", err, asked)
	}
}

// When our own issuer has replaced its keys, what they signed is refused at once.
func TestForgetIssuer(t *testing.T) {
	w := newWorld(t, issuer.Options{})
	token := w.token(nil)
	if err := w.verify(w.with(token)); err != nil {
		t.Fatal(err)
	}
	if err := w.issuer.Rotate(); err != nil {
		t.Fatal(err)
	}
	if err := w.verify(w.with(token)); err != nil {
		t.Fatalf("still remembered: %v", err)
	}
	w.v.ForgetIssuer(w.issuer.IRI())
	if err := w.verify(w.with(token)); !errors.Is(err, ErrToken) {
		t.Errorf("signed with the old key: %v", err)
	}
	if err := w.verify(w.with(w.token(nil))); err != nil {
		t.Errorf("signed with the new key: %v", err)
	}
}
