package pod

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
)

// ID names a pod on disk and inside its keys. It is random, says nothing about
// the person, and never changes; the zero ID names no pod.
type ID [16]byte

func newID() ID {
	var id ID
	rand.Read(id[:]) // never fails (crypto/rand)
	return id
}

// ParseID takes the 32 hexadecimal digits of String.
func ParseID(s string) (ID, error) {
	var id ID
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != len(id) {
		return ID{}, fmt.Errorf("%w: %q is not a pod's id", ErrNoPod, s)
	}
	copy(id[:], b)
	return id, nil
}

func (id ID) String() string { return hex.EncodeToString(id[:]) }

// short is enough of an id to tell pods apart in a log; it leads to no person.
func (id ID) short() string { return id.String()[:8] }

// IsZero says whether the id names no pod.
func (id ID) IsZero() bool { return id == ID{} }

// nodeID names a node of the tree. Random, so that no name or place shows.
type nodeID [16]byte

func newNode() nodeID { return nodeID(newID()) }

// newNode names one more node. Those that are made in one transaction begin
// alike, so that their bodies stand together and fill a few pages, instead of
// changing one each wherever chance puts it.
func (t *tx) newNode() nodeID {
	n := newNode()
	if t.near == (nodeID{}) {
		t.near = n
	}
	copy(n[:4], t.near[:4])
	return n
}
