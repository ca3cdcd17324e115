package main

import (
	"context"
	"fmt"
	"time"

	"skrin/web/admin"
)

type clockCommand struct {
	folderFlags `embed:""`
	Confirm     bool   `help:"Say that the clock is right: grants that rest because it jumped go on."`
	By          string `default:"host" placeholder:"NAME" help:"Who confirms, for the journals (default: ${default})."`
}

// Run shows how the clock stands to the highest time that the host has seen, or confirms it.
func (c *clockCommand) Run(ctx context.Context, t *terminal) error {
	var clock admin.Clock
	method, path, body := "GET", "/clock", any(nil)
	if c.Confirm {
		method, path, body = "POST", "/clock/confirm", admin.Confirm{By: c.By}
	}
	if err := c.ask(ctx, t, method, path, body, &clock); err != nil {
		return err
	}
	fmt.Fprintf(t.out, "now   %s\nseen  %s\n", clock.Now.Local().Format(time.RFC3339), clock.Seen.Local().Format(time.RFC3339))
	if clock.Suspended {
		t.say("The clock jumped, so all grants rest. If it is right now: skrin clock --confirm")
	}
	return nil
}
