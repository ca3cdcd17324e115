package faults

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"time"
)

// A Verdict is what becomes of a call.
type Verdict struct {
	Fail  syscall.Errno // the program sees this error ...
	After bool          // ... or dies, only when the call has done its work; else it does nothing
	Kill  bool
	Hold  func() bool // when the call has done its work, its thread waits until this says yes
}

// A Program is what is traced.
type Program struct {
	Path     string // of the executable
	Args     []string
	Env      []string
	Folder   string               // the data folder; calls elsewhere are not looked at
	After    *Recording           // of a program that was killed in this folder: the new recording goes on with it
	Decide   func(*Event) Verdict // asked when an event begins, but for marks; nil: everything goes on
	Hear     func(line string)    // told of every mark; may be nil
	Patience time.Duration        // after which the program is killed; default five minutes
}

// ErrTrace wraps what keeps the tracer from seeing what it must see.
var ErrTrace = errors.New("trace")

// Run starts the program and traces it to its end. Its standard output goes nowhere but into the recording's marks.
func (p *Program) Run() (*Recording, error) {
	type outcome struct {
		r   *Recording
		err error
	}
	done := make(chan outcome, 1)
	go func() {
		runtime.LockOSThread() // the kernel takes a tracee's orders from one thread only
		defer runtime.UnlockOSThread()
		r, err := p.run()
		done <- outcome{r, err}
	}()
	o := <-done
	return o.r, o.err
}

func (p *Program) run() (*Recording, error) {
	folder, err := filepath.EvalSymlinks(p.Folder)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrTrace, err)
	}
	said, err := os.CreateTemp("", "faults-stderr-")
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrTrace, err)
	}
	defer os.Remove(said.Name())
	defer said.Close()
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrTrace, err)
	}
	defer null.Close()
	process, err := os.StartProcess(p.Path, append([]string{p.Path}, p.Args...), &os.ProcAttr{
		Env: p.Env, Files: []*os.File{null, null, said}, Sys: &syscall.SysProcAttr{Ptrace: true},
	})
	if err != nil {
		return nil, fmt.Errorf("%w: start: %w", ErrTrace, err)
	}
	defer process.Release()
	t := &tracer{pid: process.Pid, decide: p.Decide, hear: p.Hear, watch: newWatch(folder, p.After), threads: map[int]*thread{}}
	if p.Patience == 0 {
		p.Patience = 5 * time.Minute
	}
	alarm := time.AfterFunc(p.Patience, func() { process.Kill() })
	defer alarm.Stop()
	if err = t.follow(); err != nil {
		process.Kill()
		t.drain()
	}
	text, _ := os.ReadFile(said.Name())
	t.watch.r.Stderr = string(bytes.TrimSpace(text[max(0, len(text)-4000):]))
	return t.watch.r, err
}

// tracer follows one process with all its threads.
type tracer struct {
	pid     int
	decide  func(*Event) Verdict
	hear    func(string)
	watch   *watch
	memory  *os.File
	threads map[int]*thread
	held    []int
}

// thread is where one thread stands: between calls, or inside one.
type thread struct {
	inside  bool
	call    *opened // the call that it is in, if that is looked at
	verdict Verdict
}

const (
	options = syscall.PTRACE_O_TRACESYSGOOD | syscall.PTRACE_O_TRACECLONE | syscall.PTRACE_O_TRACEFORK |
		syscall.PTRACE_O_TRACEVFORK | syscall.PTRACE_O_TRACEEXEC | exitKill
	exitKill  = 0x100000 // the program dies with its tracer
	noThread  = 0x20000000
	sysGood   = syscall.SIGTRAP | 0x80
	waitFlags = syscall.WALL | noThread
)

// follow lets the program run from stop to stop until it has ended.
func (t *tracer) follow() error {
	var status syscall.WaitStatus
	if _, err := syscall.Wait4(t.pid, &status, syscall.WALL, nil); err != nil || !status.Stopped() {
		return fmt.Errorf("%w: the program did not start: %v", ErrTrace, err)
	}
	if err := syscall.PtraceSetOptions(t.pid, options); err != nil {
		return fmt.Errorf("%w: options: %w", ErrTrace, err)
	}
	if err := t.openMemory(); err != nil {
		return err
	}
	defer func() { t.memory.Close() }()
	t.threads[t.pid] = &thread{}
	if err := syscall.PtraceSyscall(t.pid, 0); err != nil {
		return fmt.Errorf("%w: %w", ErrTrace, err)
	}
	for {
		tid, status, err := t.wait()
		if err != nil {
			return err
		}
		switch {
		case status.Stopped():
			if err := t.stopped(tid, status); err != nil {
				return err
			}
		case tid == t.pid:
			t.watch.r.Killed, t.watch.r.Status = status.Signaled(), status.ExitStatus()
			return nil
		default:
			delete(t.threads, tid)
		}
	}
}

