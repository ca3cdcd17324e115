package pod

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"skrin/crypto"
)

// host is host.db: what belongs to no single pod, sealed under a key of its
// own that the host key wraps. Which pods exist stands here and nowhere else.
type host struct {
	store *store
	keys  *crypto.Keyring
}

// podRecord is what the host knows of a pod without opening it.
type podRecord struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"`
	Owner   string    `json:"owner"` // below the pod's root without it
	Created time.Time `json:"created"`
	Leaving bool      `json:"leaving,omitempty"` // it is being erased: a start that finds it goes on with that
	Undone  bool      `json:"undone,omitempty"`  // with Leaving: it was nobody's, and its name is free
	Quota   int64     `json:"quota,omitempty"`   // bytes; 0: the default, -1: none
}

const hostFormat = 1

var (
	keySlot    = []byte("slot")
	hostID     = ID{} // the host's own values are sealed as those of no pod
	hostBucket = []bucket{bHeader, bPods, bKept, bRecord}
)

const (
	keptBase = "base"
	keptMark = "clock"
)

// openHost opens host.db, or makes it on a fresh data folder.
func openHost(dir string, key *crypto.HostKey) (*host, error) {
	path := filepath.Join(dir, "host.db")
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		if err := foundHost(path, key); err != nil {
			return nil, fmt.Errorf("found host.db: %w", err)
		}
	}
	s, err := openStore(path, hostBucket...)
	if err != nil {
		return nil, fmt.Errorf("open host.db: %w", err)
	}
	h := &host{store: s}
	if err := h.unlock(key); err != nil {
		s.close()
		return nil, err
	}
	return h, nil
}

// foundHost makes host.db under another name, and gives it its own when it is
// whole: a start that is stopped leaves none that would have to be mended.
func foundHost(path string, key *crypto.HostKey) error {
	fresh := path + ".new"
	s, err := openStore(fresh, hostBucket...)
	if errors.Is(err, ErrDamaged) { // of such a start
		os.Remove(fresh)
		s, err = openStore(fresh, hostBucket...)
	}
	if err != nil {
		return err
	}
	h := &host{store: s}
	if err = h.unlock(key); errors.Is(err, ErrHostKey) || errors.Is(err, ErrDamaged) {
		err = h.found(key)
	}
	if h.keys != nil {
		h.keys.Destroy()
	}
	if _, there := os.Lstat(path); err == nil && there != nil { // else another process was faster, while this one waited for the file
		err = os.Rename(fresh, path)
	}
	return errors.Join(err, s.close(), syncDir(filepath.Dir(path)))
}

// unlock opens the host's key with the host key, or makes one on first use.
func (h *host) unlock(key *crypto.HostKey) error {
	var slots []byte
	var format []byte
	err := h.view(func(t *tx) error {
		format = append(format, t.get(bHeader, keyFormat)...)
		slots = append(slots, t.get(bHeader, keySlot)...)
		return nil
	})
	switch {
	case err != nil:
		return err
	case len(format) == 0 && len(slots) == 0:
		return h.found(key)
	case len(format) != 1 || format[0] != hostFormat:
		return fmt.Errorf("%w: host.db has format %x, written by a newer version", ErrDamaged, format)
	}
	list, err := crypto.DecodeSlots(slots)
	if err != nil || len(list) != 1 {
		return fmt.Errorf("%w: host.db: its key slot cannot be read", ErrDamaged)
	}
	k, err := list[0].OpenHost(key, hostID)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrHostKey, err)
	}
	h.keys, err = crypto.NewKeyring(hostID, k)
	return err
}

func (h *host) found(key *crypto.HostKey) error {
	k := crypto.NewPodKey()
	slot, err := crypto.SealHost(key, hostID, k)
	if err != nil {
		return err
	}
	if h.keys, err = crypto.NewKeyring(hostID, k); err != nil {
		return err
	}
	return h.update(func(t *tx) error {
		return errors.Join(
			t.put(bHeader, keySlot, crypto.EncodeSlots([]crypto.Slot{slot})),
			t.put(bHeader, keyFormat, []byte{hostFormat}),
		)
	})
}

func (h *host) close() error {
	err := h.store.close()
	h.keys.Destroy()
	return err
}

func (h *host) keyOf(domain, name string) []byte {
	key := h.keys.Index(domain, name)
	return key[:]
}

func (h *host) put(b bucket, key, plain []byte) error {
	return h.update(func(t *tx) error {
		return t.put(b, key, h.keys.Seal(nil, hostLabel(b, key), plain))
	})
}

