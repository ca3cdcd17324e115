package pod

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"skrin/crypto"
)

// Adopting takes a pod over from another data folder whose host key is lost:
// host.db does not open there, but the pod's own files do, with the recovery
// key. They are copied, never changed.

// ErrWrongKey is wrapped by errors about a recovery key that belongs to another pod.
var ErrWrongKey = crypto.ErrWrongKey

// Adopt makes a pod of this vault out of another's files. file is the pod's .db
// file, with its .slots and .blobs beside it under the names they always had,
// or a data folder, in which the pod is found that the recovery key opens.
// ErrInUse: another process has the file. ErrPodExists: the pod or the name is
// here already. ErrBackup: there is no such pod, or the key does not open it.
// Grants rest afterwards, as those of a restored pod do.
func (v *Vault) Adopt(ctx context.Context, file string, opt RestoreOptions) (Restored, error) {
	file, head, err := findPod(file, opt.Recovery)
	switch {
	case err != nil:
		return Restored{}, err
	case !v.Opens(head, opt.Recovery):
		return Restored{}, fmt.Errorf("%w: none of the keys that were given opens a pod there", ErrBackup)
	case within(file, v.dir):
		return Restored{}, fmt.Errorf("%w: %s lies in this very data folder; move the old folder away and begin a new one", ErrPodExists, file)
	}
	dir, err := os.MkdirTemp(filepath.Join(v.dir, "pods"), restoring)
	if err != nil {
		return Restored{}, diskError(err)
	}
	defer os.RemoveAll(dir)
	u, err := collect(file, head, dir, v.space.arriving(ctx, opt.Progress))
	if err != nil {
		return Restored{}, err
	}
	key, err := v.openBackup(ctx, u, opt)
	if err != nil {
		return Restored{}, err
	}
	defer key.Destroy()
	v.creates.Lock()
	defer v.creates.Unlock()
	return v.settle(ctx, u, key, opt.Name)
}

// LookAtFiles tells which pod Adopt would take, and what opens it. In a data
// folder in which the recovery key opens nothing that is the zero head.
func LookAtFiles(file string, recovery *crypto.RecoveryKey) (BackupHead, error) {
	_, head, err := findPod(file, recovery)
	return head, err
}

// findPod gives a pod's file and the ways to open it: the file that was named, or
// in a data folder the one that the recovery key opens.
func findPod(path string, recovery *crypto.RecoveryKey) (string, BackupHead, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", BackupHead{}, fmt.Errorf("%w: %w", ErrBackup, err)
	}
	if !info.IsDir() {
		head, err := slotsBeside(path)
		return path, head, err
	}
	found, err := filepath.Glob(filepath.Join(path, "pods", "??", "*.slots"))
	if err != nil || len(found) == 0 {
		return "", BackupHead{}, fmt.Errorf("%w: %s is not a data folder with pods in it", ErrBackup, path)
	}
	for _, file := range found {
		file = strings.TrimSuffix(file, ".slots") + ".db"
		if head, err := slotsBeside(file); err == nil && opens(head, recovery) {
			return file, head, nil
		}
	}
	return "", BackupHead{}, nil
}

func opens(head BackupHead, recovery *crypto.RecoveryKey) bool {
	return recovery != nil && slices.ContainsFunc(head.Slots, func(s crypto.Slot) bool {
		key, err := s.OpenRecovery(recovery, head.ID)
		key.Destroy()
		return err == nil
	})
}

// slotsBeside reads the slots of a pod by the name of its file, which is its id.
func slotsBeside(file string) (head BackupHead, err error) {
	name, ok := strings.CutSuffix(filepath.Base(file), ".db")
	if head.ID, err = ParseID(name); !ok || err != nil {
		return BackupHead{}, fmt.Errorf("%w: %s is not the name that a pod's file has", ErrBackup, filepath.Base(file))
	}
	data, err := os.ReadFile(strings.TrimSuffix(file, ".db") + ".slots")
	if err != nil {
		return BackupHead{}, fmt.Errorf("%w: the ways to open it are missing: %w", ErrBackup, err)
	}
	if head.Slots, err = crypto.DecodeSlots(data); err != nil {
		return BackupHead{}, fmt.Errorf("%w: its slots: %w", ErrBackup, err)
	}
	return head, nil
}

// collect copies a pod's files into a folder, where they stand as those of an
// unpacked backup.
func collect(file string, head BackupHead, dir string, tick func(int) error) (*unpacked, error) {
	u := &unpacked{dir: dir, id: head.ID, slots: head.Slots}
	if err := os.Mkdir(u.bodies(), 0o700); err != nil {
		return nil, diskError(err)
	}
	if err := copyLocked(file, u.store(), tick); err != nil {
		return nil, err
	}
	if err := checkFile(u.store()); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBackup, err)
	}
	bodies := strings.TrimSuffix(file, ".db") + ".blobs"
	names, err := os.ReadDir(bodies)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	for _, name := range names {
		if err := copyFile(filepath.Join(bodies, name.Name()), filepath.Join(u.bodies(), name.Name()), tick); err != nil {
			return nil, err
		}
	}
	return u, nil
}

// copyLocked copies a database that nobody may be writing to meanwhile.
func copyLocked(from, to string, tick func(int) error) error {
	lock, err := os.Open(from)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrBackup, err)
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return ErrInUse
	}
	return copyFile(from, to, tick)
}

func copyFile(from, to string, tick func(int) error) error {
	in, err := os.Open(from)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrBackup, err)
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	return keepFile(to, io.LimitReader(&ticking{r: in, tick: tick}, info.Size()), info.Size())
}

// within says whether a file lies below a folder, also by way of symbolic links.
func within(file, dir string) bool {
	for _, path := range []*string{&file, &dir} {
		if real, err := filepath.EvalSymlinks(*path); err == nil {
			*path = real
		}
		if abs, err := filepath.Abs(*path); err == nil {
			*path = abs
		}
	}
	rel, err := filepath.Rel(dir, file)
	return err == nil && filepath.IsLocal(rel)
}
