package faults

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
)

// A Disk replays a recording as a disk that keeps only what it must: what was synced before the moment in question.
// Steps must be asked for in rising order.
type Disk struct {
	Ignore  func(*Event) bool // syncs for which this says yes never happened
	Forget  bool              // like Linux: what a failed sync was to write is taken for written, and no later sync writes it; names stand in a journal
	Ordered bool              // like a journalling file system: any sync makes all earlier changes of names durable

	r       *Recording
	step    int
	durable []*Event // in the order in which they become so
	when    map[*Event]int
	applied int
	base    state
}

// state is what a disk holds.
type state struct {
	names map[*File]map[string]*File // folder -> name -> what it stands for
	bytes map[*File][]byte
	own   map[*File]bool // whose bytes are shared with no other state
}

// NewDisk makes the disk on which the recorded program ran.
func NewDisk(r *Recording) *Disk {
	return &Disk{r: r, base: emptyState(r.Root)}
}

func emptyState(root *File) state {
	return state{names: map[*File]map[string]*File{root: {}}, bytes: map[*File][]byte{}, own: map[*File]bool{}}
}

// never is when something becomes durable that is not synced.
const never = math.MaxInt

// prepare finds out when each event becomes durable: at the end of the first sync of its file or folder that began
// after it had ended.
func (d *Disk) prepare() {
	d.when = map[*Event]int{}
	var syncs []*Event // also those that failed, if they matter
	for _, e := range d.r.Events {
		if e.Kind == Sync && (e.End > 0 || e.Failed && d.Forget) && (d.Ignore == nil || !d.Ignore(e)) {
			syncs = append(syncs, e)
		}
	}
	for _, e := range d.r.Events {
		if e.Kind == Mark || e.Kind == Sync || e.Failed {
			continue
		}
		d.when[e] = d.synced(e, syncs)
		if d.when[e] != never {
			d.durable = append(d.durable, e)
		}
	}
	slices.SortStableFunc(d.durable, func(a, b *Event) int {
		return cmp.Or(cmp.Compare(d.when[a], d.when[b]), cmp.Compare(a.End, b.End))
	})
}

// synced is when the first sync that covers the event has ended.
func (d *Disk) synced(e *Event, syncs []*Event) int {
	first := never
	for _, s := range syncs {
		switch {
		case e.End == 0 || s.Begin < e.End || !d.covers(s, e):
		case s.Failed && first == never && e.Kind <= Truncate:
			return never
		case !s.Failed:
			first = min(first, s.End)
		}
	}
	return first
}

// covers says whether a sync of one thing makes the event durable.
func (d *Disk) covers(s, e *Event) bool {
	if e.Kind == Write || e.Kind == Truncate {
		return s.File == e.File
	}
	return d.Ordered || s.File == e.Dir || s.File == e.ToDir && e.ToDir != nil
}

// At moves the disk to a step and gives the events that have begun and that nothing has made durable.
func (d *Disk) At(step int) (pending []*Event) {
	if d.when == nil {
		d.prepare()
	}
	if step < d.step {
		panic("faults: a disk does not go back")
	}
	d.step = step
	for ; d.applied < len(d.durable) && d.when[d.durable[d.applied]] <= step; d.applied++ {
		d.base.apply(d.durable[d.applied], nil)
	}
	for _, e := range d.r.Events {
		if when, ok := d.when[e]; ok && e.Begin <= step && when > step {
			pending = append(pending, e)
		}
	}
	return pending
}

// begun are all events up to now that change something.
func (d *Disk) begun() (all []*Event) {
	for _, e := range d.r.Events {
		if _, ok := d.when[e]; ok && e.Begin <= d.step {
			all = append(all, e)
		}
	}
	return all
}

// A Fate says what became of the pending events when the power failed: which were kept, and of a write which of its
// sectors, nil for all.
type Fate func(e *Event, rng *rand.Rand) (kept bool, sectors func(i int) bool)

