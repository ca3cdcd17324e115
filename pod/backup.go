package pod

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"

	bolt "go.etcd.io/bbolt"

	"skrin/crypto"
)

// A backup is one stream: a line that says what it is, then sections, each a
// letter, a length and that many bytes, and last the hash of all that came
// before. What is sealed in the pod stays sealed in the backup; the ways to
// open it come along, but for the host's.

const backupMagic = "skrin-backup 1\n"

const (
	sectionPod   = 'p' // the pod's id
	sectionSlots = 's' // its slots file
	sectionStore = 'd' // its file, compacted
	sectionBody  = 'b' // id of a large body, then its file
	sectionEnd   = 'e' // SHA-256 of everything before this section
)

// BackupOptions say what a backup holds.
type BackupOptions struct {
	HostSlot bool                    // with it the present host key opens the backup too
	Progress func(done, total int64) // bytes; may be nil
}

// Backup writes the pod as it is now to w, while it goes on being used: what is
// written or removed meanwhile is not in it. Only the owner may.
func (s *Session) Backup(ctx context.Context, w io.Writer, opt BackupOptions) error {
	h, err := s.controlled(ctx)
	if err != nil {
		return err
	}
	defer s.vault.release(h)
	if err := h.commit(ctx, func(c *change) error {
		c.journal(h.line(s, "backup", Path{}))
		return nil
	}); err != nil {
		return err
	}
	h.backing.Lock()
	defer h.backing.Unlock()
	h.pin()
	defer h.unpin()
	slots, copied, bodies, err := h.snapshot(ctx, opt.HostSlot)
	if err != nil {
		return err
	}
	defer os.Remove(copied)
	b := backup{ctx: ctx, sum: sha256.New(), progress: opt.Progress}
	b.w = io.MultiWriter(w, b.sum)
	return b.write(h, slots, copied, bodies)
}

func (v *Vault) backupSlots(id ID, host bool) ([]byte, error) {
	all, err := v.readSlots(id)
	if err != nil {
		return nil, err
	}
	var kept []crypto.Slot
	for _, slot := range all {
		if host || slot.Kind != crypto.HostSlot {
			kept = append(kept, slot)
		}
	}
	if len(kept) == 0 {
		return nil, fmt.Errorf("%w: without the host's slot nothing would open the backup", ErrLocked)
	}
	return crypto.EncodeSlots(kept), nil
}

// snapshot copies the store to a file of its own, and names the bodies that it
// refers to. Only the quick copy on this disk is done inside a transaction.
func (h *handle) snapshot(ctx context.Context, host bool) (slots []byte, path string, bodies []bodyID, err error) {
	raw := h.store.path + snapshotSuffix
	defer os.Remove(raw)
	err = h.exclusive(ctx, func() error {
		if err := h.vault.space.forBytes(2 * h.store.size()); err != nil { // this copy, and that without what was deleted
			return err
		}
		if err := h.store.check(); err != nil { // what is damaged would lead the database anywhere
			return err
		}
		if slots, err = h.vault.backupSlots(h.id, host); err != nil {
			return err
		}
		return h.store.view(func(t *tx) error {
			if err := t.scan(bBody, nil, nil, func(key, _ []byte) (bool, error) {
				bodies = append(bodies, bodyID(key))
				return true, nil
			}); err != nil {
				return err
			}
			return t.t.CopyFile(raw, 0o600)
		})
	})
	if err != nil {
		return nil, "", nil, diskError(err)
	}
	path = h.store.path + backupSuffix
	os.Remove(path)
	return slots, path, bodies, diskError(compactFile(raw, path))
}

