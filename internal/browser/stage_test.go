package browser

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp"

	"skrin/internal/podtest"
	"skrin/pod"
)

// A stage is a server with two pods, what stands before it, and a place outside
// that hears what scripts find out. All of it has one port; hosts tell it apart.
type stage struct {
	t       *testing.T
	world   *podtest.World
	port    string
	home    string      // origin of the console
	real    bool        // it is the real console; else a page stands in for it
	bare    atomic.Bool // the front takes the first wall away
	proxy   *httputil.ReverseProxy
	mu      sync.Mutex
	told    []finding
	visited map[string]int // how often each URL was asked for
}

// finding is something that a script told the place outside.
type finding struct{ page, what, value string }

// The secrets that nobody else may learn.
const (
	consoleSecret = "SECRET-OF-THE-CONSOLE"
	mariaSecret   = "SECRET-OF-MARIA"
)

func newStage(t *testing.T, layout pod.Layout) *stage {
	t.Helper()
	return raise(t, func(s *stage) {
		s.home = "http://pods.localhost:" + s.port
		s.world = podtest.NewBehind(t, s.home+"/", layout)
	})
}

// newHouse is newStage with the console that people have. A browser must be told
// that everything is behind the front: see behind.
func newHouse(t *testing.T, layout pod.Layout) *stage {
	t.Helper()
	return raise(t, func(s *stage) {
		s.world = podtest.NewHouse(t, podtest.House{Layout: layout})
		s.home, s.real = strings.TrimSuffix(s.world.Base, "/"), true
	})
}

func raise(t *testing.T, build func(*stage)) *stage {
	t.Helper()
	s := &stage{t: t, visited: map[string]int{}}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, s.port, _ = net.SplitHostPort(ln.Addr().String())
	build(s)
	s.proxy = &httputil.ReverseProxy{Rewrite: s.pass, ModifyResponse: s.strip}
	front := &httptest.Server{Listener: ln, Config: &http.Server{Handler: http.HandlerFunc(s.serve)}}
	front.Start()
	t.Cleanup(front.Close)
	s.furnish()
	return s
}

func (s *stage) console() string { return s.home }
func (s *stage) evil() string    { return "http://evil.localhost:" + s.port }

// behind lets a browser find every host, at every port, at the front.
func (s *stage) behind() chromedp.ExecAllocatorOption {
	return chromedp.Flag("host-resolver-rules", "MAP * 127.0.0.1:"+s.port)
}

// at is the address of something in a pod.
func (s *stage) at(path string) string { return s.world.URL(path) }

// origin is that of a pod.
func (s *stage) origin(name string) string {
	u, _ := url.Parse(s.at("/" + name + "/"))
	return u.Scheme + "://" + u.Host
}

// furnish fills two pods: maria's with a secret, mallory's with pages that are
// after it, for everybody to read.
func (s *stage) furnish() {
	if !s.real { // else she moves in by herself
		s.world.Citizen("maria").Put("/maria/private", "text/plain", mariaSecret).Want(201)
	}
	mallory := s.world.Citizen("mallory")
	mallory.Put("/mallory/pub/.acl", "text/turtle", `@prefix acl: <http://www.w3.org/ns/auth/acl#>.
<#o> a acl:Authorization; acl:agent <`+mallory.WebID.String()+`>; acl:accessTo <./>; acl:default <./>; acl:mode acl:Read, acl:Write, acl:Control.
<#p> a acl:Authorization; acl:agentClass <http://xmlns.com/foaf/0.1/Agent>; acl:accessTo <./>; acl:default <./>; acl:mode acl:Read.`)
	victim := strings.TrimSuffix(s.at("/maria/"), "/")
	app := s.console() + "/app/"
	data := app + "data"
	if s.real {
		app, data = app+"home", app+"home"
	}
	where := strings.NewReplacer("EVIL", s.evil(), "CONSOLE/app/data", data, "CONSOLE/app/home", app, "CONSOLE", s.console(), "VICTIM/stand-in", s.origin("maria")+"/stand-in", "VICTIM", victim, "DOMAIN", "pods.localhost")
	for _, p := range append(pages(where), parts(where)...) {
		mallory.Put("/mallory/pub/"+p.name, p.mediaType, p.body)
	}
	mallory.Put("/mallory/pub/.acl", "text/turtle", `@prefix acl: <http://www.w3.org/ns/auth/acl#>.
<#o> a acl:Authorization; acl:agent <`+mallory.WebID.String()+`>; acl:accessTo <./>; acl:default <./>; acl:mode acl:Read, acl:Write, acl:Control.
<#p> a acl:Authorization; acl:agentClass <http://xmlns.com/foaf/0.1/Agent>; acl:accessTo <./>; acl:default <./>; acl:mode acl:Read.`)
	for _, p := range append(pages(where), parts(where)...) {
		s.world.Public().Get("/mallory/pub/" + p.name).Want(200)
	}
}

