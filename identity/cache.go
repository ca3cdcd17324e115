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
	max int

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

func newCache[K comparable, V any](max int) *cache[K, V] {
	return &cache[K, V]{max: max, items: make(map[K]*list.Element)}
}

// get gives what load gave at since or later, and loads when there is no such
// thing. The time is when the load began: what it learned is as old as that.
// An error is remembered like a value; since decides for how long.
func (c *cache[K, V]) get(ctx context.Context, key K, now time.Time, since func(err error) time.Time, load func(context.Context) (V, error)) (V, time.Time, error) {
	it := c.find(ctx, key, now, since, load)
	select {
	case <-it.ready:
		return it.value, it.loaded, it.err
	case <-ctx.Done():
		var none V
		return none, it.loaded, ctx.Err()
	}
}

func (c *cache[K, V]) find(ctx context.Context, key K, now time.Time, since func(error) time.Time, load func(context.Context) (V, error)) *item[K, V] {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, there := c.items[key]; there {
		it := e.Value.(*item[K, V])
		if !it.done() || it.fresh(now, since) {
			c.order.MoveToFront(e)
			return it
		}
		c.drop(e)
	}
	it := &item[K, V]{key: key, loaded: now, ready: make(chan struct{})}
	c.items[key] = c.order.PushFront(it)
	if c.order.Len() > c.max {
		c.drop(c.order.Back())
	}
	go func() {
		defer close(it.ready)
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
