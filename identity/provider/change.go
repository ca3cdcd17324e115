package provider

import (
	"fmt"
	"strings"
	"time"

	"skrin/identity/records"
)

// change is a transaction that remembers what it ended, so that the memory of
// what is live can follow as soon as it is durable.
type change struct {
	records.Tx
	gone []string // ids of families
}

// update runs a change. What it ended is no longer live when update returns,
// whatever it returns: after an error nobody knows, and the records are asked.
func (p *Provider) update(fn func(*change) error) error {
	var gone []string
	err := p.conf.Records.Update(func(tx records.Tx) error {
		c := &change{Tx: tx}
		defer func() { gone = c.gone }()
		return fn(c)
	})
	if len(gone) > 0 {
		p.live.forget(gone)
	}
	return err
}

// look asks the records before a change is begun: a change is written to the disk
// also when it turns out that there is nothing to change, and strangers must not
// have that for the asking.
func (p *Provider) look(fn func(records.Tx) error) error { return p.conf.Records.View(fn) }

// What ends by itself is noted under the hour in which it does, so that
// clearing away reads no more than there is to clear away.
type ending struct {
	What string `json:"what"` // codes, families, consents, clients
	Of   string `json:"of"`   // the account, "" for codes and clients
	Name string `json:"name"`
}

func endingsIn(hour time.Time) records.Kind[ending] {
	return records.Kind[ending]{Name: "oidc ends " + hour.UTC().Format("2006010215"), Version: 1}
}

// note writes down that something ends. What then turns out to last longer is
// noted anew when its hour comes.
func note(tx records.Tx, at time.Time, e ending) error {
	return endingsIn(at.Truncate(time.Hour)).Put(tx, hashOf(strings.Join([]string{e.What, e.Of, e.Name}, "\x00")), e)
}

// counter is how many there are of something, so that nobody has to count.
type counter struct {
	N int `json:"n"`
}

var (
	counterKind = records.Kind[counter]{Name: "oidc count", Version: 1}
	sweptKind   = records.Kind[sweptTo]{Name: "oidc swept", Version: 1}
)

// sweptTo is the first hour that is not cleared away yet.
type sweptTo struct {
	Hour time.Time `json:"hour"`
}

// count changes how many registered clients there are and gives the new number.
func count(tx records.Tx, by int) (int, error) {
	c, _, err := counterKind.Get(tx, "clients")
	if err != nil {
		return 0, err
	}
	c.N = max(0, c.N+by)
	if by == 0 {
		return c.N, nil
	}
	return c.N, counterKind.Put(tx, "clients", c)
}

// corrupt says that a record holds what we never write.
func corrupt(what string) error { return fmt.Errorf("%w: %s", records.ErrShape, what) }
