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

// light is the size of a document up to which a patch may be worked out anew
// inside the writer's transaction.
const light = 16 << 10

// Patch changes an RDF resource, its ACL or its description; a container's
// patch goes to its description. What is missing is created, as Turtle.
// Inserting takes Insert (Create where nothing is, Modify for a container's description), conditions take
// Read besides, deleting takes Read and Modify (Solid Protocol, section 5.3.1). ErrConflict: the patch does not fit
// what is there; ErrProtected: it would change what only the server says;
// ErrMediaType: what is there is no RDF that can be patched.
func (s *Session) Patch(ctx context.Context, p Path, patch linkeddata.Patch, pre Precondition) (Receipt, error) {
	h, err := s.vault.acquire(ctx, s.id)
	if err != nil {
		return Receipt{}, err
	}
	defer s.vault.release(h)
	if err := s.admit(ctx, h, p, "patch"); err != nil {
		return Receipt{}, err
	}
	j := &patching{h: h, s: s, path: p, patch: patch, edit: patch.Apply, pre: pre}
	receipt, err := j.run(ctx)
	return receipt, s.refusal(ctx, h, p, "patch", err)
}

// patching is one patch on its way.
type patching struct {
	h     *handle
	s     *Session
	path  Path                                               // that was asked for
	patch linkeddata.Patch                                   // says what it takes
	edit  func(*linkeddata.Graph) (*linkeddata.Graph, error) // what it does; it leaves the graph it is given as it is
	pre   Precondition
	did   string // the journal's word for it; "": create or replace
	why   string // with did
}

// run works the patch out and puts the result. That is done again where the
// resource changed meanwhile, and then in turn with others who patch it.
func (j *patching) run(ctx context.Context) (Receipt, error) {
	receipt, err := j.try(ctx, false)
	if !errors.Is(err, errMoved) {
		return receipt, err
	}
	end, err := j.h.turns.take(ctx, j.path)
	if err != nil {
		return Receipt{}, err
	}
	defer end()
	for {
		receipt, err = j.try(ctx, true)
		if !errors.Is(err, errMoved) || ctx.Err() != nil {
			return receipt, errors.Join(err, ctx.Err())
		}
	}
}

// try works the patch out outside the writer, so that a large document holds
// nobody up, and puts the result if it still starts from what is there. With a
// large document that is not even begun out of turn: errMoved.
func (j *patching) try(ctx context.Context, inTurn bool) (Receipt, error) {
	var st standing
	var old document
	err := j.h.store.view(func(t *tx) (err error) {
		if st, err = j.stand(t); err == nil {
			old, err = j.h.patchable(t, &st, inTurn)
		}
		return err
	})
	if err != nil {
		return Receipt{}, err
	}
	w, err := j.prepare(ctx, &st, old)
	if err != nil {
		return Receipt{}, err
	}
	base := j.h.tagOf(&st)
	var receipt Receipt
	err = j.h.commit(ctx, func(c *change) (err error) {
		c.guest, c.vouches = j.s.isGuest(j.h), j.s.vouches
		receipt, err = j.put(c, base, w)
		return err
	})
	if err != nil && !errors.Is(err, ErrFenced) {
		j.h.discard(w.body)
	}
	return receipt, err
}

// stand decides about what the patch would change: where it is for a container
// that exists, that is the container's description. Preconditions are about
// what was asked for.
func (j *patching) stand(t *tx) (standing, error) {
	st, err := j.h.stand(t, j.s, j.path)
	if err != nil {
		return st, err
	}
	asked := st
	if st.found && j.path.IsContainer() {
		if st, err = j.h.stand(t, j.s, j.path.Meta()); err != nil {
			return st, err
		}
	}
	if err := j.may(t, &st); err != nil {
		return st, err
	}
	if !st.found && st.path.kind != acl.Ordinary { // nothing that could be described
		return st, j.h.missing(t, j.s, &st)
	}
	asked.decision = st.decision
	return st, j.h.holds(&asked, j.pre)
}

// may asks for what this patch takes here.
func (j *patching) may(t *tx, st *standing) error {
	fresh := !st.found && st.path.kind == acl.Ordinary
	want := st.path.toAdd()
	if fresh {
		want = acl.Create
	}
	if j.patch.Matching() {
		want |= acl.Read
	}
	if j.patch.Deleting() {
		want |= acl.Read | acl.Modify
	}
	if err := need(st.decision, wantFor(st.path, want)); err != nil {
		return err
	}
	if !fresh {
		return nil
	}
	d, err := j.h.standAt(t, j.s, st.container(), st.chain)
	if err != nil {
		return err
	}
	return need(d, acl.Create)
}

