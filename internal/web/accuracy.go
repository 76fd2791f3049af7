package web

import (
	"cmp"
	"context"
	"math"
	"net/http"
	"slices"
	"strings"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/flow"
	"github.com/wrapcast/wrapcast/internal/store"
)

// AccuracyInput says which frozen forecasts are judged, and on which days.
type AccuracyInput struct {
	Source string `query:"source" enum:"published,made" doc:"published: forecasts a target had; made: all of them, dry runs too. By default published, where there is any"`
	From   string `query:"from" format:"date" doc:"The first local day; by default 13 weeks before the last"`
	To     string `query:"to" format:"date" doc:"The last local day; by default the last whose codes have all arrived"`
}

func (in AccuracyInput) options() flow.AccuracyOptions {
	o := flow.AccuracyOptions{Source: wrapcast.AccuracySource(in.Source)}
	o.From, _ = dayOf(in.From) // their form was checked
	o.To, _ = dayOf(in.To)
	return o
}

func dayOf(text string) (wrapcast.Date, error) {
	if text == "" {
		return 0, nil
	}
	return wrapcast.ParseDate(text)
}

// accuracyBody is how good frozen forecasts were, without the single things.
type accuracyBody struct {
	TimeZone  string                   `json:"time_zone"`
	From      wrapcast.Date            `json:"from" doc:"The first local day judged"`
	To        wrapcast.Date            `json:"to" doc:"The last, included: days whose codes may still arrive are not judged"`
	Source    wrapcast.AccuracySource  `json:"source"`
	Forecasts int                      `json:"forecasts" doc:"How many forecasts were judged"`
	Level     float64                  `json:"level" doc:"Of the interval judged, a fraction"`
	Leads     []int                    `json:"leads" doc:"How many days ahead anything was judged at"`
	Levels    []wrapcast.LevelAccuracy `json:"levels" doc:"All codes, all queues, all planning groups, the total: cell by cell, one thing on one day"`
	Watch     wrapcast.BandWatch       `json:"watch" doc:"The test whether anything leaves its band too often: drift"`
	Findings  []wrapcast.Finding       `json:"findings"`
}

type accuracyReportInput struct {
	Scope
	AccuracyInput
}

type accuracyThingsInput struct {
	Scope
	Paged
	AccuracyInput
	Kind   string `query:"kind" enum:"code,queue,planning_group,total" default:"code"`
	ID     string `query:"id" maxLength:"200" doc:"Only the one with this id; none stands for contacts without a code"`
	Search string `query:"search" maxLength:"200" doc:"Words that must all be part of the name or id"`
	Sort   string `query:"sort" enum:"name,contacts,wape,bias,mase,coverage" default:"contacts" doc:"Things without a figure come last"`
	Order  string `query:"order" enum:"asc,desc" doc:"By default names ascend and figures descend"`
	Lead   int    `query:"lead" enum:"1,7,14,28,42" default:"7" doc:"How many days ahead the figures sorted by are"`
}

type replayInput struct {
	Scope
	AccuracyInput
	Kind string `query:"kind" enum:"code,queue,planning_group,total" default:"total"`
	ID   string `query:"id" maxLength:"200" doc:"The thing's id; left out for the total"`
	Lead int    `query:"lead" enum:"1,7,14,28,42" default:"7" doc:"How many days before each day the forecast held"`
}

// replayBody is what was said of each day, beside what came, as columns.
type replayBody struct {
	Kind      wrapcast.AccuracyLevel  `json:"kind"`
	ID        string                  `json:"id"`
	Lead      int                     `json:"lead"`
	Source    wrapcast.AccuracySource `json:"source"`
	From      wrapcast.Date           `json:"from" doc:"The first local day"`
	To        wrapcast.Date           `json:"to"`
	Level     float64                 `json:"level"`
	Came      decimals                `json:"came" doc:"Contacts handled; empty for planning groups, whose contacts are those of several queues"`
	Said      decimals                `json:"said" doc:"What the forecast that held then said; null where none did"`
	Lower     decimals                `json:"lower"`
	Upper     decimals                `json:"upper"`
	Without   decimals                `json:"without_overrides" doc:"What it said without overrides; empty where none changed it"`
	Forecasts []wrapcast.ForecastID   `json:"forecasts" doc:"Which forecast held for each day; empty where none did"`
}

