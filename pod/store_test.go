package pod

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"skrin/acl"
)

// TestFence takes the file away under the writer: the outcome of that write is
// unknown, so the pod answers nothing until it was reopened and verified.
func TestFence(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria := w.vault.As(p.ID, owner(p))
	w.put(maria, "/x", text("kept"))
	h, err := w.vault.acquire(ctx, p.ID)
	if err != nil {
		t.Fatal(err)
	}
	h.store.db.bolt.Close()
	if _, err := maria.Put(ctx, MustPath("/y"), text("lost"), Precondition{}); err == nil {
		t.Fatal("written into a closed file")
	}
	h.fence(errors.New("test"))
	if _, err := maria.Get(ctx, MustPath("/x")); !errors.Is(err, ErrFenced) {
		t.Fatalf("a fenced pod answers: %v", err)
	}
	w.vault.release(h)
	if got := w.get(maria, "/x"); got != "kept" {
		t.Fatal(got)
	}
	w.put(maria, "/y", text("y"))
}

// TestPanicFencesOneOperation lets an operation panic inside the writer: the
// process lives, and the others of its group are told.
func TestPanicFences(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria := w.vault.As(p.ID, owner(p))
	h, err := w.vault.acquire(ctx, p.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.commit(ctx, func(*change) error { panic("planted") }); !errors.Is(err, ErrFenced) {
		t.Fatal(err)
	}
	w.vault.release(h)
	w.put(maria, "/x", text("x"))
}

func TestOneFailsAlone(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	h, err := w.vault.acquire(ctx, p.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer w.vault.release(h)
	planted := errors.New("planted")
	results := make([]error, 40)
	var wg sync.WaitGroup
	for i := range results {
		wg.Go(func() {
			results[i] = h.commit(ctx, func(c *change) error {
				if err := h.seal(c.tx, bIndex, []byte{byte(i)}, 0, []byte("x")); err != nil {
					return err
				}
				if i%7 == 3 {
					return planted // after it has written
				}
				return nil
			})
		})
	}
	wg.Wait()
	h.store.view(func(t2 *tx) error {
		for i, err := range results {
			written := t2.get(bIndex, []byte{byte(i)}) != nil
			if failed := i%7 == 3; failed != errors.Is(err, planted) || failed == written {
				t.Errorf("operation %d: %v, written: %v", i, err, written)
			}
		}
		return nil
	})
	h.commit(ctx, func(c *change) error {
		for i := range results {
			c.del(bIndex, []byte{byte(i)})
		}
		return nil
	})
}

// TestFlippedBytes changes single bytes of a pod's file. Reading must never give
// other bytes than were written, and what reading does not notice, verify does
// or it lies in space that nothing uses.
func TestFlippedBytes(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	w.put(w.vault.As(p.ID, owner(p)), "/x", text("the one true body"))
	file := w.vault.podFile(p.ID)
	if err := w.vault.Close(); err != nil {
		t.Fatal(err)
	}
	sound, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	noticed, harmless := 0, 0
	for at := 0; at < len(sound); at += 509 {
		broken := append([]byte(nil), sound...)
		broken[at] ^= 0x10
		if err := os.WriteFile(file, broken, 0o600); err != nil {
			t.Fatal(err)
		}
		w.start()
		r, err := w.vault.As(p.ID, owner(p)).Get(ctx, MustPath("/x"))
		if err == nil {
			b := make([]byte, 100)
			n, _ := r.Body.Read(b)
			if string(b[:n]) != "the one true body" {
				t.Fatalf("byte %d flipped: read %q", at, b[:n])
			}
		}
		report, verr := w.vault.Verify(ctx, "maria", nil)
		switch {
		case err != nil && verr == nil && report.Sound():
			t.Errorf("byte %d flipped: reading fails (%v), verify finds nothing", at, err)
		case err != nil || verr != nil || !report.Sound():
			noticed++
		default:
			harmless++
		}
		w.vault.Close()
	}
	t.Logf("%d flips noticed, %d in unused space", noticed, harmless)
	if noticed == 0 {
		t.Error("no flip was noticed: the test flips the wrong bytes")
	}
	if err := os.WriteFile(file, sound, 0o600); err != nil {
		t.Fatal(err)
	}
	w.start()
}

// TestGarbledPodHarmsNobodyElse garbles and shrinks a pod's file.
func TestGarbledPodHarmsNobodyElse(t *testing.T) {
	for name, ruin := range map[string]func(string) error{
		"garbled":   func(f string) error { return os.WriteFile(f, []byte(strings.Repeat("garbage", 20000)), 0o600) },
		"truncated": func(f string) error { return os.Truncate(f, 5000) },
		"empty":     func(f string) error { return os.Truncate(f, 0) },
		"gone":      os.Remove,
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			p := w.maria()
			other, err := w.vault.Create(ctx, NewPod{Name: "karin"})
			if err != nil {
				t.Fatal(err)
			}
			w.put(w.vault.As(other.ID, owner(other)), "/x", text("fine"))
			w.restart()
			if err := ruin(w.vault.podFile(p.ID)); err != nil {
				t.Fatal(err)
			}
			if _, err := w.vault.As(p.ID, owner(p)).Get(ctx, MustPath("/x")); !errors.Is(err, ErrDamaged) {
				t.Errorf("a ruined pod: %v", err)
			}
			if got := w.get(w.vault.As(other.ID, owner(other)), "/x"); got != "fine" {
				t.Error(got)
			}
			if err := w.vault.Delete(ctx, "maria"); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestManyPodsFewHandles(t *testing.T) {
	w := newWorld(t)
	w.vault.Close()
	w.opt.MaxOpen = 3
	w.start()
	var pods []Created
	for i := range 12 {
		p, err := w.vault.Create(ctx, NewPod{Name: fmt.Sprintf("pod-%d", i)})
		if err != nil {
			t.Fatal(err)
		}
		w.put(w.vault.As(p.ID, owner(p)), "/x", text(p.Name))
		pods = append(pods, p)
	}
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 60 {
				p := pods[(i*7+j*5)%len(pods)]
				r, err := w.vault.As(p.ID, owner(p)).Get(ctx, MustPath("/x"))
				if err != nil {
					t.Errorf("%s: %v", p.Name, err)
					continue
				}
				r.Body.Close()
			}
		})
	}
	wg.Wait()
	if open := w.vault.Stats().Open; open > 3+8 {
		t.Errorf("%d pods are open", open)
	}
}

func TestTallyIsBounded(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	w.grant(p, ana, "/health/labs/", acl.Read, time.Hour)
	before := len(w.journal(p))
	for range 500 {
		w.refused(w.vault.As(p.ID, public), "/health/", ErrDenied)
		w.refused(w.vault.As(p.ID, silvia), "/health/", ErrDenied)
		w.refused(w.vault.As(p.ID, ana), "/health/", ErrDenied)
		w.get(w.vault.As(p.ID, silvia), "/profile/card")
	}
	lines := w.journal(p)[before:]
	sum := map[string]int{}
	for _, l := range lines {
		sum[fmt.Sprint(l.Did, " ", l.Allowed)] += max(l.Count, 1)
		if l.Who == silvia.WebID.String() {
			t.Errorf("a stranger has an exact line: %+v", l.Line)
		}
	}
	if len(lines) > exactLimit+10 || sum["read false"] != 1500 || sum["read true"] != 500 {
		t.Errorf("%d lines tell of %v", len(lines), sum)
	}
}

func TestJournalTampering(t *testing.T) {
	ruin := map[string]func(*handle, *change, uint64) error{
		"removed": func(h *handle, c *change, n uint64) error { return c.del(bJournal, number(n)) },
		"rewritten": func(h *handle, c *change, n uint64) error {
			return h.seal(c.tx, bJournal, number(n), 0, make([]byte, 200))
		},
		"swapped": func(h *handle, c *change, n uint64) error {
			return c.put(bJournal, number(n), append([]byte(nil), c.get(bJournal, number(n-1))...))
		},
	}
	for name, fn := range ruin {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			p := w.maria()
			maria := w.vault.As(p.ID, owner(p))
			early, err := maria.VerifyJournal(ctx, nil)
			if err != nil {
				t.Fatal(err)
			}
			w.put(maria, "/x", text("x"))
			if _, err := maria.VerifyJournal(ctx, &early); err != nil {
				t.Fatal(err)
			}
			other := early
			other.Root[3] ^= 1
			if _, err := maria.VerifyJournal(ctx, &other); !errors.Is(err, ErrDamaged) {
				t.Errorf("another history is believed: %v", err)
			}
			h, _ := w.vault.acquire(ctx, p.ID)
			if err := h.commit(ctx, func(c *change) error { return fn(h, c, 4) }); err != nil {
				t.Fatal(err)
			}
			w.vault.release(h)
			if _, err := maria.VerifyJournal(ctx, &early); !errors.Is(err, ErrDamaged) {
				t.Errorf("not noticed: %v", err)
			}
			w.vault.Delete(ctx, "maria")
		})
	}
}

