package analytics

import (
	"cmp"
	"io"
	"slices"
	"strings"
)

// order returns the groups in order: all of them, or those with the highest or lowest sort metric.
func (a *aggregation) order(q *query, lists [][]int32) []int {
	groups := make([]int, len(a.groups))
	for i := range groups {
		groups[i] = i
	}
	slices.SortFunc(groups, func(x, y int) int { return compareKeys(&a.groups[x].key, &a.groups[y].key) })
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
	slices.SortStableFunc(groups, func(x, y int) int {
		return sign * cmp.Compare(a.rank(lists[x], slot, function), a.rank(lists[y], slot, function))
	})
	return groups[:min(*q.Limit, len(groups))]
}

// write sends the answer of a query. Nothing found is {} or an empty list.
func (a *aggregation) write(out io.Writer, b *directory, q *query, emptyList bool) error {
	if len(a.groups) == 0 && !emptyList {
		_, err := io.WriteString(out, "{}\n")
		return err
	}
	w := &writer{aggregation: a, directory: b, q: q, out: out, buf: make([]byte, 0, flushAt+1024)}
	lists := a.byGroup()
	w.text(`{"results":`)
	if err := w.results(a.order(q, lists), lists); err != nil {
		return err
	}
	w.text("}\n")
	return w.flush()
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
