package pod

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"skrin/acl"
)

// The causes of a commit whose outcome is not known, and whether the system may
// take for written what is not on disk.
var causes = map[string]struct {
	err   error
	anew  bool
	panic bool
}{
	"a sync":            {syscall.EIO, true, false},
	"a file's sync":     {&fs.PathError{Op: "sync", Path: "x", Err: syscall.EIO}, true, false},
	"a sync in growing": {errors.New("file sync error: input/output error"), true, false},
	"a write":           {&fs.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC}, false, false},
	"a panic":           {errPanic, false, true},
}

// TestWrittenAnew: after a failed sync a pod's file is written anew before it is used
// again, and only then.
func TestWrittenAnew(t *testing.T) {
	for name, cause := range causes {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			p := w.maria()
			maria := w.vault.As(p.ID, owner(p))
			w.put(maria, "/x", text("kept"))
			before := w.stat(w.vault.podFile(p.ID))
			h, err := w.vault.acquire(ctx, p.ID)
			if err != nil {
				t.Fatal(err)
			}
			h.fence(cause.err)
			w.vault.release(h)
			if got := w.get(maria, "/x"); got != "kept" {
				t.Error(got)
			}
			if anew := !os.SameFile(before, w.stat(w.vault.podFile(p.ID))); anew != cause.anew {
				t.Errorf("written anew: %v", anew)
			}
		})
	}
}

// TestHostWrittenAnew is the same for host.db, which nobody opens again.
func TestHostWrittenAnew(t *testing.T) {
	for name, cause := range causes {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			path := filepath.Join(w.dir, "host.db")
			if err := w.vault.Keep("word", []byte("kept")); err != nil {
				t.Fatal(err)
			}
			before := w.stat(path)
			if cause.panic {
				w.vault.host.store.db.lose()
			} else {
				w.vault.host.store.db.mark.lose(cause.err)
			}
			if got, err := w.vault.Kept("word"); err != nil || string(got) != "kept" {
				t.Errorf("%q, %v", got, err)
			}
			if err := w.vault.Keep("word", []byte("after")); err != nil {
				t.Error(err)
			}
			if anew := !os.SameFile(before, w.stat(path)); anew != cause.anew {
				t.Errorf("written anew: %v", anew)
			}
		})
	}
}

func (w *world) stat(path string) os.FileInfo {
	w.Helper()
	info, err := os.Stat(path)
	if err != nil {
		w.Fatal(err)
	}
	return info
}

// TestReadersWaitForTheSync lets a reader begin between a commit and its sync: it is
// answered when the sync has ended, and refused when that has failed.
func TestReadersWaitForTheSync(t *testing.T) {
	for _, fails := range []bool{false, true} {
		m := newMark()
		m.reach(4)
		if err := m.await(4); err != nil {
			t.Error(err)
		}
		answered := make(chan error, 1)
		go func() { answered <- m.await(5) }()
		select {
		case err := <-answered:
			t.Errorf("answered before the sync has ended: %v", err)
		case <-time.After(20 * time.Millisecond):
		}
		m.settle(5, map[bool]error{true: syscall.EIO}[fails])
		if err := <-answered; errors.Is(err, ErrFenced) != fails {
			t.Errorf("the sync failed: %v; the reader: %v", fails, err)
		}
		m.reach(3) // somebody else's, told later
		if err := m.await(4); err != nil {
			t.Error(err)
		}
	}
}

