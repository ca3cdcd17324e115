package pod

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"skrin/acl"
	"skrin/linkeddata"
)

// errMoved says that the resource changed while a patch was being worked out.
var errMoved = errors.New("changed meanwhile")

// Patch changes an RDF resource, its ACL or its description; a container's
// patch goes to its description. What is missing is created, as Turtle.
// Inserting takes Insert, conditions take Read besides, deleting takes Read and
// Modify (Solid Protocol, section 5.3.1). ErrConflict: the patch does not fit
// what is there; ErrMediaType: what is there is no RDF that can be patched.
func (s *Session) Patch(ctx context.Context, p Path, patch linkeddata.Patch, pre Precondition) (Receipt, error) {
	if p.IsContainer() {
		p = p.Meta()
	}
	for {
		receipt, err := s.change(ctx, p, "patch", func(h *handle) (func(*change) (Receipt, error), func(), error) {
			base, w, err := h.workOut(ctx, s, p, patch, pre)
			if errors.Is(err, ErrDenied) {
				return func(*change) (Receipt, error) { return Receipt{}, ErrDenied }, func() {}, nil
			}
			if err != nil {
				return nil, nil, err
			}
			do := func(c *change) (Receipt, error) { return h.putPatched(c, s, p, patch, base, w, pre) }
			return do, func() { h.discard(w.body) }, nil
		})
		if !errors.Is(err, errMoved) {
			return receipt, err
		}
	}
}

// workOut applies the patch outside the writer, so that a large document holds
// nobody up. base is the tag of the state it started from, "" for none.
func (h *handle) workOut(ctx context.Context, s *Session, p Path, patch linkeddata.Patch, pre Precondition) (base string, w written, err error) {
	var old document
	err = h.store.view(func(t *tx) error {
		st, err := h.stand(t, s, p)
		if err != nil {
			return err
		}
		if err := h.mayPatch(t, s, &st, patch); err != nil {
			return err
		}
		if err := h.holds(&st, pre); err != nil {
			return err
		}
		base, old, err = h.patchable(t, &st)
		return err
	})
	if err != nil {
		return "", written{}, err
	}
	body, err := h.applied(p, old, patch)
	if err != nil {
		return "", written{}, err
	}
	w, err = h.prepare(ctx, p, Draft{MediaType: old.mediaType, Body: bytes.NewReader(body)})
	return base, w, err
}

// patchable reads what is to be patched; an empty Turtle document where nothing is.
func (h *handle) patchable(t *tx, st *standing) (tag string, doc document, err error) {
	if st.clash {
		return "", document{}, st.clashing()
	}
	if !st.exists() {
		return "", document{mediaType: linkeddata.Turtle.String()}, nil
	}
	r, err := h.resource(t, st, true)
	if err != nil {
		return "", document{}, err
	}
	defer r.Body.Close()
	if mt, err := linkeddata.ParseMediaType(r.MediaType); err != nil || !mt.IsRDF() {
		if !st.decision.Allows(wantFor(st.path, acl.Read)) {
			return "", document{}, ErrDenied // its type is not for them to know
		}
		return "", document{}, fmt.Errorf("%w: %s is %s; only RDF can be patched", ErrMediaType, st.path, r.MediaType)
	}
	doc.mediaType = r.MediaType
	doc.body, err = readAll(r.Body, h.vault.maxRDF)
	return r.ETag, doc, err
}

func (h *handle) applied(p Path, old document, patch linkeddata.Patch) ([]byte, error) {
	g, err := h.decode(old, p)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBadRDF, err)
	}
	g, err = patch.Apply(g)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrConflict, err)
	}
	mt, err := linkeddata.ParseMediaType(old.mediaType)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMediaType, err)
	}
	var out bytes.Buffer
	if err := g.Encode(&out, mt); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrConflict, err)
	}
	return out.Bytes(), nil
}

// mayPatch asks for what this patch takes here.
func (h *handle) mayPatch(t *tx, s *Session, st *standing, patch linkeddata.Patch) error {
	want := acl.Insert
	if patch.Matching() {
		want |= acl.Read
	}
	if patch.Deleting() {
		want |= acl.Read | acl.Modify
	}
	if err := need(st.decision, wantFor(st.path, want)); err != nil {
		return err
	}
	if st.found || st.path.kind != acl.Ordinary {
		return nil
	}
	d, err := h.standAt(t, s, st.container(), st.chain)
	if err != nil {
		return err
	}
	return need(d, acl.Create)
}

// putPatched puts what was worked out, if it still starts from what is there.
func (h *handle) putPatched(c *change, s *Session, p Path, patch linkeddata.Patch, base string, w written, pre Precondition) (Receipt, error) {
	st, err := h.stand(c.tx, s, p)
	if err != nil {
		return Receipt{}, err
	}
	if err := h.mayPatch(c.tx, s, &st, patch); err != nil {
		return Receipt{}, err
	}
	if err := h.holds(&st, pre); err != nil {
		return Receipt{}, err
	}
	if h.tagOf(&st) != base {
		return Receipt{}, errMoved
	}
	if p.kind != acl.Ordinary {
		return h.putDocument(c, s, &st, w)
	}
	return h.putResource(c, s, &st, w)
}
