package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"

	"skrin/pod"
	"skrin/web/admin"
)

type restoreCommand struct {
	folderFlags   `embed:""`
	recoveryFlags `embed:""`
	arrivalFlags  `embed:""`
	File          string `arg:"" help:"Backup, as 'skrin backup' wrote it; - reads standard input."`
	Name          string `placeholder:"NAME" help:"Name that the pod gets here (default: the one it had)."`
}

// Run makes a pod of a backup. What opens it is found out before all of it is read.
func (c *restoreCommand) Run(ctx context.Context, t *terminal) error {
	if c.File == "-" && c.RecoveryKeyFile == "-" {
		return usage("the backup and the recovery key cannot both come by standard input")
	}
	content, err := t.open(c.File)
	if err != nil {
		return aboutFile(c.File, err)
	}
	defer content.Close()
	whole := bufio.NewReaderSize(content, pod.MaxBackupHead)
	head, _ := whole.Peek(pod.MaxBackupHead)
	if _, err := pod.ReadBackupHead(bytes.NewReader(head)); err != nil { // before a data folder is made for it
		return aboutFile(c.File, err)
	}
	server, err := c.client(ctx, t)
	if err != nil {
		return err
	}
	return finish(server, c.restore(ctx, t, server, head, whole, length(content)))
}

func (c *restoreCommand) restore(ctx context.Context, t *terminal, server *client, head []byte, whole io.Reader, total int64) error {
	key, err := c.opening(ctx, t, c.File == "-", func(key string) (found admin.BackupHead, err error) {
		return found, server.with(key).exchange(ctx, "POST", "/restore/look", "application/octet-stream", bytes.NewReader(head), &found)
	})
	if err != nil {
		return err
	}
	path := "/restore"
	if c.Name != "" {
		path += "?" + url.Values{"name": {c.Name}}.Encode()
	}
	return c.bring(ctx, t, server, key, path, "application/octet-stream", whole, total)
}

// opening finds out what opens a pod that comes from elsewhere: "" when this host's key does. look asks the server.
func (f recoveryFlags) opening(ctx context.Context, t *terminal, deaf bool, look func(key string) (admin.BackupHead, error)) (string, error) {
	opens := func(key string) (bool, error) {
		found, err := look(key)
		if err == nil && found.Here != "" {
			err = fmt.Errorf("this very pod is here as %q: keep it, or delete it first (skrin pod delete %s)", found.Here, found.Here)
		}
		return found.Opens, err
	}
	if f.RecoveryKeyFile == "" {
		if fits, err := opens(""); fits || err != nil {
			return "", err
		}
		if deaf {
			return "", usage("the recovery key is needed; give it with --recovery-key-file, since standard input is the backup")
		}
	}
	return f.key(ctx, t, opens)
}

// paths prints a list below its heading, if there is anything on it.
func (t *terminal) paths(heading string, paths []string) {
	if len(paths) == 0 {
		return
	}
	fmt.Fprintf(t.out, "\n%s\n", heading)
	for _, path := range paths {
		fmt.Fprintf(t.out, "  %s\n", path)
	}
}

func apart(all []string, is func(string) bool) (yes, no []string) {
	for _, s := range all {
		if is(s) {
			yes = append(yes, s)
		} else {
			no = append(no, s)
		}
	}
	return yes, no
}

// length is that of a file, and 0 for what has none.
func length(content io.Reader) int64 {
	if file, ok := content.(*os.File); ok {
		if info, err := file.Stat(); err == nil && info.Mode().IsRegular() {
			return info.Size()
		}
	}
	return 0
}

type podAdoptCommand struct {
	folderFlags   `embed:""`
	recoveryFlags `embed:""`
	arrivalFlags  `embed:""`
	File          string `arg:"" help:"The pod's .db file with the files beside it, or the data folder that it is in."`
	Name          string `placeholder:"NAME" help:"Name that the pod gets here (default: the one it had)."`
}

// Run takes a pod over out of a data folder whose host key is lost. That folder stays as it is.
func (c *podAdoptCommand) Run(ctx context.Context, t *terminal) error {
	file, err := filepath.Abs(c.File)
	if err != nil {
		return err
	}
	if _, err := os.Stat(file); err != nil {
		return err
	}
	server, err := c.client(ctx, t)
	if err != nil {
		return err
	}
	asked := admin.Adopt{File: file, Name: c.Name}
	key, err := c.opening(ctx, t, false, func(key string) (found admin.BackupHead, err error) {
		return found, server.with(key).ask(ctx, "POST", "/adopt/look", asked, &found)
	})
	if err == nil {
		text, _ := json.Marshal(asked)
		err = c.bring(ctx, t, server, key, "/adopt", "application/json", bytes.NewReader(text), 0)
	}
	return finish(server, err)
}
