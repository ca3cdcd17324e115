package pod

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// soak gives how long the long tests run; they are skipped unless SOAK says so.
func soak(t *testing.T) time.Duration {
	t.Helper()
	d, err := time.ParseDuration(os.Getenv("SOAK"))
	if err != nil || d <= 0 {
		t.Skip("skipped: SOAK says for how long to run, such as 10m")
	}
	return d
}

// TestSoakManyPods has more pods in use than may be open, operations that run out
// of time, panics inside the writer, and pods that are erased and made anew
// meanwhile. What was acknowledged in the pods that remain is there.
func TestSoakManyPods(t *testing.T) {
	end := time.Now().Add(soak(t))
	w := newWorld(t)
	w.vault.Close()
	w.opt.MaxOpen = 2
	w.start()
	var pods [5]atomic.Pointer[Created]
	for i := range pods {
		w.fresh(&pods[i], i)
	}
	var kept, erased sync.Map // path in a pod -> its body; pods
	var load sync.WaitGroup
	for g := range 8 {
		load.Go(func() {
			for n := 0; time.Now().Before(end); n++ {
				p := pods[rand.IntN(len(pods))].Load()
				s := w.vault.As(p.ID, owner(*p))
				path := fmt.Sprintf("/health/%d-%d", g, n%500)
				kept.Delete(p.ID.String() + path)
				soon, cancel := context.WithTimeout(ctx, time.Duration(rand.IntN(30))*time.Millisecond)
				_, err := s.Put(soon, MustPath(path), text(fmt.Sprint(path, n)), Precondition{})
				cancel()
				switch {
				case err == nil:
					kept.Store(p.ID.String()+path, fmt.Sprint(path, n))
				case !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, ErrNoPod) && !errors.Is(err, ErrFenced):
					t.Errorf("put: %v", err)
				}
			}
		})
	}
	load.Go(func() {
		for ; time.Now().Before(end); time.Sleep(300 * time.Millisecond) {
			if h, err := w.vault.acquire(ctx, pods[rand.IntN(len(pods))].Load().ID); err == nil {
				h.commit(ctx, func(*change) error { panic("planted") })
				w.vault.release(h)
			}
		}
	})
	load.Go(func() {
		for i := 0; time.Now().Before(end); i++ {
			p := pods[i%2].Load()
			erased.Store(p.ID, true)
			if err := w.vault.Delete(ctx, p.Name); err != nil {
				t.Errorf("delete: %v", err)
			}
			w.fresh(&pods[i%2], i%2)
			time.Sleep(700 * time.Millisecond)
		}
	})
	load.Wait()
	n := 0
	for i := range pods {
		p := pods[i].Load()
		kept.Range(func(key, body any) bool {
			path, here := strings.CutPrefix(key.(string), p.ID.String())
			if _, gone := erased.Load(p.ID); here && !gone {
				n++
				if got := w.get(w.vault.As(p.ID, owner(*p)), path); got != body {
					t.Errorf("%s holds %q, want %q", path, got, body)
				}
			}
			return true
		})
	}
	t.Logf("%d resources are as they were put", n)
}

// fresh makes a pod in a place of the array.
func (w *world) fresh(at *atomic.Pointer[Created], i int) {
	p, err := w.vault.Create(ctx, NewPod{Name: fmt.Sprint("pod", i)})
	if err != nil {
		w.Errorf("create: %v", err)
		return
	}
	at.Store(&p)
}
