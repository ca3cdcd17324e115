package identity

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"skrin/internal/podtest/issuer"
)

func TestOneOfManyRacersWins(t *testing.T) {
	w := newWorld(t, issuer.Options{})
	for _, state := range []string{"token unknown", "token known"} {
		p := w.with(w.token(nil))
		if state == "token known" {
			p = ask(p.Authorization[0][len("DPoP "):], w.proof(p.Authorization[0][len("DPoP "):], nil))
		}
		var wins, replays atomic.Int32
		var group sync.WaitGroup
		start := make(chan struct{})
		for range 64 {
			group.Go(func() {
				<-start
				switch err := w.verify(p); {
				case err == nil:
					wins.Add(1)
				case errors.Is(err, ErrReplay):
					replays.Add(1)
				default:
					t.Errorf("%s: %v", state, err)
				}
			})
		}
		close(start)
		group.Wait()
		if wins.Load() != 1 || replays.Load() != 63 {
			t.Errorf("%s: %d won, %d were refused", state, wins.Load(), replays.Load())
		}
	}
}

// A proof is refused a second time for as long as it could be accepted, from
// either end of its window, and is forgotten some time after.
func TestReplayOverTheWholeWindow(t *testing.T) {
	for _, ahead := range []time.Duration{-ProofAge, 0, Skew} {
		w := newWorld(t, issuer.Options{})
		token := w.token(nil)
		p := ask(token, w.proof(token, func(_, c issuer.Parts) { c["iat"] = w.at(int64(ahead / time.Second)) }))
		if err := w.verify(p); err != nil {
			t.Fatalf("%v ahead: %v", ahead, err)
		}
		for range 9 {
			if err := w.verify(p); !errors.Is(err, ErrReplay) && !errors.Is(err, ErrProof) {
				t.Errorf("%v ahead, at %v: %v", ahead, w.clock.Now(), err)
			}
			w.clock.move(30 * time.Second)
		}
		if err := w.verify(w.with(token)); err != nil {
			t.Fatal(err)
		}
		if n := len(w.v.replay.seen); n != 1 {
			t.Errorf("%v ahead: %d proofs are remembered after all", ahead, n)
		}
		// Our clock is put back to where the proof was good: it is not good again.
		w.clock.move(-9 * 30 * time.Second)
		if err := w.verify(p); err == nil {
			t.Errorf("%v ahead: accepted again after the clock was put back", ahead)
		}
	}
}

func TestFullMemoryRefusesAndForgetsNothing(t *testing.T) {
	w := newWorld(t, issuer.Options{})
	w.v.replay.max = 5
	token := w.token(nil)
	var accepted []Proof
	for range 5 {
		accepted = append(accepted, w.with(token))
	}
	for _, p := range accepted {
		if err := w.verify(p); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.verify(w.with(token)); !errors.Is(err, ErrBusy) {
		t.Errorf("one too many: %v", err)
	}
	for _, p := range accepted {
		if err := w.verify(p); !errors.Is(err, ErrReplay) {
			t.Errorf("forgotten when full: %v", err)
		}
	}
	w.clock.move(ProofAge + Skew + time.Second)
	if err := w.verify(w.with(token)); err != nil {
		t.Errorf("room again: %v", err)
	}
}

// Random histories of requests, clean restarts, crashes and clocks that jump,
// held against a plain set: no proof is accepted twice.
func TestNoProofCountsTwice(t *testing.T) {
	for seed := range uint64(20) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			dice := rand.New(rand.NewPCG(seed, 1))
			c, d := newClock(), new(disk)
			boot := func() *Verifier {
				v := NewVerifier(Config{Now: c.Now, Heartbeat: d.save, MaxProofs: 200})
				if err := v.Restore(d.snapshot, d.heartbeat); err != nil {
					t.Fatal(err)
				}
				return v
			}
			v := boot()
			accepted := map[proofID]bool{}
			var known []possession
			good := 0
			for step := range 5000 {
				switch n := dice.IntN(1000); {
				case n < 3: // crash
					v = boot()
				case n < 6: // restart
					d.snapshot, _ = v.Snapshot()
					v = boot()
				case n < 10: // the clock is put right, or wrong
					c.move(time.Duration(dice.IntN(600)-300) * time.Second)
				default:
					c.move(time.Duration(dice.IntN(1500)) * time.Millisecond)
				}
				p := possession{id: newProofID("key", fmt.Sprint(step)), iat: time.Unix(c.Now().Unix()+int64(dice.IntN(220))-140, 0)}
				if len(known) > 0 && dice.IntN(2) == 0 {
					p = known[len(known)-1-dice.IntN(min(len(known), 300))]
				}
				known = append(known, p)
				if p.at(c.Now()) != nil || v.replay.record(p, c.Now()) != nil {
					continue
				}
				if accepted[p.id] {
					t.Fatalf("step %d: accepted a second time", step)
				}
				accepted[p.id] = true
				good++
			}
			if good < 500 {
				t.Errorf("only %d proofs were accepted: the test tests little", good)
			}
		})
	}
}
