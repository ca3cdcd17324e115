package solid

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"strings"

	"skrin/acl"
	"skrin/linkeddata"
	"skrin/pod"
	"skrin/web/request"
)

// Handler serves resources. Make it with New.
type Handler struct {
	limits     linkeddata.Limits
	converting chan struct{} // a place for each conversion that may run at once
}

// New makes a Handler. The limits bound documents that are converted and patches.
func New(limits linkeddata.Limits) *Handler {
	return &Handler{limits: limits, converting: make(chan struct{}, 2*runtime.GOMAXPROCS(0))}
}

// Serve answers a request. The error wraps one of package pod's, linkeddata's or
// request's; an Answer beside an error carries header fields for its answer.
func (h *Handler) Serve(ctx context.Context, r *request.Request) (*request.Answer, error) {
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		return h.read(ctx, r)
	case http.MethodOptions:
		return h.options(ctx, r)
	case http.MethodPut:
		return h.put(ctx, r)
	case http.MethodPost:
		return h.post(ctx, r)
	case http.MethodPatch:
		return h.patch(ctx, r)
	case http.MethodDelete:
		return h.delete(ctx, r)
	}
	return withAllow(r.Path), fmt.Errorf("%w: %s", request.ErrMethod, r.Method)
}

// options tells what can be done here. It says the same whether or not
// something exists, but for WAC-Allow, which only readers get.
func (h *Handler) options(ctx context.Context, r *request.Request) (*request.Answer, error) {
	standing, err := r.Session.Stand(ctx, r.Path)
	if err != nil {
		return nil, err
	}
	a := request.NewAnswer(http.StatusNoContent)
	setMethods(a.Header, r.Path, "")
	setLinks(a.Header, r, r.Path)
	if standing.Decision.Allows(acl.Read) {
		setRights(a.Header, standing.Decision)
	}
	return a, nil
}

// refuse gives the error for a request whose form is wrong: that one, unless
// the asker may change nothing here anyhow.
func refuse(ctx context.Context, r *request.Request, err error) error {
	if denied := r.Session.Admit(ctx, r.Path, strings.ToLower(r.Method)); denied != nil {
		return denied
	}
	return err
}

// outcome puts the trouble that there was with reading the body in front of
// what a room behind made of it.
func outcome(r *request.Request, err error) error {
	if failed := r.Body.Err(); err != nil && failed != nil && !errors.Is(err, pod.ErrDenied) {
		return failed
	}
	return err
}
