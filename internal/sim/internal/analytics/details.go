package analytics

import (
	"math"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast/internal/sim/internal/api"
	"github.com/wrapcast/wrapcast/internal/sim/internal/contact"
)

// Details bounds queries for single conversations: open points.
type Details struct {
	// MostDays is the longest interval, 0 is none (S5).
	MostDays int
	// MostPageSize is the largest page and Depth how many conversations can be paged through (S6).
	MostPageSize, Depth int
	// Lag is how far the data of jobs is behind (S8).
	Lag time.Duration
}

// detailsQuery is ConversationQuery, and AsyncConversationQuery but for its paging and aggregations.
type detailsQuery struct {
	ConversationFilters []detailFilter `json:"conversationFilters"`
	SegmentFilters      []detailFilter `json:"segmentFilters"`
	EvaluationFilters   []detailFilter `json:"evaluationFilters"`
	SurveyFilters       []detailFilter `json:"surveyFilters"`
	ResolutionFilters   []detailFilter `json:"resolutionFilters"`
	Order               string         `json:"order"`
	OrderBy             string         `json:"orderBy"`
	Interval            string         `json:"interval"`

	span       span
	overlaps   bool // of a job: conversations whose life touches the interval
	before     int64
	conditions conditions
}

type pagedDetailsQuery struct {
	detailsQuery
	Aggregations []detailAggregation `json:"aggregations"`
	Paging       *paging             `json:"paging"`
}

type paging struct {
	PageSize   *int `json:"pageSize"`
	PageNumber *int `json:"pageNumber"`
}

type detailsAnswer struct {
	Conversations []*conversation `json:"conversations,omitempty"`
	Aggregations  []aggregated    `json:"aggregations,omitempty"`
	TotalHits     int             `json:"totalHits"`
}

// defaultDetailsPage is the size of a page when none is asked for.
const defaultDetailsPage = 25

// prepare checks a query and makes it ready to be asked.
func (q *detailsQuery) prepare(days int) error {
	if q.Interval == "" {
		return api.Constraint("interval", "interval is required")
	}
	s, err := (&query{Interval: q.Interval}).span(Ceilings{Days: days, Code: "bad.request"})
	if err != nil {
		return err
	}
	q.span = s
	if orders := []string{"asc", "desc", "unordered"}; q.Order != "" && !slices.Contains(orders, q.Order) {
		return api.InvalidValue(q.Order, "order", list(orders))
	}
	if by := []string{"conversationStart", "conversationEnd", "segmentStart", "segmentEnd"}; q.OrderBy != "" && !slices.Contains(by, q.OrderBy) {
		return api.InvalidValue(q.OrderBy, "orderBy", list(by))
	}
	q.before = math.MaxInt64
	if q.conditions, err = q.compile(); err != nil {
		return err
	}
	return nil
}

// details answers a page of conversations that began on a UTC day the interval touches.
func (r *Room) details(c *api.Call) (api.Answer, error) {
	var q pagedDetailsQuery
	if err := api.Decode(c.Body, &q, "ConversationQuery"); err != nil {
		return api.Answer{}, err
	}
	if err := q.prepare(r.Details.MostDays); err != nil {
		return api.Answer{}, err
	}
	size, number, err := r.Details.page(q.Paging)
	if err != nil {
		return api.Answer{}, err
	}
	if err := checkAggregations(q.Aggregations); err != nil {
		return api.Answer{}, err
	}
	const day = 24 * int64(time.Hour/time.Millisecond)
	q.span.from -= q.span.from % day
	q.span.to += (day - q.span.to%day) % day
	tallies := newDetailTallies(q.Aggregations)
	p := page{from: (number - 1) * size, to: number * size, whole: true}
	if len(q.Aggregations) > 0 {
		p.each = tallies.add
	}
	r.read(&q.detailsQuery, r.Now().UnixMilli(), &p)
	return api.OK(detailsAnswer{p.found, tallies.answer(), p.total}), nil
}

func (d Details) page(p *paging) (size, number int, err error) {
	size, number = defaultDetailsPage, 1
	if p != nil {
		if p.PageSize == nil || p.PageNumber == nil {
			return 0, 0, api.Constraint("paging", "paging needs pageSize and pageNumber")
		}
		size, number = *p.PageSize, *p.PageNumber
	}
	switch {
	case size < 1 || size > d.MostPageSize:
		return 0, 0, api.Constraint("paging.pageSize", "pageSize [%d] lies outside 1 to %d", size, d.MostPageSize)
	case number < 1:
		return 0, 0, api.Constraint("paging.pageNumber", "pageNumber [%d] must be at least 1", number)
	case size*number > d.Depth:
		return 0, 0, api.BadRequest("Pagination may not exceed %d results", d.Depth)
	}
	return size, number, nil
}

// covers reports whether a conversation is one of the interval: by its beginning, or of a job by its life.
func (q *detailsQuery) covers(legs []contact.Contact, now int64) bool {
	began := legs[0].Arrived
	if began > now || began >= q.span.to || began >= q.before {
		return false
	}
	if !q.overlaps {
		return began >= q.span.from
	}
	return ended(legs) >= q.span.from
}
