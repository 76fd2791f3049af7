package analytics

import (
	"cmp"
	"slices"

	"github.com/wrapcast/wrapcast/internal/sim/internal/api"
)

// detailAggregation asks a details query to count what it finds.
type detailAggregation struct {
	Type      string  `json:"type"`
	Dimension string  `json:"dimension"`
	Metric    string  `json:"metric"`
	Size      *int    `json:"size"`
	Ranges    []bound `json:"ranges"`
}

// aggregated is AggregationResult.
type aggregated struct {
	Type      string             `json:"type"`
	Dimension string             `json:"dimension,omitempty"`
	Metric    string             `json:"metric,omitempty"`
	Count     int                `json:"count"`
	Results   []aggregationEntry `json:"results"`
}

type aggregationEntry struct {
	Count int      `json:"count"`
	Value string   `json:"value,omitempty"`
	GTE   *float64 `json:"gte,omitempty"`
	LT    *float64 `json:"lt,omitempty"`
}

func checkAggregations(all []detailAggregation) error {
	for _, a := range all {
		switch {
		case a.Type != "termFrequency" && a.Type != "numericRange":
			return api.InvalidValue(a.Type, "aggregations.type", "[termFrequency, numericRange]")
		case a.Type == "termFrequency" && !slices.Contains(segmentDimensions(), a.Dimension):
			return api.InvalidValue(a.Dimension, "aggregations.dimension", list(segmentDimensions()))
		case a.Type == "numericRange" && !slices.Contains(durations(), a.Metric):
			return api.InvalidValue(a.Metric, "aggregations.metric", list(durations()))
		case a.Type == "numericRange" && len(a.Ranges) == 0:
			return api.Constraint("aggregations.ranges", "numericRange needs ranges")
		case a.Size != nil && *a.Size < 1:
			return api.Constraint("aggregations.size", "size [%d] must be at least 1", *a.Size)
		}
	}
	return nil
}

// detailTallies count conversations for the aggregations of a query.
type detailTallies struct {
	asked  []detailAggregation
	terms  []map[string]int
	ranges [][]int
	counts []int
}

func newDetailTallies(asked []detailAggregation) *detailTallies {
	t := &detailTallies{asked: asked, counts: make([]int, len(asked))}
	for _, a := range asked {
		t.terms, t.ranges = append(t.terms, map[string]int{}), append(t.ranges, make([]int, len(a.Ranges)))
	}
	return t
}

// add counts a conversation once for each value it has.
func (t *detailTallies) add(v *conversation) {
	for i, a := range t.asked {
		if a.Type == "numericRange" {
			t.addRange(i, v)
			continue
		}
		seen := map[string]bool{}
		v.anySegment(func(at place) bool {
			if value, ok := at.value(a.Dimension); ok && !seen[value] {
				seen[value] = true
				t.terms[i][value]++
			}
			return false
		})
		if len(seen) > 0 {
			t.counts[i]++
		}
	}
}

func (t *detailTallies) addRange(i int, v *conversation) {
	if v.ConversationEnd == "" {
		return
	}
	t.counts[i]++
	for j, r := range t.asked[i].Ranges {
		if x := float64(v.end - v.start); (r.GTE == nil || x >= *r.GTE) && (r.LT == nil || x < *r.LT) {
			t.ranges[i][j]++
		}
	}
}

// mostTerms is how many values are told when no size is given.
const mostTerms = 10

func (t *detailTallies) answer() []aggregated {
	var all []aggregated
	for i, a := range t.asked {
		out := aggregated{Type: a.Type, Dimension: a.Dimension, Metric: a.Metric, Count: t.counts[i], Results: []aggregationEntry{}}
		for j, r := range a.Ranges {
			out.Results = append(out.Results, aggregationEntry{Count: t.ranges[i][j], GTE: r.GTE, LT: r.LT})
		}
		for value, n := range t.terms[i] {
			out.Results = append(out.Results, aggregationEntry{Count: n, Value: value})
		}
		if a.Type == "termFrequency" {
			slices.SortFunc(out.Results, func(x, y aggregationEntry) int { return cmp.Or(y.Count-x.Count, cmp.Compare(x.Value, y.Value)) })
			size := mostTerms
			if a.Size != nil {
				size = *a.Size
			}
			out.Results = out.Results[:min(size, len(out.Results))]
		}
		all = append(all, out)
	}
	return all
}
