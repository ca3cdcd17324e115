package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"skrin/linkeddata"
)

// The Solid server that ours is measured beside: its authors' own file backend,
// with nothing changed but the log, which is off.
const (
	cssPackage = "@solid/community-server"
	cssVersion = "7.2.0"
	cssConfig  = "@css:config/file.json"
	cssServer  = "node_modules/" + cssPackage + "/bin/server.js"
)

// installCSS puts the server into the user's cache folder, once, and gives its folder.
func installCSS(ctx context.Context) (string, error) {
	for _, program := range []string{"node", "npm"} {
		if _, err := exec.LookPath(program); err != nil {
			return "", fmt.Errorf("%s needs Node with npm: %w", cssPackage, err)
		}
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(cache, "skrin", "css-"+cssVersion)
	stamp := filepath.Join(dir, "installed")
	if _, err := os.Stat(stamp); err == nil {
		return dir, nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	say("installing %s %s", cssPackage, cssVersion)
	cmd := exec.CommandContext(ctx, "npm", "install", "--prefix", dir, "--no-save", "--ignore-scripts", "--no-audit", "--no-fund",
		"--loglevel=error", cssPackage+"@"+cssVersion)
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("npm could not install %s (is its registry within reach?): %w\n%s", cssPackage, err, out)
	}
	return dir, os.WriteFile(stamp, nil, 0o644)
}

// startCSS starts the server over a data folder and waits until it answers.
func startCSS(dir, data string) (*process, error) {
	node, err := exec.LookPath("node")
	if err != nil {
		return nil, err
	}
	addr, err := freeAddr()
	if err != nil {
		return nil, err
	}
	p, err := start("css", addr, node, filepath.Join(dir, cssServer), "-c", cssConfig, "-f", data, "-p", addr[strings.LastIndex(addr, ":")+1:],
		"-b", "http://"+addr+"/", "-l", "error")
	if err != nil {
		return nil, err
	}
	return p.ready("/.well-known/openid-configuration")
}

// files is a data folder of the other server that is being filled. Its backend
// keeps a resource as a file of the same name, which is the quickest way in.
type files struct{ dir string }

// rules gives a container an ACL: the owner has everything, the reader reads.
func (f files) rules(container string, owner linkeddata.IRI, readers ...linkeddata.IRI) error {
	text := "@prefix acl: <http://www.w3.org/ns/auth/acl#>.\n" +
		"<#owner> a acl:Authorization; acl:agent <" + owner.String() + ">; acl:accessTo <./>; acl:default <./>; acl:mode acl:Read, acl:Write, acl:Control.\n"
	for i, reader := range readers {
		text += fmt.Sprintf("<#reader%d> a acl:Authorization; acl:agent <%s>; acl:accessTo <./>; acl:default <./>; acl:mode acl:Read.\n", i, reader)
	}
	return f.put(container+".acl", []byte(text))
}

// records puts n records into a container.
func (f files) records(container string, n int, name func(int) string) error {
	for i := range n {
		if err := f.put(container+name(i), record(int64(i))); err != nil {
			return err
		}
	}
	return nil
}

func (f files) put(path string, body []byte) error {
	place := filepath.Join(f.dir, filepath.FromSlash(path))
	err := os.WriteFile(place, body, 0o644)
	if errors.Is(err, os.ErrNotExist) {
		if err = os.MkdirAll(filepath.Dir(place), 0o755); err == nil {
			err = os.WriteFile(place, body, 0o644)
		}
	}
	return err
}
