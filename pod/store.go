package pod

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"sync"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterr "go.etcd.io/bbolt/errors"
)

// store is an ordered map of opaque keys in a file: all that the rest of the
// package knows of the database. A second kind of store is one more such file.
type store struct {
	path    string
	buckets []bucket
	mu      sync.RWMutex // held for writing while the file is replaced
	db      *database    // nil: it could not be opened again after it was replaced
	hurt    error        // why mend has closed it
	failed  func(error)  // hears of a panic out of the database; may be nil
}

// bucket is one of the store's name spaces. The letters are part of the format.
type bucket byte

const (
	bHeader  bucket = 'h' // format, info, journal head, policy version (its sequence)
	bDir     bucket = 'd' // directory entries
	bNode    bucket = 'n' // bodies, ACLs, descriptions
	bBody    bucket = 'b' // keys of bodies that are files of their own
	bGrant   bucket = 'g' // grants
	bJournal bucket = 'j' // journal lines
	bTree    bucket = 't' // the journal's hash tree
	bIndex   bucket = 'x' // health references
	bPods    bucket = 'p' // host: pods by name
	bKept    bucket = 's' // host: small values
	bRecord  bucket = 'r' // host: records by kind and name
)

// openStore opens or makes the file with the given buckets. A file with others is
// damaged. The file lock is exclusive: a file that another process has gives
// ErrInUse.
func openStore(path string, buckets ...bucket) (*store, error) {
	for _, left := range []string{compactSuffix, snapshotSuffix, backupSuffix} { // by a stop in the middle
		if err := os.Remove(path + left); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	s := &store{path: path, buckets: buckets}
	if err := s.open(); err != nil {
		return nil, err
	}
	return s, nil
}

// open opens the file and makes sure that all of it is on disk.
func (s *store) open() error {
	if err := checkFile(s.path); errors.Is(err, errPages) {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	} else if err != nil {
		return err
	}
	db, err := openBolt(s.path)
	if err == nil {
		err = db.guard(func() error { return db.update(s.furnish) })
		if err != nil {
			db.close()
		}
	}
	switch {
	case errors.Is(err, bolterr.ErrTimeout):
		return ErrInUse
	case errors.Is(err, fs.ErrPermission), errors.Is(err, fs.ErrNotExist):
		return err
	case err != nil:
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	s.db = db
	return nil
}

// furnish makes the buckets that are missing, and finds the name of one that was
// damaged: it is none of them. Its commit brings to disk what a process that was
// killed had not synced.
func (s *store) furnish(t *bolt.Tx) error {
	for _, b := range s.buckets {
		if _, err := t.CreateBucketIfNotExists([]byte{byte(b)}); err != nil {
			return err
		}
	}
	return t.ForEach(func(name []byte, _ *bolt.Bucket) error {
		if len(name) != 1 || !slices.Contains(s.buckets, bucket(name[0])) {
			return fmt.Errorf("%w: values of kind %q, which is not known", ErrDamaged, name)
		}
		return nil
	})
}

func openBolt(path string) (*database, error) {
	return openDatabase(path, bolt.Options{
		Timeout:        200 * time.Millisecond,
		NoFreelistSync: true,
		FreelistType:   bolt.FreelistMapType,
	})
}

// close waits for open transactions and gives the file back.
func (s *store) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.db == nil {
		return nil
	}
	return s.db.close()
}

// broken says whether there is no file to work on any more.
func (s *store) broken() bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.db == nil || s.db.lost.Load()
}

// view runs fn on a consistent state that is on disk. Nothing that fn got from
// the transaction may be used after it returned.
func (s *store) view(fn func(*tx) error) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.db == nil {
		return ErrFenced
	}
	seen, err := s.look(fn)
	if lost := seen.await(); lost != nil {
		return lost
	}
	return err
}

// glimpse is view for who does not answer by what fn saw before something else of
// theirs is on disk, or seen says that this is: it does not wait for a commit
// that is on its way to the disk.
func (s *store) glimpse(fn func(*tx) error) (seen sight, err error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.db == nil {
		return sight{}, ErrFenced
	}
	return s.look(fn)
}

