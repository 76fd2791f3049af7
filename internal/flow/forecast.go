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
	"github.com/wrapcast/wrapcast/internal/planning"
	"github.com/wrapcast/wrapcast/internal/store"
)

const (
	day         = 24 * time.Hour
	week        = 7
	accuracyFor = 28 // leads of the accuracy a run reports
)

// forecastStep forecasts every code, queue, planning group and the total per local day, and spreads the codes over their
// leaves; then what people know better is put on top.
func forecastStep(ctx context.Context, p *pass) (result, error) {
	h, err := p.loadHistory(ctx)
	if err != nil {
		return result{}, err
	}
	made, err := p.forecast(ctx, h, p.judge(h), p.horizon())
	if err != nil {
		return result{}, err
	}
	made.ID, made.MadeAt = wrapcast.ForecastID(p.NewID()), p.Clock.Now()
	if made.Accuracy, err = p.measure(ctx, h, made); err != nil {
		return result{}, err
	}
	alarms, err := p.watch(ctx, h)
	if err != nil {
		return result{}, err
	}
	made.Findings = append(slices.Clip(made.Findings), alarms...)
	made = WithOverrides(made, h.known.overrides, p.Clock.Now())
	return result{
		detail: map[string]any{"forecast": made.ID, "codes": len(made.Codes), "days": made.Days},
		entry: wrapcast.AuditEntry{
			Objects: forecastObjects(made), Accuracy: &made.Accuracy,
			Detail: fmt.Sprintf("%d codes for %d days from %s, %d overrides", len(made.Codes), made.Days, made.From, len(made.Overrides)),
		},
		save: func(tx *store.Tx) error { return tx.AddForecast(made) },
	}, nil
}

// forecastObjects names a forecast, how contacts were counted, and the overrides it holds.
func forecastObjects(made wrapcast.Forecast) map[string]string {
	objects := map[string]string{"forecast": string(made.ID), "counting_rule": made.CountingRule}
	for i, o := range made.Overrides {
		objects[numbered("override", i, len(made.Overrides))] = string(o.ID)
	}
	return objects
}

// horizon is how many days must be forecast from today on: those asked for, or more where the plan reaches further.
func (p *pass) horizon() int { return max(p.spec.HorizonDays, p.planReach()) }

// forecast makes a forecast of so many days from the history: what the engine says of ordinary days, spread over the
// leaves, times what special days do, with nothing for closed days and retired codes; everything else is the sum of
// leaves. It has no id yet, and no override.
func (p *pass) forecast(ctx context.Context, h *history, report wrapcast.ValidationReport, days int) (wrapcast.Forecast, error) {
	l := p.layOut(h)
	effects := l.learnEffects(h, report)
	results, err := p.runEngine(ctx, l.panel(h, report, effects), days)
	if err != nil {
		return wrapcast.Forecast{}, err
	}
	f := wrapcast.Forecast{
		Schema: wrapcast.ForecastSchema, Run: p.run.ID, Organisation: p.run.Organisation, CountingRule: wrapcast.CountingRule,
		Algorithm: or(p.spec.Algorithm, forecast.Auto), TimeZone: p.directory.BusinessUnit.TimeZone, From: h.to + 1, Days: days,
		HistoryFrom: h.from, HistoryTo: h.to, Findings: h.known.findings, SpecialDays: specialDays(h.known.almanac, h.to+1, days),
	}
	ordinary, err := l.cohere(ctx, h, results)
	if err != nil {
		return wrapcast.Forecast{}, err
	}
	if f.Leaves, err = p.special(ctx, h, ordinary, effects); err != nil {
		return wrapcast.Forecast{}, err
	}
	sum := summer{before: ordinary, after: f.Leaves}
	for i, g := range l.codes {
		d := sum.daily(results[i], func(leaf wrapcast.Leaf) bool { return leaf.Code == g.key })
		d.Fallback = or(d.Fallback, report.Codes[i].Fallback)
		f.Codes = append(f.Codes, wrapcast.CodeForecast{Code: p.directory.Code(g.key), DailyForecast: d})
	}
	results = results[len(l.codes):]
	for i, g := range l.queues {
		d := sum.daily(results[i], func(leaf wrapcast.Leaf) bool { return leaf.Queue == g.key })
		f.Queues = append(f.Queues, wrapcast.QueueForecast{Queue: p.directory.Queue(g.key), DailyForecast: d})
	}
	results = results[len(l.queues):]
	for i, g := range l.groups {
		d := sum.daily(results[i], func(leaf wrapcast.Leaf) bool { return l.groupOf(leaf) == g.key })
		f.Groups = append(f.Groups, wrapcast.GroupForecast{Group: p.directory.PlanningGroups[g.key], DailyForecast: d})
	}
	f.Total = sum.daily(results[len(l.groups)], func(wrapcast.Leaf) bool { return true })
	return planning.Retired(f, h.known.lineage), nil
}

// specialDays lists the days of the horizon that have names.
func specialDays(a *planning.Almanac, from wrapcast.Date, days int) []wrapcast.SpecialDay {
	var special []wrapcast.SpecialDay
	for day := from; day < from+wrapcast.Date(days); day++ {
		if names := a.Names(day); len(names) > 0 {
			special = append(special, wrapcast.SpecialDay{Day: day, Names: names})
		}
	}
	return special
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
