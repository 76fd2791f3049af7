package genesys

import (
	"context"
	"encoding/json"

	"github.com/wrapcast/wrapcast/internal/genesys/internal/sizing"
	"github.com/wrapcast/wrapcast/internal/source"
)

// Source is a client as a [source.Source]: what it learns about reading is a JSON document there.
type Source struct{ *Client }

// ReadHistory implements [source.Source]; see [Client.ReadHistory].
func (s Source) ReadHistory(ctx context.Context, r source.Reading) (json.RawMessage, error) {
	learned, err := s.Client.ReadHistory(ctx, History{Gaps: r.Gaps, Detail: r.Detail,
		Known: learnedFrom(r.Learned), Keep: r.Keep, Begins: r.Begins})
	document, failure := json.Marshal(learned)
	if err == nil {
		err = failure
	}
	return document, err
}

// Estimate implements [source.Estimator].
func (s Source) Estimate(r source.Reading) source.RequestEstimate {
	return s.EstimateRequests(History{Gaps: r.Gaps, Detail: r.Detail, Known: learnedFrom(r.Learned)})
}

// learnedFrom reads what earlier answers have taught; what cannot be read is learned anew.
func learnedFrom(document json.RawMessage) LearnedLimits {
	var known LearnedLimits
	if len(document) == 0 || json.Unmarshal(document, &known) != nil {
		return LearnedLimits{}
	}
	return known
}

// LearnedLimits is what an organisation's answers have taught about how much to ask for at once. It is JSON, kept
// between runs; the zero value knows nothing.
type LearnedLimits = sizing.LearnedLimits

// EstimateRequests predicts what ReadHistory would take. It asks nothing.
func (c *Client) EstimateRequests(h History) source.RequestEstimate {
	r := newReading(c, h)
	e := source.RequestEstimate{Known: h.Known.MaxRows > 0, Questions: []source.QueryEstimate{r.codes.Estimate("codes"),
		r.queues.Estimate("queues")}}
	for _, q := range e.Questions {
		e.Requests += q.Requests
		e.Min += q.Min
	}
	limits := c.transport.Budget().Limits()
	e.Minutes = float64(max(e.Requests-limits.Burst, 0)) / float64(limits.PerMinute)
	return e
}
