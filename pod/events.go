package pod

import (
	"sync"
	"sync/atomic"
	"time"
)

// EventKind says what has happened to a topic.
type EventKind uint8

const (
	EventCreate EventKind = iota + 1 // the resource is there now
	EventUpdate                      // its content has changed or, for a container, its description or what its listing tells of a member
	EventDelete                      // it is gone
	EventAdd                         // the container has a new member
	EventRemove                      // a member of the container is gone
)

// Event is one thing that has changed, durably.
type Event struct {
	Kind   EventKind
	Topic  Path      // the resource or, when a member was added or removed, the container
	Member Path      // EventAdd and EventRemove: the member
	State  string    // the topic's entity tag after it, as in Resource.ETag; "" when the topic is gone
	At     time.Time // when it was written

	of      *node // what State is the tag of, while the transaction goes on
	part    part
	version uint64 // of the pod's policy, right after it
}

// feed tells those who listen what the writer has made durable. Where nobody
// listens nothing is worked out, and nobody who listens is ever waited for.
type feed struct {
	count atomic.Int32

	mu sync.RWMutex
	at map[Path]map[*Listening]struct{}
}

func (f *feed) add(l *Listening) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.at == nil {
		f.at = map[Path]map[*Listening]struct{}{}
	}
	if f.at[l.path] == nil {
		f.at[l.path] = map[*Listening]struct{}{}
	}
	f.at[l.path][l] = struct{}{}
	f.count.Add(1)
}

func (f *feed) remove(l *Listening) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.at[l.path], l)
	if len(f.at[l.path]) == 0 {
		delete(f.at, l.path)
	}
	f.count.Add(-1)
}

// heard says whether anybody listens to the topic.
func (f *feed) heard(topic Path) bool {
	if f.count.Load() == 0 {
		return false
	}
	f.mu.RLock()
	defer f.mu.RUnlock()
	return len(f.at[topic]) > 0
}

// publish hands durable events out. The writer calls it, so it only puts them
// into queues that have room by themselves.
func (f *feed) publish(events []Event) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	for _, e := range events {
		for l := range f.at[e.Topic] {
			l.hear(e)
		}
	}
}

// note keeps what has happened to a topic, if anybody listens to it. of is the
// topic's node, nil when it is gone.
func (c *change) note(kind EventKind, topic, member Path, of *node, p part) {
	if c.h.feed.heard(topic) {
		c.events = append(c.events, Event{Kind: kind, Topic: topic, Member: member, of: of, part: p})
	}
}

// made notes a new member of a container.
func (c *change) made(n, container *node) {
	c.note(EventCreate, n.path, Path{}, n, partBody)
	c.note(EventAdd, container.path, n.path, container, partBody)
}

// rewrote notes new content of a resource, which its container's listing tells of too.
func (c *change) rewrote(n, container *node) {
	c.note(EventUpdate, n.path, Path{}, n, partBody)
	if container != nil {
		c.note(EventUpdate, container.path, Path{}, container, partBody)
	}
}

// described notes that a document about a resource has changed: its ACL, or its
// description, which is part of what a container shows of itself.
func (c *change) described(kind EventKind, n *node, p part) {
	at := n.path.ACL()
	if p == partMeta {
		at = n.path.Meta()
	}
	of := n
	if kind == EventDelete {
		of = nil
	}
	c.note(kind, at, Path{}, of, p)
	if p == partMeta && n.entry.container {
		c.note(EventUpdate, n.path, Path{}, n, partBody)
	}
}

// unmade notes that a resource is gone, with the documents about it.
func (c *change) unmade(n *node) {
	c.note(EventDelete, n.path, Path{}, nil, partBody)
	if n.entry.meta != 0 {
		c.note(EventDelete, n.path.Meta(), Path{}, nil, partMeta)
	}
	if n.entry.acl != 0 {
		c.note(EventDelete, n.path.ACL(), Path{}, nil, partACL)
	}
}

// left notes that a container has lost a member.
func (c *change) left(n, container *node) {
	c.note(EventRemove, container.path, n.path, container, partBody)
}

// settleEvents completes the events of one operation with the state that it leaves.
func (c *change) settleEvents() {
	if len(c.events) == 0 {
		return
	}
	now, version := c.h.now(), c.policyVersion()
	for i := range c.events {
		e := &c.events[i]
		e.At, e.version = now, version
		if e.of == nil {
			continue
		}
		switch e.part {
		case partACL:
			e.State = c.h.etag(e.of.entry.node, partACL, e.of.entry.acl)
		case partMeta:
			e.State = c.h.etag(e.of.entry.node, partMeta, e.of.entry.meta)
		default:
			e.State = c.h.etag(e.of.entry.node, partBody, e.of.entry.version)
		}
		e.of = nil
	}
}
