package heads

import (
	"slices"

	"github.com/wrapcast/wrapcast"
)

// Schema names the JSON of a Report.
const Schema = "wrapcast.staff/1"

// Report is how many people a forecast needs. Heads are those who must be there, hours those of people who are there;
// rostered adds those who are paid for and away.
type Report struct {
	Schema       string                  `json:"schema"`
	Forecast     wrapcast.ForecastID     `json:"forecast"`
	BusinessUnit wrapcast.BusinessUnitID `json:"business_unit,omitempty"`
	TimeZone     string                  `json:"time_zone"`
	// From and To are the first and last local day.
	From wrapcast.Date `json:"from"`
	To   wrapcast.Date `json:"to"`
	// Certainty is the share of futures in which the figures named _surer suffice: 0.9 means 9 in 10.
	Certainty float64 `json:"certainty"`
	// Paths is how many futures were looked at, 0 where the forecast has none: then only what is expected is known.
	Paths       int     `json:"paths"`
	CostPerHour float64 `json:"cost_per_hour,omitempty"`
	Currency    string  `json:"currency,omitempty"`
	// Weeks are all groups together, in the same futures.
	Weeks  []Stretch `json:"weeks"`
	Groups []Group   `json:"groups"`
	// Platform is what the target itself asks for, where it was asked.
	Platform []PlatformWeek `json:"platform,omitempty"`
	// Notes are sentences that people should know of.
	Notes []string `json:"notes"`
}

// Copy is a report whose quarter-hours may be written to without changing this one.
func (r *Report) Copy() Report {
	c := *r
	c.Groups = slices.Clone(r.Groups)
	for i := range c.Groups {
		c.Groups[i].Intervals = slices.Clone(c.Groups[i].Intervals)
	}
	return c
}

// Group is one planning group.
type Group struct {
	ID   wrapcast.PlanningGroupID `json:"id"`
	Name string                   `json:"name"`
	// Channel is what its contacts come by, Model how heads are counted: erlang-c, erlang-a or deferred.
	Channel wrapcast.MediaType `json:"channel"`
	Model   string             `json:"model"`
	Service GroupService       `json:"service"`
	// Indicative says that its goal is a default that nobody has set for it.
	Indicative bool       `json:"indicative"`
	Weeks      []Stretch  `json:"weeks"`
	Days       []Stretch  `json:"days"`
	Intervals  []Interval `json:"intervals"`
}

// GroupService is how the contacts of a group are served.
type GroupService struct {
	Source Source `json:"source"`
	// Template is the name of the platform's service goal template, where Source is the platform.
	Template     string  `json:"template,omitempty"`
	ServiceLevel float64 `json:"service_level,omitempty"`
	Within       float64 `json:"within_seconds,omitempty"`
	ASA          float64 `json:"asa_seconds,omitempty"`
	Abandoned    float64 `json:"max_abandoned,omitempty"`
	Occupancy    float64 `json:"max_occupancy,omitempty"`
	Patience     float64 `json:"patience_seconds,omitempty"`
	Shrinkage    float64 `json:"shrinkage"`
	AtOnce       int     `json:"at_once"`
	Promise      float64 `json:"promise_seconds,omitempty"`
}

// Interval is one quarter-hour.
type Interval struct {
	// Start is RFC 3339 in the unit's zone, with its offset.
	Start string `json:"start"`
	// Contacts are those expected, AHT what each takes on average in seconds.
	Contacts float64 `json:"contacts"`
	AHT      float64 `json:"aht_seconds"`
	// Mean is the least number of people that meet the goal when what is expected comes. P80, P90 and Surer are enough in
	// so many futures, never fewer than Mean; null where the forecast has no futures.
	Mean  float64          `json:"required_mean"`
	P80   wrapcast.Measure `json:"required_p80"`
	P90   wrapcast.Measure `json:"required_p90"`
	Surer wrapcast.Measure `json:"required_surer"`
	// Rostered is Mean with those who are paid for and away.
	Rostered float64 `json:"rostered_mean"`
	// OnRoster is how many the roster has, those away included, and Enough the share of futures in which it is enough;
	// nil where no roster is looked at.
	OnRoster *float64          `json:"on_roster,omitempty"`
	Enough   *wrapcast.Measure `json:"on_roster_enough,omitempty"`
	// Platform is what the target itself asks for, nil where it was not asked or says nothing.
	Platform *float64 `json:"required_platform,omitempty"`
	// Reasons add up to Mean.
	Reasons []ReasonHeads `json:"reasons"`
}

