package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strconv"

	"skrin/web/admin"
)

type backupCommand struct {
	folderFlags  `embed:""`
	Name         string `arg:"" help:"Name of the pod."`
	File         string `arg:"" help:"File to write; - writes standard output."`
	WithHostSlot bool   `help:"Let the host key open the backup too (default: only the owner's ways open it)."`
	Force        bool   `help:"Replace the file if it is there."`
}

// Run writes everything of a pod, as it is now and sealed as it is, into one file.
func (c *backupCommand) Run(ctx context.Context, t *terminal) error {
	if c.File == "-" && isTerminal(t.out) {
		return usage("a backup is no text; name a file, or send standard output somewhere")
	}
	if _, err := os.Lstat(c.File); c.File != "-" && !c.Force && !errors.Is(err, fs.ErrNotExist) {
		return cmp.Or(err, errThere(c.File))
	}
	server, err := c.existing(ctx, t)
	if err != nil {
		return err
	}
	if c.File == "-" {
		_, err := c.stream(ctx, t, server, t.out)
		return finish(server, err)
	}
	n, err := c.keep(ctx, t, server)
	if err = finish(server, err); err != nil {
		return err
	}
	opens := "the recovery key"
	if c.WithHostSlot {
		opens += ", or with this host's key"
	}
	t.say("%s: %s. It opens with %s.", c.File, size(n), opens)
	return nil
}

func errThere(file string) error {
	return fmt.Errorf("%s is there already; --force replaces it", file)
}

// keep writes the backup beside its place, and puts it there when it is whole.
func (c *backupCommand) keep(ctx context.Context, t *terminal, server *client) (n int64, err error) {
	file, err := os.CreateTemp(filepath.Dir(c.File), "."+filepath.Base(c.File)+".part-*")
	if wrong := new(fs.PathError); errors.As(err, &wrong) {
		return 0, fmt.Errorf("%s: nothing can be written in that folder: %w", c.File, wrong.Err)
	} else if err != nil {
		return 0, err
	}
	defer os.Remove(file.Name())
	n, err = c.stream(ctx, t, server, file)
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return n, err
	}
	return n, c.place(file.Name())
}

// place gives the finished file its name. Without --force it takes nobody else's, also not one that came meanwhile.
func (c *backupCommand) place(part string) error {
	if c.Force {
		return os.Rename(part, c.File)
	}
	err := os.Link(part, c.File)
	switch {
	case err == nil:
		return nil // the other name goes with the deferred removal
	case errors.Is(err, fs.ErrExist):
		return errThere(c.File)
	}
	if _, err := os.Lstat(c.File); !errors.Is(err, fs.ErrNotExist) { // a file system without links
		return cmp.Or(err, errThere(c.File))
	}
	return os.Rename(part, c.File)
}

// stream asks for the backup and copies it. It succeeds only when the server said that it sent all of it.
func (c *backupCommand) stream(ctx context.Context, t *terminal, server *client, w io.Writer) (int64, error) {
	path := podPath(c.Name, "backup")
	if c.WithHostSlot {
		path += "?host-slot=true"
	}
	res, err := server.send(ctx, "POST", path, "", nil)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	total, _ := strconv.ParseInt(res.Header.Get(admin.TotalField), 10, 64) // 0: it does not say
	n, err := io.Copy(w, &metered{Reader: res.Body, each: func(done int64) { t.passing("%s", share(done, total)) }})
	t.wipe()
	if err != nil {
		return n, fmt.Errorf("the backup broke off: %w", err)
	}
	return n, outcome(res)
}

// outcome reads what came behind a backup.
func outcome(res *http.Response) error {
	text := res.Trailer.Get(admin.OutcomeField)
	problem := new(admin.Problem)
	switch {
	case text == admin.Whole:
		return nil
	case json.Unmarshal([]byte(text), problem) == nil && problem.Detail != "":
		return fmt.Errorf("the backup broke off: %w", problem)
	}
	return errCut
}
