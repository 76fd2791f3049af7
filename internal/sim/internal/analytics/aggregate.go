package analytics

import (
	"math"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim/internal/contact"
	"github.com/wrapcast/wrapcast/internal/sim/internal/organisation"
)

// statistic sums up the values of one metric or view in one bucket of one group.
type statistic struct{ count, sum, min, max int64 }

func (t *statistic) add(value int64) {
	if t.count == 0 {
		t.min, t.max = value, value
	}
	t.count++
	t.sum += value
	t.min, t.max = min(t.min, value), max(t.max, value)
}

func (t *statistic) join(o statistic) {
	if o.count == 0 {
		return
	}
	if t.count == 0 {
		*t = o
		return
	}
	t.count += o.count
	t.sum += o.sum
	t.min, t.max = min(t.min, o.min), max(t.max, o.max)
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

// group is one combination of dimension values.
type group struct {
	key     key
	example record // any record of the group: it has the group's values
	cells   int
}

// cell is one bucket of one group that is not empty.
type cell struct{ group, bucket int32 }

// aggregation folds contacts into groups and buckets. It is made for answers of a hundred thousand cells out of
// millions of contacts: a cell is found by arithmetic and one probe, and lies in one of two slices.
type aggregation struct {
	span       span
	slots      []slot
	keyer      keyer
	groups     []group
	cells      []cell
	statistics []statistic // of cell i: from i × slots on
	finder     finder
	places     placer
	skills     *skillLists
	limit      int // of cells; 0 is none
}

func newAggregation(q *query, s span, b *directory, limit int) *aggregation {
	a := &aggregation{span: s, keyer: newKeyer(q, b), skills: &b.skills, limit: limit}
	for _, name := range q.Metrics {
		a.slots = append(a.slots, slot{metric: name})
	}
	for i := range q.Views {
		a.slots = append(a.slots, slot{metric: q.Views[i].Target, view: &q.Views[i]})
	}
	a.places = newPlacer(&a.keyer, b.organisation)
	return a
}

// take adds one value, if it lies in the span.
func (a *aggregation) take(r *record, at int64, slot int, value int64) {
	if at < a.span.from || at >= a.span.to || !a.slots[slot].wants(value) {
		return
	}
	if !a.keyer.skills || a.keyer.flat || len(a.skills.places[r.requirement]) == 0 {
		a.add(r, at, slot, value)
		return
	}
	for _, r.skill = range a.skills.places[r.requirement] {
		a.add(r, at, slot, value)
	}
	r.skill = absent
}

func (a *aggregation) add(r *record, at int64, slot int, value int64) {
	a.statistics[a.cell(a.group(r), a.span.bucket(at))*len(a.slots)+slot].add(value)
}

// group finds the record's group.
func (a *aggregation) group(r *record) int {
	place := a.places.at(&a.keyer, r)
	if *place == 0 {
		a.groups = append(a.groups, group{key: a.keyer.key(r), example: *r})
		*place = int32(len(a.groups))
		a.places.note(&a.keyer, r, *place)
	}
	return int(*place) - 1
}

// cell finds the cell of a group and bucket.
func (a *aggregation) cell(group, bucket int) int {
	n, isNew := a.finder.find(uint64(group)<<32 | uint64(bucket))
	if isNew {
		a.cells = append(a.cells, cell{int32(group), int32(bucket)})
		for range a.slots {
			a.statistics = append(a.statistics, statistic{})
		}
		a.groups[group].cells++
	}
	return n
}

func (a *aggregation) full() bool { return a.limit > 0 && len(a.cells) > a.limit }

// fold streams the contacts that can matter for the span, up to now, and stops early when there are too many cells.
func (a *aggregation) fold(e *emitter, source contact.Source, o *organisation.Organisation, now time.Time) {
	a.span.to = min(a.span.to, now.UnixMilli()+1)
	if a.span.from >= a.span.to {
		return
	}
	for i, s := range a.slots {
		e.want(s.metric, i)
	}
	e.begin(a.take, now.UnixMilli())
	first := localDay(a.span.from, o.Zone) - 1 // contacts live less than a day: see contact.MaxLife
	for day := max(first, o.Start-1); day <= localDay(a.span.to-1, o.Zone) && !a.full(); day++ {
		for c := range source.Day(day) {
			if c.Completed() >= a.span.from && c.Arrived < a.span.to {
				e.contact(&c)
			}
		}
	}
}

func localDay(ms int64, zone *time.Location) wrapcast.Date {
	return wrapcast.DateOf(time.UnixMilli(ms).In(zone))
}

// byGroup lists the cells of each group, in order of time.
func (a *aggregation) byGroup() [][]int32 {
	lists, all := make([][]int32, len(a.groups)), make([]int32, 0, len(a.cells))
	for i := range a.groups {
		from := len(all)
		all = all[:from+a.groups[i].cells]
		lists[i] = all[from:from]
	}
	for n, c := range a.cells {
		lists[c.group] = append(lists[c.group], int32(n))
	}
	return lists
}

// rank is the value results are sorted by for topN and bottomN.
func (a *aggregation) rank(cells []int32, slot int, function string) float64 {
	var all statistic
	for _, n := range cells {
		all.join(a.statistics[int(n)*len(a.slots)+slot])
	}
	switch function {
	case "sum":
		return float64(all.sum)
	case "min":
		return float64(all.min)
	case "max":
		return float64(all.max)
	case "average":
		if all.count == 0 {
			return math.Inf(-1)
		}
		return float64(all.sum) / float64(all.count)
	default:
		return float64(all.count)
	}
}
