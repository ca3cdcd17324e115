package pod

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	bolt "go.etcd.io/bbolt"
)

// Compacting writes a pod's file anew without the space that deleted values
// left, and with it their bytes. It runs on the writer's goroutine: writes wait,
// reading goes on in the old file until the new one has taken its place.

const compactStep = 4 << 20 // bytes a transaction of the copy holds

// Compact gives back the space that a pod does not need. Only the owner or the
// host may ask; it tells how many bytes the file had before and has now.
func (s *Session) Compact(ctx context.Context) (before, after int64, err error) {
	h, err := s.controlled(ctx)
	if err != nil {
		return 0, 0, err
	}
	defer s.vault.release(h)
	return h.compact(ctx)
}

func (h *handle) compact(ctx context.Context) (before, after int64, err error) {
	before = h.store.size()
	err = h.exclusive(ctx, func() error {
		err := h.vault.space.forBytes(h.store.used())
		if err == nil {
			err = h.store.check() // what is damaged would lead the database anywhere
		}
		if err == nil {
			err = h.store.compact()
		}
		if err != nil && h.store.broken() {
			h.fence(err)
			return ErrFenced
		}
		return err
	})
	return before, h.store.size(), err
}

// compact copies the store and swaps the files. Until the rename the old file
// is the store; what a stop leaves behind is removed when it is opened again.
func (s *store) compact() error {
	fresh := s.path + compactSuffix
	os.Remove(fresh)
	if err := s.db.copyTo(fresh); err != nil {
		os.Remove(fresh)
		return diskError(fmt.Errorf("compact: %w", err))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.replace(fresh)
}

// replace puts a fresh file in the place of the store's.
func (s *store) replace(fresh string) error {
	if err := os.Rename(fresh, s.path); err != nil {
		return err
	}
	old := s.db
	s.db = nil // from here on the old file has no name: if the new one cannot be relied on, nothing can
	var db *database
	err := syncDir(filepath.Dir(s.path))
	if err == nil {
		db, err = openBolt(s.path)
	}
	if err != nil {
		old.close()
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	s.db = db
	return old.close()
}

// mend opens the file again after a commit whose outcome is not known, and
// writes it anew if a sync may have failed. It is for the store that nobody
// opens again: host.db. Until it succeeds nothing is read or written.
func (s *store) mend() error {
	s.mu.RLock()
	cause := s.cause()
	s.mu.RUnlock()
	if cause == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if cause = s.cause(); cause == nil {
		return nil // somebody else has
	}
	s.drop(cause)
	err := s.open()
	if err == nil && unsynced(cause) {
		fresh := s.path + compactSuffix
		os.Remove(fresh)
		if err = s.db.copyTo(fresh); err == nil {
			err = s.replace(fresh)
		}
		if err != nil {
			os.Remove(fresh)
			s.drop(cause)
		}
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrFenced, diskError(err))
	}
	return nil
}

// cause is why the file must be mended.
func (s *store) cause() error {
	if s.db == nil {
		return s.hurt
	}
	return s.db.mark.cause()
}

// drop closes a file that is not to be relied on.
func (s *store) drop(cause error) {
	if s.db != nil {
		s.db.close()
	}
	s.db, s.hurt = nil, cause
}

// copyTo writes all that is in the database, and nothing that once was, to a new
// file, and makes it durable.
func (db *database) copyTo(path string) error {
	dst, err := openDatabase(path, bolt.Options{NoFreelistSync: true, FreelistType: bolt.FreelistMapType, NoSync: true})
	if err != nil {
		return err
	}
	err = dst.guard(func() error { return bolt.Compact(dst.bolt, db.bolt, compactStep) })
	if dst.lost.Load() {
		db.lose() // it is not told which of the two has panicked
	}
	if err == nil {
		err = dst.bolt.Sync()
	}
	return errors.Join(err, dst.close())
}

// used is about how long the file would be without the space that is free in it.
func (s *store) used() int64 {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.db == nil {
		return 0
	}
	return s.size() - s.free()
}

func (s *store) free() int64 {
	return int64(s.db.bolt.Stats().FreePageN) * int64(s.db.bolt.Info().PageSize)
}

// slack says whether more of the file is free than used, and enough to be worth a copy.
func (s *store) slack() bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.db == nil {
		return false
	}
	return s.free() > compactStep && s.free() > s.size()/2
}

// Files that stand beside a store for a moment.
const (
	compactSuffix  = ".compact"
	snapshotSuffix = ".snapshot"
	backupSuffix   = ".backup"
	newSuffix      = ".new"
)
