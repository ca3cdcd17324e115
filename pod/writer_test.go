package pod

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"skrin/acl"
)

var errPlanted = errors.New("planted")

// spoiled is an operation that fails after it has begun to write.
func spoiled(c *change) error {
	if err := c.put(bIndex, []byte("spoiled"), []byte("x")); err != nil {
		return err
	}
	return errPlanted
}

// hold stops the pod's writer until release is called, so that all that is asked
// for meanwhile comes into one group.
func (w *world) hold(h *handle) (release func()) {
	w.Helper()
	held, gate := make(chan struct{}), make(chan struct{})
	go h.exclusive(ctx, func() error { close(held); <-gate; return nil })
	<-held
	return func() { close(gate) }
}

// queued waits until n operations wait for the writer.
func (w *world) queued(h *handle, n int) {
	w.Helper()
	for end := time.Now().Add(time.Minute); len(h.ops) != n; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			w.Fatalf("%d operations wait, want %d", len(h.ops), n)
		}
	}
}

// TestFormerMembersLoseTheStream takes Ana out of a group in a commit that has to
// be done again because another one in the same group of commits failed.
func TestFormerMembersLoseTheStream(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria, drAna := w.vault.As(p.ID, owner(p)), w.vault.As(p.ID, ana)
	w.put(maria, "/settings/team", turtle(`<#t> <http://www.w3.org/2006/vcard/ns#hasMember> <`+ana.WebID.String()+`>.`))
	w.put(maria, "/health/labs/.acl", turtle(`@prefix acl: <http://www.w3.org/ns/auth/acl#>. <#g> a acl:Authorization; acl:agentGroup <../../settings/team#t>; acl:accessTo <./>; acl:default <./>; acl:mode acl:Read.`))
	w.put(maria, "/health/labs/scan", Draft{MediaType: "image/tiff", Body: bytes.NewReader(make([]byte, 1<<20))})
	h, err := w.vault.acquire(ctx, p.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer w.vault.release(h)
	for what, remove := range map[string]func() error{
		"deleted": func() error { return maria.Delete(ctx, MustPath("/settings/team"), Precondition{}) },
		"written anew": func() error {
			_, err := maria.Put(ctx, MustPath("/settings/team"), turtle("<#t> a <#Empty>."), Precondition{})
			return err
		},
	} {
		w.put(maria, "/settings/team", turtle(`<#t> <http://www.w3.org/2006/vcard/ns#hasMember> <`+ana.WebID.String()+`>.`))
		r, err := drAna.Get(ctx, MustPath("/health/labs/scan"))
		if err != nil {
			t.Fatal(err)
		}
		removed, failed := make(chan error, 1), make(chan error, 1)
		release := w.hold(h)
		go func() { removed <- remove() }()
		w.queued(h, 1)
		go func() { failed <- h.commit(ctx, spoiled) }()
		w.queued(h, 2)
		release()
		if err := <-failed; !errors.Is(err, errPlanted) {
			t.Fatal(err)
		}
		if err := <-removed; err != nil {
			t.Fatal(err)
		}
		select {
		case <-r.Done:
		default:
			t.Errorf("the group was %s, and the body goes on flowing", what)
		}
		if n, err := r.Body.Read(make([]byte, 10)); n > 0 || !errors.Is(err, ErrDenied) {
			t.Errorf("the group was %s: %d bytes more, %v", what, n, err)
		}
		r.Body.Close()
		w.refused(drAna, "/health/labs/scan", ErrDenied)
	}
}

// TestFailuresCostThemselves lets many operations of a group fail after they have
// begun to write: what stands in the group with them is not done again for each.
func TestFailuresCostThemselves(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	h, err := w.vault.acquire(ctx, p.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer w.vault.release(h)
	const bad = 40
	runs, done, failed := 0, make(chan error, 1), make(chan error, bad)
	release := w.hold(h)
	go func() {
		done <- h.commit(ctx, func(c *change) error {
			runs++
			c.journal(Line{Did: "good"})
			return nil
		})
	}()
	w.queued(h, 1)
	for i := range bad {
		go func() { failed <- h.commit(ctx, spoiled) }()
		w.queued(h, 2+i)
	}
	release()
	for range bad {
		if err := <-failed; !errors.Is(err, errPlanted) {
			t.Error(err)
		}
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	if runs > maxFailures+1 {
		t.Errorf("one operation was done %d times because of %d others", runs, bad)
	}
	if good := w.did(p, "good"); good != 1 {
		t.Errorf("%d lines of one operation", good)
	}
}

// TestCachesForgetWhatIsGone: what a pod keeps in memory is not what ever was in it.
func TestCachesForgetWhatIsGone(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria, drAna := w.vault.As(p.ID, owner(p)), w.vault.As(p.ID, ana)
	h, err := w.vault.acquire(ctx, p.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer w.vault.release(h)
	size := func() (n int) {
		h.acls.m.Range(func(any, any) bool { n++; return true })
		return n
	}
	w.get(drAna, "/profile/card")
	before := size()
	for range 10 {
		w.put(maria, "/notes/x/", Draft{})
		w.put(maria, "/notes/x/.acl", rule(ana, "acl:Read", "accessTo"))
		w.get(drAna, "/notes/x/")
		if err := maria.Delete(ctx, MustPath("/notes/x/"), Precondition{}); err != nil {
			t.Fatal(err)
		}
	}
	if now := size(); now > before+2 {
		t.Errorf("%d ACLs are kept, %d before", now, before)
	}
	h.store.view(func(tx *tx) error {
		for range 2*maxDocuments + 10 {
			h.acls.put(tx, newNode(), 1, &acl.ACL{})
		}
		return nil
	})
	if now := size(); now > maxDocuments {
		t.Errorf("%d ACLs are kept, want at most %d", now, maxDocuments)
	}
}
