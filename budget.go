package wrapcast

import "time"

// BudgetLimits are an organisation's share of the platform's request limit.
type BudgetLimits struct {
	// PerMinute is how many requests a minute may be made, of which Burst at once. Both are at least one.
	PerMinute int `json:"per_minute"`
	Burst     int `json:"burst"`
	// PerMonth is how many may be made in a month of UTC; 0: any number.
	PerMonth int `json:"per_month,omitempty"`
}

// Allowance is a part of the budget that was set aside for one process: so many requests, the
// first at From and each Every after the one before. What lies in the past may be made at once.
type Allowance struct {
	From     time.Time     `json:"from"`
	Every    time.Duration `json:"every"`
	Requests int           `json:"requests"`
	// MonthRequests is how many the organisation has set aside this month, these included.
	MonthRequests int `json:"month_requests"`
}
