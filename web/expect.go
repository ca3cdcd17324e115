package web

import (
	"net/http"
	"strings"

	"github.com/valyala/fasthttp"

	"skrin/acl"
	"skrin/pod"
)

// expect answers a client that asks before it sends its content (RFC 9110
// section 10.1.1). Whoever brings no credentials and may change nothing there is
// refused at once; everybody else is told to go on, and credentials are looked
// at once, when the content is on its way.
//
// The library closes the connection behind a refusal: the client may have begun
// to send.
func (s *Server) expect(fctx *fasthttp.RequestCtx) int {
	if err := s.unwelcome(fctx); err != nil {
		if c, ours := fctx.Conn().(*conn); ours {
			c.linger.Store(true)
		}
		s.fail(fctx, err)
		return fctx.Response.StatusCode()
	}
	return http.StatusContinue
}

// unwelcome gives the refusal for whoever has no credentials and no right.
// Whatever else is wrong with the request is told when all of it is there.
func (s *Server) unwelcome(fctx *fasthttp.RequestCtx) (refusal error) {
	defer func() {
		if recover() != nil { // it will happen again inside the guard, which knows what to do
			refusal = nil
		}
	}()
	method := string(fctx.Method())
	if !changes(method) || len(fctx.Request.Header.Peek("Authorization")) > 0 || sound(fctx) != nil {
		return nil
	}
	sent, _, _ := strings.Cut(string(fctx.Request.Header.RequestURI()), "?")
	to, err := s.targetOf(sent, string(fctx.Request.Header.Host()))
	if err != nil || to.desk {
		return nil
	}
	if to.pod == "" && s.site.Layout() != pod.Subdomains {
		name, below, _ := strings.Cut(to.path[1:], "/")
		to = target{pod: name, path: "/" + below}
	}
	info, err := s.conf.Vault.Lookup(to.pod)
	if err != nil {
		return nil
	}
	p, err := pod.ParsePath(to.path)
	if err != nil || p.Kind() == acl.Managed { // what the server keeps has rules of its own
		return nil
	}
	nobody := s.conf.Vault.As(info.ID, acl.Agent{}).From(s.addressOf(fctx), string(fctx.Request.Header.Peek("Origin")))
	return nobody.Admit(s.live, p, strings.ToLower(method))
}

func changes(method string) bool {
	switch method {
	case http.MethodPut, http.MethodPost, http.MethodPatch, http.MethodDelete:
		return true
	}
	return false
}
