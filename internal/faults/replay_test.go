package faults

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"skrin/crypto"
)

// A replay makes images of one recording and has each inspected.
type replay struct {
	work   workload
	record *Recording
	key    *crypto.HostKey
	images int
	ignore func(*Event) bool
	forget bool
	from   int // the first step at which the power fails
	until  int // the last one; 0: that of the recording
	stop   int // after so many failures; 0: never
	folder string
	seed   uint64
}

// loss is an image that is not as it must be.
type loss struct {
	image *Image
	err   error
}

func (l loss) String() string {
	return fmt.Sprintf("power failed at step %d, %s: %v", l.image.Step, l.image.Fate, l.err)
}

// recording plays a script and records it.
func recording(t testing.TB, name string) *Recording {
	t.Helper()
	r, err := program(t, name).Run()
	if err != nil || r.Status != 0 {
		t.Fatalf("%v, status %d: %s", err, r.Status, r.Stderr)
	}
	return r
}

func newReplay(t testing.TB, r *Recording, images int) *replay {
	key, _ := hostKeyText(t)
	return &replay{work: everything(), record: r, key: key, images: images, folder: quickFolder(t), seed: seedOf(t)}
}

// seedOf is a new one each time, and printed; SKRIN_SEED asks for a certain one.
func seedOf(t testing.TB) uint64 {
	seed, err := strconv.ParseUint(os.Getenv("SKRIN_SEED"), 10, 64)
	if err != nil {
		seed = uint64(time.Now().UnixNano())
	}
	t.Logf("SKRIN_SEED=%d", seed)
	return seed
}

// run makes the images and gives what was lost, and how many images differed from the disk before.
func (r *replay) run() (losses []loss, made int) {
	images := make(chan *Image)
	done := make(chan struct{})
	var mu sync.Mutex
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for m := range images {
				if err := r.inspect(m); err != nil {
					mu.Lock()
					losses = append(losses, loss{m, err})
					if len(losses) == r.stop {
						close(done)
					}
					mu.Unlock()
				}
			}
		})
	}
	made = r.make(images, done)
	close(images)
	workers.Wait()
	return losses, made
}

// make sends images, spread over all steps and all fates.
func (r *replay) make(images chan<- *Image, done <-chan struct{}) (made int) {
	rng := rand.New(rand.NewPCG(r.seed, 2))
	disk := NewDisk(r.record)
	disk.Ignore, disk.Forget = r.ignore, r.forget
	fates := Fates()
	names := slices.Sorted(maps.Keys(fates))
	steps := make([]int, r.images)
	first, last := max(1, r.from), r.record.Steps
	if r.until > 0 {
		last = r.until
	}
	for i := range steps {
		steps[i] = first + rng.IntN(last+1-first)
	}
	slices.Sort(steps)
	for _, step := range steps {
		pending := disk.At(step)
		name := names[rng.IntN(len(names))]
		select {
		case images <- disk.Image(pending, name, fates[name], rng):
			made++
		case <-done:
			return made
		}
	}
	return made
}

func (r *replay) inspect(m *Image) error {
	folder, err := os.MkdirTemp(r.folder, "image-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	if err := m.Write(folder); err != nil {
		return err
	}
	j, err := judgeOf(r.work, r.record.Marks(m.Step))
	if err != nil {
		return err
	}
	return j.inspect(folder, r.key)
}

// TestCrashReplay promises that whatever a power failure leaves of the writes that were not synced, the folder opens,
// every pod verifies, what was answered is there, what was refused is not, and what was under way is there wholly or
// not at all.
func TestCrashReplay(t *testing.T) {
	images := 300 / slow
	if soak() {
		images = 10_000
	}
	r := newReplay(t, recording(t, "everything"), images)
	begun := time.Now()
	losses, made := r.run()
	t.Logf("%d images of %d steps in %v", made, r.record.Steps, time.Since(begun).Round(time.Millisecond))
	for i, l := range losses {
		if i < 20 {
			t.Error(l)
		}
	}
	if len(losses) > 0 {
		t.Errorf("%d of %d images are not as they must be", len(losses), made)
	}
}

