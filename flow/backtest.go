package flow

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/forecast"
)

// BacktestOptions say which pasts are forecast.
type BacktestOptions struct {
	// Days is how many days are forecast from each past; 0 means 28.
	Days int
	// Origins is how many pasts; 0 means 4.
	Origins int
	// Stride is the number of days from one past to the next; 0 means Days, so that no day is forecast twice. The newest
	// past lies Days before the end of the history.
	Stride int
}

func (o BacktestOptions) withDefaults() BacktestOptions {
	o.Days = or(o.Days, accuracyFor)
	o.Origins = or(o.Origins, accuracyOrigins)
	o.Stride = or(o.Stride, o.Days)
	return o
}

// Backtest forecasts the stored past from several moments, as a run would have done then, and compares with what came.
// Nothing is asked of the platform and nothing is stored. A history too short for a single past is InvalidData.
func (f *WrapUpForecaster) Backtest(ctx context.Context, org wrapcast.OrganisationID, spec Spec, o BacktestOptions) (wrapcast.BacktestReport, error) {
	o = o.withDefaults()
	p, err := f.offline(ctx, org, spec)
	if err != nil {
		return wrapcast.BacktestReport{}, err
	}
	h, err := p.loadHistory(ctx)
	if err != nil {
		return wrapcast.BacktestReport{}, err
	}
	if h.days() <= o.Days {
		return wrapcast.BacktestReport{}, wrapcast.Errorf(wrapcast.InvalidData, "", "%d days of history hold no past to forecast %d days from", h.days(), o.Days).
			WithHint("forecast fewer days, or extract more history: history.lookback_days")
	}
	b := newBench(p, h)
	came := b.countContacts()
	r := wrapcast.BacktestReport{Schema: wrapcast.BacktestSchema, Organisation: org, Algorithm: or(p.spec.Algorithm, forecast.Auto),
		HistoryFrom: h.from, HistoryTo: h.to, Days: o.Days, Origins: []wrapcast.Date{}}
	for k := o.Origins - 1; k >= 0; k-- {
		cut := h.days() - o.Days - k*o.Stride
		if cut < 1 {
			continue
		}
		r.Origins = append(r.Origins, h.from+wrapcast.Date(cut))
		p.Report.Report(wrapcast.Progress{Step: wrapcast.StepForecast, What: "pasts", Done: o.Origins - 1 - k, Total: o.Origins})
		if err := b.forecastFrom(ctx, cut, o.Days); err != nil {
			return wrapcast.BacktestReport{}, err
		}
	}
	p.Report.Report(wrapcast.Progress{Step: wrapcast.StepForecast, What: "pasts", Done: o.Origins, Total: o.Origins})
	b.report(&r, came)
	return r, nil
}

// countContacts gathers what was handled on the days that are forecast.
func (b *bench) countContacts() map[thing]float64 {
	came := map[thing]float64{}
	b.each = func(cut int, f wrapcast.Forecast) {
		eachThing(f, func(t thing, d wrapcast.DailyForecast) {
			for _, v := range b.actual[t][cut : cut+len(d.Mean)] {
				if !math.IsNaN(v) {
					came[t] += v
				}
			}
		})
	}
	return came
}

// report writes the scores into r, the busiest first.
func (b *bench) report(r *wrapcast.BacktestReport, came map[thing]float64) {
	level, l := b.pass.spec.Level, b.pass.layOut(b.history)
	r.Codes, r.Queues = []wrapcast.CodeBacktest{}, []wrapcast.QueueBacktest{}
	r.Overall, r.Total = b.codes.Accuracy(level), b.of(totalThing()).Accuracy(level)
	for _, g := range l.codes {
		t := codeThing(g.key)
		r.Codes = append(r.Codes, wrapcast.CodeBacktest{Code: b.pass.directory.Code(g.key), Contacts: int(came[t]), Accuracy: b.of(t).Accuracy(level)})
	}
	for _, g := range l.queues {
		t := queueThing(g.key)
		r.Queues = append(r.Queues, wrapcast.QueueBacktest{Queue: b.pass.directory.Queue(g.key), Contacts: int(came[t]), Accuracy: b.of(t).Accuracy(level)})
	}
	slices.SortStableFunc(r.Codes, func(a, b wrapcast.CodeBacktest) int { return cmp.Compare(b.Contacts, a.Contacts) })
	slices.SortStableFunc(r.Queues, func(a, b wrapcast.QueueBacktest) int { return cmp.Compare(b.Contacts, a.Contacts) })
}
