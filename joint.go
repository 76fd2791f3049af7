package wrapcast

import "slices"

// TestErrors are what joint paths of a forecast are drawn from: possible futures of everything forecast at once, from
// which weeks, planning groups and other sums have their intervals. Paths are not stored: the same errors, seed and
// forecast draw the same paths again, bit for bit.
type TestErrors struct {
	// Seed feeds the draws.
	Seed uint64
	// Series has the test periods of what was forecast by itself, in this order: the forecast's codes, its queues, its
	// planning groups, the total. None for what was too new to have any.
	Series [][]TestPeriod
}

// TestPeriod has the errors of one past that was forecast.
type TestPeriod struct {
	// Back is how many days before the end of the history it begins.
	Back int
	// Scores has one normal score per day in units of 1/32 standard deviations, -128 where there is none.
	Scores []int8
}

// Span is a stretch of local days, both included.
type Span struct {
	From Date `json:"from"`
	To   Date `json:"to"`
}

// Days is how many days a span has.
func (s Span) Days() int { return int(s.To-s.From) + 1 }

// SumForecast is what is expected of one thing (a code, a queue, a planning group, the total) over a span of days
// together.
type SumForecast struct {
	Span
	// Mean is the sum of the days' means.
	Mean float64 `json:"mean"`
	// Bands are intervals of the sum, of the levels the days have, narrowest first.
	Bands []BandValue `json:"bands"`
	// Interval says where the bounds come from.
	Interval SumInterval `json:"interval"`
}

// SumInterval says where the bounds of a sum come from.
type SumInterval string

// The ways to bounds of a sum.
const (
	// IntervalJoint: from joint paths, so that they hold what they promise.
	IntervalJoint SumInterval = "joint"
	// IntervalAdded: the bounds of the days added up, which is wider than the sum needs. For forecasts made before there
	// were joint paths.
	IntervalAdded SumInterval = "added"
)

// Band returns the interval of a level; false where there is none.
func (s SumForecast) Band(level float64) (BandValue, bool) {
	i := slices.IndexFunc(s.Bands, func(b BandValue) bool { return b.Level == level })
	if i < 0 {
		return BandValue{}, false
	}
	return s.Bands[i], true
}

// StreamPaths are joint paths of one stream on one local day: what is handled of it in possible futures. Path k of a
// stream, of another stream and of another day belong to the same future.
type StreamPaths struct {
	Stream Stream
	Day    Date
	// Contacts and Seconds have a row per quarter-hour of the day, with one value per path: contacts handled, and the sum
	// of their handle times in seconds.
	Contacts, Seconds [][]float64
	// Leaves are what it is made of, as days.
	Leaves []LeafPaths
}

// LeafPaths are joint paths of one leaf on one local day.
type LeafPaths struct {
	Code CodeID
	// Contacts has one value per path: contacts handled in the day. HandleSeconds is what one is expected to take.
	Contacts      []float64
	HandleSeconds float64
}

// GroupPaths are joint paths of a planning group on one local day, in contacts offered, as plans have them. Over all
// paths the mean of a quarter-hour is what the plan says.
type GroupPaths struct {
	Group PlanningGroupID
	Day   Date
	// Offered and Seconds have a row per quarter-hour of the day, with one value per path: contacts offered, and the sum
	// of their handle times in seconds.
	Offered, Seconds [][]float64
	// Reasons are the codes its contacts end in.
	Reasons []ReasonPaths
}

// ReasonPaths are how much of a planning group's work a code makes on one local day.
type ReasonPaths struct {
	Code CodeID
	// Expected is the handle time of its contacts per quarter-hour, in seconds; those of all codes add up to the mean of
	// the group's Seconds.
	Expected []float64
	// Day has one value per path: the handle time of its contacts in the whole day, in seconds, without what chance
	// makes of single contacts.
	Day []float64
}

// IntradayScatter is how contacts and handle times of a stream scatter within a day, beyond what chance makes of
// whole contacts.
type IntradayScatter struct {
	// Shares is the variance of a quarter-hour's share of its day around the usual one, relative to it.
	Shares float64
	// Handle is the variance of the handle time of one contact, relative to the mean of its code; HandleDay that of
	// the mean of a day beyond it.
	Handle, HandleDay float64
}