// TestAnswersWaitForTheSync: whatever is answered from a state that is not known to
// be on disk waits until it is, a refusal and "nothing is there" too.
func TestAnswersWaitForTheSync(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria, anas := w.vault.As(p.ID, owner(p)), w.vault.As(p.ID, ana)
	w.put(maria, "/x", text("x"))
	h, err := w.vault.acquire(ctx, p.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer w.vault.release(h)
	for _, a := range []struct {
		what string
		ask  func() error
		want error
	}{
		{"a reading", func() error { _, err := maria.Get(ctx, MustPath("/x")); return err }, nil},
		{"nothing is there", func() error { _, err := maria.Get(ctx, MustPath("/y")); return err }, ErrNotFound},
		{"a refused reading", func() error { _, err := anas.Get(ctx, MustPath("/x")); return err }, ErrDenied},
		{"a refused change", func() error { return anas.Admit(ctx, MustPath("/x"), "put") }, ErrDenied},
		{"a listing", func() error { _, _, err := maria.List(ctx, Root, "", 10); return err }, nil},
	} {
		t.Run(a.what, func(t *testing.T) {
			known := h.store.db.mark
			synced := known.txid.Load()
			h.store.db.mark = newMark() // of a commit that is still on its way
			answered := make(chan error, 1)
			go func() { answered <- a.ask() }()
			select {
			case err := <-answered:
				t.Errorf("answered before the sync has ended: %v", err)
				answered <- err
			case <-time.After(30 * time.Millisecond):
			}
			h.store.db.mark.reach(int(synced))
			if err := <-answered; !errors.Is(err, a.want) {
				t.Errorf("the answer is %v", err)
			}
		})
	}
}

// TestHostIsNotFoundedAgain takes host.db its format record: it is damaged, and no
// new key takes the place of the one that opens everything.
func TestHostIsNotFoundedAgain(t *testing.T) {
	w := newWorld(t)
	w.maria()
	if err := w.vault.host.update(func(t *tx) error { return t.del(bHeader, keyFormat) }); err != nil {
		t.Fatal(err)
	}
	w.vault.Close()
	if _, err := Open(w.dir, w.key, w.opt); !errors.Is(err, ErrDamaged) {
		t.Errorf("opened: %v", err)
	}
	s, err := openStore(filepath.Join(w.dir, "host.db"), hostBucket...)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.update(func(t *tx) error { return t.put(bHeader, keyFormat, []byte{hostFormat}) }); err != nil {
		t.Fatal(err)
	}
	if err := s.close(); err != nil {
		t.Fatal(err)
	}
	w.start()
}

// TestVerifyOpensEverything damages what serving does not look at.
func TestVerifyOpensEverything(t *testing.T) {
	garbage := []byte("garbage")
	for name, damage := range map[string]func(*world, *handle) error{
		"the recovery key's public half": func(_ *world, h *handle) error {
			return h.commit(ctx, func(c *change) error { return c.put(bHeader, keyRecovery, garbage) })
		},
		"a header that is not known": func(_ *world, h *handle) error {
			return h.commit(ctx, func(c *change) error { return c.put(bHeader, []byte("usee"), garbage) })
		},
		"the count of versions": func(_ *world, h *handle) error {
			return h.commit(ctx, func(c *change) error { c.wrote = true; return c.bucket(bDir).SetSequence(2) })
		},
		"a body's file that went on": func(w *world, h *handle) error {
			w.put(w.vault.As(h.id, acl.Agent{WebID: h.owner(), Client: CLI}), "/scan", Draft{MediaType: "image/tiff", Body: bytes.NewReader(make([]byte, 2*inlineLimit))})
			files, err := filepath.Glob(filepath.Join(h.dir, "*"))
			if err != nil || len(files) != 1 {
				return fmt.Errorf("%q, %w", files, err)
			}
			f, err := os.OpenFile(files[0], os.O_WRONLY|os.O_APPEND, 0)
			if err == nil {
				_, err = f.Write(garbage)
				err = errors.Join(err, f.Close())
			}
			return err
		},
		"a value of the host": func(w *world, _ *handle) error {
			return w.vault.host.update(func(t *tx) error { return t.put(bKept, garbage, garbage) })
		},
		"a record of the host": func(w *world, _ *handle) error {
			return w.vault.host.update(func(t *tx) error { return t.put(bRecord, garbage, garbage) })
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			p := w.maria()
			h, err := w.vault.acquire(ctx, p.ID)
			if err != nil {
				t.Fatal(err)
			}
			if err := damage(w, h); err != nil {
				t.Fatal(err)
			}
			w.vault.release(h)
			if report, err := w.vault.Verify(ctx, "maria", nil); err != nil || report.Sound() {
				t.Errorf("nothing is found: %v", err)
			}
			w.vault.Close()
			w.vault = nil
		})
	}
}

// TestLeadingKeys: the key that leads to a page is its first one, whatever is put and
// TestFullDiskTakesTheReserve: when a write finds the disk full, what was kept for
// that case is given up.
func TestFullDiskTakesTheReserve(t *testing.T) {
	w := newWorld(t)
	w.vault.Close()
	w.opt.FreeSpace = func(string) (int64, error) { return 1 << 40, nil }
	w.start()
	p := w.maria()
	reserve := filepath.Join(w.dir, reserveName)
	w.stat(reserve)
	h, err := w.vault.acquire(ctx, p.ID)
	if err != nil {
		t.Fatal(err)
	}
	h.fence(&fs.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC})
	w.vault.release(h)
	if _, err := os.Stat(reserve); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the reserve is still there: %v", err)
	}
}
