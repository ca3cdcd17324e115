package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"skrin/crypto"
)

// pseudoTerminal gives both ends of a terminal: the person's, and the program's.
func pseudoTerminal(t *testing.T) (person, program *os.File) {
	t.Helper()
	person, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skip("no terminals here:", err)
	}
	t.Cleanup(func() { person.Close() })
	var n, unlock int32
	for request, argument := range map[uintptr]*int32{syscall.TIOCSPTLCK: &unlock, syscall.TIOCGPTN: &n} {
		if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, person.Fd(), request, uintptr(unsafe.Pointer(argument))); errno != 0 {
			t.Skip("no terminals here:", errno)
		}
	}
	program, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skip("no terminals here:", err)
	}
	t.Cleanup(func() { program.Close() })
	return person, program
}

// echoless says whether a terminal does not show what is typed.
func echoless(terminal *os.File) bool {
	var how syscall.Termios
	_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, terminal.Fd(), syscall.TCGETS, uintptr(unsafe.Pointer(&how)))
	return errno == 0 && how.Lflag&syscall.ECHO == 0
}

// A recovery key that is pasted at a terminal is taken in all its lines, after a wrong try, and shows nowhere.
func TestRecoveryKeyIsNotShown(t *testing.T) {
	key, err := crypto.GenerateRecoveryKey()
	if err != nil {
		t.Fatal(err)
	}
	person, program := pseudoTerminal(t)
	shown := &notebook{}
	go func() {
		for b := make([]byte, 4096); ; {
			n, err := person.Read(b)
			if err != nil {
				return
			}
			_, _ = shown.Write(b[:n])
		}
	}()
	said := &bytes.Buffer{}
	term := &terminal{in: program, out: said, errOut: said, getenv: os.Getenv}
	got := make(chan string, 1)
	go func() {
		line, err := recoveryFlags{}.key(context.Background(), term, func(line string) (bool, error) { return line == key.Line(), nil })
		got <- fmt.Sprint(line, err)
	}()
	for deadline := time.Now().Add(time.Minute); !echoless(program) && time.Now().Before(deadline); time.Sleep(time.Millisecond) {
	}
	fmt.Fprint(person, "nonsense\r\r", strings.ReplaceAll(key.Text(), "\n", "\r"))
	select {
	case line := <-got:
		if line != key.Line()+"<nil>" {
			t.Errorf("it was taken as another: %s", said)
		}
	case <-time.After(time.Minute):
		t.Fatal("it was not taken")
	}
	if text := shown.String() + said.String(); strings.Contains(text, "AGE-SECRET") || strings.Contains(text, key.Text()[20:24]) {
		t.Errorf("the terminal shows %q", text)
	}
}
