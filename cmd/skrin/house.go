package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"runtime"
	"time"

	"skrin/identity"
	"skrin/identity/account"
	"skrin/identity/provider"
	"skrin/identity/upstream"
	"skrin/internal/desk"
	"skrin/linkeddata"
	"skrin/pod"
	"skrin/web"
	"skrin/web/admin"
)

// Names of what the host keeps from one run to the next, beside its pods.
const (
	keptProofs    = "proofs"    // what the verifier remembered when it was shut down
	keptHeartbeat = "heartbeat" // up to when proofs may have been accepted
)

// goodbye is how long requests may go on after the word to stop.
const goodbye = 10 * time.Second

// headroom is how much more garbage than it otherwise would the collector lets lie. What a server of files keeps in
// memory is little, so at twice that it would collect many times a second. It is memory that is asked for and never
// touched, so that it takes none.
const headroom = 8 << 20

// A house is an open data folder with everything that serves it.
type house struct {
	vault  *pod.Vault
	desk   *desk.Desk
	server *web.Server
	closed bool // nobody makes an account
	log    *slog.Logger
}

// reach says where the house may go to ask about people, and who may come in.
type reach struct {
	allow     []netip.Prefix
	loopback  bool
	app       linkeddata.IRI    // zero: provider and pages stand at the base URL
	proxies   []netip.Prefix    // in front of the house
	largest   int64             // bytes of a request's content; 0: what the server takes by itself
	policy    account.Policy    // who may have an account
	elsewhere []upstream.Issuer // that people may sign in with besides
	rp        string            // the domain that passkeys are for; "": the issuer's host
}

// furnish puts the rooms of a house together over an open vault.
func furnish(vault *pod.Vault, r reach, log *slog.Logger) (*house, error) {
	if r.app == vault.Base() {
		r.app = linkeddata.IRI{}
	}
	if err := web.CheckApp(vault, r.app); err != nil {
		return nil, usage("--app-url: %v", err)
	}
	d, err := desk.Open(desk.Config{
		Vault: vault, App: r.app, Policy: r.policy, RP: r.rp, Upstream: r.elsewhere, Allow: r.allow, InsecureLoopback: r.loopback,
		UserAgent: "skrin/" + versionName(), Log: log,
		Heartbeat: func(t time.Time) error { return keepTime(vault, keptHeartbeat, t) },
	})
	if err != nil {
		return nil, fmt.Errorf("the rooms behind signing in: %w", err)
	}
	if err := remember(vault, d.Verifier, log); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	server := web.New(web.Config{
		Vault: vault, Verifier: d.Verifier, Provider: d.OIDC, Console: d.Console, AppURL: r.app, Log: log, MaxBody: r.largest, Proxies: r.proxies,
	})
	return &house{vault: vault, desk: d, server: server, closed: r.policy == account.Closed, log: log}, nil
}

// remember gives the verifier what the last run left it.
func remember(vault *pod.Vault, verifier *identity.Verifier, log *slog.Logger) error {
	proofs, err := vault.Kept(keptProofs)
	if err != nil {
		return fmt.Errorf("reading what was kept of the last run: %w", err)
	}
	heartbeat, err := keptTime(vault, keptHeartbeat)
	if err != nil {
		return err
	}
	if err := verifier.Restore(proofs, heartbeat); errors.Is(err, identity.ErrSnapshot) {
		log.Warn("the proofs of the last run cannot be read; younger ones are refused", "error", err.Error())
	} else if err != nil {
		return err
	}
	return nil
}

// serve answers on the listener, on the socket of the data folder and, if there is one, on the operator's listener,
// until ctx ends. It returns when everything that was answered is durable and the house is closed.
func (h *house) serve(ctx context.Context, data string, public, operator net.Listener) error {
	room := make([]byte, headroom)
	defer runtime.KeepAlive(room)
	socket, err := admin.Listen(data)
	if err != nil {
		return errors.Join(fmt.Errorf("the socket for commands: %w", err), h.close())
	}
	ends := make(chan error, 3)
	console := h.handle(socket, h.admin(), ends)
	metrics := h.handle(operator, h.server.Metrics(), ends)
	go func() { ends <- h.server.Serve(public) }()
	tended := h.tend(ctx)
	var failed error
	select {
	case <-ctx.Done():
		h.log.Info("stopping")
	case failed = <-ends:
	}
	wait, stop := context.WithTimeout(context.WithoutCancel(ctx), goodbye)
	defer stop()
	if err := h.server.Shutdown(wait); err != nil {
		h.log.Warn("requests were cut", "error", err.Error())
	}
	for _, s := range []*http.Server{console, metrics} {
		_ = s.Shutdown(wait) // what is cut here was asked by the host
	}
	tended()
	return errors.Join(failed, h.close())
}

// admin is the host's door.
func (h *house) admin() http.Handler {
	return admin.New(admin.Config{
		Vault: h.vault, Accounts: h.desk.Accounts, Provider: func() (*provider.Provider, error) { return h.desk.Provider, nil },
		Issuer: h.desk.Provider.Issuer(), Closed: h.closed, Verifier: h.desk.Verifier, Log: h.log,
	})
}

// tend looks after accounts and apps while the house is open. What it gives ends
// that, and waits for it.
func (h *house) tend(ctx context.Context) (end func()) {
	ctx, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		h.desk.Run(ctx)
	}()
	return func() {
		stop()
		<-done
	}
}

// handle serves a handler on a listener of the host's own; a nil listener is not served.
func (h *house) handle(ln net.Listener, handler http.Handler, ends chan<- error) *http.Server {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, ErrorLog: slog.NewLogLogger(h.log.Handler(), slog.LevelWarn)}
	if ln == nil {
		return server
	}
	go func() {
		if err := server.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
			ends <- fmt.Errorf("serving %s: %w", ln.Addr(), err)
		}
	}()
	return server
}

// close keeps what the next run must know, and gives the data folder back.
func (h *house) close() error {
	proofs, err := h.desk.Verifier.Snapshot()
	if err == nil {
		err = h.vault.Keep(keptProofs, proofs)
	}
	return errors.Join(err, h.desk.Close(), h.vault.Close())
}

func keepTime(vault *pod.Vault, name string, t time.Time) error {
	text, err := t.UTC().MarshalText()
	if err != nil {
		return err
	}
	return vault.Keep(name, text)
}

// keptTime is the zero time when nothing was kept.
func keptTime(vault *pod.Vault, name string) (time.Time, error) {
	text, err := vault.Kept(name)
	if err != nil || text == nil {
		return time.Time{}, err
	}
	var t time.Time
	if err := t.UnmarshalText(text); err != nil {
		return time.Time{}, fmt.Errorf("reading what was kept of the last run: %s: %w", name, err)
	}
	return t, nil
}
