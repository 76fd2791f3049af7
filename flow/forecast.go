package flow

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/forecast"
	"github.com/wrapcast/wrapcast/store"
)

const (
	day         = 24 * time.Hour
	week        = 7
	accuracyFor = 28 // leads of the accuracy a run reports
)

// forecastStep forecasts every code, queue and the total per local day, and spreads the
// codes over their leaves.
func forecastStep(ctx context.Context, p *pass) (result, error) {
	h, err := p.loadHistory(ctx)
	if err != nil {
		return result{}, err
	}
	report := p.judge(h)
	made, err := p.forecast(ctx, h, report)
	if err != nil {
		return result{}, err
	}
	if made.Accuracy, err = p.measure(ctx, h, made); err != nil {
		return result{}, err
	}
	return result{
		detail: map[string]any{"forecast": made.ID, "codes": len(made.Codes), "days": made.Days},
		entry: wrapcast.AuditEntry{
			Objects: map[string]string{"forecast": string(made.ID)}, Accuracy: &made.Accuracy,
			Detail: fmt.Sprintf("%d codes for %d days from %s", len(made.Codes), made.Days, made.From),
		},
		save: func(tx *store.Tx) error { return tx.AddForecast(made) },
	}, nil
}

// horizon is how many days must be forecast from today on: those asked for, or more where the plan reaches further.
func (p *pass) horizon() int { return max(p.spec.HorizonDays, p.planReach()) }

// forecast makes the run's forecast.
func (p *pass) forecast(ctx context.Context, h *history, report wrapcast.ValidationReport) (wrapcast.Forecast, error) {
	codes, queues := group(h, byCode), group(h, byQueue)
	results, err := p.runEngine(ctx, p.panel(h, codes, queues, report), p.horizon())
	if err != nil {
		return wrapcast.Forecast{}, err
	}
	f := wrapcast.Forecast{
		Schema: wrapcast.ForecastSchema, ID: wrapcast.ForecastID(p.NewID()), Run: p.run.ID, Organisation: p.run.Organisation,
		MadeAt: p.Clock.Now(), CountingRule: wrapcast.CountingRule, Algorithm: or(p.spec.Algorithm, forecast.Auto),
		TimeZone: p.directory.BusinessUnit.TimeZone, From: h.to + 1, Days: p.horizon(), HistoryFrom: h.from, HistoryTo: h.to,
	}
	for i, g := range codes {
		leaves := spread(h, g, results[i].Mean)
		f.Leaves = append(f.Leaves, leaves...)
		d := daily(results[i], leaves)
		d.Fallback = or(d.Fallback, report.Codes[i].Fallback)
		f.Codes = append(f.Codes, wrapcast.CodeForecast{Code: nameOf(g.key, p.directory), DailyForecast: d})
	}
	for i, g := range queues {
		leaves := slices.DeleteFunc(slices.Clone(f.Leaves), func(l wrapcast.LeafForecast) bool { return l.Leaf.Queue != g.key })
		d := daily(results[len(codes)+i], leaves)
		f.Queues = append(f.Queues, wrapcast.QueueForecast{Queue: queueOf(g.key, p.directory), DailyForecast: d})
	}
	f.Total = daily(results[len(results)-1], f.Leaves)
	return f, nil
}

// panel lists what the engine forecasts: the codes with their masked days hidden, the
// queues, and the total.
func (p *pass) panel(h *history, codes []keyedHistory[wrapcast.CodeID], queues []keyedHistory[wrapcast.QueueID],
	report wrapcast.ValidationReport,
) []forecast.Series {
	var panel []forecast.Series
	for i, g := range codes {
		panel = append(panel, h.series("code "+string(g.key), masked(g.handled, h.from, report.Codes[i].Masks)))
	}
	total := h.emptyDays()
	for _, g := range queues {
		panel = append(panel, h.series("queue "+string(g.key), g.handled))
		for t, v := range g.handled {
			total[t] += v
		}
	}
	return append(panel, h.series("total", total))
}

// series hands days to the engine on a clock without clock changes, beginning with the first contact.
func (h *history) series(id string, values []float64) forecast.Series {
	first := max(slices.IndexFunc(values, func(v float64) bool { return v > 0 }), 0)
	return forecast.Series{ID: id, Values: values[first:], Start: (h.from + wrapcast.Date(first)).Midnight(time.UTC), Step: day}
}

