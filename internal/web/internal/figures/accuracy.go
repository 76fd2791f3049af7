package figures

import (
	"context"
	"math"
	"net/http"
	"slices"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
	"github.com/wrapcast/wrapcast/internal/web/internal/columns"
	"github.com/wrapcast/wrapcast/internal/web/internal/scope"
	"github.com/wrapcast/wrapcast/internal/web/internal/snapshot"
)

// AccuracyInput chooses the forecast snapshots that are judged, and the days.
type AccuracyInput struct {
	Source string `query:"source" enum:"published,made" doc:"published: forecasts that were submitted; made: all forecasts, dry runs included. By default published, where there is any"`
	From   string `query:"from" format:"date" doc:"The first local day; by default 13 weeks before the last"`
	To     string `query:"to" format:"date" doc:"The last local day; by default the last whose codes have all arrived"`
}

func (in AccuracyInput) options() steps.AccuracyOptions {
	return steps.AccuracyOptions{Source: wrapcast.AccuracySource(in.Source),
		From: scope.DayOf(in.From), To: scope.DayOf(in.To)}
}

// accuracyBody has the accuracy of forecast snapshots by level and lead.
type accuracyBody struct {
	TimeZone  string                   `json:"time_zone"`
	From      wrapcast.Date            `json:"from" doc:"The first local day scored"`
	To        wrapcast.Date            `json:"to" doc:"The last, included: days whose codes may still arrive are not scored"`
	Source    wrapcast.AccuracySource  `json:"source"`
	Forecasts int                      `json:"forecasts" doc:"How many forecasts were scored"`
	Level     float64                  `json:"level" doc:"Of the interval scored, a fraction"`
	Leads     []int                    `json:"leads" doc:"The leads, in days ahead, that could be scored"`
	Levels    []wrapcast.LevelAccuracy `json:"levels" doc:"All codes, all queues, all planning groups, the total: cell by cell, one code or queue on one day"`
	Watch     wrapcast.BandWatch       `json:"watch" doc:"The test whether anything is outside its interval too often: drift"`
	Findings  []wrapcast.Finding       `json:"findings"`
}

type accuracyReportInput struct {
	AccuracyInput
}

type accuracyThingsInput struct {
	api.Paged
	AccuracyInput
	Kind   string `query:"kind" enum:"code,queue,planning_group,total" default:"code"`
	ID     string `query:"id" maxLength:"200" doc:"Only the one with this id; none stands for contacts without a code"`
	Search string `query:"search" maxLength:"200" doc:"Words that must all be part of the name or id"`
	Sort   string `query:"sort" enum:"name,contacts,wape,bias,mase,coverage" default:"contacts" doc:"Those without a figure come last"`
	Order  string `query:"order" enum:"asc,desc" doc:"By default names ascend and figures descend"`
	Lead   int    `query:"lead" enum:"1,7,14,28,42" default:"7" doc:"How many days ahead the figures sorted by are"`
}

type replayInput struct {
	AccuracyInput
	Kind string `query:"kind" enum:"code,queue,planning_group,total" default:"total"`
	ID   string `query:"id" maxLength:"200" doc:"The id of the code, queue or planning group; left out for the total"`
	Lead int    `query:"lead" enum:"1,7,14,28,42" default:"7" doc:"How many days before each day the forecast was current"`
}

// replayBody has the forecast of each day at one lead, and the actual contacts, as columns.
type replayBody struct {
	Kind      wrapcast.AccuracyLevel  `json:"kind"`
	ID        string                  `json:"id"`
	Lead      int                     `json:"lead"`
	Source    wrapcast.AccuracySource `json:"source"`
	From      wrapcast.Date           `json:"from" doc:"The first local day"`
	To        wrapcast.Date           `json:"to"`
	Level     float64                 `json:"level"`
	Actual    columns.Decimals        `json:"actual" doc:"Contacts handled; empty for planning groups, whose contacts are those of several queues"`
	Forecast  columns.Decimals        `json:"forecast" doc:"The forecast current then; null where there was none"`
	Lower     columns.Decimals        `json:"lower"`
	Upper     columns.Decimals        `json:"upper"`
	Without   columns.Decimals        `json:"without_overrides" doc:"The same without overrides; empty where none changed it"`
	Forecasts []wrapcast.ForecastID   `json:"forecasts" doc:"The forecast current for each day; empty where there was none"`
}

