package pod

import (
	"encoding/binary"
	"errors"
	"time"
)

// entry is what a container knows of one member: the value of a directory
// entry. Everything a listing shows stands here, so a listing reads nothing
// else. FORMAT.md writes the layout down.
type entry struct {
	node      nodeID
	container bool
	name      string // decoded
	mediaType string
	size      int64  // of the plain body
	version   uint64 // of the body or, for a container, of its members
	acl       uint64 // version of its ACL, 0: it has none
	meta      uint64 // version of its description, 0: it has none
	body      bodyID // of a body in a file of its own; zero: the body stands in the node bucket
	created   time.Time
	modified  time.Time
	refs      []string // by which other records refer to it
}

// part says which of a node's values is meant.
type part byte

const (
	partBody part = 1
	partACL  part = 2
	partMeta part = 3
)

const (
	entryFormat   = 1
	flagContainer = 1
	padding       = 64 // sealed plaintexts are padded to a multiple, so that lengths tell little
)

var errEntry = errors.New("directory entry cannot be read")

// append writes the entry behind dst, padded.
func (e *entry) append(dst []byte) []byte {
	start := len(dst)
	var flags byte
	if e.container {
		flags |= flagContainer
	}
	dst = append(dst, entryFormat, flags)
	dst = append(dst, e.node[:]...)
	dst = append(dst, e.body[:]...)
	dst = binary.AppendUvarint(dst, uint64(e.size))
	dst = binary.AppendUvarint(dst, e.version)
	dst = binary.AppendUvarint(dst, e.acl)
	dst = binary.AppendUvarint(dst, e.meta)
	dst = binary.AppendUvarint(dst, uint64(e.created.UnixNano()))
	dst = binary.AppendUvarint(dst, uint64(e.modified.UnixNano()))
	dst = appendText(dst, e.name)
	dst = appendText(dst, e.mediaType)
	dst = binary.AppendUvarint(dst, uint64(len(e.refs)))
	for _, ref := range e.refs {
		dst = appendText(dst, ref)
	}
	return pad(dst, start)
}

// parseEntry reads what append wrote. The padding is not looked at.
func parseEntry(b []byte) (entry, error) {
	r := fields{b: b}
	var e entry
	if r.byte() != entryFormat {
		return entry{}, errEntry
	}
	e.container = r.byte()&flagContainer != 0
	copy(e.node[:], r.bytes(len(e.node)))
	copy(e.body[:], r.bytes(len(e.body)))
	e.size = int64(r.uvarint())
	e.version = r.uvarint()
	e.acl = r.uvarint()
	e.meta = r.uvarint()
	e.created = time.Unix(0, int64(r.uvarint())).UTC()
	e.modified = time.Unix(0, int64(r.uvarint())).UTC()
	e.name = r.text()
	e.mediaType = r.text()
	for n := r.uvarint(); n > 0 && !r.bad; n-- {
		e.refs = append(e.refs, r.text())
	}
	if r.bad {
		return entry{}, errEntry
	}
	return e, nil
}

// document is an ACL or a description as it is kept: a body with its media type.
type document struct {
	mediaType string
	modified  time.Time
	body      []byte
}

func (d *document) append(dst []byte) []byte {
	dst = append(dst, entryFormat)
	dst = appendText(dst, d.mediaType)
	dst = binary.AppendUvarint(dst, uint64(d.modified.UnixNano()))
	return append(dst, d.body...)
}

func parseDocument(b []byte) (document, error) {
	r := fields{b: b}
	if r.byte() != entryFormat {
		return document{}, errEntry
	}
	d := document{mediaType: r.text(), modified: time.Unix(0, int64(r.uvarint())).UTC()}
	if r.bad {
		return document{}, errEntry
	}
	d.body = r.b
	return d, nil
}

func appendText(dst []byte, s string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}

// pad fills dst with zeroes until what begins at start has a multiple of padding bytes.
func pad(dst []byte, start int) []byte {
	var zeroes [padding]byte
	if over := (len(dst) - start) % padding; over != 0 {
		dst = append(dst, zeroes[over:]...)
	}
	return dst
}

// fields takes values off the front of b; bad is set, and zero values come,
// once something was not there.
type fields struct {
	b   []byte
	bad bool
}

func (f *fields) bytes(n int) []byte {
	if f.bad || n < 0 || n > len(f.b) {
		f.bad = true
		return nil
	}
	head := f.b[:n]
	f.b = f.b[n:]
	return head
}

func (f *fields) byte() byte {
	if b := f.bytes(1); b != nil {
		return b[0]
	}
	return 0
}

func (f *fields) uvarint() uint64 {
	v, n := binary.Uvarint(f.b)
	if f.bad || n <= 0 {
		f.bad = true
		return 0
	}
	f.b = f.b[n:]
	return v
}

func (f *fields) text() string {
	n := f.uvarint()
	if n > uint64(len(f.b)) {
		f.bad = true
		return ""
	}
	return string(f.bytes(int(n)))
}
