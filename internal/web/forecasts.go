package web

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
)

// forecastHead is a forecast without its numbers.
type forecastHead struct {
	ID           wrapcast.ForecastID `json:"id"`
	Run          wrapcast.RunID      `json:"run"`
	MadeAt       time.Time           `json:"made_at"`
	Algorithm    string              `json:"algorithm" doc:"What was asked for"`
	CountingRule string              `json:"counting_rule"`
	TimeZone     string              `json:"time_zone"`
	From         wrapcast.Date       `json:"from" doc:"The first local day"`
	Days         int                 `json:"days"`
	HistoryFrom  wrapcast.Date       `json:"history_from"`
	HistoryTo    wrapcast.Date       `json:"history_to"`
	Codes        int                 `json:"codes"`
	Queues       int                 `json:"queues"`
	Leaves       int                 `json:"leaves"`
	Accuracy     wrapcast.Accuracy   `json:"accuracy" doc:"Over all codes, daily"`
}

// forecastSeries is the forecast of one thing, as columns.
type forecastSeries struct {
	Forecast wrapcast.ForecastID `json:"forecast"`
	MadeAt   time.Time           `json:"made_at"`
	TimeZone string              `json:"time_zone"`
	From     wrapcast.Date       `json:"from" doc:"The first local day"`
	Days     int                 `json:"days"`
	Mean     decimals            `json:"mean" doc:"What sums and staffing need"`
	Median   decimals            `json:"median" doc:"As often above as below; empty for a code in one queue, of which only the mean is forecast"`
	Bands    []seriesBand        `json:"bands" doc:"Narrowest first; empty for a code in one queue"`
	// Base is the mean before people changed it.
	Base decimals `json:"base" doc:"The mean without overrides; empty where none has moved it"`
	// HandleSeconds is the average handle time per day.
	HandleSeconds decimals                  `json:"handle_seconds"`
	Model         string                    `json:"model" doc:"The method used"`
	Fallback      string                    `json:"fallback" doc:"Why it is a simpler one than asked; empty where it is not"`
	Candidates    []wrapcast.CandidateScore `json:"candidates" doc:"The methods that were tried, with their errors in the rolling backtest; lower is better"`
	Accuracy      *wrapcast.Accuracy        `json:"accuracy,omitempty" doc:"Measured by forecasting the past"`
}

type seriesBand struct {
	Level float64  `json:"level" doc:"The share of outcomes it should hold, a fraction"`
	Lower decimals `json:"lower"`
	Upper decimals `json:"upper"`
}

const latest = "latest"

// ForecastPath names a forecast in a path.
type ForecastPath struct {
	Forecast string `path:"forecast" maxLength:"100" doc:"The forecast's id, or latest"`
}

type forecastInput struct {
	Scope
	ForecastPath
}

type forecastSeriesInput struct {
	Scope
	ForecastPath
	SeriesInput
}

type forecastsInput struct {
	Scope
	Paged
}

func (s *Server) registerForecasts() {
	register(s.api, wrapcast.RoleViewer, get("list-forecasts", "/forecasts", "Forecasts", "List forecasts, the latest first"), s.listForecasts)
	register(s.api, wrapcast.RoleViewer, get("get-forecast", "/forecasts/{forecast}", "Forecasts", "Look at one forecast as a whole"), s.getForecast)
	register(s.api, wrapcast.RoleViewer, described(get("get-forecast-series", "/forecasts/{forecast}/series", "Forecasts", "The forecast of a code, a queue or in total"),
		"Mean, median, bands, handle time, the method used and those that were tried, per local day. The latest one is under the overrides in use now; an older one as it was made."), s.getForecastSeries)
}

func (s *Server) listForecasts(ctx context.Context, in *forecastsInput) (*reply[list[forecastHead]], error) {
	before, err := in.after()
	if err != nil {
		return nil, err
	}
	var out list[forecastHead]
	err = s.view(ctx, in.Scope, func(tx *store.Tx, org wrapcast.OrganisationID) error {
		heads, total, err := tx.ForecastHeads(org, wrapcast.ForecastID(before), in.Limit+1)
		if err != nil {
			return err
		}
		out = rows(in.Paged, heads, total, func(h store.ForecastHead) string { return string(h.ID) }, headOf)
		return nil
	})
	return answer(out, err)
}

// forecast returns a forecast, which never changes once made.
func (s *Server) forecast(tx *store.Tx, org wrapcast.OrganisationID, id wrapcast.ForecastID) (*wrapcast.Forecast, error) {
	return s.forecasts.get(tx.Context(), id, func() (*wrapcast.Forecast, error) {
		f, err := tx.Forecast(org, id)
		return &f, err
	})
}

