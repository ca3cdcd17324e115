package faults

import (
	"bytes"
	"errors"
	"fmt"
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
	"skrin/linkeddata"
	"skrin/pod"
)

// small is a workload that leaves a bit of everything in few bytes.
func small() workload {
	b := &builder{pod: "maria"}
	b.add("create-pod", "", 0).add("put", "/a/x", 100).add("put", "/a/big", large).add("patch", "/a/doc", 0).add("acl", "/a/", 0)
	b.add("grant", "/a/", 0).add("grant", "/b/", 0).add("revoke", "/b/", 0).add("read", "/a/x", 0).add("delete", "/a/x", 0)
	b.add("put", "/o/x", 50).add("put", "/o/closed/x", 60).add("put", "/b/x", 70).add("refer", "/r", 80).add("open", "/o/", 0).add("acl", "/o/closed/", 0)
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
// written, or what they may not: reading fails, or gives what was there to whom it was given. In a pod's file and its
// bodies verifying finds every such byte that is used for anything; elsewhere it is found, or nothing reads it.
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
	var used []bool
	if filepath.Ext(file) == ".db" {
		used = live(whole)
	}
	noticed, harmless, needed := 0, 0, 0
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
				case used != nil && used[f.at]:
					needed++
					if needed < 20 {
						t.Errorf("%s, byte %d of %d, bits %08b: it is used, and nobody notices", file, f.at, len(whole), f.bit)
					}
				default:
					harmless++
				}
				mu.Unlock()
			}
		})
	}
	for _, at := range places(len(whole), used, rng) {
		flips <- flip{at, 1 << rng.IntN(8)}
	}
	close(flips)
	workers.Wait()
	t.Logf("%d bytes, %d flips were noticed, %d harm nothing that is read, %d should have been noticed", len(whole), noticed, harmless, needed)
	if noticed == 0 {
		t.Error("no flip was noticed: the test flips the wrong bytes")
	}
}

// places are the bytes that are flipped: some, of which every other one is used, or, in the long form, every one that is
// used and of the others every eighth.
func places(n int, used []bool, rng *rand.Rand) (list []int) {
	if !soak() {
		for i := range 60 / slow {
			at := rng.IntN(n)
			for used != nil && i%2 == 0 && !used[at] {
				at = rng.IntN(n)
			}
			list = append(list, at)
		}
		return list
	}
	for at := range n {
		if used != nil && used[at] || at%8 == 0 || n < 10_000 {
			list = append(list, at)
		}
	}
	return list
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
	if err != nil {
		return true, nil
	}
	noticed, err = j.sees(v, info)
	return noticed, errors.Join(err, j.reachesNoMore(v, info))
}

// sees reads as the owner, and verifies.
func (j *judge) sees(v *pod.Vault, info pod.Info) (noticed bool, err error) {
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

// reachesNoMore asks as those who may not read everything: where there was no right there is none now.
func (j *judge) reachesNoMore(v *pod.Vault, info pod.Info) (err error) {
	for who, agent := range map[string]acl.Agent{"Ana": ana, "a stranger": {}, "somebody": {WebID: linkeddata.MustIRI("https://else.example/#me"), Client: ana.Client, Issuer: ana.Issuer}} {
		for _, path := range []string{"/a/x", "/a/.acl", "/b/x", "/o/closed/x", "/o/closed/.acl", "/o/.acl", "/.acl"} {
			if who == "Ana" && path == "/a/x" { // she has a grant
				continue
			}
			r, e := v.As(info.ID, agent).Get(ctx, pod.MustPath(path))
			if e == nil {
				r.Body.Close()
				err = errors.Join(err, fmt.Errorf("%s reads %s", who, path))
			}
		}
	}
	return err
}

// readsRight reads the resources one by one. failed is what could not be read, err what was read and is wrong.
func (j *judge) readsRight(owner *pod.Session) (failed, err error) {
	for _, path := range []string{"/a/x", "/a/big", "/a/doc", "/a/.acl", "/b/x", "/o/x", "/o/.acl", "/o/closed/x", "/o/closed/.acl"} {
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