func (s *stage) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.visited["http://"+r.Host+r.URL.Path]++
	s.mu.Unlock()
	switch host, path := "http://"+r.Host, r.URL.Path; {
	case path == "/favicon.ico":
		http.NotFound(w, r)
	case host == s.evil():
		s.outside(w, r)
	case !s.real && host == s.console() && strings.HasPrefix(path, "/app/"):
		s.standIn(w, r, consoleSecret)
	case path == "/stand-in":
		s.standIn(w, r, mariaSecret)
	default:
		s.proxy.ServeHTTP(w, r)
	}
}

// outside is the place that scripts report to.
func (s *stage) outside(w http.ResponseWriter, r *http.Request) {
	if q := r.URL.Query(); r.URL.Path == "/told" {
		s.mu.Lock()
		s.told = append(s.told, finding{q.Get("page"), q.Get("what"), q.Get("value")})
		s.mu.Unlock()
	}
	w.Header().Set("Content-Type", "text/html")
	fmt.Fprint(w, "<!doctype html><title>outside</title>")
}

// standIn is a page of somebody's who has things to lose on this origin: what the
// console is, and what an app of maria's would be on hers.
func (s *stage) standIn(w http.ResponseWriter, r *http.Request, secret string) {
	switch r.URL.Path {
	case "/app/data": // as an API that goes by a cookie
		if c, err := r.Cookie("session"); err == nil && c.Value == secret {
			fmt.Fprint(w, secret)
		}
		return
	case "/app/open": // opens what somebody sent a link to
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, "<!doctype html><title>stand-in</title><body>%s<script>open(%q)</script>", secret, r.URL.Query().Get("url"))
		return
	case "/app/embed": // lets others' things in by every door that there is
		w.Header().Set("Content-Type", "text/html")
		page, script := r.URL.Query().Get("url"), r.URL.Query().Get("script")
		fmt.Fprintf(w, `<!doctype html><title>stand-in</title><body><iframe src=%[1]q></iframe><object data=%[1]q></object><embed src=%[1]q>
<script src=%[2]q></script><script type="module">import(%[2]q).catch(() => {})</script>
<script>for (const make of [() => new Worker(%[2]q), () => new SharedWorker(%[2]q), () => navigator.serviceWorker.register(%[2]q)]) try { const p = make(); p.catch?.(() => {}) } catch {}</script>`, page, script)
		return
	}
	http.SetCookie(w, &http.Cookie{Name: "session", Value: secret, Path: "/", SameSite: http.SameSiteStrictMode})
	w.Header().Set("Content-Type", "text/html")
	fmt.Fprintf(w, "<!doctype html><title>stand-in</title><body>%s<script>localStorage.setItem('secret', %q)</script>", secret, secret)
}

// pass sends a request on to the server as it came; without the first wall, also
// without what says that the answer is to be run.
func (s *stage) pass(r *httputil.ProxyRequest) {
	r.Out.URL.Scheme, r.Out.URL.Host, r.Out.Host = "http", s.world.Address, r.In.Host
	if s.bare.Load() {
		r.Out.Header.Del("Service-Worker")
		r.Out.Header.Del("Sec-Fetch-Dest")
	}
}

func (s *stage) strip(r *http.Response) error {
	if s.bare.Load() {
		for _, name := range []string{"Content-Security-Policy", "X-Content-Type-Options", "Content-Disposition"} {
			r.Header.Del(name)
		}
	}
	return nil
}

// findings are what was told since the last call.
func (s *stage) findings() []finding {
	s.mu.Lock()
	defer s.mu.Unlock()
	told := s.told
	s.told = nil
	return told
}

// heard says whether a script told the place outside something.
func (s *stage) heard(page, what string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.told {
		if f.page == page && f.what == what {
			return true
		}
	}
	return false
}

func (s *stage) visits(address string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.visited[address]
}
