package console

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"skrin/identity"
	"skrin/identity/account"
	"skrin/identity/provider"
	"skrin/identity/records"
	"skrin/identity/upstream"
	"skrin/pod"
	"skrin/web/request"
)

// Config is what a Handler is made of.
type Config struct {
	Vault    *pod.Vault
	Accounts *account.Accounts
	Provider *provider.Provider
	Verifier *identity.Verifier
	Upstream *upstream.Issuers // elsewhere, that people sign in with; nil: none
	Records  records.Records
	Policy   account.Policy                          // of Accounts: what the pages offer
	Note     func(pods []account.PodRef, n pod.Note) // writes what happened into the journals of pods, later; nil: nowhere
	Now      func() time.Time
	Log      *slog.Logger
}

// Handler answers for the pages. It may be used by several goroutines.
type Handler struct {
	conf   Config
	root   string // path of the issuer, with its last slash
	origin string // of the pages: "https://pods.example"
	host   string // how people call it: "pods.example"
	secure bool   // by https
	routes map[string]route

	mu   sync.Mutex // for seal: the records may not be writable when we begin
	seal sealer
	open bool

	making sync.RWMutex // registrations and clearing away go one at a time; who sets a credential keeps them out
}

// New makes a Handler.
func New(conf Config) *Handler {
	if conf.Now == nil {
		conf.Now = time.Now
	}
	if conf.Log == nil {
		conf.Log = slog.New(slog.DiscardHandler)
	}
	h := &Handler{conf: conf, root: "/", routes: routes()}
	if conf.Provider == nil {
		return h
	}
	issuer, err := url.Parse(conf.Provider.Issuer().String())
	if err != nil {
		panic("console: the issuer is no URL: " + err.Error()) // the provider has parsed it
	}
	h.root, h.host, h.secure = issuer.EscapedPath(), issuer.Host, issuer.Scheme == "https"
	h.origin = issuer.Scheme + "://" + issuer.Host
	return h
}

// Takes says whether a path below the issuer is that of a page or of what pages
// refer to.
func (h *Handler) Takes(path string) bool {
	return path == "/" || path == "/app" || strings.HasPrefix(path, "/app/") || strings.HasPrefix(path, "/assets/")
}

// Serve answers a request for a path that Takes accepts. The error is always nil:
// what goes wrong has a page.
func (h *Handler) Serve(ctx context.Context, r *request.Request, path string) (*request.Answer, error) {
	if strings.HasPrefix(path, "/assets/") {
		return h.asset(r, path[1:]), nil
	}
	if err := h.ready(); err != nil {
		return nil, err
	}
	v := h.visit(ctx, r, path)
	a, err := v.serve()
	if err != nil {
		a = v.trouble(err)
	}
	v.jar.write(a.Header)
	return a, nil
}

// ready reads the key of the forms, the first time.
func (h *Handler) ready() (err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.open {
		h.seal, err = openSealer(h.conf.Records)
		h.open = err == nil
	}
	return err
}

// Trouble answers for a navigation of an app that is no good: with a page, or by
// sending the browser where the error leads, if it may be (see visit.trouble).
func (h *Handler) Trouble(r *request.Request, e *provider.Error) *request.Answer {
	if err := h.ready(); err != nil {
		return request.NewAnswer(http.StatusServiceUnavailable)
	}
	bare := *r
	bare.Query = "" // it is the app's, and may be unreadable
	v := h.visit(context.Background(), &bare, "app/")
	_ = v.begin() // what fails here leaves them nobody in particular
	return v.trouble(e)
}

// Tend does what must be done about once an hour.
func (h *Handler) Tend(ctx context.Context) error {
	if err := h.ready(); err != nil {
		return err
	}
	return errors.Join(h.clearUnfinished(ctx), h.sweep())
}