// Fates are the ways in which a disk fails, by name.
func Fates() map[string]Fate {
	return map[string]Fate{
		"all lost": func(*Event, *rand.Rand) (bool, func(int) bool) { return false, nil },
		"all kept": func(*Event, *rand.Rand) (bool, func(int) bool) { return true, nil },
		"some kept": func(_ *Event, rng *rand.Rand) (bool, func(int) bool) {
			return rng.IntN(2) == 0, nil
		},
		"most kept": func(_ *Event, rng *rand.Rand) (bool, func(int) bool) {
			return rng.IntN(8) != 0, nil
		},
		"few kept": func(_ *Event, rng *rand.Rand) (bool, func(int) bool) {
			return rng.IntN(8) == 0, nil
		},
		"torn": func(_ *Event, rng *rand.Rand) (bool, func(int) bool) {
			return rng.IntN(4) != 0, func(int) bool { return rng.IntN(2) == 0 }
		},
		"cut short": func(_ *Event, rng *rand.Rand) (bool, func(int) bool) {
			end := rng.IntN(16)
			return rng.IntN(4) != 0, func(i int) bool { return i < end }
		},
	}
}

// An Image is a data folder as a power failure left it.
type Image struct {
	Step  int
	Fate  string
	state state
	root  *File
}

// Image makes what the disk holds after a power failure at the step that At was called with.
func (d *Disk) Image(pending []*Event, name string, fate Fate, rng *rand.Rand) *Image {
	s := d.base.clone()
	if d.Forget { // what was forgotten may be older than what is durable: everything in its order, then
		s, pending = emptyState(d.r.Root), d.begun()
	}
	for _, e := range pending {
		if d.when[e] <= d.step {
			s.apply(e, nil)
		} else if kept, sectors := fate(e, rng); kept {
			s.apply(e, sectors)
		}
	}
	return &Image{Step: d.step, Fate: name, state: s, root: d.r.Root}
}

// clone shares the bytes of files: each copies them before it writes.
func (s *state) clone() state {
	clear(s.own)
	c := state{names: make(map[*File]map[string]*File, len(s.names)), bytes: maps.Clone(s.bytes), own: map[*File]bool{}}
	for dir, names := range s.names {
		c.names[dir] = maps.Clone(names)
	}
	return c
}

const sector = 512

// apply does what the event does. Of a write only the wanted sectors arrive, but the file is as long as after all of it.
func (s *state) apply(e *Event, sectors func(int) bool) {
	switch e.Kind {
	case Write:
		s.write(e, sectors)
	case Truncate:
		s.resize(e.File, int(e.At))
	case Create, Mkdir:
		s.set(e.Dir, e.Name, e.File)
	case Unlink, Rmdir:
		if s.names[e.Dir][e.Name] == e.File {
			delete(s.names[e.Dir], e.Name)
		}
	case Rename:
		if s.names[e.Dir][e.Name] == e.File {
			delete(s.names[e.Dir], e.Name)
		}
		s.set(e.ToDir, e.ToName, e.File)
	}
}

func (s *state) set(dir *File, name string, f *File) {
	if s.names[dir] == nil {
		s.names[dir] = map[string]*File{}
	}
	s.names[dir][name] = f
}

func (s *state) write(e *Event, sectors func(int) bool) {
	b := s.resize(e.File, max(len(s.bytes[e.File]), int(e.At)+len(e.Data)))
	if sectors == nil {
		copy(b[e.At:], e.Data)
	} else {
		for i := 0; i*sector < len(e.Data); i++ {
			if sectors(i) {
				part := e.Data[i*sector : min((i+1)*sector, len(e.Data))]
				copy(b[int(e.At)+i*sector:], part)
			}
		}
	}
}

// resize gives a file another length, with zeroes at its end, and its bytes, which may be changed.
func (s *state) resize(f *File, n int) []byte {
	b := s.bytes[f]
	if !s.own[f] || n > cap(b) {
		c := make([]byte, len(b), max(n, 2*len(b)))
		copy(c, b)
		b = c
	}
	if n > len(b) {
		clear(b[len(b):n])
	}
	s.bytes[f], s.own[f] = b[:n], true
	return b[:n]
}

// Write puts the image into an empty folder.
func (m *Image) Write(folder string) error { return m.write(folder, m.root) }

func (m *Image) write(path string, dir *File) error {
	for name, f := range m.state.names[dir] {
		to := filepath.Join(path, name)
		var err error
		if f.IsDir {
			if err = os.Mkdir(to, 0o700); err == nil {
				err = m.write(to, f)
			}
		} else {
			err = os.WriteFile(to, m.state.bytes[f], 0o600)
		}
		if err != nil {
			return fmt.Errorf("write image: %w", err)
		}
	}
	return nil
}
