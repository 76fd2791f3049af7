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
// the total. Nothing in it depends on what was handled on hidden days.
type panel struct {
	// history is that of the models: NaN on the days hidden of a code.
	history *History
	hidden  hiddenDays
	codes   []Sum[wrapcast.CodeID]
	queues  []Sum[wrapcast.QueueID]
	groups  []Sum[int]
	total   []float64
	effects *calendar.Effects
	// expected is what stands in the place of what is hidden.
	expected *expectation
}

// Sums are the contacts of a history per day, of everything that is forecast.
type Sums struct {
	Codes  []Sum[wrapcast.CodeID]
	Queues []Sum[wrapcast.QueueID]
	// Groups are keyed by their place in the directory.
	Groups []Sum[int]
	Total  []float64
}

// Seen sums a history up as models see it that are shown all but the days hidden in r.Judged: such a day is unknown
// where everything below is hidden, and has what was to be expected of the parts that are.
func Seen(r Request) Sums {
	p := newPanel(r)
	return Sums{Codes: p.codes, Queues: p.queues, Groups: p.groups, Total: p.total}
}

// results are the engine's forecasts of each part of a panel, in the panel's order.
type results struct {
	codes, queues, groups []forecast.Result
	total                 forecast.Result
}

// newPanel sums a history up without its hidden days, of which neither codes nor anything above them is to know.
func newPanel(r Request) *panel {
	p := newCodePanel(r.History, r.Judged)
	p.effects = p.learnEffects(r.Calendar)
	p.expected = newExpectation(p.history, p.hidden, p.effects)
	p.queues, p.groups = p.history.Queues(), p.history.Groups(r.Directory)
	if !p.expected.hides(upTo(len(p.hidden))) {
		p.total = p.history.Total()
		return p
	}
	for i, g := range p.queues {
		p.queues[i].Handled = p.expected.node(g.Leaves)
	}
	for i, g := range p.groups {
		p.groups[i].Handled = p.expected.node(g.Leaves)
	}
	p.total = p.expected.node(upTo(len(p.hidden)))
	return p
}

// newCodePanel is the panel as far as it has codes.
func newCodePanel(h *History, report wrapcast.ValidationReport) *panel {
	p := &panel{}
	p.history, p.hidden = h.hide(report)
	p.codes = p.history.Codes()
	return p
}

// series lists the panel for the engine, without the calendar's special days, which it would take for ordinary ones.
func (p *panel) series() []forecast.Series {
	var all []forecast.Series
	add := func(id string, values []float64) {
		all = append(all, p.history.series(id, ordinaryDays(values, p.history.From, p.effects)))
	}
	for _, g := range p.codes {
		add("code "+string(g.Key), g.Handled)
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
