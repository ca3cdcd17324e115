package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"skrin/crypto"
)

// recoveryFlags say where a recovery key comes from.
type recoveryFlags struct {
	RecoveryKeyFile string `placeholder:"FILE" help:"File with the recovery key; - reads standard input (default: you are asked for it)."`
}

// errNoKey is returned when somebody was asked for a recovery key and gave none that opens what it should.
var errNoKey = errors.New("no recovery key that opens it was given")

// attempts is how often a person may type the key.
const attempts = 3

// key finds a recovery key that opens what is meant: that of the file, or what is typed.
func (f recoveryFlags) key(ctx context.Context, t *terminal, opens func(key string) (bool, error)) (string, error) {
	if f.RecoveryKeyFile != "" {
		return f.fromFile(t, opens)
	}
	for range attempts {
		key, err := t.askRecovery(ctx)
		if err != nil {
			return "", err
		}
		fits := false
		if key == "" {
			t.say("That is not a recovery key: a letter is mistyped or missing.")
		} else if fits, err = opens(key); err != nil || fits {
			return key, err
		} else {
			t.say("That is a recovery key, but not the one that opens this.")
		}
		if !isTerminal(t.in) {
			break
		}
	}
	return "", errNoKey
}

func (f recoveryFlags) fromFile(t *terminal, opens func(key string) (bool, error)) (string, error) {
	file, err := t.open(f.RecoveryKeyFile)
	if err != nil {
		return "", aboutFile(f.RecoveryKeyFile, err)
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, 64<<10))
	defer clear(text)
	if err != nil {
		return "", aboutFile(f.RecoveryKeyFile, err)
	}
	key, err := crypto.ParseRecoveryKey(string(text))
	if err != nil {
		return "", aboutFile(f.RecoveryKeyFile, err)
	}
	defer key.Destroy()
	fits, err := opens(key.Line())
	if err == nil && !fits {
		err = fmt.Errorf("the recovery key in %s is not the one that opens it", f.RecoveryKeyFile)
	}
	return key.Line(), err
}

// askRecovery lets somebody type or paste a recovery key, over as many lines as they like. It is "" when what they
// typed is none. At a terminal nothing of it is shown.
func (t *terminal) askRecovery(ctx context.Context) (string, error) {
	fmt.Fprint(t.errOut, "Recovery key (not shown; all its lines, then an empty one): ")
	done, err := t.hide()
	if err != nil {
		return "", err
	}
	if t.unseen == nil {
		t.unseen = unseen(t.in)
	}
	type answer struct {
		key string
		err error
	}
	typed := make(chan answer, 1)
	go func() {
		key, err := typeRecovery(t.unseen)
		typed <- answer{key, err}
	}()
	defer t.say("")
	defer done()
	select {
	case a := <-typed:
		return a.key, a.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// typeRecovery reads lines until they are a recovery key, or one is empty.
func typeRecovery(next func() (string, error)) (string, error) {
	text := ""
	for {
		line, err := next()
		text += line + "\n"
		if key, bad := crypto.ParseRecoveryKey(text); bad == nil {
			defer key.Destroy()
			return key.Line(), nil
		}
		ended := errors.Is(err, io.EOF)
		switch {
		case err != nil && !ended, ended && strings.TrimSpace(text) == "":
			return "", errNoKey
		case ended, strings.TrimSpace(line) == "" && strings.TrimSpace(text) != "":
			return "", nil
		}
	}
}

// hide stops a terminal from showing what is typed, until done is called.
func (t *terminal) hide() (done func(), err error) {
	if !isTerminal(t.in) {
		return func() {}, nil
	}
	fd := int(t.in.(*os.File).Fd())
	before, err := term.MakeRaw(fd)
	if err != nil {
		return nil, fmt.Errorf("asking without showing: %w", err)
	}
	return func() { _ = term.Restore(fd, before) }, nil
}

// unseen reads lines, and from a terminal as a person edits them; io.EOF also stands for Ctrl-C there.
func unseen(in io.Reader) func() (string, error) {
	if !isTerminal(in) {
		lines := bufio.NewReader(in)
		return func() (string, error) { return lines.ReadString('\n') }
	}
	lines := term.NewTerminal(struct {
		io.Reader
		io.Writer
	}{in, io.Discard}, "")
	return func() (string, error) { return lines.ReadPassword("") }
}
