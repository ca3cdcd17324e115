package faults

import "encoding/binary"

// Of a database file not every byte is used: pages are free, and pages have room. live finds those that are, in bbolt's
// file format, version 2: of every page that is reached from the newest meta page the header, the elements, the keys and
// the values. The meta pages are not among them: opening the file writes over the older one, and when the newest is
// damaged the one before it counts, as after a power failure.
func live(data []byte) []bool {
	le := binary.LittleEndian
	l := &living{data: data, size: uint64(le.Uint32(data[16+8:])), used: make([]bool, len(data))}
	root, newest := uint64(0), uint64(0)
	for i := range uint64(2) {
		at := i*l.size + 16
		if txid := le.Uint64(data[at+48:]); txid >= newest {
			newest, root = txid, le.Uint64(data[at+16:])
		}
	}
	l.page(root*l.size, true)
	return l.used
}

type living struct {
	data []byte
	size uint64
	used []bool
}

func (l *living) mark(at, n uint64) {
	for i := at; i < at+n; i++ {
		l.used[i] = true
	}
}

// page marks a page, and what lies below it. The page inside a small bucket's value has a header that nobody writes.
func (l *living) page(at uint64, whole bool) {
	le := binary.LittleEndian
	if whole {
		l.mark(at, 16)
	} else {
		l.mark(at+8, 4)
	}
	branch := le.Uint16(l.data[at+8:])&1 != 0
	for i := range uint64(le.Uint16(l.data[at+10:])) {
		e := at + 16 + 16*i
		l.mark(e, 16)
		a, b, c, d := uint64(le.Uint32(l.data[e:])), uint64(le.Uint32(l.data[e+4:])), uint64(le.Uint32(l.data[e+8:])), uint64(le.Uint32(l.data[e+12:]))
		if branch {
			l.mark(e+a, b)
			l.page((c|d<<32)*l.size, true)
			continue
		}
		if a&1 == 0 {
			l.mark(e+b, c+d)
			continue
		}
		l.mark(e+b, c+8) // of a bucket the name and where its pages are, but not how far it has counted
		value := e + b + c
		if below := le.Uint64(l.data[value:]); below != 0 {
			l.page(below*l.size, true)
		} else {
			l.page(value+16, false)
		}
	}
}
