package pod

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"skrin/crypto"
	"skrin/linkeddata"
)

// handle is an open pod: its file, its keys and its one writer. The vault keeps
// it as long as somebody uses it or there is room.
type handle struct {
	id    ID
	vault *Vault
	info  info
	root  linkeddata.IRI // with its slash
	card  Path           // document of the owner's WebID; zero: it lies elsewhere
	dir   string         // folder of the pod's bodies
	keys  *crypto.Keyring
	store *store

	ops       chan *op
	idle      chan struct{} // closed when the writer has ended
	fenced    atomic.Bool
	used      atomic.Int64  // what counts against the quota, as of the last commit
	witnessed atomic.Uint64 // the journal size that the host was told of last
	gone      atomic.Bool   // the pod is being erased
	older     atomic.Bool   // the file is an older copy than the host has seen: grants rest
	tally     tally
	pins      pins
	backing   sync.Mutex // one backup at a time
	leases    leases
	feed      feed
	turns     turns

	grants   atomic.Pointer[grantList]
	acls     documentCache
	groups   documentCache
	opened   openedEntries
	vouched  atomic.Pointer[vouched]
	groupIDs sync.Map // nodeID of every group document that a decision has asked: its members have rights

	// kept by the vault, under its mutex
	refs    int
	lastUse time.Time
	warm    bool // what was read of the file may lie in memory
}

// info is the sealed record that says whose pod this is. Addresses below the
// pod's root stand in it without the root, so that the pod can move.
type info struct {
	Format  int       `json:"format"`
	Name    string    `json:"name"`
	Owner   string    `json:"owner"`
	Root    string    `json:"root"` // its address when it was made or restored: links from then may still say so
	Created time.Time `json:"created"`
}

const podFormat = 1

var (
	keyFormat = []byte("format") // clear: the format's number
	keyInfo   = []byte("info")
	keyHead   = []byte("head")
)

var podBuckets = []bucket{bHeader, bDir, bNode, bBody, bGrant, bJournal, bTree, bIndex}

// openPod opens a pod whose key is at hand and starts its writer.
func openPod(v *Vault, id ID, key crypto.PodKey) (*handle, error) {
	h := &handle{
		id: id, vault: v, dir: v.bodyDir(id),
		ops: make(chan *op, 64), idle: make(chan struct{}),
	}
	h.leases.open = map[*lease]struct{}{}
	if err := h.load(key); err != nil {
		return nil, err
	}
	go h.write()
	if h.older.Load() {
		h.noteOlder()
	}
	return h, nil
}

// load opens the file and reads what must be known before anything else.
func (h *handle) load(key crypto.PodKey) (err error) {
	if h.store, err = openStore(h.vault.podFile(h.id), podBuckets...); err != nil {
		return err
	}
	h.store.failed = h.fence
	err = h.gatherKeys(key)
	if err == nil {
		err = h.readInfo()
	}
	if err == nil {
		h.root, err = h.vault.site.Root(h.info.Name)
	}
	if err == nil {
		h.card = h.cardPath()
		err = h.settleRecovery()
	}
	if err == nil {
		err = h.readUsed()
	}
	if err == nil {
		err = h.heedWitness()
	}
	if err == nil {
		err = h.sweepBodies()
	}
	if err != nil {
		h.store.close()
		if h.keys != nil {
			h.keys.Destroy()
		}
		return fmt.Errorf("open pod: %w", err)
	}
	return nil
}

// readInfo reads the format's number and whose pod it is.
func (h *handle) readInfo() error {
	return h.store.view(func(t *tx) error {
		format := t.get(bHeader, keyFormat)
		switch {
		case format == nil:
			return fmt.Errorf("%w: no format record", ErrDamaged)
		case len(format) != 1 || format[0] != podFormat:
			return fmt.Errorf("%w: format %x was written by a newer version", ErrDamaged, format)
		}
		plain, err := h.open(t, bHeader, keyInfo, 0)
		if err != nil {
			return err
		}
		return json.Unmarshal(plain, &h.info)
	})
}

// close ends the writer, then the file, then the keys. The vault calls it when
// nobody uses the handle any more.
func (h *handle) close() error {
	if !h.fenced.Load() {
		h.flushTally()
	}
	close(h.ops)
	<-h.idle
	if !h.fenced.Load() {
		h.keepWitness()
	}
	h.leases.endAll()
	err := h.store.close()
	h.keys.Destroy()
	return err
}

// owner is the WebID of the person whose pod it is.
func (h *handle) owner() linkeddata.IRI {
	iri, _ := linkeddata.ParseIRI(h.absolute(h.info.Owner))
	return iri
}

// iri names a resource of the pod to the world.
func (h *handle) iri(p Path) linkeddata.IRI {
	iri, _ := linkeddata.ParseIRI(h.root.String() + p.s[1:])
	return iri
}

// relative takes the pod's root off an address that lies below it; any other stays as it is.
func (h *handle) relative(iri linkeddata.IRI) string { return relativeTo(h.root, iri) }

func relativeTo(root, iri linkeddata.IRI) string {
	if iri.HasPrefix(root) {
		return iri.String()[len(root.String())-1:]
	}
	return iri.String()
}

// absolute is the inverse of relative.
func (h *handle) absolute(s string) string {
	if s != "" && s[0] == '/' {
		return h.root.String() + s[1:]
	}
	return s
}

// open gets a value and opens it. A value that is not there is nil.
func (h *handle) open(t *tx, b bucket, key []byte, version uint64) ([]byte, error) {
	sealed := t.get(b, key)
	if sealed == nil {
		return nil, nil
	}
	plain, err := h.keys.Open(nil, h.label(b, key, version), sealed)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return plain, nil
}

// seal puts a value, sealed for its place.
func (h *handle) seal(t *tx, b bucket, key []byte, version uint64, plain []byte) error {
	return t.put(b, key, h.keys.Seal(nil, h.label(b, key, version), plain))
}

func (h *handle) label(b bucket, key []byte, version uint64) crypto.Label {
	return crypto.Label{Pod: h.id, Bucket: byte(b), Key: key, Version: version}
}

func (h *handle) now() time.Time { return h.vault.clock.now() }

// documentCache keeps parsed documents under the version they had in the
// transaction that read them, so a cached one is never older than that.
type documentCache struct {
	m sync.Map // nodeID -> cached
	n atomic.Int64
}

// maxDocuments is how many a cache holds before it is emptied.
const maxDocuments = 4096

type cached struct {
	version uint64
	value   any
}

func (c *documentCache) get(n nodeID, version uint64) (any, bool) {
	if v, ok := c.m.Load(n); ok && v.(cached).version == version {
		return v.(cached).value, true
	}
	return nil, false
}

// put keeps a value that was read in t. What a writing transaction read may
// never come to be, and its version be given again: that is not kept.
func (c *documentCache) put(t *tx, n nodeID, version uint64, value any) {
	if t.writable() {
		return
	}
	if _, there := c.m.Swap(n, cached{version, value}); !there && c.n.Add(1) > maxDocuments {
		c.m.Clear()
		c.n.Store(0)
	}
}

func (c *documentCache) drop(n nodeID) { c.m.Delete(n) }

func (v *Vault) podFile(id ID) string   { return v.podPath(id) + ".db" }
func (v *Vault) slotsFile(id ID) string { return v.podPath(id) + ".slots" }
func (v *Vault) bodyDir(id ID) string   { return v.podPath(id) + ".blobs" }

func (v *Vault) podPath(id ID) string {
	s := id.String()
	return filepath.Join(v.dir, "pods", s[:2], s)
}

var errStale = errors.New("access changed meanwhile")
