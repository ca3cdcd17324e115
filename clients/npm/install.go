package npm

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// oldest is the version of Node that the libraries ask for.
const oldest = 20

// needNode ends the test when there is no Node.
func needNode(t testing.TB) {
	t.Helper()
	missing := t.Skipf
	if os.Getenv("CI") == "true" {
		missing = t.Fatalf
	}
	for _, program := range []string{"node", "npm"} {
		if _, err := exec.LookPath(program); err != nil {
			missing("libraries from npm need Node %d or later with npm: there is no %s", oldest, program)
		}
	}
	if version := nodeVersion(t); major(version) < oldest {
		missing("libraries from npm need Node %d or later: this is %s", oldest, version)
	}
}

func nodeVersion(t testing.TB) string {
	t.Helper()
	out, err := exec.Command("node", "--version").Output()
	if err != nil {
		t.Fatalf("node --version: %v", err)
	}
	return strings.TrimSpace(string(out))
}

func major(version string) int {
	digits := regexp.MustCompile(`^v(\d+)\.`).FindStringSubmatch(version)
	if digits == nil {
		return 0
	}
	n, _ := strconv.Atoi(digits[1])
	return n
}

const (
	lockFile = "package-lock.json"
	modules  = "node_modules"
)

// Install puts the libraries into node_modules, unless those of this lock file
// are there, and gives the folder of package.json that they stand in. Of several
// tests that come at the same time one installs.
func Install(t testing.TB) (folder string) {
	t.Helper()
	needNode(t)
	folder = home(t)
	lock, err := os.Open(filepath.Join(folder, lockFile))
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(lock)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(append(text, nodeVersion(t)...))
	want, stamp := hex.EncodeToString(sum[:]), filepath.Join(folder, modules, ".skrin")
	if have, err := os.ReadFile(stamp); err == nil && string(have) == want {
		return folder
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	install(t, folder)
	if err := os.WriteFile(stamp, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
	return folder
}

// home finds the folder of package.json from that of any test of the module.
func home(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return filepath.Join(dir, "clients")
		}
	}
	t.Fatal("there is no module around this test")
	return ""
}

// install installs exactly what the lock file says.
func install(t testing.TB, folder string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	began := time.Now()
	cmd := exec.CommandContext(ctx, "npm", "ci", "--prefer-offline", "--loglevel=error")
	cmd.Dir, cmd.WaitDelay = folder, 5*time.Second
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("npm could not install the libraries of %s (is its registry within reach?): %v\n%s", lockFile, err, bytes.TrimSpace(out))
	}
	t.Logf("npm installed the libraries in %s", time.Since(began).Round(time.Second))
}