// patchable reads what is to be patched; an empty Turtle document where nothing
// is. errMoved: it is large, and the time for it has not come.
func (h *handle) patchable(t *tx, st *standing, inTurn bool) (document, error) {
	switch {
	case st.path.kind == acl.Managed:
		return document{}, fmt.Errorf("%w: %s", ErrManaged, st.path)
	case st.clash:
		return document{}, st.clashing()
	case !st.exists():
		return document{mediaType: linkeddata.Turtle.String()}, nil
	}
	r, err := h.resource(t, st, true)
	if err != nil {
		return document{}, err
	}
	defer r.Body.Close()
	if mt, err := linkeddata.ParseMediaType(r.MediaType); err != nil || !mt.IsRDF() {
		if !st.decision.Allows(wantFor(st.path, acl.Read)) {
			return document{}, ErrDenied // its type is not for them to know
		}
		return document{}, fmt.Errorf("%w: %s is %s; only RDF can be patched", ErrMediaType, st.path, r.MediaType)
	}
	if r.Size > inlineLimit && !inTurn {
		return document{}, errMoved
	}
	body, err := readAll(r.Body, h.vault.maxRDF)
	return document{mediaType: r.MediaType, body: body}, err
}

// prepare works the patch out and keeps the result where it is large.
func (j *patching) prepare(ctx context.Context, st *standing, old document) (written, error) {
	if err := j.h.vault.space.forWriting(); err != nil {
		return written{}, err
	}
	if len(old.body) > light {
		select {
		case j.h.vault.parsing <- struct{}{}:
			defer func() { <-j.h.vault.parsing }()
		case <-ctx.Done():
			return written{}, ctx.Err()
		}
	}
	w, err := j.apply(st.path, old)
	if err != nil || w.body.size <= inlineLimit || st.path.kind != acl.Ordinary || st.path.IsContainer() {
		return w, err
	}
	w.body, err = j.h.keepFile(bytes.NewReader(w.body.inline), st.path)
	return w, err
}

// apply gives the document as the patch leaves it.
func (j *patching) apply(at Path, old document) (written, error) {
	w := written{draft: Draft{MediaType: old.mediaType}, did: j.did, because: j.why}
	g, err := j.h.decode(old, at)
	if err != nil {
		return w, fmt.Errorf("%w: %w", ErrBadRDF, err)
	}
	switch g, err = j.edit(g); {
	case errors.Is(err, linkeddata.ErrPatchConflict):
		return w, fmt.Errorf("%w: %w", ErrConflict, err)
	case err != nil:
		return w, fmt.Errorf("apply patch: %w", err)
	}
	mt, err := linkeddata.ParseMediaType(old.mediaType)
	if err != nil {
		return w, fmt.Errorf("%w: %w", ErrMediaType, err)
	}
	var out bytes.Buffer
	// Relative, as it mostly came: else it would be about another place when the pod has moved.
	if err := g.EncodeWith(&out, mt, linkeddata.Style{Base: j.h.iri(at), Within: j.h.root}); err != nil {
		return w, fmt.Errorf("%w: %w", ErrConflict, err)
	}
	w.body.inline, w.body.size = out.Bytes(), int64(out.Len())
	limit := j.h.vault.maxRDF
	if at.kind != acl.Ordinary || at.IsContainer() {
		limit = min(limit, maxDocument)
	}
	if w.body.size > limit {
		return w, fmt.Errorf("%w: more than %d bytes", ErrTooLarge, limit)
	}
	return w, w.lookFor(j.h, at)
}

// put puts what was worked out if it starts from what is there. A light one is
// worked out once more where it does not: many may patch one small document at
// the same time, and share a sync.
func (j *patching) put(c *change, base string, w written) (Receipt, error) {
	st, err := j.stand(c.tx)
	if err != nil {
		return Receipt{}, err
	}
	if j.h.tagOf(&st) != base {
		if w, err = j.anew(c, &st, w); err != nil {
			return Receipt{}, err
		}
	}
	put := j.h.putResource
	if st.path.kind != acl.Ordinary {
		put = j.h.putDocument
	}
	receipt, err := put(c, j.s, &st, w)
	if err == nil && st.path != j.path { // a container's description: the container is what was changed
		receipt.Path, receipt.Created = j.path, false
	}
	return receipt, err
}

// anew works out a light patch inside the writer's transaction. Conditions may
// be any amount of work: a patch with them waits its turn, as a large one does.
func (j *patching) anew(c *change, st *standing, w written) (written, error) {
	if !w.body.file.isZero() || w.body.size > light || j.patch.Matching() || len(j.patch.Inserts)+len(j.patch.Deletes) > 100 {
		return w, errMoved
	}
	old, err := j.h.patchable(c.tx, st, false)
	if err == nil && len(old.body) > light {
		err = errMoved
	}
	if err != nil {
		return w, err
	}
	if w, err = j.apply(st.path, old); err == nil && w.body.size > inlineLimit {
		err = errMoved
	}
	return w, err
}
