package faults

import (
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"skrin/acl"
	"skrin/linkeddata"
	"skrin/pod"
)

// The disk of the script "full disk" says at its stages that so much is left. At the stage "surprise" that is not true:
// somebody else has taken the last byte.
var stages = map[string]int64{"plenty": 1 << 40, "reserve": 10 << 20, "spent": 1 << 20, "full": 0, "surprise": 1 << 40}

// TestFullDisk promises that while only the reserve is left, writing is refused with ErrNoSpace, and the owner goes on
// reading, deleting and revoking, and others reading; that others' readings stop too when the journal's part of the
// reserve is spent; that the owner still reads when not one byte can be written; and that all of it comes back without
// a restart when there is space again.
func TestFullDisk(t *testing.T) {
	p := program(t, "full disk")
	full, refused, room := false, 0, int64(0)
	p.Hear = func(line string) {
		if stage, ok := strings.CutPrefix(line, "stage "); ok {
			full, room = stage == "surprise", 0
		}
	}
	lengths := map[*File]int64{}
	p.Decide = func(e *Event) Verdict {
		grows := int64(0)
		switch {
		case e.Kind == Create || e.Kind == Mkdir:
			grows = 4096
		case e.Kind == Write:
			grows = max(0, e.At+int64(len(e.Data))-lengths[e.File])
		case e.Kind == Unlink && e.File != nil:
			room += lengths[e.File]
		}
		if full && grows > room {
			refused++
			return Verdict{Fail: syscall.ENOSPC}
		}
		if e.Kind == Write {
			lengths[e.File] += grows
		}
		if full {
			room -= grows
		}
		return Verdict{}
	}
	r, err := p.Run()
	if err != nil || r.Status != 0 {
		t.Fatalf("%v, status %d: %s", err, r.Status, r.Stderr)
	}
	for _, mark := range r.Marks(r.Steps) {
		if strings.HasPrefix(mark, "wrong") {
			t.Error(mark)
		}
		t.Log(mark)
	}
	if refused == 0 {
		t.Error("the disk was never really full")
	}
}

// fullDisk is the script.
func (s *script) fullDisk() error {
	var left atomic.Int64
	left.Store(stages["plenty"])
	if err := s.vault.Close(); err != nil {
		return err
	}
	var err error
	s.vault, err = pod.Open(s.folder, s.key, pod.Options{Base: base, FreeSpace: func(string) (int64, error) { return left.Load(), nil }})
	if err != nil {
		return err
	}
	d := &diskUser{script: s, next: map[string]int{}}
	if err := d.settle(); err != nil {
		return err
	}
	for _, stage := range []string{"plenty", "reserve", "spent", "full", "plenty", "surprise", "plenty"} {
		left.Store(stages[stage])
		time.Sleep(300 * time.Millisecond) // so often is the disk asked
		s.say("stage %s", stage)
		d.use(stage)
	}
	report, err := s.vault.Verify(ctx, "maria", nil)
	if err == nil && !report.Sound() {
		err = fmt.Errorf("not sound: %q", report.Problems)
	}
	return err
}

// diskUser does everything at every stage.
type diskUser struct {
	*script
	owner, ana *pod.Session
	info       pod.Info
	next       map[string]int
}

func (d *diskUser) settle() (err error) {
	if _, err = d.vault.Create(ctx, pod.NewPod{Name: "maria"}); err != nil {
		return err
	}
	if d.owner, d.info, err = d.session("maria", acl.Agent{}); err != nil {
		return err
	}
	d.ana = d.vault.As(d.info.ID, ana)
	for i := range 8 {
		body := op{pod: "maria", path: fmt.Sprintf("/a/x%d", i), size: 2000}.body()
		_, put := d.owner.Put(ctx, pod.MustPath(fmt.Sprintf("/a/x%d", i)), pod.Draft{MediaType: "text/plain", Body: strings.NewReader(body)}, pod.Precondition{})
		_, granted := d.owner.Grant(ctx, acl.Grant{To: linkeddata.MustIRI(fmt.Sprintf("https://hospital.example/%d#me", i)), Targets: []linkeddata.IRI{below(d.info, "/a/")}, Modes: acl.Read, Until: time.Now().Add(time.Hour)})
		err = errors.Join(err, put, granted)
	}
	_, granted := d.owner.Grant(ctx, acl.Grant{To: ana.WebID, Targets: []linkeddata.IRI{below(d.info, "/a/")}, Modes: acl.Read, Until: time.Now().Add(time.Hour)})
	return errors.Join(err, granted)
}

// use does one thing of each kind and says what is not as promised at this stage.
func (d *diskUser) use(stage string) {
	d.expect(stage, "owner writes", d.write(), map[string]error{"plenty": nil, "reserve": pod.ErrNoSpace, "spent": pod.ErrNoSpace, "full": pod.ErrNoSpace, "surprise": errAny})
	d.expect(stage, "owner writes a large body", d.writeLarge(), map[string]error{"plenty": nil, "reserve": pod.ErrNoSpace, "spent": pod.ErrNoSpace, "full": pod.ErrNoSpace, "surprise": errAny})
	d.expect(stage, "ana reads", d.reads(d.ana), map[string]error{"plenty": nil, "reserve": nil, "spent": pod.ErrNoSpace, "full": pod.ErrNoSpace, "surprise": errAny})
	d.expect(stage, "owner deletes", d.deletes(), map[string]error{"plenty": nil, "reserve": nil, "spent": nil, "full": nil, "surprise": nil})
	d.expect(stage, "owner revokes", d.revokes(), map[string]error{"plenty": nil, "reserve": nil, "spent": nil, "full": nil, "surprise": nil})
	d.expect(stage, "owner reads", d.reads(d.owner), map[string]error{"plenty": nil, "reserve": nil, "spent": nil, "full": nil, "surprise": nil})
}

// errAny stands where nothing is promised but that the pod lives: what cannot be written down cannot be done.
var errAny = errors.New("any")

func (d *diskUser) expect(stage, what string, err error, want map[string]error) {
	for i := 0; stage == "surprise" && i < 3 && errors.Is(err, pod.ErrFenced) && what == "owner reads"; i++ {
		err = d.reads(d.owner)
	}
	verdict := "fine"
	if w := want[stage]; w != errAny && !errors.Is(err, w) {
		verdict = "wrong"
	}
	d.say("%s: %s, %s: %v", verdict, stage, what, err)
}

func (d *diskUser) write() error {
	_, err := d.owner.Put(ctx, pod.MustPath("/b/y"), pod.Draft{MediaType: "text/plain", Body: strings.NewReader("y")}, pod.Precondition{})
	return err
}

func (d *diskUser) writeLarge() error {
	_, err := d.owner.Put(ctx, pod.MustPath("/b/z"), pod.Draft{MediaType: "text/plain", Body: strings.NewReader(strings.Repeat("z", large))}, pod.Precondition{})
	return err
}

func (d *diskUser) reads(who *pod.Session) error {
	r, err := who.Get(ctx, pod.MustPath("/a/x7"))
	if err == nil {
		r.Body.Close()
	}
	return err
}

func (d *diskUser) deletes() error {
	i := d.next["delete"]
	d.next["delete"]++
	return d.owner.Delete(ctx, pod.MustPath(fmt.Sprintf("/a/x%d", i)), pod.Precondition{})
}

func (d *diskUser) revokes() error {
	list, err := d.owner.Grants(ctx)
	for _, g := range list {
		if g.Revoked.IsZero() && g.To != ana.WebID {
			return d.owner.Revoke(ctx, g.ID)
		}
	}
	return errors.Join(err, errors.New("nothing to revoke"))
}
