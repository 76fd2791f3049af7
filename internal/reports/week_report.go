package reports

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/planning"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
)

// WeekReportOptions say what a report is of.
type WeekReportOptions struct {
	// Week is a day of the week; zero means the next week that begins.
	Week wrapcast.Date
	// Listed is how many codes and queues are listed; zero means 12.
	Listed int
	// Version of wrapcast, to be named in the report.
	Version string
}

// weekReport collects a report.
type weekReport struct {
	wrapcast.WeekReport
	view    *steps.View
	made    wrapcast.Forecast
	history *steps.History
	options WeekReportOptions
}

// WeekReport collects what people who decide want to know of one week, from what is stored.
func WeekReport(ctx context.Context, v *steps.View, o WeekReportOptions) (wrapcast.WeekReport, error) {
	o.Listed = cmp.Or(o.Listed, 12)
	w := &weekReport{view: v, options: o}
	for _, part := range []func(context.Context) error{w.begin, w.read, w.addDays, w.addSubjects, w.addHours,
		w.addAccuracy, w.addLedger} {
		if err := part(ctx); err != nil {
			return wrapcast.WeekReport{}, err
		}
	}
	return w.WeekReport, nil
}

// begin finds the week and the forecast that is shown.
func (w *weekReport) begin(ctx context.Context) error {
	next, err := planning.NextWeek(w.view.Directory.BusinessUnit, w.view.At)
	if err != nil {
		return err
	}
	week := cmp.Or(w.options.Week, next).StartOfWeek(w.view.Directory.BusinessUnit.WeekStart)
	err = w.view.Store.View(ctx, func(tx *store.Tx) error {
		stored, err := tx.Snapshots().Forecasts(w.view.Organisation(), w.view.Unit())
		if err != nil {
			return err
		}
		var held wrapcast.ForecastID
		for _, f := range stored { // in the order they were made
			covers := f.From <= week && f.From+wrapcast.Date(f.Days) >= week+7
			if covers && (held == "" || w.view.Day(f.MadeAt) <= week) {
				held = f.ID
			}
		}
		if held == "" {
			return wrapcast.Errorf(wrapcast.NotFound, "report", "nothing was forecast for the week of %s", week).
				WithHint("`wrapcast run --dry-run` makes a forecast; --horizon reaches further")
		}
		w.made, err = tx.Forecasts().Get(w.view.Organisation(), held)
		return err
	})
	if err != nil {
		return err
	}
	overrides, err := w.overrides(ctx)
	if err == nil && week >= next { // what lies ahead is shown as a plan made now would have it
		w.made = steps.WithOverrides(w.made, overrides, w.view.Clock.Now())
	}
	w.WeekReport = wrapcast.WeekReport{Schema: wrapcast.WeekReportSchema, Organisation: w.view.Directory.Organisation,
		BusinessUnit: w.view.Directory.BusinessUnit,
		Week:         week, MadeAt: w.view.Clock.Now(), AsOf: w.view.At, Forecast: w.made.ID,
		ForecastMadeAt: w.made.MadeAt, CountingRule: w.made.CountingRule,
		Level: w.made.Accuracy.Level, Measured: w.made.Accuracy,
		MeasuredByLevel: w.made.AccuracyByLevel, Named: []wrapcast.SpecialDay{},
		Overrides:   []wrapcast.AppliedOverride{},
		Submissions: []wrapcast.Submission{}, Version: w.options.Version}
	w.addKnown()
	return err
}

// addKnown lists what people know of the week: special days, overrides and the rules of those that overlap.
func (w *weekReport) addKnown() {
	week := w.Week
	for _, d := range w.made.SpecialDays {
		if d.Day >= week && d.Day < week+7 {
			w.Named = append(w.Named, d)
		}
	}
	for _, o := range w.made.Overrides {
		if o.From < week+7 && o.To >= week {
			w.Overrides = append(w.Overrides, o)
		}
	}
	for _, o := range w.made.Overlaps {
		if o.From < week+7 && o.To >= week {
			w.Overlaps = append(w.Overlaps, o)
		}
	}
}

// read loads what was handled, as a run would see it.
func (w *weekReport) read(ctx context.Context) (err error) {
	if w.history, err = w.view.LoadHistory(ctx); err != nil {
		return err
	}
	w.BeforeFrom = min(w.Week, w.history.To+1) - 7
	return nil
}