func TestFullDisk(t *testing.T) {
	w := newWorld(t)
	w.vault.Close()
	free := int64(1 << 40)
	w.opt.FreeSpace = func(string) (int64, error) { return free, nil }
	w.start()
	p := w.maria()
	maria, drAna := w.vault.As(p.ID, owner(p)), w.vault.As(p.ID, ana)
	w.put(maria, "/health/labs/x", text("x"))
	g := w.grant(p, ana, "/health/labs/", acl.Read, time.Hour)
	free = writeReserve - 1
	time.Sleep(spaceMemory + 10*time.Millisecond)
	if _, err := maria.Put(ctx, MustPath("/y"), text("y"), Precondition{}); !errors.Is(err, ErrNoSpace) {
		t.Fatal(err)
	}
	w.get(maria, "/health/labs/x")
	w.get(drAna, "/health/labs/x")
	if err := maria.Revoke(ctx, g.ID); err != nil {
		t.Fatal(err)
	}
	if err := maria.Delete(ctx, MustPath("/health/labs/x"), Precondition{}); err != nil {
		t.Fatal(err)
	}
}

func TestDataFolder(t *testing.T) {
	w := newWorld(t)
	w.maria()
	if _, err := Open(w.dir, w.key, w.opt); !errors.Is(err, ErrInUse) {
		t.Errorf("opened twice: %v", err)
	}
	w.vault.Close()
	other, err := newHostKey()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(w.dir, other, w.opt); !errors.Is(err, ErrHostKey) {
		t.Errorf("opened with another host key: %v", err)
	}
	w.start()
}

