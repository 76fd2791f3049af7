package analytics

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast/internal/sim/internal/api"
)

// query is ConversationAggregationQuery as it comes.
type query struct {
	Interval                     string   `json:"interval"`
	Granularity                  string   `json:"granularity"`
	TimeZone                     string   `json:"timeZone"`
	GroupBy                      []string `json:"groupBy"`
	Filter                       *filter  `json:"filter"`
	Metrics                      []string `json:"metrics"`
	FlattenMultivaluedDimensions bool     `json:"flattenMultivaluedDimensions"`
	Views                        []view   `json:"views"`
	AlternateTimeDimension       string   `json:"alternateTimeDimension"`
	QueryType                    string   `json:"queryType"`
	SortMetric                   *sorting `json:"sortMetric"`
	Limit                        *int     `json:"limit"`
}

// view counts the values of a timer that lie in a range.
type view struct {
	Target   string `json:"target"`
	Name     string `json:"name"`
	Function string `json:"function"`
	Range    *bound `json:"range"`
}

type bound struct {
	GTE *float64 `json:"gte"`
	LT  *float64 `json:"lt"`
}

type sorting struct {
	Name     string `json:"name"`
	Function string `json:"function"`
}

// maxViews is how many views a query may have.
const maxViews = 10

// check refuses what the API description does not allow, in the order a reader of the body meets it.
func (q *query) check() *api.Error {
	switch {
	case q.Interval == "":
		return api.Constraint("interval", "interval is required")
	case len(q.Metrics) == 0:
		return api.Constraint("metrics", "metrics is required and may not be empty")
	}
	for _, name := range q.Metrics {
		if !slices.Contains(Metrics(), name) {
			return api.InvalidValue(name, "metrics", list(Metrics()))
		}
	}
	for _, name := range q.GroupBy {
		if !slices.Contains(dimensions(), name) {
			return api.InvalidValue(name, "groupBy", list(dimensions()))
		}
	}
	if q.AlternateTimeDimension != "" && q.AlternateTimeDimension != "eventTime" {
		return api.InvalidValue(q.AlternateTimeDimension, "alternateTimeDimension", "[eventTime]")
	}
	if err := q.checkViews(); err != nil {
		return err
	}
	return q.checkSorting()
}

func (q *query) checkViews() *api.Error {
	if len(q.Views) > maxViews {
		return api.Constraint("views", "at most %d views are allowed", maxViews)
	}
	names := map[string]bool{}
	for _, v := range q.Views {
		switch {
		case !slices.Contains(Metrics(), v.Target):
			return api.InvalidValue(v.Target, "views.target", list(Metrics()))
		case !isTimer(v.Target):
			return api.Constraint("views.target", "views are possible for timer metrics only, not for %s", v.Target)
		case v.Name == "" || names[v.Name] || slices.Contains(Metrics(), v.Name):
			return api.Constraint("views.name",
				"the name of a view must be distinct from other views and built-in metric names: [%s]", v.Name)
		case v.Function != "rangeBound":
			return api.InvalidValue(v.Function, "views.function", "[rangeBound]")
		case v.Range == nil || v.Range.GTE == nil && v.Range.LT == nil:
			return api.Constraint("views.range", "the view %s has no range", v.Name)
		}
		names[v.Name] = true
	}
	return nil
}

func (q *query) checkSorting() *api.Error {
	ranked := q.QueryType == "topN" || q.QueryType == "bottomN"
	switch {
	case !ranked && q.QueryType != "" && q.QueryType != "groupBy":
		return api.InvalidValue(q.QueryType, "queryType", "[groupBy, topN, bottomN]")
	case !ranked && q.Limit != nil:
		return api.Constraint("limit", "limit is for queryType topN and bottomN only")
	case ranked && (q.Limit == nil || *q.Limit < 1):
		return api.Constraint("limit", "queryType %s needs a limit of at least 1", q.QueryType)
	case ranked && q.SortMetric == nil && len(q.Metrics) > 1:
		return api.Constraint("sortMetric", "queryType %s needs a sortMetric when there are several metrics",
			q.QueryType)
	}
	if s := q.SortMetric; s != nil {
		if !slices.Contains(Metrics(), s.Name) || slices.Contains(unsortable(), s.Name) {
			return api.InvalidValue(s.Name, "sortMetric.name", list(Metrics()))
		}
		if functions := []string{"average", "count", "max", "min", "sum"}; !slices.Contains(functions, s.Function) {
			return api.InvalidValue(s.Function, "sortMetric.function", list(functions))
		}
		if !slices.Contains(q.Metrics, s.Name) {
			return api.Constraint("sortMetric", "sortMetric %s is not among the metrics", s.Name)
		}
	}
	return nil
}

func list(names []string) string { return "[" + strings.Join(names, ", ") + "]" }

// span is the time a query covers, cut into buckets.
type span struct {
	from, to int64   // Unix milliseconds, half-open
	bounds   []int64 // where each bucket begins, then the end
}

// graceOverDays is what a local span may be longer than its days when the clocks are put back in it.
const graceOverDays = time.Hour

// maxBuckets bounds the memory of a query where no ceiling was set.
const maxBuckets = 1_000_000

func (q *query) span(c Ceilings) (span, *api.Error) {
	zone, err := q.zone()
	if err != nil {
		return span{}, err
	}
	from, to, ok := parseInterval(q.Interval, zone)
	if !ok {
		return span{}, api.InvalidValue(q.Interval, "interval", "[ISO-8601 YYYY-MM-DDThh:mm:ss/YYYY-MM-DDThh:mm:ss]")
	}
	if !from.Before(to) {
		return span{}, api.BadRequest("The interval [%s] ends before it begins", q.Interval)
	}
	p, ok := parsePeriod(q.Granularity)
	if !ok && q.Granularity != "" {
		return span{}, api.InvalidValue(q.Granularity, "granularity", "[ISO-8601 periods such as P1D, PT30M, P1DT12H]")
	}
	if err := c.fits(q, to.Sub(from), p); err != nil {
		return span{}, err
	}
	if q.Granularity == "" {
		return span{from.UnixMilli(), to.UnixMilli(), []int64{from.UnixMilli(), to.UnixMilli()}}, nil
	}
	most := cmp.Or(c.Buckets, maxBuckets)
	bounds, ok := p.bounds(from.In(zone), to, most)
	if !ok {
		return span{}, c.refuse(q, fmt.Sprintf("The interval [%s] has more than %d buckets of %s", q.Interval, most,
			q.Granularity))
	}
	return span{from.UnixMilli(), to.UnixMilli(), bounds}, nil
}

func (q *query) zone() (*time.Location, *api.Error) {
	if q.TimeZone == "" {
		return time.UTC, nil
	}
	zone, err := time.LoadLocation(q.TimeZone)
	if err != nil || q.TimeZone == "Local" {
		return nil, api.InvalidValue(q.TimeZone, "timeZone", "[IANA time zone names]")
	}
	return zone, nil
}

// bucket returns which bucket an instant of the span falls into.
func (s *span) bucket(at int64) int {
	if width := s.bounds[1] - s.bounds[0]; len(s.bounds) > 2 {
		if guess := int((at - s.from) / width); guess+1 < len(s.bounds) && s.bounds[guess] <= at &&
			at < s.bounds[guess+1] {
			return guess // buckets of one width, which almost all are
		}
	}
	i, found := slices.BinarySearch(s.bounds, at)
	if !found {
		i--
	}
	return i
}
