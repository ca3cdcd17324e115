package pod

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"skrin/acl"
)

// reading is what one transaction found for a reader.
type reading struct {
	standing
	res   *Resource
	known bool // the asker is named by a rule or was ever granted something
}

// Get reads a resource: it needs Read, or Control for an ACL. For everyone but
// the owner the journal's line is durable when Get returns. Errors: ErrDenied,
// and ErrNotFound for those who may know that nothing is there. The caller
// closes the body, if there is one.
func (s *Session) Get(ctx context.Context, p Path) (*Resource, error) { return s.read(ctx, p, true) }

// Head is Get without the body.
func (s *Session) Head(ctx context.Context, p Path) (*Resource, error) { return s.read(ctx, p, false) }

func (s *Session) read(ctx context.Context, p Path, withBody bool) (*Resource, error) {
	h, err := s.vault.acquire(ctx, s.id)
	if err != nil {
		return nil, err
	}
	defer s.vault.release(h)
	for tries := 0; ; tries++ {
		var r reading
		seen, err := h.store.glimpse(func(t *tx) (err error) {
			r, err = h.look(t, s, p, withBody)
			return err
		})
		if errors.Is(err, fs.ErrNotExist) && tries < 5 {
			continue // the body was replaced after this state was looked up
		}
		if err != nil {
			if lost := seen.await(); lost != nil {
				return nil, lost
			}
			return nil, h.refused(ctx, s, "read", r.standing, wantFor(p, acl.Read), r.known, err)
		}
		err = h.account(ctx, s, r, "read") // a line that is on disk has what was seen before it there too
		if err == nil {
			err = seen.await()
		}
		if err == nil {
			h.watch(s, r)
			return r.res, nil
		}
		if r.res.Body != nil {
			r.res.Body.Close()
		}
		if !errors.Is(err, errStale) {
			return nil, err
		}
	}
}

// look decides and, if it may, copies everything out of the transaction.
func (h *handle) look(t *tx, s *Session, p Path, withBody bool) (r reading, err error) {
	if r.standing, err = h.stand(t, s, p); err != nil {
		return r, err
	}
	r.known = r.policy.Knows(s.agent)
	if !r.decision.Allows(wantFor(p, acl.Read)) {
		return r, ErrDenied
	}
	if !r.exists() || p.kind == acl.Managed {
		return r, h.missing(t, s, &r.standing)
	}
	if r.res, err = h.resource(t, &r.standing, withBody); err != nil {
		return r, err
	}
	if n := r.deepest(); withBody && p.IsContainer() && n.entry.meta != 0 && h.decide(s, r.policy, p.Meta()).Allows(acl.Read) {
		r.res.Description, err = h.description(t, n)
	}
	return r, err
}

// wantFor gives what a request needs at p, where want is what it would need on
// an ordinary resource: everything about an ACL takes Control.
func wantFor(p Path, want acl.Mode) acl.Mode {
	if p.kind == acl.ACLResource {
		return acl.Control
	}
	return want
}

// resource fills in what the reader gets.
func (h *handle) resource(t *tx, st *standing, withBody bool) (*Resource, error) {
	n := st.deepest()
	e := &n.entry
	r := &Resource{
		Path: st.path, ETag: h.tagOf(st), Created: e.created, Modified: e.modified,
		Decision: st.decision, Governing: st.governing,
	}
	var err error
	switch st.path.kind {
	case acl.ACLResource:
		err = h.fillDocument(t, r, n, partACL, withBody)
	case acl.Auxiliary:
		err = h.fillDocument(t, r, n, partMeta, withBody)
	default:
		r.MediaType, r.Size = e.mediaType, e.size
		if withBody && !e.container {
			r.Body, err = h.body(t, n)
		}
	}
	return r, err
}

func (h *handle) fillDocument(t *tx, r *Resource, n *node, p part, withBody bool) error {
	doc, err := h.document(t, n, p)
	if err != nil {
		return err
	}
	r.MediaType, r.Size, r.Modified = doc.mediaType, int64(len(doc.body)), doc.modified
	if withBody {
		r.Body = inlineBody{bytes.NewReader(doc.body)}
	}
	return nil
}

// account makes the journal's line durable before anything leaves. If what is
// allowed has changed since the decision, errStale asks for a new one.
func (h *handle) account(ctx context.Context, s *Session, r reading, did string) error {
	if s.standsAsOwner(r.decision) {
		return nil
	}
	if err := h.vault.space.forJournal(); err != nil {
		return err
	}
	want := wantFor(r.path, acl.Read)
	if s.agent.IsPublic() || r.decision.Public.Has(want) {
		return h.countEvent(ctx, s, tallyKey{did: did, from: addressClass(s.from), allowed: true}, r.path, 1, r.decision, want, nil)
	}
	line := h.line(s, did, r.path).explained(r.decision, want)
	return h.commit(ctx, func(c *change) error {
		if c.policyVersion() != r.version {
			return errStale
		}
		c.journal(line)
		return nil
	})
}

// standsAsOwner says whether the decision is the owner's standing right.
func (s *Session) standsAsOwner(d acl.Decision) bool {
	for _, r := range d.Because {
		if r.Kind == acl.ByOwner {
			return true
		}
	}
	return false
}

