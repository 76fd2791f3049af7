package wrapcast

import "time"

// WeekReport is one week for people who decide: what is expected, beside what was, and how far it can be trusted.
type WeekReport struct {
	Schema       string       `json:"schema"`
	Organisation Organisation `json:"organisation"`
	BusinessUnit BusinessUnit `json:"business_unit"`
	// Week is its first local day, on the weekday the unit's weeks begin.
	Week Date `json:"week"`
	// MadeAt is when the report was made, AsOf up to when the platform was asked.
	MadeAt time.Time `json:"made_at"`
	AsOf   time.Time `json:"as_of"`
	// Forecast is the one that is shown: the last made before the week began, or the latest where the week lies ahead.
	Forecast       ForecastID `json:"forecast"`
	ForecastMadeAt time.Time  `json:"forecast_made_at"`
	CountingRule   string     `json:"counting_rule"`
	// Level is that of the bounds, a fraction.
	Level float64 `json:"level"`
	// Days are the four weeks before, the week, and the week after it, in total.
	Days []ReportDay `json:"days"`
	// BeforeFrom is the first of the last seven days that were read whole before the week: what it is compared with.
	BeforeFrom Date `json:"before_from"`
	// Total is the week in total, Codes, Queues and Groups the largest of it.
	Total  ReportSubject   `json:"total"`
	Codes  []ReportSubject `json:"codes"`
	Queues []ReportSubject `json:"queues"`
	// Groups are planning groups, without those that the settings leave out.
	Groups []ReportSubject `json:"groups,omitempty"`
	// OtherCodes, OtherQueues and OtherGroups are how many are not listed.
	OtherCodes  int `json:"other_codes"`
	OtherQueues int `json:"other_queues"`
	OtherGroups int `json:"other_groups,omitempty"`
	// Hours are the contacts expected per weekday of the week (in its order) and hour of the wall clock; empty where
	// the forecast does not reach the week's end.
	Hours [][]float64 `json:"hours"`
	// Staff is how many people the week needs, nil where that cannot be counted: there are no planning groups, or the
	// forecast does not hold the whole week.
	Staff *RequiredStaff `json:"required_staff,omitempty"`
	// Named are the days of the week that the calendar names.
	Named []SpecialDay `json:"named"`
	// Suggested say which holidays and days that return the calendar lacks, by the history.
	Suggested []Finding `json:"suggested,omitempty"`
	// Overrides are those that change the week.
	Overrides []AppliedOverride `json:"overrides"`
	// Overlaps are those of these overrides that overlap, with the rule that holds.
	Overlaps []AppliedOverlap `json:"overlaps,omitempty"`
	// Submissions are the plans of the week that were sent, the latest first.
	Submissions []Submission `json:"submissions"`
	// Accuracy is how good published forecasts were, by lead, over all codes and in total; nil where nothing can be
	// judged yet.
	Accuracy *AccuracyReport `json:"accuracy,omitempty"`
	// Ledger says whether the decisions of people were worth it, of its entries those of the last four weeks; nil where
	// none can be judged.
	Ledger *Ledger `json:"ledger,omitempty"`
	// Measured is the accuracy of the forecast on its own backtest, over all codes.
	Measured Accuracy `json:"measured"`
	// MeasuredByLevel is the same from the total down to single codes.
	MeasuredByLevel []LevelBacktest `json:"measured_by_level,omitempty"`
	// Good, Weak and Empty count codes by the verdict on their history.
	Good  int `json:"good"`
	Weak  int `json:"weak"`
	Empty int `json:"empty"`
	// Account says whether every contact of the last four weeks is accounted for; nil where that is not known.
	Account *ReconciliationSums `json:"account,omitempty"`
	// LeftOut are the planning groups that the settings leave out of plans, with the contacts that are expected of them in
	// the week, handled ones.
	LeftOut []ReportSubject `json:"left_out,omitempty"`
	// Unexplained is the account's remainder.
	Unexplained int `json:"unexplained"`
	// AuditEntries and AuditHash are the end of the audit chain when the report was made.
	AuditEntries int64  `json:"audit_entries"`
	AuditHash    string `json:"audit_hash"`
	// Version is that of wrapcast.
	Version string `json:"version"`
}

