package pod

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"skrin/acl"
)

// Line is one line of the journal: what somebody did or was refused, and why.
// Addresses below the pod's root stand without it.
type Line struct {
	N       uint64    `json:"n"`
	At      time.Time `json:"at"`
	Who     string    `json:"who,omitempty"` // WebID; "" is the public
	Client  string    `json:"client,omitempty"`
	Issuer  string    `json:"issuer,omitempty"`
	Did     string    `json:"did"` // read, listen, create, replace, patch, delete, control, grant, revoke, ..., or an Act
	Path    string    `json:"path,omitempty"`
	Allowed bool      `json:"allowed"`
	Because string    `json:"because,omitempty"`
	Grant   string    `json:"grant,omitempty"`
	Purpose string    `json:"purpose,omitempty"`
	Until   time.Time `json:"until,omitzero"`
	Count   int       `json:"count,omitempty"` // of how many this line tells; 0 is one
	From    string    `json:"from,omitempty"`  // class of the address, for what is only counted or is about the owner's account
}

// Entry is a line with what proves its place: Leaf is the hash that stands in
// the journal's tree, SHA-256(0x00 || SHA-256(Salt || Record)).
type Entry struct {
	Line
	Record []byte // the line's canonical bytes
	Salt   []byte
	Leaf   tlog.Hash
}

// Head is the journal at one moment: how many lines, and the root of the
// Merkle tree over them (RFC 6962). A kept head proves later that nothing that
// stood there was removed or changed.
type Head struct {
	Size uint64
	Root tlog.Hash
}

// String writes a head as "size:base64"; ParseHead reads it.
func (d Head) String() string {
	return strconv.FormatUint(d.Size, 10) + ":" + base64.RawURLEncoding.EncodeToString(d.Root[:])
}

// ParseHead reads what String wrote.
func ParseHead(s string) (Head, error) {
	size, root, ok := strings.Cut(s, ":")
	n, err := strconv.ParseUint(size, 10, 63)
	sum, err2 := base64.RawURLEncoding.DecodeString(root)
	if !ok || err != nil || err2 != nil || len(sum) != tlog.HashSize {
		return Head{}, fmt.Errorf("%q is no head of a journal: it looks like 42:base64", s)
	}
	d := Head{Size: n}
	copy(d.Root[:], sum)
	return d, nil
}

// JournalPage is a run of lines, and the head of the journal they belong to.
type JournalPage struct {
	Entries []Entry
	Head    Head
	Next    uint64 // where the next page begins; 0: there is none
}

const saltSize = 32

// Journal reads lines from number `from` on, at most limit of them. Only the owner may.
func (s *Session) Journal(ctx context.Context, from uint64, limit int) (JournalPage, error) {
	h, err := s.controlled(ctx)
	if err != nil {
		return JournalPage{}, err
	}
	defer s.vault.release(h)
	h.flushTally()
	var page JournalPage
	err = h.store.view(func(t *tx) error {
		head, err := h.head(t)
		if err != nil {
			return err
		}
		page.Head = head
		for n := from; n < head.Size; n++ {
			if len(page.Entries) == limit {
				page.Next = n
				return nil
			}
			e, err := h.entryAt(t, n)
			if err != nil {
				return err
			}
			page.Entries = append(page.Entries, e)
		}
		return nil
	})
	return page, err
}

// Proof gives the hashes that prove that the tree of the newer size begins with
// the tree of the older one (RFC 6962, section 2.1.2). Only the owner may.
func (s *Session) Proof(ctx context.Context, older, newer uint64) (tlog.TreeProof, error) {
	h, err := s.controlled(ctx)
	if err != nil {
		return nil, err
	}
	defer s.vault.release(h)
	var proof tlog.TreeProof
	err = h.store.view(func(t *tx) error {
		head, err := h.head(t)
		if err != nil {
			return err
		}
		if older < 1 || older > newer || newer > head.Size {
			return fmt.Errorf("%w: the journal has %d lines", ErrNotFound, head.Size)
		}
		proof, err = tlog.ProveTree(int64(newer), int64(older), t.hashes())
		return err
	})
	return proof, err
}

// line begins a journal line in the session's name.
func (h *handle) line(s *Session, did string, p Path) Line {
	return Line{
		At: h.now().UTC(), Who: h.relative(s.agent.WebID), Client: s.agent.Client.String(), Issuer: s.agent.Issuer.String(),
		Did: did, Path: p.s, Allowed: true,
	}
}

