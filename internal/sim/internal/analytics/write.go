package analytics

import (
	"cmp"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The answer is written as it is counted, without a copy in between: at size L it has millions of numbers. Only
// groups, buckets and metrics that have something to say are in it.

// flushAt is how much is gathered before it is sent.
const flushAt = 64 << 10

// writer writes containers of an aggregation as the platform does.
type writer struct {
	*aggregation
	directory *directory
	q         *query
	out       io.Writer
	buf       []byte
	// intervals are the buckets' texts, made when they are first needed.
	intervals []string
	// dimensions are those grouped by, sorted.
	dimensions []string
}

// results writes the groups between two places of the order, as a JSON array.
func (w *writer) results(order []int, lists [][]int32) error {
	w.buf = append(w.buf, '[')
	for i, g := range order {
		if i > 0 {
			w.buf = append(w.buf, ',')
		}
		if err := w.container(g, lists[g]); err != nil {
			return err
		}
	}
	w.buf = append(w.buf, ']')
	return nil
}

func (w *writer) container(g int, cells []int32) error {
	slices.SortFunc(cells, func(a, b int32) int { return cmp.Compare(w.cells[a].bucket, w.cells[b].bucket) })
	w.group(&w.groups[g].example)
	w.text(`,"data":[`)
	for i, n := range cells {
		if i > 0 {
			w.buf = append(w.buf, ',')
		}
		w.datum(int(n))
		if len(w.buf) >= flushAt {
			if err := w.flush(); err != nil {
				return err
			}
		}
	}
	w.text(`]}`)
	return nil
}

// group writes the dimensions, in order: one without a value is left out, mediaType is always there. Their values
// are ids and names of our own making, which need no escapes.
func (w *writer) group(r *record) {
	if w.dimensions == nil {
		w.dimensions = unique(append([]string{"mediaType"}, w.q.GroupBy...))
		slices.Sort(w.dimensions)
	}
	w.text(`{"group":{`)
	first := true
	for _, dimension := range w.dimensions {
		if value, ok := w.directory.value(r, dimension); ok {
			w.comma(&first)
			w.text(`"` + dimension + `":`)
			w.value(dimension, value)
		}
	}
	w.buf = append(w.buf, '}')
}

// value writes a dimension's value: a text, or a list where that is how the platform is.
func (w *writer) value(dimension, value string) {
	groups := w.directory.groups
	several := dimension == "requestedRoutingSkillId" && groups.SkillsAsList && !w.q.FlattenMultivaluedDimensions
	if several {
		value = strings.ReplaceAll(value, ",", `","`)
	}
	if several || groups.AllAsLists {
		w.text(`["` + value + `"]`)
		return
	}
	w.text(`"` + value + `"`)
}

func (w *writer) datum(n int) {
	w.text(`{"interval":"`)
	w.text(w.interval(int(w.cells[n].bucket)))
	w.text(`","metrics":[`)
	row := w.statistics[n*len(w.slots):][:len(w.slots)]
	first := true
	for i := range row {
		if row[i].count > 0 && w.slots[i].view == nil {
			w.comma(&first)
			w.text(`{"metric":"`)
			w.text(w.slots[i].metric)
			w.text(`","stats":`)
			w.stats(w.slots[i].metric, &row[i])
			w.buf = append(w.buf, '}')
		}
	}
	w.buf = append(w.buf, ']')
	w.views(row)
	w.buf = append(w.buf, '}')
}

func (w *writer) views(row []statistic) {
	first := true
	for i := range row {
		v := w.slots[i].view
		if row[i].count == 0 || v == nil {
			continue
		}
		if first {
			w.text(`,"views":[`)
		}
		w.comma(&first)
		name, err := json.Marshal(v.Name)
		if err != nil {
			continue // a text always marshals
		}
		w.text(`{"name":`)
		w.buf = append(w.buf, name...)
		w.text(`,"stats":{"count":`)
		w.number(row[i].count)
		w.text(`}}`)
	}
	if !first {
		w.buf = append(w.buf, ']')
	}
}

// stats says what makes sense for a metric: counts count, timers have milliseconds.
func (w *writer) stats(metric string, t *statistic) {
	switch {
	case metric == oServiceLevel.String():
		w.text(`{"ratio":`)
		w.buf = strconv.AppendFloat(w.buf, float64(t.sum)/float64(t.count), 'g', -1, 64)
		w.text(`,"numerator":`)
		w.number(t.sum)
		w.text(`,"denominator":`)
		w.number(t.count)
		w.text(`,"target":`)
		w.buf = strconv.AppendFloat(w.buf, serviceLevelTarget, 'g', -1, 64)
	case isTimer(metric):
		w.text(`{"max":`)
		w.number(t.max)
		w.text(`,"min":`)
		w.number(t.min)
		w.text(`,"count":`)
		w.number(t.count)
		w.text(`,"sum":`)
		w.number(t.sum)
	default:
		w.text(`{"count":`)
		w.number(t.count)
	}
	w.buf = append(w.buf, '}')
}

func (w *writer) interval(bucket int) string {
	if w.intervals == nil {
		w.intervals = make([]string, len(w.span.bounds)-1)
	}
	if w.intervals[bucket] == "" {
		w.intervals[bucket] = w.stamp(w.span.bounds[bucket]) + "/" + w.stamp(w.span.bounds[bucket+1])
	}
	return w.intervals[bucket]
}

// stamp writes an instant as the platform does: UTC, milliseconds, Z.
func (w *writer) stamp(ms int64) string {
	return time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05.000") + cmp.Or(w.directory.groups.Offset, "Z")
}

func (w *writer) comma(first *bool) {
	if !*first {
		w.buf = append(w.buf, ',')
	}
	*first = false
}

func (w *writer) text(s string)  { w.buf = append(w.buf, s...) }
func (w *writer) number(n int64) { w.buf = strconv.AppendInt(w.buf, n, 10) }

func (w *writer) flush() error {
	_, err := w.out.Write(w.buf)
	w.buf = w.buf[:0]
	return err
}
