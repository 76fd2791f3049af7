package figures

import (
	"context"
	"math"
	"slices"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/forecast"
	"github.com/wrapcast/wrapcast/internal/calendar"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
	"github.com/wrapcast/wrapcast/internal/web/internal/columns"
	"github.com/wrapcast/wrapcast/internal/web/internal/decided"
	"github.com/wrapcast/wrapcast/internal/web/internal/scope"
	"github.com/wrapcast/wrapcast/internal/web/internal/snapshot"
)

// componentsBody has the components of a history and the forecast that follows it, as columns.
type componentsBody struct {
	From  wrapcast.Date `json:"from" doc:"The first local day of the values"`
	Ahead wrapcast.Date `json:"ahead" doc:"The first local day that is forecast: values before it were handled"`
	// Values are the parts' sum.
	Values columns.Decimals `json:"values" doc:"Contacts per day, handled and then forecast; null where the platform was not asked"`
	Parts  []componentPart  `json:"parts" doc:"They add up to the values"`
	// Explanation is worked out from all days, whatever part of them is answered.
	Explanation explanation `json:"explanation" doc:"The components in a few figures"`
}

type componentPart struct {
	Name   string           `json:"name" enum:"level,week,special,masked,overrides,rest" doc:"level: the mean of the days around; week: the effect of the weekday; special: the effect of special days; masked: what masked days differ by; overrides: the effect of overrides; rest: the remainder"`
	Values columns.Decimals `json:"values"`
}

type componentsInput struct {
	ForecastPath
	scope.SeriesInput
	Days int `query:"days" minimum:"7" maximum:"3700" default:"365" doc:"How many days of history before the forecast are answered"`
}

// componentHandlers takes a forecast apart.
type componentHandlers struct {
	scope.Organisations
	forecasts *forecastHandlers
	calendars *decided.CalendarHandlers
}

// operations lists what can be asked here.
func (h *componentHandlers) operations() []api.Operation {
	return []api.Operation{
		{ID: "get-forecast-components", Path: "/forecasts/{forecast}/components", Tag: "Forecasts", Role: viewer,
			Summary: "The components of a forecast",
			Description: "Level, weekday, special days, masked days, overrides and the rest of a history and the " +
				"forecast that continues it, by classical decomposition, whatever model made it.",
			Handler: api.Answer(api.Stored, h.getComponents)},
	}
}

func (h *componentHandlers) getComponents(
	ctx context.Context, at api.Scope, in *componentsInput,
) (*api.Reply[componentsBody], error) {
	snap, err := h.Look(ctx, at)
	if err != nil {
		return nil, err
	}
	f, err := h.forecasts.chosen(ctx, at, in.ForecastPath)
	if err != nil {
		return nil, err
	}
	made, err := seriesOf(f, in.SeriesInput)
	if err != nil {
		return nil, err
	}
	base := made.Mean
	if f.Base != nil {
		before, err := seriesOf(f.Base, in.SeriesInput)
		if err != nil {
			return nil, err
		}
		base = before.Mean
	}
	var history snapshot.Series
	err = h.Store.View(ctx, func(tx *store.Tx) (err error) {
		history, err = snap.Days(tx, in.Stored(), f.HistoryFrom, f.HistoryTo)
		return err
	})
	if err != nil {
		return nil, err
	}
	resolved, err := h.resolved(ctx, at, f)
	if err != nil {
		return nil, err
	}
	hidden := hiddenDays(in, snap, f, resolved)
	body := decompose(history.Handled.Decimals(), made.Mean, base, hidden)
	body.From, body.Ahead = f.HistoryFrom, f.From
	body.Explanation = body.explain(len(history.Handled))
	names := map[wrapcast.Date][]string{}
	for day := f.From; day < f.From+wrapcast.Date(f.Days); day++ {
		names[day] = resolved.Names(day)
	}
	body.Explanation.SpecialDays = body.specialDays(len(history.Handled), names)
	return api.Respond(body.last(in.Days+len(made.Mean)), nil)
}

// hiddenDay is the reason why a day is left out of level and weekday; empty for a day that is not.
type hiddenDay string

const (
	ordinaryDay hiddenDay = ""
	specialDay  hiddenDay = "special"
	maskedDay   hiddenDay = "masked"
)

// resolved is the calendar over the days of a forecast and of its history.
func (h *componentHandlers) resolved(ctx context.Context, at api.Scope, f *wrapcast.Forecast) (
	*calendar.ResolvedCalendar, error) {
	current, err := h.calendars.Calendar(ctx, at)
	if err != nil {
		return nil, err
	}
	return calendar.Resolve(current.Calendar, f.HistoryFrom, f.From+wrapcast.Date(f.Days))
}

// hiddenDays tells which days of the history and the forecast have a name in the calendar or are masked.
func hiddenDays(in *componentsInput, snap *snapshot.Snapshot, f *wrapcast.Forecast,
	resolved *calendar.ResolvedCalendar) []hiddenDay {
	first, n := f.HistoryFrom, int(f.HistoryTo-f.HistoryFrom)+1
	hidden := make([]hiddenDay, n+f.Days)
	if in.Code != "" {
		if report := snap.CodeReport(scope.CodeOf(in.Code)); report != nil {
			for _, m := range report.Masks {
				if t := int(m.Day - first); t >= 0 && t < n {
					hidden[t] = maskedDay
				}
			}
		}
	}
	for t := range hidden {
		day := first + wrapcast.Date(t)
		if t >= n {
			day = f.From + wrapcast.Date(t-n)
		}
		if len(resolved.Names(day)) > 0 {
			hidden[t] = specialDay
		}
	}
	return hidden
}

// decompose takes a history and the forecast that follows it apart: mean is under the overrides, base without them.
func decompose(history, mean, base columns.Decimals, hidden []hiddenDay) componentsBody {
	out := componentsBody{Values: slices.Concat(history, mean)}
	hides := make([]bool, len(hidden))
	for t, why := range hidden {
		hides[t] = why != ordinaryDay
	}
	parts := forecast.Decompose(history, base, []int{7}, hides)
	rest := parts[len(parts)-1].Values
	out.add("level", parts[0].Values)
	out.add("week", parts[1].Values)
	out.add("special", takenOut(rest, hidden, specialDay))
	out.add("masked", takenOut(rest, hidden, maskedDay))
	changed := make([]float64, len(rest))
	for t := range mean {
		changed[len(history)+t] = mean[t] - base[t]
	}
	out.add("overrides", changed)
	out.add("rest", rest)
	return out
}

func (b *componentsBody) add(name string, values []float64) {
	b.Parts = append(b.Parts, componentPart{Name: name, Values: values})
}

// takenOut moves the values of the days that are hidden for a reason out of rest, and returns them.
func takenOut(rest []float64, hidden []hiddenDay, why hiddenDay) []float64 {
	out := make([]float64, len(rest))
	for t := range rest {
		if hidden[t] == why && !math.IsNaN(rest[t]) {
			out[t], rest[t] = rest[t], 0
		}
	}
	return out
}

// last keeps the last n days.
func (b componentsBody) last(n int) componentsBody {
	cut := max(len(b.Values)-n, 0)
	b.From += wrapcast.Date(cut)
	b.Values = b.Values[cut:]
	for i, p := range b.Parts {
		b.Parts[i].Values = p.Values[cut:]
	}
	return b
}
