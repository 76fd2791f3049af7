package handlers

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
	"github.com/wrapcast/wrapcast/internal/web/internal/columns"
	"github.com/wrapcast/wrapcast/internal/web/internal/figures"
	"github.com/wrapcast/wrapcast/internal/web/internal/publishing"
	"github.com/wrapcast/wrapcast/internal/web/internal/scope"
	"github.com/wrapcast/wrapcast/internal/web/internal/snapshot"
)

// overviewBody is the first page: today, the coming days, and what needs attention.
type overviewBody struct {
	Organisation wrapcast.Organisation `json:"organisation"`
	BusinessUnit wrapcast.BusinessUnit `json:"business_unit" doc:"In whose days and planning groups it is; without id and name where there is none"`
	TimeZone     string                `json:"time_zone"`
	AsOf         time.Time             `json:"as_of" doc:"Up to when the platform was asked"`
	Today        *OverviewToday        `json:"today,omitempty"`
	Past         overviewPast          `json:"past" doc:"The last eight weeks in total"`
	Ahead        []overviewDay         `json:"ahead" doc:"Today and the coming 14 days in total"`
	// AheadSum is nothing where nothing is forecast.
	AheadSum  *wrapcast.SumForecast `json:"ahead_sum,omitempty" doc:"The coming 14 days together, today left out, with intervals of their sum"`
	Attention []attention           `json:"attention" doc:"What needs attention, the most urgent first"`
	Accuracy  *wrapcast.Accuracy    `json:"accuracy,omitempty" doc:"Of the latest forecast, over all codes, daily, one to 28 days ahead"`
	// AccuracyByLevel is empty for forecasts of before it was kept.
	AccuracyByLevel []wrapcast.LevelBacktest `json:"accuracy_by_level" doc:"The same from the total down to single codes"`
	Verdicts        *figures.Verdicts        `json:"verdicts,omitempty" doc:"Of the codes' histories"`
	LatestRun       *publishing.RunRow       `json:"latest_run,omitempty"`
	LatestPlan      *publishing.PlanHead     `json:"latest_plan,omitempty"`
	// TopQueues and TopCodes are the largest of the coming week.
	TopQueues []snapshot.QueueRow `json:"top_queues" doc:"The five queues with most contacts in the coming seven days"`
	TopCodes  []snapshot.CodeRow  `json:"top_codes" doc:"The ten codes with most contacts in the coming seven days"`
}

// OverviewToday is how a day goes that is not over.
type OverviewToday struct {
	Day     wrapcast.Date `json:"day"`
	Handled int           `json:"handled" doc:"Contacts so far, in total"`
	OverviewBand
	// Through is the share of a usual day's contacts that has come by now.
	Through wrapcast.Measure `json:"through" doc:"The share of such a day's contacts that has usually come by this time, a fraction, from the same weekday of the last eight weeks"`
}

type overviewPast struct {
	From    wrapcast.Date  `json:"from"`
	Handled columns.Counts `json:"handled"`
}

type overviewDay struct {
	Day wrapcast.Date `json:"day"`
	OverviewBand
}

// OverviewBand is the forecast of one day, of the total or a queue.
type OverviewBand struct {
	Mean   wrapcast.Measure `json:"mean"`
	Median wrapcast.Measure `json:"median"`
	Bands  []overviewLevel  `json:"bands"`
}

type overviewLevel struct {
	Level float64 `json:"level"`
	Lower float64 `json:"lower"`
	Upper float64 `json:"upper"`
}

// overviewHandlers answers the first page.
type overviewHandlers struct {
	scope.Organisations
	clock wrapcast.Clock
	heard publishing.Heard
}

// operations lists what can be asked here.
func (h *overviewHandlers) operations() []api.Operation {
	return []api.Operation{
		{ID: "get-overview", Path: "/overview", Tag: "Status", Role: viewer, Summary: "Overview",
			Handler: api.Answer(api.Stored, h.getOverview)},
	}
}