// ReasonHeads is what a wrap-up code has of the heads.
type ReasonHeads struct {
	Code  wrapcast.CodeID `json:"code"`
	Heads float64         `json:"heads"`
}

// Stretch is a day or a week.
type Stretch struct {
	wrapcast.Span
	Contacts float64 `json:"contacts"`
	// Hours are those of people who are there: what is expected, and enough in so many futures of the whole stretch.
	Hours      float64          `json:"hours_mean"`
	HoursP80   wrapcast.Measure `json:"hours_p80"`
	HoursP90   wrapcast.Measure `json:"hours_p90"`
	HoursSurer wrapcast.Measure `json:"hours_surer"`
	// Peak is the busiest quarter-hour: heads expected, and surer; of all groups together expected alone.
	Peak      float64          `json:"peak_mean"`
	PeakP80   wrapcast.Measure `json:"peak_p80"`
	PeakP90   wrapcast.Measure `json:"peak_p90"`
	PeakSurer wrapcast.Measure `json:"peak_surer"`
	// HoursPooled are Hours if all who answer at once could answer everything, as one group: nobody needs fewer. Of all
	// groups together alone.
	HoursPooled *float64 `json:"hours_pooled,omitempty"`
	// RosteredHours are paid: Hours with those away. Cost is what they cost, SurerCost what it costs more to be surer.
	RosteredHours float64           `json:"rostered_hours_mean"`
	Cost          *float64          `json:"cost_mean,omitempty"`
	SurerCost     *wrapcast.Measure `json:"cost_of_certainty,omitempty"`
	// OnRoster are the hours of a roster, nil where none is looked at; Short and Over are those by which it falls short
	// of, or is above, what is to be rostered, quarter-hour by quarter-hour; Enough is the share of quarter-hours and
	// futures, of those in which somebody is needed, in which it is enough.
	OnRoster *float64          `json:"on_roster_hours,omitempty"`
	Short    *float64          `json:"on_roster_short_hours,omitempty"`
	Over     *float64          `json:"on_roster_over_hours,omitempty"`
	Enough   *wrapcast.Measure `json:"on_roster_enough,omitempty"`
	Reasons  []ReasonHours     `json:"reasons"`
}

// ReasonHours is what a wrap-up code has of a stretch.
type ReasonHours struct {
	Code wrapcast.CodeID `json:"code"`
	Name string          `json:"name"`
	// Hours add up to those of the stretch; Heads are the same per hour in which anybody is needed.
	Hours float64 `json:"hours"`
	Heads float64 `json:"heads"`
	// Surer is its part of what it takes to be surer, in hours: those of all codes add up to hours_surer - hours_mean.
	Surer wrapcast.Measure `json:"hours_of_certainty"`
	// TenPercent is how many hours ten per cent more of it take.
	TenPercent float64  `json:"hours_of_ten_percent"`
	Cost       *float64 `json:"cost,omitempty"`
	// SurerHeads and TenPercentHeads are Surer and TenPercent per hour in which anybody is needed, as Heads is of Hours;
	// TenPercentCost is what the last costs in such an hour.
	SurerHeads      wrapcast.Measure `json:"heads_of_certainty"`
	TenPercentHeads float64          `json:"heads_of_ten_percent"`
	TenPercentCost  *float64         `json:"cost_an_hour_of_ten_percent,omitempty"`
}
