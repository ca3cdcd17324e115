package conformance

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"skrin/acl"
	"skrin/internal/podtest"
	"skrin/pod"
)

// The pod of these tests has one container where everybody may read and write, and a place inside it, and one beside
// it, that nobody else may enter.
const (
	openRules = `@prefix acl: <http://www.w3.org/ns/auth/acl#>. @prefix foaf: <http://xmlns.com/foaf/0.1/>.
<#r> a acl:Authorization; acl:agentClass foaf:Agent; acl:accessTo <./>; acl:default <./>; acl:mode acl:Read, acl:Write.`
	nobodysRules = `@prefix acl: <http://www.w3.org/ns/auth/acl#>.
<#r> a acl:Authorization; acl:agent <https://nobody.example/>; acl:accessTo <./>; acl:default <./>; acl:mode acl:Read.`
)

// spellings are targets that two readers could read in two ways, or that walk where they should not.
var spellings = []string{
	"/maria/pub/x", "/maria/pub/%78", "/maria/pub/%2578", "/maria/pub/x/", "/maria/pub/a/b/c", "/maria/pub/x%20y", "/maria/pub/%C3%A9", "/maria/pub/é",
	"/maria/pub/secret/x", "/maria/pub/%73ecret/x", "/maria/pub/secret%2Fx", "/maria/pub/secret%2fx", "/maria/pub/Secret/x", "/maria/pub/SECRET/x",
	"/maria/pub/../pub/secret/x", "/maria/pub/./secret/x", "/maria/pub/%2e/secret/x", "/maria/pub/%2E%2e/secret/x", "/maria/pub//secret/x", "/maria//pub/secret/x",
	"//maria/pub/x", "///maria/pub/x", "/./maria/pub/x", "/../maria/pub/x", "/maria/pub/secret/./x", "/maria/pub/y/../secret/x", "/maria/pub/..;/secret/x",
	"/maria/pub/secret;x=1/x", "/maria/pub/x;.acl", "/maria/pub/x;y", "/maria/pub/x?y", "/maria/pub/x?/../secret/x", "/maria/pub/x%3Fy", "/maria/pub/x#y", "/maria/pub/x%23y",
	"/maria/pub/secret%00/x", "/maria/pub/x%00.acl", "/maria/pub/x\x00", "/maria/pub/%c0%ae%c0%ae/secret/x", "/maria/pub/%c0%af", "/maria/pub/%e0%80%af", "/maria/pub/%ff",
	"/maria/pub/%ED%A0%80", "/maria/pub/e%CC%81", "/maria/pub/%E2%84%AA", "/maria/pub/x.acl", "/maria/pub/.acl", "/maria/pub/x.ACL", "/maria/pub/x%2Eacl", "/maria/pub/x.%61cl",
	"/maria/pub/%2Eacl", "/maria/pub/x.meta", "/maria/pub/.meta", "/maria/pub/x.acl.acl", "/maria/pub/x.meta.acl", "/maria/pub/x.acl/", "/maria/pub/secret/.acl",
	"/maria/.acl", "/maria/.access/grants/", "/maria/.journal/", "/maria/%2Ejournal/x", "/maria/.well-known/solid", "/maria/pub/.journal/x", "/maria/", "/maria",
	"/MARIA/pub/x", "/%6Daria/pub/x", "/maria%2Fpub/x", "/maria%2f..%2fmaria/pub/x", "/other/pub/x", "http://h/maria/pub/x", "HTTP://H/maria/pub/x",
	"http://evil@h/maria/pub/x", "http://h:80/maria/pub/x", "http:///maria/pub/x", "https://h/maria/pub/x", "*", "", "maria/pub/x", "\\maria\\pub\\x", "/maria/pub\\secret\\x",
	"/maria/pub/%5csecret", "/maria/pub/%", "/maria/pub/%4", "/maria/pub/%zz", "/maria/pub/%u0078", "/maria/pub/x%0d%0aX:y", "/maria/pub/x\ty", "/maria/pub/x y",
	"/maria/pub/...", "/maria/pub/%2e%2e%2e", "/maria/pub/.x", "/maria/pub/x.", "/maria/pub/~x", "/maria/pub/'\"<>", "/maria/pub/{x}", "/maria/pub/a+b", "/maria/pub/a%2Bb",
	"/maria/pub/%F0%9F%A9%BA", "/maria/pub/%E2%80%AEx", "/maria/pub/%EF%BB%BFx", "/maria/pub/%C2%A0", "/maria/pub/%7F", "/maria/pub/%E2%80%A8", "/maria/pub/" + strings.Repeat("a", 300),
	"/maria/pub/" + strings.Repeat("a/", 40) + "x", "/maria/pub/?", "/maria/pub/x?", "?/maria/pub/x", "/?/maria/pub/x", "/maria/pub/secret", "/maria/pub/x/secret/../..",
}

