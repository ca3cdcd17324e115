package pod

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"os"
	"runtime/debug"
	"syscall"
)

// The database walks its own pages in goroutines of its own, where a damaged
// page is a panic that nobody can catch: one garbled pod would end the process.
// So the pages are walked here first, where it is only an error. The layout is
// that of bbolt's file format, version 2.

const (
	pageHeader  = 16
	elementSize = 16
	metaSize    = 64
	metaMagic   = 0xED0CDAED
	metaVersion = 2

	branchPage    = 0x01
	leafPage      = 0x02
	bucketElement = 0x01
	maxTreeDepth  = 64
)

var errPages = errors.New("database pages")

// meta is what a walk starts from.
type meta struct {
	pageSize, root, end, txid uint64
}

// pages is a database file, mapped.
type pages struct {
	data []byte
	size uint64 // of a page
	end  uint64 // the first page beyond those in use
	seen []bool
	same bool // the key that leads to a page must be its first: writing relies on it
}

// checkFile walks a closed database file. A file that is not there, or empty, is
// sound: it will be founded. ErrInUse: another process has it.
func checkFile(path string) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return ErrInUse
	}
	return mapped(f, func(data []byte) error {
		if len(data) == 0 {
			return nil
		}
		best, _, err := newestMeta(data)
		if err != nil {
			return err
		}
		return walkPages(data, best.pageSize, best.root, best.end, false)
	})
}

// mapped gives fn the file's bytes. A fault while it reads is an error.
func mapped(f *os.File, fn func([]byte) error) (err error) {
	st, err := f.Stat()
	if err != nil || st.Size() == 0 {
		return errors.Join(err, fn(nil))
	}
	data, err := syscall.Mmap(int(f.Fd()), 0, int(st.Size()), syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return fmt.Errorf("map file: %w", err)
	}
	defer syscall.Munmap(data)
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: unreadable: %v", errPages, r)
		}
	}()
	return fn(data)
}

// newestMeta finds the meta page that the database will start from. both tells
// whether the other one is good too, as it is unless a write was interrupted.
func newestMeta(data []byte) (best meta, both bool, err error) {
	found := 0
	for _, at := range metaPlaces(data) {
		m, ok := readMeta(data, at)
		if !ok {
			continue
		}
		found++
		if found == 1 || m.txid > best.txid {
			best = m
		}
	}
	if found == 0 {
		return meta{}, false, fmt.Errorf("%w: no good meta page", errPages)
	}
	return best, found == 2, nil
}

// metaPlaces gives where the two meta pages begin. The page size stands only in
// them, so where the first is damaged every size is tried for the second.
func metaPlaces(data []byte) []uint64 {
	if m, ok := readMeta(data, 0); ok {
		return []uint64{0, m.pageSize}
	}
	for size := uint64(1024); size <= 64<<10; size *= 2 {
		if m, ok := readMeta(data, size); ok && m.pageSize == size {
			return []uint64{size}
		}
	}
	return nil
}

func readMeta(data []byte, at uint64) (meta, bool) {
	if at+pageHeader+metaSize > uint64(len(data)) {
		return meta{}, false
	}
	b := data[at+pageHeader:][:metaSize]
	sum := fnv.New64a()
	sum.Write(b[:metaSize-8])
	le := binary.LittleEndian
	m := meta{pageSize: uint64(le.Uint32(b[8:])), root: le.Uint64(b[16:]), end: le.Uint64(b[40:]), txid: le.Uint64(b[48:])}
	good := le.Uint32(b) == metaMagic && le.Uint32(b[4:]) == metaVersion && le.Uint64(b[56:]) == sum.Sum64() && m.pageSize >= 1024
	return m, good
}

// walkPages follows every page from the root: each lies inside the file, says
// its own number, is used once, and has its keys in order.
// same asks also for what reading does without: the key that leads to a page is its first.
func walkPages(data []byte, pageSize, root, end uint64, same bool) error {
	if end > uint64(len(data))/pageSize {
		return fmt.Errorf("%w: the file has %d of %d pages", errPages, uint64(len(data))/pageSize, end)
	}
	p := &pages{data: data, size: pageSize, end: end, seen: make([]bool, end), same: same}
	return p.walk(root, nil, nil, 0)
}

// walk checks the tree below a page, whose keys lie from low on and below high
// (nil: no bound).
func (p *pages) walk(id uint64, low, high []byte, depth int) error {
	if depth > maxTreeDepth {
		return fmt.Errorf("%w: deeper than %d", errPages, maxTreeDepth)
	}
	page, err := p.take(id)
	if err != nil {
		return err
	}
	return p.elements(page, id, low, high, depth)
}

