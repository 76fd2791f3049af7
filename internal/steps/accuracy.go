package steps

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/accuracy"
	"github.com/wrapcast/wrapcast/internal/adjust"
	"github.com/wrapcast/wrapcast/internal/demand"
	"github.com/wrapcast/wrapcast/internal/store"
)

// AccuracyOptions say which forecasts are judged, and on which days.
type AccuracyOptions struct {
	// From and To bound the local days, both included; zero means the last 13 weeks of which all codes have arrived.
	From, To wrapcast.Date
	// Source says which forecasts count; "" means those a target had, or all that were made where no target had any.
	Source wrapcast.AccuracySource
	// Level is that of the interval judged; zero means that of the spec.
	Level float64
}

const (
	// judgedDays is how many days are judged unless others are asked for.
	judgedDays = 91
	// watchedDays is how many of the last days bands are tested on: long enough to tell, short enough to tell of the
	// present.
	watchedDays = 28
	// falseAlarms is the share of alarms that may be false on average.
	falseAlarms = 0.05
)

// KeepSnapshots keeps the forecasts of the days whose contacts are stored by now. Every run does it; between runs,
// after an extraction, it has to be asked for.
func (v *View) KeepSnapshots(ctx context.Context) error {
	h, err := v.LoadHistory(ctx)
	if err != nil {
		return err
	}
	return v.snapshot(ctx, h)
}

// watch keeps the snapshots of the days that are over by now, and tells of codes, queues and planning groups that leave
// their band too often.
func (v *View) watch(ctx context.Context, h *History) ([]wrapcast.Finding, error) {
	if err := v.snapshot(ctx, h); err != nil {
		return nil, err
	}
	r, err := v.Accuracy(ctx, AccuracyOptions{})
	if wrapcast.KindOf(err) == wrapcast.NotFound {
		return nil, nil
	}
	return alarmFindings(r.Watch), err
}

// Accuracy tells how good frozen forecasts were, from what runs have kept of them: it only reads. See KeepFrozen where
// no run came since the last reading.
func (v *View) Accuracy(ctx context.Context, o AccuracyOptions) (wrapcast.AccuracyReport, error) {
	c, err := v.openCase(ctx, o)
	if err != nil {
		return wrapcast.AccuracyReport{}, err
	}
	c.Watched, c.Rate = max(c.first, c.last-watchedDays+1), falseAlarms
	r := accuracy.Judge(c.Judging)
	r.Organisation, r.CountingRule, r.TimeZone, r.From, r.To, r.Source = v.Organisation(), wrapcast.CountingRule,
		v.Zone.String(), c.first, c.last, c.source
	r.BusinessUnit = v.Unit()
	r.Watch.To = c.last
	r.Findings = append(alarmFindings(r.Watch), v.unmeasured(r, c.reach)...)
	return r, nil
}

// ForecastVsActual sets the forecasts that held so many days ahead against actuals, day by day, from the snapshots
// kept.
func (v *View) ForecastVsActual(ctx context.Context, o AccuracyOptions, lead int) (wrapcast.ForecastVsActual, error) {
	if !slices.Contains(wrapcast.AccuracyLeads(), lead) {
		return wrapcast.ForecastVsActual{}, wrapcast.Errorf(wrapcast.Usage, "accuracy",
			"forecasts at a lead of %d days are not scored", lead).
			WithHint("the leads are %d days ahead", wrapcast.AccuracyLeads())
	}
	c, err := v.openCase(ctx, o)
	if err != nil {
		return wrapcast.ForecastVsActual{}, err
	}
	s := accuracy.ForecastVsActual(c.Judging, lead, c.first, int(c.last-c.first)+1)
	s.Source = c.source
	return s, nil
}

