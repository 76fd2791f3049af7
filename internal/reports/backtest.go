package reports

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/forecast"
	"github.com/wrapcast/wrapcast/internal/steps"
)

// BacktestOptions say which pasts are forecast.
type BacktestOptions struct {
	// Days is how many days are forecast from each past; 0 means 28.
	Days int
	// Origins is how many pasts; 0 means 4.
	Origins int
	// Stride is the number of days from one past to the next; 0 means Days, so that no day is forecast twice. The
	// newest past lies Days before the end of the history.
	Stride int
	// WithoutCalendar forecasts each past a second time as if nobody knew a holiday, a closure or an event, and
	// compares the two on the days that have a name.
	WithoutCalendar bool
}

func (o BacktestOptions) withDefaults() BacktestOptions {
	o.Days = cmp.Or(o.Days, steps.AccuracyDays)
	o.Origins = cmp.Or(o.Origins, steps.AccuracyOrigins)
	o.Stride = cmp.Or(o.Stride, o.Days)
	return o
}

// Backtest forecasts the stored past from several moments, as a run would have done then, and compares with the
// contacts handled. Nothing is asked of the platform and nothing is stored. A history too short for a single past is
// InvalidData.
func Backtest(ctx context.Context, v *steps.View, o BacktestOptions) (BacktestReport, error) {
	o = o.withDefaults()
	h, err := v.LoadHistory(ctx)
	if err != nil {
		return BacktestReport{}, err
	}
	if h.Days() <= o.Days {
		return BacktestReport{}, wrapcast.Errorf(wrapcast.InvalidData, "",
			"%d days of history are too few for a test period of %d days", h.Days(), o.Days).
			WithHint("forecast fewer days, or extract more history: history.lookback_days")
	}
	b := &backtest{steps.NewEvaluation(v, h)}
	actual, handle := b.countContacts(), newHandleTimes(v, h)
	b.Each = append(b.Each, handle.add)
	var special *specialDays
	if o.WithoutCalendar {
		if special, err = newSpecialDays(b.Evaluation); err != nil {
			return BacktestReport{}, err
		}
		b.Each = append(b.Each, special.with)
	}
	origins, err := b.forecastPasts(ctx, o, special)
	if err != nil {
		return BacktestReport{}, err
	}
	r := BacktestReport{Schema: backtestSchema, Organisation: v.Organisation(),
		Algorithm:   cmp.Or(v.Spec.Algorithm, forecast.Auto),
		HistoryFrom: h.From, HistoryTo: h.To, Days: o.Days, Origins: origins}
	b.report(&r, actual)
	handle.report(&r)
	if special != nil {
		r.SpecialDays = special.report()
	}
	return r, nil
}

// backtest is an evaluation that is reported.
type backtest struct{ *steps.Evaluation }

// forecastPasts forecasts from every past there is, and returns the days they forecast from. special, where it is not
// nil, forecasts each again.
func (b *backtest) forecastPasts(ctx context.Context, o BacktestOptions, special *specialDays) ([]wrapcast.Date,
	error) {
	origins := []wrapcast.Date{}
	report := func(done int) {
		b.View.Report.Report(wrapcast.Progress{Step: wrapcast.StepForecast, What: "test periods", Done: done,
			Total: o.Origins})
	}
	for k := range o.Origins {
		cut := b.History.Days() - o.Days - (o.Origins-1-k)*o.Stride
		if cut < 1 {
			continue
		}
		report(k)
		origins = append(origins, b.History.From+wrapcast.Date(cut))
		if err := b.ForecastFrom(ctx, cut, o.Days); err != nil {
			return nil, err
		}
		if special != nil {
			if err := special.without(ctx, cut, o.Days); err != nil {
				return nil, err
			}
		}
	}
	report(o.Origins)
	return origins, nil
}

// countContacts gathers what was handled on the days that are forecast.
func (b *backtest) countContacts() map[steps.Subject]float64 {
	actual := map[steps.Subject]float64{}
	b.Each = append(b.Each, func(cut int, f wrapcast.Forecast) {
		steps.EachSubject(f, func(t steps.Subject, d wrapcast.DailyForecast) {
			for _, v := range b.Actual[t][cut : cut+len(d.Mean)] {
				if !math.IsNaN(v) {
					actual[t] += v
				}
			}
		})
	})
	return actual
}

// report writes the scores into r, the busiest first.
func (b *backtest) report(r *BacktestReport, actual map[steps.Subject]float64) {
	level := b.View.Spec.Level
	r.Codes, r.Queues = []CodeBacktest{}, []QueueBacktest{}
	r.Overall, r.Total = b.OfLevel(wrapcast.LevelCode).Accuracy(level), b.Of(steps.TotalSubject()).Accuracy(level)
	for _, g := range b.History.Codes() {
		t := steps.CodeSubject(g.Key)
		r.Codes = append(r.Codes, CodeBacktest{Code: b.View.Directory.Code(g.Key), Contacts: int(actual[t]),
			Accuracy: b.Of(t).Accuracy(level)})
	}
	for _, g := range b.History.Queues() {
		t := steps.QueueSubject(g.Key)
		r.Queues = append(r.Queues, QueueBacktest{Queue: b.View.Directory.Queue(g.Key), Contacts: int(actual[t]),
			Accuracy: b.Of(t).Accuracy(level)})
	}
	slices.SortStableFunc(r.Codes, func(a, b CodeBacktest) int { return cmp.Compare(b.Contacts, a.Contacts) })
	slices.SortStableFunc(r.Queues, func(a, b QueueBacktest) int { return cmp.Compare(b.Contacts, a.Contacts) })
}