// watch puts a lease on a body that flows from a file to somebody whose right may end.
func (h *handle) watch(s *Session, r reading) {
	if _, large := r.res.Body.(fileBody); !large || s.standsAsOwner(r.decision) {
		return
	}
	h.vault.retain(h)
	l := h.lease(s, r.path, r.decision, r.version)
	r.res.Done = l.done
	r.res.Body = &leasedBody{ReadSeekCloser: r.res.Body, lease: l, now: h.now, release: func() {
		h.releaseLease(l)
		h.vault.release(h)
	}}
}

// refused journals a refusal and gives the error to answer with: the same one
// whether or not the resource exists.
func (h *handle) refused(ctx context.Context, s *Session, did string, st standing, want acl.Mode, known bool, err error) error {
	if !refusing(err) {
		return err
	}
	key := tallyKey{did: did, from: addressClass(s.from)}
	exact := 1
	if known && !s.agent.IsPublic() {
		key.who, exact = acl.Agent{WebID: s.agent.WebID}, exactLimit
	}
	if jerr := h.countEvent(ctx, s, key, st.path, exact, st.decision, want, err); jerr != nil {
		return jerr
	}
	return err
}

// refusing says whether an error is a refusal, of which the journal tells.
func refusing(err error) bool { return errors.Is(err, ErrDenied) || errors.Is(err, ErrIssuers) }

// countEvent tallies an event, and writes a line if it is one that gets a line.
func (h *handle) countEvent(ctx context.Context, s *Session, key tallyKey, p Path, exact int, d acl.Decision, want acl.Mode, refusal error) error {
	first, due := h.tally.note(key, exact, 1, h.now())
	if !first && len(due) == 0 {
		return nil
	}
	line := h.line(s, key.did, p).explained(d, want)
	line.From = key.from
	if errors.Is(refusal, ErrIssuers) {
		line.Allowed, line.Because = false, "Not allowed to "+key.did+": by whom the owner signs in is changed at the console alone."
	}
	if !key.allowed && line.Allowed { // what was lacking lies elsewhere: in the container, or in another mode
		line.Allowed, line.Because = false, "Not allowed to "+key.did+": something that it takes besides is not allowed."
	}
	if key.who.WebID.IsZero() { // not exact: who and where stay out of the journal of what is only counted
		line.Who, line.Client, line.Issuer, line.Path = "", "", "", ""
		line.Because = "counted: more of the same within a minute becomes one line"
	}
	return h.commitDue(ctx, due, func(c *change) error {
		if first {
			c.journal(line)
		}
		return nil
	})
}

// Standing is what an asker may do at a path.
type Standing struct {
	Decision  acl.Decision
	Exists    bool // told only to those who may know: it is false for all others
	Governing Path
}

// Stand tells what the asker may do at p, without doing anything and without
// a line in the journal.
func (s *Session) Stand(ctx context.Context, p Path) (Standing, error) {
	h, err := s.vault.acquire(ctx, s.id)
	if err != nil {
		return Standing{}, err
	}
	defer s.vault.release(h)
	var out Standing
	err = h.store.view(func(t *tx) error {
		st, err := h.stand(t, s, p)
		out = Standing{Decision: st.decision, Governing: st.governing}
		out.Exists = err == nil && st.exists() && st.decision.Allows(wantFor(p, acl.Read))
		return err
	})
	return out, err
}

// List gives up to limit members of a container, from the place `after` on ("":
// from the first), and the place where the next page begins ("": the end). The
// order is arbitrary but stays. It needs Read, decided anew for each page, and
// writes no line: that was done by the Get that came before.
func (s *Session) List(ctx context.Context, p Path, after string, limit int) (members []Member, next string, err error) {
	from, err := base64.RawURLEncoding.DecodeString(after)
	if err != nil {
		return nil, "", fmt.Errorf("%w: no such page", ErrNotFound)
	}
	if after == "" {
		from = nil
	}
	h, err := s.vault.acquire(ctx, s.id)
	if err != nil {
		return nil, "", err
	}
	defer s.vault.release(h)
	err = h.store.view(func(t *tx) error {
		r, err := h.look(t, s, p, false)
		if err != nil {
			return err
		}
		if !p.IsContainer() {
			return ErrNotContainer
		}
		return h.members(t, r.deepest(), from, func(n *node) (bool, error) {
			if len(members) == limit {
				next = base64.RawURLEncoding.EncodeToString(from)
				return false, nil
			}
			members = append(members, Member{Path: n.path, MediaType: n.entry.mediaType, Size: n.entry.size, Modified: n.entry.modified})
			from = n.key
			return true, nil
		})
	})
	return members, next, err
}

// usualBody is room for most records, and for reading to find their end.
const usualBody = 2 << 10

// readAll reads a body to its end, of which no more than limit bytes are wanted.
func readAll(r io.Reader, limit int64) ([]byte, error) {
	if r == nil {
		return nil, nil
	}
	var body bytes.Buffer
	body.Grow(usualBody)
	_, err := body.ReadFrom(io.LimitReader(r, limit+1))
	b := body.Bytes()
	if err != nil {
		return nil, fmt.Errorf("read body: %w", err)
	}
	if int64(len(b)) > limit {
		return nil, fmt.Errorf("%w: more than %d bytes", ErrTooLarge, limit)
	}
	return b, nil
}
