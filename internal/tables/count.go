package tables

import (
	"time"

	"github.com/wrapcast/wrapcast"
)

// counting are the options by which rows are counted: by day, and nothing where there is no row, unless others are
// asked for.
func (o Options) counting() Options {
	o.AddUp = true
	if o.Frequency == "" {
		o.Frequency = Daily
	}
	if o.Fill == FillPattern {
		o.Fill = FillZero
	}
	return o
}

// step is a frequency on somebody's wall clock.
type step struct {
	freq Frequency
	zone *time.Location
	// instants says that times are instants; without a zone they stay on the clock of their offset.
	instants bool
}

// floor is the begin of the step in which a time lies.
func (s step) floor(t time.Time) time.Time {
	if s.zone != nil && s.instants {
		t = t.In(s.zone)
	}
	day := wrapcast.DateOf(t)
	switch s.freq {
	case Daily:
	case Weekly:
		day -= wrapcast.Date((int(day.Weekday()) + 6) % 7)
	case Monthly:
		return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, t.Location())
	case QuarterHourly, HalfHourly, Hourly, Steps:
		unit := s.freq.Step()
		return t.Add(-time.Duration(t.Minute())*time.Minute%unit - time.Duration(t.Second())*time.Second)
	}
	return day.Midnight(t.Location())
}