// TestLockedPod takes the host's slot away: the pod is the citizen's alone, until
// the recovery key gives the host a slot again.
func TestLockedPod(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	w.put(w.vault.As(p.ID, owner(p)), "/x", text("x"))
	slots, err := w.vault.readSlots(p.ID)
	if err != nil || len(slots) != 2 {
		t.Fatal(slots, err)
	}
	if err := w.vault.writeSlots(p.ID, slots[1:]); err != nil {
		t.Fatal(err)
	}
	w.restart()
	w.refused(w.vault.As(p.ID, owner(p)), "/x", ErrLocked)
	if err := w.vault.Recover(ctx, p.ID, p.Recovery); err != nil {
		t.Fatal(err)
	}
	if got := w.get(w.vault.As(p.ID, owner(p)), "/x"); got != "x" {
		t.Fatal(got)
	}
}

// TestSwappedFiles gives one pod the file of another: it does not open.
func TestSwappedFiles(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	other, err := w.vault.Create(ctx, NewPod{Name: "karin"})
	if err != nil {
		t.Fatal(err)
	}
	w.vault.Close()
	swap := func() {
		a, b, c := w.vault.podFile(p.ID), w.vault.podFile(other.ID), filepath.Join(w.dir, "aside")
		if err := errors.Join(os.Rename(a, c), os.Rename(b, a), os.Rename(c, b)); err != nil {
			t.Fatal(err)
		}
	}
	swap()
	w.start()
	w.refused(w.vault.As(p.ID, owner(p)), "/", ErrDamaged)
	w.vault.Close()
	swap()
	w.start()
}

func TestContextEnds(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	gone, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := w.vault.As(p.ID, owner(p)).Put(gone, MustPath("/x"), text("x"), Precondition{}); err != nil && !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
}