// explained adds why it was allowed or not.
func (l Line) explained(d acl.Decision, want acl.Mode) Line {
	l.Allowed, l.Because = d.Allows(want), d.Explain(want)
	for _, r := range d.Because {
		if r.Kind == acl.ByGrant && r.Modes&want != 0 && !d.Public.Has(want) {
			l.Grant, l.Until, l.Purpose = r.Grant.String(), r.Until, r.Note
			if l.Purpose == "" {
				l.Purpose = r.Purpose.String()
			}
		}
	}
	return l
}

// appendLine writes a line and its hashes. The head is sealed once a transaction.
func (h *handle) appendLine(t *tx, line Line) error {
	line.N = h.journalSize(t)
	record, err := json.Marshal(line)
	if err != nil {
		return err
	}
	plain := make([]byte, saltSize, saltSize+len(record))
	rand.Read(plain)
	plain = append(plain, record...)
	if err := h.seal(t, bJournal, number(line.N), 0, plain); err != nil {
		return err
	}
	hashes, err := tlog.StoredHashesForRecordHash(int64(line.N), leafOf(plain), t.hashes())
	if err != nil {
		return fmt.Errorf("%w: journal: %w", ErrDamaged, err)
	}
	at := uint64(tlog.StoredHashIndex(0, int64(line.N)))
	for i, hash := range hashes {
		if err := t.put(bTree, number(at+uint64(i)), hash[:]); err != nil {
			return err
		}
	}
	return nil
}

// leafOf hashes a salt and a record: SHA-256 over both first, so that neither
// guessing nor re-sealing has anything to do with it.
func leafOf(saltAndRecord []byte) tlog.Hash {
	inner := sha256.Sum256(saltAndRecord)
	return tlog.RecordHash(inner[:])
}

// journalSize counts the lines, as of the transaction.
func (h *handle) journalSize(t *tx) uint64 {
	key, _ := t.last(bJournal)
	if key == nil {
		return 0
	}
	return binary.BigEndian.Uint64(key) + 1
}

// sealHead keeps size and root apart from the lines, so that lines cannot be
// cut off the end unseen.
func (h *handle) sealHead(t *tx) error {
	size := h.journalSize(t)
	if size == 0 {
		return nil
	}
	root, err := tlog.TreeHash(int64(size), t.hashes())
	if err != nil {
		return fmt.Errorf("%w: journal: %w", ErrDamaged, err)
	}
	return h.seal(t, bHeader, keyHead, 0, append(number(size), root[:]...))
}

// head opens the sealed head and holds it against the lines.
func (h *handle) head(t *tx) (Head, error) {
	plain, err := h.open(t, bHeader, keyHead, 0)
	if err != nil || plain == nil {
		return Head{}, err
	}
	if len(plain) != 8+tlog.HashSize {
		return Head{}, fmt.Errorf("%w: journal head", ErrDamaged)
	}
	head := Head{Size: binary.BigEndian.Uint64(plain)}
	copy(head.Root[:], plain[8:])
	if size := h.journalSize(t); size != head.Size {
		return Head{}, fmt.Errorf("%w: the journal has %d lines and should have %d", ErrDamaged, size, head.Size)
	}
	return head, nil
}

func (h *handle) entryAt(t *tx, n uint64) (Entry, error) {
	plain, err := h.open(t, bJournal, number(n), 0)
	if err != nil {
		return Entry{}, fmt.Errorf("journal line %d: %w", n, err)
	}
	if len(plain) < saltSize {
		return Entry{}, fmt.Errorf("%w: journal line %d is missing", ErrDamaged, n)
	}
	e := Entry{Salt: plain[:saltSize], Record: plain[saltSize:], Leaf: leafOf(plain)}
	if err := json.Unmarshal(e.Record, &e.Line); err != nil || e.N != n {
		return Entry{}, fmt.Errorf("%w: journal line %d", ErrDamaged, n)
	}
	return e, nil
}

// hashes reads the journal's tree for tlog.
func (t *tx) hashes() tlog.HashReaderFunc {
	return func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, at := range indexes {
			if copy(out[i][:], t.get(bTree, number(uint64(at)))) != tlog.HashSize {
				return nil, fmt.Errorf("hash %d is missing", at)
			}
		}
		return out, nil
	}
}

func number(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }
