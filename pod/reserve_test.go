package pod

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// smallDisk lets the vault see a disk of a size on which nothing but its folder is.
func (w *world) smallDisk(size *int64) {
	w.Helper()
	w.vault.Close()
	w.opt.FreeSpace = func(dir string) (int64, error) {
		free := *size
		filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
			if err == nil && e.Type().IsRegular() {
				if info, err := e.Info(); err == nil {
					free -= info.Size()
				}
			}
			return nil
		})
		return free, nil
	}
	w.start()
}

// TestCareLeavesTheReserve does everything that takes much room on a disk that has
// little: none of it touches what revoking, deleting and the journal need.
func TestCareLeavesTheReserve(t *testing.T) {
	w := newWorld(t)
	size := int64(1 << 40)
	w.smallDisk(&size)
	p := w.maria()
	maria := w.vault.As(p.ID, owner(p))
	big := make([]byte, 30<<20)
	rand.Read(big)
	w.put(maria, "/scan", Draft{MediaType: "image/tiff", Body: bytes.NewReader(big)})
	for i := range 300 {
		w.put(maria, fmt.Sprintf("/x/%d", i), text(strings.Repeat("x", 30_000)))
	}
	data := w.backup(p, BackupOptions{HostSlot: true})
	other := w.elsewhere()
	other.smallDisk(&size)
	before := size
	leave := func(v *world, free int64) { // so much beside the reserve
		got, _ := v.opt.FreeSpace(v.dir)
		size -= got - writeReserve - free
		v.vault.space.checked.Store(0)
	}
	for name, do := range map[string]func() error{
		"backup":  func() error { return maria.Backup(ctx, &bytes.Buffer{}, BackupOptions{}) },
		"compact": func() error { _, _, err := maria.Compact(ctx); return err },
	} {
		leave(w, 1<<20)
		if err := do(); !errors.Is(err, ErrNoSpace) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, do := range map[string]func() error{
		"rotate": func() error {
			before, _ := w.vault.podKey(p.ID)
			err := maria.Rotate(ctx, nil)
			if now, _ := w.vault.podKey(p.ID); now.ID() != before.ID() {
				t.Error("rotate: there is a new key")
			}
			return err
		},
		"create": func() error { _, err := w.vault.Create(ctx, NewPod{Name: "karin"}); return err },
	} {
		leave(w, -1)
		if err := do(); !errors.Is(err, ErrNoSpace) {
			t.Errorf("%s: %v", name, err)
		}
	}
	size = before
	w.vault.Close()
	for name, do := range map[string]func() error{
		"restore": func() error {
			_, err := other.vault.Restore(ctx, bytes.NewReader(data), RestoreOptions{Recovery: p.Recovery})
			return err
		},
		"adopt": func() error {
			_, err := other.vault.Adopt(ctx, w.dir, RestoreOptions{Recovery: p.Recovery})
			return err
		},
	} {
		leave(other, 20<<20)
		low := int64(1 << 40)
		space := other.vault.space.free
		other.vault.space.free = func(dir string) (int64, error) {
			free, err := space(dir)
			low = min(low, free)
			return free, err
		}
		if err := do(); !errors.Is(err, ErrNoSpace) {
			t.Errorf("%s: %v", name, err)
		}
		other.vault.space.free = space
		if low < writeReserve-(1<<20) {
			t.Errorf("%s leaves %d bytes", name, low)
		}
		if left, _ := filepath.Glob(filepath.Join(other.dir, "pods", "*")); len(left) > 0 {
			t.Errorf("%s leaves %q", name, left)
		}
		size = before
	}
	other.vault.space.checked.Store(0)
	if _, err := other.vault.Restore(ctx, bytes.NewReader(data), RestoreOptions{Recovery: p.Recovery}); err != nil {
		t.Error("with room again:", err)
	}
	w.start()
}

// TestFastStreamsLeaveTheReserve writes faster than the disk is asked how full it is.
func TestFastStreamsLeaveTheReserve(t *testing.T) {
	s := &space{free: func(string) (int64, error) { return writeReserve + 10<<20, nil }}
	s.left()
	s.checked.Store(time.Now().Add(time.Hour).UnixNano()) // as if no time passed
	written := 0
	for ; s.forBytes(1<<20) == nil && written < 100; written++ {
	}
	if written != 10 {
		t.Errorf("%d MiB were let through instead of 10", written)
	}
}