// WeekReportSchema names the JSON of a WeekReport.
const WeekReportSchema = "wrapcast.week/1"

// ReportDay is one day in total.
type ReportDay struct {
	Day Date `json:"day"`
	// Handled are the contacts of the day, not measured where the day was not read whole; Mean, Lower and Upper what is
	// forecast, and YearBefore the contacts handled on the same weekday 52 weeks before.
	Handled    Measure `json:"handled"`
	Mean       Measure `json:"mean"`
	Lower      Measure `json:"lower"`
	Upper      Measure `json:"upper"`
	YearBefore Measure `json:"year_before"`
}

// ReportSubject is a code, a queue or the total in the week.
type ReportSubject struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	// Mean is what is expected in the week; Lower and Upper bound it, and Interval says where the bounds come from.
	Mean     float64     `json:"mean"`
	Lower    float64     `json:"lower"`
	Upper    float64     `json:"upper"`
	Interval SumInterval `json:"interval"`
	// Before is the contacts handled in the seven days from BeforeFrom on, YearBefore 52 weeks before the week.
	Before     Measure `json:"before"`
	YearBefore Measure `json:"year_before"`
	// Handled are the contacts handled in the week, where all of it was read.
	Handled Measure `json:"handled"`
	// HandleSeconds is the average handle time expected, Hours the hours of handling.
	HandleSeconds float64 `json:"handle_seconds"`
	Hours         float64 `json:"hours"`
	// WAPE is that of the forecast's own backtest; Verdict is of its history, codes only.
	WAPE    Measure `json:"wape"`
	Verdict Verdict `json:"verdict,omitempty"`
	// Changed reports whether overrides moved it.
	Changed bool `json:"changed,omitempty"`
}

// Change is the growth of Mean over Before, a fraction.
func (t ReportSubject) Change() Measure {
	if !t.Before.Known() || t.Before <= 0 {
		return NotMeasured()
	}
	return Measure(t.Mean)/t.Before - 1
}

// RequiredStaff is how many people a week needs, as the plan, the weekly report and workbooks show it.
type RequiredStaff struct {
	Span
	// Forecast is the one they were counted of, with the overrides in use then.
	Forecast ForecastID `json:"forecast"`
	// Certainty is the share of futures in which the figures named surer are enough.
	Certainty float64 `json:"certainty"`
	// Currency is that of costs, "" where the settings do not say what an hour costs.
	Currency string `json:"currency,omitempty"`
	// Total are all planning groups together, Indicative how many of Groups have a goal that nobody set for them.
	Total      StaffStretch `json:"total"`
	Indicative int          `json:"indicative"`
	Groups     []StaffGroup `json:"groups"`
}

// StaffGroup is how many people a planning group needs in a week and on its days.
type StaffGroup struct {
	ID         PlanningGroupID `json:"id"`
	Name       string          `json:"name"`
	Indicative bool            `json:"indicative"`
	Week       StaffStretch    `json:"week"`
	Days       []StaffStretch  `json:"days"`
}

// StaffStretch is how many people a day or a week needs.
type StaffStretch struct {
	Span
	Contacts float64 `json:"contacts"`
	// Peak are the people of the busiest quarter-hour, Hours those of people who are there, Rostered of those who are paid
	// for; Surer is enough in the futures of Certainty, and not known of the busiest quarter-hour of all groups together.
	Peak       float64  `json:"peak"`
	PeakSurer  Measure  `json:"peak_surer"`
	Hours      float64  `json:"hours"`
	HoursSurer Measure  `json:"hours_surer"`
	Rostered   float64  `json:"rostered_hours"`
	Cost       *float64 `json:"cost,omitempty"`
}

// AddStaff adds how many people the week needs, where they were counted of the forecast that the report shows.
func (r *WeekReport) AddStaff(weeks []RequiredStaff) {
	for _, w := range weeks {
		if w.From == r.Week && w.Forecast == r.Forecast {
			r.Staff = &w
		}
	}
}
