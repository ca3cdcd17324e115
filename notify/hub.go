package notify

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"sync"
	"time"

	"skrin/linkeddata"
	"skrin/pod"
)

// Errors of channels.
var (
	// ErrBusy is wrapped when there are as many channels as there may be.
	ErrBusy = errors.New("too many channels")
	// ErrTaken is returned when somebody is listening at the other end already.
	ErrTaken = errors.New("the channel is in use")
	// ErrGone is returned for a channel that is not, or no more.
	ErrGone = errors.New("there is no such channel")
)

// Limits bound how many channels there are, and how long they live. Zero fields
// stand for those of DefaultLimits.
type Limits struct {
	Total  int // channels of the server; a quarter of them may rest on what anybody may read
	Pod    int // channels in a pod, without the owner's
	Public int // of these, those that rest on what anybody may read
	Agent  int // channels of one person, in all pods together

	Life     time.Duration // of a channel
	Patience time.Duration // with a channel that nobody has connected to, or that was left
	Beat     time.Duration // between signs of life, when there is nothing else to say
}

// DefaultLimits suit a server of 8192 connections.
var DefaultLimits = Limits{
	Total: 4096, Pod: 1024, Public: 128, Agent: 128,
	Life: 24 * time.Hour, Patience: 2 * time.Minute, Beat: 30 * time.Second,
}

// Config is what a Hub is made of.
type Config struct {
	Now    func() time.Time                       // the vault's clock; required
	Tag    func(p pod.Path, stored string) string // how subscribers see the entity tag of a path; required
	Limits Limits
}

// Hub has the channels of a server. It may be used by several goroutines.
type Hub struct {
	conf Config

	mu       sync.Mutex
	channels map[string]*Channel // by id
	counts   map[any]int         // by what a limit is about
	closed   bool
	running  sync.WaitGroup
}

// New makes a hub without channels.
func New(conf Config) *Hub {
	l, d := &conf.Limits, DefaultLimits
	for _, f := range []struct{ field, otherwise *int }{{&l.Total, &d.Total}, {&l.Pod, &d.Pod}, {&l.Public, &d.Public}, {&l.Agent, &d.Agent}} {
		if *f.field <= 0 {
			*f.field = *f.otherwise
		}
	}
	for _, f := range []struct{ field, otherwise *time.Duration }{{&l.Life, &d.Life}, {&l.Patience, &d.Patience}, {&l.Beat, &d.Beat}} {
		if *f.field <= 0 {
			*f.field = *f.otherwise
		}
	}
	return &Hub{conf: conf, channels: map[string]*Channel{}, counts: map[any]int{}}
}

// Subscribe makes a channel for the session's agent, who must be allowed to read
// every topic; paths are those of the wish's topics in the pod. Errors: ErrWish,
// ErrBusy, and those of pod.Session.Listen.
func (h *Hub) Subscribe(ctx context.Context, s *pod.Session, info pod.Info, paths []pod.Path, w Wish) (*Channel, error) {
	now := h.conf.Now()
	if !w.EndAt.IsZero() && !w.EndAt.After(now) {
		return nil, fmt.Errorf("%w: endAt is over", ErrWish)
	}
	c := newChannel(h, s, info, w, now)
	if !w.StartAt.IsZero() && !w.StartAt.Before(c.endAt) {
		return nil, fmt.Errorf("%w: it would start when it is over; a channel lives for %v at most", ErrWish, h.conf.Limits.Life)
	}
	if err := h.room(c); err != nil {
		return nil, err
	}
	for _, p := range paths {
		ear, err := s.Listen(ctx, p, c.hear)
		if err != nil {
			c.closeEars()
			return nil, err
		}
		c.take(ear)
	}
	if err := h.admit(c); err != nil {
		c.closeEars()
		return nil, err
	}
	go c.tend()
	return c, nil
}

// places are what the limits say of a channel: under which heads it is counted,
// and how many there may be.
func (h *Hub) places(c *Channel) map[any]int {
	type inPod struct{ id pod.ID }
	type publicIn struct{ id pod.ID }
	type everybody struct{ public bool }
	l := h.conf.Limits
	all := map[any]int{everybody{}: l.Total}
	if c.public {
		all[everybody{true}], all[publicIn{c.pod.ID}] = max(l.Total/4, 1), l.Public
	}
	if !c.agent.IsPublic() {
		all[c.agent.WebID] = l.Agent
	}
	if c.agent.IsPublic() || c.agent.WebID != c.pod.Owner {
		all[inPod{c.pod.ID}] = l.Pod
	}
	return all
}

// room refuses a channel for which there is no room whatever it listens to, before
// anything is done for it.
func (h *Hub) room(c *Channel) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.fits(h.places(c))
}

func (h *Hub) fits(places map[any]int) error {
	for place, limit := range places {
		if h.counts[place] >= limit {
			return fmt.Errorf("%w: close some first", ErrBusy)
		}
	}
	return nil
}

// admit counts the channel in.
func (h *Hub) admit(c *Channel) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return pod.ErrClosed
	}
	places := h.places(c)
	if err := h.fits(places); err != nil {
		return err
	}
	for place := range places {
		h.counts[place]++
	}
	h.channels[c.id] = c
	h.running.Add(1)
	return nil
}

func (h *Hub) forget(c *Channel) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.channels, c.id)
	for place := range h.places(c) {
		if h.counts[place]--; h.counts[place] == 0 {
			delete(h.counts, place)
		}
	}
	h.running.Done()
}

// Find gives the channel with the id in the pod. ErrGone: there is none.
func (h *Hub) Find(in pod.ID, kind linkeddata.IRI, id string) (*Channel, error) {
	h.mu.Lock()
	c := h.channels[id]
	h.mu.Unlock()
	if c == nil || c.pod.ID != in || c.wish.Type != kind || c.ctx.Err() != nil {
		return nil, ErrGone
	}
	return c, nil
}

// Opens says whether the token is the one that the subscriber was given.
func (c *Channel) Opens(token string) bool {
	return subtle.ConstantTimeCompare([]byte(token), []byte(c.token)) == 1
}

// Len counts the channels there are.
func (h *Hub) Len() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.channels)
}

// Close ends all channels, tells their subscribers that the server is leaving,
// and waits for that until ctx ends. There are no new ones after it.
func (h *Hub) Close(ctx context.Context) {
	h.mu.Lock()
	h.closed = true
	for _, c := range h.channels {
		c.end(Leaving)
	}
	h.mu.Unlock()
	done := make(chan struct{})
	go func() { h.running.Wait(); close(done) }()
	select {
	case <-done:
	case <-ctx.Done():
	}
}
