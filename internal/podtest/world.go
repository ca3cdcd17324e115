package podtest

import (
	"bytes"
	"cmp"
	"context"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"skrin/acl"
	"skrin/crypto"
	"skrin/identity"
	"skrin/identity/account"
	"skrin/identity/provider"
	"skrin/internal/desk"
	"skrin/internal/outbound"
	"skrin/internal/podtest/issuer"
	"skrin/linkeddata"
	"skrin/pod"
	"skrin/web"
	"skrin/web/console"
)

// App is the client that people use unless they say otherwise.
var App = linkeddata.MustIRI("https://app.example/id")

// patience with issuers and with the documents of people and apps: a busy machine
// is slow, and nothing here hangs but what a test lets hang.
const patience = time.Minute

// World is a server, its issuer and its people.
type World struct {
	t       testing.TB
	Base    string // "http://127.0.0.1:1234/"
	Address string // "127.0.0.1:1234"
	Dir     string
	Vault   *pod.Vault
	Server  *web.Server
	Issuer  *issuer.Issuer
	Log     *Log
	Key     *crypto.HostKey

	// Of a house alone: see NewHouse.
	Desk     *desk.Desk
	Provider *provider.Provider
	Accounts *account.Accounts
	Console  *console.Handler

	layout pod.Layout
	change []func(*web.Config)
	house  *House
	ln     doorstep
	served <-chan error

	ahead  atomic.Int64 // of the real time
	mu     sync.Mutex
	people map[string]*Person
}

// New starts a world that ends with the test. change may alter the server's
// configuration.
func New(t testing.TB, change ...func(*web.Config)) *World {
	t.Helper()
	return found(t, "", pod.Paths, change)
}

// NewSubdomains is New with the pods at subdomains of localhost. People still
// ask for "/maria/health/": see URL.
func NewSubdomains(t testing.TB, change ...func(*web.Config)) *World {
	t.Helper()
	return found(t, "", pod.Subdomains, change)
}

// NewBehind is New with a base URL that something in front of the server answers
// for; the server itself listens at Address.
func NewBehind(t testing.TB, base string, layout pod.Layout, change ...func(*web.Config)) *World {
	t.Helper()
	return found(t, base, layout, change)
}

func found(t testing.TB, base string, layout pod.Layout, change []func(*web.Config)) *World {
	t.Helper()
	w := dawn(t)
	w.Base = cmp.Or(base, "http://"+w.Address+"/")
	if base == "" && layout == pod.Subdomains {
		w.Base = strings.Replace(w.Base, "127.0.0.1", "localhost", 1)
	}
	w.layout, w.change = layout, change
	w.begin()
	return w
}

// dawn is a world with an issuer and a place on the network, and nothing there yet.
func dawn(t testing.TB) *World {
	t.Helper()
	w := &World{t: t, Dir: t.TempDir(), Log: &Log{}, people: map[string]*Person{}}
	var err error
	w.ln, err = newDoorstep()
	w.must(err)
	w.Address = w.ln.Addr().String()
	w.Issuer, err = issuer.New(issuer.Options{Now: w.Now})
	w.must(err)
	w.Key, err = crypto.GenerateHostKey()
	w.must(err)
	t.Cleanup(func() {
		w.end()
		w.ln.giveUp()
		w.Issuer.Close()
	})
	return w
}

// begin opens the folder and serves it.
func (w *World) begin() {
	w.t.Helper()
	iri := linkeddata.MustIRI(w.Base)
	log := slog.New(slog.NewJSONHandler(w.Log, nil))
	var err error
	w.Vault, err = pod.Open(w.Dir, w.Key, pod.Options{Base: iri, Layout: w.layout, Now: w.Now, Log: log})
	w.must(err)
	conf := web.Config{Vault: w.Vault, Log: log, Now: w.Now}
	if w.house != nil {
		w.furnish(&conf)
	} else {
		fetch := outbound.New(outbound.Config{Base: iri, Subdomains: w.Vault.Site().Label, Local: web.Local(w.Vault, nil), InsecureLoopback: true, Patience: patience})
		conf.Verifier = identity.NewVerifier(identity.Config{Base: iri, Fetch: fetch, Now: w.Now, InsecureLoopback: true})
	}
	for _, c := range w.change {
		c(&conf)
	}
	w.Server = web.New(conf)
	served, server, ln := make(chan error, 1), w.Server, w.ln
	go func() { served <- server.Serve(ln) }()
	w.served = served
}

// end closes the house.
func (w *World) end() {
	if w.served == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	w.Server.Shutdown(ctx)
	if err := <-w.served; err != nil {
		w.t.Errorf("serve: %v", err)
	}
	w.served = nil
	if w.Desk != nil {
		if err := w.Desk.Close(); err != nil {
			w.t.Errorf("close the desk: %v", err)
		}
	}
	if err := w.Vault.Close(); err != nil {
		w.t.Errorf("close: %v", err)
	}
}

// Restart closes the house and opens it anew, at the same address, over the same
// folder. Vault, Server and what belongs to a desk are others then.
func (w *World) Restart() {
	w.t.Helper()
	w.end()
	w.must(w.ln.open())
	w.begin()
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
	p := &Person{world: w, name: name, WebID: who.WebID, Signer: who, http: w.plain()}
	w.people[name] = p
	return p
}

// With gives the same person with another client, such as a watch.
func (w *World) With(p *Person, client string) *Person {
	w.t.Helper()
	who, err := w.Issuer.Vouch(p.WebID, linkeddata.MustIRI(client))
	w.must(err)
	return &Person{world: w, name: p.name + " with " + client, WebID: p.WebID, Signer: who, http: w.plain()}
}

// Person gives somebody whose WebID is hosted elsewhere, such as in a pod; its
// document must list the world's issuer.
func (w *World) Person(name string, webid linkeddata.IRI) *Person {
	w.t.Helper()
	who, err := w.Issuer.Vouch(webid, App)
	w.must(err)
	return &Person{world: w, name: name, WebID: webid, Signer: who, http: w.plain()}
}

// Public is nobody in particular.
func (w *World) Public() *Person { return &Person{world: w, name: "the public", http: w.plain()} }

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
		To: to.WebID, Targets: []linkeddata.IRI{linkeddata.MustIRI(w.URL("/" + citizen + path))}, Modes: modes, Until: w.Now().Add(lasting),
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

// URL is the address of what stands at "/maria/health/" where pods have paths,
// wherever they stand. A whole address stays what it is.
func (w *World) URL(path string) string {
	if strings.HasPrefix(path, "http://") {
		return path
	}
	name, rest, below := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	if w.Vault.Site().Layout() == pod.Subdomains && below && pod.CheckName(name) == nil {
		root, err := w.Vault.Site().Root(name)
		w.must(err)
		return root.String() + rest
	}
	return strings.TrimSuffix(w.Base, "/") + path
}

// plain is a client that finds the server under every name. Where it is to be
// reached by TLS, it is what a proxy that speaks it is: without.
func (w *World) plain() *http.Client {
	dial := func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, w.Address)
	}
	return &http.Client{
		Transport:     &http.Transport{DisableCompression: true, DialContext: dial, DialTLSContext: dial},
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
