package genesys

import (
	"cmp"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
)

// observation is what the bucket's group handled; contacts are counted by the volume metric.
func (b *bucket) observation(asked span, volume metricName) (wrapcast.Observation, error) {
	o := wrapcast.Observation{Leaf: b.leaf, Start: b.start}
	for i := range b.metrics {
		if err := b.metrics[i].addTo(&o, volume); err != nil {
			return o, err
		}
	}
	if !asked.Holds(o.Start) {
		return o, outside(o.Start, asked)
	}
	return o, nil
}

func (m *metric) addTo(o *wrapcast.Observation, volume metricName) error {
	if m.name == volume {
		n, err := count(m.count)
		if err != nil {
			return err
		}
		o.Handled += n
	}
	switch m.name {
	case handleTime:
		ms, err := milliseconds(m.sum)
		o.HandleMs += ms
		return err
	case afterCallTime:
		ms, err := milliseconds(m.sum)
		o.AfterCallMs += ms
		return err
	}
	return nil
}

// queueRow is what a queue was offered and what it handled on one channel in one quarter-hour.
type queueRow struct {
	wrapcast.Arrival
	handled, transferred int
}

// queueRow is what the bucket's queue was offered and what it handled.
func (b *bucket) queueRow(asked span, volume metricName) (queueRow, error) {
	r := queueRow{Arrival: wrapcast.Arrival{Start: b.start}.In(b.leaf.Stream())}
	for i := range b.metrics {
		if err := b.metrics[i].addToQueue(&r, volume); err != nil {
			return r, err
		}
	}
	if !asked.Holds(r.Start) {
		return r, outside(r.Start, asked)
	}
	return r, nil
}

func (m *metric) addToQueue(r *queueRow, volume metricName) error {
	var to *int
	switch m.name {
	case volume:
		to = &r.handled
	case offered:
		to = &r.Offered
	case abandonTime:
		to = &r.Abandoned
	case transferred:
		to = &r.transferred
	default:
		return nil
	}
	n, err := count(m.count)
	*to += n
	return err
}

func outside(at time.Time, asked span) error {
	return nonsense("asked for %s, the platform answered with %s", iso(asked), at.UTC().Format(time.RFC3339))
}

// mergeObservations sorts the rows and adds up those of one leaf and quarter-hour,
// which come from groups that differ in a dimension nobody asked for. Times that then
// have no contact belong to none and are left out.
func mergeObservations(rows []wrapcast.Observation) []wrapcast.Observation {
	slices.SortFunc(rows, func(a, b wrapcast.Observation) int {
		return first(cmp.Compare(a.Leaf.Queue, b.Leaf.Queue), cmp.Compare(a.Leaf.Code, b.Leaf.Code),
			func() int { return cmp.Or(a.Leaf.Stream().Compare(b.Leaf.Stream()), a.Start.Compare(b.Start)) })
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

// first is the first comparison that finds a difference; the last is made only where the others find none.
func first(a, b int, last func() int) int {
	if c := cmp.Or(a, b); c != 0 {
		return c
	}
	return last()
}

// byQueue sorts the rows, adds up those of one stream and quarter-hour, and tells what was offered from what was
// handled.
func byQueue(rows []queueRow) (arrivals []wrapcast.Arrival, handled []wrapcast.QueueHandled) {
	slices.SortFunc(rows, func(a, b queueRow) int {
		return cmp.Or(a.Stream().Compare(b.Stream()), a.Start.Compare(b.Start))
	})
	for len(rows) > 0 {
		sum, n := rows[0], 1
		for ; n < len(rows) && rows[n].Stream() == sum.Stream() && rows[n].Start.Equal(sum.Start); n++ {
			sum.Offered += rows[n].Offered
			sum.Abandoned += rows[n].Abandoned
			sum.handled += rows[n].handled
			sum.transferred += rows[n].transferred
		}
		if sum.Offered > 0 || sum.Abandoned > 0 {
			arrivals = append(arrivals, sum.Arrival)
		}
		if sum.handled > 0 || sum.transferred > 0 {
			handled = append(handled, wrapcast.QueueHandled{Start: sum.Start, Handled: sum.handled,
				Transferred: sum.transferred}.In(sum.Stream()))
		}
		rows = rows[n:]
	}
	return arrivals, handled
}

// sortExtract sorts rows that came in pieces by leaf and time.
func sortExtract(e *wrapcast.Extract) {
	e.Observations = mergeObservations(e.Observations)
	slices.SortFunc(e.Arrivals, func(a, b wrapcast.Arrival) int {
		return cmp.Or(a.Stream().Compare(b.Stream()), a.Start.Compare(b.Start))
	})
	slices.SortFunc(e.QueueHandled, func(a, b wrapcast.QueueHandled) int {
		return cmp.Or(a.Stream().Compare(b.Stream()), a.Start.Compare(b.Start))
	})
}
