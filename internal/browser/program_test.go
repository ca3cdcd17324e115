package browser

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"

	"skrin/internal/podtest"
)

// A program is the built server, started from nothing as a person starts it.
type program struct {
	t      *testing.T
	Base   string // ends with a slash
	folder string
	args   []string
	server *exec.Cmd
	said   *output
}

// serve starts the program with a data folder of its own, on a port of its own,
// for everybody who comes. It ends with the test.
func serve(t *testing.T) *program {
	t.Helper()
	return serveAt(t, "http://localhost:"+podtest.FreePort(t)+"/", "--registration", "open")
}

// serveAt starts it as it is told, at the address that it has in the world.
func serveAt(t *testing.T, base string, args ...string) *program {
	t.Helper()
	p := &program{t: t, Base: base, folder: t.TempDir(), said: &output{}}
	p.args = append([]string{"serve", "--data", p.data(), "--listen", hostOf(base), "--insecure-loopback"}, args...)
	p.start()
	t.Cleanup(p.stop)
	return p
}

func (p *program) start() {
	p.t.Helper()
	p.server = exec.Command(built(p.t), p.args...)
	p.server.Env = append(os.Environ(), "HOME="+p.folder, "XDG_CONFIG_HOME="+p.folder)
	p.server.Stdout, p.server.Stderr = p.said, p.said
	if err := p.server.Start(); err != nil {
		p.t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	await(p.t, "the program answers", func() bool {
		res, err := client.Get(p.Base + "healthz")
		if err != nil {
			return false
		}
		res.Body.Close()
		return true
	})
}

func (p *program) stop() {
	if p.server == nil {
		return
	}
	_ = p.server.Process.Signal(syscall.SIGTERM)
	if err := p.server.Wait(); err != nil || p.t.Failed() {
		p.t.Logf("the program said (%v):\n%s", err, p.said)
	}
	p.server = nil
}

func (p *program) data() string { return filepath.Join(p.folder, "data") }

// host runs another command, as whoever runs the server does, and gives what it prints.
func (p *program) host(args ...string) string {
	p.t.Helper()
	cmd := exec.Command(built(p.t), append(args, "--data", p.data())...)
	cmd.Env = p.server.Env
	out, err := cmd.Output()
	if err != nil {
		p.t.Fatalf("skrin %v: %v", args, err)
	}
	return string(out)
}

// restart is what an update does to people in the middle of something.
func (p *program) restart() {
	p.t.Helper()
	p.stop()
	p.start()
}

var build = sync.OnceValues(func() (string, error) {
	file := filepath.Join(workshop, "skrin")
	out, err := exec.Command("go", "build", "-o", file, "skrin/cmd/skrin").CombinedOutput()
	if err != nil {
		err = fmt.Errorf("build the program: %w: %s", err, out)
	}
	return file, err
})

func built(t *testing.T) string {
	t.Helper()
	file, err := build()
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// output keeps what a program says.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}
