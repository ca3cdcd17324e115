package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// binaries are the two programs.
type binaries struct{ skrin, floor string }

// build makes both from the source around us.
func build(ctx context.Context, dir string) (binaries, error) {
	b := binaries{skrin: filepath.Join(dir, "skrin"), floor: filepath.Join(dir, "floor")}
	for path, pkg := range map[string]string{b.skrin: "skrin/cmd/skrin", b.floor: "skrin/internal/bench/floor"} {
		cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", path, pkg)
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			return b, fmt.Errorf("building %s: %w\n%s", pkg, err, out)
		}
	}
	return b, nil
}

// process is a server that runs.
type process struct {
	name  string
	addr  string
	cmd   *exec.Cmd
	ended chan error
}

// start runs a program that will listen on addr, without waiting for it.
func start(name, addr, path string, args ...string) (*process, error) {
	p := &process{name: name, addr: addr, cmd: exec.Command(path, args...), ended: make(chan error, 1)}
	p.cmd.Env = []string{"HOME=" + os.Getenv("HOME"), "PATH=" + os.Getenv("PATH")}
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting %s: %w", name, err)
	}
	go func() { p.ended <- p.cmd.Wait() }()
	return p, nil
}

// ready gives the process once it answers at the path; else it stops it.
func (p *process) ready(path string) (*process, error) {
	request, err := ask{method: "GET", path: path}.request(p.addr, nil)
	if err == nil {
		err = p.await(request)
	}
	if err != nil {
		p.stop()
		return nil, err
	}
	return p, nil
}

// await returns when the process answers the request with success.
func (p *process) await(ask []byte) error {
	deadline := time.Now().Add(30 * time.Second)
	for time.Now().Before(deadline) {
		select {
		case err := <-p.ended:
			p.ended <- err
			return fmt.Errorf("%s ended: %w", p.name, err)
		default:
		}
		c, err := dial(p.addr)
		if err == nil {
			status, err := c.ask(ask)
			c.close()
			if err == nil && status/100 == 2 {
				return nil
			}
			if err == nil {
				return fmt.Errorf("%s answered %d", p.name, status)
			}
		}
		time.Sleep(time.Millisecond)
	}
	return fmt.Errorf("%s does not answer", p.name)
}

// stop ends the process and waits for it.
func (p *process) stop() error {
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	select {
	case <-p.ended:
	case <-time.After(20 * time.Second):
		p.cmd.Process.Kill()
		<-p.ended
	}
	return nil
}

// ticks is how often a second the kernel counts: what /proc is written in.
const ticks = 100

// cpu is what the process has used so far, in user and kernel mode.
func (p *process) cpu() (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	if len(fields) < 13 {
		return 0, fmt.Errorf("/proc says %q", text)
	}
	user, err1 := strconv.ParseInt(fields[11], 10, 64)
	system, err2 := strconv.ParseInt(fields[12], 10, 64)
	if err1 != nil || err2 != nil {
		return 0, fmt.Errorf("/proc says %q", text)
	}
	return time.Duration(user+system) * time.Second / ticks, nil
}

// memory is what a process has in memory, in bytes: all of it, and how much of it
// are mapped files, which the kernel can take back at any time.
type memory struct{ resident, files int64 }

func (p *process) memory() (memory, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return memory{}, err
	}
	var m memory
	for line := range strings.Lines(string(text)) {
		name, rest, _ := strings.Cut(line, ":")
		into := map[string]*int64{"VmRSS": &m.resident, "RssFile": &m.files}[name]
		if into == nil {
			continue
		}
		kib, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
		if err != nil {
			return m, fmt.Errorf("/proc says %q", line)
		}
		*into = kib << 10
	}
	return m, nil
}

// freeAddr finds a port that nobody listens on.
func freeAddr() (string, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer ln.Close()
	return ln.Addr().String(), nil
}