// latestForecast returns the latest forecast as it was made, which the organisation's snapshot keeps.
func (s *Server) latestForecast(ctx context.Context, org wrapcast.OrganisationID) (*wrapcast.Forecast, error) {
	snap, err := s.snapshots.of(ctx, org)
	if err == nil && snap.stored == nil {
		err = wrapcast.Errorf(wrapcast.NotFound, "", "nothing was forecast yet").WithHint("start a run")
	}
	if err != nil {
		return nil, err
	}
	return snap.stored, nil
}

// chosenForecast returns the forecast a path names.
func (s *Server) chosenForecast(ctx context.Context, in Scope, p ForecastPath) (*wrapcast.Forecast, error) {
	snap, err := s.look(ctx, in)
	if err != nil {
		return nil, err
	}
	if p.Forecast == latest {
		if snap.forecast == nil {
			return nil, newProblem(http.StatusNotFound, "nothing was forecast yet").withHint("start a run")
		}
		return snap.forecast, nil
	}
	var f *wrapcast.Forecast
	err = s.Store.View(ctx, func(tx *store.Tx) (err error) {
		f, err = s.forecast(tx, snap.directory.Organisation.ID, wrapcast.ForecastID(p.Forecast))
		return err
	})
	return f, err
}

func (s *Server) getForecast(ctx context.Context, in *forecastInput) (*reply[forecastHead], error) {
	f, err := s.chosenForecast(ctx, in.Scope, in.ForecastPath)
	if err != nil {
		return nil, err
	}
	return answer(headOf(store.HeadOf(f)), nil)
}

func headOf(h store.ForecastHead) forecastHead { return forecastHead(h) }

func (s *Server) getForecastSeries(ctx context.Context, in *forecastSeriesInput) (*reply[forecastSeries], error) {
	f, err := s.chosenForecast(ctx, in.Scope, in.ForecastPath)
	if err != nil {
		return nil, err
	}
	out, err := seriesOf(f, in.SeriesInput)
	if err != nil || f.Base == nil {
		return answer(out, err)
	}
	base, err := seriesOf(f.Base, in.SeriesInput)
	if !slices.Equal(base.Mean, out.Mean) {
		out.Base = base.Mean
	}
	return answer(out, err)
}

// seriesOf takes one thing out of a forecast.
func seriesOf(f *wrapcast.Forecast, in SeriesInput) (forecastSeries, error) {
	out := forecastSeries{Forecast: f.ID, MadeAt: f.MadeAt, TimeZone: f.TimeZone, From: f.From, Days: f.Days, Median: decimals{}, Base: decimals{},
		Bands: []seriesBand{}, Candidates: []wrapcast.CandidateScore{}}
	var d *wrapcast.DailyForecast
	switch {
	case in.Code != "" && in.Queue != "":
		return leafSeries(out, f, codeOf(in.Code), queueOf(in.Queue)), nil
	case in.Code != "":
		d = codeForecast(f, codeOf(in.Code))
	case in.Queue != "":
		d = queueForecast(f, queueOf(in.Queue))
	default:
		d = &f.Total
	}
	if d == nil {
		return out, newProblem(http.StatusNotFound, "this forecast does not have it").withHint("it had no contact in the history the forecast learned from")
	}
	return filled(out, d), nil
}

func filled(out forecastSeries, d *wrapcast.DailyForecast) forecastSeries {
	out.Mean, out.Median, out.HandleSeconds = d.Mean, d.Median, d.HandleSeconds
	out.Model, out.Fallback, out.Candidates, out.Accuracy = d.Model, d.Fallback, orEmpty(d.Candidates), &d.Accuracy
	for _, b := range d.Bands {
		out.Bands = append(out.Bands, seriesBand{b.Level, b.Lower, b.Upper})
	}
	slices.SortFunc(out.Bands, func(a, b seriesBand) int { return int(1000*a.Level) - int(1000*b.Level) })
	return out
}

// leafSeries is the forecast of one code in one queue, over its channels.
func leafSeries(out forecastSeries, f *wrapcast.Forecast, code wrapcast.CodeID, queue wrapcast.QueueID) forecastSeries {
	out.Mean, out.HandleSeconds = make(decimals, f.Days), make(decimals, f.Days)
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
	if of := codeForecast(f, code); of != nil {
		out.Model, out.Fallback = of.Model, of.Fallback
	}
	return out
}