func (h *host) get(b bucket, key []byte) (plain []byte, err error) {
	err = h.view(func(t *tx) error {
		sealed := t.get(b, key)
		if sealed == nil {
			return nil
		}
		plain, err = h.keys.Open([]byte{}, hostLabel(b, key), sealed)
		if err != nil {
			return fmt.Errorf("%w: host.db: %w", ErrDamaged, err)
		}
		return nil
	})
	return plain, err
}

func hostLabel(b bucket, key []byte) crypto.Label {
	return crypto.Label{Pod: hostID, Bucket: byte(b), Key: key}
}

// pod finds a pod by name; the zero record if there is none.
func (h *host) pod(name string) (podRecord, error) {
	plain, err := h.get(bPods, h.keyOf("pod", name))
	if err != nil || plain == nil {
		return podRecord{}, err
	}
	return parsePodRecord(plain)
}

func (h *host) addPod(r podRecord) error {
	plain, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return h.update(func(t *tx) error {
		key := h.keyOf("pod", r.Name)
		return errors.Join(
			t.put(bPods, key, h.keys.Seal(nil, hostLabel(bPods, key), pad(plain, 0))),
			t.del(bKept, h.keyOf("kept", "arriving "+r.ID)),
		)
	})
}

// dropPod forgets a pod and what was noted about it, but for its name if it was
// anybody's.
func (h *host) dropPod(r podRecord) error {
	return h.update(func(t *tx) error {
		err := errors.Join(
			t.del(bPods, h.keyOf("pod", r.Name)),
			t.del(bKept, h.keyOf("kept", "witness "+r.ID)),
			t.del(bKept, h.keyOf("kept", "arriving "+r.ID)),
		)
		if err != nil || r.Undone {
			return err
		}
		key := h.keyOf("kept", formerName(r.Name))
		return t.put(bKept, key, h.keys.Seal(nil, hostLabel(bKept, key), []byte{1}))
	})
}

// update changes host.db. It is opened again after a commit whose outcome is not
// known, and so it is for view.
func (h *host) update(fn func(*tx) error) error {
	if err := h.store.mend(); err != nil {
		return err
	}
	_, err := h.store.update(fn)
	return err
}

func (h *host) view(fn func(*tx) error) error {
	if err := h.store.mend(); err != nil {
		return err
	}
	return h.store.view(fn)
}

// check walks host.db and opens every value in it.
func (h *host) check() error {
	if err := h.store.check(); err != nil {
		return err
	}
	for _, b := range []bucket{bPods, bKept, bRecord} {
		for after, more := []byte(nil), true; more; {
			n := 0
			err := h.view(func(t *tx) error {
				return t.scan(b, nil, after, func(key, sealed []byte) (bool, error) {
					if _, err := h.keys.Open(nil, hostLabel(b, key), sealed); err != nil {
						return false, fmt.Errorf("%w: %w", ErrDamaged, err)
					}
					n++
					after = bytes.Clone(key)
					return n < checkPage, nil
				})
			})
			if err != nil {
				return err
			}
			more = n == checkPage
		}
	}
	return nil
}

func (h *host) drop(b bucket, key []byte) error {
	return h.update(func(t *tx) error { return t.del(b, key) })
}

func (h *host) pods() (list []podRecord, err error) {
	err = h.view(func(t *tx) error {
		return t.scan(bPods, nil, nil, func(key, sealed []byte) (bool, error) {
			plain, err := h.keys.Open(nil, hostLabel(bPods, key), sealed)
			if err != nil {
				return false, fmt.Errorf("%w: host.db: %w", ErrDamaged, err)
			}
			r, err := parsePodRecord(plain)
			list = append(list, r)
			return true, err
		})
	})
	return list, err
}

func parsePodRecord(plain []byte) (r podRecord, err error) {
	if err := json.Unmarshal(trimPadding(plain), &r); err != nil {
		return podRecord{}, fmt.Errorf("%w: host.db: %w", ErrDamaged, err)
	}
	return r, nil
}

// trimPadding takes the zeroes off a padded JSON text.
func trimPadding(b []byte) []byte {
	for len(b) > 0 && b[len(b)-1] == 0 {
		b = b[:len(b)-1]
	}
	return b
}

// Keep stores a small value of the host's under a name, sealed. The value of a
// name is nil until it was kept.
func (v *Vault) Keep(name string, value []byte) error {
	return v.host.put(bKept, v.host.keyOf("kept", name), value)
}

// Kept gives what was kept last under the name.
func (v *Vault) Kept(name string) ([]byte, error) {
	return v.host.get(bKept, v.host.keyOf("kept", name))
}

// Discard forgets what was kept under the name, if anything was.
func (v *Vault) Discard(name string) error { return v.host.drop(bKept, v.host.keyOf("kept", name)) }