func (s *Server) registerAccuracy() {
	register(s.api, wrapcast.RoleViewer, described(get("get-accuracy", "/accuracy", "Accuracy", "How good forecasts were"),
		"Frozen forecasts beside what came, by level and lead: what was said 1, 7, 14, 28 and 42 days before. As of the latest run."), s.getAccuracy)
	register(s.api, wrapcast.RoleViewer, get("list-accuracy", "/accuracy/things", "Accuracy", "List how good the forecasts of codes, queues and planning groups were"), s.listAccuracy)
	register(s.api, wrapcast.RoleViewer, described(get("replay-forecasts", "/accuracy/replay", "Accuracy", "What was said of each day, beside what came"),
		"Frozen forecasts replayed against actuals, with and without overrides."), s.replayForecasts)
}

// judgedKey is what a report of the accuracy is of: it changes with the runs, which keep what was said.
type judgedKey struct {
	org            wrapcast.OrganisationID
	readAt, readTo int64
	forecast       wrapcast.ForecastID
	options        flow.AccuracyOptions
}

func (s *Server) judged(ctx context.Context, in Scope, options flow.AccuracyOptions) (*wrapcast.AccuracyReport, judgedKey, error) {
	snap, err := s.look(ctx, in)
	if err != nil {
		return nil, judgedKey{}, err
	}
	key := judgedKey{org: snap.directory.Organisation.ID, readAt: snap.version.ReadAt, readTo: snap.version.ReadTo, options: options}
	if snap.stored != nil {
		key.forecast = snap.stored.ID
	}
	report, err := s.judgements.get(ctx, key, func() (*wrapcast.AccuracyReport, error) {
		r, err := s.knowing.Accuracy(context.WithoutCancel(ctx), key.org, s.spec(), options)
		return &r, err
	})
	return report, key, err
}

// spec is what runs are asked for.
func (s *Server) spec() flow.Spec {
	if s.Service != nil {
		return s.Service.Spec
	}
	return flow.Spec{}
}

func (s *Server) getAccuracy(ctx context.Context, in *accuracyReportInput) (*reply[accuracyBody], error) {
	r, _, err := s.judged(ctx, in.Scope, in.options())
	if err != nil {
		return nil, err
	}
	return answer(accuracyBody{TimeZone: r.TimeZone, From: r.From, To: r.To, Source: r.Source, Forecasts: r.Forecasts, Level: r.Level,
		Leads: orEmpty(r.Leads), Levels: orEmpty(r.Levels), Watch: watchOf(r.Watch), Findings: orEmpty(r.Findings)}, nil)
}

func watchOf(w wrapcast.BandWatch) wrapcast.BandWatch {
	w.Alarms = orEmpty(w.Alarms)
	return w
}

func (s *Server) listAccuracy(ctx context.Context, in *accuracyThingsInput) (*reply[list[wrapcast.ThingAccuracy]], error) {
	r, _, err := s.judged(ctx, in.Scope, in.options())
	if err != nil {
		return nil, err
	}
	match := matcher(in.Search)
	var found []wrapcast.ThingAccuracy
	for _, t := range r.Things {
		if string(t.Kind) == in.Kind && (in.ID == "" || t.ID == idOf(in.ID)) && match(t.Name, t.ID) {
			found = append(found, t)
		}
	}
	in.sort(found)
	return answer(page(in.Paged, found, func(t wrapcast.ThingAccuracy) string { return string(t.Kind) + " " + t.ID }))
}

// idOf reads an id as paths and queries write it.
func idOf(s string) string {
	if s == noName {
		return ""
	}
	return s
}

