package demand

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/forecast"
	"github.com/wrapcast/wrapcast/internal/calendar"
)

const week = 7

// Request asks for a forecast: the history to learn from, the judgement on it, the calendar, and the days ahead.
type Request struct {
	// History is learned from, with lineage applied; the first day forecast is the one after it.
	History   *History
	Directory wrapcast.Directory
	// Judged has a report per code, in the order of History.Codes: its masked days are hidden, its fallback is named.
	Judged wrapcast.ValidationReport
	// Calendar is worked out from the first day of the history to the last day forecast.
	Calendar *calendar.ResolvedCalendar
	// Recent reads how the last weeks' days spread over their quarter-hours; asked at most once, and only where a
	// closure of some hours ahead is the first of its kind.
	Recent func(context.Context) (Patterns, error)

	// Days is how many days are forecast, at least 1.
	Days int
	// Level is the interval asked for beside 50, 80 and 95 %, a fraction.
	Level float64
	// Algorithm is one of forecast.Names; "" means auto.
	Algorithm string
	// Engine forecasts the series of the panel; nil means [forecast.Run].
	Engine func(context.Context, []forecast.Series, forecast.Options) ([]forecast.Result, error)
	// Progress hears how many series are done; nil means nobody listens.
	Progress wrapcast.Reporter
}

// Forecast forecasts days from a history: what the engine says of ordinary days, spread over the leaves, times what
// special days do, with nothing for closed days; everything else is the sum of leaves. It has no id, no run, no
// override yet, and still holds codes that were retired. Settings the engine refuses are Usage errors, data it cannot
// use is InvalidData.
func Forecast(ctx context.Context, r Request) (wrapcast.Forecast, error) {
	p := newPanel(r)
	all, err := r.runEngine(ctx, p.series())
	if err != nil {
		return wrapcast.Forecast{}, err
	}
	engine := p.divide(all)
	ordinary, err := p.makeCoherent(ctx, engine)
	if err != nil {
		return wrapcast.Forecast{}, err
	}
	effect := &calendarEffect{history: r.History, calendar: r.Calendar, effects: p.effects, recent: r.Recent,
		factors: map[queueDay]float64{}}
	expected, err := effect.apply(ctx, ordinary)
	if err != nil {
		return wrapcast.Forecast{}, err
	}
	f := r.newForecast()
	f.SpecialDays = specialDays(r.Calendar, p.effects, f.From, f.Days)
	f.Findings = newKinds(f.SpecialDays, p.effects)
	f.Leaves = expected
	aggregator{before: ordinary, after: expected}.fill(&f, p, engine, r)
	f.Errors = testErrors(all, uint64(f.From))
	return f, nil
}

// newForecast is a forecast of nothing yet: what it is made of, for which days.
func (r Request) newForecast() wrapcast.Forecast {
	h := r.History
	return wrapcast.Forecast{
		Schema: wrapcast.ForecastSchema, Organisation: r.Directory.Organisation.ID, CountingRule: wrapcast.CountingRule,
		Algorithm: cmp.Or(r.Algorithm, forecast.Auto), TimeZone: r.Directory.BusinessUnit.TimeZone, From: h.To +
			1, Days: r.Days,
		HistoryFrom: h.From, HistoryTo: h.To,
	}
}

// fill sums the leaves up to codes, queues, groups and the total.
func (s aggregator) fill(f *wrapcast.Forecast, p *panel, engine results, r Request) {
	codes := placesBy(s.after, func(leaf wrapcast.Leaf) wrapcast.CodeID { return leaf.Code })
	for i, g := range p.codes {
		d := s.daily(engine.codes[i], codes[g.Key])
		d.Fallback = cmp.Or(d.Fallback, r.Judged.Codes[i].Fallback)
		f.Codes = append(f.Codes, wrapcast.CodeForecast{Code: r.Directory.Code(g.Key), DailyForecast: d})
	}
	queues := placesBy(s.after, func(leaf wrapcast.Leaf) wrapcast.QueueID { return leaf.Queue })
	for i, g := range p.queues {
		d := s.daily(engine.queues[i], queues[g.Key])
		f.Queues = append(f.Queues, wrapcast.QueueForecast{Queue: r.Directory.Queue(g.Key), DailyForecast: d})
	}
	groups := placesBy(s.after, groupIn(r.Directory))
	for i, g := range p.groups {
		d := s.daily(engine.groups[i], groups[g.Key])
		f.Groups = append(f.Groups, wrapcast.GroupForecast{Group: r.Directory.PlanningGroups[g.Key], DailyForecast: d})
	}
	f.Total = s.daily(engine.total, upTo(len(s.after)))
}

// Panel are the series that a forecast is made of, and how they are forecast: what [Request.Engine] is asked for.
func Panel(r Request) ([]forecast.Series, forecast.Options) { return newPanel(r).series(), r.options() }

func (r Request) options() forecast.Options {
	return forecast.Options{Horizon: r.Days, Levels: r.levels(), Algorithm: r.Algorithm,
		NonNegative: forecast.NonNegativeAlways, Joint: true}
}

func (r Request) runEngine(ctx context.Context, series []forecast.Series) ([]forecast.Result, error) {
	r.Progress.Report(wrapcast.Progress{Step: wrapcast.StepForecast, What: "series", Total: len(series)})
	run := r.Engine
	if run == nil {
		run = forecast.Run
	}
	all, err := run(ctx, series, r.options())
	if err != nil {
		return nil, engineError(err)
	}
	r.Progress.Report(wrapcast.Progress{Step: wrapcast.StepForecast, What: "series", Done: len(series),
		Total: len(series)})
	return all, nil
}

// levels are those planners look at, and the one asked for.
func (r Request) levels() []float64 {
	levels := []float64{0.5, 0.8, 0.95, r.Level}
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
