package analytics

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"
)

// The answer of an aggregates query: only groups, buckets and metrics that have something to say.
type (
	result struct {
		Results []container `json:"results"`
	}
	container struct {
		Group map[string]string `json:"group"`
		Data  []datum           `json:"data"`
	}
	datum struct {
		Interval string        `json:"interval"`
		Metrics  []metricStats `json:"metrics"`
		Views    []viewStats   `json:"views,omitempty"`
	}
	metricStats struct {
		Metric string `json:"metric"`
		Stats  any    `json:"stats"`
	}
	viewStats struct {
		Name  string     `json:"name"`
		Stats countStats `json:"stats"`
	}
	countStats struct {
		Count int64 `json:"count"`
	}
	timerStats struct {
		Max   int64 `json:"max"`
		Min   int64 `json:"min"`
		Count int64 `json:"count"`
		Sum   int64 `json:"sum"`
	}
	levelStats struct {
		Ratio       float64 `json:"ratio"`
		Numerator   int64   `json:"numerator"`
		Denominator int64   `json:"denominator"`
		Target      float64 `json:"target"`
	}
)

// stats says what makes sense for a metric: counts count, timers have milliseconds.
func (t tally) stats(metric string) any {
	switch {
	case metric == oServiceLevel.String():
		return levelStats{float64(t.sum) / float64(t.count), t.sum, t.count, serviceLevelTarget}
	case isTimer(metric):
		return timerStats{t.most, t.least, t.count, t.sum}
	default:
		return countStats{t.count}
	}
}

// result writes the aggregation out, groups in a fixed order and buckets in order of time.
func (a *aggregation) result(b *book, q *query) result {
	var r result
	for _, g := range a.ranked(q) {
		c := container{Group: b.group(&g.example, q.GroupBy)}
		for _, bucket := range slices.Sorted(maps.Keys(g.rows)) {
			c.Data = append(c.Data, a.datum(bucket, g.rows[bucket]))
		}
		r.Results = append(r.Results, c)
	}
	return r
}

func (a *aggregation) datum(bucket int, row []tally) datum {
	d := datum{Interval: stamp(a.span.bounds[bucket]) + "/" + stamp(a.span.bounds[bucket+1])}
	for i, t := range row {
		if t.count == 0 {
			continue
		}
		if v := a.slots[i].view; v != nil {
			d.Views = append(d.Views, viewStats{v.Name, countStats{t.count}})
			continue
		}
		d.Metrics = append(d.Metrics, metricStats{a.slots[i].metric, t.stats(a.slots[i].metric)})
	}
	if d.Metrics == nil {
		d.Metrics = []metricStats{}
	}
	return d
}

// stamp writes an instant as the platform does: UTC, milliseconds, Z.
func stamp(ms int64) string {
	return time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05.000Z")
}

// ranked returns the groups in order: all of them, or those with the highest or lowest sort metric.
func (a *aggregation) ranked(q *query) []*group {
	groups := slices.SortedFunc(maps.Values(a.groups), func(x, y *group) int { return compareKeys(x.key, y.key) })
	if q.QueryType != "topN" && q.QueryType != "bottomN" {
		return groups
	}
	slot, function := 0, "count"
	if q.SortMetric != nil {
		slot, function = slices.Index(q.Metrics, q.SortMetric.Name), q.SortMetric.Function
	}
	sign := 1
	if q.QueryType == "topN" {
		sign = -1
	}
	slices.SortStableFunc(groups, func(x, y *group) int {
		return sign * cmp.Compare(x.rank(slot, function), y.rank(slot, function))
	})
	return groups[:min(*q.Limit, len(groups))]
}

func compareKeys(x, y key) int {
	return cmp.Or(cmp.Compare(x.queue, y.queue), cmp.Compare(x.code, y.code), cmp.Compare(x.media, y.media),
		cmp.Compare(x.agent, y.agent), cmp.Compare(x.side, y.side), cmp.Compare(x.serial, y.serial))
}

// unique drops repeated names, keeping the first of each.
func unique(names []string) []string {
	var kept []string
	for _, name := range names {
		if !slices.ContainsFunc(kept, func(k string) bool { return strings.EqualFold(k, name) }) {
			kept = append(kept, name)
		}
	}
	return kept
}
