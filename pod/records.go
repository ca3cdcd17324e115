package pod

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// Records is what the host keeps besides the pods: accounts, sessions, the keys of
// its issuer, consents. A record has a kind, a name within it and a value, none
// of which can be read in the file. Get it with [Vault.Records].
type Records struct{ host *host }

// Records gives the vault's records. It may be used by several goroutines, until
// the vault is closed.
func (v *Vault) Records() *Records { return &Records{v.host} }

// ErrRecord is returned for a record that cannot be kept: an empty kind or name, or
// a value of more than a mebibyte.
var ErrRecord = errors.New("not a record that can be kept")

const (
	maxRecordName  = 1024
	maxRecordValue = 1 << 20
)

// View runs fn on a consistent state. The transaction ends with fn.
func (r *Records) View(fn func(*RecordTx) error) error {
	return r.host.view(func(t *tx) error { return fn(&RecordTx{t, r.host}) })
}

// Update runs fn and makes what it changed durable before it returns: all of it
// or, when fn fails, nothing. One update runs at a time, so what fn has read
// stays true until it is committed.
func (r *Records) Update(fn func(*RecordTx) error) error {
	return r.host.update(func(t *tx) error { return fn(&RecordTx{t, r.host}) })
}

// RecordTx is a transaction over the records.
type RecordTx struct {
	tx   *tx
	host *host
}

// Get gives the value of a record, which the caller may keep; nil: there is none.
func (t *RecordTx) Get(kind, name string) ([]byte, error) {
	key := t.key(kind, name)
	sealed := t.tx.get(bRecord, key)
	if sealed == nil {
		return nil, nil
	}
	_, value, err := t.open(key, sealed)
	return value, err
}

// Put keeps a value, in place of the one that was there.
func (t *RecordTx) Put(kind, name string, value []byte) error {
	if kind == "" || name == "" || len(name) > maxRecordName || len(value) > maxRecordValue {
		return ErrRecord
	}
	key := t.key(kind, name)
	plain := binary.BigEndian.AppendUint32(nil, uint32(len(value)))
	plain = append(appendText(plain, name), value...)
	return t.tx.put(bRecord, key, t.host.keys.Seal(nil, hostLabel(bRecord, key), pad(plain, 0)))
}

// Delete takes a record away, if it is there.
func (t *RecordTx) Delete(kind, name string) error { return t.tx.del(bRecord, t.key(kind, name)) }

// Each calls fn for all records of a kind, in no order that tells anything, until it
// says no. Records are not to be changed meanwhile.
func (t *RecordTx) Each(kind string, fn func(name string, value []byte) (more bool, err error)) error {
	return t.tx.scan(bRecord, t.key(kind, "")[:16], nil, func(key, sealed []byte) (bool, error) {
		name, value, err := t.open(bytes.Clone(key), sealed)
		if err != nil {
			return false, err
		}
		return fn(name, value)
	})
}

// Check opens every record, and says how many there are and how many of them cannot be
// read. What they mean is for those who keep them.
func (r *Records) Check() (all, damaged int, err error) {
	for after, more := []byte(nil), true; more && err == nil; {
		n := 0
		err = r.View(func(t *RecordTx) error {
			return t.tx.scan(bRecord, nil, after, func(key, sealed []byte) (bool, error) {
				after = bytes.Clone(key)
				if _, _, err := t.open(after, sealed); err != nil {
					damaged++
				}
				n++
				return n < checkPage, nil
			})
		})
		all, more = all+n, n == checkPage
	}
	return all, damaged, err
}

// key puts the records of a kind together.
func (t *RecordTx) key(kind, name string) []byte {
	return append(t.host.keyOf("record kind", kind), t.host.keyOf("record of "+kind, name)...)
}

func (t *RecordTx) open(key, sealed []byte) (name string, value []byte, err error) {
	plain, err := t.host.keys.Open([]byte{}, hostLabel(bRecord, key), sealed)
	if err != nil {
		return "", nil, fmt.Errorf("%w: host.db: %w", ErrDamaged, err)
	}
	r := fields{b: plain}
	var size uint32
	if b := r.bytes(4); b != nil {
		size = binary.BigEndian.Uint32(b)
	}
	name = r.text()
	value = r.bytes(int(size))
	if r.bad {
		return "", nil, fmt.Errorf("%w: host.db: a record cannot be read", ErrDamaged)
	}
	return name, value, nil
}
