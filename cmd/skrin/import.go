package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"

	"skrin/web/admin"
)

type importCommand struct {
	folderFlags `embed:""`
	Name        string   `arg:"" help:"Name of the pod."`
	Files       []string `arg:"" name:"file" help:"FHIR R4 bundles or resources, or Open mHealth data points, as JSON or NDJSON; - reads standard input."`
	Quiet       bool     `short:"q" help:"Only say what went wrong."`
}

// errPartial is returned when some records were refused; the others are in.
var errPartial = errors.New("not everything could be imported")

// errFolder is returned where a file is read and a folder was named.
var errFolder = errors.New("this is a folder; name the files in it")

// Run imports the files one after another. What is wrong in one file does not keep the next one out.
func (c *importCommand) Run(ctx context.Context, t *terminal) error {
	server, err := c.existing(ctx, t)
	if err != nil {
		return err
	}
	var failed []error
	for _, name := range c.Files {
		if err := c.file(ctx, t, server, name); err != nil {
			failed = append(failed, aboutFile(name, err))
		}
		if ctx.Err() != nil {
			break
		}
	}
	return finish(server, errors.Join(failed...))
}

// aboutFile says which file is meant. What the server did not understand is the file, not the command.
func aboutFile(name string, err error) error {
	if errors.Is(err, errUsage) {
		return fmt.Errorf("%s: %v", name, err)
	}
	return fmt.Errorf("%s: %w", name, err)
}

// file imports one file.
func (c *importCommand) file(ctx context.Context, t *terminal, server *client, name string) error {
	content, err := t.open(name)
	if err != nil {
		return err
	}
	defer content.Close()
	if !c.Quiet {
		t.say("%s", filepath.Base(name))
	}
	var last admin.ImportEvent
	path := podPath(c.Name, "import") + "?name=" + url.QueryEscape(filepath.Base(name))
	err = server.follow(ctx, "POST", path, "application/octet-stream", content, func(text json.RawMessage) error {
		last = admin.ImportEvent{}
		if err := json.Unmarshal(text, &last); err != nil {
			return fmt.Errorf("reading the server's answer: %w", err)
		}
		c.progress(t, last)
		return nil
	})
	switch {
	case err != nil:
		return err
	case last.Problem != nil && last.Read > 0:
		return fmt.Errorf("%w.\nWhat was filed stays; import the file again when that is mended: nothing is filed twice", last.Problem)
	case last.Problem != nil:
		return last.Problem
	case !last.Done:
		return errCut
	case last.Summary != nil && last.Summary.Troubles > 0:
		return fmt.Errorf("%w: %d entries were refused", errPartial, last.Summary.Troubles)
	}
	return nil
}

// progress shows one line of the answer.
func (c *importCommand) progress(t *terminal, e admin.ImportEvent) {
	switch {
	case e.Trouble != nil:
		t.say("  refused: %s", trouble(*e.Trouble))
	case c.Quiet:
	case e.Summary != nil:
		t.summary(e.Summary)
	case !e.Done:
		t.passing("  %d read", e.Read)
	}
}

// trouble is what is wrong with one record, on one line.
func trouble(w admin.Trouble) string {
	text := w.What
	if w.Where != "" {
		text = w.Where + ": " + text
	}
	if w.Entry >= 0 {
		text = fmt.Sprintf("entry %d, %s", w.Entry, text)
	}
	return text
}

// summary prints what an import put where.
func (t *terminal) summary(s *admin.ImportSummary) {
	rows := [][]string{}
	for _, c := range s.Containers {
		rows = append(rows, []string{"  " + c.Container, strconv.Itoa(c.Created), strconv.Itoa(c.Unchanged), strconv.Itoa(c.Replaced)})
	}
	rows = append(rows, []string{"  in all", strconv.Itoa(s.Created), strconv.Itoa(s.Unchanged), strconv.Itoa(s.Replaced)})
	_ = t.table("", []string{"  CONTAINER", "NEW", "THERE ALREADY", "REPLACED"}, rows)
}

// open opens a file, or standard input for a dash.
func (t *terminal) open(name string) (io.ReadCloser, error) {
	if name == "-" {
		return io.NopCloser(t.in), nil
	}
	file, err := os.Open(name)
	if wrapped := new(fs.PathError); errors.As(err, &wrapped) {
		return nil, wrapped.Err
	} else if err != nil {
		return nil, err
	}
	if info, err := file.Stat(); err == nil && info.IsDir() {
		return nil, errors.Join(errFolder, file.Close())
	}
	return file, nil
}
