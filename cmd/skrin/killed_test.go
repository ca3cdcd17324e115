package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestMain lets a test start the program as a process of its own, which can be killed.
func TestMain(m *testing.M) {
	if os.Getenv("SKRIN_AS_PROGRAM") != "" {
		main()
	}
	os.Exit(m.Run())
}

// heavy puts some megabytes into a pod: more than waits in pipes and sockets on the way.
func (p *place) heavy(name string) {
	p.t.Helper()
	var records strings.Builder
	for i := range 8 {
		fmt.Fprintf(&records, `{"resourceType":"Basic","id":"heavy%d","code":{"text":"%s"}}`+"\n", i, strings.Repeat("heavy ", 100_000))
	}
	p.skrin(exitDone, records.String(), "import", name, "-")
}

// process starts a command as a process.
func (p *place) process(args ...string) *exec.Cmd {
	p.t.Helper()
	program, err := os.Executable()
	if err != nil {
		p.t.Fatal(err)
	}
	cmd := exec.Command(program, args...)
	cmd.Env = []string{"SKRIN_AS_PROGRAM=yes"}
	for name, value := range p.env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	return cmd
}

// kill ends the process at once, and waits for its end.
func (p *place) kill(cmd *exec.Cmd) {
	p.t.Helper()
	if err := cmd.Process.Kill(); err != nil {
		p.t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
}

// killWhen starts a command, and kills it a moment after something has come about:
// unless it was quicker, and is over.
func (p *place) killWhen(cmd *exec.Cmd, what string, there func() bool, moment time.Duration) {
	p.t.Helper()
	if err := cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	over := make(chan struct{})
	go func() {
		defer close(over)
		_ = cmd.Wait()
	}()
	p.await(what, func() bool {
		select {
		case <-over:
			return true
		default:
			return there()
		}
	})
	time.Sleep(moment)
	_ = cmd.Process.Kill()
	<-over
}

// A restore that is killed anywhere on its way leaves no pod and nothing else, and can be done again.
func TestKilledRestore(t *testing.T) {
	here, there := newPlace(t), newPlace(t)
	keyFile, _ := here.citizen("maria")
	file := here.backup("maria")
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	there.skrin(exitDone, "", "pod", "create", "nora", "--no-confirm")
	for _, sent := range []int{len(whole) / 3, len(whole) - 1} {
		cmd := there.process("restore", "-", "--recovery-key-file", keyFile)
		in, err := cmd.StdinPipe()
		if err == nil {
			err = cmd.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := in.Write(whole[:sent]); err != nil {
			t.Fatal(err)
		}
		there.await("something of it", func() bool { return len(there.left(".restore-*")) > 0 || sent < 64<<10 })
		there.kill(cmd)
		in.Close()
		if out, _ := there.skrin(exitDone, "", "pod", "list"); strings.Contains(out, "maria") || !strings.Contains(out, "nora") {
			t.Errorf("killed after %d bytes: %q", sent, out)
		}
		if left := there.left(".restore-*"); len(left) > 0 {
			t.Errorf("killed after %d bytes: %q is left", sent, left)
		}
	}
	for wait := time.Duration(0); wait < 60*time.Millisecond; wait += 12 * time.Millisecond { // while it settles in
		cmd := there.process("restore", file, "--recovery-key-file", keyFile)
		there.killWhen(cmd, "its beginning", func() bool { return len(there.left(".restore-*")) > 0 }, wait)
		if out, _ := there.skrin(exitDone, "", "pod", "list"); strings.Contains(out, "maria") {
			break // it was quicker
		}
	}
	if out, _ := there.skrin(exitDone, "", "pod", "list"); !strings.Contains(out, "maria") {
		there.skrin(exitDone, "", "restore", file, "--recovery-key-file", keyFile)
	}
	if out, _ := there.skrin(exitDone, "", "verify"); strings.Count(out, ": sound") != 2 {
		t.Errorf("verify: %q", out)
	}
}

func (p *place) left(pattern string) []string {
	found, _ := filepath.Glob(filepath.Join(p.env["SKRIN_DATA"], "pods", pattern))
	return found
}

func (p *place) await(what string, there func() bool) {
	p.t.Helper()
	for deadline := time.Now().Add(time.Minute); !there(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			p.t.Fatalf("%s did not come", what)
		}
	}
}

// A backup that is killed leaves the file that was there, and the pod.
func TestKilledBackup(t *testing.T) {
	p := newPlace(t)
	p.citizen("maria")
	p.heavy("maria")
	file := p.backup("maria")
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	p.killWhen(p.process("backup", "maria", file, "--force"), "the new file", func() bool { return len(siblings(t, file)) > 1 }, 0)
	if now, err := os.ReadFile(file); err != nil || len(now) != len(before) && !bytes.HasPrefix(now, []byte("skrin-backup 1\n")) {
		t.Errorf("the backup is another, and not a whole one: %v", err)
	}
	// To a pipe that nobody reads, so that it is surely in the middle.
	cmd := p.process("backup", "maria", "-")
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(out, make([]byte, 100)); err != nil {
		t.Fatal(err)
	}
	p.kill(cmd)
	if out, _ := p.skrin(exitDone, "", "verify"); !strings.Contains(out, "maria: sound") {
		t.Errorf("verify: %q", out)
	}
	p.skrin(exitDone, "", "backup", "maria", file, "--force")
	if left := p.left("*/*.backup"); len(left) > 0 {
		t.Errorf("left in the data folder: %q", left)
	}
}

// A server that is killed in the middle of a backup breaks it off; what came is not kept.
func TestServerKilledDuringBackup(t *testing.T) {
	p := newPlace(t)
	p.citizen("maria")
	p.heavy("maria")
	server := p.process("serve", "--listen", "127.0.0.1:0")
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	p.await("the server", func() bool { return dial(t.Context(), p.env["SKRIN_DATA"]) != nil })
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	cmd := p.process("backup", "maria", "-")
	cmd.Stdout = writer
	said := new(bytes.Buffer)
	cmd.Stderr = said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	writer.Close()
	if _, err := io.ReadFull(reader, make([]byte, 100)); err != nil {
		t.Fatal(err)
	}
	p.kill(server)
	cut, _ := io.ReadAll(reader)
	if err := cmd.Wait(); err == nil || !strings.Contains(said.String(), "broke off") {
		t.Errorf("a cut backup is called whole: %d bytes, %s", len(cut), said)
	}
	p.skrin(exitDone, "", "verify")
}
