package identity

import (
	"container/list"
	"context"
	"sync"
	"time"
)

// cache remembers a bounded number of things that are costly to learn. What
// was used longest ago makes room. Several callers that want the same thing
// share one load, which goes on when one of them leaves.
type cache[K comparable, V any] struct {
	max   int
	admit func(context.Context, K) (context.Context, func(), error) // before a load that others share

	mu    sync.Mutex
	items map[K]*list.Element // of *item[K, V]
	order list.List           // most recently used first
}

type item[K comparable, V any] struct {
	key    K
	loaded time.Time     // when the load began
	ready  chan struct{} // closed when value and err stand
	value  V
	err    error
}

func newCache[K comparable, V any](max int, admit func(context.Context, K) (context.Context, func(), error)) *cache[K, V] {
	return &cache[K, V]{max: max, admit: admit, items: make(map[K]*list.Element)}
}

// get gives what load gave at since or later, and loads when there is no such
// thing. The time is when the load began: what it learned is as old as that.
// An error is remembered like a value; since decides for how long. That the caller is
// not admitted is an error of theirs alone.
func (c *cache[K, V]) get(ctx context.Context, key K, now time.Time, since func(err error) time.Time, load func(context.Context) (V, error)) (value V, asOf time.Time, err error) {
	it := c.find(key, now, since)
	if it == nil {
		admitted, leave, err := c.admit(ctx, key)
		if err != nil {
			return value, now, err
		}
		it = c.load(admitted, leave, key, now, since, load)
	}
	select {
	case <-it.ready:
		return it.value, it.loaded, it.err
	case <-ctx.Done():
		return value, it.loaded, ctx.Err()
	}
}

// find gives what is loaded, or is being loaded; nil: there is no such thing.
func (c *cache[K, V]) find(key K, now time.Time, since func(error) time.Time) *item[K, V] {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.findLocked(key, now, since)
}

func (c *cache[K, V]) findLocked(key K, now time.Time, since func(error) time.Time) *item[K, V] {
	e, there := c.items[key]
	if !there {
		return nil
	}
	it := e.Value.(*item[K, V])
	if !it.done() || it.fresh(now, since) {
		c.order.MoveToFront(e)
		return it
	}
	c.drop(e)
	return nil
}

// load begins a load for somebody who was admitted, unless somebody else has meanwhile.
func (c *cache[K, V]) load(ctx context.Context, leave func(), key K, now time.Time, since func(error) time.Time, load func(context.Context) (V, error)) *item[K, V] {
	c.mu.Lock()
	defer c.mu.Unlock()
	if it := c.findLocked(key, now, since); it != nil {
		leave()
		return it
	}
	it := &item[K, V]{key: key, loaded: now, ready: make(chan struct{})}
	c.items[key] = c.order.PushFront(it)
	if c.order.Len() > c.max {
		c.drop(c.order.Back())
	}
	go func() {
		defer close(it.ready)
		defer leave()
		it.value, it.err = load(context.WithoutCancel(ctx))
	}()
	return it
}

// fresh says whether a finished load is young enough. One from the future was
// made before our clock was put back, and its age is not known.
func (i *item[K, V]) fresh(now time.Time, since func(error) time.Time) bool {
	return !i.loaded.Before(since(i.err)) && !i.loaded.After(now.Add(Skew))
}

func (i *item[K, V]) done() bool {
	select {
	case <-i.ready:
		return true
	default:
		return false
	}
}

// forget drops one thing.
func (c *cache[K, V]) forget(key K) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, there := c.items[key]; there {
		c.drop(e)
	}
}

func (c *cache[K, V]) drop(e *list.Element) {
	c.order.Remove(e)
	delete(c.items, e.Value.(*item[K, V]).key)
}
