package analytics

import (
	"math"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/genesys/sim/internal/contact"
	"github.com/wrapcast/wrapcast/genesys/sim/internal/organisation"
)

// tally sums up the values of one metric or view in one bucket of one group.
type tally struct{ count, sum, least, most int64 }

func (t *tally) add(value int64) {
	if t.count == 0 {
		t.least, t.most = value, value
	}
	t.count++
	t.sum += value
	t.least, t.most = min(t.least, value), max(t.most, value)
}

// slot is a metric or a view asked for.
type slot struct {
	metric string
	view   *view // nil for a metric
}

// wants reports whether a value counts: always for a metric, within its range for a view.
func (s *slot) wants(value int64) bool {
	if s.view == nil {
		return true
	}
	r, v := s.view.Range, float64(value)
	return (r.GTE == nil || v >= *r.GTE) && (r.LT == nil || v < *r.LT)
}

// group is one combination of dimension values with its buckets.
type group struct {
	key     key
	example record // any record of the group: it has the group's values
	rows    map[int][]tally
}

// aggregation folds contacts into groups and buckets.
type aggregation struct {
	span   span
	slots  []slot
	keyer  keyer
	test   test
	groups map[key]*group
	rows   int
	limit  int // of rows; 0 is none
	last   *group
}

func newAggregation(q *query, s span, t test, limit int) *aggregation {
	a := &aggregation{span: s, keyer: newKeyer(q.GroupBy), test: t, groups: map[key]*group{}, limit: limit}
	for _, name := range q.Metrics {
		a.slots = append(a.slots, slot{metric: name})
	}
	for i := range q.Views {
		a.slots = append(a.slots, slot{metric: q.Views[i].Target, view: &q.Views[i]})
	}
	return a
}

// take adds one value, if it lies in the span and passes the filter.
func (a *aggregation) take(r *record, at int64, slot int, value int64) {
	if at < a.span.from || at >= a.span.to || !a.slots[slot].wants(value) || !a.test(r) {
		return
	}
	g := a.group(r)
	bucket := a.span.bucket(at)
	row := g.rows[bucket]
	if row == nil {
		row = make([]tally, len(a.slots))
		g.rows[bucket] = row
		a.rows++
	}
	row[slot].add(value)
}

// group finds the record's group. The parts of one contact mostly share one, hence the memory of the last.
func (a *aggregation) group(r *record) *group {
	k := a.keyer.key(r)
	if a.last != nil && a.last.key == k {
		return a.last
	}
	g := a.groups[k]
	if g == nil {
		g = &group{key: k, example: *r, rows: map[int][]tally{}}
		a.groups[k] = g
	}
	a.last = g
	return g
}

func (a *aggregation) full() bool { return a.limit > 0 && a.rows > a.limit }

// fold streams the contacts that can matter for the span, up to now, and stops early when there are too many rows.
func (a *aggregation) fold(e *emitter, source contact.Source, o *organisation.Organisation, now time.Time) {
	a.span.to = min(a.span.to, now.UnixMilli()+1)
	if a.span.from >= a.span.to {
		return
	}
	for i, s := range a.slots {
		e.want(s.metric, i)
	}
	e.take = a.take
	first := localDay(a.span.from, o.Zone) - 1 // contacts live less than a day: see contact.LongestLife
	for day := max(first, o.Start-1); day <= localDay(a.span.to-1, o.Zone) && !a.full(); day++ {
		for c := range source.Day(day) {
			e.contact(&c)
		}
	}
}

func localDay(ms int64, zone *time.Location) wrapcast.Date {
	return wrapcast.DateOf(time.UnixMilli(ms).In(zone))
}

// rank is the value results are sorted by for topN and bottomN.
func (g *group) rank(slot int, function string) float64 {
	var all tally
	for _, row := range g.rows {
		if t := row[slot]; t.count > 0 {
			if all.count == 0 {
				all.least, all.most = t.least, t.most
			}
			all.count += t.count
			all.sum += t.sum
			all.least, all.most = min(all.least, t.least), max(all.most, t.most)
		}
	}
	switch function {
	case "sum":
		return float64(all.sum)
	case "min":
		return float64(all.least)
	case "max":
		return float64(all.most)
	case "average":
		if all.count == 0 {
			return math.Inf(-1)
		}
		return float64(all.sum) / float64(all.count)
	default:
		return float64(all.count)
	}
}
