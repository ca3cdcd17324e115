package faults

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"skrin/acl"
	"skrin/pod"
)

// TestRuinedPodsHarmNobodyElse promises that files that are garbled, cut or taken away while the vault is open, of pods
// that are open or not, end neither the process nor anybody else's answers, and that none of them gives a wrong one.
func TestRuinedPodsHarmNobodyElse(t *testing.T) {
	n := 60 // fewer, and those that are ruined would leave too few to push others out
	if soak() {
		n = 1000
	}
	town := newTown(t, n, pod.Options{Base: base, FreeSpace: justEnough, MaxOpen: n / 4})
	ruins := map[string]func(file string) error{
		"garbled":   func(f string) error { return overwrite(f, []byte("garbage")) },
		"zeroed":    func(f string) error { return overwrite(f, make([]byte, 4096)) },
		"cut":       func(f string) error { return os.Truncate(f, 9000) },
		"emptied":   func(f string) error { return os.Truncate(f, 0) },
		"gone":      os.Remove,
		"no slots":  func(f string) error { return os.Remove(strings.TrimSuffix(f, ".db") + ".slots") },
		"bad slots": func(f string) error { return os.Truncate(strings.TrimSuffix(f, ".db")+".slots", 40) },
	}
	ruined := map[int]bool{}
	for name, ruin := range ruins {
		for _, i := range []int{len(ruined), n - 1 - len(ruined)} { // one that was closed long ago, one that is open
			ruined[i] = true
			town.asks(i) // now it is open
			if i < n/2 {
				for k := n / 2; k < n; k++ {
					town.asks(k) // and closed again
				}
			}
			if err := ruin(town.file(i)); err != nil {
				t.Fatal(err)
			}
			if err := town.asks(i); err == nil && i < n/2 {
				t.Errorf("%s: a ruined pod answers", name)
			}
			town.writes(i)
			town.vault.Verify(ctx, town.pods[i].Name, nil)
		}
	}
	for i := range n {
		if err := errors.Join(town.asks(i), town.writes(i)); err != nil && !ruined[i] {
			t.Errorf("pod %d of %d: %v", i, n, err)
		}
	}
	t.Logf("%d pods, %d of them ruined", n, len(ruined))
}

func overwrite(file string, pattern []byte) error {
	f, err := os.OpenFile(file, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err == nil {
		_, err = f.WriteAt(bytes.Repeat(pattern, int(info.Size())/len(pattern)), 0)
	}
	return errors.Join(err, f.Close())
}

// town is many pods, each with one resource that says whose it is.
type town struct {
	*testing.T
	folder string
	vault  *pod.Vault
	pods   []pod.Info
}

func newTown(t *testing.T, n int, opt pod.Options) *town {
	t.Helper()
	key, _ := hostKeyText(t)
	w := &town{T: t, folder: quickFolder(t)}
	var err error
	if w.vault, err = pod.Open(w.folder, key, opt); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.vault.Close() })
	for i := range n {
		made, err := w.vault.Create(ctx, pod.NewPod{Name: fmt.Sprintf("citizen-%d", i)})
		if err != nil {
			t.Fatal(err)
		}
		w.pods = append(w.pods, made.Info)
		if err := w.writes(i); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

// reopen closes the vault and opens it again.
func (w *town) reopen() {
	w.Helper()
	key, _ := hostKeyText(w.T)
	err := w.vault.Close()
	if err == nil {
		w.vault, err = pod.Open(w.folder, key, pod.Options{FreeSpace: justEnough})
	}
	if err != nil {
		w.Fatal(err)
	}
}

func (w *town) file(i int) string {
	id := w.pods[i].ID.String()
	return filepath.Join(w.folder, "pods", id[:2], id+".db")
}

func (w *town) owner(i int) *pod.Session {
	return w.vault.As(w.pods[i].ID, acl.Agent{WebID: w.pods[i].Owner, Client: pod.CLI})
}

func (w *town) writes(i int) error {
	_, err := w.owner(i).Put(ctx, pod.MustPath("/name"), pod.Draft{MediaType: "text/plain", Body: strings.NewReader(w.pods[i].Name)}, pod.Precondition{})
	return err
}

func (w *town) asks(i int) error {
	r, err := w.owner(i).Get(ctx, pod.MustPath("/name"))
	if err != nil {
		return err
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err == nil && string(body) != w.pods[i].Name {
		w.Errorf("%s reads %q", w.pods[i].Name, body)
	}
	return err
}
