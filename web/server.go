package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"skrin/identity"
	"skrin/linkeddata"
	"skrin/notify"
	"skrin/pod"
	"skrin/web/console"
	webnotify "skrin/web/notify"
	"skrin/web/oidc"
	"skrin/web/solid"
)

// Config is what a Server is made of. Vault and Verifier are required. Requests
// are measured by where the vault's pods stand, whatever they say themselves.
type Config struct {
	Vault    *pod.Vault
	Verifier *identity.Verifier
	Provider *oidc.Handler    // nil: this house issues nothing
	Console  *console.Handler // nil: there are no pages
	AppURL   linkeddata.IRI   // where both stand, if they have a host of their own (see CheckApp); else they stand at the base URL
	Log      *slog.Logger     // default: nothing is logged
	Now      func() time.Time

	// Proxies are the networks of the proxies in front of this server, and of nobody
	// else: what comes from there is somebody else's, whose address stands in
	// X-Forwarded-For.
	Proxies []netip.Prefix

	MaxBody     int64             // bytes of a request's content; default 1 GiB
	Connections int               // at the same time; default 8192
	Limits      linkeddata.Limits // of documents that are converted, and of patches
	Channels    notify.Limits     // of those who listen
}

// Server serves the pods of a vault.
type Server struct {
	conf    Config
	app     *fiber.App
	solid   *solid.Handler
	metrics *metrics
	hub     *notify.Hub
	notify  *webnotify.Handler
	site    pod.Site
	scheme  string    // of the site, with "://"
	began   time.Time // with this version, and so with what it says of its storages
	origin  string    // of the site's base URL, without its path
	prefix  string    // the path of the site's base URL, without its last slash
	desk    desk

	live context.Context // ends when requests should give up
	stop context.CancelFunc

	mu   sync.Mutex
	open []*listener
}

// New makes a server. It panics when a required field is missing, or when CheckApp
// would have refused the address of the app, because no program can go on from
// there.
func New(conf Config) *Server {
	if conf.Vault == nil || conf.Verifier == nil {
		panic("web: a server needs a vault and a verifier")
	}
	base, err := url.Parse(conf.Vault.Base().String())
	if err != nil {
		panic("web: the vault's base URL is none: " + err.Error()) // the vault has parsed it
	}
	if conf.Log == nil {
		conf.Log = slog.New(slog.DiscardHandler)
	}
	if conf.Now == nil {
		conf.Now = time.Now
	}
	if conf.MaxBody <= 0 {
		conf.MaxBody = 1 << 30
	}
	if conf.Connections <= 0 {
		conf.Connections = 8192
	}
	conf.Vault.OnIssuers(conf.Verifier.Forget)
	s := &Server{
		conf: conf, solid: solid.New(conf.Limits), metrics: newMetrics(conf.Vault),
		began: conf.Now(), site: conf.Vault.Site(), scheme: base.Scheme + "://",
		origin: base.Scheme + "://" + base.Host, prefix: strings.TrimSuffix(base.EscapedPath(), "/"),
	}
	if own := conf.AppURL != conf.Vault.Base() && !conf.AppURL.IsZero(); own && (conf.Provider != nil || conf.Console != nil) {
		if err := CheckApp(conf.Vault, conf.AppURL); err != nil {
			panic("web: " + err.Error())
		}
		s.desk = newDesk(conf.AppURL)
	}
	s.hub = notify.New(notify.Config{Now: func() time.Time { return conf.Vault.Clock().Now }, Tag: solid.EntityTag, Limits: conf.Channels})
	s.notify = webnotify.New(s.hub)
	s.metrics.watch(s.hub)
	s.live, s.stop = context.WithCancel(context.Background())
	s.app = s.newApp()
	return s
}

// newApp sets the library up. What it would decide by itself about paths,
// proxies, types and bodies is switched off: see the tests in traps_test.go.
func (s *Server) newApp() *fiber.App {
	app := fiber.New(fiber.Config{
		AppName:                      "skrin",
		DisableStartupMessage:        true,
		Immutable:                    true,
		StrictRouting:                true,
		CaseSensitive:                true,
		UnescapePath:                 false,
		StreamRequestBody:            true,
		DisablePreParseMultipartForm: true,
		DisableDefaultContentType:    true,
		EnableTrustedProxyCheck:      true, // and no proxy is trusted
		ReadBufferSize:               32 << 10,
		WriteBufferSize:              16 << 10,
		BodyLimit:                    int(s.conf.MaxBody),
		Concurrency:                  s.conf.Connections,
		ReadTimeout:                  headerTime,
		IdleTimeout:                  idleTime,
		ErrorHandler:                 s.broken,
	})
	app.Use(s.handle)
	server := app.Server()
	server.KeepHijackedConns = true // whoever took one over closes it
	server.Handler = s.guard(server.Handler)
	server.ExpectHandler = s.expect
	server.ConnState = func(c net.Conn, state fasthttp.ConnState) {
		if own, ok := c.(*conn); ok && state == fasthttp.StateIdle {
			own.release()
		}
	}
	return app
}

// Serve answers what comes in on the listener until Shutdown, and then returns
// nil: at once, when that has been called before. It closes the listener.
func (s *Server) Serve(ln net.Listener) error {
	own := newListener(ln)
	s.mu.Lock()
	if s.live.Err() != nil {
		s.mu.Unlock()
		return ln.Close()
	}
	s.open = append(s.open, own)
	s.mu.Unlock()
	if err := s.app.Listener(own); err != nil && !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("serve %s: %w", ln.Addr(), err)
	}
	return nil
}

// Shutdown ends all channels, stops listening, lets the requests that are being answered go on
// until ctx ends, and then cuts what is left. The error is that of ctx, if it
// came to that.
func (s *Server) Shutdown(ctx context.Context) error {
	s.hub.Close(ctx)
	s.mu.Lock()
	for _, ln := range s.open {
		ln.cutSilent()
	}
	s.mu.Unlock()
	err := s.app.ShutdownWithContext(ctx)
	s.stop()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, ln := range s.open {
		ln.Close()
		ln.cutAll()
	}
	s.open = nil
	if err != nil {
		return fmt.Errorf("shut down: %w", err)
	}
	return nil
}
