package pod

import (
	"bytes"
	"sync"
)

// openedEntries remembers containers' directory entries as they were opened, so
// that the way down to a resource is not deciphered anew for each request. One
// counts only while the sealed bytes in the transaction at hand are those it was
// opened from: it is never older or newer than the transaction, whatever has been
// written or rolled back meanwhile, and no seal is believed that was not checked.
type openedEntries struct {
	mu sync.RWMutex
	m  map[place]opened
}

// place is a name below a node.
type place struct {
	parent nodeID
	name   string
}

type opened struct {
	key    []byte // the place's, which never changes
	sealed []byte
	entry  entry
}

// maxOpened is how many are remembered before all are forgotten: the containers
// on the ways that are in use.
const maxOpened = 64

// get gives what is remembered of a place; the zero value if nothing is. Nothing
// of it may be changed.
func (o *openedEntries) get(at place) opened {
	o.mu.RLock()
	defer o.mu.RUnlock()
	return o.m[at]
}

func (o *openedEntries) put(at place, key, sealed []byte, e entry) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.m == nil || len(o.m) >= maxOpened {
		o.m = make(map[place]opened)
	}
	o.m[at] = opened{key: key, sealed: bytes.Clone(sealed), entry: e}
}

func (o *openedEntries) forget() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.m = nil
}