// alarmFindings say the alarms in words.
func alarmFindings(w wrapcast.BandWatch) []wrapcast.Finding {
	findings := []wrapcast.Finding{}
	for _, a := range w.Alarms {
		where, advice := "outside", "look at its history for a change of level or weekly pattern"
		switch {
		case a.Above >= 4*a.Below:
			where, advice = "above", "actuals are above the forecast: look for a cause, and override the forecast until the models have adapted"
		case a.Below >= 4*a.Above:
			where, advice = "below", "actuals are below the forecast: look for a cause, and override the forecast until the models have adapted"
		}
		findings = append(findings, wrapcast.Finding{Code: "out-of-band", Severity: wrapcast.Warning,
			Place:   string(a.Kind) + " " + a.Name,
			Message: fmt.Sprintf("%s was %s its %.0f %% interval on %d of %d days, %.1f were to be expected (probability %.2g)", a.Name, where, 100*w.Level, a.Outside(), a.Days, a.Expected, a.PValue),
			Advice:  advice})
	}
	return findings
}

// unmeasured says why leads are missing.
func (v *View) unmeasured(r wrapcast.AccuracyReport, reach int) []wrapcast.Finding {
	var findings []wrapcast.Finding
	if len(r.Leads) == 0 {
		message, advice := "no published forecast is old enough to be scored",
			"publish with wrapcast run, and look again when days have passed"
		if r.Source == wrapcast.SourceMade {
			message = "no forecast is old enough to be scored"
		}
		findings = append(findings, wrapcast.Finding{Code: "nothing-to-judge", Severity: wrapcast.Info,
			Message: message, Advice: advice})
	}
	for _, lead := range wrapcast.AccuracyLeads() {
		if reach > 0 && lead > reach {
			findings = append(findings, wrapcast.Finding{Code: "lead-not-forecast", Severity: wrapcast.Info,
				Message: fmt.Sprintf("no forecast reaches %d days ahead",
					lead), Advice: fmt.Sprintf("set forecast.horizon_days to %d or more", lead+1)})
		}
	}
	return findings
}

// Subject is what a forecast is of: a code, a queue, a planning group, the total.
type Subject struct {
	Level wrapcast.AccuracyLevel
	// ID is that of the code, queue or group; "" for the total and for contacts without a code.
	ID string
}

// CodeSubject is the subject of a code.
func CodeSubject(id wrapcast.CodeID) Subject { return Subject{wrapcast.LevelCode, string(id)} }

// QueueSubject is the subject of a queue.
func QueueSubject(id wrapcast.QueueID) Subject { return Subject{wrapcast.LevelQueue, string(id)} }

// groupSubject is the subject of a planning group.
func groupSubject(id wrapcast.PlanningGroupID) Subject {
	return Subject{wrapcast.LevelGroup, string(id)}
}

// TotalSubject is the subject of everything together.
func TotalSubject() Subject { return Subject{wrapcast.LevelTotal, ""} }

// EachSubject hands out everything a forecast forecasts.
func EachSubject(f wrapcast.Forecast, take func(Subject, wrapcast.DailyForecast)) {
	for _, c := range f.Codes {
		take(CodeSubject(c.Code.ID), c.DailyForecast)
	}
	for _, q := range f.Queues {
		take(QueueSubject(q.Queue.ID), q.DailyForecast)
	}
	for _, g := range f.Groups {
		take(groupSubject(g.Group.ID), g.DailyForecast)
	}
	take(TotalSubject(), f.Total)
}

// accuracyCase is what is judged.
type accuracyCase struct {
	accuracy.Judging
	source      wrapcast.AccuracySource
	first, last wrapcast.Date
	// reach is the most days ahead that any stored forecast goes.
	reach int
}

// openCase reads snapshots and actuals.
func (v *View) openCase(ctx context.Context, o AccuracyOptions) (c accuracyCase, err error) {
	err = v.Store.View(ctx, func(tx *store.Tx) error {
		settled, err := v.settledDays(tx)
		if err != nil {
			return err
		}
		if c.first, c.last = bounds(settled, o); c.last < c.first {
			return wrapcast.Errorf(wrapcast.NotFound, "accuracy",
				"no day with all its codes is stored between %s and %s", or(o.From, settled.From), or(o.To,
					settled.To)).
				WithHint("codes may arrive for %d days: wrapcast extract reads them", v.Spec.RereadDays)
		}
		if c.reach, err = v.reach(tx); err != nil {
			return err
		}
		if c.source = o.Source; c.source == "" {
			if c.source, err = v.source(tx); err != nil {
				return err
			}
		}
		kept, err := tx.Snapshots().Days(v.Organisation(), v.Unit(), c.source, c.first, c.last)
		if err != nil {
			return err
		}
		c.Judging, err = v.judging(tx, kept, c.first, c.last, settled)
		return err
	})
	c.Level = or(o.Level, v.Spec.Level)
	return c, err
}

