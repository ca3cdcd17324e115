package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"skrin/internal/demodata"
	"skrin/web/admin"
)

// A place is a machine of a test's own: a home, a data folder, and the program.
type place struct {
	t   *testing.T
	env map[string]string
}

func newPlace(t *testing.T) *place {
	dir := t.TempDir()
	return &place{t, map[string]string{"HOME": filepath.Join(dir, "home"), "SKRIN_DATA": filepath.Join(dir, "data")}}
}

func (p *place) getenv(name string) string { return p.env[name] }

// skrin runs a command with an input, and fails the test when it ends otherwise than wanted.
func (p *place) skrin(want int, input string, args ...string) (out, errOut string) {
	p.t.Helper()
	var o, e bytes.Buffer
	if code := run(context.Background(), args, p.getenv, strings.NewReader(input), &o, &e); code != want {
		p.t.Fatalf("skrin %s: %d instead of %d\n%s%s", strings.Join(args, " "), code, want, o.String(), e.String())
	}
	return o.String(), e.String()
}

func (p *place) file(name string, content []byte) string {
	p.t.Helper()
	path := filepath.Join(p.t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		p.t.Fatal(err)
	}
	return path
}

// A notebook is a log that one goroutine writes and another reads.
type notebook struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (n *notebook) Write(b []byte) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.text.Write(b)
}

func (n *notebook) String() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.text.String()
}

// serve starts a server, and gives its base address and what stops it.
func (p *place) serve(args ...string) (base string, log *notebook, stop func() int) {
	p.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	log, ended := &notebook{}, make(chan int, 1)
	go func() {
		ended <- run(ctx, append([]string{"serve", "--listen", "127.0.0.1:0"}, args...), p.getenv, strings.NewReader(""), log, log)
	}()
	stop = sync.OnceValue(func() int {
		cancel()
		return <-ended
	})
	p.t.Cleanup(func() { stop() })
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if at := log.value("serving", "listen"); at != "" && dial(ctx, p.env["SKRIN_DATA"]) != nil {
			return "http://" + at + "/", log, stop
		}
	}
	p.t.Fatalf("the server did not start: %s", log)
	return "", nil, nil
}

// value is that of an attribute in the log's line with the message.
func (n *notebook) value(message, attribute string) string {
	for line := range strings.Lines(n.String()) {
		var record map[string]any
		if json.Unmarshal([]byte(line), &record) == nil && record["msg"] == message {
			text, _ := record[attribute].(string)
			return text
		}
	}
	return ""
}

// The commands do what a host does in a day. It must not matter whether a server holds the folder.
func TestMainJob(t *testing.T) {
	for _, served := range []bool{false, true} {
		t.Run(fmt.Sprintf("served=%v", served), func(t *testing.T) {
			p := newPlace(t)
			p.skrin(exitDone, "", "pod", "create", "maria", "--no-confirm")
			if served {
				p.serve()
			}
			p.records(t)
			p.grants(t)
			p.journal(t)
			p.farewell(t)
		})
	}
}

func (p *place) records(t *testing.T) {
	hospital := p.file("hospital.json", demodata.Hospital(time.Now()))
	watch := p.file("watch.json", demodata.WatchDay(time.Now(), 1).Vitals.JSON())
	out, _ := p.skrin(exitDone, "", "import", "maria", hospital, watch)
	if !strings.Contains(out, "/health/labs/") || !strings.Contains(out, "/health/vitals/") {
		t.Errorf("the import says %q", out)
	}
	out, _ = p.skrin(exitDone, string(demodata.Hospital(time.Now())), "import", "maria", "-")
	if fields := strings.Fields(out[strings.Index(out, "in all"):]); fields[2] != "0" || fields[3] == "0" {
		t.Errorf("imported again: %q", out)
	}
	bad := p.file("bad.json", []byte(`{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Dragon"}},
		{"resource":{"resourceType":"Observation","id":"a","status":"final","code":{"text":"x"}}}]}`))
	if _, errOut := p.skrin(exitFailed, "", "import", "maria", bad); !strings.Contains(errOut, "refused: entry 0") || !strings.Contains(errOut, "1 entries were refused") {
		t.Errorf("a bad record: %q", errOut)
	}
	if _, errOut := p.skrin(exitFailed, "", "import", "maria", "no-such-file", p.file("text.txt", []byte("hello"))); strings.Count(errOut, "skrin: ") != 2 {
		t.Errorf("two bad files: %q", errOut)
	}
	p.skrin(exitFailed, "", "import", "nobody", hospital)
}

