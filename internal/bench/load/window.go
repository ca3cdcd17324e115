package main

import (
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// side is one of the two that a comparison holds against each other.
type side struct {
	on  *process
	who *person
	ask func(n int64) ask // gives the n-th request; each is asked for once

	asked   int64
	callers []*caller
	used    time.Time // when the connections were last used
}

// idle is how long a server may be trusted to keep connections that nobody uses.
const idle = 2 * time.Second

// window is what was seen while a number of requests were answered.
type window struct {
	rate      float64 // requests a second
	cpu       float64 // seconds of the server for each request
	latencies []time.Duration
	errors    int
	fault     string // the first error
}

// connect opens a connection for each client.
func (s *side) connect(clients int) error {
	s.disconnect()
	for range clients {
		c, err := dial(s.on.addr)
		if err != nil {
			return err
		}
		s.callers = append(s.callers, c)
	}
	s.used = time.Now()
	return nil
}

func (s *side) disconnect() {
	for _, c := range s.callers {
		c.close()
	}
	s.callers = nil
}

// prepare writes and signs the next n requests.
func (s *side) prepare(n int) ([][]byte, error) {
	requests := make([][]byte, n)
	workers := runtime.GOMAXPROCS(0)
	failed := make([]error, workers)
	var all sync.WaitGroup
	for w := range workers {
		all.Go(func() {
			for i := w; i < n && failed[w] == nil; i += workers {
				requests[i], failed[w] = s.ask(s.asked+int64(i)).request(s.on.addr, s.who)
			}
		})
	}
	all.Wait()
	s.asked += int64(n)
	for _, err := range failed {
		if err != nil {
			return nil, err
		}
	}
	return requests, nil
}

// drive sends the requests, each client one after the other, and measures.
func (s *side) drive(requests [][]byte) (window, error) {
	w := window{latencies: make([]time.Duration, len(requests))}
	if time.Since(s.used) > idle {
		if err := s.connect(len(s.callers)); err != nil {
			return w, err
		}
	}
	defer func() { s.used = time.Now() }()
	var next atomic.Int64
	var all sync.WaitGroup
	var mu sync.Mutex
	runtime.GC() // ours, now rather than in the window
	before, err := s.on.cpu()
	if err != nil {
		return w, err
	}
	began := time.Now()
	for _, c := range s.callers {
		all.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(requests)); i = next.Add(1) - 1 {
				sent := time.Now()
				fault := answered(c, requests[i])
				w.latencies[i] = time.Since(sent)
				if fault != "" {
					mu.Lock()
					w.errors, w.fault = w.errors+1, fault
					mu.Unlock()
				}
			}
		})
	}
	all.Wait()
	took := time.Since(began)
	after, err := s.on.cpu()
	if err != nil {
		return w, err
	}
	w.rate = float64(len(requests)-w.errors) / took.Seconds()
	w.cpu = (after - before).Seconds() / float64(len(requests))
	return w, nil
}

// answered sends a request, and says what was wrong with the answer.
func answered(c *caller, request []byte) string {
	status, err := c.ask(request)
	switch {
	case err != nil:
		if again := c.again(); again != nil {
			return again.Error()
		}
		return err.Error()
	case status/100 != 2:
		return fmt.Sprintf("status %d", status)
	}
	return ""
}

// quantile gives the value that a part of all lie below. It sorts them.
func quantile(values []time.Duration, part float64) time.Duration {
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	return values[min(len(values)-1, int(part*float64(len(values))))]
}

// median sorts the values.
func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	if n := len(values); n%2 == 0 {
		return (values[n/2-1] + values[n/2]) / 2
	}
	return values[len(values)/2]
}
