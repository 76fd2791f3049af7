package sim

import (
	"cmp"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/genesys/sim/internal/contact"
)

// Truth is what the organisation really handled from its first day up to now.
type Truth struct {
	// Contacts were handled in all, WithoutCode of them without a wrap-up code.
	Contacts, WithoutCode int
	// Leaves has the contacts handled by leaf; NoCode is a code like any other.
	Leaves map[wrapcast.Leaf]int
	// Offered and Abandoned count arrivals and those who gave up.
	Offered, Abandoned int
}

// Truth counts what really happened up to now, straight from the contacts and not by
// way of the API. It streams the whole history: about a quarter of a second for two years of the built-in demand.
func (s *Server) Truth() Truth {
	t := Truth{Leaves: map[wrapcast.Leaf]int{}}
	for c := range s.between(s.organisation.Created, s.now()) {
		now := s.now().UnixMilli()
		if c.Arrived <= now {
			t.Offered++
		}
		switch {
		case c.Abandoned && c.Answered() <= now:
			t.Abandoned++
		case !c.Abandoned && c.Completed() <= now:
			t.Contacts++
			t.Leaves[s.leaf(&c)]++
			if c.Code == contact.NoCode {
				t.WithoutCode++
			}
		}
	}
	return t
}

// Extract returns what a perfect extraction of [from, to) would find now: observations
// by leaf and quarter-hour of completion, arrivals by queue, channel and quarter-hour, both in order of time.
func (s *Server) Extract(from, to time.Time) wrapcast.Extract {
	x := extraction{server: s, from: from.UnixMilli(), to: min(to.UnixMilli(), s.now().UnixMilli()+1),
		observations: map[cell]*wrapcast.Observation{}, arrivals: map[cell]*wrapcast.Arrival{}}
	for c := range s.between(from, to) {
		x.add(&c)
	}
	return wrapcast.Extract{From: from, To: to, ReadAt: s.now(), Observations: x.sortedObservations(), Arrivals: x.sortedArrivals()}
}

// between yields every contact that can have been stamped between two instants.
func (s *Server) between(from, to time.Time) func(yield func(contact.Contact) bool) {
	zone := s.organisation.Zone
	return func(yield func(contact.Contact) bool) {
		for day := wrapcast.DateOf(from.In(zone)) - 1; day <= wrapcast.DateOf(to.In(zone)); day++ {
			for c := range s.contacts.Day(day) {
				if !yield(c) {
					return
				}
			}
		}
	}
}

func (s *Server) leaf(c *contact.Contact) wrapcast.Leaf {
	l := wrapcast.Leaf{Queue: wrapcast.QueueID(s.organisation.Queues[c.Queue].ID), Media: c.Media.Analytics()}
	if c.Code != contact.NoCode {
		l.Code = wrapcast.CodeID(s.organisation.Codes[c.Code].ID)
	}
	return l
}

type cell struct {
	leaf    wrapcast.Leaf
	quarter int64
}

type extraction struct {
	server       *Server
	from, to     int64
	observations map[cell]*wrapcast.Observation
	arrivals     map[cell]*wrapcast.Arrival
}

func (x *extraction) add(c *contact.Contact) {
	leaf := x.server.leaf(c)
	if at := c.Completed(); !c.Abandoned && x.within(at) {
		k := cell{leaf, at / quarterMs}
		if x.observations[k] == nil {
			x.observations[k] = &wrapcast.Observation{Leaf: leaf, Start: quarterStart(at)}
		}
		o := x.observations[k]
		o.Handled++
		o.HandleMs += c.Handle()
		o.AfterCallMs += c.AfterCall
	}
	if x.within(c.Arrived) {
		x.arrival(leaf, c.Arrived).Offered++
	}
	if at := c.Answered(); c.Abandoned && x.within(at) {
		x.arrival(leaf, at).Abandoned++
	}
}

func (x *extraction) within(ms int64) bool { return x.from <= ms && ms < x.to }

func (x *extraction) arrival(l wrapcast.Leaf, at int64) *wrapcast.Arrival {
	l.Code = wrapcast.NoCode
	k := cell{l, at / quarterMs}
	if x.arrivals[k] == nil {
		x.arrivals[k] = &wrapcast.Arrival{Queue: l.Queue, Media: l.Media, Start: quarterStart(at)}
	}
	return x.arrivals[k]
}

const quarterMs = int64(wrapcast.QuarterHour / time.Millisecond)

func quarterStart(ms int64) time.Time { return time.UnixMilli(ms - ms%quarterMs).UTC() }

func (x *extraction) sortedObservations() []wrapcast.Observation {
	all := make([]wrapcast.Observation, 0, len(x.observations))
	for _, o := range x.observations {
		all = append(all, *o)
	}
	slices.SortFunc(all, func(a, b wrapcast.Observation) int {
		return cmp.Or(a.Start.Compare(b.Start), compareLeaves(a.Leaf, b.Leaf))
	})
	return all
}

func (x *extraction) sortedArrivals() []wrapcast.Arrival {
	all := make([]wrapcast.Arrival, 0, len(x.arrivals))
	for _, a := range x.arrivals {
		all = append(all, *a)
	}
	slices.SortFunc(all, func(a, b wrapcast.Arrival) int {
		return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.Queue, b.Queue), cmp.Compare(a.Media, b.Media))
	})
	return all
}

func compareLeaves(a, b wrapcast.Leaf) int {
	return cmp.Or(cmp.Compare(a.Queue, b.Queue), cmp.Compare(a.Code, b.Code), cmp.Compare(a.Media, b.Media))
}
