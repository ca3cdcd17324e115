package pod

import (
	"context"
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
		err := h.store.check() // what is damaged would lead the database anywhere
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
	if err := s.copyTo(fresh); err != nil {
		os.Remove(fresh)
		return diskError(fmt.Errorf("compact: %w", err))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := os.Rename(fresh, s.path); err != nil {
		return err
	}
	old := s.db
	s.db = nil // from here on the old file has no name: if the new one cannot be relied on, nothing can
	var db *bolt.DB
	err := syncDir(filepath.Dir(s.path))
	if err == nil {
		db, err = openBolt(s.path)
	}
	if err != nil {
		old.Close()
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	s.db = db
	return old.Close()
}

// copyTo writes all that is in the store, and nothing that once was, to a new
// file, and makes it durable.
func (s *store) copyTo(path string) error {
	dst, err := bolt.Open(path, 0o600, &bolt.Options{NoFreelistSync: true, FreelistType: bolt.FreelistMapType, NoSync: true})
	if err != nil {
		return err
	}
	err = bolt.Compact(dst, s.db, compactStep)
	if err == nil {
		err = dst.Sync()
	}
	if cerr := dst.Close(); err == nil {
		err = cerr
	}
	return err
}

// slack says whether more of the file is free than used, and enough to be worth a copy.
func (s *store) slack() bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.db == nil {
		return false
	}
	free := int64(s.db.Stats().FreePageN) * int64(s.db.Info().PageSize)
	return free > compactStep && free > s.size()/2
}

// Files that stand beside a store for a moment.
const (
	compactSuffix  = ".compact"
	snapshotSuffix = ".snapshot"
	backupSuffix   = ".backup"
)
