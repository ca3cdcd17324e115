package web

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"skrin/identity"
	"skrin/pod"
	"skrin/web/access"
	"skrin/web/fhir"
	"skrin/web/request"
	"skrin/web/solid"
)

// services are what every pod's storage description announces.
var services = []solid.Service{
	{Type: "AccessGrantService", Endpoint: access.GrantsPath, ConformsTo: []string{solid.AccessProfile}},
}

// route finds out whose business the request is. First segments that no pod can
// have for its name belong to the server.
func (s *Server) route(x *exchange) (*request.Answer, error) {
	if a, ok := preflight(x.req); ok {
		return a, nil
	}
	raw, err := s.ownPath(x.target)
	if err != nil {
		return nil, err
	}
	switch name, rest, below := strings.Cut(raw[1:], "/"); {
	case raw == "/":
		return s.front(x.req)
	case raw == "/healthz":
		return s.health(x.req)
	case !below:
		return s.towardsRoot(x, name)
	default:
		return s.inPod(x, raw, name, "/"+rest)
	}
}

// ownPath takes the path below the base URL out of a request's target. A whole
// URL is taken when it is one of ours; the Host field is never asked.
func (s *Server) ownPath(target string) (string, error) {
	if len(target) > len(s.origin) && strings.EqualFold(target[:len(s.origin)], s.origin) {
		target = target[len(s.origin):]
	}
	if !strings.HasPrefix(target, "/") || strings.Contains(target, "#") {
		return "", fmt.Errorf("%w: send the path alone", errTarget)
	}
	path, ok := strings.CutPrefix(target, s.prefix)
	if !ok || !strings.HasPrefix(path, "/") {
		return "", errNothing
	}
	return path, nil
}

// towardsRoot sends whoever forgot the last slash of a pod's root on.
func (s *Server) towardsRoot(x *exchange, name string) (*request.Answer, error) {
	info, err := s.conf.Vault.Lookup(name)
	if err != nil {
		return nil, err
	}
	a := request.NewAnswer(http.StatusPermanentRedirect)
	a.Header.Set("Location", info.Root.String())
	return a, nil
}

// inPod finds pod and path, asks who it is, and serves.
func (s *Server) inPod(x *exchange, raw, name, below string) (*request.Answer, error) {
	r := x.req
	info, err := s.conf.Vault.Lookup(name)
	if err != nil {
		return nil, err
	}
	if r.Path, err = pod.ParsePath(below); err != nil {
		return nil, err
	}
	r.Pod = info
	r.Agent, err = s.conf.Verifier.Verify(x.ctx, identity.Proof{
		Authorization: r.Header.Values("Authorization"),
		DPoP:          r.Header.Values("DPoP"),
		Method:        r.Method,
		URL:           s.origin + s.prefix + raw,
	})
	if err != nil {
		return nil, err
	}
	if strings.EqualFold(r.Header.Get("Service-Worker"), "script") {
		return nil, errWorker
	}
	r.Session = s.conf.Vault.As(info.ID, r.Agent).From(r.Address, r.Header.Get("Origin"))
	a, err := s.serve(x.ctx, r)
	if err == nil && !r.IsRead() {
		s.changed(r)
	}
	return a, err
}

// serve hands the request to the sub-room that it is for.
func (s *Server) serve(ctx context.Context, r *request.Request) (*request.Answer, error) {
	switch {
	case r.Path == solid.DescriptionPath:
		return solid.Description(r, services)
	case r.Path.Within(access.GrantsPath):
		return access.Grants(ctx, r, s.conf.Vault.Clock().Now)
	case r.Path.Within(access.JournalPath):
		return access.Journal(ctx, r)
	}
	if format := fhir.Takes(r); format != 0 {
		return fhir.Serve(ctx, r, format)
	}
	return s.solid.Serve(ctx, r)
}

// changed lets the verifier forget a WebID whose document has been changed: an
// issuer that was taken out of it must not be believed any longer.
func (s *Server) changed(r *request.Request) {
	if r.Pod.Owner.WithoutFragment() == r.URL() {
		s.conf.Verifier.Forget(r.Pod.Owner)
	}
}

// front answers for the base URL itself.
func (s *Server) front(r *request.Request) (*request.Answer, error) {
	if s.conf.AppURL.IsZero() || !r.IsRead() {
		return nil, errNothing
	}
	a := request.NewAnswer(http.StatusFound)
	a.Header.Set("Location", s.conf.AppURL.String())
	return a, nil
}

// health answers whoever watches over the process.
func (s *Server) health(r *request.Request) (*request.Answer, error) {
	if !r.IsRead() {
		return nil, request.ErrMethod
	}
	if _, err := s.conf.Vault.Pods(); err != nil {
		return nil, err
	}
	a := request.NewAnswer(http.StatusOK)
	a.Header.Set("Cache-Control", "no-store")
	return a.With("application/json", []byte(`{"status":"ok"}`+"\n")), nil
}
