package demand

import (
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/calendar"
)

// Patterns are how the days of the last weeks spread over their quarter-hours, by stream. open tells per
// quarter-hour of the day whether the queue is open, nil where it always is.
type Patterns interface {
	// OpenShares are the shares of a day's contacts that its quarter-hours have; they add up to 1 where any is open.
	OpenShares(s wrapcast.Stream, day wrapcast.Date, open []bool) []float64
	// Scatter is how contacts and handle times of a stream scatter within a day.
	Scatter(s wrapcast.Stream) wrapcast.IntradayScatter
	// OpenMass is the share of a day's usual contacts that comes while the queue is open.
	OpenMass(queue wrapcast.QueueID, day wrapcast.Date, open []bool) float64
}

// IntradayProfiles are how the days of a forecast spread over their quarter-hours: what the weeks before it teach, and
// the calendar. They are safe for concurrent use.
type IntradayProfiles struct {
	// Recent are the patterns of the last weeks, by stream.
	Recent Patterns
	// Calendar is worked out for the days of the forecast.
	Calendar *calendar.ResolvedCalendar
	// Zone is that of the forecast's days.
	Zone *time.Location
}

// QuarterHours spreads what is forecast of some leaves for the days from first to last, both included, over their
// quarter-hours: handled contacts, and the sum of their handle times in seconds. Days beyond the forecast's are zero.
// Clock changes make days of 92 or 100.
func (s *IntradayProfiles) QuarterHours(made *wrapcast.Forecast, of func(wrapcast.Leaf) bool, first,
	last wrapcast.Date) (handled, seconds []float64) {
	streams := streamsOf(made, of)
	for day := first; day <= last; day++ {
		parts, work := make([]float64, day.QuarterHours(s.Zone)), make([]float64, day.QuarterHours(s.Zone))
		for _, c := range streams {
			t := int(day - made.From)
			if t < 0 || t >= made.Days || c.contacts[t] == 0 {
				continue
			}
			open := s.Calendar.Open(c.Queue, day, s.Zone)
			for i, share := range s.Recent.OpenShares(c.Stream, day, open) {
				parts[i] += c.contacts[t] * share
				work[i] += c.busy[t] * share
			}
		}
		handled, seconds = append(handled, parts...), append(seconds, work...)
	}
	return handled, seconds
}

// streamDemand is the forecast work of a stream per day: contacts, and the sum of their handle times in seconds.
type streamDemand struct {
	wrapcast.Stream
	contacts, busy []float64
}

// streamsOf adds up what is forecast of some leaves by stream, which spread over the day in their own way. Their order
// is that of the leaves, so that equal questions have equal answers, to the last digit.
func streamsOf(made *wrapcast.Forecast, of func(wrapcast.Leaf) bool) []streamDemand {
	var all []streamDemand
	places := map[wrapcast.Stream]int{}
	for _, l := range made.Leaves {
		if !of(l.Leaf) {
			continue
		}
		at, there := places[l.Leaf.Stream()]
		if !there {
			at = len(all)
			places[l.Leaf.Stream()] = at
			all = append(all, streamDemand{l.Leaf.Stream(), make([]float64, made.Days), make([]float64, made.Days)})
		}
		for t, n := range l.Mean[:min(len(l.Mean), made.Days)] {
			all[at].contacts[t] += n
			all[at].busy[t] += n * l.HandleSeconds[t]
		}
	}
	return all
}
