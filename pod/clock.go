package pod

import (
	"context"
	"sync"
	"time"
)

// clock is the vault's time: never behind the highest time it has seen, so that
// turning a clock back revives no ended grant. A jump forward of more than a
// day is not believed: the time goes on from where it was only in the sense
// that nothing is taken back, grants are suspended, and the host or an owner
// says whether the new time is right.
type clock struct {
	wall func() time.Time

	mu    sync.Mutex
	mark  time.Time // the highest time believed
	doubt time.Time // a time that was not believed; zero: none
}

// maxJump is the step forward that is taken without asking.
const maxJump = 24 * time.Hour

// newClock starts at the time that was kept last; the zero time for a fresh vault.
func newClock(wall func() time.Time, mark time.Time) *clock {
	c := &clock{wall: wall, mark: mark}
	c.now()
	return c
}

// now gives the later of the wall's time and the mark.
func (c *clock) now() time.Time {
	t := c.wall()
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case t.Before(c.mark):
		return c.mark
	case !c.mark.IsZero() && t.Sub(c.mark) > maxJump:
		c.doubt = t
		return t
	}
	c.mark = t
	c.doubt = time.Time{}
	return t
}

// doubtful says whether the wall shows a time that nobody has confirmed.
func (c *clock) doubtful() bool {
	c.now()
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.doubt.IsZero()
}

// ClockState tells what the vault thinks of the time.
type ClockState struct {
	Now      time.Time
	Mark     time.Time // the highest time it has believed
	Doubtful bool      // Now is more than a day later than that: grants are suspended
}

// Clock tells what the vault thinks of the time.
func (v *Vault) Clock() ClockState {
	now, doubtful := v.clock.now(), v.clock.doubtful()
	v.clock.mu.Lock()
	defer v.clock.mu.Unlock()
	return ClockState{Now: now, Mark: v.clock.mark, Doubtful: doubtful}
}

// ConfirmClock takes the present time for right: the host says so. Grants that
// have not ended count again. Every pod's journal gets a line.
func (v *Vault) ConfirmClock(ctx context.Context) error {
	v.clock.mu.Lock()
	doubted := v.clock.doubt
	if !doubted.IsZero() {
		v.clock.mark, v.clock.doubt = v.clock.wall(), time.Time{}
	}
	v.clock.mu.Unlock()
	if doubted.IsZero() {
		return nil
	}
	if err := v.keepMark(); err != nil {
		return err
	}
	pods, err := v.Pods()
	if err != nil {
		return err
	}
	for _, p := range pods {
		if err := v.noteClock(ctx, p.ID); err != nil {
			return err
		}
	}
	return nil
}

func (v *Vault) noteClock(ctx context.Context, id ID) error {
	h, err := v.acquire(ctx, id)
	if err != nil {
		return err
	}
	defer v.release(h)
	return h.commit(ctx, func(c *change) error {
		c.decided = true
		c.journal(Line{At: h.now().UTC(), Who: CLI.String(), Did: "confirm-time", Allowed: true, Because: "the host confirmed the time after a jump"})
		return nil
	})
}
