package accuracy

import (
	"cmp"
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
}

// handled are contacts and the sum of their handle times in seconds.
type handled struct{ contacts, seconds float64 }

// sumActuals adds up local days. Where lineage was applied to them, their contacts count for the codes of today.
func sumActuals(days []wrapcast.LocalDay) *actuals {
	a := &actuals{codes: map[wrapcast.CodeID]map[wrapcast.Date]handled{},
		queues:  map[wrapcast.QueueID]map[wrapcast.Date]handled{},
		streams: map[wrapcast.Stream]map[wrapcast.Date]handled{}, total: map[wrapcast.Date]handled{}}
	for _, d := range days {
		count(a.codes, d.Leaf.Code, d)
		count(a.queues, d.Leaf.Queue, d)
		count(a.streams, d.Leaf.Stream(), d)
		a.total[d.Day] = a.total[d.Day].plus(d)
	}
	return a
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

// on returns the contacts of a snapshot's subject on a day. A planning group has those of the streams its routes lead
// to.
func (a *actuals) on(v wrapcast.SubjectSnapshot, day wrapcast.Date) handled {
	switch v.Kind {
	case wrapcast.LevelCode:
		return a.codes[wrapcast.CodeID(v.ID)][day]
	case wrapcast.LevelQueue:
		return a.queues[wrapcast.QueueID(v.ID)][day]
	case wrapcast.LevelGroup:
		return a.ofRoutes(v.Routes, day)
	case wrapcast.LevelTotal:
	}
	return a.total[day]
}

func (a *actuals) ofRoutes(routes []wrapcast.Route, day wrapcast.Date) (sum handled) {
	for _, r := range routes {
		of := a.streams[r.Stream()][day]
		sum.contacts += of.contacts
		sum.seconds += of.seconds
	}
	return sum
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
