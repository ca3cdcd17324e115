package oidc

import (
	"context"
	"net/http"
	"strings"
	"time"

	"skrin/identity"
	"skrin/identity/provider"
	"skrin/internal/strangers"
	"skrin/web/request"
)

// Bounds of how many proofs strangers may have us remember in a minute.
const (
	maxAsked    = 3000
	maxAskedAll = 60000 // a fifth of what the verifier can remember
)

// Config is what a Handler is made of. All but Now is required.
type Config struct {
	Provider *provider.Provider
	Verifier *identity.Verifier // whose Config.Local is the provider

	// Trouble answers for a navigation that is no good: with a page or, where the
	// error has a Redirect and whoever sits there may be sent on by themselves, by
	// sending them.
	Trouble func(*request.Request, *provider.Error) *request.Answer

	// Withdrawn is told of a family that has ended because a code or a refresh
	// token came back that was used before: somebody may have stolen it. It
	// must return at once.
	Withdrawn func(provider.Family)

	Now func() time.Time // time.Now when nil
}

// Handler answers for the endpoints. It may be used by many goroutines at once.
type Handler struct {
	conf  Config
	ways  map[string]endpoint // by path
	asked *strangers.Rate     // calls that have a proof remembered
}

// An endpoint is one address of the provider.
type endpoint struct {
	methods string // as Allow says it
	cors    bool   // scripts of every origin may ask
	serve   func(context.Context, *request.Request) (*request.Answer, error)
}

// New makes a Handler.
func New(conf Config) *Handler {
	if conf.Provider == nil || conf.Verifier == nil || conf.Trouble == nil || conf.Withdrawn == nil {
		panic("oidc: a field of Config is missing")
	}
	if conf.Now == nil {
		conf.Now = time.Now
	}
	h := &Handler{conf: conf, asked: strangers.NewRate(time.Minute, maxAsked, maxAskedAll)}
	h.ways = map[string]endpoint{
		discoveryPath:    {"GET, HEAD, OPTIONS", true, h.metadata},
		serverPath:       {"GET, HEAD, OPTIONS", true, h.metadata},
		"/oidc/jwks":     {"GET, HEAD, OPTIONS", true, h.keys},
		"/oidc/token":    {"POST, OPTIONS", true, h.token},
		"/oidc/revoke":   {"POST, OPTIONS", true, h.revoke},
		"/oidc/register": {"POST, OPTIONS", true, h.register},
		"/oidc/userinfo": {"GET, HEAD, POST, OPTIONS", true, h.userinfo},

		"/oidc/authorize": {"GET, HEAD, POST, OPTIONS", false, h.authorize},
		"/oidc/logout":    {"GET, HEAD, POST, OPTIONS", false, h.logout},
	}
	return h
}

// Takes says whether a path below the issuer, with its first slash, is the
// provider's: one of the endpoints, or reserved for them.
func (h *Handler) Takes(path string) bool {
	_, there := h.ways[path]
	return there || path == "/oidc" || strings.HasPrefix(path, "/oidc/")
}

// Serve answers a request for a path that Takes takes. An Answer beside an error
// has header fields for the error's answer.
func (h *Handler) Serve(ctx context.Context, r *request.Request, path string) (*request.Answer, error) {
	way, there := h.ways[path]
	partial := request.NewAnswer(http.StatusNoContent)
	if !there {
		return partial, request.ErrNothing
	}
	partial.Header.Set("Allow", way.methods)
	if way.cors {
		open(partial.Header)
	}
	switch {
	case r.Method == http.MethodOptions:
		if way.cors {
			preflight(partial.Header, way.methods)
		}
		return partial, nil
	case !strings.Contains(way.methods+",", r.Method+","):
		return partial, request.ErrMethod
	}
	a, err := way.serve(ctx, r)
	if err != nil {
		return partial, err
	}
	if way.cors {
		open(a.Header)
	}
	return a, nil
}

// open lets scripts of every origin read the answer. There is nothing in it that
// came of a cookie, so whose browser it is does not matter.
func open(h http.Header) {
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Access-Control-Expose-Headers", "DPoP-Nonce, Retry-After, WWW-Authenticate, X-Request-Id")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
}

// preflight lets them send what the endpoints read. A star does not stand for
// Authorization (Fetch, section 4.9), so it is named.
func preflight(h http.Header, methods string) {
	h.Set("Access-Control-Allow-Methods", methods)
	h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, DPoP, *")
	h.Set("Access-Control-Max-Age", "3600")
}
