package outbound

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"skrin/linkeddata"
)

var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}

// trap listens and counts who comes.
func trap(t *testing.T, address string) (addr string, visits *atomic.Int32) {
	t.Helper()
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	visits = new(atomic.Int32)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			visits.Add(1)
			conn.Close()
		}
	}()
	return l.Addr().String(), visits
}

// trusting makes a client that accepts a test server's certificate.
func trusting(s *httptest.Server, conf Config) *Client {
	c := New(conf)
	pool := x509.NewCertPool()
	pool.AddCert(s.Certificate())
	c.secure.TLSClientConfig.RootCAs = pool
	return c
}

func get(c *Client, url string) (Document, error) {
	return c.Get(context.Background(), linkeddata.MustIRI(url), "text/turtle", 0)
}

func TestNothingReachesTheTrap(t *testing.T) {
	addr, visits := trap(t, "127.0.0.1:0")
	_, port, _ := net.SplitHostPort(addr)
	c := New(Config{})
	t.Setenv("HTTPS_PROXY", "http://"+addr)
	t.Setenv("HTTP_PROXY", "http://"+addr)
	for _, url := range []string{
		"https://127.0.0.1:" + port, "https://127.1.2.3:" + port, "https://localhost:" + port, "https://LOCALHOST:" + port,
		"https://[::1]:" + port, "https://[::ffff:127.0.0.1]:" + port, "https://[::ffff:7f00:1]:" + port, "https://0.0.0.0:" + port,
		"https://[::]:" + port, "https://10.0.0.1", "https://100.64.0.1", "https://169.254.169.254/latest/meta-data",
		"https://172.16.0.1", "https://192.168.0.1", "https://[fc00::1]", "https://[fe80::1%25lo]:" + port, "https://[64:ff9b::7f00:1]",
		"https://[2002:7f00:1::]", "https://224.0.0.1", "https://192.0.2.1", "https://[2001:db8::1]", "https://255.255.255.255",
		"http://127.0.0.1:" + port, "http://localhost:" + port, "ftp://127.0.0.1:" + port, "file:///etc/passwd", "urn:x:y",
		"https://me:secret@127.0.0.1:" + port, "https:///etc", "https:127.0.0.1", "gopher://127.0.0.1:" + port,
	} {
		if _, err := get(c, url); !errors.Is(err, ErrRefused) {
			t.Errorf("%s: %v, want ErrRefused", url, err)
		}
	}
	// Spellings that some resolvers take for addresses. What they resolve to
	// here does not matter, as long as nobody arrives.
	for _, host := range []string{"2130706433", "0x7f.1", "0177.0.0.1", "127.1"} {
		if _, err := get(c, "https://"+host+":"+port); err == nil {
			t.Errorf("%s: an answer", host)
		}
	}
	if n := visits.Load(); n != 0 {
		t.Errorf("the trap saw %d connections", n)
	}
}

// names is a DNS server of one name, whose answer changes with every question.
func names(t *testing.T, answers ...[]netip.Addr) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	go func() {
		asked := 0
		packet := make([]byte, 512)
		for {
			n, from, err := conn.ReadFrom(packet)
			if err != nil {
				return
			}
			reply, isA := dnsReply(packet[:n], answers[min(asked, len(answers)-1)])
			if isA {
				asked++
			}
			_, _ = conn.WriteTo(reply, from)
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

// dnsReply answers an A question with addresses that live for no time, and
// every other question with nothing (RFC 1035 section 4).
func dnsReply(query []byte, addrs []netip.Addr) (reply []byte, isA bool) {
	end := 12
	for query[end] != 0 {
		end += int(query[end]) + 1
	}
	question := query[12 : end+5]
	isA = question[len(question)-3] == 1
	count := byte(0)
	if isA {
		count = byte(len(addrs))
	}
	reply = append(reply, query[0], query[1], 0x81, 0x80, 0, 1, 0, count, 0, 0, 0, 0)
	reply = append(reply, question...)
	for i := range int(count) {
		ip := addrs[i].As4()
		reply = append(reply, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4)
		reply = append(reply, ip[:]...)
	}
	return reply, isA
}

func TestRebinding(t *testing.T) {
	good := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "good") }))
	l, err := net.Listen("tcp", "127.0.0.2:0")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("this machine has no second loopback address")
	}
	good.Listener.Close()
	good.Listener = l
	good.StartTLS()
	defer good.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	_, visits := trap(t, "127.0.0.1:"+port)

	safe, bad := netip.MustParseAddr("127.0.0.2"), netip.MustParseAddr("127.0.0.1")
	c := trusting(good, Config{AllowNet: []netip.Prefix{netip.MustParsePrefix("127.0.0.2/32")}})
	c.dialer.Resolver = names(t, []netip.Addr{safe}, []netip.Addr{bad}, []netip.Addr{bad, safe})
	url := "https://example.com:" + port // the name in the test server's certificate
	for i, want := range []error{nil, ErrRefused, nil} {
		doc, err := get(c, url)
		if !errors.Is(err, want) || want == nil && string(doc.Body) != "good" {
			t.Errorf("answer %d: %q, %v, want %v", i, doc.Body, err, want)
		}
		c.Close() // so that the next fetch resolves again
	}
	if n := visits.Load(); n != 0 {
		t.Errorf("the trap saw %d connections", n)
	}
}

