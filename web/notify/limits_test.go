package notify_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gobwas/ws"

	"skrin/acl"
	"skrin/internal/podtest"
	"skrin/notify"
	"skrin/pod"
	"skrin/web"
)

func limited(l notify.Limits) func(*web.Config) { return func(c *web.Config) { c.Channels = l } }

// channels asks the metrics how many there are.
func channels(w *podtest.World) int {
	rec := httptest.NewRecorder()
	w.Server.Metrics().ServeHTTP(rec, httptest.NewRequest("GET", "/metrics", nil))
	n := -1
	for line := range strings.Lines(rec.Body.String()) {
		fmt.Sscanf(line, "skrin_channels %d", &n)
	}
	return n
}

// eventually waits for what a busy machine may take a while to do.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(2 * patience); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("in vain was waited for: " + what)
		}
	}
}

// Whoever signs in under many names gets no more channels for what everybody who
// signs in may read.
func TestManyNamesAreOneCrowd(t *testing.T) {
	w := podtest.New(t, limited(notify.Limits{Total: 40, Pod: 20, Public: 3, Agent: 4}))
	maria := w.Citizen("maria")
	maria.Put("/maria/open/a", "text/plain", "a").Want(201)
	maria.Put("/maria/open/.acl", "text/turtle", `@prefix acl: <http://www.w3.org/ns/auth/acl#>.
<#p> a acl:Authorization; acl:agentClass acl:AuthenticatedAgent; acl:accessTo <./>; acl:default <./>; acl:mode acl:Read.`).Want(201)
	maria.Put("/maria/friends", "text/turtle", `<#them> <http://www.w3.org/2006/vcard/ns#hasMember> <`+w.As("dr-ana").WebID.String()+`>.`).Want(201)
	maria.Put("/maria/among/.keep", "text/plain", "").Want(201)
	maria.Put("/maria/among/.acl", "text/turtle", `@prefix acl: <http://www.w3.org/ns/auth/acl#>.
<#p> a acl:Authorization; acl:agentGroup </maria/friends#them>; acl:accessTo <./>; acl:default <./>; acl:mode acl:Read.`).Want(201)
	for i := range 4 {
		w.As("dr-ana").Post(sockets, "application/ld+json", wish(w, sockets, "/maria/among/")).Want(200) // by name: she is no crowd
		a := w.As(fmt.Sprintf("eve-%d", i)).Post(sockets, "application/ld+json", wish(w, sockets, "/maria/open/"))
		a.Want(map[bool]int{true: 200, false: 429}[i < 3])
	}
	maria.Post(sockets, "application/ld+json", wish(w, sockets, "/maria/open/")).Want(200)
}

// Nobody takes all channels: of a person, of a pod, of what everybody may read.
func TestLimits(t *testing.T) {
	w := podtest.New(t, limited(notify.Limits{Total: 40, Pod: 6, Public: 2, Agent: 4}))
	maria, ana, eva := w.Citizen("maria"), w.As("dr-ana"), w.As("eva")
	maria.Put("/maria/open/a", "text/plain", "a").Want(201)
	maria.Put("/maria/open/.acl", "text/turtle", `@prefix acl: <http://www.w3.org/ns/auth/acl#>.
<#p> a acl:Authorization; acl:agentClass <http://xmlns.com/foaf/0.1/Agent>; acl:accessTo <./>; acl:default <./>; acl:mode acl:Read.`).Want(201)
	w.Grant("maria", "/health/", ana, acl.Read, time.Hour)
	w.Grant("maria", "/health/", eva, acl.Read, time.Hour)
	ask := func(who *podtest.Person, topic string) *podtest.Answer {
		return who.Post(sockets, "application/ld+json", wish(w, sockets, topic))
	}
	for range 2 {
		ask(w.Public(), "/maria/open/").Want(200)
	}
	ask(w.Public(), "/maria/open/").Want(429).Has("Retry-After", "5")
	ask(ana, "/maria/open/a").Want(429) // everybody may: it is counted there, whoever it is
	for range 4 {
		ask(ana, "/maria/health/").Want(200)
	}
	before := len(strings.Split(maria.Get("/maria/.journal/").Body, `"listen"`))
	ask(ana, "/maria/health/").Want(429) // of one person
	if after := len(strings.Split(maria.Get("/maria/.journal/").Body, `"listen"`)); after != before {
		t.Error("a subscription for which there is no room is in the journal")
	}
	ask(eva, "/maria/health/").Want(429) // of the pod
	for range 4 {
		ask(maria, "/maria/health/").Want(200) // the owner is not counted there
	}
	ask(maria, "/maria/health/").Want(429)
}