// TestFoundingIsWhole is the same for the first start alone: whatever is left of it, the next one goes on.
func TestFoundingIsWhole(t *testing.T) {
	r := newReplay(t, recording(t, "everything"), 1200/slow) // most are not of the moments that matter
	r.until = r.record.Events[slices.IndexFunc(r.record.Events, func(e *Event) bool { return e.Kind == Mark })].Begin
	losses, made := r.run()
	t.Logf("%d images of %d steps", made, r.until)
	for _, l := range losses {
		t.Error(l)
	}
}

// TestSlotsGoFirst promises that when a pod is erased its slots are overwritten and gone, durably, before anything else
// of it goes: whoever stops it in the middle has nothing that opens.
func TestSlotsGoFirst(t *testing.T) {
	var slots *File
	deleting, synced, gone, durable, erased := false, false, false, false, 0
	for _, e := range recording(t, "everything").Events {
		switch {
		case e.Kind == Mark:
			deleting = slices.ContainsFunc(everything().first, func(o op) bool { return o.kind == "delete-pod" && e.Text == "begin "+o.id() })
		case !deleting || e.Failed:
		case e.Kind == Write && !isDatabase(e.File) && len(bytes.Trim(e.Data, "\x00")) == 0:
			slots = e.File
		case e.Kind == Sync && e.File == slots:
			synced = true
		case e.Kind == Unlink && e.File == slots:
			gone = synced
		case e.Kind == Sync && e.File.IsDir && gone:
			durable = true
		case (e.Kind == Unlink || e.Kind == Rmdir) && strings.HasPrefix(e.Dir.Name, "pods"):
			if erased++; !durable {
				t.Errorf("%v, and the slots were overwritten: %v, synced: %v, gone: %v", e, slots != nil, synced, gone)
			}
		}
	}
	if erased < 2 {
		t.Error("no pod was erased: the test looks at the wrong calls")
	}
}

// TestPlantedFaults shows that the replay can fail: a vault that left out a sync, or answered too early, is found out.
func TestPlantedFaults(t *testing.T) {
	whole, hasty := recording(t, "everything"), recording(t, "everything, hasty")
	meta := metaSyncs(whole)
	for name, fault := range map[string]struct {
		record *Recording
		ignore func(*Event) bool
	}{
		"no sync of data":            {whole, func(e *Event) bool { return isDatabase(e.File) && !meta[e] }},
		"no sync of meta pages":      {whole, func(e *Event) bool { return meta[e] }},
		"answered before it is done": {hasty, nil},
		"no sync of large bodies":    {whole, func(e *Event) bool { return strings.Contains(e.File.Name, ".blobs/") }},
		"no sync of folders":         {whole, func(e *Event) bool { return e.File.IsDir }},
	} {
		t.Run(name, func(t *testing.T) {
			r := newReplay(t, fault.record, 60)
			r.ignore, r.stop = fault.ignore, 1
			for pass := range 40 {
				if losses, made := r.run(); len(losses) > 0 {
					t.Logf("found with %d images: %.300v", pass*r.images+made, losses[0])
					return
				}
				r.seed++
			}
			t.Fatalf("not found with %d images", 40*r.images)
		})
	}
}

func isDatabase(f *File) bool {
	return strings.HasSuffix(f.Name, ".db") || strings.HasSuffix(f.Name, ".compact")
}

// metaSyncs are the syncs of a database that follow on nothing but a write of a meta page: those are its first two.
func metaSyncs(r *Recording) map[*Event]bool {
	size := int64(os.Getpagesize())
	found, other := map[*Event]bool{}, map[*File]bool{}
	wrote := map[*File]bool{}
	for _, e := range r.Events {
		if e.File == nil || !isDatabase(e.File) || e.Failed {
			continue
		}
		switch e.Kind {
		case Write:
			wrote[e.File] = true
			other[e.File] = other[e.File] || e.At >= 2*size || int64(len(e.Data)) > size
		case Truncate:
			other[e.File] = true
		case Sync:
			found[e] = wrote[e.File] && !other[e.File]
			wrote[e.File], other[e.File] = false, false
		}
	}
	return found
}
