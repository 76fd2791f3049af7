package figures

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/demand"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
	"github.com/wrapcast/wrapcast/internal/web/internal/columns"
	"github.com/wrapcast/wrapcast/internal/web/internal/scope"
	"github.com/wrapcast/wrapcast/internal/web/internal/snapshot"
)

// forecastHead is a forecast without its numbers.
type forecastHead struct {
	ID           wrapcast.ForecastID     `json:"id"`
	Run          wrapcast.RunID          `json:"run"`
	BusinessUnit wrapcast.BusinessUnitID `json:"business_unit,omitempty" doc:"In whose days and planning groups it is; nothing where there is none"`
	MadeAt       time.Time               `json:"made_at"`
	Algorithm    string                  `json:"algorithm" doc:"What was asked for"`
	CountingRule string                  `json:"counting_rule"`
	TimeZone     string                  `json:"time_zone"`
	From         wrapcast.Date           `json:"from" doc:"The first local day"`
	Days         int                     `json:"days"`
	HistoryFrom  wrapcast.Date           `json:"history_from"`
	HistoryTo    wrapcast.Date           `json:"history_to"`
	Codes        int                     `json:"codes"`
	Queues       int                     `json:"queues"`
	Leaves       int                     `json:"leaves"`
	Accuracy     wrapcast.Accuracy       `json:"accuracy" doc:"Over all codes, daily"`
	Total        *wrapcast.Accuracy      `json:"accuracy_of_total,omitempty" doc:"All contacts of a day together; left out where it was not kept"`
}

// forecastSeries is the forecast of a code, a queue, both, or everything, as columns.
type forecastSeries struct {
	Forecast wrapcast.ForecastID `json:"forecast"`
	MadeAt   time.Time           `json:"made_at"`
	TimeZone string              `json:"time_zone"`
	From     wrapcast.Date       `json:"from" doc:"The first local day"`
	Days     int                 `json:"days"`
	Mean     columns.Decimals    `json:"mean" doc:"The mean: for sums and staffing"`
	Median   columns.Decimals    `json:"median" doc:"Actuals fall as often above as below; empty for a code in one queue, of which only the mean is forecast"`
	Bands    []seriesBand        `json:"bands" doc:"Narrowest first; empty for a code in one queue"`
	// Base is the mean before people changed it.
	Base columns.Decimals `json:"base" doc:"The mean without overrides; empty where none has moved it"`
	// HandleSeconds is the average handle time per day.
	HandleSeconds columns.Decimals          `json:"handle_seconds"`
	Model         string                    `json:"model" doc:"The method used"`
	Fallback      string                    `json:"fallback" doc:"Why it is a simpler one than asked; empty where it is not"`
	Candidates    []wrapcast.CandidateScore `json:"candidates" doc:"The methods that were tried, with their errors in the rolling backtest; lower is better"`
	Accuracy      *wrapcast.Accuracy        `json:"accuracy,omitempty" doc:"Measured in the backtest"`
}

type seriesBand struct {
	Level float64          `json:"level" doc:"The share of actuals that should fall inside, a fraction"`
	Lower columns.Decimals `json:"lower"`
	Upper columns.Decimals `json:"upper"`
}

// ForecastPath names a forecast in a path.
type ForecastPath struct {
	Forecast string `path:"forecast" maxLength:"100" doc:"The forecast's id, or latest"`
}

type forecastInput struct {
	ForecastPath
}

type forecastSeriesInput struct {
	ForecastPath
	scope.SeriesInput
}

// forecastWeeksInput names one subject: a code, a queue, a planning group, or with none of them the total.
type forecastWeeksInput struct {
	ForecastPath
	scope.SeriesInput
	Group string `query:"group" maxLength:"200" doc:"Only this planning group"`
}

// forecastWeeks is what is expected of one subject week by week.
type forecastWeeks struct {
	Forecast wrapcast.ForecastID `json:"forecast"`
	// Weeks begin on the weekday the unit's weeks begin.
	Weeks []wrapcast.SumForecast `json:"weeks" doc:"Week by week, the first and the last as far as the forecast reaches"`
}

type forecastsInput struct {
	api.Paged
}

// forecastHandlers answers what is forecast per day.
type forecastHandlers struct {
	scope.Organisations
	documents *snapshot.Documents
}

