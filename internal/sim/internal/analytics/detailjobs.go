package analytics

import (
	"strconv"
	"time"

	"github.com/wrapcast/wrapcast/internal/sim/internal/api"
)

// asyncDetailsQuery is AsyncConversationQuery.
type asyncDetailsQuery struct {
	detailsQuery
	Limit                      *int `json:"limit"`
	StartOfDayIntervalMatching bool `json:"startOfDayIntervalMatching"`
}

type detailJobAnswer struct {
	Conversations        []*conversation `json:"conversations"`
	Cursor               string          `json:"cursor,omitempty"`
	DataAvailabilityDate string          `json:"dataAvailabilityDate"`
}

// availableAt is the moment before which the data of jobs is complete: whole hours, a lag behind (S8).
func (r *Room) availableAt(now time.Time) time.Time {
	return now.Add(-r.Details.Lag).Truncate(time.Hour)
}

func (r *Room) availability(*api.Call) (api.Answer, error) {
	return api.OK(map[string]string{"dataAvailabilityDate": stamp(r.availableAt(r.Now()).UnixMilli())}), nil
}

// submitDetails takes a job in. Unlike the query it finds every conversation whose life touches the interval, unless
// startOfDayIntervalMatching says otherwise, and only what began before its data ends.
func (r *Room) submitDetails(c *api.Call) (api.Answer, error) {
	var q asyncDetailsQuery
	if err := api.Decode(c.Body, &q, "AsyncConversationQuery"); err != nil {
		return api.Answer{}, err
	}
	if err := q.prepare(0); err != nil {
		return api.Answer{}, err
	}
	if q.Limit != nil && *q.Limit < 1 {
		return api.Answer{}, api.Constraint("limit", "limit [%d] must be at least 1", *q.Limit)
	}
	q.overlaps = !q.StartOfDayIntervalMatching
	q.before = r.availableAt(r.Now()).UnixMilli()
	j := &job{details: &q.detailsQuery, pageSize: r.Jobs.PageSize}
	if q.Limit != nil {
		j.limit = *q.Limit
	}
	return r.submit(c, j), nil
}

// detailResults gives a page of conversations. The cursor is how many came before: the days before it are
// counted again, which the memory of days makes cheap.
func (r *Room) detailResults(c *api.Call) (api.Answer, error) {
	j, err := r.fulfilled(c, true)
	if err != nil {
		return api.Answer{}, err
	}
	size := j.pageSize
	if text := c.Query().Get("pageSize"); text != "" {
		if size, err = strconv.Atoi(text); err != nil || size < 1 || size > r.Jobs.MostPageSize {
			return api.Answer{}, api.InvalidParameter(text, "pageSize", "a whole number from 1 to "+strconv.Itoa(r.Jobs.MostPageSize))
		}
	}
	from, ok := readCursor(c.Query().Get("cursor"), j.id, 1<<40)
	if !ok {
		return api.Answer{}, api.InvalidParameter(c.Query().Get("cursor"), "cursor", "[a cursor of this job]")
	}
	p := page{from: from, to: from + size, counts: &j.counts}
	if j.limit > 0 {
		p.to = min(p.to, j.limit)
	}
	r.read(j.details, r.done(j).UnixMilli(), &p)
	a := detailJobAnswer{Conversations: append([]*conversation{}, p.found...), DataAvailabilityDate: stamp(j.details.before)}
	for _, v := range a.Conversations {
		v.giveAttributes()
	}
	if p.total > p.to && (j.limit == 0 || p.to < j.limit) {
		a.Cursor = cursor(j.id, p.to)
	}
	return api.OK(a), nil
}

// giveAttributes adds the participants' attributes, which only jobs show. Those of the simulator say nothing personal.
func (v *conversation) giveAttributes() {
	for i := range v.Participants {
		if v.Participants[i].Purpose == "customer" {
			v.Participants[i].Attributes = map[string]string{"simulated": "true"}
		}
	}
}
