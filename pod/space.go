package pod

import (
	"errors"
	"fmt"
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
	writeReserve = 16 << 20 // bytes that ordinary writes leave
	spaceMemory  = 200 * time.Millisecond
)

// forWriting gives ErrNoSpace when only the reserve is left.
func (s *space) forWriting() error {
	if time.Now().UnixNano()-s.checked.Load() > int64(spaceMemory) {
		free, err := s.free(s.dir)
		if err != nil {
			return nil // a disk that cannot be asked is found out when it is written to
		}
		s.last.Store(free)
		s.checked.Store(time.Now().UnixNano())
	}
	if s.last.Load() < writeReserve {
		return fmt.Errorf("%w: only the reserve for deleting, revoking and the journal is left", ErrNoSpace)
	}
	return nil
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