func (h *overviewHandlers) getOverview(
	ctx context.Context, at api.Scope, _ *struct{},
) (*api.Reply[overviewBody], error) {
	snap, err := h.Look(ctx, at)
	if err != nil {
		return nil, err
	}
	out := overviewBody{Organisation: snap.Directory.Organisation, BusinessUnit: snap.Directory.BusinessUnit,
		TimeZone: snap.Directory.BusinessUnit.TimeZone,
		AsOf:     snap.AsOf, Past: overviewPast{From: snap.Today - snapshot.RecentDays, Handled: columns.Counts{}},
		Ahead: []overviewDay{}, Attention: []attention{}, TopCodes: topCodes(snap, 10), TopQueues: topQueues(snap, 5),
		AccuracyByLevel: []wrapcast.LevelBacktest{}}
	if snap.Report != nil {
		v := figures.VerdictsOf(snap)
		out.Verdicts = &v
	}
	if snap.Forecast != nil {
		out.AheadSum = snap.AheadSum()
		out.Accuracy = &snap.Forecast.Accuracy
		out.AccuracyByLevel = api.OrEmpty(snap.Forecast.AccuracyByLevel)
	}
	var held wrapcast.Calendar
	var known []wrapcast.LineageChange
	err = h.Store.View(ctx, func(tx *store.Tx) error {
		if err := fillOverview(snap, tx, &out); err != nil {
			return err
		}
		plans, err := h.heard.Latest(tx, snap)
		if err != nil {
			return err
		}
		out.Attention = append(out.Attention, silenceIn(plans)...)
		alerts, err := alertsOf(tx, snap.Directory.Organisation.ID, h.clock.Now())
		if err != nil {
			return err
		}
		out.Attention = append(out.Attention, alerts...)
		if known, err = store.DecisionsOf[wrapcast.LineageChange](tx).InUse(snap.Directory.Organisation.ID); err != nil {
			return err
		}
		held, err = calendarInUse(tx, snap.Directory.Organisation.ID)
		return err
	})
	if err != nil {
		return nil, err
	}
	out.Attention = append(out.Attention, unsettledOverlaps(snap)...)
	rest := attentionTo(snap, out, h.clock.Now())
	if has(out.Attention, "silence") || has(out.Attention, "overlap") { // the run is held because of it
		rest = slices.DeleteFunc(rest, func(a attention) bool {
			return strings.Contains(a.Detail, steps.SilenceHolds) || strings.Contains(a.Detail, steps.OverlapHolds)
		})
	}
	out.Attention = slices.Concat(out.Attention, rest, missingHolidays(snap, held), openLineage(snap, known))
	slices.SortStableFunc(out.Attention, func(a, b attention) int { return cmp.Compare(urgency(b), urgency(a)) })
	return api.Respond(out, nil)
}

// calendarInUse is the calendar that somebody set, an empty one where nobody did.
func calendarInUse(tx *store.Tx, org wrapcast.OrganisationID) (wrapcast.Calendar, error) {
	v, err := store.DecisionsOf[wrapcast.CalendarVersion](tx).Latest(org)
	if err != nil && wrapcast.KindOf(err) != wrapcast.NotFound {
		return wrapcast.Calendar{}, err
	}
	return v.Calendar, nil
}

func fillOverview(snap *snapshot.Snapshot, tx *store.Tx, out *overviewBody) error {
	org := snap.Directory.Organisation.ID
	if len(snap.Read) > 0 {
		if err := fillPresent(snap, tx, out); err != nil {
			return err
		}
	}
	runs, err := tx.Runs().Latest(org, 1)
	if err != nil {
		return err
	}
	if len(runs) > 0 {
		row := publishing.RunOf(runs[0])
		out.LatestRun = &row
	}
	query := store.PlanQuery{Limit: 1}
	if len(snap.Directory.Others) > 0 { // a payload is no unit's
		query.BusinessUnit = snap.Directory.BusinessUnit.ID
	}
	plans, _, err := publishing.PlanHeads(tx, org, query)
	if len(plans) > 0 {
		out.LatestPlan = &plans[0]
	}
	return err
}

