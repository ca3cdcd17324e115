package pod

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

const nobody = 65534

// becomeNobody lets the file system's permissions count for this goroutine, from
// here on to its end, also when it is root's: its thread is nobody for the file
// system, and ends with the goroutine.
func becomeNobody() {
	if os.Geteuid() == 0 {
		runtime.LockOSThread()
		syscall.Syscall(syscall.SYS_SETFSUID, nobody, 0, 0)
	}
}

// forNobody gives a folder of the test and its files to nobody, with these
// permissions of the folder, until the test ends.
func forNobody(t *testing.T, dir string, mode fs.FileMode) {
	t.Helper()
	t.Cleanup(func() { os.Chmod(dir, 0o700) })
	err := os.Chmod(dir, mode)
	if os.Geteuid() == 0 {
		err = errors.Join(err, os.Chown(dir, nobody, nobody))
		files, _ := filepath.Glob(filepath.Join(dir, "*"))
		for _, f := range files {
			err = errors.Join(err, os.Chown(f, nobody, nobody))
		}
		for up := filepath.Dir(dir); strings.HasPrefix(up, filepath.Clean(os.TempDir())+"/"); up = filepath.Dir(up) {
			err = errors.Join(err, os.Chmod(up, 0o711))
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	reached := make(chan error, 1)
	go func() {
		becomeNobody()
		_, err := os.Stat(filepath.Join(dir, "."))
		reached <- err
	}()
	if err := <-reached; err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("nobody does not get to %s: %v", os.TempDir(), err)
		}
		t.Skipf("skipped: nobody does not get to %s: %v", os.TempDir(), err)
	}
}

// TestRotationThatCannotWriteItsSlots: a rotation that was begun and could not be
// finished closes the pod. Whoever opens it again finishes it, nothing that is
// acknowledged later is lost, and another rotation comes to its end.
func TestRotationThatCannotWriteItsSlots(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria := w.vault.As(p.ID, owner(p))
	w.put(maria, "/before", text("precious"))
	h, err := w.vault.acquire(ctx, p.ID)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Dir(w.vault.slotsFile(p.ID))
	forNobody(t, dir, 0o500)
	h.exclusive(ctx, func() error { becomeNobody(); return nil }) // the writer, that is, until it ends
	w.vault.release(h)
	if err := maria.Rotate(ctx, nil); !errors.Is(err, ErrFenced) {
		t.Errorf("a rotation that could not write its slots: %v, want %v", err, ErrFenced)
	}
	os.Chmod(dir, 0o700)
	w.put(maria, "/between", text("precious"))
	if err := maria.Rotate(ctx, nil); err != nil {
		t.Fatal(err)
	}
	w.allSealedAnew(p)
	w.restart()
	maria = w.vault.As(p.ID, owner(p))
	if w.get(maria, "/before") != "precious" || w.get(maria, "/between") != "precious" {
		t.Error("something else comes back")
	}
}

// TestUnsyncedCompactingStopsTheStore: when the folder cannot be made durable after
// the files were swapped, nothing more is acknowledged until the file was opened
// again, and what was acknowledged stays.
func TestUnsyncedCompactingStopsTheStore(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "store")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	s, err := openStore(filepath.Join(dir, "x.db"), bHeader)
	if err != nil {
		t.Fatal(err)
	}
	put := func(key string) error {
		_, err := s.update(func(t *tx) error { return t.put(bHeader, []byte(key), []byte("1")) })
		return err
	}
	if err := put("before"); err != nil {
		t.Fatal(err)
	}
	forNobody(t, dir, 0o300) // it can be written to, but not opened, and so not synced
	compacted := make(chan error, 1)
	go func() {
		becomeNobody()
		compacted <- s.compact()
	}()
	if err := <-compacted; !errors.Is(err, fs.ErrPermission) || !s.broken() {
		t.Errorf("compacted without a durable folder: %v, broken: %v", err, s.broken())
	}
	if put("after") == nil {
		t.Error("a write is acknowledged, in a file whose name may be lost")
	}
	s.close()
	os.Chmod(dir, 0o700)
	if s, err = openStore(filepath.Join(dir, "x.db"), bHeader); err != nil {
		t.Fatal(err)
	}
	defer s.close()
	s.view(func(tx *tx) error {
		if tx.get(bHeader, []byte("before")) == nil {
			t.Error("what was acknowledged is gone")
		}
		return nil
	})
}
