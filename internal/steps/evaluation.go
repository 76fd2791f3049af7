package steps

import (
	"context"
	"math"
	"slices"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/forecast"
	"github.com/wrapcast/wrapcast/internal/accuracy"
	"github.com/wrapcast/wrapcast/internal/demand"
	"github.com/wrapcast/wrapcast/internal/validate"
)

// AccuracyOrigins is how many times the past is forecast to measure the accuracy.
const AccuracyOrigins = 4

// measure forecasts the past: from each of several origins, four weeks apart, the whole
// procedure (masks, engine, calendar) sees only what was known then, and what it says of the four
// weeks after is compared with the contacts handled, outliers included, days that people hid left out.
// The figures go into made's codes, queues, groups and total, and into those of all together.
func (v *View) measure(ctx context.Context, h *History, made *wrapcast.Forecast) error {
	b := NewEvaluation(v, h)
	for _, cut := range originsOf(h) {
		if err := b.ForecastFrom(ctx, cut, AccuracyDays); err != nil {
			return err
		}
	}
	level := v.Spec.Level
	for i, c := range made.Codes {
		made.Codes[i].Accuracy = b.Of(CodeSubject(c.Code.ID)).Accuracy(level)
	}
	for i, q := range made.Queues {
		made.Queues[i].Accuracy = b.Of(QueueSubject(q.Queue.ID)).Accuracy(level)
	}
	for i, g := range made.Groups {
		made.Groups[i].Accuracy = b.Of(groupSubject(g.Group.ID)).Accuracy(level)
	}
	made.Total.Accuracy = b.Of(TotalSubject()).Accuracy(level)
	made.Accuracy, made.AccuracyByLevel = b.OfLevel(wrapcast.LevelCode).Accuracy(level), b.byLevel(level)
	return nil
}

// originsOf are how many days of a history are known at each origin that the past is forecast from.
func originsOf(h *History) (cuts []int) {
	for k := range AccuracyOrigins {
		cuts = append(cuts, h.Days()-AccuracyDays*(AccuracyOrigins-k))
	}
	return cuts
}

// byLevel has what was measured, from the total down to single codes.
func (b *Evaluation) byLevel(level float64) []wrapcast.LevelBacktest {
	var all []wrapcast.LevelBacktest
	for _, kind := range slices.Backward(wrapcast.AccuracyLevels()) {
		if a := b.OfLevel(kind).Accuracy(level); a.Cells > 0 {
			all = append(all, wrapcast.LevelBacktest{Kind: kind, Accuracy: a})
		}
	}
	return all
}

// Evaluation forecasts the past of a history, each time as a run would have done then, and keeps the scores of
// everything.
type Evaluation struct {
	View    *View
	History *History
	// Actual is what was handled per day of the history by each subject: NaN where it is not known, and on days that
	// people hid.
	Actual map[Subject][]float64
	// Each are handed every forecast of the past with the number of days it knew.
	Each []func(cut int, f wrapcast.Forecast)

	scores map[Subject]*accuracy.Score
	levels map[wrapcast.AccuracyLevel]*accuracy.Score
}

// NewEvaluation has forecast nothing yet.
func NewEvaluation(v *View, h *History) *Evaluation {
	return &Evaluation{View: v, History: h, Actual: v.actuals(h), scores: map[Subject]*accuracy.Score{},
		levels: map[wrapcast.AccuracyLevel]*accuracy.Score{}}
}

// actuals are what was handled per day by everything that is forecast, but for what people hid: no forecast is to be
// judged by a day that none is to follow. What the rules mask counts.
func (v *View) actuals(h *History) map[Subject][]float64 {
	seen := demand.Seen(demand.Request{History: h.History, Directory: v.Directory, Calendar: h.Known.Resolved,
		Judged: h.hiddenByHand()})
	all := map[Subject][]float64{}
	for _, g := range seen.Codes {
		all[CodeSubject(g.Key)] = g.Handled
	}
	for _, g := range seen.Queues {
		all[QueueSubject(g.Key)] = g.Handled
	}
	for _, g := range seen.Groups {
		all[groupSubject(v.Directory.PlanningGroups[g.Key].ID)] = g.Handled
	}
	all[TotalSubject()] = seen.Total
	return all
}

// hiddenByHand has the days of each code that people hid, and nothing else.
func (h *History) hiddenByHand() (report wrapcast.ValidationReport) {
	for _, g := range h.Codes() {
		code := wrapcast.CodeReport{Code: g.Key}
		hidden, _ := h.Known.byHand(g.Key)
		for day := range hidden {
			code.Masks = append(code.Masks, wrapcast.Mask{Day: day, Rule: validate.RuleHand})
		}
		report.Codes = append(report.Codes, code)
	}
	return report
}

// Of is the score of a subject so far.
func (b *Evaluation) Of(t Subject) *accuracy.Score {
	if b.scores[t] == nil {
		b.scores[t] = &accuracy.Score{}
	}
	return b.scores[t]
}

// OfLevel is the score of all subjects of a level together so far.
func (b *Evaluation) OfLevel(level wrapcast.AccuracyLevel) *accuracy.Score {
	if b.levels[level] == nil {
		b.levels[level] = &accuracy.Score{}
	}
	return b.levels[level]
}

// ForecastFrom forecasts so many days on what was known after the first cut days, and scores them.
func (b *Evaluation) ForecastFrom(ctx context.Context, cut, days int) error {
	past := b.History.from(cut, days)
	if past == nil {
		return nil
	}
	f, err := b.View.Forecast(ctx, past, b.View.Judge(past), days)
	if err != nil {
		return err
	}
	for _, level := range wrapcast.AccuracyLevels() {
		b.OfLevel(level).Origins++
	}
	EachSubject(f, func(t Subject, d wrapcast.DailyForecast) {
		score, actual := b.Of(t), b.Actual[t]
		score.Origins++
		scale := ScaleOf(actual[:cut])
		for i := range d.Mean {
			c := CellOf(d, i, b.View.Spec.Level, actual[cut+i], scale)
			score.Add(c)
			b.OfLevel(t.Level).Add(c)
		}
	})
	for _, take := range b.Each {
		take(cut, f)
	}
	return nil
}

// from is the history as it was after its first cut days, to forecast so many after them; nil where it does not reach
// so far.
func (h *History) from(cut, days int) *History {
	if cut < 1 || cut+days > h.Days() {
		return nil
	}
	if past := h.Before(cut); len(past.Leaves) > 0 {
		return past
	}
	return nil
}

// CellOf is a forecast's i-th day beside the contacts handled on it.
func CellOf(d wrapcast.DailyForecast, i int, level, actual, scale float64) accuracy.Cell {
	c := accuracy.Cell{Actual: actual, Mean: d.Mean[i], Median: d.Median[i], Lower: math.NaN(), Upper: math.NaN(),
		Scale: scale}
	if k := slices.IndexFunc(d.Bands, func(b wrapcast.Band) bool { return b.Level == level }); k >= 0 {
		c.Lower, c.Upper = d.Bands[k].Lower[i], d.Bands[k].Upper[i]
	}
	return c
}

// ScaleOf is what MASE is measured in: the seasonal naive's mean step in the history since the first contact.
func ScaleOf(known []float64) float64 {
	first := slices.IndexFunc(known, func(v float64) bool { return v > 0 })
	scale, _ := forecast.Scale(known[max(first, 0):], week)
	return scale
}
