package faults

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"skrin/acl"
	"skrin/linkeddata"
	"skrin/pod"
)

// TestOneOfManyWins promises that of writers who all say If-Match with the same tag exactly one wins, and that what it
// wrote is there.
func TestOneOfManyWins(t *testing.T) {
	const writers = 64
	rounds := 12
	if soak() {
		rounds = 1000
	}
	town := newTown(t, 1, pod.Options{Base: base, FreeSpace: justEnough})
	owner, path := town.owner(0), pod.MustPath("/name")
	for round := range rounds {
		old, err := owner.Head(ctx, path)
		if err != nil {
			t.Fatal(err)
		}
		var won atomic.Int64
		winner := atomic.Pointer[pod.Receipt]{}
		var all sync.WaitGroup
		for i := range writers {
			all.Go(func() {
				draft := pod.Draft{MediaType: "text/plain", Body: strings.NewReader(fmt.Sprintf("%d of round %d", i, round))}
				r, err := owner.Put(ctx, path, draft, pod.Precondition{IfMatch: []string{old.ETag}})
				switch {
				case err == nil:
					won.Add(1)
					winner.Store(&r)
				case !errors.Is(err, pod.ErrPrecondition):
					t.Errorf("round %d: %v", round, err)
				}
			})
		}
		all.Wait()
		now, err := owner.Head(ctx, path)
		if err != nil || won.Load() != 1 || winner.Load().ETag != now.ETag {
			t.Fatalf("round %d: %d of %d writers won; %v", round, won.Load(), writers, err)
		}
	}
}

// TestStalledReadersDelayNobody promises that somebody who takes a large body, a list or a backup and then stops taking
// delays neither writes, while the file grows, nor a revocation, which also ends what was still to come.
func TestStalledReadersDelayNobody(t *testing.T) {
	town := newTown(t, 1, pod.Options{Base: base, FreeSpace: justEnough})
	owner, info := town.owner(0), town.pods[0]
	body := strings.Repeat("a long body ", 1<<20/12)
	put := func(path string, size int) {
		t.Helper()
		if _, err := owner.Put(ctx, pod.MustPath(path), pod.Draft{MediaType: "text/plain", Body: strings.NewReader(body[:size])}, pod.Precondition{}); err != nil {
			t.Fatal(err)
		}
	}
	put("/shared/large", 1<<20-100)
	g, err := owner.Grant(ctx, acl.Grant{To: ana.WebID, Targets: []linkeddata.IRI{below(info, "/shared/")}, Modes: acl.Read, Until: time.Now().Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	r, err := town.vault.As(info.ID, ana).Get(ctx, pod.MustPath("/shared/large"))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if _, err := io.ReadFull(r.Body, make([]byte, 1000)); err != nil {
		t.Fatal(err)
	}
	stalled, backup := stalledBackup(owner)
	defer stalled.Close()
	begun := time.Now()
	for i := range 60 {
		put(fmt.Sprintf("/grow/%d", i), 60_000) // far beyond what is mapped at first
	}
	if took := time.Since(begun); took > 3*time.Minute {
		t.Errorf("60 writes took %v while readers stalled", took)
	}
	begun = time.Now()
	if err := owner.Revoke(ctx, g.ID); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(begun); took > time.Minute {
		t.Errorf("revoking took %v", took)
	}
	if _, err := r.Body.Read(make([]byte, 10)); !errors.Is(err, pod.ErrDenied) {
		t.Errorf("the body goes on after the revocation: %v", err)
	}
	stalled.CloseWithError(io.ErrClosedPipe)
	if err := <-backup; !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("a backup whose taker went away: %v", err)
	}
}

// stalledBackup begins a backup of which only the first bytes are taken.
func stalledBackup(owner *pod.Session) (*io.PipeReader, <-chan error) {
	taker, giver := io.Pipe()
	done := make(chan error, 1)
	go func() { done <- owner.Backup(ctx, giver, pod.BackupOptions{}) }()
	io.ReadFull(taker, make([]byte, 10))
	return taker, done
}

// TestPodsLeakNothing promises that opening and closing pods by the thousand keeps no file and no mapping open beyond
// those of the pods that are open.
func TestPodsLeakNothing(t *testing.T) {
	n := 100 / slow
	if soak() {
		n = 10_000
	}
	const open = 16
	town := newTown(t, n, pod.Options{Base: base, FreeSpace: justEnough, MaxOpen: open})
	before := held(t, town.folder)
	for range 2 {
		for i := range n {
			if err := town.asks(i); err != nil {
				t.Fatal(err)
			}
		}
	}
	after := held(t, town.folder)
	t.Logf("%d pods opened twice: %d files and %d mappings held before, %d and %d after", n, before.files, before.maps, after.files, after.maps)
	if after.files > open+2 || after.maps > open+2 || after.files == 0 {
		t.Errorf("%d files and %d mappings are held, for %d open pods and host.db", after.files, after.maps, open)
	}
	if err := town.vault.Close(); err != nil {
		t.Fatal(err)
	}
	if left := held(t, town.folder); left != (holdings{}) {
		t.Errorf("a closed vault holds %+v", left)
	}
}

// holdings are the files of a folder that this process has open, and mapped.
type holdings struct{ files, maps int }

func held(t *testing.T, folder string) (h holdings) {
	t.Helper()
	fds, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Skipf("what is open cannot be counted here: %v", err)
	}
	for _, fd := range fds {
		if to, err := os.Readlink("/proc/self/fd/" + fd.Name()); err == nil && strings.HasPrefix(to, folder) {
			h.files++
		}
	}
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		t.Fatal(err)
	}
	h.maps = strings.Count(string(maps), folder)
	return h
}

// TestLeaksAreSeen shows that the test above can fail.
func TestLeaksAreSeen(t *testing.T) {
	town := newTown(t, 4, pod.Options{Base: base, FreeSpace: justEnough})
	f, err := os.Open(town.file(0))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	town.vault.Close()
	if held(t, town.folder).files != 1 {
		t.Error("a file that was left open is not seen")
	}
}

// TestTwoRotations promises that two who give a pod a new key at the same time leave one that opens.
func TestTwoRotations(t *testing.T) {
	town := newTown(t, 1, pod.Options{Base: base, FreeSpace: justEnough})
	for range 3 {
		var both sync.WaitGroup
		for range 2 {
			both.Go(func() {
				if err := town.owner(0).Rotate(ctx, nil); err != nil {
					t.Errorf("rotate: %v", err)
				}
			})
		}
		both.Wait()
	}
	town.reopen()
	if err := errors.Join(town.asks(0), town.writes(0)); err != nil {
		t.Fatal(err)
	}
	if report, err := town.vault.Verify(ctx, town.pods[0].Name, nil); err != nil || !report.Sound() {
		t.Errorf("%v, %q", err, report.Problems)
	}
}
