package pod

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"time"
)

// space watches the disk. Writing stops while a reserve is left, so that
// deleting, revoking and the journal go on; the owner's readings need nothing.
// What others write on the same disk does not ask us: for that case a file of
// that size is kept, and given up when a write finds the disk full.
type space struct {
	free    func(dir string) (int64, error)
	dir     string
	checked atomic.Int64 // when the disk was asked last, Unix nanoseconds
	last    atomic.Int64 // what it said
}

const (
	writeReserve   = 16 << 20 // bytes that ordinary writes leave
	journalReserve = 4 << 20  // bytes that the readings of others leave, for revoking and deleting
	spaceMemory    = 200 * time.Millisecond
)

// forWriting gives ErrNoSpace when only the reserve is left.
func (s *space) forWriting() error {
	if s.left() < writeReserve {
		return fmt.Errorf("%w: only the reserve for deleting, revoking and the journal is left", ErrNoSpace)
	}
	return nil
}

// forBytes is forWriting for who is about to write so many bytes. They count at
// once: the disk is asked only now and then.
func (s *space) forBytes(n int64) error {
	if s.left()-n < writeReserve {
		return fmt.Errorf("%w: only the reserve for deleting, revoking and the journal would be left", ErrNoSpace)
	}
	s.last.Add(-n)
	return nil
}

// forJournal gives ErrNoSpace when others may read no more, because what they
// did could soon not be written down.
func (s *space) forJournal() error {
	if s.left() < journalReserve {
		return fmt.Errorf("%w: the reserve for the journal is spent", ErrNoSpace)
	}
	return nil
}

// left asks the disk, but not more often than a few times a second. A disk that
// cannot be asked is found out when it is written to.
func (s *space) left() int64 {
	if time.Now().UnixNano()-s.checked.Load() > int64(spaceMemory) {
		free, err := s.free(s.dir)
		if err != nil {
			free = math.MaxInt64
		}
		s.last.Store(free)
		s.checked.Store(time.Now().UnixNano())
	}
	return s.last.Load()
}

// reserveName is the file that holds disk for the worst case.
const reserveName = "reserve"

// keepReserve makes the reserve file again, when there is room for it once more.
func (s *space) keepReserve() error {
	path := filepath.Join(s.dir, reserveName)
	if st, err := os.Stat(path); err == nil && st.Size() >= journalReserve {
		return nil
	}
	if s.left() < writeReserve+journalReserve {
		return nil
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, io.LimitReader(zeroes{}, journalReserve))
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		os.Remove(path)
	}
	return err
}

// giveUp frees the reserve: the disk is full, and what must go on needs room.
func (s *space) giveUp() {
	os.Remove(filepath.Join(s.dir, reserveName))
	s.checked.Store(0)
}

type zeroes struct{}

func (zeroes) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// isFull says whether an error is that of a full disk.
func isFull(err error) bool { return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) }

// freeSpace asks the file system that holds dir.
func freeSpace(dir string) (int64, error) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil {
		return 0, err
	}
	return int64(st.Bavail) * int64(st.Bsize), nil
}

// diskError tells a full disk from other failures.
func diskError(err error) error {
	if isFull(err) {
		return fmt.Errorf("%w: %w", ErrNoSpace, err)
	}
	return err
}

// makeDir makes a folder, with those that lead to it, and makes their names
// durable: also those of folders that are there already, and with them what else
// is in the ones above, since whoever made it may have been stopped before that.
func makeDir(dir string) error {
	parent := filepath.Dir(dir)
	err := os.Mkdir(dir, 0o700)
	if errors.Is(err, fs.ErrNotExist) && parent != dir {
		if err := makeDir(parent); err != nil {
			return err
		}
		err = os.Mkdir(dir, 0o700)
	}
	switch {
	case errors.Is(err, fs.ErrExist):
		_ = syncDir(parent) // it may belong to somebody else, who lets nobody look into it
		return nil
	case err != nil:
		return err
	}
	return syncDir(parent)
}

// syncDir makes new and removed names in dir durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
