package wrapcast

import (
	"slices"
	"strings"
	"time"
)

// Band is a prediction interval per step.
type Band struct {
	// Level is the share of outcomes it should hold, a fraction such as 0.85.
	Level float64 `json:"level"`
	// Lower and Upper bound it, one value per step, never negative and never crossing.
	Lower []float64 `json:"lower"`
	Upper []float64 `json:"upper"`
}

// CandidateScore is one model's error in the rolling backtest that chose among them.
type CandidateScore struct {
	Model string `json:"model"`
	// Error is its mean absolute error over the seasonal naive's inside the sample; lower is better.
	Error Measure `json:"error"`
	// Weight is its share in the forecast, 0 to 1.
	Weight float64 `json:"weight"`
}

// DailyForecast is the forecast of one thing (a code, a queue, the total) per local day.
type DailyForecast struct {
	// Mean is what sums and staffing need, Median what is as often above as below.
	Mean   []float64 `json:"mean"`
	Median []float64 `json:"median"`
	Bands  []Band    `json:"bands"`
	// HandleSeconds is the average handle time in seconds per day.
	HandleSeconds []float64 `json:"handle_seconds"`
	// Model is the method used, Fallback why it is a simpler one than asked, "" when it is not.
	Model      string           `json:"model"`
	Fallback   string           `json:"fallback,omitempty"`
	Candidates []CandidateScore `json:"candidates,omitempty"`
	// Accuracy is measured on the rolling backtest.
	Accuracy Accuracy `json:"accuracy"`
}

// Levels are those of the bands, ascending.
func (d *DailyForecast) Levels() []float64 {
	levels := make([]float64, len(d.Bands))
	for i, b := range d.Bands {
		levels[i] = b.Level
	}
	slices.Sort(levels)
	return levels
}

// CodeForecast is the forecast of one wrap-up code over all its queues.
type CodeForecast struct {
	Code Code `json:"code"`
	DailyForecast
}

// QueueForecast is the forecast of one queue over all its codes.
type QueueForecast struct {
	Queue Queue `json:"queue"`
	DailyForecast
}

// GroupForecast is the forecast of one planning group over all its queues and channels, in handled contacts.
type GroupForecast struct {
	Group PlanningGroup `json:"group"`
	DailyForecast
}

// LeafForecast is the mean forecast of one leaf per local day. Leaves add up to
// codes, to queues and to the total.
type LeafForecast struct {
	Leaf          Leaf      `json:"leaf"`
	Mean          []float64 `json:"mean"`
	HandleSeconds []float64 `json:"handle_seconds"`
}

// Forecast is what wrapcast expects, frozen when it was made.
type Forecast struct {
	Schema       string         `json:"schema"`
	ID           ForecastID     `json:"id"`
	Run          RunID          `json:"run"`
	Organisation OrganisationID `json:"organisation"`
	// BusinessUnit is the unit it was made for, in whose days and planning groups it is; "" where there is none.
	BusinessUnit BusinessUnitID `json:"business_unit,omitempty"`
	MadeAt       time.Time      `json:"made_at"`
	// CountingRule names what one contact is: CountingRule.
	CountingRule string `json:"counting_rule"`
	// Directions are those whose contacts count, where not the inbound ones alone do.
	Directions []Direction `json:"directions,omitempty"`
	// Algorithm is what was asked for: "auto", "exponentialSmoothing".
	Algorithm string `json:"algorithm"`
	// TimeZone is whose days these are; From is the first, Days how many.
	TimeZone string `json:"time_zone"`
	From     Date   `json:"from"`
	Days     int    `json:"days"`
	// HistoryFrom and HistoryTo bound the local days learned from, both included.
	HistoryFrom Date            `json:"history_from"`
	HistoryTo   Date            `json:"history_to"`
	Codes       []CodeForecast  `json:"codes"`
	Queues      []QueueForecast `json:"queues"`
	// Groups are the planning groups whose queues and channels had contacts.
	Groups []GroupForecast `json:"groups,omitempty"`
	Total  DailyForecast   `json:"total"`
	Leaves []LeafForecast  `json:"leaves"`
	// SpecialDays are the days of the horizon that the calendar names.
	SpecialDays []SpecialDay `json:"special_days,omitempty"`
	// Overrides are those applied to it, and Base is what was forecast without them; nil where there are none.
	Overrides []AppliedOverride `json:"overrides,omitempty"`
	Base      *Forecast         `json:"base,omitempty"`
	// Overlaps are those of the overrides that overlap, each with the rule that held.
	Overlaps []AppliedOverlap `json:"overlaps,omitempty"`
	// Counterfactuals are what would have been forecast without single masks, events and changes of lineage, for the
	// ledger; before overrides.
	Counterfactuals []Counterfactual `json:"counterfactuals,omitempty"`
	// Findings are about the calendar, the lineage of codes and overrides: what could not be used, and what is in
	// conflict.
	Findings []Finding `json:"findings,omitempty"`
	// Accuracy is over all codes, daily.
	Accuracy Accuracy `json:"accuracy"`
	// AccuracyByLevel is the same from the total down to single codes; empty in forecasts of before it was kept.
	AccuracyByLevel []LevelBacktest `json:"accuracy_by_level,omitempty"`
	// Errors are what its joint paths are drawn from, nil for a forecast made before there were any. They are stored
	// beside the document.
	Errors *TestErrors `json:"-"`
}

