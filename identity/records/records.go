package records

import "errors"

// Records is what is kept, in one piece. It may be used by several goroutines.
type Records interface {
	// View runs fn on a consistent state. The transaction ends with fn.
	View(fn func(Tx) error) error
	// Update runs fn and makes what it changed durable before it returns: all
	// of it or, when fn fails, nothing. One update runs at a time, so what fn
	// has read stays true until it is committed.
	Update(fn func(Tx) error) error
}

// Tx is a transaction over the records. It is of use until the function that
// it was given to returns, and to one goroutine.
type Tx interface {
	// Get gives the value of a record, which the caller may keep; nil: there is none.
	Get(kind, name string) ([]byte, error)
	// Put keeps a value, in place of the one that was there; ErrRecord: it
	// is too large (MaxName, MaxValue) or has no name.
	Put(kind, name string, value []byte) error
	// Delete takes a record away, if it is there.
	Delete(kind, name string) error
	// Each calls fn for all records of a kind, in no order that tells
	// anything, until it says no. Records are not to be changed meanwhile.
	Each(kind string, fn func(name string, value []byte) (more bool, err error)) error
}

// Bounds of a record.
const (
	MaxName  = 1024
	MaxValue = 1 << 20
)

var (
	// ErrRecord is returned for a record that cannot be kept: an empty kind or
	// name, or one that is too large.
	ErrRecord = errors.New("not a record that can be kept")
	// ErrReadOnly is returned for a change in View.
	ErrReadOnly = errors.New("nothing is changed in a view")
	// ErrShape is wrapped by errors about a record that is there and cannot be
	// understood: damaged, or of a version that this program does not know.
	ErrShape = errors.New("a record cannot be understood")
)
