package web

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
)

// overviewBody is the first page: how things stand.
type overviewBody struct {
	Organisation wrapcast.Organisation `json:"organisation"`
	TimeZone     string                `json:"time_zone"`
	AsOf         time.Time             `json:"as_of" doc:"Up to when the platform was asked"`
	Today        *overviewToday        `json:"today,omitempty"`
	Past         overviewPast          `json:"past" doc:"The last eight weeks in total"`
	Ahead        []overviewDay         `json:"ahead" doc:"Today and the coming 14 days in total"`
	Attention    []attention           `json:"attention" doc:"What somebody should look at, the most urgent first"`
	Accuracy     *wrapcast.Accuracy    `json:"accuracy,omitempty" doc:"Of the latest forecast, over all codes, daily, one to 28 days ahead"`
	Verdicts     *Verdicts             `json:"verdicts,omitempty" doc:"Of the codes' histories"`
	LatestRun    *runRow               `json:"latest_run,omitempty"`
	LatestPlan   *PlanHead             `json:"latest_plan,omitempty"`
	// TopCodes are the largest of the coming week.
	TopCodes []CodeRow `json:"top_codes" doc:"The ten codes with most contacts in the coming seven days"`
}

type overviewToday struct {
	Day     wrapcast.Date `json:"day"`
	Handled int           `json:"handled" doc:"Contacts so far, in total"`
	OverviewBand
	// Through is how much of a usual day like this is over by now.
	Through wrapcast.Measure `json:"through" doc:"The share of such a day's contacts that has usually come by this time, a fraction, from the same weekday of the last eight weeks"`
}

