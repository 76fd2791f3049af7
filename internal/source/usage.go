package source

import (
	"encoding/json"
	"time"

	"github.com/wrapcast/wrapcast"
)

// Usage says what a client has taken of a source so far: the figures at the end of a run.
type Usage struct {
	// Requests is the number of HTTP requests sent, repeated ones included, tokens and uploads too; not
	// what net/http repeats by itself when a kept connection turns out dead.
	Requests int `json:"requests"`
	// Retries is how many of these repeated an earlier one.
	Retries int `json:"retries"`
	// RateLimited is how many were answered 429.
	RateLimited int `json:"rate_limited"`
	// BytesOut and BytesIn are the sizes of bodies as they went over the wire, compressed where they were.
	BytesOut int64 `json:"bytes_out"`
	BytesIn  int64 `json:"bytes_in"`
	// WaitedForBudget, WaitedAsTold (Retry-After) and WaitedBackoff add up the waits of all
	// goroutines. They are milliseconds in JSON: "waited_for_budget_ms" and so on.
	WaitedForBudget time.Duration `json:"-"`
	WaitedAsTold    time.Duration `json:"-"`
	WaitedBackoff   time.Duration `json:"-"`
	// PerMinute is the budget, Budgeted how many of Requests it counted: all but those to the storage.
	PerMinute int `json:"per_minute"`
	Budgeted  int `json:"budgeted"`
	// MonthRequests is how many the organisation made this month, whoever sent them, where a ledger is kept;
	// PerMonth is its ceiling, 0 where there is none.
	MonthRequests int `json:"month_requests"`
	PerMonth      int `json:"per_month"`
	// First and Latest are when the budget was first and last used.
	First  time.Time `json:"first,omitzero"`
	Latest time.Time `json:"latest,omitzero"`
}

// MarshalJSON implements json.Marshaler.
func (u Usage) MarshalJSON() ([]byte, error) {
	type plain Usage
	return json.Marshal(struct {
		plain
		WaitedForBudgetMs int64 `json:"waited_for_budget_ms"`
		WaitedAsToldMs    int64 `json:"waited_as_told_ms"`
		WaitedBackoffMs   int64 `json:"waited_backoff_ms"`
	}{plain(u), u.WaitedForBudget.Milliseconds(), u.WaitedAsTold.Milliseconds(), u.WaitedBackoff.Milliseconds()})
}

// Share is how much of the budget was used from the first request to the latest, a fraction: at most 1 but
// for a burst. It is not measured of less than a quarter of a minute.
func (u Usage) Share() wrapcast.Measure {
	minutes := u.Latest.Sub(u.First).Minutes()
	if minutes < 0.25 || u.PerMinute < 1 {
		return wrapcast.NotMeasured()
	}
	return wrapcast.Measure(float64(u.Budgeted-1) / (minutes * float64(u.PerMinute)))
}

// Add sums up the usage of two clients that share a budget.
func (u Usage) Add(v Usage) Usage {
	if !v.First.IsZero() && (u.First.IsZero() || v.First.Before(u.First)) {
		u.First = v.First
	}
	if v.Latest.After(u.Latest) {
		u.Latest = v.Latest
	}
	u.Requests += v.Requests
	u.Retries += v.Retries
	u.RateLimited += v.RateLimited
	u.Budgeted += v.Budgeted
	u.BytesOut += v.BytesOut
	u.BytesIn += v.BytesIn
	u.WaitedForBudget += v.WaitedForBudget
	u.WaitedAsTold += v.WaitedAsTold
	u.WaitedBackoff += v.WaitedBackoff
	u.MonthRequests = max(u.MonthRequests, v.MonthRequests)
	return u
}

// Waited is the sum of all waits.
func (u Usage) Waited() time.Duration { return u.WaitedForBudget + u.WaitedAsTold + u.WaitedBackoff }
