package main

import (
	"context"
	"net/netip"
)

type serveCommand struct {
	folderFlags      `embed:""`
	Listen           string         `default:"localhost:8080" placeholder:"ADDR" help:"Address to listen on."`
	MetricsListen    string         `placeholder:"ADDR" help:"Address for Prometheus metrics, for the operator's network alone (default: none)."`
	AppURL           string         `name:"app-url" placeholder:"URL" help:"Address of the console and the sign-in, where they have an origin of their own."`
	AllowNet         []netip.Prefix `placeholder:"CIDR" help:"Inner network on which issuers and WebIDs may live; may be repeated."`
	InsecureLoopback bool           `help:"Allow http and loopback addresses for issuers and WebIDs. For tests alone."`
}

func (c *serveCommand) Run(ctx context.Context, t *terminal) error { return nil }
