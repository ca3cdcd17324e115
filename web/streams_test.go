package web_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"skrin/acl"
	"skrin/internal/podtest"
	"skrin/linkeddata"
	"skrin/pod"
	"skrin/web"
)

// zeros is a large body that takes no memory.
func zeros(n int64) io.Reader { return io.LimitReader(zeroReader{}, n) }

type zeroReader struct{}

func (zeroReader) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// slowly opens a GET and reads its header and a little of its body.
func slowly(t *testing.T, w *podtest.World, who *podtest.Person, path string) (net.Conn, *bufio.Reader) {
	t.Helper()
	u, _ := url.Parse(w.Base)
	dialer := net.Dialer{}
	c, err := dialer.Dial("tcp", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	c.(*net.TCPConn).SetReadBuffer(4 << 10)
	req, _ := http.NewRequest("GET", strings.TrimSuffix(w.Base, "/")+path, nil)
	if err := who.Signer.Sign(req); err != nil {
		t.Fatal(err)
	}
	if err := req.Write(c); err != nil {
		t.Fatal(err)
	}
	r := bufio.NewReader(c)
	res, err := http.ReadResponse(r, req)
	if err != nil || res.StatusCode != 200 {
		t.Fatalf("%v %v", res, err)
	}
	if _, err := io.CopyN(io.Discard, r, 1000); err != nil {
		t.Fatal(err)
	}
	return c, r
}

// A download ends within a second of the end of the right to it, also when the
// client reads slowly.
func TestDownloadsEndWithTheRight(t *testing.T) {
	w := podtest.New(t)
	maria, ana := w.Citizen("maria"), w.As("dr-ana")
	const size = 64 << 20
	res := maria.Open("PUT", "/maria/health/documents/scan", zeros(size), "Content-Type", "application/dicom")
	res.Body.Close()
	if res.StatusCode != 201 {
		t.Fatal(res.Status)
	}
	life := time.Hour
	for _, way := range []struct {
		name string
		end  func(acl.Grant)
	}{
		{"revoked", func(g acl.Grant) { maria.Delete("/maria/.access/grants/" + g.ID.String()).Want(204) }},
		{"expired", func(g acl.Grant) { time.Sleep(time.Until(g.Until)) }},
	} {
		asked := time.Now()
		g := w.Grant("maria", "/health/documents/", ana, acl.Read, life)
		c, r := slowly(t, w, ana, "/maria/health/documents/scan")
		life = max(2*time.Second, 20*time.Since(asked)) // the next right lasts until its reading has surely begun
		time.Sleep(100 * time.Millisecond)
		way.end(g)
		time.Sleep(500 * time.Millisecond) // reading nothing meanwhile
		c.SetReadDeadline(time.Now().Add(patience))
		n, err := io.Copy(io.Discard, r)
		if err == nil || errors.Is(err, os.ErrDeadlineExceeded) || n > size/2 {
			t.Errorf("%s: %d more bytes, %v", way.name, n, err)
		}
	}
	// The owner's own download goes on, whole.
	res = maria.Open("GET", "/maria/health/documents/scan", nil)
	n, err := io.Copy(io.Discard, res.Body)
	if res.Body.Close(); n != size || err != nil {
		t.Errorf("the owner got %d bytes, %v", n, err)
	}
}

// patience is how long after its right an answer may end on a busy machine: the
// promise is a second.
const patience = time.Minute

// So does a long listing, and it is not taken for a whole one.
func TestListingsEndWithTheRight(t *testing.T) {
	w := podtest.New(t)
	maria, ana := w.Citizen("maria"), w.As("dr-ana")
	box := "/health/other/" + strings.Repeat(strings.Repeat("n", 200)+"/", 8) // stands in each line of the list, several megabytes of them
	maria.Put("/maria"+box, "text/turtle", "").Want(201)
	for range 15 {
		drafts := make([]pod.Draft, 100)
		for i := range drafts {
			drafts[i] = pod.Draft{MediaType: "text/plain", Body: strings.NewReader("x")}
		}
		if _, err := w.Owner("maria").Append(t.Context(), pod.MustPath(box), drafts...); err != nil {
			t.Fatal(err)
		}
	}
	g := w.Grant("maria", "/health/other/", ana, acl.Read, time.Hour)
	c, r := slowly(t, w, ana, "/maria"+box)
	maria.Delete("/maria/.access/grants/" + g.ID.String()).Want(204)
	time.Sleep(700 * time.Millisecond)
	c.SetReadDeadline(time.Now().Add(patience))
	text, err := io.ReadAll(r)
	if err == nil || errors.Is(err, os.ErrDeadlineExceeded) || strings.HasSuffix(string(text), "0\r\n\r\n") {
		t.Errorf("%d more bytes, %v", len(text), err)
	}
}

// Large bodies flow both ways without being held in memory.
func TestLargeBodiesFlow(t *testing.T) {
	w := podtest.New(t)
	maria := w.Citizen("maria")
	const size = 128 << 20
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	res := maria.Open("PUT", "/maria/large", zeros(size), "Content-Type", "video/mp4")
	res.Body.Close()
	if res.StatusCode != 201 {
		t.Fatal(res.Status)
	}
	res = maria.Open("GET", "/maria/large", nil)
	n, err := io.Copy(io.Discard, res.Body)
	res.Body.Close()
	runtime.ReadMemStats(&after)
	if n != size || err != nil || res.ContentLength != size {
		t.Errorf("%d bytes came back of %d, %v", n, res.ContentLength, err)
	}
	if grown := int64(after.HeapSys) - int64(before.HeapSys); grown > 48<<20 {
		t.Errorf("the heap grew by %d MiB", grown>>20)
	}
}

// A body that does not come whole changes nothing.
func TestBrokenUploads(t *testing.T) {
	w := podtest.New(t)
	maria := w.Citizen("maria")
	token, _ := maria.Signer.Token()
	for _, c := range []struct{ name, head, body string }{
		{"cut", "Content-Length: 100000", strings.Repeat("x", 50_000)},
		{"bad chunk", "Transfer-Encoding: chunked", chunk("hello") + "zz\r\n"},
		{"no end", "Transfer-Encoding: chunked", chunk("hello") + "5\r\nhel"},
	} {
		proof, _ := maria.Signer.Proof("PUT", w.Base+"maria/broken", token)
		u, _ := url.Parse(w.Base)
		conn, err := net.Dial("tcp", u.Host)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(conn, "PUT /maria/broken HTTP/1.1\r\nHost: h\r\nAuthorization: DPoP %s\r\nDPoP: %s\r\nContent-Type: text/plain\r\n%s\r\n\r\n%s", token, proof, c.head, c.body)
		conn.(*net.TCPConn).CloseWrite()
		answer, _ := io.ReadAll(conn)
		conn.Close()
		if s := statuses(string(answer)); s != "400" && s != "" {
			t.Errorf("%s: %s", c.name, answer)
		}
		maria.Get("/maria/broken").Want(404)
	}
}

// Whoever is being answered at shutdown is answered to the end; who is too slow is cut.
func TestShutdown(t *testing.T) {
	w := podtest.New(t)
	maria := w.Citizen("maria")
	res := maria.Open("PUT", "/maria/large", zeros(64<<20), "Content-Type", "video/mp4")
	res.Body.Close()
	c, _ := slowly(t, w, maria, "/maria/large")
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	begun := time.Now()
	if err := w.Server.Shutdown(ctx); err == nil {
		t.Error("the slow one was waited for to its end")
	}
	if took := time.Since(begun); took > patience {
		t.Errorf("it took %v", took)
	}
	c.SetReadDeadline(time.Now().Add(patience))
	if n, _ := io.Copy(io.Discard, c); n > 32<<20 {
		t.Errorf("%d bytes after the end", n)
	}
}

// Browsers open connections that they may need. Nobody waits for those at shutdown.
func TestShutdownWaitsForNoSilence(t *testing.T) {
	w := podtest.New(t)
	for range 3 {
		c, err := net.Dial("tcp", w.Address)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
	}
	w.Public().Get("/healthz").Want(200) // they have been taken up before it
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := w.Server.Shutdown(ctx); err != nil {
		t.Errorf("silent connections were waited for: %v", err)
	}
}

// Who is told to stop before having begun does not begin.
func TestShutdownBeforeServe(t *testing.T) {
	var conf web.Config
	podtest.New(t, func(c *web.Config) { conf = *c })
	s := web.New(conf)
	if err := s.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ln) }()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(patience):
		ln.Close()
		t.Error("it serves after it was told to stop")
	}
}

