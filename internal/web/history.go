package web

import (
	"context"
	"math"
	"net/http"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
)

// SeriesInput names what is looked at: a code, a queue, both, or neither, which is everything.
type SeriesInput struct {
	Code  string `query:"code" maxLength:"200" doc:"Only this code; none stands for contacts without a code"`
	Queue string `query:"queue" maxLength:"200" doc:"Only this queue"`
}

// stored returns the series as the store names it.
func (s SeriesInput) stored() store.Series {
	var out store.Series
	if s.Code != "" {
		id := codeOf(s.Code)
		out.Code = &id
	}
	if s.Queue != "" {
		id := queueOf(s.Queue)
		out.Queue = &id
	}
	return out
}

type historyInput struct {
	Scope
	SeriesInput
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

// historyBody is what was handled, as columns.
type historyBody struct {
	TimeZone string        `json:"time_zone"`
	Interval string        `json:"interval" enum:"day,quarter-hour"`
	From     wrapcast.Date `json:"from" doc:"The first local day"`
	To       wrapcast.Date `json:"to" doc:"The last local day, included"`
	Start    time.Time     `json:"start" doc:"The instant of the first value. Quarter-hours follow each other every 900 seconds, through clock changes; days are local days"`
	AsOf     time.Time     `json:"as_of" doc:"Up to when the platform was asked"`
	Handled  counts        `json:"handled" doc:"Contacts per day or quarter-hour, null where the platform was not asked"`
	// HandleSeconds is null where nothing was handled.
	HandleSeconds decimals `json:"handle_seconds" doc:"Average handle time in seconds, null where nothing was handled; empty where it was not asked for"`
}

func (s *Server) registerHistory() {
	register(s.api, wrapcast.RoleViewer, described(get("get-history", "/history", "History", "What was handled"),
		"Contacts and handle times of a code, a queue, both, or in total, per local day or quarter-hour. Today is as far as it was read."), s.getHistory)
}

func (s *Server) getHistory(ctx context.Context, in *historyInput) (*reply[historyBody], error) {
	snap, err := s.look(ctx, in.Scope)
	if err != nil {
		return nil, err
	}
	out := historyBody{TimeZone: snap.directory.BusinessUnit.TimeZone, Interval: in.Interval, AsOf: snap.asOf, Handled: counts{}, HandleSeconds: decimals{}}
	if len(snap.read) == 0 {
		return answer(out, nil)
	}
	if out.From, out.To, err = snap.span(in.From, in.To, in.Interval); err != nil {
		return nil, err
	}
	out.Start = out.From.Midnight(snap.zone).UTC()
	which := in.stored()
	which.Media = wrapcast.MediaType(in.Media)
	err = s.Store.View(ctx, func(tx *store.Tx) error {
		if in.Interval == byQuarterHour {
			return snap.fillQuarterHours(tx, which, &out)
		}
		return snap.fillDays(tx, which, &out)
	})
	if !in.HandleTime {
		out.HandleSeconds = decimals{}
	}
	return answer(out, err)
}

// Bounds of one answer: two years of quarter-hours, ten years of days.
const (
	mostQuarterHourDays = 800
	mostDays            = 3700
)

// span works out which days are meant.
func (s *snapshot) span(from, to, interval string) (first, last wrapcast.Date, err error) {
	most := wrapcast.Date(mostDays)
	last = wrapcast.DateOf(s.asOf.Add(-1).In(s.zone))
	if to != "" {
		last, _ = wrapcast.ParseDate(to) // its form was checked
	}
	first = wrapcast.DateOf(s.read[0].From.In(s.zone))
	if interval == byQuarterHour {
		most, first = mostQuarterHourDays, last-13
	}
	if from != "" {
		first, _ = wrapcast.ParseDate(from)
	}
	if first > last {
		return 0, 0, newProblem(http.StatusUnprocessableEntity, "from is after to")
	}
	if last-first >= most {
		return 0, 0, newProblem(http.StatusUnprocessableEntity, "that is too long a stretch for one answer").withHint("ask for at most 3,700 days, or 800 in quarter-hours")
	}
	return first, last, nil
}

func (s *snapshot) fillDays(tx *store.Tx, which store.Series, out *historyBody) error {
	days, err := tx.SeriesDays(s.directory.Organisation.ID, which, out.From, out.To)
	if err != nil {
		return err
	}
	for _, v := range s.emptyDays(out.From, out.To) {
		n := int32(0)
		if math.IsNaN(v) {
			n = none
		}
		out.Handled, out.HandleSeconds = append(out.Handled, n), append(out.HandleSeconds, math.NaN())
	}
	for _, d := range days {
		out.Handled[d.Day-out.From] = int32(d.Handled)
		out.HandleSeconds[d.Day-out.From] = seconds(d.HandleMs, int64(d.Handled))
	}
	return nil
}

func (s *snapshot) fillQuarterHours(tx *store.Tx, which store.Series, out *historyBody) error {
	from, to := out.Start, (out.To + 1).Midnight(s.zone)
	handled, handleMs, err := tx.SeriesQuarterHours(s.directory.Organisation.ID, which, from, to)
	if err != nil {
		return err
	}
	out.Handled, out.HandleSeconds = handled, make(decimals, len(handled))
	at := 0 // among the intervals that were read
	for i, n := range handled {
		t := from.Add(time.Duration(i) * wrapcast.QuarterHour)
		for at < len(s.read) && !s.read[at].To.After(t) {
			at++
		}
		if at == len(s.read) || s.read[at].From.After(t) {
			out.Handled[i] = none
		}
		out.HandleSeconds[i] = seconds(handleMs[i], int64(n))
	}
	return nil
}

// seconds is an average handle time, NaN of nothing.
func seconds(sumMs, n int64) float64 {
	if n == 0 {
		return math.NaN()
	}
	return float64(sumMs) / 1000 / float64(n)
}