// LevelBacktest is the accuracy of all subjects of a level in the rolling backtest, cell by cell: one cell is one
// subject on one local day.
type LevelBacktest struct {
	Kind AccuracyLevel `json:"kind"`
	Accuracy
}

// SpecialDay is a day the calendar has a name for.
type SpecialDay struct {
	Day   Date     `json:"day"`
	Names []string `json:"names"`
	// NeverBefore are those of the names that no day of the history has: nothing could be learned of them.
	NeverBefore []string `json:"never_before,omitempty"`
}

// Title names the day, and says which of its names are new.
func (d SpecialDay) Title() string {
	titles := make([]string, len(d.Names))
	for i, name := range d.Names {
		titles[i] = name
		if slices.Contains(d.NeverBefore, name) {
			titles[i] += " (never before)"
		}
	}
	return strings.Join(titles, ", ")
}

// WithoutOverrides returns what was forecast before anybody changed it.
func (f Forecast) WithoutOverrides() Forecast {
	if f.Base == nil {
		return f
	}
	base := *f.Base
	base.Errors, base.Counterfactuals = f.Errors, f.Counterfactuals
	return base
}

// ForecastSchema names the JSON of a Forecast.
const ForecastSchema = "wrapcast.forecast/1"

// CountingRule is the one rule by which contacts are counted: the handled leg, the
// platform's tHandle.count, at the end of its after-call work.
const CountingRule = "handled leg (tHandle.count)"

// ForecastSnapshot is one local day of the forecast that held so many days before it. It is cut out of that forecast
// once the day is over and never changed, so that accuracy can be computed without reading every forecast there was.
type ForecastSnapshot struct {
	Organisation OrganisationID `json:"organisation"`
	Day          Date           `json:"day"`
	// Lead is one of AccuracyLeads; Age is how many days before the day the forecast began to hold, at least Lead.
	Lead int `json:"lead"`
	Age  int `json:"age"`
	// Forecast names the forecast, MadeAt is when it was made.
	Forecast ForecastID `json:"forecast"`
	MadeAt   time.Time  `json:"made_at"`
	// Published says that of the forecasts a target had this one held, Latest that it held of all that were made. One
	// of them is true at least.
	Published bool              `json:"published"`
	Latest    bool              `json:"latest"`
	Values    []SubjectSnapshot `json:"values"`
	// Decisions are what the decisions of people did to the day; only kept at a lead of one day.
	Decisions []DecisionSnapshot `json:"decisions,omitempty"`
}

// SubjectSnapshot is the forecast of one subject (a code, a queue, a planning group, the total) for one day, in
// contacts and seconds.
type SubjectSnapshot struct {
	Kind AccuracyLevel `json:"kind"`
	ID   string        `json:"id,omitempty"`
	Name string        `json:"name,omitempty"`
	// Routes are those a planning group had.
	Routes []Route `json:"routes,omitempty"`
	SnapshotValue
	// Base is the same forecast without overrides; nil where none changed it.
	Base *SnapshotValue `json:"base,omitempty"`
	// Scale is the mean step of the seasonal naive in the history the forecast knew: what MASE is measured in.
	Scale Measure `json:"scale"`
}

// SnapshotValue is one day of a DailyForecast.
type SnapshotValue struct {
	Mean          float64     `json:"mean"`
	Median        float64     `json:"median"`
	HandleSeconds float64     `json:"handle_seconds"`
	Bands         []BandValue `json:"bands,omitempty"`
}

// BandValue is a Band on one day.
type BandValue struct {
	Level float64 `json:"level"`
	Lower float64 `json:"lower"`
	Upper float64 `json:"upper"`
}
