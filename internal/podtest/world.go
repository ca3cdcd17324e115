package podtest

import (
	"bytes"
	"context"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"skrin/acl"
	"skrin/crypto"
	"skrin/identity"
	"skrin/internal/outbound"
	"skrin/internal/podtest/issuer"
	"skrin/linkeddata"
	"skrin/pod"
	"skrin/web"
)

// App is the client that people use unless they say otherwise.
var App = linkeddata.MustIRI("https://app.example/id")

// World is a server, its issuer and its people.
type World struct {
	t      testing.TB
	Base   string // "http://127.0.0.1:1234/"
	Dir    string
	Vault  *pod.Vault
	Server *web.Server
	Issuer *issuer.Issuer
	Log    *Log
	Key    *crypto.HostKey

	ahead  atomic.Int64 // of the real time
	mu     sync.Mutex
	people map[string]*Person
}

// New starts a world that ends with the test. change may alter the server's
// configuration.
func New(t testing.TB, change ...func(*web.Config)) *World {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	w := &World{t: t, Dir: t.TempDir(), Log: &Log{}, people: map[string]*Person{}}
	w.must(err)
	w.Base = "http://" + ln.Addr().String() + "/"
	w.Issuer, err = issuer.New(issuer.Options{Now: w.Now})
	w.must(err)
	w.Key, err = crypto.GenerateHostKey()
	w.must(err)
	base := linkeddata.MustIRI(w.Base)
	log := slog.New(slog.NewJSONHandler(w.Log, nil))
	w.Vault, err = pod.Open(w.Dir, w.Key, pod.Options{Base: base, Now: w.Now, Log: log})
	w.must(err)
	fetch := outbound.New(outbound.Config{Base: base, Local: web.Local(w.Vault), InsecureLoopback: true})
	conf := web.Config{
		Vault: w.Vault, Base: base, Log: log, Now: w.Now,
		Verifier: identity.NewVerifier(identity.Config{Base: base, Fetch: fetch, Now: w.Now, InsecureLoopback: true}),
	}
	for _, c := range change {
		c(&conf)
	}
	w.Server = web.New(conf)
	served := make(chan error, 1)
	go func() { served <- w.Server.Serve(ln) }()
	t.Cleanup(func() { w.end(served) })
	return w
}

func (w *World) end(served <-chan error) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	w.Server.Shutdown(ctx)
	if err := <-served; err != nil {
		w.t.Errorf("serve: %v", err)
	}
	if err := w.Vault.Close(); err != nil {
		w.t.Errorf("close: %v", err)
	}
	w.Issuer.Close()
}

// Now is the world's time.
func (w *World) Now() time.Time { return time.Now().Add(time.Duration(w.ahead.Load())) }

// Advance moves the world's clock.
func (w *World) Advance(d time.Duration) { w.ahead.Add(int64(d)) }

// Citizen makes a pod of the name for a person of the name.
func (w *World) Citizen(name string) *Person {
	w.t.Helper()
	p := w.As(name)
	_, err := w.Vault.Create(context.Background(), pod.NewPod{Name: name, Owner: p.WebID})
	w.must(err)
	return p
}

// As gives somebody by name; the same name is the same person.
func (w *World) As(name string) *Person {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	if p := w.people[name]; p != nil {
		return p
	}
	who, err := w.Issuer.Person(name, App)
	w.must(err)
	p := &Person{world: w, name: name, WebID: who.WebID, Signer: who, http: plain()}
	w.people[name] = p
	return p
}

// With gives the same person with another client, such as a watch.
func (w *World) With(p *Person, client string) *Person {
	w.t.Helper()
	who, err := w.Issuer.Vouch(p.WebID, linkeddata.MustIRI(client))
	w.must(err)
	return &Person{world: w, name: p.name + " with " + client, WebID: p.WebID, Signer: who, http: plain()}
}

// Person gives somebody whose WebID is hosted elsewhere, such as in a pod; its
// document must list the world's issuer.
func (w *World) Person(name string, webid linkeddata.IRI) *Person {
	w.t.Helper()
	who, err := w.Issuer.Vouch(webid, App)
	w.must(err)
	return &Person{world: w, name: name, WebID: webid, Signer: who, http: plain()}
}

// Public is nobody in particular.
func (w *World) Public() *Person { return &Person{world: w, name: "the public", http: plain()} }

// Owner is a citizen's pod without HTTP, as the console has it.
func (w *World) Owner(name string) *pod.Session {
	w.t.Helper()
	info, err := w.Vault.Lookup(name)
	w.must(err)
	return w.Vault.As(info.ID, acl.Agent{WebID: info.Owner, Client: pod.CLI})
}

// Grant lets somebody do something in a citizen's container or resource.
func (w *World) Grant(citizen, path string, to *Person, modes acl.Mode, lasting time.Duration) acl.Grant {
	w.t.Helper()
	g, err := w.Owner(citizen).Grant(context.Background(), acl.Grant{
		To: to.WebID, Targets: []linkeddata.IRI{linkeddata.MustIRI(w.Base + citizen + path)}, Modes: modes, Until: w.Now().Add(lasting),
	})
	w.must(err)
	return g
}

func (w *World) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func plain() *http.Client {
	return &http.Client{
		Transport:     &http.Transport{DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Timeout:       5 * time.Minute,
	}
}

// Log keeps what the server logs.
type Log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
