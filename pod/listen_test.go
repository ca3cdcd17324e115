package pod

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"skrin/acl"
)

// ear is a listening with what it heard.
type ear struct {
	*Listening
	w    *world
	woke chan struct{}
}

func (w *world) listen(s *Session, path string) ear {
	w.Helper()
	woke := make(chan struct{}, 1)
	l, err := s.Listen(ctx, MustPath(path), func(bool) {
		select {
		case woke <- struct{}{}:
		default:
		}
	})
	if err != nil {
		w.Fatalf("listen at %s: %v", path, err)
	}
	w.Cleanup(l.Close)
	return ear{l, w, woke}
}

// heard takes everything, in the form "Add /a/ /a/b".
func (e ear) heard() (all []string) {
	for {
		event, ok := e.Next(false)
		if !ok {
			return all
		}
		all = append(all, tell(event))
	}
}

func tell(e Event) string {
	kinds := []string{"?", "Create", "Update", "Delete", "Add", "Remove"}
	return strings.TrimSpace(kinds[e.Kind] + " " + e.Topic.String() + " " + e.Member.String())
}

func (e ear) wants(want ...string) {
	e.w.Helper()
	if got := e.heard(); !slices.Equal(got, want) {
		e.w.Errorf("at %s was heard %q, want %q", e.Path(), got, want)
	}
}

// TestWhatIsHeard tells what each kind of change says to each kind of topic.
func TestWhatIsHeard(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	s := w.vault.As(p.ID, owner(p))
	doc, box, deep, root := w.listen(s, "/box/a"), w.listen(s, "/box/"), w.listen(s, "/box/in/"), w.listen(s, "/")
	meta, rules := w.listen(s, "/box/a.meta"), w.listen(s, "/box/a.acl")
	do := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	w.put(s, "/box/a", turtle("<#a> <#b> 1."))
	doc.wants("Create /box/a")
	box.wants("Create /box/", "Add /box/ /box/a")
	root.wants("Add / /box/")
	w.put(s, "/box/a", turtle("<#a> <#b> 2."))
	doc.wants("Update /box/a")
	box.wants("Update /box/")
	root.wants()
	_, err := s.Append(ctx, MustPath("/box/"), Draft{Name: "b", Exact: true, MediaType: "text/plain", Body: strings.NewReader("b")},
		Draft{Name: "in/c", Exact: true, MediaType: "text/plain", Body: strings.NewReader("c")})
	do(err)
	box.wants("Add /box/ /box/b", "Add /box/ /box/in/")
	deep.wants("Create /box/in/", "Add /box/in/ /box/in/c")
	w.put(s, "/box/a.meta", turtle("<a> <#b> 2."))
	meta.wants("Create /box/a.meta")
	w.put(s, "/box/.meta", turtle("<> <#b> 2."))
	box.wants("Update /box/")
	do(s.Delete(ctx, MustPath("/box/.meta"), Precondition{}))
	box.wants("Update /box/")
	w.put(s, "/box/a.acl", rule(ana, "acl:Read", "accessTo"))
	rules.wants("Create /box/a.acl")
	w.put(s, "/box/a.acl", rule(ana, "acl:Write", "accessTo"))
	rules.wants("Update /box/a.acl")
	doc.wants()
	do(s.Delete(ctx, MustPath("/box/a"), Precondition{}))
	doc.wants("Delete /box/a")
	meta.wants("Delete /box/a.meta")
	rules.wants("Delete /box/a.acl")
	box.wants("Remove /box/ /box/a")
	do(s.DeleteAll(ctx, MustPath("/box/"), Precondition{}))
	box.wants("Delete /box/")
	deep.wants("Delete /box/in/")
	root.wants("Remove / /box/")
	if _, err := s.Put(ctx, MustPath("/box/in"), turtle("bad"), Precondition{}); err == nil {
		t.Fatal("bad Turtle was taken")
	}
	root.wants() // what failed is not told
}

// TestEventsTellTheState: the state is the entity tag that a reading shows.
func TestEventsTellTheState(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	s := w.vault.As(p.ID, owner(p))
	for _, path := range []string{"/box/", "/box/a", "/box/a.meta"} {
		e := w.listen(s, path)
		w.put(s, "/box/a", turtle("<#a> <#b> 1."))
		w.put(s, "/box/a.meta", turtle("<#a> <#b> 1."))
		last, _ := e.Next(true)
		r, err := s.Head(ctx, MustPath(path))
		if err != nil || last.State == "" || last.State != r.ETag || last.At != noon {
			t.Errorf("%s: state %q at %v, a reading says %q, %v", path, last.State, last.At, r.ETag, err)
		}
		if now, err := e.Now(ctx); err != nil || now.State != r.ETag || now.Kind != EventUpdate {
			t.Errorf("%s: now %v %v", path, now, err)
		}
		if err := s.DeleteAll(ctx, MustPath("/box/"), Precondition{}); err != nil {
			t.Fatal(err)
		}
		if last, _ = e.Next(true); last.Kind != EventDelete || last.State != "" {
			t.Errorf("%s: after all, %v", path, tell(last))
		}
		if now, err := e.Now(ctx); path != "/box/a.meta" && (err != nil || now.Kind != EventDelete) {
			t.Errorf("%s: now %v %v", path, now, err)
		}
	}
}