// A channel that nobody connects to is gone after a while, and so is one that was left.
func TestPatience(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, service string) {
		w := podtest.New(t, limited(notify.Limits{Patience: 5 * time.Second}))
		maria := w.Citizen("maria")
		never := subscribe(t, w, maria, service, "/maria/a")
		left := connect(t, subscribe(t, w, maria, service, "/maria/a"))
		stays := connect(t, subscribe(t, w, maria, service, "/maria/a"))
		maria.Put("/maria/a", "text/plain", "0").Want(201)
		wants(t, left, "Create /maria/a")
		left.leave()
		eventually(t, "the end of what nobody listens to", func() bool { return channels(w) == 1 })
		if _, err := dial(never); err == nil {
			t.Error("it can still be opened")
		}
		maria.Put("/maria/a", "text/plain", "1").Want(204)
		wants(t, stays, "Create /maria/a", "Update /maria/a")
	})
}

// Signs of life go on where nothing happens, and a right that a clock has ended is
// noticed with them.
func TestSignsOfLife(t *testing.T) {
	w := podtest.New(t, limited(notify.Limits{Beat: 100 * time.Millisecond}))
	maria, ana := w.Citizen("maria"), w.As("dr-ana")
	w.Grant("maria", "/health/", ana, acl.Read, time.Hour)
	s := connect(t, subscribe(t, w, maria, sockets, "/maria/health/")).(*socketSubscriber)
	for range 3 {
		s.conn.SetReadDeadline(time.Now().Add(patience))
		if f, err := readFrame(s.in); err != nil || f.Header.OpCode != ws.OpPing {
			t.Fatalf("%v %v", f.Header, err)
		}
	}
	stream := connect(t, subscribe(t, w, maria, streams, "/maria/health/")).(*streamSubscriber)
	for range 3 {
		if line, err := stream.in.ReadString('\n'); line != "\n" || err != nil {
			t.Fatalf("%q %v", line, err)
		}
	}
	granted := []subscriber{connect(t, subscribe(t, w, ana, sockets, "/maria/health/")), connect(t, subscribe(t, w, ana, streams, "/maria/health/"))}
	w.Advance(2 * time.Hour)
	for _, g := range granted {
		ended(t, g)
	}
}

// Shutting down says goodbye, and takes no longer for it.
func TestShutdown(t *testing.T) {
	w := podtest.New(t)
	maria := w.Citizen("maria")
	socket := connect(t, subscribe(t, w, maria, sockets, "/maria/a")).(*socketSubscriber)
	stream := connect(t, subscribe(t, w, maria, streams, "/maria/a"))
	subscribe(t, w, maria, streams, "/maria/a") // nobody connects
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	done := make(chan error, 1)
	began := time.Now()
	go func() { done <- w.Server.Shutdown(ctx) }()
	ended(t, socket)
	ended(t, stream)
	if err := <-done; err != nil || time.Since(began) > patience || channels(w) != 0 {
		t.Errorf("%v after %v, %d channels", err, time.Since(began), channels(w))
	}
	if socket.code != ws.StatusGoingAway {
		t.Errorf("the code is %d", socket.code)
	}
}

// Whatever a client says about the connection, and however it leaves, a stream is
// one until then.
func TestStreamsOfOddClients(t *testing.T) {
	t.Parallel()
	w := podtest.New(t, limited(notify.Limits{Patience: 5 * time.Second, Beat: 50 * time.Millisecond}))
	maria := w.Citizen("maria")
	u, _ := url.Parse(w.Base)
	for name, c := range map[string]struct{ version, more, want string }{
		"closes":       {"1.1", "Connection: close\r\n", "HTTP/1.1 200 OK\r\n"},
		"keeps":        {"1.1", "Connection: keep-alive\r\n", "HTTP/1.1 200 OK\r\n"},
		"speaks early": {"1.1", "\r\nGET / HTTP/1.1\r\nHost: h\r\n", "HTTP/1.1 200 OK\r\n"},
		"is old":       {"1.0", "", "HTTP/1.1 505"},
	} {
		ch := subscribe(t, w, maria, streams, "/maria/a")
		conn, err := net.Dial("tcp", u.Host)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(conn, "GET %s HTTP/%s\r\nHost: h\r\nOrigin: https://app.example\r\n%s\r\n", path(ch.ReceiveFrom), c.version, c.more)
		conn.SetReadDeadline(time.Now().Add(patience))
		got := make([]byte, 1200)
		n, err := io.ReadAtLeast(conn, got, 200)
		if text := string(got[:n]); err != nil || !strings.HasPrefix(text, c.want) ||
			c.version == "1.1" && (!strings.Contains(text, "Access-Control-Allow-Origin: https://app.example\r\n") || !strings.Contains(text, "Transfer-Encoding: chunked\r\n") || strings.Contains(text, "\r\nContent-Length:")) {
			t.Errorf("%s: %v %s", name, err, text)
		}
		conn.Close()
	}
	eventually(t, "all to be forgotten", func() bool { return channels(w) == 0 })
}