// openPod is the world of these tests.
type openPod struct {
	w     *podtest.World
	owner *pod.Session
	id    pod.ID
	conn  net.Conn
	lines *bufio.Reader
}

func newOpenPod(t testing.TB) *openPod {
	w := podtest.New(t)
	w.Citizen("maria")
	info, err := w.Vault.Lookup("maria")
	if err != nil {
		t.Fatal(err)
	}
	o := &openPod{w: w, owner: w.Owner("maria"), id: info.ID}
	for path, text := range map[string]string{"/pub/secret/x": "<#the> <#top> <#secret>.", "/hidden/x": "<#the> <#top> <#secret>."} {
		putAs(t, o.owner, path, text)
	}
	putAs(t, o.owner, "/pub/.acl", openRules)
	putAs(t, o.owner, "/pub/secret/.acl", nobodysRules)
	t.Cleanup(func() {
		if o.conn != nil {
			o.conn.Close()
		}
	})
	return o
}

func putAs(t testing.TB, s *pod.Session, path, turtle string) {
	t.Helper()
	if _, err := s.Put(context.Background(), pod.MustPath(path), pod.Draft{MediaType: "text/turtle", Body: strings.NewReader(turtle)}, pod.Precondition{}); err != nil {
		t.Fatalf("put %s: %v", path, err)
	}
}

