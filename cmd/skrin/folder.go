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
	"path/filepath"
	"strings"
	"time"

	"skrin/internal/desk"
	"skrin/linkeddata"
	"skrin/pod"
	"skrin/web"
	"skrin/web/admin"
)

// defaultBase is where a server is reached that nobody gave a name.
const defaultBase = "http://localhost:8080/"

// folderFlags say which data folder is meant, and how to open it.
type folderFlags struct {
	Data         string `group:"folder" default:"skrin-data" placeholder:"DIR" help:"Folder that holds the pods (default: ${default})."`
	BaseURL      string `group:"folder" placeholder:"URL" help:"Address under which the world reaches the pods (default: the one used last, at first ${base_url})."`
	Subdomains   *bool  `group:"folder" negatable:"" help:"Give each pod a host of its own, https://NAME.HOST/, and so an origin of its own in browsers (default: as it was, at first paths: https://HOST/NAME/)."`
	AppURL       string `group:"folder" name:"app-url" placeholder:"URL" help:"Address of the pages where people sign in, if they have a host of their own; none: they stand at the base URL (default: as it was, at first none)."`
	hostKeyFlags `embed:"" group:"folder"`
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
	back, err := f.back(ctx, vault, false)
	if err != nil {
		return nil, errors.Join(err, vault.Close())
	}
	return hostClient(vault, back), nil
}

// back opens the host's side of where people sign in, over a vault that is open.
func (f folderFlags) back(ctx context.Context, vault *pod.Vault, moving bool) (*desk.Back, error) {
	app, err := f.app(vault, moving)
	if err != nil {
		return nil, err
	}
	back, err := desk.OpenBack(ctx, desk.Config{Vault: vault, App: app})
	if err != nil {
		return nil, fmt.Errorf("the accounts of %s: %w", f.Data, err)
	}
	return back, nil
}

// hostClient is a client of an open folder that nobody serves. Closing it closes the folder.
func hostClient(vault *pod.Vault, back *desk.Back) *client {
	handler := admin.New(admin.Config{Vault: vault, Accounts: back.Accounts, Provider: back.Provider, Issuer: back.Issuer})
	return within(handler, func() error {
		back.Close()
		return vault.Close()
	})
}

// existing is client for commands that need a folder with something in it: they make none.
func (f folderFlags) existing(ctx context.Context, t *terminal) (*client, error) {
	if !inhabited(f.Data) {
		return nil, fmt.Errorf("there are no pods in %s; say which folder with --data, or make a pod in this one with: skrin pod create NAME --data %s", whole(f.Data), f.Data)
	}
	return f.client(ctx, t)
}

// ask asks one thing of a folder with something in it, and lets go of it.
func (f folderFlags) ask(ctx context.Context, t *terminal, method, path string, body, into any) error {
	server, err := f.existing(ctx, t)
	if err != nil {
		return err
	}
	return finish(server, server.ask(ctx, method, path, body, into))
}

// open opens the folder in this process; the caller closes the vault.
func (f folderFlags) open(ctx context.Context, t *terminal, log *slog.Logger) (*pod.Vault, error) {
	opt, err := f.site()
	if err != nil {
		return nil, err
	}
	opt.Log = log
	vault, err := f.openWith(ctx, t, opt)
	if errors.Is(err, pod.ErrLayout) {
		return nil, fmt.Errorf("%w.\nTo move all of them: skrin move %s --data %s", err, strings.Join(f.addressFlags(), " "), f.Data)
	}
	return vault, err
}

