package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"skrin/crypto"
)

type hostKeyCommand struct {
	File string `arg:"" help:"File to write, for --host-key; - writes standard output."`
}

// Run makes a host key for a data folder to be, as serve does where nobody names a file. It replaces none: what the old one
// opens, the new one would not.
func (c *hostKeyCommand) Run(_ context.Context, t *terminal) error {
	key, err := crypto.GenerateHostKey()
	if err != nil {
		return fmt.Errorf("making a host key: %w", err)
	}
	if c.File == "-" && isTerminal(t.out) {
		return usage("a host key is nothing to be looked at; name a file, or send standard output somewhere")
	} else if c.File == "-" {
		_, err = key.WriteTo(t.out)
		return err
	}
	if err := writeHostKey(c.File, key); errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already, and may be what opens pods; name another file", c.File)
	} else if err != nil {
		return fmt.Errorf("keeping the new host key: %w", err)
	}
	t.say("%s: back it up, away from this machine and away from the backups of the data folder. Without it the host cannot open\n"+
		"its pods; with it and the data, anybody can.", c.File)
	return nil
}
