package pod

import (
	"bytes"
	"fmt"
	"time"
)

// node is a place in the tree: a directory entry with the key it stands under.
type node struct {
	key   []byte
	entry entry
	path  Path
}

// walked is how far a path leads: chain holds the nodes from the root down that
// exist, the last one being the path's subject if found is set. clash says that
// something of the other kind (container or not) stands where the path points
// to or through.
type walked struct {
	chain []node
	found bool
	clash bool
}

// deepest is the subject itself or the nearest container above that exists.
func (w *walked) deepest() *node { return &w.chain[len(w.chain)-1] }

// container is the node that has, or would have, the subject as a member; nil for the root.
func (w *walked) container() *node {
	switch n := len(w.chain); {
	case !w.found:
		return &w.chain[n-1]
	case n > 1:
		return &w.chain[n-2]
	}
	return nil
}

// walk follows the path of p's subject down from the root.
func (h *handle) walk(t *tx, p Path) (walked, error) {
	var w walked
	names := p.segments()
	w.chain = make([]node, 0, len(names)+1)
	root, err := h.lookup(t, nodeID{}, "")
	if err != nil {
		return w, err
	}
	if root == nil {
		return w, fmt.Errorf("%w: no root", ErrDamaged)
	}
	root.path = Root
	w.chain = append(w.chain, *root)
	for i, name := range names {
		last := i == len(names)-1
		next, err := h.lookup(t, w.deepest().entry.node, name)
		if err != nil || next == nil {
			return w, err
		}
		if container := !last || p.Subject().IsContainer(); next.entry.container != container {
			w.clash = true
			return w, nil
		}
		next.path = childPath(w.deepest().path, name, next.entry.container)
		w.chain = append(w.chain, *next)
	}
	w.found = true
	return w, nil
}

// childPath joins a name that the store already knows to its container's path.
func childPath(parent Path, name string, container bool) Path {
	s := parent.s + encodeSegment(name)
	if container {
		s += "/"
	}
	return newPath(s)
}

// lookup finds a member of a container by name, nil if there is none.
func (h *handle) lookup(t *tx, parent nodeID, name string) (*node, error) {
	at := place{parent, name}
	known := h.opened.get(at)
	key := known.key
	if key == nil {
		key = h.dirKey(parent, name)
	}
	sealed := t.get(bDir, key)
	switch {
	case sealed == nil:
		return nil, nil
	case bytes.Equal(sealed, known.sealed):
		return &node{key: key, entry: known.entry}, nil
	}
	e, err := h.openEntry(key, sealed)
	if err == nil && e.container && !t.writable() {
		h.opened.put(at, key, sealed, e)
	}
	return &node{key: key, entry: e}, err
}

func (h *handle) openEntry(key, sealed []byte) (entry, error) {
	plain, err := h.keys.Open(nil, h.label(bDir, key, 0), sealed)
	if err != nil {
		return entry{}, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	e, err := parseEntry(plain)
	if err != nil {
		return entry{}, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return e, nil
}

// dirKey is where a container's member stands: containers' members lie
// together, and no key tells a name.
func (h *handle) dirKey(parent nodeID, name string) []byte {
	mac := h.keys.Name(parent, name)
	key := make([]byte, 0, 32)
	return append(append(key, parent[:]...), mac[:]...)
}

func nodeKey(n nodeID, p part) []byte { return append(n[:], byte(p)) }

// save writes the node's directory entry.
func (h *handle) save(t *tx, n *node) error {
	return h.seal(t, bDir, n.key, 0, n.entry.append(nil))
}

// nextVersion gives a number that no value of this pod has had.
func (t *tx) nextVersion() (uint64, error) {
	err := t.bump(bDir)
	return t.sequence(bDir), err
}

// add puts a new member into the container parent. A container is saved; a
// resource is not before it has its body (fill).
func (h *handle) add(t *tx, parent *node, name string, container bool, now time.Time) (*node, error) {
	n := &node{
		key:  h.dirKey(parent.entry.node, name),
		path: childPath(parent.path, name, container),
		entry: entry{
			node: t.newNode(), container: container, name: name, created: now, modified: now,
		},
	}
	if container {
		if err := h.touch(t, n, now); err != nil {
			return nil, err
		}
	}
	return n, h.touch(t, parent, now)
}

// touch notes that a container's members have changed.
func (h *handle) touch(t *tx, container *node, now time.Time) (err error) {
	if container.entry.version, err = t.nextVersion(); err != nil {
		return err
	}
	container.entry.modified = now
	return h.save(t, container)
}

// members calls fn for the container's members after the key `after`, in the
// store's order, until it says no.
func (h *handle) members(t *tx, container *node, after []byte, fn func(*node) (bool, error)) error {
	prefix := container.entry.node[:]
	return t.scan(bDir, prefix, after, func(key, sealed []byte) (bool, error) {
		e, err := h.openEntry(key, sealed)
		if err != nil {
			return false, err
		}
		return fn(&node{key: append([]byte(nil), key...), entry: e, path: childPath(container.path, e.name, e.container)})
	})
}

// etag gives the opaque tag of a version of a node's part.
func (h *handle) etag(n nodeID, p part, version uint64) string {
	var v [9]byte
	v[0] = byte(p)
	for i := range 8 {
		v[1+i] = byte(version >> (8 * i))
	}
	tag := h.keys.Tag("etag", n[:], v[:])
	return fmt.Sprintf("%x", tag[:12])
}