// TestListeningTakesRead is the table of who may listen where.
func TestListeningTakesRead(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	s := w.vault.As(p.ID, owner(p))
	w.put(s, "/box/a", turtle("<#a> <#b> 1."))
	w.put(s, "/box/.acl", ruled(ana, "acl:Read", "acl:default <./>", silvia, "acl:Append", "acl:default <./>; acl:accessTo <./>"))
	for _, c := range []struct {
		who  acl.Agent
		path string
		want error
	}{
		{ana, "/box/a", nil}, {ana, "/box/missing", nil}, {ana, "/box/a.meta", nil}, {ana, "/box/", ErrDenied}, {ana, "/", ErrDenied},
		{ana, "/box/a.acl", ErrDenied}, {ana, "/.journal/", ErrDenied}, {ana, "/.access/grants/", ErrDenied},
		{silvia, "/box/a", ErrDenied}, {silvia, "/box/missing", ErrDenied}, {public, "/box/a", ErrDenied},
		{owner(p), "/box/a.acl", nil}, {owner(p), "/.journal/", ErrManaged}, {owner(p), "/.access/grants/", ErrManaged}, {owner(p), "/.notifications/", ErrManaged},
		{public, "/profile/card", nil},
	} {
		l, err := w.vault.As(p.ID, c.who).Listen(ctx, MustPath(c.path), func(bool) {})
		if !errors.Is(err, c.want) {
			t.Errorf("%s at %s: %v, want %v", c.who.WebID, c.path, err, c.want)
		}
		if err == nil {
			if public := c.path == "/profile/card"; l.Public() != public {
				t.Errorf("%s: public %v", c.path, l.Public())
			}
			l.Close()
			l.Close()
		}
	}
}

// ruled is an ACL of rules: who, modes and of what, in turns.
func ruled(of ...any) Draft {
	text := "@prefix acl: <http://www.w3.org/ns/auth/acl#>.\n"
	for i := 0; i < len(of); i += 3 {
		text += fmt.Sprintf("<#r%d> a acl:Authorization; acl:agent <%s>; acl:mode %s; %s.\n", i, of[i].(acl.Agent).WebID, of[i+1], of[i+2])
	}
	return turtle(text)
}

// TestListeningIsJournalled: one line when it begins, none for what is heard; the
// owner makes none.
func TestListeningIsJournalled(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	s := w.vault.As(p.ID, owner(p))
	w.put(s, "/health/labs/x", turtle("<#a> <#b> 1."))
	g := w.grant(p, ana, "/health/labs/", acl.Read, time.Hour)
	w.listen(s, "/health/labs/")
	before := w.lines(s)
	e := w.listen(w.vault.As(p.ID, ana), "/health/labs/")
	lines := w.lines(s)[len(before):]
	if len(lines) != 1 || lines[0].Did != "listen" || lines[0].Path != "/health/labs/" || lines[0].Grant != g.ID.String() || !lines[0].Allowed {
		t.Errorf("the journal says %+v", lines)
	}
	w.put(s, "/health/labs/x", turtle("<#a> <#b> 2."))
	if may, err := e.May(ctx, Event{Kind: EventUpdate}); !may || err != nil {
		t.Error(may, err)
	}
	e.wants("Update /health/labs/")
	for _, l := range w.lines(s)[len(before)+1:] {
		if l.Who == ana.WebID.String() {
			t.Errorf("hearing made a line: %+v", l)
		}
	}
	if _, err := w.vault.As(p.ID, silvia).Listen(ctx, MustPath("/health/labs/"), func(bool) {}); !errors.Is(err, ErrDenied) {
		t.Error(err)
	}
	if all := w.lines(s); all[len(all)-1].Did != "listen" || all[len(all)-1].Allowed {
		t.Errorf("the refusal is not in the journal: %+v", all[len(all)-1])
	}
}

func (w *world) lines(s *Session) (all []Line) {
	w.Helper()
	for from := uint64(0); ; {
		page, err := s.Journal(ctx, from, 500)
		if err != nil {
			w.Fatal(err)
		}
		for _, e := range page.Entries {
			all = append(all, e.Line)
		}
		if from = page.Next; from == 0 {
			return all
		}
	}
}

