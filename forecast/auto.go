package forecast

import (
	"math"
	"time"
)

const (
	day = 24 * time.Hour
	// yearLow and yearHigh are the seasons of daily steps that mean a year.
	yearLow, yearHigh = 360, 370
	minAuto           = 10
	maxAuto           = 20_000 // newest values that are learned from
)

// groupKey is what series must share to learn from each other: step and last moment. Series without a calendar share
// the zero key.
type groupKey struct {
	Step time.Duration
	End  int64
}

func (s Series) key() groupKey {
	if !s.hasCalendar() {
		return groupKey{}
	}
	return groupKey{s.Step, s.end().UnixNano()}
}

// minValues is how many values auto needs: of contacts by the hour or finer three weeks.
func (o Options) minValues(s Series) int {
	m := 1
	if perDay := o.finePerDay(s); perDay > 0 {
		return 3 * daysAWeek * perDay
	}
	for _, p := range o.seasonsFor(s) {
		if p == math.Trunc(p) && p < 52 {
			m = int(p)
			break
		}
	}
	return max(minAuto, 2*m+7)
}

// autoSeasons returns the two seasons of the combined procedure, 1 where there is none, and whether there is a year.
func (o Options) autoSeasons(s Series, n int) (short, long int, yearly bool) {
	short, long = 1, 1
	for _, p := range o.seasonsFor(s) {
		m := int(math.Round(p))
		switch {
		case short > 1 && m >= yearLow && m <= yearHigh:
			yearly = true
		case short == 1 && 2*m <= n:
			short = m
		case long == 1 && m > short && 2*m <= n:
			long = m
		}
	}
	return short, long, yearly
}

// wallClock is the instant at which a clock in UTC shows what t shows.
func wallClock(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
}
