package flow

import (
	"context"
	"slices"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/planning"
)

// special is what leaves have when special days do what they did, and queues have no contact while they are closed.
func (p *pass) special(ctx context.Context, h *history, ordinary []wrapcast.LeafForecast, effects *planning.Effects) ([]wrapcast.LeafForecast, error) {
	days := &specialDaysOf{pass: p, history: h, effects: effects, factors: map[queueDay]float64{}}
	leaves := slices.Clone(ordinary)
	for i, leaf := range leaves {
		leaves[i].Mean = slices.Clone(leaf.Mean)
		for t := range leaf.Mean {
			day := h.to + 1 + wrapcast.Date(t)
			open, err := days.openFactor(ctx, leaf.Leaf.Queue, day)
			if err != nil {
				return nil, err
			}
			leaves[i].Mean[t] *= open * effects.Factor(leaf.Leaf.Queue, leaf.Leaf.Code, day)
		}
	}
	return leaves, nil
}

type queueDay struct {
	queue wrapcast.QueueID
	day   wrapcast.Date
}

// specialDaysOf remembers what closures do to queues.
type specialDaysOf struct {
	pass    *pass
	history *history
	effects *planning.Effects
	habits  *planning.Habits
	factors map[queueDay]float64
}

// openFactor is what closed hours leave of a queue's day: nothing where all of it is closed. What a closure of some hours
// does is learned as an effect once the history holds one; before, it takes away what would have come in these hours.
func (s *specialDaysOf) openFactor(ctx context.Context, queue wrapcast.QueueID, day wrapcast.Date) (float64, error) {
	key := queueDay{queue, day}
	if factor, known := s.factors[key]; known {
		return factor, nil
	}
	factor := 1.0
	open := s.history.known.almanac.Open(queue, day, s.history.zone)
	switch {
	case open != nil && !slices.Contains(open, true):
		factor = 0
	case s.history.known.almanac.ShortDay(queue, day) && s.effects.Days[s.effects.KindOf(day)] == 0:
		if s.habits == nil {
			var err error
			if s.habits, err = s.pass.habits(ctx, s.history.to+1); err != nil {
				return 0, err
			}
		}
		factor = s.habits.OpenMass(queue, day, open)
	}
	s.factors[key] = factor
	return factor, nil
}