type overviewPast struct {
	From    wrapcast.Date `json:"from"`
	Handled counts        `json:"handled"`
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

// attention is one thing that somebody should look at.
type attention struct {
	Kind     string            `json:"kind" enum:"weak-data,failed-run,partial-run,unpublished,dead-delivery,stale-data,bias,no-forecast"`
	Severity wrapcast.Severity `json:"severity"`
	Title    string            `json:"title"`
	Detail   string            `json:"detail"`
	Code     *wrapcast.CodeID  `json:"code,omitempty"`
	Run      wrapcast.RunID    `json:"run,omitempty"`
	Plan     wrapcast.PlanID   `json:"plan,omitempty"`
	// Delivery is the first of those that are dead.
	Delivery wrapcast.DeliveryID `json:"delivery,omitempty"`
}

func (s *Server) registerOverview() {
	register(s.api, wrapcast.RoleViewer, get("get-overview", "/overview", "Status", "How things stand"), s.getOverview)
}

func (s *Server) getOverview(ctx context.Context, in *Scope) (*reply[overviewBody], error) {
	snap, err := s.look(ctx, *in)
	if err != nil {
		return nil, err
	}
	out := overviewBody{Organisation: snap.directory.Organisation, TimeZone: snap.directory.BusinessUnit.TimeZone, AsOf: snap.asOf,
		Past: overviewPast{From: snap.today - recentDays, Handled: counts{}}, Ahead: []overviewDay{}, Attention: []attention{}, TopCodes: snap.topCodes(10)}
	if snap.report != nil {
		v := snap.verdicts()
		out.Verdicts = &v
	}
	if snap.forecast != nil {
		out.Accuracy = &snap.forecast.Accuracy
	}
	err = s.Store.View(ctx, func(tx *store.Tx) error { return snap.fillOverview(tx, &out) })
	if err != nil {
		return nil, err
	}
	out.Attention = snap.attention(out, s.Clock.Now())
	return answer(out, nil)
}

func (s *snapshot) fillOverview(tx *store.Tx, out *overviewBody) error {
	org := s.directory.Organisation.ID
	if len(s.read) > 0 {
		if err := s.fillPresent(tx, out); err != nil {
			return err
		}
	}
	runs, err := tx.Runs(org, 1)
	if err != nil {
		return err
	}
	if len(runs) > 0 {
		row := runOf(runs[0])
		out.LatestRun = &row
	}
	plans, _, err := tx.PlanHeads(org, store.PlanQuery{Limit: 1})
	if err != nil || len(plans) == 0 {
		return err
	}
	p := plans[0]
	out.LatestPlan = &PlanHead{ID: p.ID, Run: p.Run, Forecast: p.Forecast, Target: p.Target, BusinessUnit: p.BusinessUnit, Week: p.Week,
		MadeAt: p.MadeAt, Refusals: p.Refusals}
	out.LatestPlan.Submission, err = found1(tx.SubmissionOf(org, p.ID))
	return err
}

// fillPresent sets today beside its forecast, and the coming days after it.
func (s *snapshot) fillPresent(tx *store.Tx, out *overviewBody) error {
	h := historyBody{From: s.today - recentDays, To: s.today, Handled: counts{}, HandleSeconds: decimals{}}
	if err := s.fillDays(tx, store.Series{}, &h); err != nil {
		return err
	}
	out.Past.Handled = h.Handled[:recentDays]
	today := &overviewToday{Day: s.today, Handled: max(int(h.Handled[recentDays]), 0), OverviewBand: s.bandOn(s.today)}
	var err error
	today.Through, err = s.through(tx)
	out.Today = today
	for d := s.today; d <= s.today+aheadDays; d++ {
		if b := s.bandOn(d); b.Mean.Known() {
			out.Ahead = append(out.Ahead, overviewDay{Day: d, OverviewBand: b})
		}
	}
	return err
}

// bandOn is the total's forecast of a day; not measured where it was not forecast.
func (s *snapshot) bandOn(day wrapcast.Date) OverviewBand {
	out := OverviewBand{Mean: wrapcast.NotMeasured(), Median: wrapcast.NotMeasured(), Bands: []overviewLevel{}}
	if s.forecast == nil || day < s.forecast.From || int(day-s.forecast.From) >= len(s.forecast.Total.Mean) {
		return out
	}
	t, total := int(day-s.forecast.From), s.forecast.Total
	out.Mean, out.Median = measure(total.Mean[t]), measure(total.Median[t])
	for _, b := range total.Bands {
		out.Bands = append(out.Bands, overviewLevel{b.Level, round3(b.Lower[t]), round3(b.Upper[t])})
	}
	return out
}

// through is which share of a day's contacts has usually come by this time of the day, from
// the same weekday of the last weeks.
func (s *snapshot) through(tx *store.Tx) (wrapcast.Measure, error) {
	const weeks = 8
	elapsed := int(s.asOf.Sub(s.today.Midnight(s.zone)) / wrapcast.QuarterHour)
	before, all := 0, 0
	for w := range weeks {
		day := s.today - wrapcast.Date(7*(w+1))
		handled, _, err := tx.SeriesQuarterHours(s.directory.Organisation.ID, store.Series{}, day.Midnight(s.zone), (day + 1).Midnight(s.zone))
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
	return fraction(float64(before), float64(all)), nil
}

func (s *snapshot) topCodes(n int) []CodeRow {
	all := slices.Clone(s.codes)
	slices.SortFunc(all, func(a, b CodeRow) int { return cmp.Or(-compareMeasures(a.Next7, b.Next7), cmp.Compare(a.ID, b.ID)) })
	return all[:min(n, len(all))]
}

// compareMeasures puts what was not measured first.
func compareMeasures(a, b wrapcast.Measure) int { return cmp.Compare(float64(a), float64(b)) }

// staleAfter is how old the numbers may be before somebody should ask why.
const staleAfter = 36 * time.Hour

// attention lists what somebody should look at.
func (s *snapshot) attention(o overviewBody, now time.Time) []attention {
	out := []attention{}
	add := func(a attention) { out = append(out, a) }
	if r := o.LatestRun; r != nil && r.State == wrapcast.RunFailed {
		add(attention{Kind: "failed-run", Severity: wrapcast.Blocking, Title: "The latest run failed", Detail: r.Reason, Run: r.ID})
	}
	if r := o.LatestRun; r != nil && r.State == wrapcast.RunPartial {
		add(attention{Kind: "partial-run", Severity: wrapcast.Warning, Title: "The latest run is only partly done", Detail: r.Reason, Run: r.ID})
	}
	if s.forecast == nil {
		add(attention{Kind: "no-forecast", Severity: wrapcast.Warning, Title: "Nothing was forecast yet", Detail: "Start a run."})
	}
	if p := o.LatestPlan; p != nil && (p.Submission == nil || p.Submission.State != wrapcast.SubmissionCompleted) {
		add(attention{Kind: "unpublished", Severity: wrapcast.Warning, Title: "The latest plan is not published", Detail: planState(p), Plan: p.ID})
	}
	if age := now.Sub(s.asOf); len(s.read) > 0 && age > staleAfter {
		add(attention{Kind: "stale-data", Severity: wrapcast.Info, Title: "The numbers are not of today",
			Detail: fmt.Sprintf("The platform was last asked about %s.", s.asOf.In(s.zone).Format("2 January 2006, 15:04"))})
	}
	return append(out, s.weakCodes(5)...)
}

func planState(p *PlanHead) string {
	switch {
	case p.Refusals > 0:
		return fmt.Sprintf("It cannot be submitted: %d findings stand against it.", p.Refusals)
	case p.Submission == nil:
		return "It was made by a dry run."
	}
	return fmt.Sprintf("Its submission is %s. %s", p.Submission.State, p.Submission.Reason)
}

// weakCodes are the largest codes whose history is weak.
func (s *snapshot) weakCodes(most int) []attention {
	var out []attention
	for _, c := range s.topCodes(len(s.codes)) {
		if c.Verdict == wrapcast.Weak && c.Next7 > 0 && len(out) < most {
			out = append(out, attention{Kind: "weak-data", Severity: wrapcast.Info, Title: c.Name + " rests on weak data", Detail: c.Reason, Code: &c.ID})
		}
	}
	return out
}