func zipped(data []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(data)
	_ = w.Close()
	return b.Bytes()
}

func TestAnswers(t *testing.T) {
	addr, visits := trap(t, "127.0.0.1:0")
	bomb := zipped(make([]byte, 10<<20))
	release := make(chan struct{})
	mux := http.NewServeMux()
	respond := func(path string, f func(w http.ResponseWriter, r *http.Request)) { mux.HandleFunc(path, f) }
	redirect := func(path, to string) {
		respond(path, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", strings.Replace(to, "{host}", r.Host, 1))
			w.WriteHeader(302)
		})
	}
	status := func(path string, code int) {
		respond(path, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) })
	}
	respond("/card", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/turtle;charset=utf-8")
		w.Header().Set("Set-Cookie", "a=b")
		fmt.Fprintf(w, "%s %s %s %q %q", r.Method, r.Header.Get("Accept"), r.UserAgent(), r.Header.Get("Cookie"), r.Header.Get("Authorization"))
	})
	respond("/zip", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(zipped([]byte("small")))
	})
	respond("/bomb", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(bomb)
	})
	respond("/garbled", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		fmt.Fprint(w, "this is not gzip at all")
	})
	respond("/br", func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Encoding", "br") })
	respond("/big", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, MaxBody+1)) })
	respond("/full", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, MaxBody)) })
	respond("/headers", func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("X", strings.Repeat("x", maxHeader)) })
	respond("/slow", func(w http.ResponseWriter, r *http.Request) {
		for {
			fmt.Fprint(w, "x")
			w.(http.Flusher).Flush()
			select {
			case <-release:
				return
			case <-r.Context().Done():
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	})
	respond("/silent", func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
	})
	respond("/short", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		fmt.Fprint(w, "x")
	})
	redirect("/once", "/card")
	redirect("/thrice", "/twice")
	redirect("/twice", "/once")
	redirect("/four", "/thrice")
	redirect("/loop", "/loop")
	redirect("/trap", "https://"+addr+"/")
	redirect("/trap-http", "http://"+addr+"/")
	redirect("/private", "https://10.0.0.1/")
	redirect("/file", "file:///etc/passwd")
	redirect("/user", "https://me@{host}/card")
	redirect("/base", "/pods/maria")
	status("/nowhere", 302)
	status("/gone", 410)
	status("/empty", 204)
	status("/broken", 500)
	status("/busy", 429)
	respond("/pods/", func(http.ResponseWriter, *http.Request) {
		t.Error("asked over the network for what stands under the base")
	})
	s := httptest.NewTLSServer(mux)
	defer s.Close()
	defer close(release)
	c := trusting(s, Config{AllowNet: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}, Base: linkeddata.MustIRI(s.URL + "/pods/")})
	for path, want := range map[string]error{
		"/card": nil, "/zip": nil, "/once": nil, "/thrice": nil, "/full": nil,
		"/four": ErrAnswer, "/loop": ErrAnswer, "/nowhere": ErrAnswer, "/gone": ErrAnswer, "/empty": ErrAnswer, "/missing": ErrAnswer,
		"/bomb": ErrTooLarge, "/big": ErrTooLarge, "/garbled": ErrAnswer, "/br": ErrAnswer, "/short": ErrAnswer,
		"/headers": ErrUnreachable, "/slow": ErrUnreachable, "/silent": ErrUnreachable, "/broken": ErrUnreachable, "/busy": ErrUnreachable,
		"/trap": ErrRefused, "/trap-http": ErrRefused, "/private": ErrRefused, "/file": ErrRefused, "/user": ErrRefused, "/base": ErrRefused,
		"/pods/maria": ErrAnswer,
	} {
		c.conf.Patience = time.Minute
		if path == "/slow" || path == "/silent" { // the rest may take what a busy machine takes
			c.conf.Patience = 300 * time.Millisecond
		}
		start := time.Now()
		_, err := get(c, s.URL+path)
		if !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", path, err, want)
		}
		if err != nil && (strings.Contains(err.Error(), "127.0.0.1") || strings.Contains(err.Error(), path)) {
			t.Errorf("%s: the error tells where: %v", path, err)
		}
		if took := time.Since(start); took > 30*time.Second {
			t.Errorf("%s took %v", path, took)
		}
	}
	doc, err := get(c, s.URL+"/thrice#me")
	if want := `GET text/turtle skrin "" ""`; err != nil || string(doc.Body) != want || doc.IRI.String() != s.URL+"/card" || doc.MediaType != "text/turtle;charset=utf-8" {
		t.Errorf("got %q of %s (%s), %v", doc.Body, doc.IRI, doc.MediaType, err)
	}
	if doc, err := get(c, s.URL+"/zip"); err != nil || string(doc.Body) != "small" {
		t.Errorf("/zip: %q, %v", doc.Body, err)
	}
	if _, err := c.Get(context.Background(), linkeddata.MustIRI(s.URL+"/card"), "", 3); !errors.Is(err, ErrTooLarge) {
		t.Errorf("limit of the caller: %v", err)
	}
	if n := visits.Load(); n != 0 {
		t.Errorf("the trap saw %d connections", n)
	}
}