func (s *store) look(fn func(*tx) error) (seen sight, err error) {
	db := s.db
	err = db.guard(func() error {
		return db.view(func(t *bolt.Tx) error {
			seen = sight{db.mark, t.ID()}
			return fn(&tx{t: t})
		})
	})
	return seen, s.heed(err)
}

// update runs fn and makes what it changed durable, all of it or, when fn
// fails, nothing. own tells whether an error is fn's own: any other means that
// the outcome is unknown.
func (s *store) update(fn func(*tx) error) (own bool, err error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.db == nil {
		return false, ErrFenced
	}
	var failed error
	err = s.db.guard(func() error {
		return s.db.update(func(t *bolt.Tx) error {
			failed = fn(&tx{t: t})
			return failed
		})
	})
	return err != nil && failed != nil && errors.Is(err, failed), s.heed(err)
}

// heed tells of a panic.
func (s *store) heed(err error) error {
	if err != nil && s.failed != nil && s.db.lost.Load() {
		s.failed(err)
	}
	return err
}

// check walks the file's pages as of now, and looks at both meta pages: the
// older one is needed when a write of the newer is interrupted.
func (s *store) check() error {
	return s.view(func(t *tx) error {
		f, err := os.Open(s.path)
		if err != nil {
			return err
		}
		defer f.Close()
		return mapped(f, func(data []byte) error {
			if _, both, err := newestMeta(data); err != nil || !both {
				return fmt.Errorf("%w: %w: a meta page is damaged", ErrDamaged, errPages)
			}
			size := uint64(t.t.DB().Info().PageSize)
			err := walkPages(data, size, uint64(t.t.Cursor().Bucket().Root()), uint64(t.t.Size())/size, true)
			if err != nil {
				return fmt.Errorf("%w: %w", ErrDamaged, err)
			}
			return nil
		})
	})
}

// size is the length of the file.
func (s *store) size() int64 {
	info, err := os.Stat(s.path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// tx is a transaction. Values that get and scan give live as long as it.
type tx struct {
	t     *bolt.Tx
	wrote bool   // whether anything was changed since this was last cleared
	near  nodeID // the first node that was made in this transaction
	used  int64  // what counts against the quota, from where the writer set it
}

func (t *tx) bucket(b bucket) *bolt.Bucket { return t.t.Bucket([]byte{byte(b)}) }

func (t *tx) get(b bucket, key []byte) []byte { return t.bucket(b).Get(key) }

func (t *tx) put(b bucket, key, value []byte) error {
	t.wrote = true
	bk := t.bucket(b)
	switch b {
	case bJournal, bTree:
		bk.FillPercent = 0.95 // keys only ever grow
	case bNode:
		bk.FillPercent = 0.9 // nodes come in runs (newNode), and nothing comes between them later
	}
	if b.counted() {
		t.used += int64(len(value) - len(bk.Get(key)))
	}
	return bk.Put(key, value)
}

func (t *tx) del(b bucket, key []byte) error {
	t.wrote = true
	bk := t.bucket(b)
	if b.counted() {
		t.used -= int64(len(bk.Get(key)))
	}
	return bk.Delete(key)
}

// scan calls fn for the keys with the prefix that come after `after` (nil: from
// the first), in order, until fn says no.
func (t *tx) scan(b bucket, prefix, after []byte, fn func(key, value []byte) (bool, error)) error {
	c := t.bucket(b).Cursor()
	var k, v []byte
	if after == nil {
		k, v = c.Seek(prefix)
	} else if k, v = c.Seek(after); bytes.Equal(k, after) {
		k, v = c.Next()
	}
	for ; k != nil && bytes.HasPrefix(k, prefix); k, v = c.Next() {
		more, err := fn(k, v)
		if err != nil || !more {
			return err
		}
	}
	return nil
}

// last gives the greatest key of the bucket and its value, or nil.
func (t *tx) last(b bucket) (key, value []byte) { return t.bucket(b).Cursor().Last() }

// writable says whether t may change anything, and so may still be rolled back.
func (t *tx) writable() bool { return t.t.Writable() }

// sequence is a number that only bump changes, kept with the bucket.
func (t *tx) sequence(b bucket) uint64 { return t.bucket(b).Sequence() }

func (t *tx) bump(b bucket) error {
	t.wrote = true
	_, err := t.bucket(b).NextSequence()
	return err
}
