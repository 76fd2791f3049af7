package figures

import (
	"context"
	"net/http"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
	"github.com/wrapcast/wrapcast/internal/web/internal/columns"
	"github.com/wrapcast/wrapcast/internal/web/internal/scope"
	"github.com/wrapcast/wrapcast/internal/web/internal/snapshot"
)

type forecastQuartersInput struct {
	ForecastPath
	scope.SeriesInput
	Media string `query:"media" maxLength:"50" doc:"Only this channel"`
	From  string `query:"from" format:"date" doc:"The first local day; by default the forecast's first"`
	To    string `query:"to" format:"date" doc:"The last local day; by default 13 days later, at most the forecast's last"`
}

// forecastQuarters is a forecast per quarter-hour, as columns.
type forecastQuarters struct {
	Forecast      wrapcast.ForecastID `json:"forecast"`
	TimeZone      string              `json:"time_zone"`
	From          wrapcast.Date       `json:"from"`
	To            wrapcast.Date       `json:"to"`
	Start         time.Time           `json:"start" doc:"The instant of the first value; the others follow every 900 seconds, through clock changes"`
	Handled       columns.Decimals    `json:"handled" doc:"The mean of each day, spread as its queues and channels have spread in the last eight weeks; closed hours are zero"`
	HandleSeconds columns.Decimals    `json:"handle_seconds" doc:"Average handle time in seconds, null where nothing is forecast"`
}

// quarterHourHandlers answers what is forecast per quarter-hour.
type quarterHourHandlers struct {
	scope.Organisations
	forecasts *forecastHandlers
	reports   *snapshot.Reports
}

// operations lists what can be asked here.
func (h *quarterHourHandlers) operations() []api.Operation {
	return []api.Operation{
		{ID: "get-forecast-quarter-hours", Path: "/forecasts/{forecast}/quarter-hours", Tag: "Forecasts", Role: viewer,
			Summary:     "A forecast per quarter-hour",
			Description: "Of a code, a queue, both, a channel or in total.",
			Handler:     api.Answer(api.Stored, h.getForecastQuarters)},
	}
}

func (h *quarterHourHandlers) getForecastQuarters(
	ctx context.Context, at api.Scope, in *forecastQuartersInput,
) (*api.Reply[forecastQuarters], error) {
	snap, err := h.Look(ctx, at)
	if err != nil {
		return nil, err
	}
	if hasDaysOnly(snap) {
		return nil, daysOnly()
	}
	f, err := h.forecasts.chosen(ctx, at, in.ForecastPath)
	if err != nil {
		return nil, err
	}
	out := forecastQuarters{Forecast: f.ID, TimeZone: f.TimeZone, From: f.From, Handled: columns.Decimals{},
		HandleSeconds: columns.Decimals{}}
	if from := scope.DayOf(in.From); from != 0 {
		out.From = from
	}
	last := f.From + wrapcast.Date(f.Days) - 1
	out.To = min(out.From+13, last)
	if to := scope.DayOf(in.To); to != 0 {
		out.To = to
	}
	if out.From < f.From || out.To > last || out.To < out.From {
		return nil, api.NewProblem(http.StatusUnprocessableEntity, "these days are not part of the forecast").
			WithHint("it has " + f.From.String() + " to " + last.String())
	}
	profiles, err := h.reports.IntradayProfiles(ctx, snap, f)
	if err != nil {
		return nil, err
	}
	out.Start = out.From.Midnight(snap.Zone).UTC()
	handled, seconds := profiles.QuarterHours(f, in.meant(), out.From, out.To)
	for i := range seconds {
		seconds[i] /= handled[i] // 0/0 is null: no contacts, no handle time
	}
	out.Handled, out.HandleSeconds = handled, seconds
	return api.Respond(out, nil)
}

// meant reports whether a leaf is part of what is looked at.
func (in *forecastQuartersInput) meant() func(wrapcast.Leaf) bool {
	return func(l wrapcast.Leaf) bool {
		return (in.Code == "" || l.Code == scope.CodeOf(in.Code)) && (in.Queue == "" || l.Queue == scope.QueueOf(in.Queue)) &&
			(in.Media == "" || string(l.Media) == in.Media)
	}
}