// source is which forecasts count unless somebody says.
func (v *View) source(tx *store.Tx) (wrapcast.AccuracySource, error) {
	published, err := tx.Snapshots().Publications(v.Organisation(), v.Unit())
	if len(published) == 0 {
		return wrapcast.SourceMade, err
	}
	return wrapcast.SourcePublished, err
}

// settledDays tells of the days that are stored whether they were read after all their codes had arrived.
func (v *View) settledDays(tx *store.Tx) (*History, error) {
	readings, err := tx.Readings().All(v.Organisation())
	if err != nil || len(readings) == 0 {
		return &History{History: &demand.History{Zone: v.Zone, To: -1}}, err
	}
	from, to := readings[0].From, readings[len(readings)-1].To
	settle := time.Duration(v.Spec.RereadDays) * 24 * time.Hour
	h := &History{History: &demand.History{Zone: v.Zone, From: v.Day(from), To: v.Day(to) - 1}}
	h.Read = make([]bool, max(h.Days(), 0))
	gaps := unsettled(from, to, readings, to.Add(settle), settle, wrapcast.Detail{})
	for i := range h.Read {
		day := h.From + wrapcast.Date(i)
		begins, ends := day.Midnight(v.Zone), (day + 1).Midnight(v.Zone)
		h.Read[i] = !begins.Before(from) && !ends.After(to) && !touches(gaps, begins, ends)
	}
	return h, nil
}

func touches(intervals []wrapcast.Interval, from, to time.Time) bool {
	for _, i := range intervals {
		if i.From.Before(to) && i.To.After(from) {
			return true
		}
	}
	return false
}

// bounds are the first and the last settled day among those asked for.
func bounds(settled *History, o AccuracyOptions) (first, last wrapcast.Date) {
	last = settled.To
	if o.To != 0 {
		last = min(last, o.To)
	}
	for last >= settled.From && !settled.Whole(last) {
		last--
	}
	first = max(settled.From, or(o.From, last-judgedDays+1))
	for first <= last && !settled.Whole(first) {
		first++
	}
	return first, last
}

// judging sets the snapshots of the settled days between two beside their actuals, which it reads.
func (v *View) judging(tx *store.Tx, kept []wrapcast.ForecastSnapshot, first, last wrapcast.Date,
	settled *History) (j accuracy.Judging, err error) {
	org := v.Organisation()
	for _, d := range kept {
		if settled.Whole(d.Day) {
			j.Days = append(j.Days, d)
		}
	}
	if j.Lineage, err = store.DecisionsOf[wrapcast.LineageChange](tx).InUse(org); err != nil {
		return j, err
	}
	known := &Assumptions{Lineage: j.Lineage}
	if known.Masks, err = store.DecisionsOf[wrapcast.MaskEdit](tx).InUse(org); err != nil {
		return j, err
	}
	j.Hidden = known.hidden()
	for d, err := range v.localDays(tx, first, last) {
		if err != nil {
			return j, err
		}
		j.Actuals = append(j.Actuals, d)
	}
	if j.Actuals, _, err = adjust.ApplyLineage(j.Actuals, j.Lineage, j.Hidden); err != nil {
		return j, err
	}
	j.Lineage = adjust.LearnShares(j.Actuals, j.Lineage, j.Hidden)
	return j, nil
}

// reach is the most days ahead that any stored forecast goes.
func (v *View) reach(tx *store.Tx) (reach int, err error) {
	all, err := v.makings(tx)
	for _, f := range all {
		reach = max(reach, f.Days-1-int(f.On-f.From))
	}
	return reach, err
}
