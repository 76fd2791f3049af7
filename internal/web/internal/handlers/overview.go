package handlers

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/calendar"
	"github.com/wrapcast/wrapcast/internal/silence"
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
	Today        *overviewToday        `json:"today,omitempty"`
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

type overviewToday struct {
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

// OverviewBand is the total's forecast of one day.
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

// attention is something that somebody should look at.
type attention struct {
	Kind     string            `json:"kind" enum:"silence,overlap,weak-data,failed-run,partial-run,unpublished,dead-delivery,stale-data,bias,no-forecast,calendar"`
	Severity wrapcast.Severity `json:"severity"`
	Title    string            `json:"title"`
	Detail   string            `json:"detail"`
	Code     *wrapcast.CodeID  `json:"code,omitempty"`
	Run      wrapcast.RunID    `json:"run,omitempty"`
	Plan     wrapcast.PlanID   `json:"plan,omitempty"`
	// Delivery is the first of those that are dead.
	Delivery wrapcast.DeliveryID `json:"delivery,omitempty"`
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
			Handler: api.Answer(h.getOverview)},
	}
}

func (h *overviewHandlers) getOverview(
	ctx context.Context, in *scope.OrganisationInput,
) (*api.Reply[overviewBody], error) {
	snap, err := h.Look(ctx, *in)
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
	err = h.Store.View(ctx, func(tx *store.Tx) error {
		if err := fillOverview(snap, tx, &out); err != nil {
			return err
		}
		plans, err := h.heard.Latest(tx, snap)
		if err != nil {
			return err
		}
		out.Attention = append(out.Attention, silenceIn(plans)...)
		held, err = calendarInUse(tx, snap.Directory.Organisation.ID)
		return err
	})
	if err != nil {
		return nil, err
	}
	out.Attention = append(out.Attention, unsettledOverlaps(snap)...)
	rest := attentionTo(snap, out, h.clock.Now())
	if len(out.Attention) > 0 { // the run failed because of it
		rest = slices.DeleteFunc(rest, func(a attention) bool {
			return a.Kind == "failed-run" && (strings.Contains(a.Detail, steps.SilenceHolds) ||
				strings.Contains(a.Detail, steps.OverlapHolds))
		})
	}
	out.Attention = slices.Concat(out.Attention, rest, missingHolidays(snap, held))
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
	today := &overviewToday{Day: snap.Today, Handled: max(int(past.Handled[snapshot.RecentDays]), 0),
		OverviewBand: bandOn(snap, snap.Today)}
	today.Through, err = through(snap, tx)
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
	out := OverviewBand{Mean: wrapcast.NotMeasured(), Median: wrapcast.NotMeasured(), Bands: []overviewLevel{}}
	if snap.Forecast == nil || day < snap.Forecast.From ||
		int(day-snap.Forecast.From) >= len(snap.Forecast.Total.Mean) {
		return out
	}
	t, total := int(day-snap.Forecast.From), snap.Forecast.Total
	out.Mean, out.Median = columns.Measure(total.Mean[t]), columns.Measure(total.Median[t])
	for _, b := range total.Bands {
		out.Bands = append(out.Bands, overviewLevel{b.Level, columns.Round3(b.Lower[t]), columns.Round3(b.Upper[t])})
	}
	return out
}

