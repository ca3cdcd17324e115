package identity

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"skrin/internal/outbound"
	"skrin/internal/podtest/issuer"
	"skrin/linkeddata"
)

const (
	base   = "https://pod.example/"
	target = base + "maria/health/labs/2026-11"
	app    = "https://app.example/id"
)

// clock is a time that stands until it is moved.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock { return &clock{at: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// world is an issuer, somebody it vouches for, and the verifier under test.
type world struct {
	t      testing.TB
	clock  *clock
	issuer *issuer.Issuer
	ana    *issuer.Person
	v      *Verifier
}

func newWorld(t testing.TB, opt issuer.Options) *world {
	t.Helper()
	w := &world{t: t, clock: newClock()}
	w.issuer = w.newIssuer(opt)
	w.ana = w.person(w.issuer, "ana")
	w.v = w.verifier(nil)
	return w
}

func (w *world) verifier(heartbeat func(time.Time) error) *Verifier {
	client := outbound.New(outbound.Config{Base: linkeddata.MustIRI(base), InsecureLoopback: true})
	w.t.Cleanup(client.Close)
	return NewVerifier(Config{
		Base: linkeddata.MustIRI(base), Fetch: client, Now: w.clock.Now, Heartbeat: heartbeat, InsecureLoopback: true,
	})
}

func (w *world) newIssuer(opt issuer.Options) *issuer.Issuer {
	w.t.Helper()
	opt.Now = w.clock.Now
	i, err := issuer.New(opt)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { i.Close() })
	return i
}

func (w *world) person(i *issuer.Issuer, name string) *issuer.Person {
	w.t.Helper()
	p, err := i.Person(name, linkeddata.MustIRI(app))
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

type change = func(header, claims issuer.Parts)

// token signs a token for Ana with something changed.
func (w *world) token(c change) string {
	w.t.Helper()
	token, err := w.ana.TokenWith(c)
	if err != nil {
		w.t.Fatal(err)
	}
	return token
}

// proof signs a proof of Ana's with something changed.
func (w *world) proof(token string, c change) string {
	w.t.Helper()
	proof, err := w.ana.ProofWith("GET", target, token, c)
	if err != nil {
		w.t.Fatal(err)
	}
	return proof
}

// with is a GET of the target with this token and a good proof.
func (w *world) with(token string) Proof { return ask(token, w.proof(token, nil)) }

// claims is a GET with a token that claims something else.
func (w *world) claims(members issuer.Parts) Proof {
	return w.with(w.token(func(_, claims issuer.Parts) { alter(claims, members) }))
}

// header is a GET with a token whose header says something else.
func (w *world) header(members issuer.Parts) Proof {
	return w.with(w.token(func(header, _ issuer.Parts) { alter(header, members) }))
}

// proves is a GET with a good token and a proof that claims something else.
func (w *world) proves(members issuer.Parts) Proof {
	token := w.token(nil)
	return ask(token, w.proof(token, func(_, claims issuer.Parts) { alter(claims, members) }))
}

// proofHeader is a GET with a good token and a proof whose header says something else.
func (w *world) proofHeader(members issuer.Parts) Proof {
	token := w.token(nil)
	return ask(token, w.proof(token, func(header, _ issuer.Parts) { alter(header, members) }))
}

// alter sets members, and takes out those that are nil.
func alter(parts, members issuer.Parts) {
	for name, value := range members {
		if value == nil {
			delete(parts, name)
		} else {
			parts[name] = value
		}
	}
}

func ask(token, proof string) Proof {
	return Proof{Authorization: []string{"DPoP " + token}, DPoP: []string{proof}, Method: "GET", URL: target}
}

func (w *world) verify(p Proof) error {
	_, err := w.v.Verify(context.Background(), p)
	return err
}

// rebuild takes a compact token apart, lets the parts be changed, and puts it
// together without signing anew.
func rebuild(compact string, edit func(header, payload, signature *string)) string {
	parts := strings.Split(compact, ".")
	edit(&parts[0], &parts[1], &parts[2])
	return strings.Join(parts, ".")
}

func b64(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

func unb64(t testing.TB, s string) []byte {
	t.Helper()
	data, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func toJSON(t testing.TB, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func athOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return b64(string(sum[:]))
}
