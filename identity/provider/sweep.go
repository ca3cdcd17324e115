package provider

import (
	"context"
	"time"

	"skrin/identity/records"
)

// maxSweep is how many endings are cleared away in one transaction, so that
// nobody waits long for it.
const maxSweep = 200

// sweep clears away what has ended by itself, hour by hour since the last time.
// An hour is done when it is over.
func (p *Provider) sweep(ctx context.Context, now time.Time) error {
	hour, err := p.sweptTo(now)
	for ; err == nil && hour.Add(time.Hour).Before(now); hour = hour.Add(time.Hour) {
		for more := true; more && err == nil; {
			if err = ctx.Err(); err == nil {
				more, err = p.sweepSome(hour, now)
			}
		}
	}
	if err != nil {
		return err
	}
	return p.update(func(c *change) error { return sweptKind.Put(c, "all", sweptTo{hour}) })
}

// sweptTo gives the first hour that is not cleared away; this one at first, and
// when the clock was put back.
func (p *Provider) sweptTo(now time.Time) (time.Time, error) {
	var at sweptTo
	var there bool
	err := p.conf.Records.View(func(tx records.Tx) (err error) {
		at, there, err = sweptKind.Get(tx, "all")
		return err
	})
	if err != nil || there && !at.Hour.After(now) {
		return at.Hour, err
	}
	at.Hour = now.Truncate(time.Hour)
	return at.Hour, p.update(func(c *change) error { return sweptKind.Put(c, "all", at) })
}

// sweepSome clears away some of an hour, and says whether there may be more.
func (p *Provider) sweepSome(hour, now time.Time) (more bool, err error) {
	due := make(map[string]ending)
	err = p.conf.Records.View(func(tx records.Tx) error {
		return endingsIn(hour).Each(tx, func(name string, e ending) (bool, error) {
			due[name] = e
			return len(due) < maxSweep, nil
		})
	})
	if err != nil || len(due) == 0 {
		return false, err
	}
	return len(due) == maxSweep, p.update(func(c *change) error {
		for name, e := range due {
			if err := endingsIn(hour).Delete(c, name); err != nil {
				return err
			}
			if err := c.clear(e, now); err != nil {
				return err
			}
		}
		return nil
	})
}

// clear deletes what has ended, or notes when it will.
func (c *change) clear(e ending, now time.Time) error {
	switch e.What {
	case "codes":
		return codeKind.Delete(c, e.Name)
	case "families":
		rec, there, err := familiesOf(e.Of).Get(c, e.Name)
		if err != nil || !there {
			return err
		}
		if now.Before(rec.Until) {
			return note(c, rec.Until, e)
		}
		_, err = c.endOne(e.Of, e.Name)
		return err
	case "consents":
		rec, there, err := consentsOf(e.Of).Get(c, e.Name)
		if err != nil || !there {
			return err
		}
		if rec.Until.IsZero() || now.Before(rec.Until) {
			return nil // it was noted when it was given
		}
		return consentsOf(e.Of).Delete(c, e.Name)
	case "clients":
		return c.clearClient(e, now)
	}
	return corrupt("an ending of nothing")
}

func (c *change) clearClient(e ending, now time.Time) error {
	rec, there, err := clientKind.Get(c, e.Name)
	if err != nil || !there {
		return err
	}
	if now.Before(rec.Until) {
		return note(c, rec.Until, e)
	}
	if _, err := count(c, -1); err != nil {
		return err
	}
	return clientKind.Delete(c, e.Name)
}
