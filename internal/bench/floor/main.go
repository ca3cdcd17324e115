package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"net"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/gofiber/fiber/v2"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:4100", "address to listen on")
	base := flag.String("base", "http://127.0.0.1:4100/", "address under which it is reached")
	data := flag.String("data", ".", "folder for the database, which is made anew")
	keys := flag.String("keys", "", "address of the issuer's key set")
	issuer := flag.String("issuer", "", "the issuer, as tokens name it")
	owner := flag.String("owner", "", "WebID that may do everything")
	reader := flag.String("reader", "", "WebID that may read")
	line := flag.Bool("line", false, "commit a line for each reading by anybody but the owner")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *listen, *data, *keys, floor{base: *base, issuer: *issuer, owner: *owner, reader: *reader, line: *line}); err != nil {
		log.Fatal(err)
	}
}

// run serves until ctx ends.
func run(ctx context.Context, listen, data, keys string, f floor) error {
	key, err := issuerKey(keys)
	if err != nil {
		return fmt.Errorf("the issuer's key: %w", err)
	}
	if f.store, err = openStore(filepath.Join(data, "floor.db")); err != nil {
		return err
	}
	defer f.store.close()
	f.guard = newGuard(f.issuer, key)
	ln, err := net.Listen("tcp", listen)
	if err != nil {
		return err
	}
	app := f.app()
	context.AfterFunc(ctx, func() { app.Shutdown() })
	return app.Listener(ln)
}

// app is the server around the handler.
func (f *floor) app() *fiber.App {
	app := fiber.New(fiber.Config{DisableStartupMessage: true, ReadBufferSize: 16 << 10})
	app.Use(f.serve)
	return app
}
