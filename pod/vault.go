package pod

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"skrin/crypto"
	"skrin/linkeddata"
)

// Options say how a vault runs. The zero value is good, but for Base on a
// fresh data folder.
type Options struct {
	Base      linkeddata.IRI     // under which the pods stand; ends with a slash. Zero: the one used last
	Layout    Layout             // of the pods' addresses. Zero: the one used last, at first Paths
	Move      bool               // let Base or Layout be another than before although there are pods; see Moved
	Agree     func(*Vault) error // asked, of a vault where Base and Layout are others than before, before they are kept; its error is that of Open, and nothing has moved
	Now       func() time.Time
	MaxOpen   int   // pods kept open while nobody uses them; default 1000
	MaxRDF    int64 // bytes of an RDF body; default 16 MiB
	Log       *slog.Logger
	FreeSpace func(dir string) (int64, error) // for tests; default: the file system is asked
}

// Vault is a data folder with its pods. It may be used by several goroutines,
// and by one process at a time.
type Vault struct {
	dir     string
	site    Site
	before  Site // where the pods stood until this vault was opened; zero: where they are
	log     *slog.Logger
	key     *crypto.HostKey
	host    *host
	clock   *clock
	space   *space
	maxRDF  int64
	parsing chan struct{} // a place for each RDF body that may be checked at once

	mu       sync.Mutex
	open     map[ID]*slot
	suspect  map[ID]error    // pods that were fenced, and why: they are verified before they are served again
	known    map[string]Info // pods that were looked up
	gone     uint64          // counts deletions: what was looked up before one is not kept after it
	maxOpen  int
	fresh    []*handle // opened last, the newest at the end
	closed   bool
	stop     chan struct{}
	tended   sync.WaitGroup
	standard atomic.Int64                         // quota of pods that have none of their own
	issued   atomic.Pointer[func(linkeddata.IRI)] // see OnIssuers; nil: nobody asked
	creates  sync.Mutex                           // one pod is made or deleted at a time
	slotsMu  sync.Mutex                           // one slots file is read and written anew at a time
}

// Open opens the data folder, or founds one there. ErrInUse: another process
// has it. ErrHostKey: the key is not the one it was founded with. The vault
// keeps using host until it is closed.
func Open(dir string, key *crypto.HostKey, opt Options) (*Vault, error) {
	if err := makeDir(filepath.Join(dir, "pods")); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	_ = syncDir(filepath.Dir(filepath.Clean(dir))) // for the folder's own name, as in makeDir
	h, err := openHost(dir, key)
	if err != nil {
		return nil, err
	}
	if left, err := filepath.Glob(filepath.Join(dir, "pods", restoring)); err == nil {
		for _, d := range left { // of a restore that was interrupted
			os.RemoveAll(d)
		}
	}
	v := &Vault{
		dir: dir, key: key, host: h,
		log:     cmp.Or(opt.Log, slog.New(slog.DiscardHandler)),
		maxRDF:  cmp.Or(opt.MaxRDF, linkeddata.DefaultLimits.Bytes),
		maxOpen: cmp.Or(opt.MaxOpen, 1000),
		space:   &space{free: freeSpace, dir: dir},
		parsing: make(chan struct{}, 2*runtime.GOMAXPROCS(0)),
		open:    map[ID]*slot{},
		suspect: map[ID]error{},
		known:   map[string]Info{},
		stop:    make(chan struct{}),
	}
	if opt.FreeSpace != nil {
		v.space.free = opt.FreeSpace
	}
	if err := v.remember(opt); err != nil {
		h.close()
		return nil, err
	}
	if err := v.space.keepReserve(); err != nil {
		v.log.Warn("no disk space could be reserved", "error", err)
	}
	if err := v.finishErasing(); err != nil {
		v.log.Error("a pod could not be erased to the end", "error", err)
	}
	v.tended.Add(2)
	go v.tend()
	go v.coolIdle()
	return v, nil
}

// remember settles site and clock from what was kept and what is asked for.
func (v *Vault) remember(opt Options) error {
	if err := v.settleSite(opt); err != nil {
		return err
	}
	if err := v.rememberQuota(); err != nil {
		return err
	}
	var mark time.Time
	kept, err := v.Kept(keptMark)
	if err == nil && kept != nil {
		err = mark.UnmarshalBinary(kept)
	}
	if err != nil {
		return fmt.Errorf("%w: host.db: clock: %w", ErrDamaged, err)
	}
	now := opt.Now
	if now == nil {
		now = time.Now
	}
	v.clock = newClock(func() time.Time { return now().Round(0) }, mark)
	return v.keepMark()
}

// Base is the URL of the server itself; it ends with a slash.
func (v *Vault) Base() linkeddata.IRI { return v.site.base }

// Site says where the pods stand.
func (v *Vault) Site() Site { return v.site }

// tend does every minute what must be done even when nobody asks for anything.
func (v *Vault) tend() {
	defer v.tended.Done()
	tick := time.NewTicker(time.Minute)
	defer tick.Stop()
	for {
		select {
		case <-v.stop:
			return
		case <-tick.C:
		}
		v.clock.now()
		if err := v.space.keepReserve(); err != nil {
			v.log.Warn("no disk space could be reserved", "error", err)
		}
		if err := v.keepMark(); err != nil {
			v.log.Error("clock mark not kept", "error", err)
		}
		for _, h := range v.borrowAll() {
			h.flushTally()
			h.keepWitness()
			if h.store.slack() {
				if _, _, err := h.compact(context.Background()); err != nil && !errors.Is(err, ErrNoSpace) {
					v.log.Error("not compacted", "pod", h.id.short(), "error", err)
				}
			}
			if err := h.reseal(context.Background(), nil); err != nil && !errors.Is(err, ErrNoSpace) {
				v.log.Error("not sealed anew", "pod", h.id.short(), "error", err)
			}
			v.release(h)
		}
	}
}

func (v *Vault) keepMark() error {
	v.clock.mu.Lock()
	mark := v.clock.mark
	v.clock.mu.Unlock()
	b, err := mark.MarshalBinary()
	if err != nil {
		return err
	}
	return v.Keep(keptMark, b)
}

// Close ends all writing, waits until it is durable, and gives the folder back.
// Nobody may be using a session any more.
func (v *Vault) Close() error {
	v.mu.Lock()
	if v.closed {
		v.mu.Unlock()
		return nil
	}
	v.closed = true
	slots := slices.Collect(maps.Values(v.open))
	v.mu.Unlock()
	close(v.stop)
	v.tended.Wait()
	var errs []error
	for _, s := range slots {
		if <-s.ready; s.err == nil {
			errs = append(errs, s.handle.close())
		}
	}
	errs = append(errs, v.keepMark(), v.host.close())
	return errors.Join(errs...)
}