// accuracyHandlers answers how good forecasts were.
type accuracyHandlers struct {
	scope.Organisations
	reports *snapshot.Reports
}

// operations lists what can be asked here.
func (h *accuracyHandlers) operations() []api.Operation {
	return []api.Operation{
		{ID: "get-accuracy", Path: "/accuracy", Tag: "Accuracy", Role: viewer, Summary: "Accuracy of forecasts",
			Description: "Stored forecasts compared with actuals, by level and lead (1, 7, 14, 28 and 42 days " +
				"ahead). As of the latest run.",
			Handler: api.Answer(api.Stored, h.getAccuracy)},
		{ID: "list-accuracy", Path: "/accuracy/things", Tag: "Accuracy", Role: viewer,
			Summary: "List the accuracy of codes, queues and planning groups",
			Handler: api.Answer(api.Stored, h.listAccuracy)},
		{ID: "replay-forecasts", Path: "/accuracy/replay", Tag: "Accuracy", Role: viewer,
			Summary:     "Forecast vs actual per day",
			Description: "Stored forecasts compared with actuals, with and without overrides.",
			Handler:     api.Answer(api.Stored, h.replayForecasts)},
		{ID: "get-ledger", Path: "/accuracy/ledger", Tag: "Accuracy", Role: viewer,
			Summary: "Were decisions worth it?",
			Description: "For each override, mask, event and change of lineage whose days are over: the forecast with " +
				"and without it, the actual, and by how many contacts it brought the forecast closer; by author, reason " +
				"and kind, with a verdict that is wrong with a probability of 5 % at most, however often it is looked at.",
			Handler: api.Answer(api.Stored, h.getLedger)},
	}
}

// judged judges the forecasts that a request means.
func (h *accuracyHandlers) judged(ctx context.Context, at api.Scope,
	in AccuracyInput) (*wrapcast.AccuracyReport, error) {
	snap, err := h.Look(ctx, at)
	if err != nil {
		return nil, err
	}
	return h.reports.Accuracy(ctx, snap, in.options())
}

func (h *accuracyHandlers) getAccuracy(
	ctx context.Context, at api.Scope, in *accuracyReportInput,
) (*api.Reply[accuracyBody], error) {
	r, err := h.judged(ctx, at, in.AccuracyInput)
	if err != nil {
		return nil, err
	}
	return api.Respond(accuracyBody{TimeZone: r.TimeZone, From: r.From, To: r.To, Source: r.Source,
		Forecasts: r.Forecasts, Level: r.Level,
		Leads: api.OrEmpty(r.Leads), Levels: api.OrEmpty(r.Levels), Watch: watchOf(r.Watch),
		Findings: api.OrEmpty(r.Findings)}, nil)
}

// ledgerBody is a ledger with the names of what decisions are about.
type ledgerBody struct {
	wrapcast.Ledger
	Names map[string]string `json:"names" doc:"Of codes and queues, by id"`
}

func (h *accuracyHandlers) getLedger(ctx context.Context, at api.Scope, in *accuracyReportInput) (
	*api.Reply[ledgerBody], error) {
	snap, err := h.Look(ctx, at)
	if err != nil {
		return nil, err
	}
	l, err := h.reports.Ledger(ctx, snap, in.options())
	if err != nil {
		return nil, err
	}
	return api.Respond(ledgerBody{Ledger: *l, Names: namesOf(snap, *l)}, nil)
}

// namesOf are the names of the codes and queues of a ledger, by id.
func namesOf(snap *snapshot.Snapshot, l wrapcast.Ledger) map[string]string {
	names := map[string]string{}
	for _, e := range l.Entries {
		for _, c := range e.Codes {
			names[string(c)] = snap.CodeName(c)
		}
		for _, q := range e.Queues {
			names[string(q)] = snap.QueueName(q)
		}
	}
	return names
}

func watchOf(w wrapcast.BandWatch) wrapcast.BandWatch {
	w.Alarms = api.OrEmpty(w.Alarms)
	return w
}

