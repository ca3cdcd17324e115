package web

import (
	"net/http"
	"strings"

	"skrin/web/request"
)

// exposed are the answer's fields that a page of another origin may read.
const exposed = "Accept-Patch, Accept-Post, Accept-Put, Accept-Ranges, Allow, Content-Length, Content-Range, Content-Type, " +
	"DPoP-Nonce, ETag, Last-Modified, Link, Location, Retry-After, Vary, WAC-Allow, WWW-Authenticate, X-Request-Id"

const methods = "GET, HEAD, OPTIONS, PUT, POST, PATCH, DELETE"

// dress gives an answer the fields that every one has, whatever it says: who may
// read it across origins, and that nothing in it may run. A PDF is to be saved:
// browsers do not show one in a sandbox.
func dress(h http.Header, r *request.Request) {
	if origin := r.Header.Get("Origin"); isOrigin(origin) {
		h.Set("Access-Control-Allow-Origin", origin)
		h.Set("Access-Control-Expose-Headers", exposed)
	}
	h.Add("Vary", "Accept, Authorization, Origin")
	for _, f := range everywhere {
		h[f.name] = f.value
	}
	if isPDF(h.Get("Content-Type")) {
		h["Content-Disposition"] = saved
	}
	h.Set("X-Request-Id", r.ID)
}

// everywhere are the fields that are the same in every answer, wherever the pods
// stand. A sandbox without anything allowed gives a page an origin of its own
// that nothing else has: it reaches no cookie, no storage, no other window, and
// runs nothing. There is no Cross-Origin-Opener-Policy: a browser takes an answer
// with both for a network error (HTML, section 7.4.5), and a page without scripts opens nothing.
// Resources may be embedded everywhere; only what everybody may read can be, since
// a browser sends no credentials of ours. The slices are shared by all answers,
// and full: whoever adds to one gets a copy.
var everywhere = [...]struct {
	name  string
	value []string
}{
	{"X-Content-Type-Options", []string{"nosniff"}},
	{"Content-Security-Policy", []string{"sandbox; default-src 'none'; frame-ancestors 'none'"}},
	{"Referrer-Policy", []string{"no-referrer"}},
	{"Cross-Origin-Resource-Policy", []string{"cross-origin"}},
	{"Origin-Agent-Cluster", []string{"?1"}},
}

// dressDesk gives an answer of the desk the fields that it does not have. Its
// pages say themselves what they need; whatever says nothing is shown nowhere,
// runs nothing, is kept by nobody and cannot be read across origins.
func dressDesk(h http.Header, id string) {
	for _, f := range atDesk {
		if _, said := h[f.name]; !said {
			h[f.name] = f.value
		}
	}
	h.Set("X-Request-Id", id)
}

var atDesk = [...]struct {
	name  string
	value []string
}{
	{"X-Content-Type-Options", []string{"nosniff"}},
	{"Content-Security-Policy", []string{"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"}},
	{"X-Frame-Options", []string{"DENY"}},
	{"Referrer-Policy", []string{"no-referrer"}},
	{"Cross-Origin-Resource-Policy", []string{"same-origin"}},
	{"Cache-Control", []string{"no-store"}},
}

var saved = []string{"attachment"}

// isOrigin says whether the text is one that a browser sends as Origin.
func isOrigin(s string) bool {
	if s == "null" {
		return true
	}
	scheme, host, ok := strings.Cut(s, "://")
	return ok && scheme != "" && host != "" && len(s) < 512 && !strings.ContainsAny(s, " \t\",;<>'")
}

// preflight answers what a browser asks before it lets a page send a request. It
// needs no credentials: browsers send none.
func preflight(r *request.Request) (*request.Answer, bool) {
	if r.Method != http.MethodOptions || r.Header.Get("Origin") == "" || r.Header.Get("Access-Control-Request-Method") == "" {
		return nil, false
	}
	a := request.NewAnswer(http.StatusNoContent)
	a.Header.Set("Access-Control-Allow-Methods", methods)
	a.Header.Set("Access-Control-Max-Age", "3600")
	if asked := r.Header.Get("Access-Control-Request-Headers"); asked != "" {
		a.Header.Set("Access-Control-Allow-Headers", asked)
		a.Header.Add("Vary", "Access-Control-Request-Headers")
	}
	return a, true
}
