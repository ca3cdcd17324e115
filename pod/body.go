package pod

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"sync"

	"skrin/crypto"
)

// bodyID names a file that holds one large body. The zero bodyID is no file.
type bodyID [16]byte

func (id bodyID) isZero() bool { return id == bodyID{} }

// inlineLimit is the size up to which a body stands in the pod's file. The
// database neither shrinks nor streams, so larger ones are files of their own.
const inlineLimit = 64 << 10

// storedBody is a body that is ready to be put under a name: its bytes, or the
// file that already holds it, synced but not yet referred to.
type storedBody struct {
	size   int64
	inline []byte
	file   bodyID
	key    crypto.BodyKey
	sealed int64    // size of the file
	sum    [32]byte // SHA-256 of the file
}

// keepBody reads a body to its end and keeps it. What it has kept in a file must
// be given to discard if it is not used.
func (h *handle) keepBody(r io.Reader, p Path) (storedBody, error) {
	if r == nil {
		return storedBody{}, nil
	}
	var head bytes.Buffer
	head.Grow(usualBody)
	n, err := io.Copy(&head, io.LimitReader(r, inlineLimit+1))
	if err != nil {
		return storedBody{}, fmt.Errorf("read body: %w", err)
	}
	if n <= inlineLimit {
		return storedBody{size: n, inline: head.Bytes()}, nil
	}
	return h.keepFile(io.MultiReader(&head, r), p)
}