// operations lists what can be asked here.
func (h *forecastHandlers) operations() []api.Operation {
	return []api.Operation{
		{ID: "list-forecasts", Path: "/forecasts", Tag: "Forecasts", Role: viewer,
			Summary: "List forecasts, the latest first",
			Handler: api.Answer(api.Stored, h.listForecasts)},
		{ID: "get-forecast", Path: "/forecasts/{forecast}", Tag: "Forecasts", Role: viewer,
			Summary: "Look at one forecast as a whole",
			Handler: api.Answer(api.Stored, h.getForecast)},
		{ID: "get-forecast-series", Path: "/forecasts/{forecast}/series", Tag: "Forecasts", Role: viewer,
			Summary: "The forecast of a code, a queue or in total",
			Description: "Mean, median, bands, handle time, the method used and those that were tried, per local day. " +
				"The latest one is with the overrides in use now; an older one as it was made.",
			Handler: api.Answer(api.Stored, h.getForecastSeries)},
		{ID: "get-forecast-weeks", Path: "/forecasts/{forecast}/weeks", Tag: "Forecasts", Role: viewer,
			Summary: "The weeks of a forecast, with intervals of their sums",
			Description: "What is expected of a code, a queue, a planning group or in total, week by week. The intervals are " +
				"those of joint paths: days and codes that miss together are taken for what they are. Those of a forecast made " +
				"before there were such paths are the days' bounds added up, and say so.",
			Handler: api.Answer(api.Stored, h.getForecastWeeks)},
	}
}

func (h *forecastHandlers) listForecasts(
	ctx context.Context, at api.Scope, in *forecastsInput,
) (*api.Page[forecastHead], error) {
	unit, err := h.ListedUnit(ctx, at)
	if err != nil {
		return nil, err
	}
	query := store.ForecastQuery{}
	if unit != "" {
		query.BusinessUnit = &unit
	}
	return scope.Listed[store.ForecastHead, forecastHead]{
		Find: func(tx *store.Tx, org wrapcast.OrganisationID, after string, limit int) ([]store.ForecastHead, int,
			error) {
			query.Before, query.Limit = wrapcast.ForecastID(after), limit
			return tx.Forecasts().Heads(org, query)
		},
		IDOf: func(f store.ForecastHead) string { return string(f.ID) },
		Show: headOf,
	}.Answer(ctx, h.View, at, in.Paged)
}

// chosen returns the forecast a path names.
func (h *forecastHandlers) chosen(
	ctx context.Context, at api.Scope, p ForecastPath,
) (*wrapcast.Forecast, error) {
	snap, err := h.Look(ctx, at)
	if err != nil {
		return nil, err
	}
	if p.Forecast == scope.Latest {
		if snap.Forecast == nil {
			return nil, api.NewProblem(http.StatusNotFound, "there is no forecast yet").WithHint("start a run")
		}
		return snap.Forecast, nil
	}
	var f *wrapcast.Forecast
	err = h.Store.View(ctx, func(tx *store.Tx) (err error) {
		f, err = h.documents.Forecast(tx, snap.Directory.Organisation.ID, wrapcast.ForecastID(p.Forecast))
		return err
	})
	return f, err
}

func (h *forecastHandlers) getForecast(
	ctx context.Context, at api.Scope, in *forecastInput,
) (*api.Reply[forecastHead], error) {
	f, err := h.chosen(ctx, at, in.ForecastPath)
	if err != nil {
		return nil, err
	}
	return api.Respond(headOf(store.HeadOf(f)), nil)
}

func headOf(h store.ForecastHead) forecastHead { return forecastHead(h) }

func (h *forecastHandlers) getForecastSeries(
	ctx context.Context, at api.Scope, in *forecastSeriesInput,
) (*api.Reply[forecastSeries], error) {
	f, err := h.chosen(ctx, at, in.ForecastPath)
	if err != nil {
		return nil, err
	}
	out, err := seriesOf(f, in.SeriesInput)
	if err != nil || f.Base == nil {
		return api.Respond(out, err)
	}
	base, err := seriesOf(f.Base, in.SeriesInput)
	if !slices.Equal(base.Mean, out.Mean) {
		out.Base = base.Mean
	}
	return api.Respond(out, err)
}

func (h *forecastHandlers) getForecastWeeks(
	ctx context.Context, at api.Scope, in *forecastWeeksInput,
) (*api.Reply[forecastWeeks], error) {
	f, err := h.chosen(ctx, at, in.ForecastPath)
	if err != nil {
		return nil, err
	}
	snap, err := h.Look(ctx, at)
	if err != nil {
		return nil, err
	}
	sums, err := h.documents.Weeks(ctx, f, snap.Directory.BusinessUnit.WeekStart)
	if err != nil {
		return nil, err
	}
	out := forecastWeeks{Forecast: f.ID, Weeks: []wrapcast.SumForecast{}}
	for _, week := range sums {
		sum, ok := in.of(f, week)
		if !ok {
			return nil, api.NewProblem(http.StatusNotFound, "this forecast has no weeks of it").
				WithHint("ask for one code, one queue or one planning group that had contacts, or for none of them")
		}
		out.Weeks = append(out.Weeks, sum)
	}
	return api.Respond(out, nil)
}

