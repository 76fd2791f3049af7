package accuracy

import (
	"cmp"
	"slices"

	"github.com/wrapcast/wrapcast"
)

// Came is what came: contacts handled per day by code, queue and channel, and the seconds they took.
type Came struct {
	codes   map[wrapcast.CodeID]map[wrapcast.Date]handled
	queues  map[wrapcast.QueueID]map[wrapcast.Date]handled
	streams map[wrapcast.Stream]map[wrapcast.Date]handled
	total   map[wrapcast.Date]handled
}

// handled are contacts and their handle time in seconds.
type handled struct{ contacts, seconds float64 }

// NewCame sums up local days, under the codes of today where the lineage was applied to them.
func NewCame(days []wrapcast.LocalDay) *Came {
	c := &Came{codes: map[wrapcast.CodeID]map[wrapcast.Date]handled{}, queues: map[wrapcast.QueueID]map[wrapcast.Date]handled{},
		streams: map[wrapcast.Stream]map[wrapcast.Date]handled{}, total: map[wrapcast.Date]handled{}}
	for _, d := range days {
		count(c.codes, d.Leaf.Code, d)
		count(c.queues, d.Leaf.Queue, d)
		count(c.streams, d.Leaf.Stream(), d)
		c.total[d.Day] = c.total[d.Day].plus(d)
	}
	return c
}

func count[K comparable](to map[K]map[wrapcast.Date]handled, key K, d wrapcast.LocalDay) {
	if to[key] == nil {
		to[key] = map[wrapcast.Date]handled{}
	}
	to[key][d.Day] = to[key][d.Day].plus(d)
}

func (h handled) plus(d wrapcast.LocalDay) handled {
	return handled{h.contacts + float64(d.Handled), h.seconds + float64(d.HandleMs)/1000}
}

// on is what came of a thing on a day.
func (c *Came) on(v wrapcast.SubjectSnapshot, day wrapcast.Date) handled {
	switch v.Kind {
	case wrapcast.LevelCode:
		return c.codes[wrapcast.CodeID(v.ID)][day]
	case wrapcast.LevelQueue:
		return c.queues[wrapcast.QueueID(v.ID)][day]
	case wrapcast.LevelGroup:
		return c.ofRoutes(v.Routes, day)
	case wrapcast.LevelTotal:
	}
	return c.total[day]
}

func (c *Came) ofRoutes(routes []wrapcast.Route, day wrapcast.Date) (sum handled) {
	for _, r := range routes {
		came := c.streams[r.Stream()][day]
		sum.contacts += came.contacts
		sum.seconds += came.seconds
	}
	return sum
}

// unforeseen lists what came on a day of codes and queues that a forecast said nothing of: it said none would.
func (c *Came) unforeseen(values []wrapcast.SubjectSnapshot, day wrapcast.Date) []wrapcast.SubjectSnapshot {
	said := make(map[thing]bool, len(values))
	for _, v := range values {
		said[thing{v.Kind, v.ID}] = true
	}
	var more []wrapcast.SubjectSnapshot
	add := func(kind wrapcast.AccuracyLevel, id string, came handled) {
		if came.contacts > 0 && !said[thing{kind, id}] {
			more = append(more, wrapcast.SubjectSnapshot{Kind: kind, ID: id, Scale: wrapcast.NotMeasured()})
		}
	}
	for code, days := range c.codes {
		add(wrapcast.LevelCode, string(code), days[day])
	}
	for queue, days := range c.queues {
		add(wrapcast.LevelQueue, string(queue), days[day])
	}
	slices.SortFunc(more, func(a, b wrapcast.SubjectSnapshot) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID))
	})
	return more
}
