package notify

import (
	"time"

	"skrin/linkeddata"
	"skrin/pod"
)

// tending is what the one goroutine of a channel knows, and nobody else.
type tending struct {
	*Channel
	line     Line
	form     linkeddata.MediaType
	next     *heard    // taken from an ear, and not sent yet
	compared bool      // the state that the subscriber has was looked at
	sent     time.Time // the last message: the next waits for the rate
	signed   time.Time // the last sign of life
	left     time.Time // since when nobody has been connected
}

// heard is an event with the ear that heard it.
type heard struct {
	ear   *pod.Listening
	event pod.Event
}

// tend is the life of a channel, from the subscription to the end.
func (c *Channel) tend() {
	t := &tending{Channel: c, left: time.Now()}
	timer := time.NewTimer(t.pause())
	defer timer.Stop()
	for !t.over() {
		t.deliver()
		timer.Reset(t.pause())
		select {
		case <-c.wake:
		case <-timer.C:
		}
		t.lines()
	}
	t.lastWords()
	c.closeEars()
	c.hub.forget(c)
}

// lines takes a new line up, and lets a dead one go.
func (t *tending) lines() {
	if line := t.grab(); line != nil {
		t.line, t.signed = line, time.Now()
		t.mu.Lock()
		t.form = t.Channel.form
		t.mu.Unlock()
	}
	t.mu.Lock()
	broken := t.state == dead
	t.mu.Unlock()
	if broken {
		t.drop()
	}
}

// drop lets the line go. What was not sent waits for the next one.
func (t *tending) drop() {
	if t.line != nil {
		t.line.Close(Lost)
	}
	t.line, t.left = nil, time.Now()
	t.mu.Lock()
	t.state = apart
	t.mu.Unlock()
}

// over ends the channel when its time has come.
func (t *tending) over() bool {
	if !t.hub.conf.Now().Before(t.endAt) || t.line == nil && time.Since(t.left) >= t.hub.conf.Limits.Patience {
		t.end(Over)
	}
	return t.ctx.Err() != nil
}

// pause is how long nothing needs to be done unless something happens.
func (t *tending) pause() time.Duration {
	limits, now := t.hub.conf.Limits, t.hub.conf.Now()
	d := t.endAt.Sub(now)
	if t.line == nil {
		return max(min(d, limits.Patience-time.Since(t.left)), 0)
	}
	d = min(d, limits.Beat-time.Since(t.signed))
	if now.Before(t.wish.StartAt) {
		d = min(d, t.wish.StartAt.Sub(now))
	}
	if wait := t.wish.Rate - time.Since(t.sent); t.wish.Rate > 0 && wait > 0 {
		d = min(d, wait)
	}
	return max(d, 0)
}

// deliver sends what may be sent now.
func (t *tending) deliver() {
	for t.line != nil && t.ctx.Err() == nil && !t.hub.conf.Now().Before(t.wish.StartAt) {
		if t.wish.Rate > 0 && time.Since(t.sent) < t.wish.Rate || !t.fetch() {
			break
		}
		if !t.send() {
			return
		}
	}
	t.beat()
}

// fetch sees to it that there is a next event, if there is one at all.
func (t *tending) fetch() bool {
	if t.next != nil {
		return true
	}
	if !t.compared {
		t.compared = true
		if t.wish.State != "" && t.compare() {
			return true
		}
	}
	for _, ear := range t.ears {
		for {
			e, ok := ear.Next(t.wish.Rate > 0)
			if !ok {
				break
			}
			if !e.At.Before(t.wish.StartAt) {
				t.next = &heard{ear, e}
				return true
			}
		}
	}
	return false
}

// compare makes a message of the present state when the subscriber has another.
// Whoever named several topics has named the state of none.
func (t *tending) compare() bool {
	if len(t.ears) != 1 {
		return false
	}
	e, err := t.ears[0].Now(t.ctx)
	if err != nil || e.State != "" && sameState(t.wish.State, e.State) {
		return false
	}
	t.ears[0].Next(true) // it is in the state
	t.next = &heard{t.ears[0], e}
	return true
}

// send asks for permission once more, and sends the next event. It says false
// when the channel is over, or the line.
func (t *tending) send() bool {
	may, err := t.next.ear.May(t.ctx, t.next.event)
	if err != nil || !may {
		t.end(Denied)
		return false
	}
	text, err := t.hub.messageOf(t.pod.Root, t.next.event).encode(t.form)
	if err == nil {
		err = t.line.Send(text)
	}
	if err != nil {
		t.drop()
		return false
	}
	t.next, t.sent, t.signed = nil, time.Now(), time.Now()
	return true
}

// beat gives a sign of life when nothing was said for long, and asks whether the
// right is still there.
func (t *tending) beat() {
	if t.line == nil || t.ctx.Err() != nil || time.Since(t.signed) < t.hub.conf.Limits.Beat {
		return
	}
	t.signed = time.Now()
	for _, ear := range t.ears {
		if may, err := ear.May(t.ctx, pod.Event{Kind: pod.EventUpdate}); err != nil || !may {
			t.end(Denied)
			return
		}
	}
	if t.line.Beat() != nil {
		t.drop()
	}
}

// lastWords tells of deletions that took the right with them, and closes the line.
func (t *tending) lastWords() {
	t.lines()
	for t.line != nil && t.reasonFor() == Denied && !t.hub.conf.Now().Before(t.wish.StartAt) && t.fetch() {
		gone := t.next.event.Kind == pod.EventDelete
		if may, err := t.next.ear.May(t.ctx, t.next.event); gone && err == nil && may {
			if text, err := t.hub.messageOf(t.pod.Root, t.next.event).encode(t.form); err != nil || t.line.Send(text) != nil {
				break
			}
		}
		t.next = nil
	}
	t.mu.Lock()
	t.state = dead
	t.mu.Unlock()
	if t.line != nil {
		t.line.Close(t.reasonFor())
	}
}

func (c *Channel) reasonFor() Reason {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.reason
}