// take gives a page with those that it flows over into, and marks them as used.
func (p *pages) take(id uint64) ([]byte, error) {
	if id < 2 || id >= p.end {
		return nil, fmt.Errorf("%w: page %d is out of bounds", errPages, id)
	}
	page := p.data[id*p.size:]
	span := uint64(binary.LittleEndian.Uint32(page[12:])) + 1
	if binary.LittleEndian.Uint64(page) != id || span > p.end-id {
		return nil, fmt.Errorf("%w: page %d is damaged", errPages, id)
	}
	for i := id; i < id+span; i++ {
		if p.seen[i] {
			return nil, fmt.Errorf("%w: page %d is used twice", errPages, i)
		}
		p.seen[i] = true
	}
	return page[:span*p.size], nil
}

// elements checks what stands on a page, and goes on below it.
func (p *pages) elements(page []byte, id uint64, low, high []byte, depth int) error {
	le := binary.LittleEndian
	kind, count := le.Uint16(page[8:]), int(le.Uint16(page[10:]))
	if kind != branchPage && kind != leafPage || pageHeader+count*elementSize > len(page) || kind == branchPage && count == 0 {
		return fmt.Errorf("%w: page %d is damaged", errPages, id)
	}
	var last []byte
	end := pageHeader
	for i := range count {
		key, value, child, upto, err := element(page, kind, i)
		if err != nil {
			return fmt.Errorf("%w: page %d: %w", errPages, id, err)
		}
		if i > 0 && bytes.Compare(last, key) >= 0 || bytes.Compare(key, low) < 0 && !(kind == branchPage && i == 0) || high != nil && bytes.Compare(key, high) >= 0 {
			return fmt.Errorf("%w: page %d: keys out of order", errPages, id)
		}
		if i == 0 && low != nil && p.same && !bytes.Equal(key, low) {
			return fmt.Errorf("%w: page %d: another key leads to it", errPages, id)
		}
		last, end = key, max(end, upto)
		switch {
		case kind == branchPage:
			next := high
			if i < count-1 {
				if next, _, _, _, err = element(page, kind, i+1); err != nil {
					return fmt.Errorf("%w: page %d: %w", errPages, id, err)
				}
			}
			err = p.walk(child, key, next, depth+1)
		case value != nil:
			err = p.bucket(value, depth+1)
		}
		if err != nil {
			return err
		}
	}
	if id != 0 && len(page)-end >= int(p.size) || id == 0 && len(page) != end { // it would give back pages that are not its own
		return fmt.Errorf("%w: page %d is longer than what stands on it", errPages, id)
	}
	return nil
}

// element gives an element's key and, on a branch, the page below it, on a leaf
// the value if that is a bucket, and where the element's bytes end.
func element(page []byte, kind uint16, i int) (key, bucket []byte, child uint64, end int, err error) {
	le := binary.LittleEndian
	at := pageHeader + i*elementSize
	e := page[at:][:elementSize]
	if kind == branchPage {
		pos, ksize := le.Uint32(e), le.Uint32(e[4:])
		key, err = slice(page, at, pos, ksize)
		return key, nil, le.Uint64(e[8:]), at + int(pos) + int(ksize), err
	}
	pos, ksize, vsize := le.Uint32(e[4:]), le.Uint32(e[8:]), le.Uint32(e[12:])
	if key, err = slice(page, at, pos, ksize); err != nil {
		return nil, nil, 0, 0, err
	}
	end = at + int(pos) + int(ksize) + int(vsize)
	value, err := slice(page, at+int(ksize), pos, vsize)
	switch flags := le.Uint32(e); {
	case err != nil || flags > bucketElement:
		return nil, nil, 0, 0, errors.New("an element is damaged")
	case flags == bucketElement:
		return key, value, 0, end, nil
	}
	return key, nil, 0, end, nil
}

func slice(page []byte, at int, pos, n uint32) ([]byte, error) {
	from, to := uint64(at)+uint64(pos), uint64(at)+uint64(pos)+uint64(n)
	if to > uint64(len(page)) {
		return nil, errors.New("an element lies outside")
	}
	return page[from:to], nil
}

// bucket goes on in a bucket, which has a tree of its own or, if it is small,
// a page inside its value.
func (p *pages) bucket(value []byte, depth int) error {
	if len(value) < 16 {
		return fmt.Errorf("%w: a bucket is damaged", errPages)
	}
	if root := binary.LittleEndian.Uint64(value); root != 0 {
		if len(value) != 16 {
			return fmt.Errorf("%w: a bucket is damaged", errPages)
		}
		return p.walk(root, nil, nil, depth)
	}
	inline := value[16:]
	if len(inline) < pageHeader || binary.LittleEndian.Uint16(inline[8:]) != leafPage {
		return fmt.Errorf("%w: a small bucket is damaged", errPages)
	}
	return p.elements(inline, 0, nil, nil, depth)
}
