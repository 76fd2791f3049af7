package demand

import (
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/forecast"
	"github.com/wrapcast/wrapcast/internal/calendar"
)

// panel has the daily series of a history that the engine forecasts, each by itself: codes, queues, planning groups and
// the total.
type panel struct {
	history *History
	codes   []Sum[wrapcast.CodeID]
	queues  []Sum[wrapcast.QueueID]
	groups  []Sum[int]
	total   []float64
}

// results are the engine's forecasts of each part of a panel, in the panel's order.
type results struct {
	codes, queues, groups []forecast.Result
	total                 forecast.Result
}

func newPanel(h *History, directory wrapcast.Directory) *panel {
	return &panel{history: h, codes: h.Codes(), queues: h.Queues(), groups: h.Groups(directory), total: h.Total()}
}

// series lists the panel for the engine: codes without their masked days, and everything without the calendar's special
// days, which it would take for ordinary ones.
func (p *panel) series(report wrapcast.ValidationReport, effects *calendar.Effects) []forecast.Series {
	var all []forecast.Series
	add := func(id string, values []float64) {
		all = append(all, p.history.series(id, ordinaryDays(values, p.history.From, effects)))
	}
	for i, g := range p.codes {
		add("code "+string(g.Key), withoutMasked(g.Handled, p.history.From, report.Codes[i].Masks))
	}
	for _, g := range p.queues {
		add("queue "+string(g.Key), g.Handled)
	}
	for _, g := range p.groups {
		add("group "+strconv.Itoa(g.Key), g.Handled)
	}
	add("total", p.total)
	return all
}

// divide gives each part of the panel its results, which come in the order of series.
func (p *panel) divide(all []forecast.Result) results {
	codes, rest := all[:len(p.codes)], all[len(p.codes):]
	queues, rest := rest[:len(p.queues)], rest[len(p.queues):]
	return results{codes: codes, queues: queues, groups: rest[:len(p.groups)], total: rest[len(p.groups)]}
}

const day = 24 * time.Hour

// series hands days to the engine on a clock without clock changes, beginning with the first contact.
func (h *History) series(id string, values []float64) forecast.Series {
	first := max(slices.IndexFunc(values, func(v float64) bool { return v > 0 }), 0)
	return forecast.Series{ID: id, Values: values[first:], Start: (h.From + wrapcast.Date(first)).Midnight(time.UTC),
		Step: day}
}

// withoutMasked returns a copy of one value per day, the first of which is from, with NaN on masked days. No other day
// moves.
func withoutMasked(values []float64, from wrapcast.Date, masks []wrapcast.Mask) []float64 {
	values = slices.Clone(values)
	for _, m := range masks {
		if i := int(m.Day - from); i >= 0 && i < len(values) {
			values[i] = math.NaN()
		}
	}
	return values
}

// ordinaryDays hides the special ones.
func ordinaryDays(values []float64, from wrapcast.Date, effects *calendar.Effects) []float64 {
	values = slices.Clone(values)
	for t := range values {
		if effects.KindOf(from+wrapcast.Date(t)) != "" {
			values[t] = math.NaN()
		}
	}
	return values
}