// through is the share of a day's contacts, a fraction, that had come by this time of the day on the same weekday of
// the last weeks.
func through(snap *snapshot.Snapshot, tx *store.Tx) (wrapcast.Measure, error) {
	const weeks = 8
	elapsed := int(snap.AsOf.Sub(snap.Today.Midnight(snap.Zone)) / wrapcast.QuarterHour)
	before, all := 0, 0
	for w := range weeks {
		day := snap.Today - wrapcast.Date(7*(w+1))
		handled, _, err := tx.Sums().QuarterHours(snap.Directory.Organisation.ID,
			store.Series{Directions: snap.Directions},
			day.Midnight(snap.Zone),
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

// staleAfter is the greatest age of the numbers that is no reason to ask why.
const staleAfter = 36 * time.Hour

// silenceIn is what of the latest plans waits until somebody accepts that it has no contacts.
func silenceIn(plans []wrapcast.Plan) []attention {
	held := silence.Held(publishing.SilencesOf(plans))
	if len(held) == 0 {
		return nil
	}
	at := slices.IndexFunc(plans, func(p wrapcast.Plan) bool { return len(silence.Held(p.Silences)) > 0 })
	return []attention{{Kind: "silence", Severity: wrapcast.Blocking,
		Title: "Submissions wait: no contacts where some are expected", Detail: silence.Short(held) +
			": accept them by name there, or mend what the OAuth client may see.",
		Plan: plans[at].ID}}
}

// unsettledOverlaps are the overrides that overlap while nobody has chosen a rule: those of days that are forecast stop
// the next publication.
func unsettledOverlaps(snap *snapshot.Snapshot) (out []attention) {
	if snap.Forecast == nil {
		return nil
	}
	for _, f := range snap.Forecast.Findings {
		if f.Code == steps.OverlapFinding {
			out = append(out, attention{Kind: "overlap", Severity: f.Severity,
				Title: "Two overrides overlap: choose which rule holds", Detail: f.Message})
		}
	}
	return out
}

// attention lists what somebody should look at.
func attentionTo(snap *snapshot.Snapshot, o overviewBody, now time.Time) []attention {
	out := []attention{}
	add := func(a attention) { out = append(out, a) }
	if r := o.LatestRun; r != nil && r.State == wrapcast.RunFailed {
		add(attention{Kind: "failed-run", Severity: wrapcast.Blocking, Title: "The latest run failed", Detail: r.Reason,
			Run: r.ID})
	}
	if r := o.LatestRun; r != nil && r.State == wrapcast.RunPartial {
		add(attention{Kind: "partial-run", Severity: wrapcast.Warning, Title: "The latest run is only partly done",
			Detail: r.Reason, Run: r.ID})
	}
	if snap.Forecast == nil {
		add(attention{Kind: "no-forecast", Severity: wrapcast.Warning, Title: "There is no forecast yet",
			Detail: "Start a run."})
	}
	if p := o.LatestPlan; p != nil && (p.Submission == nil || !p.Submission.State.Holds()) {
		add(attention{Kind: "unpublished", Severity: wrapcast.Warning, Title: "The latest plan is not published",
			Detail: planState(p), Plan: p.ID})
	}
	if age := now.Sub(snap.AsOf); len(snap.Read) > 0 && age > staleAfter {
		add(attention{Kind: "stale-data", Severity: wrapcast.Info, Title: "The data is not up to date",
			Detail: fmt.Sprintf("The platform was last asked about %s.",
				snap.AsOf.In(snap.Zone).Format("2 January 2006, 15:04"))})
	}
	return append(out, weakCodes(snap, 5)...)
}

// missingHolidays tells of regions whose holidays the history keeps and the calendar does not have.
func missingHolidays(snap *snapshot.Snapshot, held wrapcast.Calendar) (out []attention) {
	if snap.Report == nil || snap.Report.CalendarSuggestion == nil {
		return nil
	}
	for _, r := range calendar.StillMissing(*snap.Report.CalendarSuggestion, held).Regions {
		out = append(out, attention{Kind: "calendar", Severity: wrapcast.Warning,
			Title:  "The holidays of " + r.Name + " are not in the calendar",
			Detail: fmt.Sprintf("They fit %d of %d days on which everything moved: %s.", r.Fits, r.Of, calendar.SomeDays(r.Days))})
	}
	return out
}

func planState(p *publishing.PlanHead) string {
	switch {
	case p.Refusals > 0:
		return fmt.Sprintf("It cannot be submitted: %d blocking findings.", p.Refusals)
	case p.Submission == nil:
		return "It was made by a dry run."
	}
	return fmt.Sprintf("Its submission is %s. %s", p.Submission.State, p.Submission.Reason)
}

// weakCodes are the largest codes whose history is weak.
func weakCodes(snap *snapshot.Snapshot, limit int) []attention {
	var out []attention
	for _, c := range topCodes(snap, len(snap.Codes)) {
		if c.Verdict == wrapcast.Weak && c.Next7 > 0 && len(out) < limit {
			out = append(out, attention{Kind: "weak-data", Severity: wrapcast.Info, Title: c.Name + " has weak data",
				Detail: c.Reason, Code: &c.ID})
		}
	}
	return out
}
