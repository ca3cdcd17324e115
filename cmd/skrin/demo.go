package main

import "context"

type demoCommand struct {
	Listen string `default:"localhost:8080" placeholder:"ADDR" help:"Address to serve on; another port is taken when it is in use."`
	Once   bool   `help:"End after the story instead of serving on."`
	Keep   bool   `help:"Do not delete the data folder at the end."`
}

func (c *demoCommand) Run(ctx context.Context, t *terminal) error { return nil }