// wait gives the next thread that has stopped or ended, and lets held threads go meanwhile.
func (t *tracer) wait() (int, syscall.WaitStatus, error) {
	for {
		var status syscall.WaitStatus
		flags := waitFlags
		if len(t.held) > 0 {
			flags |= syscall.WNOHANG
		}
		tid, err := syscall.Wait4(-1, &status, flags, nil)
		switch {
		case errors.Is(err, syscall.EINTR):
		case err != nil:
			return 0, 0, fmt.Errorf("%w: wait: %w", ErrTrace, err)
		case tid != 0:
			return tid, status, nil
		default:
			t.letGo()
			time.Sleep(200 * time.Microsecond)
		}
	}
}

func (t *tracer) letGo() {
	kept := t.held[:0]
	for _, tid := range t.held {
		if !t.threads[tid].verdict.Hold() {
			kept = append(kept, tid)
			continue
		}
		t.threads[tid].verdict = Verdict{}
		syscall.PtraceSyscall(tid, 0)
	}
	t.held = kept
}

// drain waits for the end of a program that was killed.
func (t *tracer) drain() {
	for {
		var status syscall.WaitStatus
		tid, err := syscall.Wait4(-1, &status, waitFlags, nil)
		if err != nil && !errors.Is(err, syscall.EINTR) || tid == t.pid && !status.Stopped() {
			return
		}
	}
}

// stopped does what a stop is for and lets the thread go on.
func (t *tracer) stopped(tid int, status syscall.WaitStatus) error {
	th := t.threads[tid]
	fresh := th == nil
	if fresh {
		th = &thread{}
		t.threads[tid] = th
	}
	signal := 0
	switch s := status.StopSignal(); {
	case s == sysGood:
		if held, err := t.atCall(tid, th); held || err != nil {
			return err
		}
	case s == syscall.SIGTRAP && status.TrapCause() > 0:
		if status.TrapCause() == syscall.PTRACE_EVENT_EXEC {
			t.memory.Close()
			if err := t.openMemory(); err != nil {
				return err
			}
		}
	case s == syscall.SIGSTOP && fresh: // how a new thread announces itself
	default:
		signal = int(s)
	}
	if err := syscall.PtraceSyscall(tid, signal); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("%w: go on: %w", ErrTrace, err)
	}
	return nil
}

func (t *tracer) openMemory() (err error) {
	if t.memory, err = os.Open(fmt.Sprintf("/proc/%d/mem", t.pid)); err != nil {
		return fmt.Errorf("%w: %w", ErrTrace, err)
	}
	return nil
}

// atCall is the beginning or the end of a call.
func (t *tracer) atCall(tid int, th *thread) (held bool, err error) {
	th.inside = !th.inside
	if !th.inside && th.call == nil {
		return false, nil
	}
	var regs syscall.PtraceRegs
	if err := syscall.PtraceGetRegs(tid, &regs); errors.Is(err, syscall.ESRCH) {
		return false, nil // it was killed meanwhile
	} else if err != nil {
		return false, fmt.Errorf("%w: registers: %w", ErrTrace, err)
	}
	if th.inside {
		return false, t.begins(tid, th, &regs)
	}
	return t.ends(tid, th, &regs)
}

func (t *tracer) begins(tid int, th *thread, regs *syscall.PtraceRegs) error {
	c, ok := callOf(regs)
	if !ok {
		return nil
	}
	var err error
	if th.call, err = t.watch.begin(c, t.memory); err != nil || th.call == nil {
		return err
	}
	th.verdict = Verdict{}
	switch e := th.call.event; {
	case e != nil && e.Kind == Mark && t.hear != nil:
		t.hear(e.Text)
	case e != nil && e.Kind != Mark && t.decide != nil:
		th.verdict = t.decide(e)
	}
	switch v := th.verdict; {
	case v.Kill && !v.After:
		return syscall.Kill(t.pid, syscall.SIGKILL)
	case v.Fail != 0 && !v.After:
		skip(regs)
		return syscall.PtraceSetRegs(tid, regs)
	}
	return nil
}

func (t *tracer) ends(tid int, th *thread, regs *syscall.PtraceRegs) (held bool, err error) {
	v, opened := th.verdict, th.call
	th.call = nil
	got := result(regs)
	if v.Fail != 0 && !v.After {
		got = -int64(v.Fail)
	}
	t.watch.end(opened, got)
	switch {
	case v.Kill:
		return false, syscall.Kill(t.pid, syscall.SIGKILL)
	case v.Fail != 0:
		fail(regs, v.Fail)
		err = syscall.PtraceSetRegs(tid, regs)
	}
	if v.Hold != nil && err == nil {
		t.held = append(t.held, tid)
		return true, nil
	}
	th.verdict = Verdict{}
	return false, err
}
