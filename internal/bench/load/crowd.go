package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"
)

const crowd = 1000 // pods that are used at once

const (
	startGoal       = 150 * time.Millisecond
	residentGoal    = 64 << 20
	residentMaximum = 200 << 20
)

// crowdFacts are the names of the figures that are no comparisons.
var crowdFacts = [...]string{"start to first answer", "resident with 1000 pods served", "resident after use of all pods"}

// compareCrowd measures a host with many pods.
func compareCrowd(ctx context.Context, s settings, w *world, t *table) error {
	c := comparisonsOfCrowd(w, nil)
	if s.pods < crowd || !t.wants(s, append(names(c), crowdFacts[:]...)) {
		return nil
	}
	addr, err := freeAddr()
	if err != nil {
		return err
	}
	data := filepath.Join(w.dir, "crowd")
	if err := w.settle(ctx, data, addr, s.pods); err != nil {
		return err
	}
	if err := t.starts(s, w, data, addr); err != nil {
		return err
	}
	skrin, err := w.serve(data, addr)
	if err != nil {
		return err
	}
	defer skrin.stop()
	if err := t.visit(s, w, skrin, 0, crowd, crowdFacts[1], residentGoal); err != nil {
		return err
	}
	if err := t.measure(ctx, s, comparisonsOfCrowd(w, skrin)); err != nil {
		return err
	}
	return t.visit(s, w, skrin, 0, s.pods, fmt.Sprintf("%s (%d)", crowdFacts[2], s.pods), residentMaximum)
}

func comparisonsOfCrowd(w *world, skrin *process) []comparison {
	anyOf := func(int64) ask { return inCrowd(rand.IntN(crowd)) }
	one := func(int64) ask { return inCrowd(0) }
	return []comparison{{"owner GET, 1000 pods at random / one pod", goal{most: 1.3},
		&side{on: skrin, who: w.owner, ask: anyOf}, &side{on: skrin, who: w.owner, ask: one}}}
}

func inCrowd(i int) ask { return ask{method: "GET", path: fmt.Sprintf("/pod-%d/health/vitals/r", i)} }

// settle makes the pods. Nothing is measured here, so it is done in memory, where
// there is some, and copied to the disk.
func (w *world) settle(ctx context.Context, data, addr string, n int) error {
	say("making %d pods", n)
	quick, err := os.MkdirTemp("/dev/shm", "skrin-load-")
	if err != nil {
		quick = data
	} else {
		defer os.RemoveAll(quick)
	}
	err = w.fill(quick, addr, func(h host) error {
		for i := range n {
			s, err := h.pod(ctx, fmt.Sprintf("pod-%d", i))
			if err == nil {
				err = document(ctx, s, "/health/vitals/r", string(record(int64(i))))
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || quick == data {
		return err
	}
	return copySparse(data, quick)
}

// starts measures the time from the start of the program to the answer with a record.
func (t *table) starts(s settings, w *world, data, addr string) error {
	if !t.wants(s, crowdFacts[:1]) {
		return nil
	}
	var took []float64
	for i := range s.rounds {
		request, err := inCrowd(i%crowd).request(addr, w.owner)
		if err != nil {
			return err
		}
		began := time.Now()
		p, err := w.launch(data, addr)
		if err != nil {
			return err
		}
		err = p.await(request)
		took = append(took, time.Since(began).Seconds())
		p.stop()
		if err != nil {
			return err
		}
	}
	m := time.Duration(median(took) * float64(time.Second))
	t.fact(crowdFacts[0], m.Round(time.Millisecond).String(), "< "+startGoal.String(), m < startGoal)
	return nil
}

// visit reads from each pod once, and looks how much memory the program has then.
func (t *table) visit(s settings, w *world, skrin *process, from, to int, name string, goal int64) error {
	if !t.wants(s, []string{name}) {
		return nil
	}
	one := &side{on: skrin, who: w.owner, ask: func(n int64) ask { return inCrowd(from + int(n)%(to-from)) }}
	if err := one.connect(8); err != nil {
		return err
	}
	defer one.disconnect()
	const at = 1000
	for n := from; n < to; n += at {
		requests, err := one.prepare(min(at, to-n))
		if err != nil {
			return err
		}
		seen, err := one.drive(requests)
		if err != nil {
			return err
		}
		if seen.errors > 0 {
			return fmt.Errorf("%s: %s", name, seen.fault)
		}
	}
	m, err := skrin.memory()
	if err != nil {
		return err
	}
	value := fmt.Sprintf("%d MB, %d of it mapped files", m.resident>>20, m.files>>20)
	t.fact(name, value, fmt.Sprintf("< %d MB", goal>>20), m.resident < goal)
	return nil
}
