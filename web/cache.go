package web

import "sync"

// cache keeps a few things that never change once made: forecasts, plans. The one used
// longest ago makes room.
type cache[K comparable, V any] struct {
	most int

	mu    sync.Mutex
	items map[K]V
	used  []K // the latest last
}

func newCache[K comparable, V any](most int) *cache[K, V] {
	return &cache[K, V]{most: most, items: map[K]V{}}
}

// get returns what is kept under a key, or makes it. Two who ask at once may both make it.
func (c *cache[K, V]) get(key K, fetch func() (V, error)) (V, error) {
	c.mu.Lock()
	v, kept := c.items[key]
	if kept {
		c.touch(key)
	}
	c.mu.Unlock()
	if kept {
		return v, nil
	}
	v, err := fetch()
	if err != nil {
		return v, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.items[key] = v
	c.touch(key)
	if len(c.used) > c.most {
		delete(c.items, c.used[0])
		c.used = c.used[1:]
	}
	return v, nil
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
