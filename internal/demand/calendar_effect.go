package demand

import (
	"context"
	"slices"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/calendar"
)

// learnEffects learns what the calendar's days do to each code in each queue; masked days teach nothing.
func (p *panel) learnEffects(a *calendar.ResolvedCalendar) *calendar.Effects {
	type queueCode struct {
		queue wrapcast.QueueID
		code  wrapcast.CodeID
	}
	learned := calendar.EffectHistory{From: p.history.From}
	places := map[queueCode]int{}
	for _, g := range p.codes {
		for _, leaf := range g.Leaves {
			key := queueCode{p.history.Leaves[leaf].Leaf.Queue, g.Key}
			if j, seen := places[key]; seen {
				for t, v := range p.history.Leaves[leaf].Handled {
					learned.Series[j].Values[t] += v
				}
				continue
			}
			places[key] = len(learned.Series)
			learned.Series = append(learned.Series, calendar.EffectSeries{Queue: key.queue, Code: key.code,
				Values: slices.Clone(p.history.Leaves[leaf].Handled)})
		}
	}
	return calendar.LearnEffects(a, learned)
}

// LearnEffects learns what the special days of a calendar did to the codes of a history; masked days teach nothing.
func LearnEffects(h *History, a *calendar.ResolvedCalendar, report wrapcast.ValidationReport) *calendar.Effects {
	return newCodePanel(h, report).learnEffects(a)
}

// calendarEffect multiplies the forecast of ordinary days by the calendar's factors: those learned from past special
// days, and 0 while a queue is closed.
type calendarEffect struct {
	history  *History
	calendar *calendar.ResolvedCalendar
	effects  *calendar.Effects
	recent   func(context.Context) (Patterns, error)

	patterns Patterns
	factors  map[queueDay]float64
}

type queueDay struct {
	queue wrapcast.QueueID
	day   wrapcast.Date
}

// apply returns the leaves with their means times the calendar's factors; ordinary stays as it is.
func (c *calendarEffect) apply(ctx context.Context, ordinary []wrapcast.LeafForecast) ([]wrapcast.LeafForecast, error) {
	leaves := slices.Clone(ordinary)
	for i, leaf := range leaves {
		leaves[i].Mean = slices.Clone(leaf.Mean)
		for t := range leaf.Mean {
			day := c.history.To + 1 + wrapcast.Date(t)
			open, err := c.openFactor(ctx, leaf.Leaf.Queue, day)
			if err != nil {
				return nil, err
			}
			leaves[i].Mean[t] *= open * c.effects.Factor(leaf.Leaf.Queue, leaf.Leaf.Code, day)
		}
	}
	return leaves, nil
}

// openFactor is the share of a queue's contacts of a day, 0 to 1, that closed hours leave: 0 where all of the day is
// closed. The effect of a closure of some hours is learned once the history holds one; before, it takes away the share
// of the day that falls into these hours.
func (c *calendarEffect) openFactor(ctx context.Context, queue wrapcast.QueueID, day wrapcast.Date) (float64, error) {
	key := queueDay{queue, day}
	if factor, known := c.factors[key]; known {
		return factor, nil
	}
	factor := 1.0
	open := c.calendar.Open(queue, day, c.history.Zone)
	switch {
	case open != nil && !slices.Contains(open, true):
		factor = 0
	case c.calendar.ShortDay(queue, day) && c.effects.Days[c.effects.KindOf(day)] == 0:
		if err := c.loadPatterns(ctx); err != nil {
			return 0, err
		}
		factor = c.patterns.OpenMass(queue, day, open)
	}
	c.factors[key] = factor
	return factor, nil
}

// loadPatterns reads them once, and only where a closure needs them.
func (c *calendarEffect) loadPatterns(ctx context.Context) (err error) {
	if c.patterns == nil {
		c.patterns, err = c.recent(ctx)
	}
	return err
}

// specialDays lists the days of the horizon that have names.
func specialDays(a *calendar.ResolvedCalendar, effects *calendar.Effects, from wrapcast.Date,
	days int) []wrapcast.SpecialDay {
	var special []wrapcast.SpecialDay
	for day := from; day < from+wrapcast.Date(days); day++ {
		if names := a.Names(day); len(names) > 0 {
			special = append(special, wrapcast.SpecialDay{Day: day, Names: names, NeverBefore: effects.NeverBefore(day)})
		}
	}
	return special
}

// newKinds say of each name ahead that no day of the history has what it is forecast as.
func newKinds(special []wrapcast.SpecialDay, effects *calendar.Effects) (findings []wrapcast.Finding) {
	said := map[string]bool{}
	for _, d := range special {
		for _, name := range d.NeverBefore {
			if said[name] {
				continue
			}
			said[name] = true
			advice := "say what you expect of it in the calendar, as expected: +30 %"
			if effects.IsExpected(name) {
				advice = "what comes on it will be learned"
			}
			findings = append(findings, wrapcast.Finding{Code: "never-before", Severity: wrapcast.Info,
				Place: d.Day.String(), Message: name + " never happened before: " + effects.Assumed(name), Advice: advice})
		}
	}
	return findings
}
