package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"skrin/crypto"
)

// hostKeyFlags say where the key of the host is. It opens every pod that the host may open by itself, so it is kept
// apart from the data: a copy of the data folder alone opens nothing.
type hostKeyFlags struct {
	HostKey        string `placeholder:"FILE" help:"File with the host key, an age identity (default: skrin/host.key in your configuration folder)."`
	HostKeyCommand string `placeholder:"CMD" help:"Command that prints the host key (systemd-creds, a TPM, a key service)."`
}

// load finds the host key for a data folder. Only the default file is ever made, and only while the folder holds no
// pods: a new key would not open them.
func (f hostKeyFlags) load(ctx context.Context, t *terminal, data string) (*crypto.HostKey, error) {
	switch {
	case f.HostKey != "" && f.HostKeyCommand != "":
		return nil, usage("--host-key and --host-key-command exclude each other")
	case f.HostKeyCommand != "":
		return hostKeyFrom(ctx, f.HostKeyCommand)
	case f.HostKey != "":
		return readHostKey(t, f.HostKey, data)
	}
	file, err := defaultHostKey(t.getenv)
	if err != nil {
		return nil, err
	}
	key, err := readHostKey(t, file, data)
	if errors.Is(err, fs.ErrNotExist) {
		return makeHostKey(t, file, data)
	}
	return key, err
}

// origin says where the host key comes from.
func (f hostKeyFlags) origin(t *terminal) string {
	if f.HostKeyCommand != "" {
		return "that of --host-key-command"
	}
	if f.HostKey != "" {
		return f.HostKey
	}
	file, err := defaultHostKey(t.getenv)
	if err != nil {
		return err.Error()
	}
	return file
}

// readHostKey reads the key from a file outside the data folder.
func readHostKey(t *terminal, file, data string) (*crypto.HostKey, error) {
	if err := outside(file, data); err != nil {
		return nil, err
	}
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) && !inhabited(data) {
		return nil, fmt.Errorf("reading the host key: %w; to make one for a new data folder: skrin host-key %s", err, file)
	} else if err != nil {
		return nil, fmt.Errorf("reading the host key: %w", err)
	}
	defer clear(text)
	warnExposed(t, "the host key", file)
	key, err := crypto.ParseHostKey(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("the host key in %s: %w", file, err)
	}
	return key, nil
}

// hostKeyFrom runs a command in the shell and takes what it prints.
func hostKeyFrom(ctx context.Context, line string) (*crypto.HostKey, error) {
	shell, option := "sh", "-c"
	if runtime.GOOS == "windows" {
		shell, option = "cmd", "/C"
	}
	cmd := exec.CommandContext(ctx, shell, option, line)
	cmd.Stderr = os.Stderr
	text, err := cmd.Output()
	defer clear(text)
	if err != nil {
		return nil, fmt.Errorf("the command for the host key failed: %w", err)
	}
	key, err := crypto.ParseHostKey(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("what the command for the host key printed: %w", err)
	}
	return key, nil
}

// makeHostKey makes the key of a host that has no pods yet.
func makeHostKey(t *terminal, file, data string) (*crypto.HostKey, error) {
	if inhabited(data) {
		return nil, fmt.Errorf("there is no host key at %s, but pods in %s that a new key would not open; "+
			"bring the key back from your backup, or say where it is with --host-key; %s", file, data, keyLost(data))
	}
	key, err := crypto.GenerateHostKey()
	if err != nil {
		return nil, fmt.Errorf("making a host key: %w", err)
	}
	if err := writeHostKey(file, key); err != nil {
		return nil, fmt.Errorf("keeping the new host key: %w", err)
	}
	fmt.Fprintf(t.errOut, "A host key was made: %s\n"+
		"Back it up now, away from this machine and away from the backups of the data folder:\n"+
		"without it this host cannot open its pods; with it and the data, anybody can.\n\n", file)
	return key, nil
}

// keyLost says what can be done where the right host key is nowhere to be found.
func keyLost(data string) string {
	return fmt.Sprintf("if it is lost, begin a new folder, and bring each pod there with its recovery key: "+
		"skrin pod adopt %s --data NEW, or skrin restore BACKUP --data NEW", data)
}

// writeHostKey puts the key into a file of the owner's that did not exist before.
func writeHostKey(file string, key *crypto.HostKey) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	return writeSecret(file, func(out io.Writer) error {
		_, err := key.WriteTo(out)
		return err
	})
}

// writeSecret makes a file that its owner alone can read, where there was none.
func writeSecret(file string, write func(io.Writer) error) error {
	out, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if err = errors.Join(write(out), out.Sync(), out.Close()); err != nil {
		return errors.Join(err, os.Remove(file))
	}
	return nil
}

// warnExposed says when others on this machine can read a secret.
func warnExposed(t *terminal, what, file string) {
	if info, err := os.Stat(file); err == nil && runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		fmt.Fprintf(t.errOut, "skrin: others on this machine can read %s; mend it with: chmod 600 %s\n", what, file)
	}
}

// inhabited reports whether a data folder holds anything that a host key sealed.
func inhabited(data string) bool {
	if _, err := os.Lstat(filepath.Join(data, "host.db")); !errors.Is(err, fs.ErrNotExist) {
		return true
	}
	pods, err := os.ReadDir(filepath.Join(data, "pods"))
	return len(pods) > 0 || err != nil && !errors.Is(err, fs.ErrNotExist)
}

// outside refuses a key file inside the data folder, also by way of symbolic links.
func outside(file, data string) error {
	rel, err := filepath.Rel(resolved(data), resolved(file))
	if err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return usage("the host key %s lies inside the data folder %s: whoever copies the data would have the key too", file, data)
	}
	return nil
}

// resolved is the absolute path without symbolic links, as far as it exists.
func resolved(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	if real, err := filepath.EvalSymlinks(abs); err == nil {
		return real
	}
	if parent := filepath.Dir(abs); parent != abs {
		return filepath.Join(resolved(parent), filepath.Base(abs))
	}
	return abs
}

// defaultHostKey is the place of the host key in the user's configuration folder.
func defaultHostKey(getenv func(string) string) (string, error) {
	dir, err := configFolder(getenv, runtime.GOOS)
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, "skrin", "host.key"), nil
}

// configFolder is os.UserConfigDir with the environment as an argument.
func configFolder(getenv func(string) string, system string) (string, error) {
	candidates := []string{getenv("XDG_CONFIG_HOME"), under(getenv("HOME"), ".config")}
	switch system {
	case "windows":
		candidates = []string{getenv("AppData")}
	case "darwin", "ios":
		candidates = []string{under(getenv("HOME"), "Library", "Application Support")}
	}
	for _, dir := range candidates {
		if filepath.IsAbs(dir) {
			return dir, nil
		}
	}
	return "", usage("there is no configuration folder for the host key here; say where it is with --host-key or --host-key-command")
}

func under(dir string, names ...string) string {
	if dir == "" {
		return ""
	}
	return filepath.Join(append([]string{dir}, names...)...)
}
