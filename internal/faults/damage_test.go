package faults

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"skrin/acl"
	"skrin/crypto"
	"skrin/pod"
)

// small is a workload that leaves a bit of everything in few bytes.
func small() workload {
	b := &builder{pod: "maria"}
	b.add("create-pod", "", 0).add("put", "/a/x", 100).add("put", "/a/big", large).add("patch", "/a/doc", 0).add("acl", "/a/", 0)
	b.add("grant", "/a/", 0).add("grant", "/b/", 0).add("revoke", "/b/", 0).add("read", "/a/x", 0).add("delete", "/a/x", 0)
	return workload{first: b.add("put", "/a/x", 200).add("keep", "word", 0).add("compact", "", 0).ops}
}

// settled plays the workload without tracing and gives its folder, and the judge of it.
func settled(t *testing.T, w workload) (string, *judge) {
	t.Helper()
	key, _ := hostKeyText(t)
	s := &script{folder: quickFolder(t), key: key, quiet: true}
	if err := errors.Join(s.open(), s.run(w), s.vault.Close()); err != nil {
		t.Fatal(err)
	}
	j := newJudge(base)
	for _, o := range w.all() {
		j.mayHappen(o)
		j.answered(o, "done")
	}
	return s.folder, j
}

// TestFlippedBytes promises that a byte of a file that is not as it was written never makes anybody read what was never
// written: reading fails, or gives what was there. And either verifying finds it, or nothing uses that byte.
func TestFlippedBytes(t *testing.T) {
	folder, j := settled(t, small())
	var files []string
	err := filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() && e.Name() != "reserve" {
			files = append(files, path[len(folder)+1:])
		}
		return err
	})
	if err != nil || len(files) != 4 {
		t.Fatalf("%q, %v; want host.db, pod, slots and a body", files, err)
	}
	rng := rand.New(rand.NewPCG(seedOf(t), 4))
	for _, file := range files {
		t.Run(strings.TrimLeft(filepath.Ext(file), "."), func(t *testing.T) { flipAll(t, j, folder, file, rng) })
	}
}

// flip is one byte that is changed.
type flip struct {
	at  int
	bit byte
}

func flipAll(t *testing.T, j *judge, folder, file string, rng *rand.Rand) {
	whole, err := os.ReadFile(filepath.Join(folder, file))
	if err != nil {
		t.Fatal(err)
	}
	flips := make(chan flip)
	var mu sync.Mutex
	noticed, harmless := 0, 0
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for f := range flips {
				found, err := flipOne(t, j, folder, file, whole, f)
				mu.Lock()
				switch {
				case err != nil:
					t.Errorf("%s, byte %d of %d, bits %08b: %v", file, f.at, len(whole), f.bit, err)
				case found:
					noticed++
				default:
					harmless++
				}
				mu.Unlock()
			}
		})
	}
	for _, n := range sample(len(whole), 60) {
		at := n - 1
		if !soak() {
			at = rng.IntN(len(whole))
		}
		flips <- flip{at, 1 << rng.IntN(8)}
	}
	close(flips)
	workers.Wait()
	t.Logf("%d bytes, %d flips were noticed, %d harm nothing that is read", len(whole), noticed, harmless)
	if noticed == 0 {
		t.Error("no flip was noticed: the test flips the wrong bytes")
	}
}

// flipOne changes one byte in a copy of the folder.
func flipOne(t *testing.T, j *judge, folder, file string, whole []byte, f flip) (noticed bool, err error) {
	copied, err := os.MkdirTemp(filepath.Dir(folder), "faults-flip-")
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(copied)
	if err := os.CopyFS(copied, os.DirFS(folder)); err != nil {
		return false, err
	}
	broken := bytes.Clone(whole)
	broken[f.at] ^= f.bit
	if err := os.WriteFile(filepath.Join(copied, file), broken, 0o600); err != nil {
		return false, err
	}
	key, _ := hostKeyText(t)
	return j.suffers(copied, key)
}

// suffers looks at a damaged folder. It may be found out to be damaged; what can be read must be right.
func (j *judge) suffers(folder string, key *crypto.HostKey) (noticed bool, err error) {
	v, err := pod.Open(folder, key, pod.Options{Base: base, FreeSpace: justEnough})
	if err != nil {
		return true, nil
	}
	defer v.Close()
	info, err := v.Lookup("maria")
	_, kept := v.Kept("word") // the host's own values are verified by being read
	if err != nil || kept != nil {
		return true, nil
	}
	owner := v.As(info.ID, acl.Agent{WebID: info.Owner, Client: pod.CLI})
	failed, err := j.readsRight(owner)
	if err != nil {
		return false, err
	}
	report, verr := v.Verify(ctx, "maria", nil)
	if verr != nil || !report.Sound() {
		return true, nil
	}
	if failed != nil {
		return false, fmt.Errorf("reading fails (%w), verify finds nothing", failed)
	}
	seen, err := j.look(v)
	if err == nil {
		err = j.compare(seen)
	}
	return false, err
}

// readsRight reads the resources one by one. failed is what could not be read, err what was read and is wrong.
func (j *judge) readsRight(owner *pod.Session) (failed, err error) {
	for _, path := range []string{"/a/x", "/a/big", "/a/doc", "/a/.acl"} {
		s := &sight{values: map[string]string{}}
		if e := s.document(owner, "maria", pod.MustPath(path)); e != nil {
			failed = errors.Join(failed, e)
			continue
		}
		if got, there := s.values["maria"+path]; !there {
			failed = errors.Join(failed, fmt.Errorf("%s is gone", path))
		} else if !j.may.values("maria" + path)[got] {
			err = errors.Join(err, fmt.Errorf("%s is read as %q", path, got))
		}
	}
	return failed, err
}

// TestWrongBytesAreSeen shows that the test above can fail: other bytes, written by who has the keys, are told.
func TestWrongBytesAreSeen(t *testing.T) {
	folder, j := settled(t, small())
	key, _ := hostKeyText(t)
	v, err := pod.Open(folder, key, pod.Options{})
	if err != nil {
		t.Fatal(err)
	}
	info, err := v.Lookup("maria")
	if err != nil {
		t.Fatal(err)
	}
	other := op{pod: "maria", path: "/a/x", version: 77, size: 200}
	_, err = v.As(info.ID, acl.Agent{WebID: info.Owner, Client: pod.CLI}).Put(ctx, pod.MustPath(other.path), pod.Draft{MediaType: "text/plain", Body: strings.NewReader(other.body())}, pod.Precondition{})
	if err := errors.Join(err, v.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := j.suffers(folder, key); err == nil {
		t.Error("other bytes are taken for those that were written")
	}
}

// TestRuinedPodsHarmNobodyElse promises that files that are garbled, cut or taken away while the vault is open, of pods
// that are open or not, end neither the process nor anybody else's answers, and that none of them gives a wrong one.
func TestRuinedPodsHarmNobodyElse(t *testing.T) {
	n := 60 / slow
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