// Many come and go, in every way, and nothing of them is left.
func TestManyLeaveNothing(t *testing.T) {
	many := 600
	if testing.Short() {
		many = 60
	}
	w := podtest.New(t, limited(notify.Limits{Total: 2 * many, Pod: 2 * many, Agent: 2 * many, Patience: 5 * time.Second}))
	maria, ana := w.Citizen("maria"), w.As("dr-ana")
	maria.Put("/maria/health/labs/x", "text/plain", "0").Want(201)
	http.DefaultClient.CloseIdleConnections()
	goroutines := runtime.NumGoroutine()
	for round := range 2 {
		g := w.Grant("maria", "/health/labs/", ana, acl.Read, time.Hour)
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		all := make([]subscriber, many)
		var wait sync.WaitGroup
		places := make(chan struct{}, 32)
		for i := range all {
			wait.Go(func() {
				places <- struct{}{}
				defer func() { <-places }()
				service := []string{sockets, streams}[i%2]
				all[i] = connect(t, subscribe(t, w, ana, service, "/maria/health/labs/x"))
			})
		}
		wait.Wait()
		runtime.GC()
		runtime.ReadMemStats(&after)
		t.Logf("%d KiB a channel, with its subscriber's end; %d goroutines", (after.HeapInuse+after.StackInuse-before.HeapInuse-before.StackInuse)>>10/uint64(many), (runtime.NumGoroutine()-goroutines)/many)
		if n := channels(w); n != many {
			t.Fatalf("%d channels", n)
		}
		began := time.Now()
		maria.Put("/maria/health/labs/x", "text/plain", fmt.Sprint(round)).Want(204)
		t.Logf("a write with %d listeners took %v", many, time.Since(began))
		for _, s := range all {
			wants(t, s, "Update /maria/health/labs/x")
		}
		for i, s := range all[:many/2] {
			if i%2 == 0 {
				s.leave()
			}
		}
		began = time.Now()
		maria.Delete("/maria/.access/grants/" + g.ID.String()).Want(204)
		t.Logf("a revocation with %d listeners took %v", many, time.Since(began))
		for i, s := range all {
			if i >= many/2 {
				ended(t, s)
			}
			s.leave()
		}
		eventually(t, "the end of all channels", func() bool { return channels(w) == 0 })
	}
	http.DefaultClient.CloseIdleConnections()
	eventually(t, "the end of all goroutines", func() bool { return runtime.NumGoroutine() < goroutines+30 })
}

// The log and the metrics name nobody and nothing, tokens least of all.
func TestLogIsSilent(t *testing.T) {
	w := podtest.New(t)
	maria := w.Citizen("maria")
	for _, service := range []string{sockets, streams} {
		c := subscribe(t, w, maria, service, "/maria/canary-path")
		s := connect(t, c)
		maria.Put("/maria/canary-path", "text/plain", c.ReceiveFrom).Want(map[bool]int{true: 201, false: 204}[service == sockets])
		next(t, s)
		maria.Delete(path(c.ID)).Want(204)
		ended(t, s)
		log := w.Log.String()
		for _, private := range []string{"canary", "maria", c.ID[len(c.ID)-10:], c.ReceiveFrom[len(c.ReceiveFrom)-10:]} {
			if strings.Contains(log, private) {
				t.Errorf("the log holds %s", private)
			}
		}
	}
	journal := maria.Get("/maria/.journal/").Body
	if strings.Contains(journal, "listen") {
		t.Error("the owner's listening is in the journal")
	}
}

// Where each pod has a host of its own, so have its channels.
func TestSubdomains(t *testing.T) {
	w := podtest.NewSubdomains(t)
	maria := w.Citizen("maria")
	info, err := w.Vault.Lookup("maria")
	if err != nil {
		t.Fatal(err)
	}
	topic := info.Root.String() + "a"
	for service, scheme := range map[string]string{sockets: "ws", streams: "http"} {
		kind := strings.TrimSuffix(strings.TrimPrefix(service, "/maria/.notifications/"), "/")
		a := maria.Post("/maria/.notifications/"+kind+"/", "application/ld+json",
			`{"@context":"`+notify.Context+`","type":"`+kind+`","topic":"`+topic+`"}`).Want(200)
		if want := scheme + strings.TrimPrefix(info.Root.String(), "http") + ".notifications/" + kind + "/"; !strings.Contains(a.Body, `"receiveFrom":"`+want) {
			t.Errorf("no %s in %s", want, a.Body)
		}
	}
}

