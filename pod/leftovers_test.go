package pod

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
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
