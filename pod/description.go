package pod

import (
	"bytes"
	"fmt"

	"skrin/acl"
	"skrin/linkeddata"
)

// What the server says of a resource by itself (Solid Protocol, sections 4.2 and
// 5.2): what a container contains, its type, and size and times of everything.
// Nobody else may say it in a description.

// toAdd is what it takes to add to what is said at p. A container is shown with its
// description: what whoever may only add members says there, such as in an inbox,
// would look like the container's own word.
func (p Path) toAdd() acl.Mode {
	if p.kind == acl.Auxiliary && p.Subject().IsContainer() {
		return acl.Modify
	}
	return acl.Insert
}

// checkDescription refuses a description of p that says what the server says.
func (h *handle) checkDescription(p Path, g *linkeddata.Graph) error {
	self := h.iri(p)
	for q := range g.Quads() {
		if saidByServer(self, p, q.Triple) {
			return fmt.Errorf("%w: %s", ErrProtected, q.Triple)
		}
	}
	return nil
}

// saidByServer tells the triples of p's description that are the server's.
func saidByServer(self linkeddata.IRI, p Path, t linkeddata.Triple) bool {
	about := t.S.IRI()
	switch t.P.IRI() {
	case linkeddata.LDPContains:
		return true
	case linkeddata.DCModified, linkeddata.POSIXMtime, linkeddata.POSIXSize:
		return about == self || p.IsContainer() && liesIn(self, about)
	case linkeddata.RDFType:
		switch t.O.IRI() {
		case linkeddata.PIMStorageClass:
			return about == self && !p.IsRoot() || p.IsContainer() && liesIn(self, about)
		case linkeddata.LDPContainer, linkeddata.LDPBasicContainer:
			return about == self && !p.IsContainer() || p.IsContainer() && liesIn(self, about)
		}
	}
	return false
}

// liesIn says whether the IRI names a document below the container.
func liesIn(container, iri linkeddata.IRI) bool {
	return iri != container && iri.HasPrefix(container) && iri == iri.WithoutFragment()
}

// describing makes the body that came with a new container p its description.
// References in it were meant against the container, and the description has an
// address of its own: so it is written anew.
func (h *handle) describing(p Path, w written) (written, error) {
	if w.body.size == 0 {
		return w, nil
	}
	g, err := h.decode(document{mediaType: w.draft.MediaType, body: w.body.inline}, p)
	if err != nil {
		return w, fmt.Errorf("%w: %w", ErrBadRDF, err)
	}
	if err := h.checkDescription(p, g); err != nil {
		return w, err
	}
	mt := linkeddata.Turtle
	if g.HasNamed() {
		mt = linkeddata.TriG
	}
	var out bytes.Buffer
	if err := g.Encode(&out, mt); err != nil {
		return w, fmt.Errorf("write description: %w", err)
	}
	w.draft.MediaType, w.body.inline, w.body.size = mt.String(), out.Bytes(), int64(out.Len())
	return w, nil
}

// description reads what a container's description says beside what the server
// says itself: an older program, or another server, may have let more into it.
// What cannot be read says nothing.
func (h *handle) description(t *tx, n *node) (*linkeddata.Graph, error) {
	if n.entry.meta == 0 {
		return nil, nil
	}
	doc, err := h.document(t, n, partMeta)
	if err != nil {
		return nil, err
	}
	g, err := h.decode(doc, n.path.Meta())
	if err != nil {
		return nil, nil
	}
	said := linkeddata.NewGraph(g.Len())
	self := h.iri(n.path)
	for q := range g.Quads() {
		if q.Graph.IsZero() && !saidByServer(self, n.path, q.Triple) {
			said.AddQuad(q)
		}
	}
	return said, nil
}
