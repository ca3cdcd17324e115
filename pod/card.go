package pod

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"skrin/acl"
	"skrin/linkeddata"
)

// Where the owner's WebID lies in the pod itself, its document says which issuers
// may vouch for the owner (solid:oidcIssuer). Whoever may write that is whoever they
// like to be, so no right to write the document is a right to change it: only
// SetIssuers does. All other writing must leave these statements as they are, and
// those about others too: who checks tokens elsewhere may look into named graphs, or
// not at whom a statement is about, and the owner's WebID is another after a move.

// ErrIssuers is wrapped by the errors of writing that would change which issuers may
// vouch for the pod's owner, and of issuers that cannot.
var ErrIssuers = errors.New("who may vouch for the owner is not changed like this")

// cardLimits are those within which a WebID's document is read by who checks tokens:
// a document that goes beyond them names no issuer.
var cardLimits = linkeddata.Limits{Bytes: 256 << 10, Quads: 5000, Depth: 16, IRI: 2 << 10, Literal: 64 << 10}

// cardPath names the document of the owner's WebID; the zero Path if that lies elsewhere.
func (h *handle) cardPath() Path {
	doc := h.owner().WithoutFragment()
	if !doc.HasPrefix(h.root) {
		return Path{}
	}
	p, err := ParsePath(h.relative(doc))
	if err != nil || p.kind != acl.Ordinary || p.IsContainer() {
		return Path{}
	}
	return p
}

// vouchers are the objects of solid:oidcIssuer in a WebID document, in order: the
// owner's as who checks tokens finds them, and all others with what they are about,
// which makes them no IRI. A document that nobody reads is not readable.
func (h *handle) vouchers(doc document) (names []string, readable bool) {
	mt, err := linkeddata.ParseMediaType(doc.mediaType)
	if err != nil || mt.Bare() != linkeddata.Turtle && mt.Bare() != linkeddata.JSONLD {
		return nil, false
	}
	g, err := linkeddata.Decode(bytes.NewReader(doc.body), mt, h.iri(h.card), cardLimits)
	if err != nil {
		return nil, false
	}
	for q := range g.Quads() {
		switch {
		case q.P != linkeddata.SolidOIDCIssuer.Term():
		case q.S == h.owner().Term() && q.Graph.IsZero():
			names = append(names, voucher(q.O))
		default:
			names = append(names, strings.Join([]string{voucher(q.S), voucher(q.O), voucher(q.Graph)}, " "))
		}
	}
	slices.Sort(names)
	return names, true
}

// voucher tells objects apart: an IRI is its own text, and no other's.
func voucher(o linkeddata.Term) string {
	switch {
	case o.IsIRI():
		return o.Value()
	case o.IsBlank():
		return "_:" // its label is nobody's name
	}
	return strconv.Quote(o.Value()) + o.Language() + o.Datatype().String()
}

// vouched are the vouchers that a version of the document names.
type vouched struct {
	version uint64
	names   []string
}

// presentVouchers are those that the document names as it stands.
func (h *handle) presentVouchers(t *tx, card *node) ([]string, error) {
	if known := h.vouched.Load(); known != nil && known.version == card.entry.version {
		return known.names, nil
	}
	doc, err := h.cardText(t, card)
	names, _ := h.vouchers(doc)
	return names, err
}

// cardText reads the document; one that is too long to be read comes without its text.
func (h *handle) cardText(t *tx, card *node) (document, error) {
	if card.entry.size > cardLimits.Bytes {
		return document{}, nil
	}
	body, err := h.body(t, card)
	if err != nil {
		return document{}, err
	}
	defer body.Close()
	text, err := readAll(body, cardLimits.Bytes)
	return document{mediaType: card.entry.mediaType, body: text}, err
}

// vouching is what a body that is to be written says of who may vouch for the owner.
type vouching struct {
	looked   bool
	names    []string
	readable bool
}

// lookFor finds out what a body for p says, outside the writer's transaction where
// its place is known before.
func (w *written) lookFor(h *handle, p Path) error {
	if p != h.card || p.IsZero() || w.vouching.looked {
		return nil
	}
	w.vouching = vouching{looked: true}
	if w.body.size > cardLimits.Bytes {
		return nil
	}
	doc := document{mediaType: w.draft.MediaType, body: w.body.inline}
	if !w.body.file.isZero() {
		body, err := h.openStored(w.body)
		if err != nil {
			return err
		}
		defer body.Close()
		if doc.body, err = readAll(body, cardLimits.Bytes); err != nil {
			return err
		}
	}
	w.vouching.names, w.vouching.readable = h.vouchers(doc)
	return nil
}

// keepVouchers refuses to put a body in the place of the WebID's document, or to
// remove it (nil), where that would change who may vouch for the owner.
func (c *change) keepVouchers(card *node, w *written) error {
	if card.path != c.h.card || c.vouches {
		return nil
	}
	var before, after []string
	var err error
	if card.entry.version != 0 {
		if before, err = c.h.presentVouchers(c.tx, card); err != nil {
			return err
		}
	}
	if w != nil {
		if err := w.lookFor(c.h, card.path); err != nil {
			return err
		}
		after = w.vouching.names
	}
	switch {
	case slices.Equal(before, after):
		c.then(func() { c.h.vouched.Store(&vouched{card.entry.version, before}) })
		return nil
	case w == nil:
		return fmt.Errorf("%w: %s says by whom its owner signs in, so it stays", ErrIssuers, card.path)
	case !w.vouching.readable:
		return fmt.Errorf("%w: %s says by whom its owner signs in, so it stays Turtle or JSON-LD, and at most %d bytes long", ErrIssuers, card.path, cardLimits.Bytes)
	}
	return fmt.Errorf("%w: every solid:oidcIssuer must stay in %s as it is, and none may come", ErrIssuers, card.path)
}
