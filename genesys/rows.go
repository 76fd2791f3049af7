package genesys

import (
	"cmp"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
)

// observations appends what the group handled to rows.
func (g group) observations(rows []wrapcast.Observation, asked span) ([]wrapcast.Observation, error) {
	leaf := wrapcast.Leaf{Queue: g.Group.QueueID, Code: g.Group.WrapUpCode, Media: g.Group.MediaType}
	for _, b := range g.Data {
		o := wrapcast.Observation{Leaf: leaf, Start: b.Interval.start}
		for _, m := range b.Metrics {
			if err := m.addTo(&o); err != nil {
				return nil, err
			}
		}
		if !asked.holds(o.Start) {
			return nil, outside(o.Start, asked)
		}
		if o.Handled > 0 || o.AfterCallMs > 0 {
			rows = append(rows, o)
		}
	}
	return rows, nil
}

func (m metric) addTo(o *wrapcast.Observation) error {
	switch m.Metric {
	case handleTime:
		n, err := count(m.Stats.Count)
		if err != nil {
			return err
		}
		ms, err := milliseconds(m.Stats.Sum)
		o.Handled += n
		o.HandleMs += ms
		return err
	case afterCallTime:
		ms, err := milliseconds(m.Stats.Sum)
		o.AfterCallMs += ms
		return err
	}
	return nil
}

// arrivals appends what the group's queue was offered to rows.
func (g group) arrivals(rows []wrapcast.Arrival, asked span) ([]wrapcast.Arrival, error) {
	for _, b := range g.Data {
		a := wrapcast.Arrival{Queue: g.Group.QueueID, Media: g.Group.MediaType, Start: b.Interval.start}
		for _, m := range b.Metrics {
			if err := m.addToArrival(&a); err != nil {
				return nil, err
			}
		}
		if !asked.holds(a.Start) {
			return nil, outside(a.Start, asked)
		}
		if a.Offered > 0 || a.Abandoned > 0 {
			rows = append(rows, a)
		}
	}
	return rows, nil
}

func (m metric) addToArrival(a *wrapcast.Arrival) error {
	if m.Metric != offered && m.Metric != abandonTime {
		return nil
	}
	n, err := count(m.Stats.Count)
	if m.Metric == offered {
		a.Offered += n
	} else {
		a.Abandoned += n
	}
	return err
}

func outside(at time.Time, asked span) error {
	return nonsense("asked for %s, the platform answered with %s", asked.iso(), at.UTC().Format(time.RFC3339))
}

// mergeObservations sorts the rows and adds up those of one leaf and quarter-hour,
// which come from groups that differ in a dimension nobody asked for. Times that then
// have no contact belong to none and are left out.
func mergeObservations(rows []wrapcast.Observation) []wrapcast.Observation {
	slices.SortFunc(rows, func(a, b wrapcast.Observation) int {
		return cmp.Or(cmp.Compare(a.Leaf.Queue, b.Leaf.Queue), cmp.Compare(a.Leaf.Code, b.Leaf.Code),
			cmp.Compare(a.Leaf.Media, b.Leaf.Media), a.Start.Compare(b.Start))
	})
	merged := rows[:0]
	for _, o := range rows {
		if n := len(merged); n > 0 && merged[n-1].Leaf == o.Leaf && merged[n-1].Start.Equal(o.Start) {
			last := &merged[n-1]
			last.Handled += o.Handled
			last.HandleMs += o.HandleMs
			last.AfterCallMs += o.AfterCallMs
			continue
		}
		merged = append(merged, o)
	}
	return slices.DeleteFunc(merged, func(o wrapcast.Observation) bool { return o.Handled == 0 })
}

// mergeArrivals does the same for arrivals.
func mergeArrivals(rows []wrapcast.Arrival) []wrapcast.Arrival {
	slices.SortFunc(rows, func(a, b wrapcast.Arrival) int {
		return cmp.Or(cmp.Compare(a.Queue, b.Queue), cmp.Compare(a.Media, b.Media), a.Start.Compare(b.Start))
	})
	merged := rows[:0]
	for _, a := range rows {
		if n := len(merged); n > 0 && merged[n-1].Queue == a.Queue && merged[n-1].Media == a.Media && merged[n-1].Start.Equal(a.Start) {
			merged[n-1].Offered += a.Offered
			merged[n-1].Abandoned += a.Abandoned
			continue
		}
		merged = append(merged, a)
	}
	return merged
}