// keepFile seals a body into a file of its own, under a key that stands nowhere
// else. It gives up as soon as the body is too large for what may stand at p.
func (h *handle) keepFile(r io.Reader, p Path) (b storedBody, err error) {
	if h.gone.Load() {
		return b, ErrNoPod
	}
	most, err := h.mostOf(p)
	if err != nil {
		return b, err
	}
	rand.Read(b.file[:])
	if err = makeDir(h.dir); err != nil {
		return b, diskError(err)
	}
	f, err := os.OpenFile(h.bodyFile(b.file), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return b, diskError(err)
	}
	defer func() {
		f.Close()
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	out := &summed{w: f, hash: sha256.New()}
	w, key, err := crypto.SealBody(out)
	if err != nil {
		return b, err
	}
	b.key = key
	if b.size, err = h.pour(w, r, most); err != nil {
		return b, diskError(fmt.Errorf("keep body: %w", err))
	}
	if err = w.Close(); err != nil {
		return b, diskError(err)
	}
	if err = f.Sync(); err != nil {
		return b, diskError(err)
	}
	b.sealed = out.n
	out.hash.Sum(b.sum[:0])
	return b, syncDir(h.dir)
}

// pour copies a body of at most that many bytes, and asks every MiB whether
// there is still room for it, and still a pod.
func (h *handle) pour(w io.Writer, r io.Reader, most int64) (size int64, err error) {
	for {
		n, err := io.CopyN(w, r, 1<<20)
		size += n
		switch {
		case errors.Is(err, io.EOF):
			return size, nil
		case err != nil:
			return size, err
		case h.gone.Load():
			return size, ErrNoPod
		case size > most:
			return size, ErrQuota
		}
		if err := h.vault.space.forBytes(n); err != nil {
			return size, err
		}
	}
}

// discard removes the file of a body that came to nothing.
func (h *handle) discard(b storedBody) {
	if !b.file.isZero() {
		os.Remove(h.bodyFile(b.file))
	}
}

func (h *handle) bodyFile(id bodyID) string { return filepath.Join(h.dir, hex.EncodeToString(id[:])) }

// putBody makes b the body of n, in place of what was there.
func (h *handle) putBody(c *change, n *node, b storedBody) error {
	if inline := n.entry.body.isZero() && b.file.isZero(); !inline { // or one simply takes the other's place
		if err := h.dropBody(c, n); err != nil {
			return err
		}
	}
	n.entry.size, n.entry.body = b.size, b.file
	if b.file.isZero() {
		return h.seal(c.tx, bNode, nodeKey(n.entry.node, partBody), n.entry.version, pad(b.inline, 0))
	}
	c.used += b.sealed
	return h.seal(c.tx, bBody, b.file[:], n.entry.version, b.record())
}

// record is what must be known to open the file: it stands sealed in the pod's file.
func (b *storedBody) record() []byte {
	record := binary.BigEndian.AppendUint64(nil, uint64(b.sealed))
	record = append(record, b.sum[:]...)
	return append(record, b.key.Bytes()...)
}

// openStored reads a kept body that stands under no name yet.
func (h *handle) openStored(b storedBody) (io.ReadSeekCloser, error) {
	return h.openBody(&entry{body: b.file, size: b.size}, b.record())
}

// dropBody removes n's body; its file goes once that is durable.
func (h *handle) dropBody(c *change, n *node) error {
	if n.entry.body.isZero() {
		return c.del(bNode, nodeKey(n.entry.node, partBody))
	}
	id := n.entry.body
	c.used -= crypto.SealedBodySize(n.entry.size)
	c.then(func() { h.dropFile(id) })
	return c.del(bBody, n.entry.body[:])
}

// dropFile removes a body's file, or leaves that to the backup that still needs it.
func (h *handle) dropFile(id bodyID) {
	h.pins.mu.Lock()
	defer h.pins.mu.Unlock()
	if h.pins.n > 0 {
		h.pins.later = append(h.pins.later, id)
		return
	}
	os.Remove(h.bodyFile(id))
}

// pins keep the files of removed bodies while backups are being written.
type pins struct {
	mu    sync.Mutex
	n     int
	later []bodyID
}

func (h *handle) pin() {
	h.pins.mu.Lock()
	h.pins.n++
	h.pins.mu.Unlock()
}

func (h *handle) unpin() {
	h.pins.mu.Lock()
	defer h.pins.mu.Unlock()
	if h.pins.n--; h.pins.n > 0 {
		return
	}
	for _, id := range h.pins.later {
		os.Remove(h.bodyFile(id))
	}
	h.pins.later = nil
}

// body gives n's body. A small one is copied out of the transaction, a large
// one is a file that stays readable when it is removed meanwhile.
func (h *handle) body(t *tx, n *node) (io.ReadSeekCloser, error) {
	e := &n.entry
	if e.body.isZero() {
		plain, err := h.open(t, bNode, nodeKey(e.node, partBody), e.version)
		if err != nil {
			return nil, err
		}
		if int64(len(plain)) < e.size {
			return nil, fmt.Errorf("%w: a body is too short", ErrDamaged)
		}
		return inlineBody{bytes.NewReader(plain[:e.size])}, nil
	}
	record, err := h.open(t, bBody, e.body[:], e.version)
	if err != nil {
		return nil, err
	}
	return h.openBody(e, record)
}

func (h *handle) openBody(e *entry, record []byte) (io.ReadSeekCloser, error) {
	if len(record) < 8+sha256.Size {
		return nil, fmt.Errorf("%w: a body's key is missing", ErrDamaged)
	}
	key, err := crypto.ParseBodyKey(record[8+sha256.Size:])
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	f, err := os.Open(h.bodyFile(e.body))
	if err != nil {
		return nil, fmt.Errorf("%w: a body's file is missing: %w", ErrDamaged, err)
	}
	plain, size, err := crypto.OpenBody(f, int64(binary.BigEndian.Uint64(record)), key)
	if err != nil || size != e.size {
		f.Close()
		return nil, fmt.Errorf("%w: a body's file: %w", ErrDamaged, err)
	}
	return fileBody{io.NewSectionReader(plain, 0, size), f}, nil
}

// sweepBodies removes files that nothing refers to: what a stop in the middle
// of a write left behind.
func (h *handle) sweepBodies() error {
	files, err := os.ReadDir(h.dir)
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return err
	}
	return h.store.view(func(t *tx) error {
		for _, f := range files {
			id, err := hex.DecodeString(f.Name())
			if err == nil && len(id) == len(bodyID{}) && t.get(bBody, id) == nil {
				os.Remove(filepath.Join(h.dir, f.Name()))
			}
		}
		return nil
	})
}

type inlineBody struct{ *bytes.Reader }

func (inlineBody) Close() error { return nil }

type fileBody struct {
	*io.SectionReader
	f *os.File
}

func (b fileBody) Close() error { return b.f.Close() }

// summed hashes and counts what is written through it.
type summed struct {
	w    io.Writer
	hash hash.Hash
	n    int64
}

func (s *summed) Write(p []byte) (int, error) {
	n, err := s.w.Write(p)
	s.hash.Write(p[:n])
	s.n += int64(n)
	return n, err
}