func (p *place) grants(t *testing.T) {
	give := []string{"grant", "maria", "--to", "https://ana.example/#me", "--container", "health/labs/", "--until", "14d", "--purpose", "treatment"}
	out, _ := p.skrin(exitDone, "", give...)
	id := strings.TrimSpace(out)
	if out, _ = p.skrin(exitDone, "", "grants", "maria"); !strings.Contains(out, id) || !strings.Contains(out, "active") || !strings.Contains(out, "/maria/health/labs/") {
		t.Errorf("grants: %q", out)
	}
	p.skrin(exitDone, "", "revoke", "maria", id)
	if out, _ = p.skrin(exitDone, "", "grants", "maria"); strings.Contains(out, id) {
		t.Errorf("a revoked grant is listed: %q", out)
	}
	if out, _ = p.skrin(exitDone, "", "grants", "maria", "--all"); !strings.Contains(out, "revoked") {
		t.Errorf("all grants: %q", out)
	}
	for name, args := range map[string][]string{
		"over a year":     {"--until", "60w"},
		"already over":    {"--until", "2020-01-01"},
		"end and begin":   {"--until", "2d", "--from", "3d"},
		"not a WebID":     {"--until", "2d", "--to", "ana"},
		"another pod's":   {"--until", "2d", "--container", "https://elsewhere.example/x/"},
		"what is no path": {"--until", "2d", "--container", "health/../x/"},
	} {
		if _, errOut := p.skrin(exitUsage, "", append(give, args...)...); strings.Contains(errOut, "(no value)") {
			t.Errorf("%s: %q", name, errOut)
		}
	}
	p.skrin(exitFailed, "", "revoke", "maria", "00000000000000000000000000000000")
}

func (p *place) journal(t *testing.T) {
	out, errOut := p.skrin(exitDone, "", "journal", "maria")
	if !strings.Contains(out, "the owner, in the pages or by command line, grant /health/labs/") || !strings.Contains(out, "revoke") {
		t.Errorf("the journal: %q", out)
	}
	_, head, _ := strings.Cut(strings.TrimSpace(errOut), "head ")
	if out, _ := p.skrin(exitDone, "", "journal", "maria", "--verify", "--since", head); !strings.Contains(out, "as they were written") {
		t.Errorf("verified: %q", out)
	}
	other := head[:strings.IndexByte(head, ':')] + ":" + strings.Repeat("A", 43)
	p.skrin(exitDamage, "", "journal", "maria", "--verify", "--since", other)
	if out, _ := p.skrin(exitDone, "", "verify"); !strings.Contains(out, "maria: sound") {
		t.Errorf("verify: %q", out)
	}
	p.skrin(exitFailed, "", "verify", "nobody")
}

func (p *place) farewell(t *testing.T) {
	p.skrin(exitFailed, "no\n", "pod", "delete", "maria")
	p.skrin(exitDone, "maria\n", "pod", "delete", "maria")
	if out, _ := p.skrin(exitDone, "", "pod", "list"); strings.Contains(out, "maria") {
		t.Errorf("deleted, and listed: %q", out)
	}
	p.skrin(exitFailed, "", "grants", "maria")
}

func TestRecoveryKeyIsTypedBack(t *testing.T) {
	p := newPlace(t)
	_, errOut := p.skrin(exitFailed, "nonsense\nnonsense\nnonsense\n", "pod", "create", "maria")
	if !strings.Contains(errOut, "not confirmed") || strings.Contains(errOut, "AGE-SECRET") {
		t.Errorf("%q", errOut)
	}
	// The key is known only while the command waits for it, so the input is one that reads the output.
	in, out := &echo{}, &notebook{}
	in.from = out
	if code := run(context.Background(), []string{"pod", "create", "nora"}, p.getenv, in, out, &bytes.Buffer{}); code != exitDone {
		t.Errorf("typed back: %d %s", code, out)
	}
}

// echo types the last line of what was printed, in its own way of writing.
type echo struct {
	from *notebook
	read bool
}

func (e *echo) Read(b []byte) (int, error) {
	if e.read {
		return 0, fs.ErrClosed
	}
	e.read = true
	printed := strings.TrimSpace(e.from.String())
	return copy(b, " "+strings.ToLower(printed[strings.LastIndexByte(printed, '\n')+1:])+"\n"), nil
}