// of takes the subject out of a week; false where the forecast does not have it.
func (in *forecastWeeksInput) of(f *wrapcast.Forecast, week demand.SubjectSums) (wrapcast.SumForecast, bool) {
	pick := func(sums []wrapcast.SumForecast, i int) (wrapcast.SumForecast, bool) {
		if i < 0 {
			return wrapcast.SumForecast{}, false
		}
		return sums[i], true
	}
	switch {
	case in.Code == "" && in.Queue == "" && in.Group == "":
		return week.Total, true
	case in.Queue == "" && in.Group == "":
		return pick(week.Codes, slices.IndexFunc(f.Codes,
			func(c wrapcast.CodeForecast) bool { return c.Code.ID == scope.CodeOf(in.Code) }))
	case in.Code == "" && in.Group == "":
		return pick(week.Queues, slices.IndexFunc(f.Queues,
			func(q wrapcast.QueueForecast) bool { return q.Queue.ID == scope.QueueOf(in.Queue) }))
	case in.Code == "" && in.Queue == "":
		return pick(week.Groups, slices.IndexFunc(f.Groups,
			func(g wrapcast.GroupForecast) bool { return string(g.Group.ID) == in.Group }))
	}
	return wrapcast.SumForecast{}, false
}

// seriesOf takes the forecast of a code, a queue, both, or everything out of a forecast.
func seriesOf(f *wrapcast.Forecast, in scope.SeriesInput) (forecastSeries, error) {
	out := forecastSeries{Forecast: f.ID, MadeAt: f.MadeAt, TimeZone: f.TimeZone, From: f.From, Days: f.Days,
		Median: columns.Decimals{}, Base: columns.Decimals{},
		Bands: []seriesBand{}, Candidates: []wrapcast.CandidateScore{}}
	var d *wrapcast.DailyForecast
	switch {
	case in.Code != "" && in.Queue != "":
		return leafSeries(out, f, scope.CodeOf(in.Code), scope.QueueOf(in.Queue)), nil
	case in.Code != "":
		d = snapshot.CodeForecast(f, scope.CodeOf(in.Code))
	case in.Queue != "":
		d = snapshot.QueueForecast(f, scope.QueueOf(in.Queue))
	default:
		d = &f.Total
	}
	if d == nil {
		return out, api.NewProblem(http.StatusNotFound, "this forecast does not contain it").
			WithHint("it had no contact in the history the forecast learned from")
	}
	return filled(out, d), nil
}

func filled(out forecastSeries, d *wrapcast.DailyForecast) forecastSeries {
	out.Mean, out.Median, out.HandleSeconds = d.Mean, d.Median, d.HandleSeconds
	out.Model, out.Fallback, out.Candidates, out.Accuracy = d.Model, d.Fallback, api.OrEmpty(d.Candidates), &d.Accuracy
	for _, b := range d.Bands {
		out.Bands = append(out.Bands, seriesBand{b.Level, b.Lower, b.Upper})
	}
	slices.SortFunc(out.Bands, func(a, b seriesBand) int { return int(1000*a.Level) - int(1000*b.Level) })
	return out
}

// leafSeries is the forecast of one code in one queue, over its channels.
func leafSeries(out forecastSeries, f *wrapcast.Forecast, code wrapcast.CodeID, queue wrapcast.QueueID) forecastSeries {
	out.Mean, out.HandleSeconds = make(columns.Decimals, f.Days), make(columns.Decimals, f.Days)
	for _, l := range f.Leaves {
		if l.Leaf.Code != code || l.Leaf.Queue != queue {
			continue
		}
		for t := range min(f.Days, len(l.Mean)) {
			out.Mean[t] += l.Mean[t]
			out.HandleSeconds[t] += l.Mean[t] * l.HandleSeconds[t]
		}
	}
	for t, sum := range out.Mean {
		out.HandleSeconds[t] /= sum // 0/0 is null: no contacts, no handle time
	}
	if of := snapshot.CodeForecast(f, code); of != nil {
		out.Model, out.Fallback = of.Model, of.Fallback
	}
	return out
}
