// Package days remembers the contacts of the days that were asked for last, so that
// an extraction, which asks for each day several times, draws it once. What is remembered is bounded: an
// organisation is never in memory whole.
package days

import (
	"iter"
	"sync"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim/internal/contact"
)

// Cache is a Source that remembers days of another. It is safe for concurrent use.
type Cache struct {
	source contact.Source
	most   int

	mu    sync.Mutex
	days  map[wrapcast.Date]*day
	held  int // contacts in memory
	clock uint64
	// size is how many contacts the last day had: room for the next.
	size int
}

// day is one day, drawn by whoever came first.
type day struct {
	once     sync.Once
	base     int64 // before which no contact of the day arrives
	contacts []packed
	used     uint64
}

// New returns a cache of at most so many contacts, 40 bytes each. A day with more is remembered alone.
func New(source contact.Source, most int) *Cache {
	return &Cache{source: source, most: most, days: map[wrapcast.Date]*day{}}
}

// Day yields the contacts of a local day.
func (c *Cache) Day(date wrapcast.Date) iter.Seq[contact.Contact] {
	return func(yield func(contact.Contact) bool) {
		d := c.day(date)
		for i := range d.contacts {
			if !yield(d.unpack(i)) {
				return
			}
		}
	}
}

func (c *Cache) day(date wrapcast.Date) *day {
	c.mu.Lock()
	d := c.days[date]
	if d == nil {
		d = &day{}
		c.days[date] = d
	}
	c.clock++
	d.used = c.clock
	room := c.size + c.size/8
	c.mu.Unlock()
	d.once.Do(func() {
		d.base = date.Midnight(time.UTC).Add(-24 * time.Hour).UnixMilli() // no zone is a day ahead
		all := make([]packed, 0, room)
		for contact := range c.source.Day(date) {
			all = append(all, pack(&contact, d.base))
		}
		c.keep(date, d, all)
	})
	return d
}

// keep notes a day that was drawn and forgets those that were not asked for the longest.
func (c *Cache) keep(date wrapcast.Date, d *day, all []packed) {
	c.mu.Lock()
	defer c.mu.Unlock()
	d.contacts = all
	c.size = len(all)
	c.held += len(all)
	for c.held > c.most {
		oldest, found := date, false
		for other, o := range c.days {
			if other != date && o.contacts != nil && (!found || o.used < c.days[oldest].used) {
				oldest, found = other, true
			}
		}
		if !found {
			return
		}
		c.held -= len(c.days[oldest].contacts)
		delete(c.days, oldest)
	}
}
