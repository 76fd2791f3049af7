package sim

import (
	"cmp"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim/internal/contact"
	"github.com/wrapcast/wrapcast/internal/sim/internal/organisation"
)

// GroundTruth is what the organisation really handled. A conversation that was handed on counts in each of its queues:
// every leg is a contact, handled once.
type GroundTruth struct {
	// Contacts were handled in all, WithoutCode of them show no wrap-up code now.
	Contacts, WithoutCode int
	// Conversations is how many conversations the contacts belong to, Begun how many customers began, abandoned ones
	// included.
	Conversations, Begun int
	// Leaves has the contacts handled by leaf as the platform shows them now, Final as it will when every code has
	// arrived; NoCode is a code like any other.
	Leaves, Final map[wrapcast.Leaf]int
	// Offered and Abandoned count arrivals and those who gave up.
	Offered, Abandoned int
	// Reasons is why the contacts of the codes that one can choose and see do not sum to the conversations.
	Reasons Reasons
}

// Reasons counts contacts that an account of contacts and codes has to explain. One contact can have several.
type Reasons struct {
	// NoCode will never have a code, Late has none yet and will get one, Revised shows another than it will.
	NoCode, Late, Revised int
	// TimedOut have ININ-WRAP-UP-TIMEOUT, System any code of the platform's, TimedOut among them.
	TimedOut, System int
	// Transferred are second and further legs of their conversations.
	Transferred int
	// Outbound were begun by agents and dialers, Unqueued among them on behalf of no queue.
	Outbound, Unqueued int
	// Deleted have a code that is deleted now, Hidden one in a division that the client does not see.
	Deleted, Hidden int
}

// GroundTruth counts what really happened from the first day up to now, straight from the contacts and not by way of
// the API. It streams the whole history: about a quarter of a second for two years of the built-in demand.
func (s *Server) GroundTruth() GroundTruth {
	return s.GroundTruthBetween(s.organisation.Created, s.now().Add(time.Millisecond))
}

// CodeChanges are the renames, merges and splits of a recoded organisation, in the order of their days; none of others.
func (s *Server) CodeChanges() []wrapcast.LineageChange {
	var all []wrapcast.LineageChange
	for _, r := range s.recoded {
		c := wrapcast.LineageChange{Kind: wrapcast.LineageRename, On: r.On}
		for _, code := range r.From {
			c.From = append(c.From, wrapcast.CodeID(s.organisation.Codes[code].ID))
		}
		for _, code := range r.To {
			c.To = append(c.To, wrapcast.LineageShare{Code: wrapcast.CodeID(s.organisation.Codes[code].ID)})
		}
		if len(c.From) > 1 {
			c.Kind = wrapcast.LineageMerge
		} else if len(c.To) > 1 {
			c.Kind = wrapcast.LineageSplit
		}
		all = append(all, c)
	}
	return all
}

// GroundTruthBetween counts what was stamped in [from, to), up to now.
func (s *Server) GroundTruthBetween(from, to time.Time) GroundTruth {
	t := GroundTruth{Leaves: map[wrapcast.Leaf]int{}, Final: map[wrapcast.Leaf]int{}}
	now := s.now()
	first, end := from.UnixMilli(), min(to.UnixMilli(), now.UnixMilli()+1)
	within := func(at int64) bool { return first <= at && at < end }
	for c := range s.between(from, to) {
		if !c.Outbound && within(c.Arrived) {
			t.Offered++
			t.Begun += 1 - min(c.Leg, 1)
		}
		switch {
		case c.Abandoned && within(c.Answered()):
			t.Abandoned++
		case !c.Abandoned && within(c.Completed()):
			t.add(s, &c, now)
		}
	}
	return t
}

func (t *GroundTruth) add(s *Server, c *contact.Contact, now time.Time) {
	t.Contacts++
	t.Leaves[s.leaf(c, c.CodeAt(now.UnixMilli()))]++
	t.Final[s.leaf(c, c.Code)]++
	if c.CodeAt(now.UnixMilli()) == contact.NoCode {
		t.WithoutCode++
	}
	if c.Leg == 0 {
		t.Conversations++
	} else {
		t.Reasons.Transferred++
	}
	if c.Outbound {
		t.Reasons.Outbound++
	}
	if c.Unqueued {
		t.Reasons.Unqueued++
	}
	t.Reasons.add(s.organisation, c, now)
}

// add counts what there is to say of a contact's code: of the one that shows now, and of whether it stays.
func (r *Reasons) add(o *organisation.Organisation, c *contact.Contact, now time.Time) {
	shown := c.CodeAt(now.UnixMilli())
	switch {
	case c.Code == contact.NoCode:
		r.NoCode++
	case shown == contact.NoCode:
		r.Late++
	case shown != c.Code:
		r.Revised++
	}
	if shown != contact.NoCode {
		r.label(&o.Codes[shown], now)
	}
}

func (r *Reasons) label(code *organisation.Code, now time.Time) {
	if code.System {
		r.System++
	}
	if code.ID == "ININ-WRAP-UP-TIMEOUT" {
		r.TimedOut++
	}
	if code.DeletedAt(now) {
		r.Deleted++
	}
	if code.Hidden {
		r.Hidden++
	}
}

