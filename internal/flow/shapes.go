package flow

import (
	"context"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/planning"
)

// Shapes are how the days of a forecast spread over their quarter-hours: what the weeks before it teach, and the calendar.
// They are safe for concurrent use.
type Shapes struct {
	habits  *planning.Habits
	almanac *planning.Almanac
	pass    *pass
}

// Shapes learns how the days of a forecast spread over their quarter-hours, as plans do. It reads eight weeks of everything:
// whoever asks often keeps them.
func (f *WrapUpForecaster) Shapes(ctx context.Context, org wrapcast.OrganisationID, spec Spec, made *wrapcast.Forecast) (*Shapes, error) {
	p, err := f.offline(ctx, org, spec)
	if err != nil {
		return nil, err
	}
	s := &Shapes{pass: p}
	if s.habits, err = p.habits(ctx, made.From); err != nil {
		return nil, err
	}
	s.almanac, err = p.almanac(ctx, *made)
	return s, err
}

// QuarterHours spreads what is forecast of some leaves for the days from first to last, both included, over their quarter-hours: handled
// contacts, and the sum of their handle times in seconds. Days beyond the forecast's are zero. Clock changes make days of 92 or 100.
func (s *Shapes) QuarterHours(made *wrapcast.Forecast, of func(wrapcast.Leaf) bool, first, last wrapcast.Date) (handled, seconds []float64) {
	streams := streamsOf(made, of)
	for day := first; day <= last; day++ {
		parts, work := make([]float64, day.QuarterHours(s.pass.zone)), make([]float64, day.QuarterHours(s.pass.zone))
		for _, c := range streams {
			t := int(day - made.From)
			if t < 0 || t >= made.Days || c.contacts[t] == 0 {
				continue
			}
			open := s.almanac.Open(c.queue, day, s.pass.zone)
			for i, share := range s.habits.OpenShares(c.queue, c.media, day, open) {
				parts[i] += c.contacts[t] * share
				work[i] += c.busy[t] * share
			}
		}
		handled, seconds = append(handled, parts...), append(seconds, work...)
	}
	return handled, seconds
}

// stream is a channel of a queue, and what it has to do per day: contacts, and the sum of their handle times in seconds.
type stream struct {
	queue          wrapcast.QueueID
	media          wrapcast.MediaType
	contacts, busy []float64
}

// streamsOf adds up what is forecast of some leaves by queue and channel, which spread over the day in their own way. Their order is that
// of the leaves, so that equal questions have equal answers, to the last digit.
func streamsOf(made *wrapcast.Forecast, of func(wrapcast.Leaf) bool) []stream {
	type key struct {
		queue wrapcast.QueueID
		media wrapcast.MediaType
	}
	var all []stream
	places := map[key]int{}
	for _, l := range made.Leaves {
		if !of(l.Leaf) {
			continue
		}
		at, there := places[key{l.Leaf.Queue, l.Leaf.Media}]
		if !there {
			at = len(all)
			places[key{l.Leaf.Queue, l.Leaf.Media}] = at
			all = append(all, stream{l.Leaf.Queue, l.Leaf.Media, make([]float64, made.Days), make([]float64, made.Days)})
		}
		for t, n := range l.Mean[:min(len(l.Mean), made.Days)] {
			all[at].contacts[t] += n
			all[at].busy[t] += n * l.HandleSeconds[t]
		}
	}
	return all
}