func (in accuracyThingsInput) sort(found []wrapcast.ThingAccuracy) {
	descending := in.Order == "desc" || in.Order == "" && in.Sort != "name"
	slices.SortFunc(found, func(a, b wrapcast.ThingAccuracy) int {
		by := strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
		if in.Sort != "name" {
			x, y := in.figure(a), in.figure(b)
			if math.IsNaN(x) != math.IsNaN(y) { // without a figure: last, either way
				return map[bool]int{true: 1, false: -1}[math.IsNaN(x)]
			}
			by = cmp.Compare(x, y)
		}
		if descending {
			by = -by
		}
		return cmp.Or(by, cmp.Compare(a.ID, b.ID))
	})
}

// figure is what a thing is sorted by.
func (in accuracyThingsInput) figure(t wrapcast.ThingAccuracy) float64 {
	if in.Sort == "contacts" {
		return t.Contacts
	}
	i := slices.IndexFunc(t.Leads, func(l wrapcast.LeadAccuracy) bool { return l.Lead == in.Lead })
	if i < 0 {
		return math.NaN()
	}
	a := t.Leads[i].Accuracy
	return float64(map[string]wrapcast.Measure{"wape": a.WAPE, "bias": a.Bias, "mase": a.MASE, "coverage": a.Coverage}[in.Sort])
}

// replayed reads what was said of the days that are judged.
func (s *Server) replayed(ctx context.Context, in Scope, options flow.AccuracyOptions) (*flow.Replay, error) {
	r, key, err := s.judged(ctx, in, options)
	if err != nil {
		return nil, err
	}
	return s.replays.get(ctx, key, func() (*flow.Replay, error) {
		return s.knowing.Replay(context.WithoutCancel(ctx), key.org, r.Source, r.Level, r.From, r.To)
	})
}

func (s *Server) replayForecasts(ctx context.Context, in *replayInput) (*reply[replayBody], error) {
	replay, err := s.replayed(ctx, in.Scope, in.options())
	if err != nil {
		return nil, err
	}
	id := idOf(in.ID)
	out := replayBody{Kind: wrapcast.AccuracyLevel(in.Kind), ID: id, Lead: in.Lead, Source: replay.Source, From: replay.From,
		To: replay.From + wrapcast.Date(replay.Days) - 1, Level: replay.Level,
		Came: decimals{}, Said: decimals{}, Lower: decimals{}, Upper: decimals{}, Without: decimals{}, Forecasts: orEmpty(replay.Forecasts[in.Lead])}
	if said := replay.Series(out.Kind, id, in.Lead); said != nil {
		out.Said, out.Lower, out.Upper, out.Without = wide(said.Said), wide(said.Lower), wide(said.Upper), wide(said.Without)
	} else if in.Kind != string(wrapcast.LevelTotal) {
		return nil, newProblem(http.StatusNotFound, "nothing was said of it so many days ahead").withHint("GET " + prefix + "/accuracy/things lists what was judged")
	}
	out.Came, err = s.came(ctx, in.Scope, out)
	return answer(out, err)
}

func wide(values []float32) decimals {
	out := make(decimals, len(values))
	for i, v := range values {
		out[i] = float64(v)
	}
	return out
}

// came is what came on the days that are replayed.
func (s *Server) came(ctx context.Context, in Scope, of replayBody) (decimals, error) {
	snap, err := s.look(ctx, in)
	if err != nil || of.Kind == wrapcast.LevelGroup {
		return decimals{}, err
	}
	var which store.Series
	switch code, queue := wrapcast.CodeID(of.ID), wrapcast.QueueID(of.ID); of.Kind {
	case wrapcast.LevelCode:
		which.Code = &code
	case wrapcast.LevelQueue:
		which.Queue = &queue
	case wrapcast.LevelGroup, wrapcast.LevelTotal:
	}
	h := historyBody{From: of.From, To: of.To, Handled: counts{}, HandleSeconds: decimals{}}
	err = s.Store.View(ctx, func(tx *store.Tx) error { return snap.fillDays(tx, which, &h) })
	came := make(decimals, len(h.Handled))
	for i, n := range h.Handled {
		if came[i] = float64(n); n == none {
			came[i] = math.NaN()
		}
	}
	return came, err
}
