package pod

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	"strings"

	"skrin/acl"
)

// Append adds members to a container: all of them in one transaction, or none.
// It takes Create. A draft's name may have slashes: the containers before them
// are made if they are missing, and decide for themselves. The receipts come in
// the order of the drafts.
func (s *Session) Append(ctx context.Context, container Path, drafts ...Draft) ([]Receipt, error) {
	if !container.IsContainer() {
		return nil, s.noMembers(ctx, container)
	}
	var receipts []Receipt
	_, err := s.change(ctx, container, "create", func(h *handle) (func(*change) (Receipt, error), func(), error) {
		ready, discard, err := h.prepareAll(ctx, container, drafts)
		if err != nil {
			return nil, nil, err
		}
		do := func(c *change) (Receipt, error) {
			receipts = receipts[:0]
			var err error
			receipts, err = h.appendAll(c, s, container, ready)
			return Receipt{}, err
		}
		return do, discard, nil
	})
	if err != nil {
		return nil, err
	}
	return receipts, nil
}

// noMembers is the answer where members are added to what can have none. Whoever
// may know that nothing is there hears that (Solid Protocol, section 5.3).
func (s *Session) noMembers(ctx context.Context, p Path) error {
	h, err := s.vault.acquire(ctx, s.id)
	if err != nil {
		return err
	}
	defer s.vault.release(h)
	if err := s.admit(ctx, h, p, "create"); err != nil {
		return err
	}
	return h.store.view(func(t *tx) error {
		st, err := h.stand(t, s, p)
		if err == nil && !st.exists() {
			err = h.missing(t, s, &st)
		}
		if err == nil || errors.Is(err, ErrDenied) {
			err = ErrNotContainer
		}
		return err
	})
}

// prepareAll keeps the bodies of all drafts, or of none.
func (h *handle) prepareAll(ctx context.Context, container Path, drafts []Draft) (ready []written, discard func(), err error) {
	discard = func() {
		for _, w := range ready {
			h.discard(w.body)
		}
	}
	for i, d := range drafts {
		at := container
		if !d.Container {
			at = newPath(container.s + "new")
		}
		w, err := h.prepare(ctx, at, d)
		if err != nil {
			discard()
			return nil, nil, fmt.Errorf("draft %d: %w", i, err)
		}
		ready = append(ready, w)
	}
	return ready, discard, nil
}

// appendAll is Append inside the writer's transaction. One journal line tells of
// many members.
func (h *handle) appendAll(c *change, s *Session, container Path, ready []written) ([]Receipt, error) {
	st, err := h.stand(c.tx, s, container)
	if err != nil {
		return nil, err
	}
	if err := need(st.decision, acl.Create); err != nil {
		return nil, err
	}
	if !st.found {
		return nil, h.missing(c.tx, s, &st)
	}
	receipts := make([]Receipt, 0, len(ready))
	changed := 0
	for i, w := range ready {
		receipt, err := h.appendOne(c, s, container, w, st.decision.Allows(acl.Read))
		if err != nil {
			return nil, fmt.Errorf("draft %d: %w", i, err)
		}
		if !receipt.Unchanged {
			changed++
		} else {
			body := w.body
			c.then(func() { h.discard(body) })
		}
		receipts = append(receipts, receipt)
	}
	if changed == 0 {
		return receipts, nil
	}
	line := h.line(s, "create", container).explained(st.decision, acl.Create)
	if len(ready) == 1 {
		line.Path = receipts[0].Path.s
	} else {
		line.Count = changed
	}
	c.journal(line)
	return receipts, nil
}

// appendOne gives a draft its name and writes it.
func (h *handle) appendOne(c *change, s *Session, container Path, w written, mayRead bool) (Receipt, error) {
	p, err := h.draftPath(c.tx, container, w.draft, mayRead)
	if err != nil {
		return Receipt{}, err
	}
	st, err := h.stand(c.tx, s, p)
	if err != nil {
		return Receipt{}, err
	}
	if err := h.mayAppend(c, s, &st, container); err != nil {
		return Receipt{}, err
	}
	if st.clash {
		return Receipt{}, st.clashing()
	}
	receipt := Receipt{Path: p, Created: !st.found, Decision: st.decision}
	n := st.deepest()
	switch {
	case st.found && p.IsContainer():
		return Receipt{}, fmt.Errorf("%w: %s", ErrExists, p)
	case st.found:
		if receipt.Unchanged, err = h.sameBody(c.tx, n, w); err == nil && !receipt.Unchanged {
			if w.draft.IfTaken != "" && !w.draft.Replace {
				w.draft.Name, w.draft.IfTaken = w.draft.IfTaken, ""
				return h.appendOne(c, s, container, w, mayRead)
			}
			err = h.mayReplace(&st, w)
		}
	default:
		if p.IsContainer() {
			if w, err = h.describing(p, w); err != nil {
				return Receipt{}, err
			}
		}
		n, err = h.make(c, &st, h.now())
	}
	if err != nil {
		return Receipt{}, err
	}
	if !receipt.Unchanged {
		if err := h.fill(c, n, w, h.now()); err != nil {
			return Receipt{}, err
		}
	}
	if st.found && !receipt.Unchanged { // the container's listing tells size and time of its members
		if err := h.touch(c.tx, st.container(), h.now()); err != nil {
			return Receipt{}, err
		}
		c.rewrote(n, st.container())
	}
	receipt.ETag = h.etag(n.entry.node, partBody, n.entry.version)
	return receipt, nil
}