// Extract returns what a perfect extraction of [from, to) would find now: observations
// by leaf and quarter-hour of completion, arrivals and contacts handled by queue, channel and quarter-hour, all in
// order of time.
func (s *Server) Extract(from, to time.Time) wrapcast.Extract {
	return s.ExtractAsOf(from, to, s.now())
}

// ExtractAsOf returns what a perfect extraction would find at another moment: with the codes that have arrived by
// then, so that Final is long after.
func (s *Server) ExtractAsOf(from, to, at time.Time) wrapcast.Extract {
	x := extraction{server: s, from: from.UnixMilli(), to: min(to.UnixMilli(), at.UnixMilli()+1), at: at.UnixMilli(),
		observations: map[cell]*wrapcast.Observation{}, arrivals: map[cell]*wrapcast.Arrival{},
		handled: map[cell]*wrapcast.QueueHandled{}}
	for c := range s.between(from, to) {
		x.add(&c)
	}
	return wrapcast.Extract{From: from, To: to, ReadAt: at, Observations: x.sortedObservations(),
		Arrivals:     x.sortedArrivals(),
		QueueHandled: x.sortedHandled()}
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

// leaf is where a contact counts under a code, told apart by what the planning groups ask for.
func (s *Server) leaf(c *contact.Contact, code int) wrapcast.Leaf {
	asked := s.organisation.Requirements[c.Requirement]
	stream := wrapcast.Stream{Media: c.Media.Analytics(), Language: s.language(asked), Skills: s.skills(asked)}
	if !c.Unqueued {
		stream.Queue = wrapcast.QueueID(s.organisation.Queues[c.Queue].ID)
	}
	if c.Outbound {
		stream.Direction = wrapcast.Outbound
	}
	l := wrapcast.Leaf{}.In(s.detail.Reduce(stream))
	if code != contact.NoCode {
		l.Code = wrapcast.CodeID(s.organisation.Codes[code].ID)
	}
	return l
}

type cell struct {
	leaf    wrapcast.Leaf
	quarter int64
}

type extraction struct {
	server       *Server
	from, to, at int64
	observations map[cell]*wrapcast.Observation
	arrivals     map[cell]*wrapcast.Arrival
	handled      map[cell]*wrapcast.QueueHandled
}

func (x *extraction) add(c *contact.Contact) {
	leaf := x.server.leaf(c, c.CodeAt(x.at))
	if at := c.Completed(); !c.Abandoned && x.within(at) {
		x.queue(leaf, at).Handled++
		k := cell{leaf, at / quarterMs}
		if x.observations[k] == nil {
			x.observations[k] = &wrapcast.Observation{Leaf: leaf, Start: quarterStart(at)}
		}
		o := x.observations[k]
		o.Handled++
		o.HandleMs += c.Handle()
		o.AfterCallMs += c.AfterCall
	}
	if at := c.Ended(); c.Transferred && x.within(at) {
		x.queue(leaf, at).Transferred++
	}
	if c.Outbound {
		return
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
		a := wrapcast.Arrival{Start: quarterStart(at)}.In(l.Stream())
		x.arrivals[k] = &a
	}
	return x.arrivals[k]
}

func (x *extraction) queue(l wrapcast.Leaf, at int64) *wrapcast.QueueHandled {
	l.Code = wrapcast.NoCode
	k := cell{l, at / quarterMs}
	if x.handled[k] == nil {
		h := wrapcast.QueueHandled{Start: quarterStart(at)}.In(l.Stream())
		x.handled[k] = &h
	}
	return x.handled[k]
}

const quarterMs = int64(wrapcast.QuarterHour / time.Millisecond)

func quarterStart(ms int64) time.Time { return time.UnixMilli(ms - ms%quarterMs).UTC() }

func (x *extraction) sortedObservations() []wrapcast.Observation {
	return sorted(x.observations, func(a, b wrapcast.Observation) int {
		return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.Leaf.Queue, b.Leaf.Queue),
			cmp.Compare(a.Leaf.Code, b.Leaf.Code), a.Leaf.Stream().Compare(b.Leaf.Stream()))
	})
}

func (x *extraction) sortedArrivals() []wrapcast.Arrival {
	return sorted(x.arrivals, func(a, b wrapcast.Arrival) int {
		return cmp.Or(a.Start.Compare(b.Start), a.Stream().Compare(b.Stream()))
	})
}

func (x *extraction) sortedHandled() []wrapcast.QueueHandled {
	return sorted(x.handled, func(a, b wrapcast.QueueHandled) int {
		return cmp.Or(a.Start.Compare(b.Start), a.Stream().Compare(b.Stream()))
	})
}

func sorted[T any](rows map[cell]*T, compare func(a, b T) int) []T {
	all := make([]T, 0, len(rows))
	for _, row := range rows {
		all = append(all, *row)
	}
	slices.SortFunc(all, compare)
	return all
}