// openWith opens the folder at a site that the flags asked for.
func (f folderFlags) openWith(ctx context.Context, t *terminal, opt pod.Options) (*pod.Vault, error) {
	if info, err := os.Stat(f.Data); err == nil && !info.IsDir() {
		return nil, usage("%s is not a folder", f.Data)
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	key, err := f.load(ctx, t, f.Data)
	if err != nil {
		return nil, err
	}
	fresh := !inhabited(f.Data)
	opt.Now = time.Now
	vault, err := pod.Open(f.Data, key, opt)
	switch {
	case errors.Is(err, pod.ErrHostKey):
		return nil, fmt.Errorf("opening %s: %w: %s\nSay where the right one is with --host-key; %s", f.Data, pod.ErrHostKey, f.origin(t), keyLost(f.Data))
	case beyondReach(err):
		return nil, fmt.Errorf("opening %s: %w\nOnly who may write there opens a data folder, also to look: run this as its owner, or on a copy", f.Data, err)
	case err != nil:
		return nil, fmt.Errorf("opening %s: %w", f.Data, err)
	case fresh:
		t.say("A data folder was made: %s", whole(f.Data))
	}
	return vault, nil
}

// site says where the pods stand; what is not asked for is as it was.
func (f folderFlags) site() (opt pod.Options, err error) {
	if opt.Base, err = f.base(); err != nil {
		return opt, err
	}
	if f.AppURL != "" && f.AppURL != noApp {
		if _, err := parseBase("--app-url", f.AppURL); err != nil {
			return opt, err
		}
	}
	switch {
	case f.Subdomains == nil:
	case *f.Subdomains:
		opt.Layout = pod.Subdomains
	default:
		opt.Layout = pod.Paths
	}
	if !opt.Base.IsZero() && opt.Layout != 0 { // before a data folder is made for it
		if _, err := pod.NewSite(opt.Base, opt.Layout); err != nil {
			return opt, usage("%v", err)
		}
	}
	return opt, nil
}

// addressFlags are the addresses that were asked for, as they are written.
func (f folderFlags) addressFlags() (flags []string) {
	if f.BaseURL != "" {
		flags = append(flags, "--base-url "+f.BaseURL)
	}
	switch {
	case f.Subdomains == nil:
	case *f.Subdomains:
		flags = append(flags, "--subdomains")
	default:
		flags = append(flags, "--no-subdomains")
	}
	return flags
}

// base is the address of the pods; zero for the one used last.
func (f folderFlags) base() (linkeddata.IRI, error) {
	if f.BaseURL == "" && inhabited(f.Data) {
		return linkeddata.IRI{}, nil
	}
	return parseBase("--base-url", cmp.Or(f.BaseURL, defaultBase))
}

// keptApp is the name under which the host keeps where people sign in, if that has a host of its own.
const keptApp = "app"

// noApp is said for the pages to stand at the base URL again.
const noApp = "none"

// app is where people sign in, if that has a host of its own; what is not asked for is as it was. Where there are pods it
// becomes another by a move alone: passkeys, apps and WebIDs know the old one.
func (f folderFlags) app(vault *pod.Vault, moving bool) (app linkeddata.IRI, err error) {
	app, kept, err := f.appAt(vault)
	if err != nil || app.String() == kept {
		return app, err
	}
	pods, err := vault.Pods()
	switch {
	case err != nil:
		return app, err
	case len(pods) > 0 && !moving:
		return app, fmt.Errorf("people sign in at %sapp/.\nTo move that: skrin move --app-url %s --data %s", cmp.Or(kept, vault.Base().String()), cmp.Or(app.String(), noApp), f.Data)
	case app.IsZero():
		return app, vault.Discard(keptApp)
	}
	return app, vault.Keep(keptApp, []byte(app.String()))
}

// appAt is where people are to sign in, and where they did, where the pods stand as in the vault.
func (f folderFlags) appAt(vault *pod.Vault) (app linkeddata.IRI, before string, err error) {
	kept, err := vault.Kept(keptApp)
	if err != nil {
		return app, "", err
	}
	if wanted := cmp.Or(f.AppURL, string(kept), noApp); wanted != noApp {
		if app, err = parseBase("--app-url", wanted); err != nil {
			return app, "", err
		}
		if err := web.CheckApp(vault, app); err != nil {
			return app, "", usage("--app-url: %v", err)
		}
	}
	return app, string(kept), nil
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

// whole is a path from the root, as people find it.
func whole(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

// finish closes c after a command, and keeps the command's own error before that of closing.
func finish(c *client, err error) error {
	if closed := c.close(); err == nil {
		return closed
	}
	return err
}
