package web

import (
	"context"
	"net/http"
	"strings"
	"time"

	"skrin/identity"
	"skrin/pod"
	"skrin/web/access"
	"skrin/web/fhir"
	webnotify "skrin/web/notify"
	"skrin/web/request"
	"skrin/web/solid"
)

// services are what every pod's storage description announces.
var services = []solid.Service{
	{Type: "AccessGrantService", Endpoint: access.GrantsPath, ConformsTo: []string{solid.AccessProfile}},
}

// healthPath is where the server tells how it is.
const healthPath = "/healthz"

// route finds out whose business the request is. First segments that no pod can
// have for its name belong to the server.
func (s *Server) route(x *exchange) (*request.Answer, error) {
	if s.conf.Verifier.Asked(x.req.Header) {
		return nil, request.ErrNothing // what is ours has one address; by another it would look like somebody else's
	}
	to, err := s.targetOf(x.target, x.req.Header.Get("Host"))
	x.desk = to.desk
	if err != nil {
		return nil, err
	}
	if a, took, err := s.atDesk(x, to); took {
		return a, err
	}
	if a, ok := preflight(x.req); ok {
		return a, nil
	}
	switch {
	case to.pod != "":
		return s.inPod(x, to.pod, to.path)
	case to.path == "/":
		return s.front(x.req)
	case to.path == healthPath:
		return s.health(x.req)
	}
	name, rest, below := strings.Cut(to.path[1:], "/")
	switch hosts := s.site.Layout() == pod.Subdomains; {
	case !below || hosts && rest == "":
		return s.towardsRoot(name)
	case hosts:
		return nil, request.ErrNothing
	}
	return s.inPod(x, name, "/"+rest)
}

// towardsRoot sends whoever forgot the last slash of a pod's root on, or looks
// for a pod at a path while it has a host of its own. Only the root is found so.
// What lies below has one address: a proof of possession would not be good at
// the other, and rules and grants speak of one.
func (s *Server) towardsRoot(name string) (*request.Answer, error) {
	info, err := s.conf.Vault.Lookup(name)
	if err != nil {
		return nil, err
	}
	a := request.NewAnswer(http.StatusPermanentRedirect)
	a.Header.Set("Location", info.Root.String())
	return a, nil
}

// inPod finds pod and path, asks who it is, and serves. below is the path from
// the pod's root on, as it was sent.
func (s *Server) inPod(x *exchange, name, below string) (*request.Answer, error) {
	r := x.req
	info, err := s.conf.Vault.Lookup(name)
	if err != nil {
		return nil, err
	}
	if r.Path, err = pod.ParsePath(below); err != nil {
		return nil, err
	}
	r.Pod = info
	a, err := s.attend(x, below)
	if r.IsRead() || r.Method == http.MethodOptions {
		a = solid.Discoverable(a, r)
	}
	return a, err
}

// attend asks who it is, and serves what is in a pod.
func (s *Server) attend(x *exchange, below string) (a *request.Answer, err error) {
	r := x.req
	r.Agent, err = s.conf.Verifier.Verify(x.ctx, identity.Proof{
		Authorization: r.Header.Values("Authorization"),
		DPoP:          r.Header.Values("DPoP"),
		Method:        r.Method,
		URL:           r.Pod.Root.String() + below[1:],
	})
	if err != nil {
		return nil, err
	}
	if wouldRun(r.Header) {
		return nil, errRun
	}
	r.Session = s.conf.Vault.As(r.Pod.ID, r.Agent).From(r.Address, r.Header.Get("Origin"))
	a, err = s.serve(x.ctx, r)
	if err == nil && !r.IsRead() {
		s.changed(r)
	}
	return a, err
}

// serve hands the request to the sub-room that it is for.
func (s *Server) serve(ctx context.Context, r *request.Request) (*request.Answer, error) {
	switch {
	case r.Path == solid.DescriptionPath:
		return dated(s.began)(solid.Description(r, services, webnotify.Announce(r)))
	case r.Path.Within(access.GrantsPath):
		now := s.conf.Vault.Clock().Now
		return dated(now)(access.Grants(ctx, r, now))
	case webnotify.Takes(r.Path):
		return s.notify.Serve(ctx, r)
	case r.Path.Within(access.JournalPath):
		return dated(s.conf.Vault.Clock().Now)(access.Journal(ctx, r))
	}
	if format := fhir.Takes(r); format != 0 {
		return fhir.Serve(ctx, r, format)
	}
	return s.solid.Serve(ctx, r)
}

// dated says of an answer that the server has made by itself how old it is: a list
// is made anew each time, and the storage description with each version.
func dated(made time.Time) func(*request.Answer, error) (*request.Answer, error) {
	return func(a *request.Answer, err error) (*request.Answer, error) {
		if err == nil && a.Status == http.StatusOK {
			a.Header.Set("Last-Modified", made.UTC().Format(http.TimeFormat))
		}
		return a, err
	}
}

// changed lets the verifier forget a WebID whose document has been changed: an
// issuer that was taken out of it must not be believed any longer.
func (s *Server) changed(r *request.Request) {
	if r.Pod.Owner.WithoutFragment() == r.URL() {
		s.conf.Verifier.Forget(r.Pod.Owner)
	}
}

// front answers for the base URL itself, where the console does not.
func (s *Server) front(r *request.Request) (*request.Answer, error) {
	if s.conf.AppURL.IsZero() || s.conf.AppURL == s.conf.Vault.Base() || !r.IsRead() {
		return nil, request.ErrNothing
	}
	a := request.NewAnswer(http.StatusFound)
	a.Header.Set("Location", s.conf.AppURL.String())
	return a, nil
}

// health answers whoever watches over the process.
func (s *Server) health(r *request.Request) (*request.Answer, error) {
	a := request.NewAnswer(http.StatusOK)
	if !r.IsRead() {
		a.Header.Set("Allow", "GET, HEAD")
		return a, request.ErrMethod
	}
	if _, err := s.conf.Vault.Pods(); err != nil {
		return nil, err
	}
	a.Header.Set("Cache-Control", "no-store")
	return a.With("application/json", []byte(`{"status":"ok"}`+"\n")), nil
}
