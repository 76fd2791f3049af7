package genesys

import (
	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/genesys/internal/sizing"
)

// LearnedLimits is what an organisation's answers have taught about how much to ask for at once. It is JSON, kept between
// runs; the zero value knows nothing.
type LearnedLimits = sizing.LearnedLimits

// RequestEstimate is how many requests reading a history will take, before anything is asked.
type RequestEstimate struct {
	// Requests are to be expected; Min is the fewest that could do if every size were known.
	Requests int `json:"requests"`
	Min      int `json:"least"`
	// Minutes is how long they take at the budget.
	Minutes float64 `json:"minutes"`
	// Known tells whether earlier answers have taught how much the platform gives at once; else the longest interval
	// allowed is reckoned with, and the first answers will tell.
	Known     bool              `json:"known"`
	Questions []sizing.Estimate `json:"questions"`
}

// EstimateRequests predicts what ReadHistory would take. It asks nothing.
func (c *Client) EstimateRequests(gaps []wrapcast.Interval, known LearnedLimits) RequestEstimate {
	r := newReading(c, History{Gaps: gaps, Known: known})
	e := RequestEstimate{Known: known.MaxRows > 0, Questions: []sizing.Estimate{r.codes.Estimate("codes"), r.queues.Estimate("queues")}}
	for _, q := range e.Questions {
		e.Requests += q.Requests
		e.Min += q.Min
	}
	limits := c.transport.Budget().Limits()
	e.Minutes = float64(max(e.Requests-limits.Burst, 0)) / float64(limits.PerMinute)
	return e
}
