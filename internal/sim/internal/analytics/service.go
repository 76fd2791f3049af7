// Package analytics answers aggregates queries about conversations. It has the request grammar of the platform, and
// counts by the platform's rules over streamed contacts.
package analytics

import (
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/wrapcast/wrapcast/internal/sim/internal/api"
	"github.com/wrapcast/wrapcast/internal/sim/internal/contact"
	"github.com/wrapcast/wrapcast/internal/sim/internal/organisation"
)

// Groups are the open points of a result's groups.
type Groups struct {
	// Callbacks is the direction of callbacks.
	Callbacks string
	// SkillsAsList writes several skills as a list where they are not flattened, instead of counting once for each;
	// AllAsLists writes every value as one.
	SkillsAsList, AllAsLists bool
	// Offset is how intervals say that they are in UTC, "" means Z.
	Offset string
	// Unskilled agents' metrics carry neither language nor skills.
	Unskilled bool
}

// Service answers analytics queries about an organisation.
type Service struct {
	Organisation *organisation.Organisation
	Contacts     contact.Source
	Now          func() time.Time
	Seed         uint64
	Ceilings     Ceilings
	// Grant says in which divisions the client's role may see conversations: those in others are not answered, and
	// nothing says so.
	Grant organisation.Grant
	// Uncoded are the agent's metrics that carry no wrap-up code.
	Uncoded []string
	// Groups says how groups are told apart and written.
	Groups Groups
	// EmptyList answers nothing found with {"results":[]} instead of {}.
	EmptyList bool

	once sync.Once
	ids  *directory
}

// directory is the service's, made when it is first needed.
func (r *Service) directory() *directory {
	r.once.Do(func() { r.ids = newDirectory(r.Organisation, r.Seed, r.Groups) })
	return r.ids
}

// Endpoints lists the service's operations.
func (r *Service) Endpoints() []api.Endpoint {
	return []api.Endpoint{
		{Method: http.MethodPost, Path: "/api/v2/analytics/conversations/aggregates/query",
			AnyOf: []string{"analytics:conversationAggregate:view"},
			Takes: api.JSON, Repeatable: true, Handle: r.aggregates},
		{Method: http.MethodPost, Path: "/api/v2/analytics/queues/observations/query",
			AnyOf: []string{"analytics:queueObservation:view"},
			Takes: api.JSON, Repeatable: true, Handle: r.observations},
	}
}

func (r *Service) aggregates(c *api.Call) (api.Answer, error) {
	var q query
	if err := api.Decode(c.Body, &q, "ConversationAggregationQuery"); err != nil {
		return api.Answer{}, err
	}
	if err := q.check(); err != nil {
		return api.Answer{}, err
	}
	if refused := r.Ceilings.remembers(&q, r.Now()); refused != nil {
		return api.Answer{}, refused
	}
	a, b, refused := r.aggregate(&q, r.Ceilings, r.Now())
	if refused != nil {
		return api.Answer{}, refused
	}
	return api.Answer{Status: http.StatusOK, Stream: func(out io.Writer) error {
		return a.write(out, b, &q,
			r.EmptyList)
	}}, nil
}

// aggregate counts what a checked query asks for, as it shows at a moment.
func (r *Service) aggregate(q *query, c Ceilings, now time.Time) (*aggregation, *directory, *api.Error) {
	q.GroupBy, q.Metrics = unique(q.GroupBy), unique(q.Metrics)
	s, err := q.span(c)
	if err != nil {
		return nil, nil, err
	}
	b := r.directory()
	wanted, err := q.Filter.compile(b)
	if err != nil {
		return nil, nil, err
	}
	a := newAggregation(q, s, b, c.Rows)
	e := newEmitter(b, b.granted(r.Grant, wanted), r.Uncoded)
	a.fold(e, r.Contacts, r.Organisation, now)
	if a.full() {
		return nil, nil, c.refuse(q, "The answer has too many groups and intervals")
	}
	return a, b, nil
}
