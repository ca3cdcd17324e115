package pod

import (
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	bolt "go.etcd.io/bbolt"
)

// database is one open database file. The database panics on pages that are
// damaged, and what it does then does not help: its own Update rolls back by
// walking the same pages, part of the time in a goroutine where a panic ends the
// process, and its Close waits for locks that nobody gives back. So transactions
// are begun and ended here, and after a panic the database is lost: it is asked
// for nothing any more, not even to close. What stays behind is its mapping,
// until the process ends.
type database struct {
	bolt    *bolt.DB
	mark    *mark         // how far the file is on disk
	file    descriptor    // the database's own: what is left to give back when the database is lost
	writing sync.Mutex    // held by the one who writes, so that nobody waits for that inside the database
	gate    sync.Mutex    // held while the database takes its locks for a moment, so that nobody else waits for them there
	lost    atomic.Bool   // it has panicked, and may hold its locks for ever
	loss    chan struct{} // closed when it is lost
	left    chan struct{} // closed when the commit ends that nobody waited for any more; nil: there is none. The writer's
}

// errPanic wraps a panic out of the database: the file is not to be trusted
// until it has been verified.
var errPanic = errors.New("the database failed")

// openDatabase opens the file. What it panics about is an error, and leaves no
// file open.
func openDatabase(path string, opt bolt.Options) (*database, error) {
	db := &database{loss: make(chan struct{}), mark: newMark()}
	opt.OpenFile = db.file.open
	err := db.guard(func() (err error) {
		if db.bolt, err = bolt.Open(path, 0o600, &opt); err != nil {
			return err
		}
		return db.bolt.View(func(t *bolt.Tx) error { db.mark.reach(t.ID()); return nil })
	})
	if err == nil {
		return db, nil
	}
	if db.lost.Load() {
		db.close()
	}
	return nil, err
}

// close gives the file back. Nobody may be in a transaction any more, but for
// those that a panic has left behind.
func (db *database) close() error {
	if !db.lost.Load() {
		if err := db.guard(db.bolt.Close); !db.lost.Load() {
			return err
		}
	}
	return db.file.giveBack(db.abandoned())
}

// abandoned says whether a commit that nobody waited for any more still has the file.
func (db *database) abandoned() bool {
	if !db.writing.TryLock() {
		return true // somebody is still at it
	}
	defer db.writing.Unlock()
	if db.left == nil {
		return false
	}
	select {
	case <-db.left:
		return false
	default:
		return true
	}
}

// guard is guarded for what leaves the database lost when it panics.
func (db *database) guard(fn func() error) error {
	through := false
	err := guarded(func() error {
		err := fn()
		through = true
		return err
	})
	if !through {
		db.lose()
	}
	return err
}

func (db *database) lose() {
	if !db.lost.Swap(true) {
		close(db.loss)
		db.mark.lose(errPanic)
	}
}

// view runs fn in a transaction that reads. What it reads may be on its way to the
// disk still: the mark tells.
func (db *database) view(fn func(*bolt.Tx) error) error {
	t, err := db.begin(false)
	if err != nil {
		return err
	}
	defer db.end(t) // also after a panic: others may still be reading, and a writer waits for all of them
	return fn(t)
}

// update runs fn in the one transaction that writes. After a panic that is left
// as it is: nothing of it was committed. After a commit that failed nothing more
// is written: nobody knows what is on disk.
func (db *database) update(fn func(*bolt.Tx) error) error {
	db.writing.Lock()
	defer db.writing.Unlock()
	if db.mark.cause() != nil {
		return ErrFenced
	}
	ended := false
	defer func() {
		if !ended {
			db.lose() // before the next one begins, who would wait for the transaction that was left
		}
	}()
	t, err := db.begin(true)
	if err == nil {
		if err = fn(t); err != nil {
			db.end(t)
		} else {
			err = db.commit(t)
		}
	}
	ended = true
	return err
}

// commit waits for the commit, but no longer than a moment once the database is
// lost: who panicked may have kept a lock that it needs.
func (db *database) commit(t *bolt.Tx) error {
	id := t.ID()
	done, over := make(chan error, 1), make(chan struct{})
	go func() {
		defer close(over)
		done <- db.guard(t.Commit)
	}()
	select {
	case err := <-done:
		db.mark.settle(id, err)
		return err
	case <-db.loss:
	}
	select {
	case err := <-done:
		return err
	case <-time.After(lossPatience):
		db.left = over
		return fmt.Errorf("%w: %w: a commit does not end", ErrDamaged, errPanic)
	}
}

// lossPatience is how long a commit may take that began before the database was lost.
const lossPatience = 2 * time.Second

// begin and end are the moments in which the database holds the lock that every
// other beginning and ending waits for.
func (db *database) begin(writable bool) (t *bolt.Tx, err error) {
	err = db.brief(func() error {
		t, err = db.bolt.Begin(writable)
		return err
	})
	return t, err
}

// end never waits for somebody who begins: a writer who needs a longer file waits
// for the readers to end, whoever begins waits for the writer, and would wait for
// ever if an end waited for the beginning.
func (db *database) end(t *bolt.Tx) {
	if db.gate.TryLock() {
		_ = db.alone(t.Rollback)
		return
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if !db.lost.Load() {
			_ = db.guard(t.Rollback)
		}
	}()
	select {
	case <-done:
	case <-db.loss:
	}
}

// brief runs fn while nobody else does. A panic in fn leaves the database lost
// before anybody else comes in.
func (db *database) brief(fn func() error) error {
	db.gate.Lock()
	return db.alone(fn)
}

// alone is brief for who has the gate already.
func (db *database) alone(fn func() error) error {
	defer db.gate.Unlock()
	if db.lost.Load() {
		return ErrFenced
	}
	through := false
	defer func() {
		if !through {
			db.lose()
		}
	}()
	err := fn()
	through = true
	return err
}

// guarded turns a panic, and a fault on a file that shrank under its mapping,
// into an error: one garbled pod must not end the process.
func guarded(fn func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %w: %v", ErrDamaged, errPanic, r)
		}
	}()
	return fn()
}