// TestListeningEndsWithTheRight: whatever takes the right away, the listener is
// told before the change is answered, and may hear nothing more.
func TestListeningEndsWithTheRight(t *testing.T) {
	for name, end := range map[string]func(w *world, p Created, s *Session, g acl.Grant){
		"revoked": func(w *world, p Created, s *Session, g acl.Grant) {
			if err := s.Revoke(ctx, g.ID); err != nil {
				w.Error(err)
			}
		},
		"expired": func(w *world, p Created, s *Session, g acl.Grant) { w.clock.add(2 * time.Hour) },
		"the pod is gone": func(w *world, p Created, s *Session, g acl.Grant) {
			if err := w.vault.Delete(ctx, "maria"); err != nil {
				w.Error(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			p := w.maria()
			s := w.vault.As(p.ID, owner(p))
			g := w.grant(p, ana, "/health/labs/", acl.Read, time.Hour)
			e := w.listen(w.vault.As(p.ID, ana), "/health/labs/")
			w.put(s, "/health/labs/x", turtle("<#a> <#b> 1."))
			event, _ := e.Next(false)
			if name == "the pod is gone" {
				go func() { <-e.woke; <-e.woke; e.Close() }()
			}
			end(w, p, s, g)
			if !e.Ended() {
				t.Error("the listener was not told")
			}
			if name == "the pod is gone" {
				return
			}
			if may, _ := e.May(ctx, event); may {
				t.Error("what had waited may still be heard")
			}
			if name == "revoked" {
				w.put(s, "/health/labs/x", turtle("<#a> <#b> 2."))
				e.wants()
			}
		})
	}
}

// TestLastWord: who could read until it was deleted hears that it is gone, even
// if the rules went too; but not when access changed once more.
func TestLastWord(t *testing.T) {
	for _, revoked := range []bool{false, true} {
		w := newWorld(t)
		p := w.maria()
		s := w.vault.As(p.ID, owner(p))
		w.put(s, "/box/a", turtle("<#a> <#b> 1."))
		w.put(s, "/box/a.acl", ruled(ana, "acl:Read", "acl:accessTo <a>"))
		e := w.listen(w.vault.As(p.ID, ana), "/box/a")
		if err := s.Delete(ctx, MustPath("/box/a"), Precondition{}); err != nil {
			t.Fatal(err)
		}
		if revoked {
			w.put(s, "/box/.acl", rule(silvia, "acl:Read", "accessTo"))
		}
		event, ok := e.Next(false)
		if !ok || event.Kind != EventDelete || !e.Ended() {
			t.Fatalf("%v %v, ended %v", ok, tell(event), e.Ended())
		}
		if may, err := e.May(ctx, event); may == revoked || err != nil {
			t.Errorf("access changed since: %v; may hear: %v, %v", revoked, may, err)
		}
		event.Kind = EventUpdate
		if may, _ := e.May(ctx, event); may {
			t.Error("an update may be heard where nothing may be read")
		}
	}
}

// TestNothingIsMissed: what a reading after Listen does not show is heard, at
// whatever moment of the change the listening began.
func TestNothingIsMissed(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	s := w.vault.As(p.ID, owner(p))
	w.put(s, "/a", text("0"))
	state := func() string {
		r, err := s.Head(ctx, MustPath("/a"))
		if err != nil {
			t.Fatal(err)
		}
		return r.ETag
	}
	for i := range 200 {
		var writer sync.WaitGroup
		writer.Go(func() {
			if _, err := s.Put(ctx, MustPath("/a"), text(fmt.Sprint(i)), Precondition{}); err != nil {
				t.Error(err)
			}
		})
		time.Sleep(time.Duration(i%20) * 100 * time.Microsecond)
		e := w.listen(s, "/a")
		seen := state()
		writer.Wait()
		last := state()
		if event, ok := e.Next(true); last != seen && (!ok || event.State != last) {
			t.Fatalf("round %d: a listener saw %s, and heard %q of %s", i, seen, event.State, last)
		}
		e.Close()
	}
}

// TestSlowListener: who never takes anything holds nobody up and costs no more
// than a few events; what is heard in the end is the latest.
func TestSlowListener(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	s := w.vault.As(p.ID, owner(p))
	e := w.listen(s, "/box/")
	for i := range 5 * maxPending {
		w.put(s, fmt.Sprintf("/box/%d", i%7), text(fmt.Sprint(i)))
	}
	if len(e.pending) > maxPending {
		t.Errorf("%d events wait", len(e.pending))
	}
	r, err := s.Head(ctx, MustPath("/box/"))
	if err != nil {
		t.Fatal(err)
	}
	if event, ok := e.Next(true); !ok || event.State != r.ETag || event.Kind == EventAdd {
		t.Errorf("%v %s %s, want the state %s", ok, tell(event), event.State, r.ETag)
	}
}

// TestListenersLeaveNothing: when they are gone, so is all that was kept for them.
func TestListenersLeaveNothing(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	s := w.vault.As(p.ID, owner(p))
	h, err := w.vault.acquire(ctx, p.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer w.vault.release(h)
	for range 300 {
		w.listen(s, "/a").Close()
	}
	if len(h.feed.at) != 0 || h.feed.count.Load() != 0 || len(h.leases.open) != 0 || h.refs != 1 {
		t.Errorf("%d topics, %d listeners, %d leases, %d uses are left", len(h.feed.at), h.feed.count.Load(), len(h.leases.open), h.refs)
	}
	c := change{h: h}
	c.note(EventCreate, MustPath("/a"), Path{}, nil, partBody)
	if c.events != nil {
		t.Error("an event was worked out for nobody")
	}
}
