package pod

import (
	"os"
	"syscall"
)

// descriptor is the open file under a database. The database goes by its number:
// were it closed while somebody still writes, the number would become that of
// another file, and what was meant for this one would be written there.
type descriptor struct {
	f *os.File // nil: it could not be opened
}

// open is os.OpenFile, and remembers what it opened.
func (d *descriptor) open(name string, flag int, mode os.FileMode) (f *os.File, err error) {
	f, err = os.OpenFile(name, flag, mode)
	d.f = f
	return f, err
}

// giveBack gives back the lock and the file of a database that will not do so
// itself any more. inUse says that somebody may still write to the file.
func (d *descriptor) giveBack(inUse bool) error {
	switch {
	case d.f == nil:
		return nil
	case inUse:
		return d.detach()
	}
	d.unlock()
	return d.f.Close()
}

// unlock is needed because the mapping, which nobody can take away, would keep the lock.
func (d *descriptor) unlock() { syscall.Flock(int(d.f.Fd()), syscall.LOCK_UN) }

// detach makes the number lead nowhere: what is written to it from now on is lost.
// It is closed when nobody holds it any more. After an error the lock is kept:
// better that nobody opens the file than that two write to it.
func (d *descriptor) detach() error {
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer null.Close()
	d.unlock()
	return replaceDescriptor(int(null.Fd()), int(d.f.Fd()))
}
