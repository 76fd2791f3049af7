package forecast

import (
	"math"
	"runtime"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast/forecast/internal/combine"
)

// NonNegative says whether forecasts may fall below zero.
type NonNegative int

// The answers.
const (
	// NonNegativeAuto keeps the forecasts of a series at or above zero when its history never goes below.
	NonNegativeAuto NonNegative = iota
	// NonNegativeAlways keeps every forecast at or above zero.
	NonNegativeAlways
	// NonNegativeNever bounds nothing.
	NonNegativeNever
)

// Options say what is to be forecast and how. Only Horizon must be set.
type Options struct {
	// Horizon is how many steps to forecast: 1 to 100,000.
	Horizon int
	// Levels are those of the intervals, fractions between 0 and 1. None means 0.85 alone.
	Levels []float64
	// Seasons are the lengths of the known cycles in steps, such as 7 and 365.25 for days; those under 2 are
	// ignored. None means those that the step suggests: 24 and 168 for hours, 96 and 672 for quarter-hours,
	// 7 and 365.25 for days, 52 for weeks, none for plain steps.
	Seasons []float64
	// NonNegative says whether forecasts may fall below zero. Zero asks each history.
	NonNegative NonNegative
	// Algorithm names one model of Names, or Auto. Empty means Auto.
	Algorithm string
	// Events are named days of the whole panel, such as public holidays.
	Events []Event
	// Budget bounds the work of auto per series: members that cost more than they earn are left out, the
	// dearest first, judged by a fixed table of operations and not by a clock, so that results never depend
	// on the machine's load. Zero sets no bound.
	Budget time.Duration
	// Paths is how many sample paths each Result carries. Zero means none.
	Paths int
	// Joint keeps the errors of the test periods in each Result, for NewJoint. They take a byte for each step of each
	// period; no other figure depends on it.
	Joint bool
	// Seed feeds the sample paths, the only thing drawn by chance.
	Seed uint64
	// Explain adds components to each Result, at some cost.
	Explain bool
	// Tune changes constants of auto by name, for experiments and for showing how little depends on them: bench varies
	// them. A name that is not known is an error that lists them.
	Tune map[string]float64
	// Workers is how many series are worked on at once. Zero means one per CPU. Results don't depend on it.
	Workers int
}

const (
	defaultLevel = 0.85
	maxHorizon   = 100_000
)

func (o Options) withDefaults() Options {
	if len(o.Levels) == 0 {
		o.Levels = []float64{defaultLevel}
	}
	if o.Algorithm == "" {
		o.Algorithm = Auto
	}
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	return o
}

// tuning returns the constants to use, nil for those in use.
func (o Options) tuning() *combine.Tuning {
	if len(o.Tune) == 0 {
		return nil
	}
	t := combine.DefaultTuning()
	for name, value := range o.Tune {
		t.Set(name, value)
	}
	return &t
}

func (o Options) check() error {
	switch {
	case o.Horizon < 1 || o.Horizon > maxHorizon:
		return optionError("Horizon", "%d is not between 1 and %d steps", o.Horizon, maxHorizon)
	case o.NonNegative < NonNegativeAuto || o.NonNegative > NonNegativeNever:
		return optionError("NonNegative", "%d is none of its three values", o.NonNegative)
	case o.Paths < 0:
		return optionError("Paths", "%d is negative", o.Paths)
	case o.Budget < 0:
		return optionError("Budget", "%v is negative", o.Budget)
	}
	for _, l := range o.Levels {
		if !(l > 0 && l < 1) {
			return optionError("Levels", "%g is not between 0 and 1; write 0.85 for 85 %%", l)
		}
	}
	for _, s := range o.Seasons {
		if !(s >= 0) || math.IsInf(s, 0) {
			return optionError("Seasons", "%g is not a number of steps", s)
		}
	}
	for name := range o.Tune {
		if t := combine.DefaultTuning(); !t.Set(name, 0) {
			return optionError("Tune", "%q is not a constant; they are %q", name, t.Names())
		}
	}
	if o.Algorithm != "" {
		return CheckAlgorithm(o.Algorithm)
	}
	return nil
}

// SeasonsOf returns the cycles that a step suggests, in steps: 24 and 168 for an hour, 96 and 672 for a
// quarter-hour, 7 and 365.25 for a day, 52 for a week, and for other parts of a day those of day and week.
func SeasonsOf(step time.Duration) []float64 {
	const day = 24 * time.Hour
	switch {
	case step <= 0:
		return nil
	case step == 7*day:
		return []float64{52}
	case step == day:
		return []float64{7, 365.25}
	case step < day && day%step == 0:
		return []float64{float64(day / step), float64(7 * day / step)}
	default:
		return nil
	}
}

// seasonsFor returns the whole-step seasons of a series, shortest first: the exact ones are kept for models
// that take fractions.
func (o Options) seasonsFor(s Series) []float64 {
	given := o.Seasons
	if given == nil && s.hasCalendar() {
		given = SeasonsOf(s.Step)
	}
	var out []float64
	for _, p := range given {
		if p >= 2 {
			out = append(out, p)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
