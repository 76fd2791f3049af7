package forecast

import (
	"math"
	"slices"
	"time"
)

// dayNumber counts the civil days since 1970-01-01 that t's own calendar shows.
func dayNumber(t time.Time) int {
	return int(math.Floor(float64(wallClock(t).Unix()) / day.Seconds()))
}

// eventDays returns the days of an event, ascending.
func eventDays(e Event) []int {
	days := make([]int, len(e.Dates))
	for i, d := range e.Dates {
		days[i] = dayNumber(d)
	}
	slices.Sort(days)
	return slices.Compact(days)
}

// eventColumn is 1 on the steps of history and horizon that fall on a day of the event, else 0; a longer step is 1 when
// it begins within the day or the day within it.
func eventColumn(s Series, e Event, steps int) []float64 {
	out := make([]float64, steps)
	if !s.hasCalendar() {
		return out
	}
	days := eventDays(e)
	length := max(1, int(s.Step/day))
	for t := range out {
		first := dayNumber(s.Start.Add(time.Duration(t) * s.Step))
		i, _ := slices.BinarySearch(days, first)
		out[t] = b2f(i < len(days) && days[i] < first+length)
	}
	return out
}

// events are those of the panel and of the series.
func (o Options) events(s Series) []Event { return slices.Concat(o.Events, s.Events) }
