package pod

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"skrin/acl"
	"skrin/crypto"
)

// unlisted makes the host forget a pod, as an older host.db that was put back does.
func (w *world) unlisted(p Created) {
	w.Helper()
	w.vault.expel(p.ID)
	if err := w.vault.host.dropPod(podRecord{ID: p.ID.String(), Name: p.Name}); err != nil {
		w.Fatal(err)
	}
	w.vault.forget(p.Name)
}

// TestRestoreSparesUnlistedPods restores a pod whose newer files are here, though
// host.db does not list them: they may be all that is left of it.
func TestRestoreSparesUnlistedPods(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria := w.vault.As(p.ID, owner(p))
	w.put(maria, "/x", text("old"))
	data := w.backup(p, BackupOptions{HostSlot: true})
	w.put(maria, "/x", text("new"))
	w.unlisted(p)
	file := w.vault.podFile(p.ID)
	for _, left := range []string{".db", ".slots"} { // together, and one that is left alone
		_, err := w.vault.Restore(ctx, bytes.NewReader(data), RestoreOptions{})
		if !errors.Is(err, ErrPodExists) || !strings.Contains(err.Error(), "skrin pod adopt") {
			t.Errorf("restored over files that are not listed: %v", err)
		}
		if _, err := os.Stat(strings.TrimSuffix(file, ".db") + left); err != nil {
			t.Error(err)
		}
	}
	away := filepath.Join(t.TempDir(), filepath.Base(file))
	for _, kind := range []string{".db", ".slots"} {
		if err := os.Rename(strings.TrimSuffix(file, ".db")+kind, strings.TrimSuffix(away, ".db")+kind); err != nil {
			t.Fatal(err)
		}
	}
	r, err := w.vault.Adopt(ctx, away, RestoreOptions{Recovery: p.Recovery})
	if err != nil {
		t.Fatal(err)
	}
	if got := w.get(w.vault.As(r.ID, owner(Created{Info: r.Info})), "/x"); got != "new" {
		t.Error(got)
	}
}

// TestStoppedRestoreIsDoneAgain leaves what a restore leaves that is stopped
// between putting the files in their place and listing the pod.
func TestStoppedRestoreIsDoneAgain(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	w.put(w.vault.As(p.ID, owner(p)), "/x", text("x"))
	data := w.backup(p, BackupOptions{HostSlot: true})
	w.unlisted(p)
	if err := w.vault.Keep(arrivingName(p.ID), []byte{1}); err != nil {
		t.Fatal(err)
	}
	w.restart()
	if _, err := w.vault.Restore(ctx, bytes.NewReader(data), RestoreOptions{}); err != nil {
		t.Fatal(err)
	}
	if kept, err := w.vault.Kept(arrivingName(p.ID)); kept != nil || err != nil {
		t.Error("it is still said to be on its way", err)
	}
	w.get(w.vault.As(p.ID, owner(p)), "/x")
}

// smallDisk lets the vault see a disk of a size on which nothing but its folder is.
func (w *world) smallDisk(size *int64) {
	w.Helper()
	w.vault.Close()
	w.opt.FreeSpace = func(dir string) (int64, error) {
		free := *size
		filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
			if err == nil && e.Type().IsRegular() {
				if info, err := e.Info(); err == nil {
					free -= info.Size()
				}
			}
			return nil
		})
		return free, nil
	}
	w.start()
}

