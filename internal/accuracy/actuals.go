package accuracy

import (
	"cmp"
	"maps"
	"slices"

	"github.com/wrapcast/wrapcast"
)

// actuals are the contacts handled per local day, and the seconds they took: of each code, queue and stream, and in
// total.
type actuals struct {
	codes   map[wrapcast.CodeID]map[wrapcast.Date]handled
	queues  map[wrapcast.QueueID]map[wrapcast.Date]handled
	streams map[wrapcast.Stream]map[wrapcast.Date]handled
	total   map[wrapcast.Date]handled
	hidden  func(wrapcast.CodeID, wrapcast.Date) bool
}

// handled are contacts and the sum of their handle times in seconds; hidden are those of the contacts whose day people
// hid in their code.
type handled struct{ contacts, seconds, hidden float64 }

// sumActuals adds up local days. Where lineage was applied to them, their contacts count for the codes of today.
func sumActuals(days []wrapcast.LocalDay, hidden func(wrapcast.CodeID, wrapcast.Date) bool) *actuals {
	if hidden == nil {
		hidden = func(wrapcast.CodeID, wrapcast.Date) bool { return false }
	}
	a := &actuals{codes: map[wrapcast.CodeID]map[wrapcast.Date]handled{},
		queues:  map[wrapcast.QueueID]map[wrapcast.Date]handled{},
		streams: map[wrapcast.Stream]map[wrapcast.Date]handled{}, total: map[wrapcast.Date]handled{},
		hidden: hidden}
	for _, d := range days {
		h := handled{contacts: float64(d.Handled), seconds: float64(d.HandleMs) / 1000}
		if hidden(d.Leaf.Code, d.Day) {
			h.hidden = h.contacts
		}
		count(a.codes, d.Leaf.Code, d.Day, h)
		count(a.queues, d.Leaf.Queue, d.Day, h)
		count(a.streams, d.Leaf.Stream(), d.Day, h)
		a.total[d.Day] = a.total[d.Day].plus(h)
	}
	return a
}

func count[K comparable](to map[K]map[wrapcast.Date]handled, key K, day wrapcast.Date, h handled) {
	if to[key] == nil {
		to[key] = map[wrapcast.Date]handled{}
	}
	to[key][day] = to[key][day].plus(h)
}

func (h handled) plus(o handled) handled {
	return handled{h.contacts + o.contacts, h.seconds + o.seconds, h.hidden + o.hidden}
}

// hiddenShare is the share of a subject's contacts from which on a day counts as hidden.
const hiddenShare = 0.1

// hides tells whether a snapshot's subject is not to be tested on a day: a tenth or more of its contacts, or, where
// nothing came, every code, was hidden by hand.
func (a *actuals) hides(v wrapcast.SubjectSnapshot, day wrapcast.Date, streams groupStreams) bool {
	if v.Kind == wrapcast.LevelCode {
		return a.hidden(wrapcast.CodeID(v.ID), day)
	}
	if h := a.on(v, day, streams); h.contacts > 0 {
		return h.hidden >= hiddenShare*h.contacts
	}
	for code := range a.codes {
		if !a.hidden(code, day) {
			return false
		}
	}
	return len(a.codes) > 0
}

// on returns the contacts of a snapshot's subject on a day. streams are those of its planning groups.
func (a *actuals) on(v wrapcast.SubjectSnapshot, day wrapcast.Date, streams groupStreams) handled {
	switch v.Kind {
	case wrapcast.LevelCode:
		return a.codes[wrapcast.CodeID(v.ID)][day]
	case wrapcast.LevelQueue:
		return a.queues[wrapcast.QueueID(v.ID)][day]
	case wrapcast.LevelGroup:
		var sum handled
		for _, s := range streams[v.ID] {
			sum = sum.plus(a.streams[s][day])
		}
		return sum
	case wrapcast.LevelTotal:
	}
	return a.total[day]
}

// groupStreams are the streams of each planning group, by its id.
type groupStreams map[string][]wrapcast.Stream

// streamsOf finds the streams of a snapshot's planning groups, by the routes that these had.
func (a *actuals) streamsOf(values []wrapcast.SubjectSnapshot) groupStreams {
	var groups []wrapcast.PlanningGroup
	for _, v := range values {
		if v.Kind == wrapcast.LevelGroup {
			groups = append(groups, wrapcast.PlanningGroup{ID: wrapcast.PlanningGroupID(v.ID), Routes: v.Routes})
		}
	}
	router, found := wrapcast.NewRouter(groups), groupStreams{}
	for _, s := range slices.SortedFunc(maps.Keys(a.streams), wrapcast.Stream.Compare) {
		if c, ok := router.Of(s); ok {
			id := string(groups[c.Group].ID)
			found[id] = append(found[id], s)
		}
	}
	return found
}

// unforeseen lists the codes and queues that had contacts on a day and for which a forecast has no value, each with a
// forecast of none.
func (a *actuals) unforeseen(values []wrapcast.SubjectSnapshot, day wrapcast.Date) []wrapcast.SubjectSnapshot {
	known := make(map[subject]bool, len(values))
	for _, v := range values {
		known[subject{v.Kind, v.ID}] = true
	}
	var more []wrapcast.SubjectSnapshot
	add := func(kind wrapcast.AccuracyLevel, id string, h handled) {
		if h.contacts > 0 && !known[subject{kind, id}] {
			more = append(more, wrapcast.SubjectSnapshot{Kind: kind, ID: id, Scale: wrapcast.NotMeasured()})
		}
	}
	for code, days := range a.codes {
		add(wrapcast.LevelCode, string(code), days[day])
	}
	for queue, days := range a.queues {
		add(wrapcast.LevelQueue, string(queue), days[day])
	}
	slices.SortFunc(more, func(a, b wrapcast.SubjectSnapshot) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID))
	})
	return more
}
