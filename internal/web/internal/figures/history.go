package figures

import (
	"context"
	"net/http"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
	"github.com/wrapcast/wrapcast/internal/web/internal/columns"
	"github.com/wrapcast/wrapcast/internal/web/internal/scope"
	"github.com/wrapcast/wrapcast/internal/web/internal/snapshot"
)

type historyInput struct {
	scope.SeriesInput
	Media    string `query:"media" maxLength:"50" doc:"Only this channel: voice, chat, email, callback, message"`
	Interval string `query:"interval" enum:"day,quarter-hour" default:"day"`
	From     string `query:"from" format:"date" doc:"The first local day; by default the first of the history, or 14 days before to for quarter-hours"`
	To       string `query:"to" format:"date" doc:"The last local day; by default the last that was read"`
	// HandleTime is three quarters of what two years of quarter-hours weigh.
	HandleTime bool `query:"handle_time" default:"true" doc:"Whether handle_seconds is answered; without it, an answer of many quarter-hours is a quarter as large"`
}

const (
	byDay         = "day"
	byQuarterHour = "quarter-hour"
)

// historyBody has the contacts handled per day or quarter-hour, as columns.
type historyBody struct {
	TimeZone string         `json:"time_zone"`
	Interval string         `json:"interval" enum:"day,quarter-hour"`
	From     wrapcast.Date  `json:"from" doc:"The first local day"`
	To       wrapcast.Date  `json:"to" doc:"The last local day, included"`
	Start    time.Time      `json:"start" doc:"The instant of the first value. Quarter-hours follow each other every 900 seconds, through clock changes; days are local days"`
	AsOf     time.Time      `json:"as_of" doc:"Up to when the platform was asked"`
	Handled  columns.Counts `json:"handled" doc:"Contacts per day or quarter-hour, null where the platform was not asked"`
	// HandleSeconds is null where nothing was handled.
	HandleSeconds columns.Decimals `json:"handle_seconds" doc:"Average handle time in seconds, null where nothing was handled; empty where it was not asked for"`
}

// historyHandlers answers the contacts handled per day or quarter-hour.
type historyHandlers struct {
	scope.Organisations
}

// operations lists what can be asked here.
func (h *historyHandlers) operations() []api.Operation {
	return []api.Operation{
		{ID: "get-history", Path: "/history", Tag: "History", Role: viewer, Summary: "What was handled",
			Description: "Contacts and handle times of a code, a queue, both, or in total, per local day or " +
				"quarter-hour. Today is as far as it was read.",
			Handler: api.Answer(api.Stored, h.getHistory)},
	}
}

func (h *historyHandlers) getHistory(
	ctx context.Context, at api.Scope, in *historyInput,
) (*api.Reply[historyBody], error) {
	snap, err := h.Look(ctx, at)
	if err != nil {
		return nil, err
	}
	out := historyBody{TimeZone: snap.Directory.BusinessUnit.TimeZone, Interval: in.Interval, AsOf: snap.AsOf,
		Handled: columns.Counts{}, HandleSeconds: columns.Decimals{}}
	if len(snap.Read) == 0 {
		return api.Respond(out, nil)
	}
	if in.Interval == byQuarterHour && hasDaysOnly(snap) {
		return nil, daysOnly()
	}
	if out.From, out.To, err = daysMeant(snap, in.From, in.To, in.Interval); err != nil {
		return nil, err
	}
	out.Start = out.From.Midnight(snap.Zone).UTC()
	which := in.Stored()
	which.Media = wrapcast.MediaType(in.Media)
	var series snapshot.Series
	err = h.Store.View(ctx, func(tx *store.Tx) (err error) {
		read := snap.Days
		if in.Interval == byQuarterHour {
			read = snap.QuarterHours
		}
		series, err = read(tx, which, out.From, out.To)
		return err
	})
	out.Handled, out.HandleSeconds = series.Handled, series.HandleSeconds
	if !in.HandleTime {
		out.HandleSeconds = columns.Decimals{}
	}
	return api.Respond(out, err)
}

// hasDaysOnly reports whether the history comes from files of days: its quarter-hours are not known.
func hasDaysOnly(snap *snapshot.Snapshot) bool {
	return snap.Directory.Organisation.FromFiles() && !snap.Directory.HasUnit()
}

// daysOnly is the answer to who asks for quarter-hours of days.
func daysOnly() error {
	return api.NewProblem(http.StatusUnprocessableEntity, "the imported files have days only: there are no quarter-hours").
		WithHint("look at days; a file of intervals of 15, 30 or 60 minutes has them")
}

// maxQuarterHourDays bounds one answer: two years of quarter-hours.
const maxQuarterHourDays = 800

// daysMeant returns the first and the last local day that a request means.
func daysMeant(snap *snapshot.Snapshot, from, to, interval string) (first, last wrapcast.Date, err error) {
	limit := wrapcast.Date(scope.MaxDays)
	last = wrapcast.DateOf(snap.AsOf.Add(-1).In(snap.Zone))
	if to != "" {
		last, _ = wrapcast.ParseDate(to) // its form was checked
	}
	first = wrapcast.DateOf(snap.Read[0].From.In(snap.Zone))
	if interval == byQuarterHour {
		limit, first = maxQuarterHourDays, last-13
	}
	if from != "" {
		first, _ = wrapcast.ParseDate(from)
	}
	if first > last {
		return 0, 0, api.NewProblem(http.StatusUnprocessableEntity, "from is after to")
	}
	if last-first >= limit {
		return 0, 0, api.NewProblem(http.StatusUnprocessableEntity, "that range is too long for one answer").
			WithHint("ask for at most 3,700 days, or 800 in quarter-hours")
	}
	return first, last, nil
}
