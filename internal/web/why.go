package web

import (
	"context"
	"math"
	"net/http"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/forecast"
	"github.com/wrapcast/wrapcast/internal/demand"
	"github.com/wrapcast/wrapcast/internal/planning"
	"github.com/wrapcast/wrapcast/internal/store"
)

// componentsBody is what a history and its forecast are made of, as columns.
type componentsBody struct {
	From  wrapcast.Date `json:"from" doc:"The first local day of the values"`
	Ahead wrapcast.Date `json:"ahead" doc:"The first local day that is forecast: values before it were handled"`
	// Values are the parts' sum.
	Values decimals        `json:"values" doc:"Contacts per day, handled and then forecast; null where the platform was not asked"`
	Parts  []componentPart `json:"parts" doc:"They add up to the values"`
}

type componentPart struct {
	Name   string   `json:"name" enum:"level,week,special,masked,overrides,rest" doc:"level: the mean of the days around; week: the weekday; special: what the days with a name in the calendar differ by; masked: what the days hidden from the models differ by; overrides: what people changed; rest: what is left"`
	Values decimals `json:"values"`
}

type componentsInput struct {
	Scope
	ForecastPath
	SeriesInput
	Days int `query:"days" minimum:"7" maximum:"3700" default:"365" doc:"How many days of history before the forecast are answered"`
}

type forecastQuartersInput struct {
	Scope
	ForecastPath
	SeriesInput
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
	Handled       decimals            `json:"handled" doc:"The mean of each day, spread as its queues and channels have spread in the last eight weeks; closed hours are zero"`
	HandleSeconds decimals            `json:"handle_seconds" doc:"Average handle time in seconds, null where nothing is forecast"`
}

func (s *Server) registerWhy() {
	register(s.api, wrapcast.RoleViewer, described(get("get-forecast-components", "/forecasts/{forecast}/components", "Forecasts", "What a forecast is made of"),
		"Level, weekday, special days, masked days, overrides and the rest of a history and the forecast that continues it, by classical decomposition, whatever model made it."), s.getComponents)
	register(s.api, wrapcast.RoleViewer, described(get("get-forecast-quarter-hours", "/forecasts/{forecast}/quarter-hours", "Forecasts", "A forecast per quarter-hour"),
		"Of a code, a queue, both, a channel or in total."), s.getForecastQuarters)
}

func (s *Server) getComponents(ctx context.Context, in *componentsInput) (*reply[componentsBody], error) {
	snap, err := s.look(ctx, in.Scope)
	if err != nil {
		return nil, err
	}
	f, err := s.chosenForecast(ctx, in.Scope, in.ForecastPath)
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
	h := historyBody{From: f.HistoryFrom, To: f.HistoryTo, Handled: counts{}, HandleSeconds: decimals{}}
	if err := s.Store.View(ctx, func(tx *store.Tx) error { return snap.fillDays(tx, in.stored(), &h) }); err != nil {
		return nil, err
	}
	hidden, err := s.hiddenDays(ctx, in, snap, f)
	if err != nil {
		return nil, err
	}
	body := decompose(h, made.Mean, base, hidden)
	body.Ahead = f.From
	return answer(body.last(in.Days+len(made.Mean)), nil)
}

// hiddenDay says why a day teaches nothing about level and weekday.
type hiddenDay string

const (
	ordinaryDay hiddenDay = ""
	specialDay  hiddenDay = "special"
	maskedDay   hiddenDay = "masked"
)