// masked hides days from the engine without moving any other.
func masked(values []float64, from wrapcast.Date, masks []wrapcast.Mask) []float64 {
	values = slices.Clone(values)
	for _, m := range masks {
		if i := int(m.Day - from); i >= 0 && i < len(values) {
			values[i] = math.NaN()
		}
	}
	return values
}

func (p *pass) runEngine(ctx context.Context, panel []forecast.Series, horizon int) ([]forecast.Result, error) {
	p.Report.Report(wrapcast.Progress{Step: wrapcast.StepForecast, What: "series", Total: len(panel)})
	results, err := forecast.Run(ctx, panel, forecast.Options{
		Horizon: horizon, Levels: p.levels(), Algorithm: p.spec.Algorithm, NonNegative: forecast.NonNegativeAlways,
	})
	if err != nil {
		return nil, engineError(err)
	}
	p.Report.Report(wrapcast.Progress{Step: wrapcast.StepForecast, What: "series", Done: len(panel), Total: len(panel)})
	return results, nil
}

// levels are those planners look at, and the one asked for.
func (p *pass) levels() []float64 {
	levels := []float64{0.5, 0.8, 0.95, p.spec.Level}
	slices.Sort(levels)
	return slices.Compact(levels)
}

// engineError tells a wrong setting from data that cannot be used.
func engineError(err error) error {
	e, ok := errors.AsType[*forecast.Error](err)
	switch {
	case !ok:
		return err
	case e.Option != "":
		return wrapcast.Errorf(wrapcast.Usage, "", "%w", err)
	}
	return wrapcast.Errorf(wrapcast.InvalidData, "", "%w", err)
}

// daily turns an engine's result into the forecast of something made of leaves. Its
// mean is the sum of the leaves, so that codes, queues and the total add up; where that
// is not the engine's own mean, median and bands move with it.
func daily(r forecast.Result, leaves []wrapcast.LeafForecast) wrapcast.DailyForecast {
	mean, seconds := sumLeaves(leaves, len(r.Mean))
	d := wrapcast.DailyForecast{Mean: mean, HandleSeconds: seconds, Model: r.Model, Fallback: r.Fallback, Median: moved(r.Median, r.Mean, mean)}
	for _, b := range r.Bands {
		d.Bands = append(d.Bands, wrapcast.Band{Level: b.Level, Lower: moved(b.Lower, r.Mean, mean), Upper: moved(b.Upper, r.Mean, mean)})
	}
	for _, m := range r.Members {
		d.Candidates = append(d.Candidates, wrapcast.CandidateScore{Model: m.Name, Error: wrapcast.Measure(m.Error), Weight: m.Weight})
	}
	d.Accuracy = wrapcast.Accuracy{WAPE: wrapcast.Measure(r.Accuracy.WAPE), Bias: wrapcast.Measure(r.Accuracy.Bias),
		MASE: wrapcast.Measure(r.Accuracy.MASE), Coverage: wrapcast.NotMeasured(), Origins: r.Accuracy.Origins, Cells: r.Accuracy.Cells}
	return d
}

// sumLeaves adds leaves up, and averages their handle times by volume.
func sumLeaves(leaves []wrapcast.LeafForecast, days int) (mean, seconds []float64) {
	mean, seconds = make([]float64, days), make([]float64, days)
	for t := range days {
		work, plain := 0.0, 0.0
		for _, l := range leaves {
			mean[t] += l.Mean[t]
			work += l.Mean[t] * l.HandleSeconds[t]
			plain += l.HandleSeconds[t]
		}
		switch {
		case mean[t] > 0:
			seconds[t] = work / mean[t]
		case len(leaves) > 0:
			seconds[t] = plain / float64(len(leaves))
		}
	}
	return mean, seconds
}

// moved shifts values by what one mean differs from another, not below zero.
func moved(values, from, to []float64) []float64 {
	out := make([]float64, len(values))
	for t, v := range values {
		out[t] = v
		if gap := to[t] - from[t]; math.Abs(gap) > 1e-9*math.Max(1, to[t]) {
			out[t] = math.Max(v+gap, 0)
		}
	}
	return out
}