// mayAppend asks the container that gets the member, if it is another than the
// one that Append was called with.
func (h *handle) mayAppend(c *change, s *Session, st *standing, container Path) error {
	at := st.container()
	if at == nil || at.path == container {
		return nil
	}
	d, err := h.standAt(c.tx, s, at, st.chain)
	if err != nil {
		return err
	}
	return need(d, acl.Create)
}

func (h *handle) mayReplace(st *standing, w written) error {
	if !w.draft.Replace {
		return fmt.Errorf("%w: %s holds something else", ErrExists, st.path)
	}
	return need(st.decision, acl.Modify)
}

// draftPath finds the name for a draft: the wished one if it can be had, with
// something random behind it if it is taken, or a random one.
func (h *handle) draftPath(t *tx, container Path, d Draft, mayRead bool) (Path, error) {
	folder, name := container, d.Name
	for {
		head, rest, more := strings.Cut(name, "/")
		if !more {
			break
		}
		next, err := folder.Child(head, true)
		if err != nil {
			return Path{}, err
		}
		folder, name = next, rest
	}
	if d.Exact {
		p, err := folder.Child(name, d.Container)
		if err == nil && p.kind != acl.Ordinary {
			err = fmt.Errorf("%w: %s", ErrManaged, p)
		}
		return p, err
	}
	name = cleanSlug(name)
	if name == "" {
		return folder.Child(randomName(), d.Container)
	}
	p, err := folder.Child(name, d.Container)
	if err != nil || p.kind != acl.Ordinary {
		return folder.Child(randomName(), d.Container)
	}
	w, err := h.walk(t, p)
	if err != nil {
		return Path{}, err
	}
	if w.found || w.clash || !mayRead { // whoever may not list the container learns of no name that it is taken
		return folder.Child(withRandom(name), d.Container)
	}
	return p, nil
}

// sameBody says whether n's body and type are those of the draft.
func (h *handle) sameBody(t *tx, n *node, w written) (bool, error) {
	if n.entry.size != w.body.size || n.entry.mediaType != w.draft.MediaType {
		return false, nil
	}
	old, err := h.body(t, n)
	if err != nil {
		return false, err
	}
	defer old.Close()
	if w.body.file.isZero() {
		plain, err := io.ReadAll(old)
		return bytes.Equal(plain, w.body.inline), err
	}
	return h.sameFile(old, w.body)
}

// sameFile compares a body with one that is kept in a file already.
func (h *handle) sameFile(old io.Reader, b storedBody) (bool, error) {
	fresh, err := h.openStored(b)
	if err != nil {
		return false, err
	}
	defer fresh.Close()
	var x, y [32 << 10]byte
	for {
		n, err := io.ReadFull(old, x[:])
		m, _ := io.ReadFull(fresh, y[:])
		if !bytes.Equal(x[:n], y[:m]) {
			return false, nil
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return true, nil
		}
		if err != nil {
			return false, err
		}
	}
}

// randomName names a resource that nobody named.
func randomName() string {
	var b [15]byte
	rand.Read(b[:])
	return strings.ToLower(base32.StdEncoding.EncodeToString(b[:]))
}

// withRandom makes a taken name free, and keeps its ending: "a.ttl" becomes "a-x7....ttl".
func withRandom(name string) string {
	stem, ending := name, ""
	if dot := strings.LastIndexByte(name, '.'); dot > 0 {
		stem, ending = name[:dot], name[dot:]
	}
	return stem + "-" + randomName()[:12] + ending
}

// cleanSlug makes a wished name one that a resource can have; "" if nothing is left of it.
func cleanSlug(slug string) string {
	var b strings.Builder
	for _, r := range slug {
		switch {
		case r == '/' || r == '\\' || r == '?' || r == '#' || r < ' ' || r == 0x7f:
			b.WriteByte('-')
		default:
			b.WriteRune(r)
		}
		if b.Len() > maxSegment-40 {
			break
		}
	}
	name := strings.Trim(b.String(), " .-")
	if auxiliary(name) != acl.Ordinary || checkName(name) != nil {
		return ""
	}
	return name
}
