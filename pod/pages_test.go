package pod

import (
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	bolt "go.etcd.io/bbolt"

	"skrin/crypto"
)

// TestKindsThatAreNotKnown: a bucket whose name was damaged is not made anew, empty.
func TestKindsThatAreNotKnown(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	s, err := openStore(path, bHeader, bGrant)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.db.update(func(t *bolt.Tx) error { _, err := t.CreateBucket([]byte("G")); return err }); err != nil {
		t.Fatal(err)
	}
	if err := s.close(); err != nil {
		t.Fatal(err)
	}
	if _, err := openStore(path, bHeader, bGrant); !errors.Is(err, ErrDamaged) {
		t.Errorf("opened: %v", err)
	}
}

// TestMovedValues: a value opens only where it was sealed, in the version it was sealed for.
func TestMovedValues(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	other, err := w.vault.Create(ctx, NewPod{Name: "karin"})
	if err != nil {
		t.Fatal(err)
	}
	h, err := w.vault.acquire(ctx, p.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer w.vault.release(h)
	sealed := h.keys.Seal(nil, h.label(bGrant, []byte("here"), 7), []byte("a grant"))
	stranger := &handle{id: other.ID}
	for where, label := range map[string]crypto.Label{
		"under another key":  h.label(bGrant, []byte("there"), 7),
		"in another version": h.label(bGrant, []byte("here"), 6),
		"in another bucket":  h.label(bNode, []byte("here"), 7),
		"in another pod":     stranger.label(bGrant, []byte("here"), 7),
	} {
		if plain, err := h.keys.Open(nil, label, sealed); err == nil {
			t.Errorf("%s it opens as %q", where, plain)
		}
	}
	if _, err := h.keys.Open(nil, h.label(bGrant, []byte("here"), 7), sealed); err != nil {
		t.Error(err)
	}
}

// deleted; another is damage, though everything can still be read.
func TestLeadingKeys(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	s, err := openStore(path, bHeader)
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for round := range 150 {
		if _, err := s.update(func(t *tx) error {
			for range 40 {
				key := number(uint64(rng.IntN(3000)))
				if err := errors.Join(t.put(bHeader, key, make([]byte, rng.IntN(600))), t.del(bHeader, number(uint64(rng.IntN(3000))))); err != nil {
					return err
				}
			}
			for key := uint64(rng.IntN(3000)); round%10 == 9 && key < 3000; key++ {
				if err := t.del(bHeader, number(key)); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if err := s.check(); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
	}
	if err := errors.Join(s.close(), changeLeadingKey(path)); err != nil {
		t.Fatal(err)
	}
	if s, err = openStore(path, bHeader); err != nil {
		t.Fatal(err)
	}
	defer s.close()
	if err := s.check(); !errors.Is(err, ErrDamaged) {
		t.Errorf("a key that leads elsewhere is not found: %v", err)
	}
}

// TestPagesThatAreTooLong lets a page claim the free one behind it.
func TestPagesThatAreTooLong(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	s, err := openStore(path, bHeader)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 40 {
		if _, err := s.update(func(t *tx) error { return t.put(bHeader, number(uint64(i)), make([]byte, 900)) }); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	best, _, err := newestMeta(data)
	if err != nil {
		t.Fatal(err)
	}
	used := &pages{data: data, size: best.pageSize, end: best.end, seen: make([]bool, best.end)}
	if err := used.walk(best.root, nil, nil, 0); err != nil {
		t.Fatal(err)
	}
	tried := 0
	for id := uint64(2); id < best.end-1; id++ {
		if overflow := data[id*best.pageSize+12:]; used.seen[id] && !used.seen[id+1] && overflow[0] == 0 {
			overflow[0], tried = 1, tried+1
			if err := walkPages(data, best.pageSize, best.root, best.end, false); !errors.Is(err, errPages) {
				t.Errorf("page %d: %v", id, err)
			}
			overflow[0] = 0
		}
	}
	if tried == 0 {
		t.Error("no page is followed by a free one")
	}
}

// changeLeadingKey makes the first keys of the branch pages less, which leads nobody elsewhere.
func changeLeadingKey(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	best, _, err := newestMeta(data)
	if err != nil {
		return err
	}
	le := binary.LittleEndian
	for id := uint64(2); id < best.end; id++ {
		page := data[id*best.pageSize:][:best.pageSize]
		if n := int(le.Uint16(page[10:])); le.Uint64(page) == id && le.Uint16(page[8:]) == branchPage && n > 1 {
			key, _, _, _, err := element(page, branchPage, 0)
			if err != nil {
				return err
			}
			if key[len(key)-1] > 0 {
				key[len(key)-1]--
			}
		}
	}
	return os.WriteFile(path, data, 0o600)
}
