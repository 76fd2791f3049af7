// Package combine is the combined procedure behind forecast.Auto: cheap members that forecast the past of a whole group
// of series, steep weights from their errors there, and intervals from what the combination itself missed.
//
// It works in three passes over a group of series that share step and last moment:
//
//	learn    what is pooled: Gram tables, calendar factors           (pools.go, workspace.go)
//	predict  every member at every origin and at the end             (member.go and a file per family; members.go lists them)
//	combine  weights, quantiles of errors, mean, median, bounds      (weights.go, stack.go, interval.go, counts.go)
//
// What is decided before is in setup.go (seasons, origins, limits), what a member sees in view.go and series.go.
//
// A group larger than SampleSize learns from an even sample of itself, so that memory holds a few tables per group and
// one series per worker, however many series there are.
package combine

// SampleSize is how many series of a group are learned from.
const SampleSize = 768

// Config is what all series of a group share.
type Config struct {
	Horizon int
	// Short and Long are the seasons in steps; 1 where there is none.
	Short, Long int
	// Daily says that a step is a day and Input.Last a date: yearly members and movable feasts apply.
	Daily bool
	// Yearly says that a year is among the seasons of daily steps.
	Yearly bool
	// Levels are those of the intervals.
	Levels  []float64
	Workers int
	// Budget bounds the estimated nanoseconds of work per series, 0 for none.
	Budget float64
	// Tuning, where it is not nil, replaces the constants in use.
	Tuning *Tuning
}

func (c Config) tuning() Tuning {
	if c.Tuning != nil {
		return *c.Tuning
	}
	return DefaultTuning()
}

// Input is one series with at least one value.
type Input struct {
	// Y holds the values, NaN where missing. The first is not missing.
	Y []float64
	// Outages are the steps of Y that are zero for a reason that has nothing to do with the demand: no level follows
	// them.
	Outages []int
	// Rescaled counts the first steps that were multiplied to match the level of the others: they are no counts any
	// more.
	Rescaled int
	// Last is the day since 1970 of the last value, where Config.Daily.
	Last int
	// Floor is 0 or -Inf: no forecast falls below.
	Floor float64
}

// Output is the forecast of one series.
type Output struct {
	Mean, Median []float64
	Lower, Upper [][]float64 // per level
	Members      []Member
	Fallback     string
	Notes        []string
	// Past are the origins' forecasts by the combination, for the figures of accuracy: actuals and forecasts.
	Past []Window
}

// Member is one candidate with its error and weight.
type Member struct {
	Name          string
	Error, Weight float64
}

// Window is one origin: the forecasts of the steps from From on, and the bounds per level.
type Window struct {
	From         int
	Mean, Median []float64
	Lower, Upper [][]float64
}

// mode is how seasons are treated.
type mode int

const (
	single mode = iota // one season under 52 steps
	double             // two seasons
	weekly             // one season of 52 steps or more, or none
)

func (c Config) mode() mode {
	switch {
	case c.Long > 1:
		return double
	case c.Short > 1 && c.Short < 52:
		return single
	default:
		return weekly
	}
}