func TestHealthAndMetrics(t *testing.T) {
	w := podtest.New(t)
	maria, ana := w.Citizen("maria"), w.As("dr-ana")
	w.Public().Get("/healthz").Want(200).Says(`"ok"`)
	w.Public().Do("POST", "/healthz", "").Want(405).Has("Allow", "GET, HEAD")
	maria.Get("/maria/health/").Want(200)
	ana.Get("/maria/health/").Want(403)
	rec := httptest.NewRecorder()
	w.Server.Metrics().ServeHTTP(rec, httptest.NewRequest("GET", "/metrics", nil))
	text := rec.Body.String()
	for _, want := range []string{
		`skrin_requests_total{method="GET",status="200"} 2`, `skrin_requests_total{method="GET",status="403"} 1`,
		`skrin_refusals_total{kind="decision"} 1`, `skrin_pods{state="all"} 1`, "skrin_request_seconds_bucket", "go_goroutines",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in the metrics", want)
		}
	}
	for _, private := range []string{"maria", "dr-ana"} {
		if strings.Contains(text, private) {
			t.Errorf("the metrics name %s", private)
		}
	}
}

// The log names nobody and nothing, whatever happens.
func TestLogIsSilentAboutPeople(t *testing.T) {
	w := podtest.New(t)
	maria, ana := w.Citizen("maria"), w.As("dr-ana")
	maria.Put("/maria/canary-path/canary-name", "text/turtle", `<#a> <#b> "canary-value".`).Want(201)
	ana.Get("/maria/canary-path/canary-name").Want(403)
	maria.Put("/maria/canary-path/bad", "text/turtle", "canary-value {").Want(400)
	maria.Get("/maria/canary-path/%00").Want(400)
	w.Public().Get("/maria/x", "Authorization", "DPoP canary-token", "DPoP", "canary-proof").Want(401)
	maria.Post("/maria/health/vitals/", "application/fhir+json", `{"resourceType":"canary-value"}`).Want(422)
	w.Vault.Close()
	if a := maria.Get("/maria/canary-path/canary-name"); a.Status < 500 {
		t.Errorf("with a closed vault: %d", a.Status)
	}
	log := w.Log.String()
	for _, private := range []string{"canary", "maria", "dr-ana", w.Issuer.IRI().String()} {
		if strings.Contains(log, private) {
			t.Errorf("the log names %s:\n%s", private, log)
		}
	}
	if !strings.Contains(log, `"status":50`) || !strings.Contains(log, `"method":"PUT"`) {
		t.Errorf("the log is too silent:\n%s", log)
	}
}