func TestPatience(t *testing.T) {
	if got := New(Config{}).conf.Patience; got != 5*time.Second {
		t.Errorf("a fetch may take %v", got)
	}
}

func TestInsecureLoopback(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "here") }))
	defer s.Close()
	_, port, _ := net.SplitHostPort(s.Listener.Addr().String())
	c := New(Config{InsecureLoopback: true, AllowNet: loopback})
	for url, want := range map[string]error{
		s.URL:                           nil,
		"http://localhost:" + port:      nil,
		"http://10.0.0.1:" + port:       ErrRefused, // http is for loopback only
		"http://example.com:" + port:    ErrRefused,
		"https://10.0.0.1:" + port:      ErrRefused,
		"http://u@127.0.0.1:" + port:    ErrRefused,
		"https://127.0.0.1:" + port:     ErrUnreachable, // it does not speak TLS
		"http://127.0.0.1:1/nobody":     ErrUnreachable,
		"http://localhost.evil.example": ErrRefused,
	} {
		if _, err := get(c, url); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", url, err, want)
		}
	}
	if _, err := get(New(Config{AllowNet: loopback}), s.URL); !errors.Is(err, ErrRefused) {
		t.Errorf("http without InsecureLoopback: %v", err)
	}
	unknown := httptest.NewUnstartedServer(http.NotFoundHandler())
	unknown.Config.ErrorLog = log.New(io.Discard, "", 0)
	unknown.StartTLS()
	defer unknown.Close()
	if _, err := get(c, unknown.URL); !errors.Is(err, ErrUnreachable) {
		t.Errorf("certificate of nobody: %v", err)
	}
}

// A client knows its own requests again, whatever others add on the way, and no other's.
func TestSent(t *testing.T) {
	var came http.Header
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { came = r.Header }))
	defer s.Close()
	mine, other := New(Config{InsecureLoopback: true}), New(Config{InsecureLoopback: true})
	if _, err := get(mine, s.URL); err != nil {
		t.Fatal(err)
	}
	if !mine.Sent(came) || other.Sent(came) || mine.Sent(http.Header{}) {
		t.Error(came)
	}
	came.Set("CDN-Loop", "somebody; loops=1, "+came.Get("CDN-Loop"))
	came["Cdn-Loop"] = append([]string{"others"}, came["Cdn-Loop"]...)
	if !mine.Sent(came) {
		t.Error(came)
	}
}

func TestLocal(t *testing.T) {
	broken := errors.New("pod is fenced")
	var asked []string
	c := New(Config{
		Base: linkeddata.MustIRI("https://pods.example/"),
		Local: func(_ context.Context, iri linkeddata.IRI) (Document, bool, error) {
			asked = append(asked, iri.String())
			switch iri.String() {
			case "https://pods.example/maria/profile/card", "https://maria.pods.example/profile/card":
				return Document{Body: []byte("card"), MediaType: "text/turtle"}, true, nil
			case "https://pods.example/fenced/profile/card":
				return Document{}, false, broken
			}
			return Document{}, false, nil
		},
	})
	for url, want := range map[string]error{
		"https://pods.example/maria/profile/card#me":     nil,
		"HTTPS://PODS.example:443/maria/profile/card#me": nil,
		"https://maria.pods.example/profile/card#me":     nil,
		"https://pods.example/fenced/profile/card":       broken,
		"https://pods.example/nobody/profile/card":       ErrAnswer,
	} {
		doc, err := get(c, url)
		if !errors.Is(err, want) || want == nil && (string(doc.Body) != "card" || doc.IRI.IsZero()) {
			t.Errorf("%s: %q, %v, want %v", url, doc.Body, err, want)
		}
	}
	for _, iri := range asked {
		if strings.ContainsAny(iri, "#HT") {
			t.Errorf("asked locally for %s", iri)
		}
	}
}

func TestCallerLeaves(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
	}))
	defer s.Close()
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(50*time.Millisecond, cancel)
	_, err := New(Config{InsecureLoopback: true}).Get(ctx, linkeddata.MustIRI(s.URL), "", 0)
	if !errors.Is(err, context.Canceled) || !errors.Is(err, ErrUnreachable) {
		t.Errorf("%v", err)
	}
}
