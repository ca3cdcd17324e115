package console

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"skrin/identity"
	"skrin/identity/account"
	"skrin/identity/provider"
	"skrin/identity/records"
	"skrin/pod"
	"skrin/web/request"
)

// Config is what a Handler is made of.
type Config struct {
	Vault    *pod.Vault
	Accounts *account.Accounts
	Provider *provider.Provider
	Verifier *identity.Verifier
	Records  records.Records
	Policy   account.Policy // of Accounts: what the pages offer
	Now      func() time.Time
	Log      *slog.Logger
}

// Handler answers for the pages. It may be used by several goroutines.
type Handler struct{ conf Config }

// New makes a Handler.
func New(conf Config) *Handler {
	if conf.Now == nil {
		conf.Now = time.Now
	}
	if conf.Log == nil {
		conf.Log = slog.New(slog.DiscardHandler)
	}
	return &Handler{conf: conf}
}

// Takes says whether a path below the issuer is that of a page or of what pages
// refer to.
func (h *Handler) Takes(path string) bool {
	return path == "/" || path == "/app" || strings.HasPrefix(path, "/app/") || strings.HasPrefix(path, "/assets/")
}

// Serve answers a request for a path that Takes accepts.
func (h *Handler) Serve(ctx context.Context, r *request.Request, path string) (*request.Answer, error) {
	return request.NewAnswer(http.StatusNotFound), nil
}

// Trouble is the page for an error that nobody may be sent anywhere with.
func (h *Handler) Trouble(r *request.Request, e *provider.Error) *request.Answer {
	return request.NewAnswer(http.StatusBadRequest)
}

// Tend does what must be done about once an hour.
func (h *Handler) Tend(ctx context.Context) error { return nil }
