package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"skrin/crypto"
)

// quiet is a terminal whose output a test can read.
func quiet(env map[string]string) (*terminal, *bytes.Buffer) {
	var said bytes.Buffer
	return &terminal{getenv: func(name string) string { return env[name] }, in: strings.NewReader(""), out: &said, errOut: &said}, &said
}

func TestHostKeyIsMadeOnce(t *testing.T) {
	home, data := t.TempDir(), filepath.Join(t.TempDir(), "data")
	term, said := quiet(map[string]string{"HOME": home})
	file, err := defaultHostKey(term.getenv)
	if err != nil {
		t.Fatal(err)
	}
	first, err := hostKeyFlags{}.load(context.Background(), term, data)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(said.String(), "Back it up") || !strings.Contains(said.String(), file) {
		t.Errorf("a new key without a word on backing it up: %q", said)
	}
	if info, err := os.Stat(file); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("the key file: %v %v", info.Mode(), err)
	}
	said.Reset()
	again, err := hostKeyFlags{}.load(context.Background(), term, data)
	if err != nil || again.Recipient() != first.Recipient() || said.Len() > 0 {
		t.Errorf("the second start has another key or much to say: %v %q", err, said)
	}
}

func TestNoNewHostKeyForOldPods(t *testing.T) {
	for _, sign := range []string{"pods/ab", "host.db"} {
		home, data := t.TempDir(), t.TempDir()
		if err := os.MkdirAll(filepath.Join(data, sign), 0o700); err != nil {
			t.Fatal(err)
		}
		term, _ := quiet(map[string]string{"HOME": home})
		if _, err := (hostKeyFlags{}).load(context.Background(), term, data); err == nil || !strings.Contains(err.Error(), "--host-key") {
			t.Errorf("with %s: %v", sign, err)
		}
		if files, _ := os.ReadDir(home); len(files) > 0 {
			t.Errorf("with %s: a key was made all the same", sign)
		}
	}
}

func TestHostKeyNeverInTheData(t *testing.T) {
	data := t.TempDir()
	elsewhere := filepath.Join(t.TempDir(), "way")
	if err := os.Symlink(data, elsewhere); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{data + "/host.key", data + "/keys/deep/host.key", data + "/../" + filepath.Base(data) + "/k", elsewhere + "/host.key"} {
		if err := outside(file, data); !errors.Is(err, errUsage) {
			t.Errorf("%s: %v", file, err)
		}
		if err := outside(file, elsewhere); !errors.Is(err, errUsage) {
			t.Errorf("%s, by another way to the data: %v", file, err)
		}
	}
	for _, file := range []string{data + "-keys/host.key", data + "/../host.key", "/host.key"} {
		if err := outside(file, data); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
	term, _ := quiet(map[string]string{"HOME": data})
	if _, err := (hostKeyFlags{}).load(context.Background(), term, data); !errors.Is(err, errUsage) {
		t.Errorf("the default place inside the data folder: %v", err)
	}
}

func TestHostKeyFromElsewhere(t *testing.T) {
	home, data := t.TempDir(), t.TempDir()
	term, said := quiet(map[string]string{"HOME": home})
	made, err := hostKeyFlags{}.load(context.Background(), term, data)
	if err != nil {
		t.Fatal(err)
	}
	file, _ := defaultHostKey(term.getenv)
	for _, flags := range []hostKeyFlags{{HostKey: file}, {HostKeyCommand: "cat '" + file + "'"}} {
		key, err := flags.load(context.Background(), term, data)
		if err != nil || key.Recipient() != made.Recipient() {
			t.Errorf("%+v: %v", flags, err)
		}
	}
	if err := os.Chmod(file, 0o644); err != nil {
		t.Fatal(err)
	}
	said.Reset()
	if _, err := (hostKeyFlags{HostKey: file}).load(context.Background(), term, data); err != nil || !strings.Contains(said.String(), "chmod 600") {
		t.Errorf("a key that others can read: %v %q", err, said)
	}
	bad := filepath.Join(home, "bad")
	if err := os.WriteFile(bad, []byte("AGE-SECRET-KEY-1NONSENSE\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, flags := range map[string]hostKeyFlags{
		"nothing there": {HostKey: filepath.Join(home, "none")},
		"nonsense":      {HostKey: bad},
		"both":          {HostKey: file, HostKeyCommand: "true"},
		"failing":       {HostKeyCommand: "exit 3"},
		"silent":        {HostKeyCommand: "true"},
	} {
		if _, err := flags.load(context.Background(), term, data); err == nil || strings.Contains(err.Error(), "NONSENSE") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestConfigFolder(t *testing.T) {
	for _, c := range []struct {
		system, name, value, want string
	}{
		{"linux", "HOME", "/home/maria", "/home/maria/.config"},
		{"linux", "XDG_CONFIG_HOME", "/etc/maria", "/etc/maria"},
		{"linux", "XDG_CONFIG_HOME", "relative", ""},
		{"darwin", "HOME", "/home/maria", "/home/maria/Library/Application Support"},
		{"linux", "OTHER", "x", ""},
	} {
		got, err := configFolder(func(name string) string {
			if name == c.name {
				return c.value
			}
			return ""
		}, c.system)
		if got != c.want || (err != nil) != (c.want == "") {
			t.Errorf("%+v: %q (%v)", c, got, err)
		}
	}
}

// A host names a file and makes the key in it, once; what lies there is never replaced.
func TestHostKeyInAFileOfItsOwn(t *testing.T) {
	p := newPlace(t)
	file := filepath.Join(t.TempDir(), "keys", "host.key")
	p.env["SKRIN_HOST_KEY"] = file
	if _, said := p.skrin(exitFailed, "", "pod", "create", "maria", "--no-confirm"); !strings.Contains(said, "skrin host-key "+file) {
		t.Errorf("without the key: %q", said)
	}
	p.skrin(exitDone, "", "host-key", file)
	info, err := os.Stat(file)
	if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("the key: %v %v", info, err)
	}
	p.skrin(exitDone, "", "pod", "create", "maria", "--no-confirm")
	if _, said := p.skrin(exitFailed, "", "host-key", file); !strings.Contains(said, "is there already") {
		t.Errorf("once more: %q", said)
	}
	p.skrin(exitDone, "", "pod", "list")
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if _, said := p.skrin(exitFailed, "", "pod", "list"); strings.Contains(said, "skrin host-key") {
		t.Errorf("a folder with pods asks for a new key: %q", said)
	}
	out, _ := p.skrin(exitDone, "", "host-key", "-")
	if _, err := crypto.ParseHostKey(strings.NewReader(out)); err != nil {
		t.Errorf("on standard output: %v", err)
	}
}
