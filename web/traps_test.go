package web_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"skrin/internal/podtest"
	"skrin/web"
)

// raw sends bytes as they are and gives everything that comes back until the
// server closes, or has been silent for a while.
func raw(t *testing.T, w *podtest.World, text string) string {
	t.Helper()
	u, _ := url.Parse(w.Base)
	c, err := net.Dial("tcp", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	go io.WriteString(c, text)
	var got bytes.Buffer
	buf := make([]byte, 32<<10)
	for {
		c.SetReadDeadline(time.Now().Add(400 * time.Millisecond))
		n, err := c.Read(buf)
		got.Write(buf[:n])
		if err != nil {
			return got.String()
		}
	}
}

var statusLine = regexp.MustCompile(`(?m)^HTTP/1\.1 (\d\d\d)`)

// statuses lists the statuses of the answers in a raw text.
func statuses(text string) string {
	var list []string
	for _, m := range statusLine.FindAllStringSubmatch(text, -1) {
		if m[1] != "100" {
			list = append(list, m[1])
		}
	}
	return strings.Join(list, " ")
}

const smuggled = "GET /healthz HTTP/1.1\r\nHost: victim\r\n\r\n"

func chunk(s string) string { return fmt.Sprintf("%x\r\n%s\r\n", len(s), s) }

// A body that was found garbled is not read on: what comes behind may look well
// written from somewhere in its middle.
func TestGarbledBodyIsTheLast(t *testing.T) {
	w := podtest.New(t)
	maria := w.Citizen("maria")
	maria.Do("PUT", "/maria/open/", "").Want(201)
	maria.Put("/maria/open/.acl", "text/turtle", `@prefix acl: <http://www.w3.org/ns/auth/acl#>.
<#p> a acl:Authorization; acl:agentClass <http://xmlns.com/foaf/0.1/Agent>; acl:default <./>; acl:accessTo <./>; acl:mode acl:Read, acl:Write.`).Want(201)
	for _, size := range []string{"-5", "0x5", "ffffffffffffffff5"} {
		for _, method := range []string{"PUT /maria/open/x", "POST /maria/open/", "PATCH /maria/open/x"} {
			got := raw(t, w, method+" HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nContent-Type: text/n3\r\n\r\n"+size+"\r\nhello\r\n0\r\n\r\n"+smuggled)
			if statuses(got) != "400" {
				t.Errorf("%s with a chunk of %q: %s", method, size, statuses(got))
			}
		}
	}
}

// An answer that is given before the body was read must be the only one: what is
// left of the body is never a request.
func TestSmuggling(t *testing.T) {
	w := podtest.New(t, func(c *web.Config) { c.MaxBody = 1 << 20 })
	w.Citizen("maria")
	const host = " HTTP/1.1\r\nHost: h\r\n"
	long := strings.Repeat("x", 100<<10)
	for _, c := range []struct{ name, text, want string }{
		{"refused, chunked", "PUT /maria/a" + host + "Transfer-Encoding: chunked\r\nContent-Type: text/plain\r\n\r\n" + chunk(smuggled) + "0\r\n\r\n", "401"},
		{"refused, chunked, more than is drained", "PUT /maria/a" + host + "Transfer-Encoding: chunked\r\nContent-Type: text/plain\r\n\r\n" + chunk(long) + chunk(smuggled) + "0\r\n\r\n" + smuggled, "401"},
		{"refused, chunked, then a second request", "PUT /maria/a" + host + "Transfer-Encoding: chunked\r\nContent-Type: text/plain\r\n\r\n" + chunk("x") + "0\r\n\r\n" + smuggled, "401 200"},
		{"unknown pod, chunked", "PUT /nobody/a" + host + "Transfer-Encoding: chunked\r\n\r\n" + chunk(smuggled) + "0\r\n\r\n", "404"},
		{"refused, with a length", "PUT /maria/a" + host + "Content-Type: text/plain\r\nContent-Length: " + fmt.Sprint(len(long)+len(smuggled)) + "\r\n\r\n" + long + smuggled, "401"},
		{"GET with a body", "GET /healthz" + host + "Content-Length: " + fmt.Sprint(len(smuggled)) + "\r\n\r\n" + smuggled, "200"},
		{"GET with a chunked body", "GET /maria/" + host + "Transfer-Encoding: chunked\r\n\r\n" + chunk(smuggled) + "0\r\n\r\n", "401"},
		{"bad chunk size", "PUT /maria/a" + host + "Transfer-Encoding: chunked\r\nContent-Type: text/plain\r\n\r\nzz\r\n" + smuggled, "401"},
		{"bad chunk size on another page", "POST /healthz" + host + "Transfer-Encoding: chunked\r\n\r\nzz\r\n" + smuggled, "405"},
		{"too long by its own word", "PUT /maria/a" + host + "Content-Type: text/plain\r\nContent-Length: 2000000\r\n\r\n" + long + smuggled, "401"},
		{"length and coding", "PUT /maria/a" + host + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled, "400"},
		{"two lengths", "PUT /maria/a" + host + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!" + smuggled, "400"},
		{"two codings", "PUT /maria/a" + host + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" + smuggled, "400"},
		{"identity coding", "PUT /maria/a" + host + "Transfer-Encoding: identity\r\nContent-Length: 1\r\n\r\nx" + smuggled, "400"},
		{"folded line", "GET /healthz" + host + "X-A: b\r\n c\r\n\r\n" + smuggled, "400"},
		{"a space before the colon", "GET /healthz" + host + "Content-Length : 5\r\n\r\nhello" + smuggled, "400"},
		{"bare line feeds", "GET /healthz HTTP/1.1\nHost: h\n\n" + smuggled, "400"},
		{"upgrade and body", "PUT /maria/a" + host + "Connection: upgrade\r\nUpgrade: h2c\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk(smuggled) + "0\r\n\r\n", "401"},
		{"multipart is not parsed behind our back", "POST /maria/a/" + host + "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 9\r\n\r\n--b\r\n\r\nxx", "401"},
		{"expect", "PUT /maria/a" + host + "Expect: 100-continue\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk(smuggled) + "0\r\n\r\n", "401"},
		{"unknown method with a body", "FROB /maria/a" + host + "Transfer-Encoding: chunked\r\n\r\n" + chunk(smuggled) + "0\r\n\r\n", "501"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := raw(t, w, c.text); statuses(got) != c.want {
				t.Errorf("answers %q, want %q:\n%s", statuses(got), c.want, got)
			}
		})
	}
}

// The path that the session is asked for has one reading, or there is none.
func TestTargets(t *testing.T) {
	w := podtest.New(t)
	maria := w.Citizen("maria")
	maria.Put("/maria/pub/x", "text/plain", "hello").Want(201)
	maria.Put("/maria/pub/.acl", "text/turtle", `@prefix acl: <http://www.w3.org/ns/auth/acl#>.
<#o> a acl:Authorization; acl:agent <`+maria.WebID.String()+`>; acl:accessTo <./>; acl:default <./>; acl:mode acl:Read, acl:Write, acl:Control.
<#p> a acl:Authorization; acl:agentClass <http://xmlns.com/foaf/0.1/Agent>; acl:accessTo <./>; acl:default <./>; acl:mode acl:Read.`).Want(201)
	host := strings.TrimSuffix(strings.TrimPrefix(w.Base, "http://"), "/")
	for _, c := range []struct{ target, want string }{
		{"/maria/pub/x", "200"},
		{"/maria/pub/%78", "200"}, // an unreserved character, escaped
		{"/maria/pub/x?query", "200"},
		{"http://" + host + "/maria/pub/x", "200"},
		{"http://other.example/maria/pub/x", "400"},
		{"/maria/pub%2Fx", "400"},
		{"/maria/pub%2fx", "400"},
		{"/maria/pub/%2e%2e/pub/x", "400"},
		{"/maria/pub/../pub/x", "400"},
		{"/maria/pub/./x", "400"},
		{"/maria//pub/x", "400"},
		{"//maria/pub/x", "404"},
		{"/maria/pub//x", "400"},
		{"/maria/pub/%00", "400"},
		{"/maria/pub/x%00", "400"},
		{`/maria/pub\x`, "400"},
		{"/maria/pub%5Cx", "400"},
		{"/maria/pub/%zz", "400"},
		{"/maria/pub/%c3%28", "400"},
		{"/maria/pub/\xc3\xa9", "400"},
		{"/maria/pub/x y", "400"},
		{"/maria/pub/x#y", "400"},
		{"/MARIA/pub/x", "404"},
		{"/maria%2Fpub/x", "404"},
		{"/%6daria/pub/x", "404"},
		{"*", "400"},
		{"maria/pub/x", "400"},
		{"/maria", "308"},
		{"/", "404"},
		{"/oidc/x", "404"},
		{"/.well-known/x", "404"},
	} {
		got := raw(t, w, "GET "+c.target+" HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
		if statuses(got) != c.want {
			t.Errorf("GET %q: %q, want %s\n%s", c.target, statuses(got), c.want, got)
		}
	}
}

func TestMethodsAndVersions(t *testing.T) {
	w := podtest.New(t)
	w.Citizen("maria")
	for _, c := range []struct{ line, want string }{
		{"TRACE /maria/ HTTP/1.1", "405"},
		{"CONNECT maria:80 HTTP/1.1", "400 or 405"},
		{"PROPFIND /maria/ HTTP/1.1", "501"},
		{"get /maria/ HTTP/1.1", "501"},
		{"GET /healthz HTTP/9.9", "505"},
		{"GET /healthz HTTP/1.0", "200"},
		{"GET /healthz HTTP/2.0", "505"},
		{"GET /healthz", "400"},
	} {
		got := raw(t, w, c.line+"\r\nHost: h\r\nConnection: close\r\nX-Secret: echo-me\r\n\r\n")
		if s := statuses(got); s == "" || !strings.Contains(c.want, s) {
			t.Errorf("%s: %q, want %s\n%s", c.line, s, c.want, got)
		}
		if strings.Contains(got, "echo-me") {
			t.Errorf("%s: the request was sent back", c.line)
		}
	}
}

// Whoever a request says it is for, the base URL decides.
func TestForgedHosts(t *testing.T) {
	w := podtest.New(t)
	maria := w.Citizen("maria")
	maria.Put("/maria/x", "text/plain", "hello").Want(201)
	for _, forged := range []string{
		"Host: evil.example",
		"Host: evil.example\r\nX-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: https\r\nX-Forwarded-For: 10.0.0.1\r\nForwarded: host=evil.example",
	} {
		got := raw(t, w, "GET /maria/.well-known/solid HTTP/1.1\r\n"+forged+"\r\nConnection: close\r\n\r\n")
		if statuses(got) != "200" || strings.Contains(got, "evil") || !strings.Contains(got, w.Base) {
			t.Errorf("with %q: %s", forged, got)
		}
	}
	// A proof for another host is no proof here, even when Host agrees with it.
	token, _ := maria.Signer.Token()
	proof, _ := maria.Signer.Proof("GET", "http://evil.example/maria/x", token)
	got := raw(t, w, "GET /maria/x HTTP/1.1\r\nHost: evil.example\r\nAuthorization: DPoP "+token+"\r\nDPoP: "+proof+"\r\nConnection: close\r\n\r\n")
	if statuses(got) != "401" {
		t.Errorf("a proof for another host: %s", got)
	}
}

func TestDuplicateFields(t *testing.T) {
	w := podtest.New(t)
	maria := w.Citizen("maria")
	token, _ := maria.Signer.Token()
	fresh := func() string {
		proof, err := maria.Signer.Proof("GET", w.Base+"maria/", token)
		if err != nil {
			t.Fatal(err)
		}
		return proof
	}
	auth := "Authorization: DPoP " + token + "\r\n"
	for _, c := range []struct{ name, fields, want string }{
		{"good", auth + "DPoP: " + fresh() + "\r\n", "200"},
		{"two proofs", auth + "DPoP: " + fresh() + "\r\nDPoP: " + fresh() + "\r\n", "400"},
		{"two proofs, spelt otherwise", auth + "dpop: " + fresh() + "\r\nDPOP: " + fresh() + "\r\n", "400"},
		{"two tokens", auth + auth + "DPoP: " + fresh() + "\r\n", "400"},
		{"two hosts", "Host: other\r\n", "400"},
		{"no proof", auth, "401"},
		{"no token", "DPoP: " + fresh() + "\r\n", "401"},
		{"bearer", "Authorization: Bearer " + token + "\r\n", "401"},
		{"basic", "Authorization: Basic bWFyaWE6eA==\r\n", "401"},
	} {
		got := raw(t, w, "GET /maria/ HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"+c.fields+"\r\n")
		if statuses(got) != c.want {
			t.Errorf("%s: %q, want %s\n%s", c.name, statuses(got), c.want, got)
		}
	}
}

// Credentials that are not good are refused even where everybody may read.
func TestBadCredentialsOnPublic(t *testing.T) {
	w := podtest.New(t)
	w.Citizen("maria")
	w.Public().Get("/maria/.well-known/solid").Want(200)
	w.Public().Get("/maria/.well-known/solid", "Authorization", "DPoP x.y.z", "DPoP", "a.b.c").Want(401).Has("WWW-Authenticate", "error=")
}

func TestEncodedContentIsRefused(t *testing.T) {
	w := podtest.New(t)
	maria := w.Citizen("maria")
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	z.Write(make([]byte, 16<<20))
	z.Close()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	maria.Put("/maria/x", "text/turtle", bomb.String(), "Content-Encoding", "gzip").Want(415)
	maria.Post("/maria/health/", "application/fhir+json", bomb.String(), "Content-Encoding", "gzip").Want(415)
	w.Public().Put("/maria/x", "text/turtle", "x", "Content-Encoding", "gzip").Want(401)
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 8<<20 {
		t.Errorf("%d MiB were allocated for a bomb", grown>>20)
	}
	maria.Get("/maria/x").Want(404)
}

func TestBodyLimits(t *testing.T) {
	w := podtest.New(t, func(c *web.Config) { c.MaxBody = 1 << 20 })
	maria := w.Citizen("maria")
	within, over := strings.Repeat("x", 1<<20), strings.Repeat("x", 1<<20+1)
	maria.Put("/maria/within", "text/plain", within).Want(201)
	maria.Put("/maria/over", "text/plain", over).Want(413)
	res := maria.Open("PUT", "/maria/chunked", io.MultiReader(strings.NewReader(over)), "Content-Type", "text/plain")
	res.Body.Close()
	if res.StatusCode != 413 {
		t.Errorf("chunked: %d", res.StatusCode)
	}
	w.Public().Put("/maria/over", "text/plain", over).Want(401)
	for _, x := range []string{"over", "chunked"} {
		maria.Get("/maria/" + x).Want(404)
	}
	if got := maria.Get("/maria/within").Want(200).Body; got != within {
		t.Errorf("%d bytes came back", len(got))
	}
	maria.Put("/maria/long", "text/plain", "x", "X-Long", strings.Repeat("y", 40<<10)).Want(431)
	maria.Put("/maria/token", "text/plain", "x", "X-Long", strings.Repeat("y", 20<<10)).Want(201)
}

// Who is still sending a header that is too long can send on, and read why it is
// refused: a connection that was reset would tell nobody.
func TestALongHeaderIsToldSo(t *testing.T) {
	w := podtest.New(t)
	c, err := net.Dial("tcp", w.Address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := io.WriteString(c, "GET /maria/ HTTP/1.1\r\nHost: "+w.Address+"\r\nX-Long: "+strings.Repeat("y", 60<<10)); err != nil {
		t.Fatal(err)
	}
	answers := bufio.NewReader(c)
	res, err := http.ReadResponse(answers, nil)
	if err != nil || res.StatusCode != 431 {
		t.Fatalf("%v %v", res, err)
	}
	if body, err := io.ReadAll(res.Body); err != nil || !bytes.Contains(body, []byte("431")) {
		t.Errorf("%q %v", body, err)
	}
	for range 3 {
		time.Sleep(20 * time.Millisecond)
		if _, err := io.WriteString(c, "yyyy"); err != nil {
			t.Fatalf("what is still being sent: %v", err)
		}
	}
}

// What was taken out of a request is not overwritten by the next ones.
func TestStringsStay(t *testing.T) {
	w := podtest.New(t)
	maria := w.Citizen("maria")
	for i := range 50 {
		maria.Put(fmt.Sprintf("/maria/many/%03d", i), fmt.Sprintf("text/x-%03d", i), "x").Want(201)
	}
	for i := range 50 {
		maria.Get(fmt.Sprintf("/maria/many/%03d", i)).Want(200).Has("Content-Type", fmt.Sprintf("text/x-%03d", i))
	}
	listing := maria.Get("/maria/many/", "Accept", "application/n-triples").Want(200)
	for i := range 50 {
		listing.Says(fmt.Sprintf("/maria/many/%03d>", i))
	}
}

func TestServiceWorkersAndScripts(t *testing.T) {
	w := podtest.New(t)
	maria := w.Citizen("maria")
	maria.Put("/maria/page.html", "text/html", "<script>alert(1)</script>").Want(201)
	maria.Get("/maria/page.html").Want(200).
		Has("Content-Security-Policy", "sandbox; default-src 'none'").Has("X-Content-Type-Options", "nosniff").
		Has("Cache-Control", "private").Has("Referrer-Policy", "no-referrer")
	maria.Put("/maria/worker.js", "text/javascript", "x").Want(201)
	maria.Get("/maria/worker.js", "Service-Worker", "script").Want(403)
}
