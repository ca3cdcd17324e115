package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Whoever hears what went wrong hears what can be done.
func TestWhatToDoNext(t *testing.T) {
	p := newPlace(t)
	p.skrin(exitDone, "", "pod", "create", "maria", "--no-confirm")
	for _, c := range []struct {
		code       int
		args, want string
	}{
		{exitFailed, "journal nobody", "skrin pod list"},
		{exitFailed, "verify nobody", "skrin pod list"},
		{exitFailed, "account show nobody", "skrin account list"},
		{exitFailed, "invite withdraw 0123456789", "skrin invite list"},
		{exitFailed, "revoke maria 0123", "skrin grants maria"},
		{exitUsage, "pod quota maria 5XB", `"5XB" is no size`},
		{exitUsage, "serve --max-body 5", "--max-body"},
	} {
		if _, said := p.skrin(c.code, "", strings.Fields(c.args)...); !strings.Contains(said, c.want) {
			t.Errorf("%s: %q, want %q", c.args, said, c.want)
		}
	}
}

// What stands here is about problems that the admin interface has.
func TestAdviceIsAboutProblems(t *testing.T) {
	source, err := os.ReadFile("../../web/admin/handler.go")
	if err != nil {
		t.Fatal(err)
	}
	for code := range next {
		if !strings.Contains(string(source), `, "`+code+`"}`) {
			t.Errorf("no problem is called %s", code)
		}
	}
}

// A key that does not fit is named, since it may be another's who ran the command.
func TestAnothersHostKey(t *testing.T) {
	p := newPlace(t)
	p.skrin(exitDone, "", "pod", "create", "maria", "--no-confirm")
	other := newPlace(t)
	other.skrin(exitDone, "", "pod", "create", "eve", "--no-confirm")
	key := filepath.Join(other.env["HOME"], ".config", "skrin", "host.key")
	for _, args := range [][]string{{"--host-key", key}, {"--host-key-command", "cat " + key}} {
		want := args[1]
		if args[0] == "--host-key-command" {
			want = args[0]
		}
		_, said := p.skrin(exitFailed, "", append([]string{"pod", "list"}, args...)...)
		for _, want := range []string{want, "--host-key", "skrin pod adopt"} {
			if !strings.Contains(said, want) {
				t.Errorf("with %s: %q, want %q", args[0], said, want)
			}
		}
	}
	p.env["HOME"] = other.env["HOME"]
	if _, said := p.skrin(exitFailed, "", "pod", "list"); !strings.Contains(said, key) {
		t.Errorf("with the key of another home: %q", said)
	}
}

func TestFolderOfAnother(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("everything is root's")
	}
	p := newPlace(t)
	p.skrin(exitDone, "", "pod", "create", "maria", "--no-confirm")
	host := filepath.Join(p.env["SKRIN_DATA"], "host.db")
	if err := os.Chmod(host, 0); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(host, 0o600)
	if _, said := p.skrin(exitFailed, "", "pod", "list"); !strings.Contains(said, "as its owner") {
		t.Error(said)
	}
}

// Whoever stands in another folder than they believe sees it.
func TestWhichFolder(t *testing.T) {
	p := newPlace(t)
	folder := p.env["SKRIN_DATA"]
	if _, said := p.skrin(exitFailed, "", "pod", "list"); !strings.Contains(said, "no pods in "+folder) || !strings.Contains(said, "--data") {
		t.Errorf("nothing is here: %q", said)
	}
	if _, said := p.skrin(exitDone, "", "invite"); !strings.Contains(said, "A data folder was made: "+folder) {
		t.Errorf("made: %q", said)
	}
	if _, said := p.skrin(exitDone, "", "invite"); strings.Contains(said, "was made") {
		t.Errorf("made once more: %q", said)
	}
	if _, said := p.skrin(exitFailed, "", "health"); !strings.Contains(said, folder) {
		t.Errorf("nobody serves it: %q", said)
	}
}