// fillPresent sets today beside its forecast, and the coming days after it.
func fillPresent(snap *snapshot.Snapshot, tx *store.Tx, out *overviewBody) error {
	past, err := snap.Days(tx, store.Series{}, snap.Today-snapshot.RecentDays, snap.Today)
	if err != nil {
		return err
	}
	out.Past.Handled = past.Handled[:snapshot.RecentDays]
	today := &OverviewToday{Day: snap.Today, Handled: max(int(past.Handled[snapshot.RecentDays]), 0),
		OverviewBand: bandOn(snap, snap.Today)}
	today.Through, err = through(snap, tx, store.Series{})
	out.Today = today
	for d := snap.Today; d <= snap.Today+snapshot.AheadDays; d++ {
		if b := bandOn(snap, d); b.Mean.Known() {
			out.Ahead = append(out.Ahead, overviewDay{Day: d, OverviewBand: b})
		}
	}
	return err
}

// bandOn is the total's forecast of a day; not measured where it was not forecast.
func bandOn(snap *snapshot.Snapshot, day wrapcast.Date) OverviewBand {
	if snap.Forecast == nil {
		return bandOf(nil, 0)
	}
	return bandOf(&snap.Forecast.Total, int(day-snap.Forecast.From))
}

// bandOf is a day of a forecast, by its place; not measured where it is not forecast.
func bandOf(d *wrapcast.DailyForecast, t int) OverviewBand {
	out := OverviewBand{Mean: wrapcast.NotMeasured(), Median: wrapcast.NotMeasured(), Bands: []overviewLevel{}}
	if d == nil || t < 0 || t >= len(d.Mean) {
		return out
	}
	out.Mean, out.Median = columns.Measure(d.Mean[t]), columns.Measure(d.Median[t])
	for _, b := range d.Bands {
		out.Bands = append(out.Bands, overviewLevel{b.Level, columns.Round3(b.Lower[t]), columns.Round3(b.Upper[t])})
	}
	return out
}

// through is the share of a day's contacts, a fraction, that had come by this time of the day on the same weekday of
// the last weeks.
func through(snap *snapshot.Snapshot, tx *store.Tx, of store.Series) (wrapcast.Measure, error) {
	of.Directions = snap.Directions
	const weeks = 8
	elapsed := int(snap.AsOf.Sub(snap.Today.Midnight(snap.Zone)) / wrapcast.QuarterHour)
	before, all := 0, 0
	for w := range weeks {
		day := snap.Today - wrapcast.Date(7*(w+1))
		handled, _, err := tx.Sums().QuarterHours(snap.Directory.Organisation.ID, of, day.Midnight(snap.Zone),
			(day + 1).Midnight(snap.Zone))
		if err != nil {
			return wrapcast.NotMeasured(), err
		}
		for i, n := range handled {
			all += int(n)
			if i < elapsed {
				before += int(n)
			}
		}
	}
	return columns.Fraction(float64(before), float64(all)), nil
}

func topQueues(snap *snapshot.Snapshot, n int) []snapshot.QueueRow {
	all := slices.Clone(snap.Queues)
	slices.SortFunc(all, func(a, b snapshot.QueueRow) int {
		return cmp.Or(-compareMeasures(a.Next7, b.Next7), cmp.Compare(a.ID, b.ID))
	})
	return all[:min(n, len(all))]
}

func topCodes(snap *snapshot.Snapshot, n int) []snapshot.CodeRow {
	all := slices.Clone(snap.Codes)
	slices.SortFunc(all, func(a, b snapshot.CodeRow) int {
		return cmp.Or(-compareMeasures(a.Next7, b.Next7), cmp.Compare(a.ID, b.ID))
	})
	return all[:min(n, len(all))]
}

// compareMeasures puts what was not measured first.
func compareMeasures(a, b wrapcast.Measure) int { return cmp.Compare(float64(a), float64(b)) }