// contents is everything that is stored: each path with the tag of its state.
func (o *openPod) contents(t testing.TB) map[string]string {
	t.Helper()
	found := map[string]string{}
	var walk func(pod.Path)
	walk = func(at pod.Path) {
		for _, p := range []pod.Path{at, at.ACL(), at.Meta()} {
			if r, err := o.owner.Head(context.Background(), p); err == nil && !(p == at && at.IsContainer()) {
				found[p.String()] = r.ETag
			} else if err == nil {
				found[p.String()] = "container"
			}
		}
		if !at.IsContainer() {
			return
		}
		members, next, err := o.owner.List(context.Background(), at, "", 1000)
		if err != nil || next != "" {
			t.Fatalf("list %s: %v", at, err)
		}
		for _, m := range members {
			walk(m.Path)
		}
	}
	for _, at := range []string{"/pub/", "/hidden/"} {
		walk(pod.MustPath(at))
	}
	members, _, err := o.owner.List(context.Background(), pod.Root, "", 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range members {
		found[m.Path.String()] += "!"
	}
	return found
}

// send writes a request line as it is, and reads the answer. Where the connection ends without one, that is a refusal
// too: status 0.
func (o *openPod) send(t testing.TB, method, target, body string) (status int, text string) {
	t.Helper()
	if o.conn == nil {
		conn, err := net.Dial("tcp", strings.TrimSuffix(strings.TrimPrefix(o.w.Base, "http://"), "/"))
		if err != nil {
			t.Fatal(err)
		}
		o.conn, o.lines = conn, bufio.NewReader(conn)
	}
	o.conn.SetDeadline(time.Now().Add(time.Minute))
	fmt.Fprintf(o.conn, "%s %s HTTP/1.1\r\nHost: h\r\nContent-Type: text/turtle\r\nContent-Length: %d\r\n\r\n%s", method, target, len(body), body)
	res, err := http.ReadResponse(o.lines, &http.Request{Method: method})
	if err != nil {
		o.hangUp()
		return 0, ""
	}
	defer res.Body.Close()
	all, err := io.ReadAll(res.Body)
	if err != nil || res.Close {
		o.hangUp()
	}
	return res.StatusCode, string(all)
}

func (o *openPod) hangUp() {
	o.conn.Close()
	o.conn = nil
}

// names reads a target as RFC 3986 has it: the path ends at "?", segments are between slashes, and each is
// percent-decoded once. That is the only reading that a stored name may have.
func (o *openPod) names(target string) (names []string, container bool) {
	if whole := strings.TrimSuffix(o.w.Base, "/"); len(target) > len(whole) && strings.EqualFold(target[:len(whole)], whole) {
		target = target[len(whole):]
	}
	path, _, _ := strings.Cut(target, "?")
	segments := strings.Split(strings.TrimPrefix(path, "/"), "/")
	if last := len(segments) - 1; segments[last] == "" {
		segments, container = segments[:last], true
	}
	for _, s := range segments {
		name, err := url.PathUnescape(s)
		if err != nil {
			return nil, container
		}
		names = append(names, name)
	}
	return names, container
}

// check sends one target in every way that could do harm, as nobody in particular.
func (o *openPod) check(t testing.TB, target string) {
	t.Helper()
	before := o.contents(t)
	for _, method := range []string{"GET", "HEAD", "OPTIONS"} {
		if status, text := o.send(t, method, target, ""); strings.Contains(text, "the#top") || strings.Contains(text, "#top>") || status >= 500 && status != http.StatusNotImplemented && status != http.StatusHTTPVersionNotSupported {
			t.Errorf("%s %q: %d: %s", method, target, status, text)
		}
	}
	for _, method := range []string{"PUT", "DELETE"} {
		status, text := o.send(t, method, target, map[string]string{"PUT": "<#a> <#b> <#c>."}[method])
		after := o.contents(t)
		changed := difference(before, after)
		switch {
		case status >= 200 && status < 300:
			o.checkChange(t, method, target, changed)
		case status >= 500 && status != http.StatusNotImplemented && status != http.StatusHTTPVersionNotSupported:
			t.Errorf("%s %q: %d: %s", method, target, status, text)
		case len(changed) > 0:
			t.Errorf("%s %q: refused with %d, and changed %q", method, target, status, changed)
		}
		before = after
	}
	o.clean(t)
}

// checkChange: what was touched is the one thing that the target names, and it may be touched; and the journal says so
// of that path.
func (o *openPod) checkChange(t testing.TB, method, target string, changed []string) {
	t.Helper()
	names, container := o.names(target)
	if len(names) < 2 || names[0] != "maria" {
		t.Errorf("%s %q: something was done, but it names nothing in the pod", method, target)
		return
	}
	want := strings.Join(names[1:], "/")
	decided := o.lastLine(t)
	hit := false
	for _, at := range changed {
		p := pod.MustPath(at)
		stored := strings.Join(decodedNames(p), "/")
		mine := stored == want && p.IsContainer() == container
		hit = hit || mine
		above := strings.HasPrefix(want, stored+"/") && p.IsContainer() // made on the way, or with a new time
		belongs := method == "DELETE" && strings.HasPrefix(stored, want) || method == "PUT" && container && stored == want+"/.meta"
		if !mine && !above && !belongs {
			t.Errorf("%s %q: changed %s", method, target, at)
		}
		if !hasOneReading(p) {
			t.Errorf("%s %q: %s could be read as another path", method, target, at)
		}
		if mine && decided != p.String() {
			t.Errorf("%s %q: changed %s, and the journal tells of %s", method, target, at, decided)
		}
		standing, err := o.w.Vault.As(o.id, acl.Agent{}).Stand(context.Background(), p)
		if err != nil || !standing.Decision.Allows(acl.Write) {
			t.Errorf("%s %q: changed %s, where the public may do no more than %v (%v)", method, target, at, standing.Decision.Allowed, err)
		}
	}
	if !hit && len(changed) > 0 {
		t.Errorf("%s %q: changed %q and not what it names", method, target, changed)
	}
}

// hasOneReading: whoever decodes before splitting, or takes dots away, or cuts at a zero byte, comes to the same names.
func hasOneReading(p pod.Path) bool {
	decoded, err := url.PathUnescape(strings.TrimSuffix(p.String(), "/"))
	return err == nil && slices.Equal(strings.Split(strings.TrimPrefix(decoded, "/"), "/"), decodedNames(p)) &&
		path.Clean(decoded) == decoded && !strings.ContainsAny(decoded, "\\\x00")
}

// lastLine is the path that the journal told of last. Lines that only count have none.
func (o *openPod) lastLine(t testing.TB) string {
	t.Helper()
	page, err := o.owner.Journal(context.Background(), 0, 1)
	if err == nil {
		page, err = o.owner.Journal(context.Background(), page.Head.Size-min(page.Head.Size, 20), 20)
	}
	if err != nil {
		t.Fatalf("journal: %v", err)
	}
	for _, e := range slices.Backward(page.Entries) {
		if e.Path != "" {
			return e.Path
		}
	}
	return ""
}

func decodedNames(p pod.Path) (names []string) {
	for _, s := range strings.Split(strings.Trim(p.String(), "/"), "/") {
		name, _ := url.PathUnescape(s)
		names = append(names, name)
	}
	return names
}

// difference lists what came, went or changed.
func difference(before, after map[string]string) (paths []string) {
	for path, tag := range after {
		if before[path] != tag {
			paths = append(paths, path)
		}
	}
	for path := range before {
		if _, there := after[path]; !there {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	return paths
}

// clean takes away what a target left in the open container.
func (o *openPod) clean(t testing.TB) {
	t.Helper()
	paths := []string{}
	for path := range o.contents(t) {
		if strings.HasPrefix(path, "/pub/") && path != "/pub/" && !strings.HasPrefix(path, "/pub/secret/") && path != "/pub/.acl" {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	for _, path := range slices.Backward(paths) { // members before their containers
		o.owner.Delete(context.Background(), pod.MustPath(path), pod.Precondition{})
	}
}

// FuzzTarget: whatever stands in the request line, either nothing happens, or what was decided about is what was
// touched.
func FuzzTarget(f *testing.F) {
	for _, s := range spellings {
		f.Add(s)
	}
	o := newOpenPod(f)
	f.Fuzz(func(t *testing.T, target string) {
		if strings.ContainsAny(target, "\r\n") || len(target) > 8000 { // would be another request, or none
			return
		}
		o.check(t, target)
	})
}
