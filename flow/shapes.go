package flow

import (
	"context"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/planning"
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
	type route struct {
		queue wrapcast.QueueID
		media wrapcast.MediaType
	}
	for day := first; day <= last; day++ {
		parts, work := make([]float64, day.QuarterHours(s.pass.zone)), make([]float64, day.QuarterHours(s.pass.zone))
		contacts, busy := map[route]float64{}, map[route]float64{}
		for _, l := range made.Leaves {
			if t := int(day - made.From); t >= 0 && t < len(l.Mean) && of(l.Leaf) {
				r := route{l.Leaf.Queue, l.Leaf.Media}
				contacts[r] += l.Mean[t]
				busy[r] += l.Mean[t] * l.HandleSeconds[t]
			}
		}
		for r, n := range contacts {
			open := s.almanac.Open(r.queue, day, s.pass.zone)
			for i, share := range s.habits.OpenShares(r.queue, r.media, day, open) {
				parts[i] += n * share
				work[i] += busy[r] * share
			}
		}
		handled, seconds = append(handled, parts...), append(seconds, work...)
	}
	return handled, seconds
}