// TestCareLeavesTheReserve does everything that takes much room on a disk that has
// little: none of it touches what revoking, deleting and the journal need.
func TestCareLeavesTheReserve(t *testing.T) {
	w := newWorld(t)
	size := int64(1 << 40)
	w.smallDisk(&size)
	p := w.maria()
	maria := w.vault.As(p.ID, owner(p))
	big := make([]byte, 30<<20)
	rand.Read(big)
	w.put(maria, "/scan", Draft{MediaType: "image/tiff", Body: bytes.NewReader(big)})
	for i := range 300 {
		w.put(maria, fmt.Sprintf("/x/%d", i), text(strings.Repeat("x", 30_000)))
	}
	data := w.backup(p, BackupOptions{HostSlot: true})
	other := w.elsewhere()
	other.smallDisk(&size)
	before := size
	leave := func(v *world, free int64) { // so much beside the reserve
		got, _ := v.opt.FreeSpace(v.dir)
		size -= got - writeReserve - free
		v.vault.space.checked.Store(0)
	}
	for name, do := range map[string]func() error{
		"backup":  func() error { return maria.Backup(ctx, &bytes.Buffer{}, BackupOptions{}) },
		"compact": func() error { _, _, err := maria.Compact(ctx); return err },
	} {
		leave(w, 1<<20)
		if err := do(); !errors.Is(err, ErrNoSpace) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, do := range map[string]func() error{
		"rotate": func() error { return maria.Rotate(ctx, nil) },
		"create": func() error { _, err := w.vault.Create(ctx, NewPod{Name: "karin"}); return err },
	} {
		leave(w, -1)
		if err := do(); !errors.Is(err, ErrNoSpace) {
			t.Errorf("%s: %v", name, err)
		}
	}
	size = before
	w.vault.Close()
	for name, do := range map[string]func() error{
		"restore": func() error {
			_, err := other.vault.Restore(ctx, bytes.NewReader(data), RestoreOptions{Recovery: p.Recovery})
			return err
		},
		"adopt": func() error {
			_, err := other.vault.Adopt(ctx, w.dir, RestoreOptions{Recovery: p.Recovery})
			return err
		},
	} {
		leave(other, 20<<20)
		low := int64(1 << 40)
		space := other.vault.space.free
		other.vault.space.free = func(dir string) (int64, error) {
			free, err := space(dir)
			low = min(low, free)
			return free, err
		}
		if err := do(); !errors.Is(err, ErrNoSpace) {
			t.Errorf("%s: %v", name, err)
		}
		other.vault.space.free = space
		if low < writeReserve-(1<<20) {
			t.Errorf("%s leaves %d bytes", name, low)
		}
		if left, _ := filepath.Glob(filepath.Join(other.dir, "pods", "*")); len(left) > 0 {
			t.Errorf("%s leaves %q", name, left)
		}
		size = before
	}
	other.vault.space.checked.Store(0)
	if _, err := other.vault.Restore(ctx, bytes.NewReader(data), RestoreOptions{Recovery: p.Recovery}); err != nil {
		t.Error("with room again:", err)
	}
	w.start()
}

// TestFastStreamsLeaveTheReserve writes faster than the disk is asked how full it is.
func TestFastStreamsLeaveTheReserve(t *testing.T) {
	s := &space{free: func(string) (int64, error) { return writeReserve + 10<<20, nil }}
	s.left()
	s.checked.Store(time.Now().Add(time.Hour).UnixNano()) // as if no time passed
	written := 0
	for ; s.forBytes(1<<20) == nil && written < 100; written++ {
	}
	if written != 10 {
		t.Errorf("%d MiB were let through instead of 10", written)
	}
}

// TestConfirmCountsWhatRested confirms grants of which some had ended before.
func TestConfirmCountsWhatRested(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria := w.vault.As(p.ID, owner(p))
	w.grant(p, ana, "/a/", acl.Read, time.Hour)
	w.grant(p, ana, "/b/", acl.Read, time.Minute)
	if err := maria.Revoke(ctx, w.grant(p, ana, "/c/", acl.Read, time.Hour).ID); err != nil {
		t.Fatal(err)
	}
	data := w.backup(p, BackupOptions{HostSlot: true})
	if err := w.vault.Delete(ctx, "maria"); err != nil {
		t.Fatal(err)
	}
	w.clock.add(2 * time.Minute)
	if _, err := w.vault.Restore(ctx, bytes.NewReader(data), RestoreOptions{}); err != nil {
		t.Fatal(err)
	}
	w.grant(p, silvia, "/d/", acl.Read, time.Hour) // given since: it does not rest
	for range 2 {
		if err := w.vault.As(p.ID, owner(p)).ConfirmGrants(ctx); err != nil {
			t.Fatal(err)
		}
	}
	var counts []int
	for _, e := range w.journal(p) {
		if e.Did == "confirm-grants" || e.Did == "restore" {
			counts = append(counts, e.Count)
		}
	}
	if fmt.Sprint(counts) != "[1 1 0]" {
		t.Errorf("restored, confirmed and again: %d grants", counts)
	}
}

// TestRecoveryIsJournalled lets the host in by the recovery key, into a pod that
// it can open and into one that it cannot. Without the line it does not get in.
func TestRecoveryIsJournalled(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	slots, err := w.vault.readSlots(p.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.vault.Recover(ctx, p.ID, p.Recovery); err != nil {
		t.Fatal(err)
	}
	w.vault.expel(p.ID)
	var locked []crypto.Slot
	for _, s := range slots {
		if s.Kind != crypto.HostSlot {
			locked = append(locked, s)
		}
	}
	if err := w.vault.writeSlots(p.ID, locked); err != nil {
		t.Fatal(err)
	}
	w.refused(w.vault.As(p.ID, owner(p)), "/", ErrLocked)
	file := w.vault.podFile(p.ID)
	if err := os.Rename(file, file+".away"); err != nil {
		t.Fatal(err)
	}
	if err := w.vault.Recover(ctx, p.ID, p.Recovery); err == nil {
		t.Error("let in without a line")
	}
	if now, err := w.vault.readSlots(p.ID); err != nil || len(now) != len(locked) {
		t.Error("there is a slot without a line", err)
	}
	if err := os.Rename(file+".away", file); err != nil {
		t.Fatal(err)
	}
	if err := w.vault.Recover(ctx, p.ID, p.Recovery); err != nil {
		t.Fatal(err)
	}
	recovered := 0
	for _, e := range w.journal(p) {
		if e.Did == "recover" {
			recovered++
		}
	}
	if recovered != 2 {
		t.Errorf("%d lines about two recoveries", recovered)
	}
}

// TestProgressEndsAtItsTotal follows what takes long while the pod is used.
func TestProgressEndsAtItsTotal(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	maria := w.vault.As(p.ID, owner(p))
	for i := range 300 {
		w.put(maria, fmt.Sprintf("/x/%d", i), text("x"))
	}
	for name, do := range map[string]func(func(int, int)) error{
		"verify": func(tell func(int, int)) error { _, err := w.vault.Verify(ctx, "maria", tell); return err },
		"rotate": func(tell func(int, int)) error { return maria.Rotate(ctx, tell) },
	} {
		for _, used := range []string{"not", "filled", "emptied"} {
			var use sync.WaitGroup
			told, last, total, n := 0, 0, 0, 0
			err := do(func(done, of int) {
				if n++; done > of || done < last || of < total {
					t.Errorf("%s: %d of %d after %d of %d", name, done, of, last, total)
				}
				last, total = done, of
				if told++; told == 1 && used != "not" {
					use.Go(func() {
						for i := range 60 {
							if used == "filled" {
								w.put(maria, fmt.Sprintf("/%s/%d", name, i), text("x"))
							} else if err := maria.Delete(ctx, MustPath(fmt.Sprintf("/%s/%d", name, i)), Precondition{}); err != nil {
								t.Error(err)
							}
						}
					})
				}
			})
			use.Wait()
			if err != nil || n == 0 || last != total || total < 300 {
				t.Errorf("%s, %s: %v, ended at %d of %d", name, used, err, last, total)
			}
		}
	}
}

// TestCountsOutliveAFailedCommit counts refusals of strangers while nothing can
// be written: the lines come when something can.
func TestCountsOutliveAFailedCommit(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	stranger := w.vault.As(p.ID, silvia)
	for range 10 {
		w.refused(stranger, "/health/labs/", ErrDenied)
	}
	h, err := w.vault.acquire(ctx, p.ID)
	if err != nil {
		t.Fatal(err)
	}
	w.clock.add(2 * tallyWindow) // the ten are due
	h.fenced.Store(true)
	h.flushTally()
	if _, err := stranger.Get(ctx, MustPath("/health/labs/")); !errors.Is(err, ErrFenced) {
		t.Error(err)
	}
	h.fenced.Store(false)
	w.vault.release(h)
	counted := 0
	for _, e := range w.journal(p) {
		if !e.Allowed {
			counted += max(1, e.Count)
		}
	}
	if counted != 10 {
		t.Errorf("the journal tells of %d refusals out of 10", counted)
	}
}

// TestStoppedErasingIsFinished stops the erasing of a pod after each of its steps.
func TestStoppedErasingIsFinished(t *testing.T) {
	for step, name := range []string{"noted", "slots overwritten", "slots removed", "file removed", "bodies removed", "all removed"} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			p := w.maria()
			w.put(w.vault.As(p.ID, owner(p)), "/scan", Draft{MediaType: "image/tiff", Body: bytes.NewReader(make([]byte, 2*inlineLimit))})
			other, err := w.vault.Create(ctx, NewPod{Name: "karin"})
			if err != nil {
				t.Fatal(err)
			}
			r, err := w.vault.host.pod("maria")
			if err != nil {
				t.Fatal(err)
			}
			r.Leaving = true
			steps := []func() error{
				func() error { return w.vault.host.addPod(r) },
				func() error {
					st, err := os.Stat(w.vault.slotsFile(p.ID))
					if err != nil {
						return err
					}
					return overwrite(w.vault.slotsFile(p.ID), make([]byte, st.Size()))
				},
				func() error { return os.Remove(w.vault.slotsFile(p.ID)) },
				func() error { return os.Remove(w.vault.podFile(p.ID)) },
				func() error { return os.RemoveAll(w.vault.bodyDir(p.ID)) },
				func() error { return nil },
			}
			w.vault.expel(p.ID)
			for _, do := range steps[:step+1] {
				if err := do(); err != nil {
					t.Fatal(err)
				}
			}
			w.restart()
			if pods, err := w.vault.Pods(); err != nil || len(pods) != 1 || pods[0].ID != other.ID {
				t.Errorf("%v %v", pods, err)
			}
			if left, _ := filepath.Glob(w.vault.podPath(p.ID) + "*"); len(left) > 0 {
				t.Errorf("%q is left", left)
			}
			w.get(w.vault.As(other.ID, owner(other)), "/profile/card")
			w.maria()
		})
	}
}