// addDays sets the total of each day beside its forecast.
func (w *weekReport) addDays(context.Context) error {
	if len(w.history.Leaves) == 0 {
		return wrapcast.Errorf(wrapcast.NotFound, "report", "no contact is stored")
	}
	handled := w.history.Total()
	band := bandAt(w.made.Total, w.Level)
	for day := w.Week - 28; day < w.Week+14; day++ {
		d := wrapcast.ReportDay{Day: day, Handled: w.history.On(handled, day),
			YearBefore: w.history.On(handled, day-364),
			Mean:       wrapcast.NotMeasured(), Lower: wrapcast.NotMeasured(), Upper: wrapcast.NotMeasured()}
		if t := int(day - w.made.From); t >= 0 && t < len(w.made.Total.Mean) {
			d.Mean = wrapcast.Measure(w.made.Total.Mean[t])
			if band != nil {
				d.Lower, d.Upper = wrapcast.Measure(band.Lower[t]), wrapcast.Measure(band.Upper[t])
			}
		}
		w.Days = append(w.Days, d)
	}
	return nil
}

func bandAt(d wrapcast.DailyForecast, level float64) *wrapcast.Band {
	i := slices.IndexFunc(d.Bands, func(b wrapcast.Band) bool { return b.Level == level })
	if i < 0 {
		return nil
	}
	return &d.Bands[i]
}

// addHours says when the contacts of the week come.
func (w *weekReport) addHours(ctx context.Context) error {
	profiles, err := w.view.IntradayProfiles(ctx, &w.made)
	if err != nil {
		return err
	}
	w.Hours = [][]float64{}
	for day := w.Week; day < w.Week+7; day++ {
		handled, _ := profiles.QuarterHours(&w.made, func(wrapcast.Leaf) bool { return true }, day, day)
		hours, midnight := make([]float64, 24), day.Midnight(w.view.Zone)
		for i, n := range handled {
			hours[midnight.Add(time.Duration(i)*wrapcast.QuarterHour).In(w.view.Zone).Hour()] += n
		}
		w.Hours = append(w.Hours, hours)
	}
	return nil
}

// addAccuracy says what speaks for the numbers: accuracy, submissions, the account of contacts, the audit chain.
func (w *weekReport) addAccuracy(ctx context.Context) error {
	accuracy, err := w.view.Accuracy(ctx, steps.AccuracyOptions{})
	switch {
	case err == nil && len(accuracy.Leads) > 0:
		accuracy.Subjects = nil
		w.Accuracy = &accuracy
	case err != nil && wrapcast.KindOf(err) != wrapcast.NotFound:
		return err
	}
	to := w.history.To
	account, err := Reconcile(ctx, w.view, ReconcileOptions{From: to - 27, To: to})
	switch {
	case err == nil:
		w.Account, w.Unexplained = &account.ReconciliationSums, account.Unexplained
	case wrapcast.KindOf(err) != wrapcast.NotFound:
		return err
	}
	return w.view.Store.View(ctx, func(tx *store.Tx) error {
		plans, _, err := tx.Plans().Heads(w.view.Organisation(), store.PlanQuery{Week: &w.Week,
			BusinessUnit: w.view.Unit(), Limit: 20})
		if err != nil {
			return err
		}
		for _, plan := range plans {
			s, err := steps.Optional(tx.Submissions().OfPlan(w.view.Organisation(), plan.ID))
			if err != nil {
				return err
			}
			if s != nil {
				w.Submissions = append(w.Submissions, *s)
			}
		}
		last, _, err := tx.Audit().Before(w.view.Organisation(), store.AuditQuery{Limit: 1})
		if err == nil && len(last) == 1 {
			w.AuditEntries, w.AuditHash = last[0].Seq, last[0].Hash
		}
		return err
	})
}

// overrides are all there ever were of the organisation.
func (w *weekReport) overrides(ctx context.Context) (all []wrapcast.Override, err error) {
	err = w.view.Store.View(ctx, func(tx *store.Tx) error {
		all, err = steps.OverridesSince(tx, w.view.Organisation(), 0)
		return err
	})
	return all, err
}

// addLedger says what the decisions of people added.
func (w *weekReport) addLedger(ctx context.Context) error {
	const recent = 28
	l, err := w.view.Ledger(ctx, steps.AccuracyOptions{})
	if err != nil || len(l.Entries) == 0 {
		return err
	}
	l.Entries = slices.DeleteFunc(l.Entries, func(e wrapcast.LedgerEntry) bool { return e.To <= l.To-recent })
	w.Ledger = &l
	return nil
}