// hiddenDays says of each day of the history and the forecast whether it has a name in the calendar or is masked.
func (s *Server) hiddenDays(ctx context.Context, in *componentsInput, snap *snapshot, f *wrapcast.Forecast) ([]hiddenDay, error) {
	first, n := f.HistoryFrom, int(f.HistoryTo-f.HistoryFrom)+1
	hidden := make([]hiddenDay, n+f.Days)
	if in.Code != "" {
		if report := snap.codeReport(codeOf(in.Code)); report != nil {
			for _, m := range report.Masks {
				if t := int(m.Day - first); t >= 0 && t < n {
					hidden[t] = maskedDay
				}
			}
		}
	}
	calendar, err := s.calendar(ctx, in.Scope)
	if err != nil {
		return nil, err
	}
	almanac, err := planning.NewAlmanac(calendar.Calendar, first, f.From+wrapcast.Date(f.Days))
	if err != nil {
		return nil, err
	}
	for t := range hidden {
		day := first + wrapcast.Date(t)
		if t >= n {
			day = f.From + wrapcast.Date(t-n)
		}
		if len(almanac.Names(day)) > 0 {
			hidden[t] = specialDay
		}
	}
	return hidden, nil
}

func decompose(h historyBody, mean, base decimals, hidden []hiddenDay) componentsBody {
	history := make([]float64, len(h.Handled))
	for i, n := range h.Handled {
		if history[i] = float64(n); n == none {
			history[i] = math.NaN()
		}
	}
	out := componentsBody{From: h.From, Values: append(append(decimals{}, history...), mean...)}
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

// takenOut takes the rest of the days that are hidden for a reason out of the rest, and returns it.
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

func (s *Server) getForecastQuarters(ctx context.Context, in *forecastQuartersInput) (*reply[forecastQuarters], error) {
	snap, err := s.look(ctx, in.Scope)
	if err != nil {
		return nil, err
	}
	f, err := s.chosenForecast(ctx, in.Scope, in.ForecastPath)
	if err != nil {
		return nil, err
	}
	out := forecastQuarters{Forecast: f.ID, TimeZone: f.TimeZone, From: f.From, Handled: decimals{}, HandleSeconds: decimals{}}
	if from, _ := dayOf(in.From); from != 0 { // its form was checked
		out.From = from
	}
	last := f.From + wrapcast.Date(f.Days) - 1
	out.To = min(out.From+13, last)
	if to, _ := dayOf(in.To); to != 0 {
		out.To = to
	}
	if out.From < f.From || out.To > last || out.To < out.From {
		return nil, newProblem(http.StatusUnprocessableEntity, "these days are not forecast").withHint("it has " + f.From.String() + " to " + last.String())
	}
	shapes, err := s.shapesOf(ctx, snap, f)
	if err != nil {
		return nil, err
	}
	out.Start = out.From.Midnight(snap.zone).UTC()
	handled, seconds := shapes.QuarterHours(f, in.meant(), out.From, out.To)
	for i := range seconds {
		seconds[i] /= handled[i] // 0/0 is null: no contacts, no handle time
	}
	out.Handled, out.HandleSeconds = handled, seconds
	return answer(out, nil)
}

// meant reports whether a leaf is part of what is looked at.
func (in *forecastQuartersInput) meant() func(wrapcast.Leaf) bool {
	return func(l wrapcast.Leaf) bool {
		return (in.Code == "" || l.Code == codeOf(in.Code)) && (in.Queue == "" || l.Queue == queueOf(in.Queue)) &&
			(in.Media == "" || string(l.Media) == in.Media)
	}
}

// shapesKey is what shapes were learned from.
type shapesKey struct {
	org      wrapcast.OrganisationID
	forecast wrapcast.ForecastID
	calendar wrapcast.CalendarID
}

func (s *Server) shapesOf(ctx context.Context, snap *snapshot, f *wrapcast.Forecast) (*demand.IntradayProfiles, error) {
	key := shapesKey{org: snap.directory.Organisation.ID, forecast: f.ID}
	calendar, err := s.knowing.Calendar(ctx, key.org)
	if err != nil && wrapcast.KindOf(err) != wrapcast.NotFound {
		return nil, err
	}
	key.calendar = calendar.ID
	return s.shapes.get(ctx, key, func() (*demand.IntradayProfiles, error) {
		return s.knowing.IntradayProfiles(context.WithoutCancel(ctx), key.org, s.spec(), f)
	})
}
