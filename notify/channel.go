package notify

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"sync"
	"time"

	"skrin/acl"
	"skrin/linkeddata"
	"skrin/pod"
)

// Line is a way to a subscriber. Its methods are called from one goroutine, and
// may wait for the subscriber; an error of one means that the line is dead.
type Line interface {
	Send(message []byte) error
	Beat() error // gives a sign of life
	Close(Reason)
}

// Reason says why a channel is over.
type Reason uint8

const (
	Over    Reason = iota + 1 // it has come to its end, or was given up by its subscriber
	Denied                    // the right has ended
	Leaving                   // the server is being shut down
	Lost                      // the line is dead
)

// Channel is one subscription. It ends by itself; Done tells when.
type Channel struct {
	hub   *Hub
	pod   pod.Info
	agent acl.Agent
	wish  Wish
	id    string
	token string // whoever has it may connect
	endAt time.Time

	ears   []*pod.Listening
	public bool

	ctx    context.Context
	cancel context.CancelFunc
	wake   chan struct{}

	mu     sync.Mutex
	reason Reason
	state  connection
	line   Line // waiting to be taken by tend
	last   Line // that was connected last
	form   linkeddata.MediaType
}

type connection uint8

const (
	apart    connection = iota // nobody is connected
	reserved                   // somebody is about to
	connected
	dead // the line has broken off
)

func newChannel(h *Hub, s *pod.Session, info pod.Info, w Wish, now time.Time) *Channel {
	c := &Channel{hub: h, pod: info, agent: s.Agent(), wish: w, id: random(12), token: random(32), wake: make(chan struct{}, 1)}
	c.endAt = now.Add(h.conf.Limits.Life)
	if !w.EndAt.IsZero() && w.EndAt.Before(c.endAt) {
		c.endAt = w.EndAt
	}
	c.ctx, c.cancel = context.WithCancel(context.Background())
	return c
}

func random(bytes int) string {
	b := make([]byte, bytes)
	rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}

// take adds an ear; the channel lives no longer than its right.
func (c *Channel) take(ear *pod.Listening) {
	c.public = ear.Public() && (c.public || len(c.ears) == 0)
	c.ears = append(c.ears, ear)
	if until := ear.Until(); !until.IsZero() && until.Before(c.endAt) {
		c.endAt = until
	}
}

func (c *Channel) closeEars() {
	for _, ear := range c.ears {
		ear.Close()
	}
	c.cancel()
}

// ID names the channel among those of the server.
func (c *Channel) ID() string { return c.id }

// Token is what opens the channel to whoever connects. It is a secret of the subscriber's.
func (c *Channel) Token() string { return c.token }

// Agent is who subscribed.
func (c *Channel) Agent() acl.Agent { return c.agent }

// Done is closed when the channel is over.
func (c *Channel) Done() <-chan struct{} { return c.ctx.Done() }

// Reserve keeps the channel for a connection, and tells the media type of its
// messages: what was asked for at subscription or, failing that, in the Accept
// fields. Connect must follow. Errors: ErrTaken, ErrGone, and ErrWish
// when neither form is accepted.
func (c *Channel) Reserve(accept []string) (linkeddata.MediaType, error) {
	form, ok := c.wish.form(accept)
	if !ok {
		return form, ErrWish
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.reason != 0:
		return form, ErrGone
	case c.state != apart:
		return form, ErrTaken
	}
	c.state, c.form = reserved, form
	return form, nil
}

// Connect gives the channel its line, and closes it when the channel is over.
func (c *Channel) Connect(l Line) {
	c.mu.Lock()
	c.state, c.line, c.last = connected, l, l
	over := c.reason
	c.mu.Unlock()
	if over != 0 && c.grab() != nil { // tend has gone already
		l.Close(over)
	}
	c.nudge()
}

// Disconnect tells that the line is dead. The subscriber may connect again for a
// while, and hears then what happened meanwhile.
func (c *Channel) Disconnect(l Line) {
	c.mu.Lock()
	if c.state == connected && c.last == l {
		c.state = dead
	}
	c.mu.Unlock()
	c.nudge()
}

// End gives the channel up.
func (c *Channel) End() { c.end(Over) }

// end notes the first reason and wakes tend, which closes everything.
func (c *Channel) end(why Reason) {
	c.mu.Lock()
	if c.reason == 0 {
		c.reason = why
	}
	c.mu.Unlock()
	c.cancel()
	c.nudge()
}

// grab takes the line that Connect left.
func (c *Channel) grab() Line {
	c.mu.Lock()
	defer c.mu.Unlock()
	l := c.line
	c.line = nil
	return l
}

// hear is told by an ear that there is something to hear, or that its right has
// ended. Then Done closes at once, so that a line on which tend is waiting can be
// cut. It never blocks.
func (c *Channel) hear(ended bool) {
	if ended {
		c.end(Denied)
		return
	}
	c.nudge()
}

func (c *Channel) nudge() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}
