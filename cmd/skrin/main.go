package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

// What run returns, and the shell sees.
const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2
	exitDamage      = 3
	exitInterrupted = 130
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Getenv, os.Stdin, os.Stdout, os.Stderr))
}

// run is the whole program. It uses nothing of the process but its arguments, and it ends when ctx does.
func run(ctx context.Context, args []string, getenv func(string) string, in io.Reader, out, errOut io.Writer) int {
	command, code, err := parse(args, getenv, out, errOut)
	if err != nil {
		fmt.Fprintf(errOut, "skrin: %v\n", err)
	}
	if command == nil {
		return code
	}
	t := &terminal{getenv: getenv, in: in, out: out, errOut: errOut}
	return t.outcome(ctx, command.Run(ctx, t))
}

// outcome says what went wrong, once and in one place, and turns it into an exit code.
func (t *terminal) outcome(ctx context.Context, err error) int {
	if err == nil {
		return exitDone
	}
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		fmt.Fprintln(t.errOut, "skrin: interrupted")
		return exitInterrupted
	}
	for line := range strings.Lines(err.Error()) {
		fmt.Fprintf(t.errOut, "skrin: %s\n", strings.TrimRight(line, "\n"))
	}
	if line := advice(err); line != "" {
		fmt.Fprintf(t.errOut, "skrin: %s\n", line)
	}
	switch {
	case errors.Is(err, errUsage):
		return exitUsage
	case errors.Is(err, errDamage):
		return exitDamage
	}
	return exitFailed
}