// A subscriber who takes nothing at all, so that the server is stuck in the middle
// of a message, is cut off when the right ends.
func TestBlockedSubscriber(t *testing.T) {
	each(t, func(t *testing.T, service string) {
		w := podtest.New(t)
		maria, ana := w.Citizen("maria"), w.As("dr-ana")
		box := "/maria/health/labs/"
		for len(box) < 1700 {
			box += strings.Repeat("n", 200) + "/"
		}
		maria.Put(box, "text/turtle", "").Want(201)
		g := w.Grant("maria", "/health/labs/", ana, acl.Read, time.Hour)
		c := subscribe(t, w, ana, service, box)
		conn := open(t, c)
		session, in := w.Owner("maria"), pod.MustPath(strings.TrimPrefix(box, "/maria"))
		for range 30 {
			drafts := make([]pod.Draft, 60)
			for i := range drafts {
				drafts[i] = pod.Draft{Name: strings.Repeat("m", 180), MediaType: "text/plain", Body: strings.NewReader("x")}
			}
			if _, err := session.Append(t.Context(), in, drafts...); err != nil {
				t.Fatal(err)
			}
			time.Sleep(20 * time.Millisecond) // for the messages to be sent
		}
		maria.Delete("/maria/.access/grants/" + g.ID.String()).Want(204)
		began := time.Now()
		eventually(t, "the end of the channel", func() bool { return channels(w) == 0 })
		if late := time.Since(began); late > patience {
			t.Errorf("it ended after %v", late)
		}
		conn.Close()
	})
}

// open opens a channel by hand, and takes nothing from it.
func open(t *testing.T, c channel) net.Conn {
	t.Helper()
	u, err := url.Parse(c.ReceiveFrom)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	conn.(*net.TCPConn).SetReadBuffer(4 << 10)
	fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n", u.Path)
	return conn
}

// After a restart the channels are gone, and with state a subscriber learns what
// happened meanwhile.
func TestRestart(t *testing.T) {
	each(t, func(t *testing.T, service string) {
		w := podtest.New(t)
		maria := w.Citizen("maria")
		maria.Put("/maria/a", "text/plain", "0").Want(201)
		tag := maria.Do("HEAD", "/maria/a", "").Header.Get("ETag")
		old := subscribe(t, w, maria, service, "/maria/a")
		s := connect(t, old)
		heard := make(chan bool)
		go func() {
			defer close(heard)
			ended(t, s)
		}()
		w.Restart()
		<-heard
		if _, err := dial(old); err == nil {
			t.Error("the old channel can be opened")
		}
		maria.Get(path(old.ID)).Want(404)
		maria.Put("/maria/a", "text/plain", "1").Want(204)
		s = connect(t, subscribe(t, w, maria, service, "/maria/a", fmt.Sprintf(`"state":%q`, tag)))
		if m := wants(t, s, "Update /maria/a"); m.State == tag {
			t.Error("it tells the old state")
		}
		s.leave()
	})
}

// A right may rest without anybody having changed anything, as all grants do while
// the clock is in doubt. It is asked for before each message, and with each sign
// of life.
func TestPermissionIsAskedAgain(t *testing.T) {
	for name, c := range map[string]struct {
		beat  time.Duration
		write bool
	}{"before a message": {time.Hour, true}, "with a sign of life": {100 * time.Millisecond, false}} {
		t.Run(name, func(t *testing.T) {
			w := podtest.New(t, limited(notify.Limits{Life: 1000 * time.Hour, Beat: c.beat}))
			w.Citizen("maria")
			ana := w.As("dr-ana")
			w.Grant("maria", "/health/", ana, acl.Read, 2000*time.Hour)
			s := connect(t, subscribe(t, w, ana, sockets, "/maria/health/x")).(*socketSubscriber)
			w.Advance(100 * time.Hour)
			if c.write {
				if _, err := w.Owner("maria").Put(t.Context(), pod.MustPath("/health/x"), pod.Draft{MediaType: "text/plain", Body: strings.NewReader("x")}, pod.Precondition{}); err != nil {
					t.Fatal(err)
				}
			}
			ended(t, s)
			if s.code != 4403 {
				t.Errorf("it ended with %d", s.code)
			}
		})
	}
}
