package steps

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
	// WithoutCalendar forecasts each past a second time as if nobody knew a holiday, a closure or an event, and compares
	// the two on the days that have a name.
	WithoutCalendar bool
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
	if h.Days() <= o.Days {
		return wrapcast.BacktestReport{}, wrapcast.Errorf(wrapcast.InvalidData, "", "%d days of history are too few for a test period of %d days", h.Days(), o.Days).
			WithHint("forecast fewer days, or extract more history: history.lookback_days")
	}
	b := newBench(p, h)
	came, handle := b.countContacts(), newHandleBench(p, h)
	b.each = append(b.each, handle.add)
	var special *specialBench
	if o.WithoutCalendar {
		if special, err = newSpecialBench(b); err != nil {
			return wrapcast.BacktestReport{}, err
		}
		b.each = append(b.each, special.with)
	}
	origins, err := b.forecastPasts(ctx, o, special)
	if err != nil {
		return wrapcast.BacktestReport{}, err
	}
	r := wrapcast.BacktestReport{Schema: wrapcast.BacktestSchema, Organisation: org, Algorithm: or(p.spec.Algorithm, forecast.Auto),
		HistoryFrom: h.From, HistoryTo: h.To, Days: o.Days, Origins: origins}
	b.report(&r, came)
	handle.report(&r)
	if special != nil {
		r.SpecialDays = special.report()
	}
	return r, nil
}

// forecastPasts forecasts from every past there is, and returns the days they forecast from. special, where it is not nil,
// forecasts each again.
func (b *bench) forecastPasts(ctx context.Context, o BacktestOptions, special *specialBench) ([]wrapcast.Date, error) {
	origins := []wrapcast.Date{}
	tell := func(done int) {
		b.pass.Report.Report(wrapcast.Progress{Step: wrapcast.StepForecast, What: "pasts", Done: done, Total: o.Origins})
	}
	for k := range o.Origins {
		cut := b.history.Days() - o.Days - (o.Origins-1-k)*o.Stride
		if cut < 1 {
			continue
		}
		tell(k)
		origins = append(origins, b.history.From+wrapcast.Date(cut))
		if err := b.forecastFrom(ctx, cut, o.Days); err != nil {
			return nil, err
		}
		if special != nil {
			if err := special.without(ctx, cut, o.Days); err != nil {
				return nil, err
			}
		}
	}
	tell(o.Origins)
	return origins, nil
}

// countContacts gathers what was handled on the days that are forecast.
func (b *bench) countContacts() map[thing]float64 {
	came := map[thing]float64{}
	b.each = append(b.each, func(cut int, f wrapcast.Forecast) {
		eachThing(f, func(t thing, d wrapcast.DailyForecast) {
			for _, v := range b.actual[t][cut : cut+len(d.Mean)] {
				if !math.IsNaN(v) {
					came[t] += v
				}
			}
		})
	})
	return came
}

// report writes the scores into r, the busiest first.
func (b *bench) report(r *wrapcast.BacktestReport, came map[thing]float64) {
	level := b.pass.spec.Level
	r.Codes, r.Queues = []wrapcast.CodeBacktest{}, []wrapcast.QueueBacktest{}
	r.Overall, r.Total = b.codes.Accuracy(level), b.of(totalThing()).Accuracy(level)
	for _, g := range b.history.Codes() {
		t := codeThing(g.Key)
		r.Codes = append(r.Codes, wrapcast.CodeBacktest{Code: b.pass.directory.Code(g.Key), Contacts: int(came[t]), Accuracy: b.of(t).Accuracy(level)})
	}
	for _, g := range b.history.Queues() {
		t := queueThing(g.Key)
		r.Queues = append(r.Queues, wrapcast.QueueBacktest{Queue: b.pass.directory.Queue(g.Key), Contacts: int(came[t]), Accuracy: b.of(t).Accuracy(level)})
	}
	slices.SortStableFunc(r.Codes, func(a, b wrapcast.CodeBacktest) int { return cmp.Compare(b.Contacts, a.Contacts) })
	slices.SortStableFunc(r.Queues, func(a, b wrapcast.QueueBacktest) int { return cmp.Compare(b.Contacts, a.Contacts) })
}
