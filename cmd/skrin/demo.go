package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"time"

	"skrin/identity/account"
	"skrin/pod"
)

type demoCommand struct {
	Listen string `default:"localhost:8080" placeholder:"ADDR" help:"Address to serve on; another port is taken when it is in use (default: ${default})."`
	Once   bool   `help:"End after the story instead of serving on."`
}

// Run plays the story on a server of its own, with a data folder that is gone at the end, and serves on until it is
// interrupted.
func (c *demoCommand) Run(ctx context.Context, t *terminal) error {
	folder, err := os.MkdirTemp("", "skrin-demo-")
	if err != nil {
		return fmt.Errorf("making a folder for the demo: %w", err)
	}
	defer os.RemoveAll(folder)
	public, err := listenSomewhere(ctx, c.Listen)
	if err != nil {
		return err
	}
	defer public.Close()
	h, err := demoHouse(ctx, t, folder, baseOf(public, false))
	if err != nil {
		return err
	}
	serving, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- h.serve(serving, filepath.Join(folder, "data"), public, nil) }()
	err = c.play(ctx, t, folder, h)
	stop()
	if closed := <-ended; err == nil || errors.Is(err, context.Canceled) {
		err = closed
	}
	return err
}

// play raises the stage, tells the story and keeps the doors open.
func (c *demoCommand) play(ctx context.Context, t *terminal, folder string, h *house) error {
	g, err := raise(t, h)
	if err != nil {
		return err
	}
	defer g.issuer.Close()
	if err := g.tell(ctx); err != nil {
		return err
	}
	if c.Once {
		return nil
	}
	handouts, err := g.handouts(filepath.Join(folder, "try"))
	if err != nil {
		return err
	}
	g.invite(handouts)
	return handouts.renew(ctx)
}

// demoHouse opens a data folder inside the demo's own, with a host key beside it.
func demoHouse(ctx context.Context, t *terminal, folder, base string) (*house, error) {
	quiet := slog.New(slog.NewTextHandler(t.errOut, &slog.HandlerOptions{Level: slog.LevelError}))
	flags := folderFlags{Data: filepath.Join(folder, "data"), BaseURL: base}
	key, err := makeHostKey(&terminal{errOut: io.Discard}, filepath.Join(folder, "host.key"), flags.Data)
	if err != nil {
		return nil, err
	}
	iri, err := flags.base()
	if err != nil {
		return nil, err
	}
	vault, err := pod.Open(flags.Data, key, pod.Options{Base: iri, Now: time.Now, Log: quiet})
	if err != nil {
		return nil, fmt.Errorf("opening the demo's data folder: %w", err)
	}
	h, err := furnish(vault, reach{loopback: true, policy: account.Open}, quiet)
	if err != nil {
		return nil, errors.Join(err, vault.Close())
	}
	return h, ctx.Err()
}

// listenSomewhere takes the wished address, or another port when it is in use.
func listenSomewhere(ctx context.Context, wished string) (net.Listener, error) {
	var any net.ListenConfig
	public, err := any.Listen(ctx, "tcp", wished)
	if err == nil {
		return public, nil
	}
	host, _, cut := net.SplitHostPort(wished)
	if cut != nil {
		return nil, usage("--listen %s: %v", wished, cut)
	}
	return any.Listen(ctx, "tcp", net.JoinHostPort(host, "0"))
}