// TestSlotsGoFirst keeps the pod's other files from being removed: what opens them is gone nevertheless.
func TestSlotsGoFirst(t *testing.T) {
	w := newWorld(t)
	p := w.maria()
	w.vault.expel(p.ID)
	file := w.vault.podFile(p.ID)
	if err := errors.Join(os.Rename(file, file+".away"), os.Mkdir(file, 0o700), os.WriteFile(file+"/x", nil, 0o600)); err != nil {
		t.Fatal(err) // a folder that is not empty cannot be removed like a file
	}
	if err := w.vault.Delete(ctx, "maria"); err == nil {
		t.Error("deleted")
	}
	if _, err := os.Stat(w.vault.slotsFile(p.ID)); !errors.Is(err, fs.ErrNotExist) {
		t.Error("the slots are still there:", err)
	}
	if err := errors.Join(os.RemoveAll(file), os.Rename(file+".away", file)); err != nil {
		t.Fatal(err)
	}
	w.restart()
	if _, err := w.vault.Lookup("maria"); !errors.Is(err, ErrNoPod) {
		t.Error(err)
	}
	if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
		t.Error("the file is still there:", err)
	}
}

// TestMissingACLIsNotInherited takes the ACL of a container out of the file. What
// the one above gives is wider: nobody gets it. The owner goes on and mends it.
func TestMissingACLIsNotInherited(t *testing.T) {
	for name, ruin := range map[string]func(*change, []byte) error{
		"gone":    func(c *change, key []byte) error { return c.del(bNode, key) },
		"garbled": func(c *change, key []byte) error { return c.put(bNode, key, make([]byte, 100)) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			p := w.maria()
			maria, drAna := w.vault.As(p.ID, owner(p)), w.vault.As(p.ID, ana)
			everybody := turtle(`@prefix acl: <http://www.w3.org/ns/auth/acl#>. <#r> a acl:Authorization; acl:agent <` + ana.WebID.String() + `>; acl:default <./>; acl:accessTo <./>; acl:mode acl:Read, acl:Write.`)
			nobody := `@prefix acl: <http://www.w3.org/ns/auth/acl#>. <#r> a acl:Authorization; acl:agent <` + p.Owner.String() + `>; acl:default <./>; acl:accessTo <./>; acl:mode acl:Read.`
			w.put(maria, "/notes/open", text("open"))
			w.put(maria, "/notes/.acl", everybody)
			w.put(maria, "/notes/private/x", text("secret"))
			w.put(maria, "/notes/private/.acl", turtle(nobody))
			w.refused(drAna, "/notes/private/x", ErrDenied)
			h, err := w.vault.acquire(context.Background(), p.ID)
			if err != nil {
				t.Fatal(err)
			}
			if err := h.commit(ctx, func(c *change) error {
				at, err := h.walk(c.tx, MustPath("/notes/private/"))
				if err != nil {
					return err
				}
				return ruin(c, nodeKey(at.deepest().entry.node, partACL))
			}); err != nil {
				t.Fatal(err)
			}
			w.vault.release(h)
			w.restart()
			maria, drAna = w.vault.As(p.ID, owner(p)), w.vault.As(p.ID, ana)
			for _, path := range []string{"/notes/private/x", "/notes/private/", "/notes/private/none"} {
				w.refused(drAna, path, ErrDamaged)
			}
			if _, err := drAna.Put(ctx, MustPath("/notes/private/y"), text("y"), Precondition{}); !errors.Is(err, ErrDamaged) {
				t.Errorf("written: %v", err)
			}
			w.get(drAna, "/notes/open")
			if got := w.get(maria, "/notes/private/x"); got != "secret" {
				t.Error(got)
			}
			report, err := w.vault.Verify(ctx, "maria", nil)
			if err != nil || len(report.Problems) != 1 || report.Problems[0].Where != "/notes/private/.acl" {
				t.Errorf("%v %q", err, report.Problems)
			}
			w.put(maria, "/notes/private/.acl", turtle(nobody))
			w.refused(drAna, "/notes/private/x", ErrDenied)
		})
	}
}
