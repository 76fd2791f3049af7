package today

import (
	"time"

	"github.com/wrapcast/wrapcast"
)

// Schema names the JSON of a Report.
const Schema = "wrapcast.intraday/1"

// State says how much can be said of a subject.
type State string

// The states of a subject.
const (
	// Updated: what is left was corrected by what came.
	Updated State = "updated"
	// Morning: nothing has come that could correct the morning's forecast; it is left as it is.
	Morning State = "morning"
	// Closed: nothing is expected all day.
	Closed State = "closed"
	// Silent: nothing has come of late although much was expected. Whether it is late or missing nobody can tell from
	// the counts: what is left is the morning's forecast.
	Silent State = "silent"
	// Plain: too few ordinary days are stored to learn from: what is left is the morning's forecast, without bands.
	Plain State = "too_few_days"
	// Over: nothing more is expected today.
	Over State = "over"
)

// Report is what is left of a day.
type Report struct {
	Schema       string                  `json:"schema"`
	Forecast     wrapcast.ForecastID     `json:"forecast"`
	MadeAt       time.Time               `json:"forecast_made_at"`
	BusinessUnit wrapcast.BusinessUnitID `json:"business_unit,omitempty"`
	TimeZone     string                  `json:"time_zone"`
	Day          wrapcast.Date           `json:"day"`
	// Names are those the calendar has for the day.
	Names []string `json:"special_day,omitempty"`
	// Until is the end of the last quarter-hour whose counts are known, Now the moment asked about, ReadAt when the
	// counts were read. All are RFC 3339 in the unit's zone.
	Until  string `json:"until"`
	Now    string `json:"now"`
	ReadAt string `json:"read_at,omitempty"`
	// Off says whether the day goes off: a test that aims to be wrong on Wrong of ordinary days, over all subjects and the
	// times of the day it is asked (docs/FORECASTING.md has what was measured).
	Off   bool    `json:"off"`
	Wrong float64 `json:"false_alarms"`
	// Chance is how likely an ordinary day is as far off in any subject at any time; null where nothing could be tested.
	Chance wrapcast.Measure `json:"chance"`
	// LateCodes is what codes that arrive late were reckoned with.
	LateCodes LateCodes `json:"late_codes"`
	Total     Subject   `json:"total"`
	Groups    []Subject `json:"groups"`
	Queues    []Subject `json:"queues"`
	Codes     []Subject `json:"codes"`
	// OtherCodes are too small for a forecast of their own within a day: how many.
	OtherCodes int `json:"codes_left_out"`
	// Proposals are overrides that would say so; none is stored.
	Proposals []Proposal `json:"proposals"`
	// Findings name what could not be said and why.
	Findings []wrapcast.Finding `json:"findings"`
}

// LateCodes are contacts without a wrap-up code today and on ordinary days.
type LateCodes struct {
	// Now is their share today so far, Usual on ordinary days once codes have arrived.
	Now   wrapcast.Measure `json:"without_code_now"`
	Usual wrapcast.Measure `json:"without_code_usual"`
	// Shared is how many contacts were given to codes in proportion, since codes are usually there in the end.
	Shared float64 `json:"shared_out"`
}

// Subject is all contacts, a planning group, a queue or a code.
type Subject struct {
	Kind  wrapcast.AccuracyLevel `json:"kind"`
	ID    string                 `json:"id,omitempty"`
	Name  string                 `json:"name"`
	State State                  `json:"state"`
	// Until is the end of the last quarter-hour that is known of it.
	Until string `json:"until"`
	// Actual are the contacts handled so far, late codes reckoned in; Expected what the forecast had for the same time.
	Actual   float64 `json:"actual"`
	Expected float64 `json:"expected"`
	// Morning is what the forecast has for the rest of the day, Rest what is expected now.
	Morning float64              `json:"rest_forecast"`
	Rest    float64              `json:"rest"`
	Bands   []wrapcast.BandValue `json:"rest_bands"`
	// Day is the whole day: Actual and Rest together.
	Day         float64              `json:"day"`
	DayForecast float64              `json:"day_forecast"`
	DayBands    []wrapcast.BandValue `json:"day_bands"`
	// Chance is how likely an ordinary day is as far off at any time of it, in this subject alone; null where that could
	// not be tested. Off says that it goes off, by the test over all subjects.
	Chance wrapcast.Measure `json:"chance"`
	Off    bool             `json:"off"`
	// Since is when it began to run differently, Change by how much: 0.2 is 20 % more than what came before it let
	// expect. Only where it is off.
	Since  string   `json:"off_since,omitempty"`
	Change *float64 `json:"off_change,omitempty"`
	// LearnedDays is how many ordinary days were learned from.
	LearnedDays int         `json:"learned_days"`
	Closing     string      `json:"closing,omitempty"`
	Staff       *Staff      `json:"staff,omitempty"`
	Slots       []SlotValue `json:"intervals,omitempty"`
}

// SlotValue is a quarter-hour of the day.
type SlotValue struct {
	Start string `json:"start"`
	// Forecast is what the morning had, Actual what came (null where it is not known yet), Expected what is expected now
	// of a quarter-hour that is to come, with bounds that hold 80 % (null of those that are over).
	Forecast float64          `json:"forecast"`
	Actual   wrapcast.Measure `json:"actual"`
	Expected wrapcast.Measure `json:"expected"`
	Lower    wrapcast.Measure `json:"lower"`
	Upper    wrapcast.Measure `json:"upper"`
	// Required is the staff required, of a planning group; Surer is enough for nine in ten of what may come.
	Required *float64          `json:"required,omitempty"`
	Surer    *wrapcast.Measure `json:"required_p90,omitempty"`
}

// Staff is the staff that the rest of the day requires of a planning group, in hours of people who are there.
type Staff struct {
	Hours   float64 `json:"hours"`
	Morning float64 `json:"hours_forecast"`
	// Peak is the largest number required at once, at PeakAt; PeakSurer enough for nine in ten of what may come then.
	Peak       float64          `json:"peak"`
	PeakSurer  wrapcast.Measure `json:"peak_p90"`
	PeakAt     string           `json:"peak_at,omitempty"`
	Indicative bool             `json:"indicative"`
}

// Proposal is an override that would bring the day's forecast to what is expected now. It is not stored: somebody who
// agrees adds it.
type Proposal struct {
	Kind  wrapcast.AccuracyLevel `json:"kind"`
	ID    string                 `json:"id,omitempty"`
	Name  string                 `json:"name"`
	Day   wrapcast.Date          `json:"day"`
	Set   float64                `json:"set"`
	Now   float64                `json:"now"`
	Cause string                 `json:"reason"`
	// Command adds it.
	Command string `json:"command"`
}
