package pod

import (
	"errors"
	"io/fs"
	"sync"
	"sync/atomic"
)

// A commit shows in the database's mapping a moment before it is synced: whoever
// began to read then would see what a power failure, or the failure of that sync,
// may undo. The mark says how far the file is known to be on disk.

// mark is the newest transaction of an open database file that is on disk.
type mark struct {
	txid atomic.Uint64
	mu   sync.Mutex
	told sync.Cond
	lost error // why nobody knows any more what is on disk
}

func newMark() *mark {
	m := &mark{}
	m.told.L = &m.mu
	return m
}

// reach says that a transaction is on disk, and with it all before it.
func (m *mark) reach(txid int) {
	m.mu.Lock()
	m.txid.Store(max(m.txid.Load(), uint64(txid)))
	m.mu.Unlock()
	m.told.Broadcast()
}

// settle takes what became of a commit.
func (m *mark) settle(txid int, err error) {
	if err != nil {
		m.lose(err)
		return
	}
	m.reach(txid)
}

// lose says that the outcome of a commit is not known.
func (m *mark) lose(cause error) {
	m.mu.Lock()
	if m.lost == nil {
		m.lost = cause
	}
	m.mu.Unlock()
	m.told.Broadcast()
}

// cause is why nobody knows what is on disk; nil: it is known.
func (m *mark) cause() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.lost
}

// await waits until it is known of a transaction that it is on disk. ErrFenced:
// that will not be known.
func (m *mark) await(txid int) error {
	if uint64(txid) <= m.txid.Load() {
		return nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for uint64(txid) > m.txid.Load() {
		if m.lost != nil {
			return ErrFenced
		}
		m.told.Wait()
	}
	return nil
}

// sight is the state that somebody has seen.
type sight struct {
	mark *mark
	txid int
}

// await waits until what was seen is on disk. ErrFenced: that will not be known.
func (s sight) await() error {
	if s.mark == nil {
		return nil
	}
	return s.mark.await(s.txid)
}

// unsynced says whether an error may be that of a sync. What a system could not
// sync it may take for written: it shows it to everybody, and no later sync
// brings it to the disk. Only writing it all anew does.
func unsynced(cause error) bool {
	var call *fs.PathError
	return !errors.Is(cause, errPanic) && !(errors.As(cause, &call) && call.Op != "sync" && call.Op != "fsync")
}
