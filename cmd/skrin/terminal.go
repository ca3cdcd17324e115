package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"text/tabwriter"

	"golang.org/x/term"
)

var (
	// errUsage is wrapped by errors about what was asked for, as opposed to what went wrong in doing it.
	errUsage = errors.New("not understood")
	// errDamage is wrapped by errors that a check found; nothing else returns it.
	errDamage = errors.New("damage found")
)

// usage makes an error about what was asked for. Its text is the whole message.
func usage(format string, args ...any) error { return &usageError{fmt.Sprintf(format, args...)} }

type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }
func (e *usageError) Unwrap() error { return errUsage }

// A terminal is what a command has of the outside world: where it reads, where it writes, and the environment.
type terminal struct {
	getenv      func(string) string
	in          io.Reader
	out, errOut io.Writer
	progress    progress
	unseen      func() (string, error) // lines of in that are not to be shown; nil until they are wanted
}

// colours reports whether the reader is a person at a terminal who did not ask for plain text.
func (t *terminal) colours() bool {
	return isTerminal(t.out) && t.getenv("NO_COLOR") == "" && t.getenv("TERM") != "dumb"
}

func isTerminal(w any) bool {
	file, ok := w.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// say writes a line beside the result, for the person who waits for it.
func (t *terminal) say(format string, args ...any) {
	t.wipe()
	fmt.Fprintf(t.errOut, format+"\n", args...)
}

// table prints rows below their headings, aligned. Nothing is printed when there are no rows but the line none.
func (t *terminal) table(none string, headings []string, rows [][]string) error {
	t.wipe()
	if len(rows) == 0 {
		fmt.Fprintln(t.errOut, none)
		return nil
	}
	w := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
	for _, row := range append([][]string{headings}, rows...) {
		for i, cell := range row {
			if i > 0 {
				fmt.Fprint(w, "\t")
			}
			fmt.Fprint(w, cell)
		}
		fmt.Fprintln(w)
	}
	return w.Flush()
}

// jsonLine prints v on one line, for a program to read.
func (t *terminal) jsonLine(v any) error {
	enc := json.NewEncoder(t.out)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// json prints v for a program and a person to read.
func (t *terminal) json(v any) error {
	enc := json.NewEncoder(t.out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