func (h *accuracyHandlers) listAccuracy(
	ctx context.Context, at api.Scope, in *accuracyThingsInput,
) (*api.Page[wrapcast.SubjectAccuracy], error) {
	r, err := h.judged(ctx, at, in.AccuracyInput)
	if err != nil {
		return nil, err
	}
	match := scope.Matcher(in.Search)
	var found []wrapcast.SubjectAccuracy
	for _, t := range r.Subjects {
		if string(t.Kind) == in.Kind && (in.ID == "" || t.ID == scope.IDOf(in.ID)) && match(t.Name, t.ID) {
			found = append(found, t)
		}
	}
	by := scope.Sorting{By: in.Sort, Order: in.Order}
	found = scope.Sorted(found, by, func(t *wrapcast.SubjectAccuracy) scope.SortKey {
		return scope.SortKey{Name: t.Name, ID: t.ID, Figure: in.figure(t)}
	})
	return api.RespondPage(in.Paged, found, func(t wrapcast.SubjectAccuracy) string {
		return string(t.Kind) + " " +
			t.ID
	})
}

// figure is the value that a code, queue or planning group is sorted by; NaN where it has none.
func (in accuracyThingsInput) figure(t *wrapcast.SubjectAccuracy) float64 {
	if in.Sort == "contacts" {
		return t.Contacts
	}
	i := slices.IndexFunc(t.Leads, func(l wrapcast.LeadAccuracy) bool { return l.Lead == in.Lead })
	if i < 0 {
		return math.NaN()
	}
	a := t.Leads[i].Accuracy
	return float64(map[string]wrapcast.Measure{"wape": a.WAPE, "bias": a.Bias, "mase": a.MASE,
		"coverage": a.Coverage}[in.Sort])
}

func (h *accuracyHandlers) replayForecasts(
	ctx context.Context, at api.Scope, in *replayInput,
) (*api.Reply[replayBody], error) {
	snap, err := h.Look(ctx, at)
	if err != nil {
		return nil, err
	}
	replay, err := h.reports.Replay(ctx, snap, in.options())
	if err != nil {
		return nil, err
	}
	id := scope.IDOf(in.ID)
	out := replayBody{Kind: wrapcast.AccuracyLevel(in.Kind), ID: id, Lead: in.Lead, Source: replay.Source,
		From: replay.From,
		To:   replay.From + wrapcast.Date(replay.Days) - 1, Level: replay.Level,
		Actual: columns.Decimals{}, Forecast: columns.Decimals{}, Lower: columns.Decimals{}, Upper: columns.Decimals{},
		Without: columns.Decimals{}, Forecasts: api.OrEmpty(replay.Forecasts[in.Lead])}
	if s := replay.Series(out.Kind, id, in.Lead); s != nil {
		out.Forecast, out.Lower, out.Upper, out.Without = wide(s.Mean), wide(s.Lower), wide(s.Upper), wide(s.Without)
	} else if in.Kind != string(wrapcast.LevelTotal) {
		return nil, api.NewProblem(http.StatusNotFound, "it has no forecast at this lead").
			WithHint("GET " + api.Prefix + "/accuracy/things lists what was scored")
	}
	out.Actual, err = h.actuals(ctx, snap, out)
	return api.Respond(out, err)
}

func wide(values []float32) columns.Decimals {
	out := make(columns.Decimals, len(values))
	for i, v := range values {
		out[i] = float64(v)
	}
	return out
}

// actuals are the contacts handled on the days that are replayed; none of planning groups.
func (h *accuracyHandlers) actuals(
	ctx context.Context, snap *snapshot.Snapshot, of replayBody,
) (columns.Decimals, error) {
	var which store.Series
	switch code, queue := wrapcast.CodeID(of.ID), wrapcast.QueueID(of.ID); of.Kind {
	case wrapcast.LevelCode:
		which.Code = &code
	case wrapcast.LevelQueue:
		which.Queue = &queue
	case wrapcast.LevelGroup:
		return columns.Decimals{}, nil
	case wrapcast.LevelTotal:
	}
	var series snapshot.Series
	err := h.Store.View(ctx, func(tx *store.Tx) (err error) {
		series, err = snap.Days(tx, which, of.From, of.To)
		return err
	})
	return series.Handled.Decimals(), err
}
