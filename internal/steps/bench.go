package steps

import (
	"context"
	"math"
	"slices"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/forecast"
	"github.com/wrapcast/wrapcast/internal/accuracy"
)

// accuracyOrigins is how many times the past is forecast to measure the accuracy.
const accuracyOrigins = 4

// measure forecasts the past: from each of several origins, four weeks apart, the whole
// procedure (masks, engine, calendar) sees only what was known then, and what it says of the four
// weeks after is compared with what came, outliers included. The figures go into made's
// codes, queues, groups and total; those over all codes are returned.
func (p *pass) measure(ctx context.Context, h *history, made wrapcast.Forecast) (wrapcast.Accuracy, error) {
	b := newBench(p, h)
	for k := range accuracyOrigins {
		if err := b.forecastFrom(ctx, h.Days()-accuracyFor*(accuracyOrigins-k), accuracyFor); err != nil {
			return wrapcast.Accuracy{}, err
		}
	}
	level := p.spec.Level
	for i, c := range made.Codes {
		made.Codes[i].Accuracy = b.of(codeThing(c.Code.ID)).Accuracy(level)
	}
	for i, q := range made.Queues {
		made.Queues[i].Accuracy = b.of(queueThing(q.Queue.ID)).Accuracy(level)
	}
	for i, g := range made.Groups {
		made.Groups[i].Accuracy = b.of(groupThing(g.Group.ID)).Accuracy(level)
	}
	made.Total.Accuracy = b.of(totalThing()).Accuracy(level)
	return b.codes.Accuracy(level), nil
}

// thing is one thing that is forecast: a code, a queue, a planning group, the total.
type thing struct {
	level wrapcast.AccuracyLevel
	id    string
}

func codeThing(id wrapcast.CodeID) thing           { return thing{wrapcast.LevelCode, string(id)} }
func queueThing(id wrapcast.QueueID) thing         { return thing{wrapcast.LevelQueue, string(id)} }
func groupThing(id wrapcast.PlanningGroupID) thing { return thing{wrapcast.LevelGroup, string(id)} }
func totalThing() thing                            { return thing{wrapcast.LevelTotal, ""} }

// bench forecasts the past of a history and keeps the score of everything.
type bench struct {
	pass    *pass
	history *history
	actual  map[thing][]float64
	things  map[thing]*accuracy.Score
	codes   accuracy.Score
	// each are handed every forecast of the past with the number of days it knew.
	each []func(cut int, f wrapcast.Forecast)
}

func newBench(p *pass, h *history) *bench {
	b := &bench{pass: p, history: h, actual: actuals(h, p), things: map[thing]*accuracy.Score{}}
	return b
}

// actuals is what was handled per day by everything that is forecast.
func actuals(h *history, p *pass) map[thing][]float64 {
	all := map[thing][]float64{}
	for _, g := range h.Codes() {
		all[codeThing(g.Key)] = g.Handled
	}
	for _, g := range h.Queues() {
		all[queueThing(g.Key)] = g.Handled
	}
	for _, g := range h.Groups(p.directory) {
		all[groupThing(p.directory.PlanningGroups[g.Key].ID)] = g.Handled
	}
	all[totalThing()] = h.Total()
	return all
}

func (b *bench) of(t thing) *accuracy.Score {
	if b.things[t] == nil {
		b.things[t] = &accuracy.Score{}
	}
	return b.things[t]
}

// forecastFrom forecasts so many days on what was known after the first cut days, and scores them.
func (b *bench) forecastFrom(ctx context.Context, cut, days int) error {
	if cut < 1 || cut+days > b.history.Days() {
		return nil // the past does not reach so far
	}
	past := b.history.until(cut)
	if len(past.Leaves) == 0 {
		return nil
	}
	f, err := b.pass.forecast(ctx, past, b.pass.judge(past), days)
	if err != nil {
		return err
	}
	b.codes.Origins++
	eachThing(f, func(t thing, d wrapcast.DailyForecast) {
		score, actual := b.of(t), b.actual[t]
		score.Origins++
		scale := scaleOf(actual[:cut])
		for i := range d.Mean {
			c := cellOf(d, i, b.pass.spec.Level, actual[cut+i], scale)
			score.Add(c)
			if t.level == wrapcast.LevelCode {
				b.codes.Add(c)
			}
		}
	})
	for _, take := range b.each {
		take(cut, f)
	}
	return nil
}

// eachThing hands out everything a forecast forecasts.
func eachThing(f wrapcast.Forecast, take func(thing, wrapcast.DailyForecast)) {
	for _, c := range f.Codes {
		take(codeThing(c.Code.ID), c.DailyForecast)
	}
	for _, q := range f.Queues {
		take(queueThing(q.Queue.ID), q.DailyForecast)
	}
	for _, g := range f.Groups {
		take(groupThing(g.Group.ID), g.DailyForecast)
	}
	take(totalThing(), f.Total)
}

// cellOf is a forecast's i-th day beside what came.
func cellOf(d wrapcast.DailyForecast, i int, level, actual, scale float64) accuracy.Cell {
	c := accuracy.Cell{Actual: actual, Mean: d.Mean[i], Median: d.Median[i], Lower: math.NaN(), Upper: math.NaN(), Scale: scale}
	if k := slices.IndexFunc(d.Bands, func(b wrapcast.Band) bool { return b.Level == level }); k >= 0 {
		c.Lower, c.Upper = d.Bands[k].Lower[i], d.Bands[k].Upper[i]
	}
	return c
}

// scaleOf is what MASE is measured in: the seasonal naive's mean step in the history since the first contact.
func scaleOf(known []float64) float64 {
	first := slices.IndexFunc(known, func(v float64) bool { return v > 0 })
	scale, _ := forecast.Scale(known[max(first, 0):], week)
	return scale
}