// compactFile leaves out of a database file what was deleted from it.
func compactFile(from, to string) error {
	if err := checkFile(from); err != nil { // the database would end the process
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	src, err := openDatabase(from, bolt.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	return errors.Join(src.copyTo(to), src.close())
}

// backup is a backup that is being written.
type backup struct {
	ctx         context.Context
	w           io.Writer
	sum         hash.Hash
	done, total int64
	progress    func(done, total int64)
}

func (b *backup) write(h *handle, slots []byte, copied string, bodies []bodyID) error {
	files := []string{copied}
	for _, id := range bodies {
		files = append(files, h.bodyFile(id))
	}
	for _, f := range files {
		st, err := os.Stat(f)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		b.total += st.Size()
	}
	if _, err := io.WriteString(b.w, backupMagic); err != nil {
		return fmt.Errorf("write backup: %w", err)
	}
	err := errors.Join(b.section(sectionPod, bytes.NewReader(h.id[:]), int64(len(h.id))), b.section(sectionSlots, bytes.NewReader(slots), int64(len(slots))))
	for i, f := range files {
		if err != nil {
			return fmt.Errorf("write backup: %w", err)
		}
		kind, prefix := byte(sectionStore), []byte(nil)
		if i > 0 {
			kind, prefix = sectionBody, bodies[i-1][:]
		}
		err = b.file(kind, prefix, f)
	}
	if err != nil {
		return fmt.Errorf("write backup: %w", err)
	}
	sum := b.sum.Sum(nil)
	return b.section(sectionEnd, bytes.NewReader(sum), int64(len(sum)))
}

func (b *backup) file(kind byte, prefix []byte, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return err
	}
	return b.section(kind, io.MultiReader(bytes.NewReader(prefix), f), st.Size()+int64(len(prefix)))
}

func (b *backup) section(kind byte, r io.Reader, size int64) error {
	head := binary.BigEndian.AppendUint64([]byte{kind}, uint64(size))
	if _, err := b.w.Write(head); err != nil {
		return err
	}
	n, err := io.Copy(b.w, &ticking{r: io.LimitReader(r, size), tick: b.tick})
	if err == nil && n != size {
		err = fmt.Errorf("%w: a file became shorter", ErrDamaged)
	}
	return err
}

// tick counts bytes and stops when nobody waits for the backup any more.
func (b *backup) tick(n int) error {
	b.done += int64(n)
	if b.progress != nil {
		b.progress(min(b.done, b.total), b.total)
	}
	return b.ctx.Err()
}

// ticking reads and tells how much.
type ticking struct {
	r      io.Reader
	tick   func(int) error
	failed error // what tick has said
}

func (t *ticking) Read(p []byte) (int, error) {
	n, err := t.r.Read(p)
	if t.failed = t.tick(n); t.failed != nil {
		return n, t.failed
	}
	return n, err
}

// unpacked is a backup's content, in a folder of its own.
type unpacked struct {
	dir   string
	id    ID
	slots []crypto.Slot
}

func (u *unpacked) store() string { return filepath.Join(u.dir, "db") }

func (u *unpacked) bodies() string { return filepath.Join(u.dir, "blobs") }

var errBackup = errors.New("not a whole backup")

// arriving counts the bytes of a pod that comes from elsewhere. It ends when
// nobody waits for the pod any more, or when there is no room for it.
func (s *space) arriving(ctx context.Context, progress func(done int64)) func(int) error {
	var done int64
	return func(n int) error {
		done += int64(n)
		if progress != nil {
			progress(done)
		}
		return cmp.Or(ctx.Err(), s.forBytes(int64(n)))
	}
}

// unpack reads a backup to its end and checks its hash, into files under dir.
// tick hears of the bytes as they come.
func unpack(r io.Reader, dir string, tick func(int) error) (*unpacked, error) {
	u := &unpacked{dir: dir}
	in := &ticking{r: r, tick: tick}
	sum := sha256.New()
	tee := io.TeeReader(in, sum)
	magic := make([]byte, len(backupMagic))
	if _, err := io.ReadFull(tee, magic); err != nil || string(magic) != backupMagic {
		return nil, cmp.Or(in.failed, fmt.Errorf("%w: it does not begin as one", errBackup))
	}
	if err := os.MkdirAll(u.bodies(), 0o700); err != nil {
		return nil, diskError(err)
	}
	for {
		before := sum.Sum(nil)
		var head [9]byte
		if _, err := io.ReadFull(tee, head[:]); err != nil {
			return nil, endsEarly(err)
		}
		size := int64(binary.BigEndian.Uint64(head[1:]))
		end, err := u.section(head[0], io.LimitReader(tee, size), size, before)
		if err != nil || end {
			return u, err
		}
	}
}

// section takes one section; the last one is compared with the hash so far.
func (u *unpacked) section(kind byte, r io.Reader, size int64, sum []byte) (end bool, err error) {
	switch kind {
	case sectionStore:
		return false, keepFile(u.store(), r, size)
	case sectionBody:
		var id bodyID
		if _, err := io.ReadFull(r, id[:]); err != nil {
			return false, endsEarly(err)
		}
		return false, keepFile(filepath.Join(u.bodies(), hex.EncodeToString(id[:])), r, size-int64(len(id)))
	case sectionPod, sectionSlots, sectionEnd:
	default:
		return false, fmt.Errorf("%w: a section of unknown kind %q; a newer version may read it", errBackup, kind)
	}
	b, err := io.ReadAll(io.LimitReader(r, 1<<20))
	switch {
	case err != nil || int64(len(b)) != size:
		return false, endsEarly(err)
	case kind == sectionPod && size == int64(len(u.id)):
		u.id = ID(b)
		return false, nil
	case kind == sectionSlots:
		u.slots, err = crypto.DecodeSlots(b)
		return false, err
	case kind == sectionEnd && bytes.Equal(b, sum) && !u.id.IsZero() && len(u.slots) > 0:
		return true, nil
	}
	return false, fmt.Errorf("%w: it was changed", errBackup)
}

// endsEarly is the error of a backup of which less could be read than there must
// be, with what stood in the way if it was not its end.
func endsEarly(err error) error {
	if err == nil || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%w: it ends too early", errBackup)
	}
	return err
}

// keepFile writes size bytes of r to a new file and makes them durable.
func keepFile(path string, r io.Reader, size int64) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return diskError(err)
	}
	n, err := io.Copy(f, r)
	if err == nil && n != size {
		err = fmt.Errorf("%w: it ends too early", errBackup)
	}
	return diskError(errors.Join(err, f.Sync(), f.Close()))
}
