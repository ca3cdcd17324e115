package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"strings"
	"time"

	"skrin/linkeddata"
	"skrin/pod"
	"skrin/web/admin"
)

// defaultBase is where a server is reached that nobody gave a name.
const defaultBase = "http://localhost:8080/"

// folderFlags say which data folder is meant, and how to open it.
type folderFlags struct {
	Data         string `default:"skrin-data" placeholder:"DIR" help:"Folder that holds the pods."`
	BaseURL      string `placeholder:"URL" help:"Address under which the world reaches the pods (default: the one used last, at first ${base_url})."`
	hostKeyFlags `embed:""`
}

// client gives the admin interface of the folder: the running server's, or one that opens the folder here.
func (f folderFlags) client(ctx context.Context, t *terminal) (*client, error) {
	if c := dial(ctx, f.Data); c != nil {
		return c, nil
	}
	vault, err := f.open(ctx, t, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, err
	}
	return within(admin.New(vault, slog.New(slog.DiscardHandler)), vault.Close), nil
}

// existing is client for commands that need a folder with something in it: they make none.
func (f folderFlags) existing(ctx context.Context, t *terminal) (*client, error) {
	if !inhabited(f.Data) {
		return nil, fmt.Errorf("there are no pods in %s; make one with: skrin pod create NAME --data %s", f.Data, f.Data)
	}
	return f.client(ctx, t)
}

// open opens the folder in this process; the caller closes the vault.
func (f folderFlags) open(ctx context.Context, t *terminal, log *slog.Logger) (*pod.Vault, error) {
	base, err := f.base()
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(f.Data); err == nil && !info.IsDir() {
		return nil, usage("%s is not a folder", f.Data)
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	key, err := f.load(ctx, t, f.Data)
	if err != nil {
		return nil, err
	}
	vault, err := pod.Open(f.Data, key, pod.Options{Base: base, Now: time.Now, Log: log})
	if errors.Is(err, pod.ErrHostKey) {
		return nil, fmt.Errorf("opening %s: %w; %s", f.Data, err, keyLost(f.Data))
	} else if err != nil {
		return nil, fmt.Errorf("opening %s: %w", f.Data, err)
	}
	return vault, nil
}

// base is the address of the pods; zero for the one used last.
func (f folderFlags) base() (linkeddata.IRI, error) {
	if f.BaseURL == "" && inhabited(f.Data) {
		return linkeddata.IRI{}, nil
	}
	return parseBase("--base-url", cmp.Or(f.BaseURL, defaultBase))
}

// parseBase takes an address of the server as people write it: the last slash may be left out.
func parseBase(flag, text string) (linkeddata.IRI, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return linkeddata.IRI{}, usage("%s %q is no address of the form https://pods.example.org/", flag, text)
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return linkeddata.IRI{}, usage("%s %q can have no user, query or fragment", flag, text)
	}
	if !strings.HasSuffix(text, "/") {
		text += "/"
	}
	base, err := linkeddata.ParseIRI(text)
	if err != nil {
		return linkeddata.IRI{}, usage("%s: %v", flag, err)
	}
	return base, nil
}

// finish closes c after a command, and keeps the command's own error before that of closing.
func finish(c *client, err error) error {
	if closed := c.close(); err == nil {
		return closed
	}
	return err
}
