package genesys

import (
	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/genesys/internal/sizing"
	"github.com/wrapcast/wrapcast/internal/source"
)

// LearnedLimits is what an organisation's answers have taught about how much to ask for at once. It is JSON, kept
// between runs; the zero value knows nothing.
type LearnedLimits = sizing.LearnedLimits

// EstimateRequests predicts what ReadHistory would take. It asks nothing.
func (c *Client) EstimateRequests(gaps []wrapcast.Interval, known LearnedLimits) source.RequestEstimate {
	r := newReading(c, History{Gaps: gaps, Known: known})
	e := source.RequestEstimate{Known: known.MaxRows > 0, Questions: []source.QueryEstimate{r.codes.Estimate("codes"),
		r.queues.Estimate("queues")}}
	for _, q := range e.Questions {
		e.Requests += q.Requests
		e.Min += q.Min
	}
	limits := c.transport.Budget().Limits()
	e.Minutes = float64(max(e.Requests-limits.Burst, 0)) / float64(limits.PerMinute)
	return e
}
