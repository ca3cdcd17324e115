package pod

import (
	"errors"
	"fmt"
	"math"
	"os"
	"sync/atomic"
	"syscall"
	"time"
)

// space watches the disk. Writing stops while a reserve is left, so that
// deleting, revoking and the journal go on; the owner's readings need nothing.
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
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fmt.Errorf("%w: %w", ErrNoSpace, err)
	}
	return err
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