func TestServe(t *testing.T) {
	p := newPlace(t)
	p.skrin(exitFailed, "", "health")
	base, log, stop := p.serve("--metrics-listen", "127.0.0.1:0", "--insecure-loopback")
	if !strings.Contains(log.String(), "INSECURE") {
		t.Error("the dangerous flag is not shouted about")
	}
	p.skrin(exitDone, "", "health")
	p.skrin(exitDone, "", "pod", "create", "maria", "--no-confirm")
	for path, want := range map[string]int{"healthz": 200, "maria/profile/card": 200, "maria/health/": 401, "nobody/": 404} {
		res, err := http.Get(base + path)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("%s: %s, want %d", path, res.Status, want)
		}
	}
	if _, errOut := p.skrin(exitFailed, "", "serve", "--listen", "127.0.0.1:0"); !strings.Contains(errOut, "another server holds") {
		t.Errorf("a second server: %q", errOut)
	}
	if code := stop(); code != exitDone {
		t.Errorf("stopped with %d: %s", code, log)
	}
	for _, secret := range []string{"maria", "card", "health/"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log tells %q: %s", secret, log)
		}
	}
	if _, err := os.Stat(filepath.Join(p.env["SKRIN_DATA"], admin.SocketName)); err == nil {
		t.Error("the socket is still there")
	}
	p.serve()
	p.skrin(exitDone, "", "grants", "maria")
}

func TestAnotherHostKey(t *testing.T) {
	p := newPlace(t)
	p.skrin(exitDone, "", "pod", "create", "maria", "--no-confirm")
	other := newPlace(t)
	other.skrin(exitDone, "", "pod", "create", "nora", "--no-confirm")
	key := filepath.Join(other.env["HOME"], ".config", "skrin", "host.key")
	if _, errOut := p.skrin(exitFailed, "", "pod", "list", "--host-key", key); !strings.Contains(errOut, "host key") {
		t.Errorf("%q", errOut)
	}
	if err := os.RemoveAll(p.env["HOME"]); err != nil {
		t.Fatal(err)
	}
	if _, errOut := p.skrin(exitFailed, "", "pod", "list"); !strings.Contains(errOut, "backup") {
		t.Errorf("without the key: %q", errOut)
	}
}

func TestDamageIsFound(t *testing.T) {
	p := newPlace(t)
	p.skrin(exitDone, "", "pod", "create", "maria", "--no-confirm")
	p.skrin(exitDone, string(demodata.Hospital(time.Now())), "import", "maria", "-")
	var file string
	err := filepath.WalkDir(p.env["SKRIN_DATA"], func(path string, _ fs.DirEntry, err error) error {
		if strings.HasSuffix(path, ".db") && filepath.Base(path) != "host.db" {
			file = path
		}
		return err
	})
	if err != nil || file == "" {
		t.Fatal("no pod file", err)
	}
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for at := len(content) / 2; at < len(content); at += 4096 {
		content[at+2000] ^= 1
	}
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	var o, e bytes.Buffer
	code := run(context.Background(), []string{"verify"}, p.getenv, strings.NewReader(""), &o, &e)
	if code == exitDone {
		t.Errorf("damage was not found: %s %s", o.String(), e.String())
	}
}

// No file of a data folder may show whose it is or what is in it.
func TestNothingIsLegibleAtRest(t *testing.T) {
	p := newPlace(t)
	p.skrin(exitDone, "", "pod", "create", "maria-canary", "--owner", "https://maria-canary.example/card#me", "--no-confirm")
	p.skrin(exitDone, string(demodata.Hospital(time.Now())), "import", "maria-canary", "-")
	p.skrin(exitDone, "", "grant", "maria-canary", "--to", "https://ana-canary.example/#me", "--container", "health/labs/", "--until", "3d", "--note", "before the check-up")
	canaries := []string{"canary", "health", "labs", "observation", "Observation", "resourceType", "loinc", "Carmen", "Vargas", "penicillin", "Ana",
		"check-up", "http://", "https://", "acl#", "AGE-SECRET-KEY"}
	err := filepath.WalkDir(p.env["SKRIN_DATA"], func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		for _, c := range canaries {
			if strings.Contains(path[len(p.env["SKRIN_DATA"]):], c) || bytes.Contains(content, []byte(c)) && len(c) > 5 {
				t.Errorf("%s shows %q", filepath.Base(path), c)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
