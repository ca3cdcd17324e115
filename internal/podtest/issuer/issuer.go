package issuer

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"skrin/internal/jose"
	"skrin/linkeddata"
)

// Paths that every issuer answers.
const (
	Discovery = "/.well-known/openid-configuration"
	Keys      = "/jwks"
)

// Options of an Issuer; the zero Options will do.
type Options struct {
	Now       func() time.Time // time.Now when nil
	Listen    string           // a loopback address; "127.0.0.1:0" when empty
	Host      string           // its name in addresses, such as "localhost"; that of the listener when empty
	Algorithm jose.Algorithm   // of its tokens; ES256 when empty
	TokenLife time.Duration    // eight hours when zero
}

// Issuer is a running issuer. It may be used by many goroutines.
type Issuer struct {
	opt    Options
	base   string // "http://127.0.0.1:4321"
	server *http.Server

	mu    sync.Mutex
	key   *jose.PrivateKey
	pages map[string]http.Handler
	hits  map[string]int
}

// New starts an issuer. Close it.
func New(opt Options) (*Issuer, error) {
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.Listen == "" {
		opt.Listen = "127.0.0.1:0"
	}
	if opt.Algorithm == "" {
		opt.Algorithm = jose.ES256
	}
	if opt.TokenLife == 0 {
		opt.TokenLife = 8 * time.Hour
	}
	key, err := jose.GenerateKey(opt.Algorithm)
	if err != nil {
		return nil, fmt.Errorf("start an issuer: %w", err)
	}
	listener, err := net.Listen("tcp", opt.Listen)
	if err != nil {
		return nil, fmt.Errorf("start an issuer: %w", err)
	}
	i := &Issuer{opt: opt, base: "http://" + authority(listener.Addr().String(), opt.Host), key: key, pages: make(map[string]http.Handler), hits: make(map[string]int)}
	i.Handle(Discovery, http.HandlerFunc(i.discovery))
	i.Handle(Keys, http.HandlerFunc(i.keys))
	i.server = &http.Server{Handler: i, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = i.server.Serve(listener) }()
	return i, nil
}

// authority is an address under another name, if there is one.
func authority(addr, host string) string {
	_, port, err := net.SplitHostPort(addr)
	if host == "" || err != nil {
		return addr
	}
	return net.JoinHostPort(host, port)
}

// Close stops it at once.
func (i *Issuer) Close() error { return i.server.Close() }

// IRI is the issuer's name, as it stands in "iss" and in WebID documents.
func (i *Issuer) IRI() linkeddata.IRI { return linkeddata.MustIRI(i.base + "/") }

// URL gives the address of one of its pages.
func (i *Issuer) URL(path string) string { return i.base + path }

// WebID gives the WebID of somebody whose document this issuer hosts.
func (i *Issuer) WebID(name string) linkeddata.IRI {
	return linkeddata.MustIRI(i.base + page(name) + "#me")
}

func page(name string) string { return "/people/" + url.PathEscape(name) }

// Handle answers for a path from now on, in place of what stood there.
func (i *Issuer) Handle(path string, h http.Handler) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.pages[path] = h
}

// Publish puts a document at a path.
func (i *Issuer) Publish(path, mediaType, body string) {
	i.Handle(path, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", mediaType)
		_, _ = w.Write([]byte(body))
	}))
}

// Hits says how often a path was asked for.
func (i *Issuer) Hits(path string) int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.hits[path]
}

// Key is what tokens are signed with.
func (i *Issuer) Key() *jose.PrivateKey {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.key
}

// Rotate puts a new key in place of the old one, which is published no longer.
func (i *Issuer) Rotate() error {
	key, err := jose.GenerateKey(i.opt.Algorithm)
	if err != nil {
		return fmt.Errorf("rotate the issuer's key: %w", err)
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.key = key
	return nil
}

// ServeHTTP answers GET and HEAD with the pages.
func (i *Issuer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := r.URL.EscapedPath()
	i.mu.Lock()
	h, there := i.pages[path]
	i.hits[path]++
	i.mu.Unlock()
	if !there || r.Method != http.MethodGet && r.Method != http.MethodHead {
		http.NotFound(w, r)
		return
	}
	h.ServeHTTP(w, r)
}

func (i *Issuer) discovery(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, map[string]any{
		"issuer":                                i.IRI().String(),
		"jwks_uri":                              i.URL(Keys),
		"response_types_supported":              []string{"code"},
		"subject_types_supported":               []string{"public"},
		"id_token_signing_alg_values_supported": []jose.Algorithm{i.opt.Algorithm},
		"dpop_signing_alg_values_supported":     jose.Algorithms(),
		"scopes_supported":                      []string{"openid", "webid"},
	})
}

func (i *Issuer) keys(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, jose.NewKeySet(i.Key().Public()))
}

func writeJSON(w http.ResponseWriter, v any) {
	data, err := json.Marshal(v)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(data)
}

// card is a WebID document that names this issuer.
func (i *Issuer) card(webid linkeddata.IRI, name string) (string, error) {
	g := linkeddata.NewGraph(3)
	g.Add(webid.Term(), linkeddata.RDFType.Term(), linkeddata.FOAFAgent.Term())
	g.Add(webid.Term(), linkeddata.FOAFName.Term(), linkeddata.Text(name))
	g.Add(webid.Term(), linkeddata.SolidOIDCIssuer.Term(), i.IRI().Term())
	var b bytes.Buffer
	if err := g.Encode(&b, linkeddata.Turtle); err != nil {
		return "", fmt.Errorf("write a WebID document: %w", err)
	}
	return b.String(), nil
}
