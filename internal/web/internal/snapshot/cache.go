package snapshot

import (
	"context"
	"sync"
)

// cache keeps a few things that never change once made: forecasts, plans, reports of one state of the store. The one
// used longest ago makes room.
type cache[K comparable, V any] struct {
	size int

	mu    sync.Mutex
	items map[K]*cached[V]
	used  []K // the latest last
}

// cached is something that is kept, or being made.
type cached[V any] struct {
	made chan struct{}
	v    V
	err  error
}

func newCache[K comparable, V any](size int) *cache[K, V] {
	return &cache[K, V]{size: size, items: map[K]*cached[V]{}}
}

// get returns what is kept under a key, or makes it. Of several who ask at once one makes it; where that fails, the
// next tries.
func (c *cache[K, V]) get(ctx context.Context, key K, produce func() (V, error)) (V, error) {
	for {
		item, mine := c.find(key)
		if mine {
			item.v, item.err = produce()
			if item.err != nil {
				c.forget(key)
			}
			close(item.made)
			return item.v, item.err
		}
		select {
		case <-item.made:
		case <-ctx.Done():
			var none V
			return none, ctx.Err()
		}
		if item.err == nil {
			return item.v, nil
		}
	}
}

// find returns what is kept or being made under a key; where there is nothing, a place for what the caller makes.
func (c *cache[K, V]) find(key K) (item *cached[V], mine bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	item = c.items[key]
	if item == nil {
		item, mine = &cached[V]{made: make(chan struct{})}, true
		c.items[key] = item
	}
	c.touch(key)
	if len(c.used) > c.size {
		delete(c.items, c.used[0])
		c.used = c.used[1:]
	}
	return item, mine
}

func (c *cache[K, V]) forget(key K) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.items, key)
	for i, k := range c.used {
		if k == key {
			c.used = append(c.used[:i], c.used[i+1:]...)
			return
		}
	}
}

func (c *cache[K, V]) touch(key K) {
	for i, k := range c.used {
		if k == key {
			c.used = append(c.used[:i], c.used[i+1:]...)
			break
		}
	}
	c.used = append(c.used, key)
}
