package analytics

import (
	"io"
	"strconv"
	"strings"

	"github.com/wrapcast/wrapcast/internal/sim/internal/api"
)

// asyncQuery is ConversationAsyncAggregationQuery: the query with a page size.
type asyncQuery struct {
	query
	PageSize *int `json:"pageSize"`
}

// computed is what a job found, kept while the job is: the pages are cut out of it.
type computed struct {
	aggregation *aggregation
	book        *book
	order       []int
	lists       [][]int32
	refused     *api.Error
}

func (r *Room) submitAggregates(c *api.Call) (api.Answer, error) {
	var q asyncQuery
	if err := api.Decode(c.Body, &q, "ConversationAsyncAggregationQuery"); err != nil {
		return api.Answer{}, err
	}
	size, err := r.Jobs.pageSize(q.PageSize, "pageSize")
	if err != nil {
		return api.Answer{}, err
	}
	if err := q.check(); err != nil {
		return api.Answer{}, err
	}
	if _, err := q.span(r.jobCeilings()); err != nil {
		return api.Answer{}, err
	}
	if _, err := q.Filter.compile(r.book()); err != nil {
		return api.Answer{}, err
	}
	return r.submit(c, &job{aggregates: &q.query, pageSize: size}), nil
}

// jobCeilings are those of a query, times so much.
func (r *Room) jobCeilings() Ceilings {
	c, times := r.Ceilings, max(r.Jobs.TimesLarger, 1)
	c.Days, c.Buckets, c.Rows = times*c.Days, times*c.Buckets, times*c.Rows
	return c
}

// compute does the work of a job when its results are asked for, as of the moment it was done. What was computed is forgotten when
// other jobs were looked at since, and computed anew: a job can find a million rows.
func (r *Room) compute(j *job) *computed {
	j.working.Lock()
	defer j.working.Unlock()
	if found := j.result.Load(); found != nil {
		return found
	}
	a, b, err := r.aggregate(j.aggregates, r.jobCeilings(), r.done(j))
	found := &computed{aggregation: a, book: b, refused: err}
	if err == nil {
		found.lists = a.byGroup()
		found.order = a.order(j.aggregates, found.lists)
	}
	j.result.Store(found)
	r.jobs.remember(j)
	return found
}

// aggregateResults gives a page of groups. The cursor is where the next page begins, in a form that means nothing to
// others; the last page has none.
func (r *Room) aggregateResults(c *api.Call) (api.Answer, error) {
	j, err := r.fulfilled(c, false)
	if err != nil {
		return api.Answer{}, err
	}
	found := r.compute(j)
	if found.refused != nil {
		return api.Answer{}, found.refused
	}
	from, ok := readCursor(c.Query().Get("cursor"), j.id, len(found.order))
	if !ok {
		return api.Answer{}, api.InvalidParameter(c.Query().Get("cursor"), "cursor", "[a cursor of this job]")
	}
	to := min(from+j.pageSize, len(found.order))
	return api.Answer{Status: 200, Stream: func(out io.Writer) error { return found.page(out, j, from, to) }}, nil
}

func (f *computed) page(out io.Writer, j *job, from, to int) error {
	w := &writer{aggregation: f.aggregation, book: f.book, q: j.aggregates, out: out}
	w.text(`{"results":`)
	if err := w.results(f.order[from:to], f.lists); err != nil {
		return err
	}
	if to < len(f.order) {
		w.text(`,"cursor":"` + cursor(j.id, to) + `"`)
	}
	w.text("}\n")
	return w.flush()
}

// cursor writes a place in the results of a job.
func cursor(jobID string, place int) string {
	return jobID[:8] + "-" + strconv.FormatInt(int64(place), 36)
}

// readCursor reads one; "" is the beginning.
func readCursor(text, jobID string, most int) (place int, ok bool) {
	if text == "" {
		return 0, true
	}
	rest, ours := strings.CutPrefix(text, jobID[:8]+"-")
	n, err := strconv.ParseInt(rest, 36, 64)
	return int(n), ours && err == nil && n >= 0 && n <= int64(most)
}
