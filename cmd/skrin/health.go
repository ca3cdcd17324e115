package main

import (
	"context"
	"fmt"
	"time"
)

type healthCommand struct {
	Data string `default:"skrin-data" placeholder:"DIR" help:"Folder that holds the pods (default: ${default})."`
}

// Run asks the server that holds the data folder how it is; containers and supervisors use it.
func (c *healthCommand) Run(ctx context.Context, t *terminal) error {
	ctx, stop := context.WithTimeout(ctx, 4*time.Second)
	defer stop()
	server := dial(ctx, c.Data)
	if server == nil {
		return fmt.Errorf("no server holds %s", whole(c.Data))
	}
	err := server.ask(ctx, "GET", "/clock", nil, nil)
	if err == nil {
		fmt.Fprintln(t.out, "well")
	}
	return finish(server, err)
}
