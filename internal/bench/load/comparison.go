package main

import (
	"context"
	"fmt"
	"time"
)

// comparison holds two sides against each other.
type comparison struct {
	name    string
	goal    goal
	this    *side
	against *side
}

// goal is what a ratio should be. Exactly one of the two is set.
type goal struct {
	least float64 // of the other side's requests a second
	most  float64 // of the other side's time for a request
}

func (g goal) String() string {
	if g.least > 0 {
		return fmt.Sprintf(">= %.2f", g.least)
	}
	return fmt.Sprintf("<= %.2f", g.most)
}

// ratio gives what the goal speaks of, from the requests a second of both sides.
func (g goal) ratio(this, against float64) float64 {
	switch {
	case this == 0 || against == 0:
		return 0
	case g.least > 0:
		return this / against
	}
	return against / this
}

func (g goal) met(ratio float64) bool {
	if g.least > 0 {
		return ratio >= g.least
	}
	return ratio > 0 && ratio <= g.most
}

// seen is what a side did over all windows.
type seen struct {
	rate     float64 // median
	cpu      float64 // mean: what /proc tells of one window is coarse
	p50, p99 time.Duration
	errors   int
	fault    string
}

// measured is a comparison with its figures.
type measured struct {
	comparison
	clients       int
	here, there   seen
	ratio         float64 // median of the ratios of windows that followed each other
	cpu           float64 // ratio of the means
	met, metByCPU bool
}

// run takes the windows of both sides in turns. Who goes first changes.
func (c comparison) run(ctx context.Context, s settings, clients int) (measured, error) {
	m := measured{comparison: c, clients: clients}
	sides := [2]*side{c.this, c.against}
	var sizes [2]int
	for i, one := range sides {
		if err := one.connect(clients); err != nil {
			return m, err
		}
		defer one.disconnect()
		var err error
		if sizes[i], err = one.calibrate(s.window, clients); err != nil {
			return m, err
		}
	}
	var windows [2][]window
	for round := range s.rounds {
		for turn := range sides {
			i := (turn + round) % 2
			if err := ctx.Err(); err != nil {
				return m, err
			}
			requests, err := sides[i].prepare(sizes[i])
			if err != nil {
				return m, err
			}
			w, err := sides[i].drive(requests)
			if err != nil {
				return m, err
			}
			windows[i] = append(windows[i], w)
		}
	}
	m.sum(windows)
	return m, nil
}

// calibrate warms a side up and finds how many requests fill a window.
func (s *side) calibrate(length time.Duration, clients int) (int, error) {
	size, n := 0, 2*clients
	for range 2 {
		requests, err := s.prepare(n)
		if err != nil {
			return 0, err
		}
		w, err := s.drive(requests)
		if err != nil {
			return 0, err
		}
		if w.errors > n/2 {
			return 0, fmt.Errorf("%s: %s", s.on.name, w.fault)
		}
		size = max(2*clients, int(w.rate*length.Seconds()))
		n = min(max(20*clients, 400), max(n, int(2*w.rate))) // two seconds of who is slow
	}
	return size, nil
}

// sum makes one figure of many.
func (m *measured) sum(windows [2][]window) {
	var ratios []float64
	for i := range windows[0] {
		ratios = append(ratios, m.goal.ratio(windows[0][i].rate, windows[1][i].rate))
	}
	m.here, m.there = sum(windows[0]), sum(windows[1])
	m.ratio = median(ratios)
	if m.there.cpu > 0 {
		m.cpu = m.here.cpu / m.there.cpu
	}
	m.met, m.metByCPU = m.goal.met(m.ratio), m.goal.met(m.goal.ratio(1, m.cpu))
}

func sum(windows []window) seen {
	var out seen
	var rates []float64
	var latencies []time.Duration
	for _, w := range windows {
		rates = append(rates, w.rate)
		out.cpu += w.cpu / float64(len(windows))
		latencies = append(latencies, w.latencies...)
		out.errors += w.errors
		if w.fault != "" {
			out.fault = w.fault
		}
	}
	out.rate = median(rates)
	out.p50, out.p99 = quantile(latencies, 0.5), quantile(latencies, 0.99)
	return out
}