// A pod can host the WebID that signs in: the document is read in the house. Which
// issuer it names no request can change, also not one of the owner's own app; the owner does at
// the console, and an issuer that was taken out is believed no longer.
func TestPodHostedWebID(t *testing.T) {
	w := podtest.New(t)
	if _, err := w.Vault.Create(t.Context(), pod.NewPod{Name: "carmen", Issuers: []linkeddata.IRI{w.Issuer.IRI()}}); err != nil {
		t.Fatal(err)
	}
	webid := linkeddata.MustIRI(w.Base + "carmen/profile/card#me")
	w.Public().Get("/carmen/profile/card").Want(200).Says("oidcIssuer").Has("Cache-Control", "no-cache").Has("WAC-Allow", `public="read"`)
	carmen := w.Person("carmen", webid)
	carmen.Get("/carmen/health/").Want(200)
	solid := "@prefix solid: <http://www.w3.org/ns/solid/terms#>. "
	evil := solid + "<#me> solid:oidcIssuer <https://evil.example/>."
	for name, a := range map[string]*podtest.Answer{
		"another":       carmen.Put("/carmen/profile/card", "text/turtle", evil),
		"none":          carmen.Put("/carmen/profile/card", "text/turtle", "<#me> a <http://xmlns.com/foaf/0.1/Person>."),
		"a text":        carmen.Put("/carmen/profile/card", "text/plain", "Carmen"),
		"one more":      carmen.Patch("/carmen/profile/card", solid+"_:p a solid:InsertDeletePatch; solid:inserts { <#me> solid:oidcIssuer <https://evil.example/>. }."),
		"deleted":       carmen.Delete("/carmen/profile/card"),
		"all of it":     carmen.Delete("/carmen/profile/", "Depth", "infinity"),
		"not the owner": w.Public().Put("/carmen/profile/card", "text/turtle", evil).Want(401),
	} {
		if name != "not the owner" {
			a.Want(403).Says("Where your WebID may sign in is changed on your account page")
		}
		w.Public().Get("/carmen/profile/card").Want(200).Says(w.Issuer.IRI().String())
	}
	carmen.Patch("/carmen/profile/card", solid+`_:p a solid:InsertDeletePatch; solid:inserts { <#me> <http://xmlns.com/foaf/0.1/name> "Carmen". }.`).Want(204)
	carmen.Get("/carmen/health/").Want(200)
	if err := w.Owner("carmen").SetIssuers(t.Context(), []linkeddata.IRI{linkeddata.MustIRI("https://elsewhere.example/")}); err != nil {
		t.Fatal(err)
	}
	w.Public().Get("/carmen/profile/card").Want(200).Says("https://elsewhere.example/").Says("Carmen")
	carmen.Get("/carmen/health/").Want(401)
}

// Who gets the name of a pod that was deleted is somebody else: no token of the person
// before is good for them, also not one that was believed a moment ago.
func TestDeletedPodHostedWebID(t *testing.T) {
	w := podtest.New(t)
	settle := func(issuer linkeddata.IRI) {
		t.Helper()
		if _, err := w.Vault.Create(t.Context(), pod.NewPod{Name: "carmen", Issuers: []linkeddata.IRI{issuer}}); err != nil {
			t.Fatal(err)
		}
	}
	settle(w.Issuer.IRI())
	carmen := w.Person("carmen", linkeddata.MustIRI(w.Base+"carmen/profile/card#me"))
	carmen.Get("/carmen/health/").Want(200)
	if err := w.Vault.Delete(t.Context(), "carmen"); err != nil {
		t.Fatal(err)
	}
	settle(linkeddata.MustIRI("https://elsewhere.example/"))
	carmen.Get("/carmen/health/").Want(401)
	carmen.Put("/carmen/health/x", "text/plain", "mine").Want(401)
}
