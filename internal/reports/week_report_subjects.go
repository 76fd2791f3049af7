package reports

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
)

// addSubjects adds the week up for the total and the largest codes and queues.
func (w *weekReport) addSubjects(ctx context.Context) error {
	base := w.made.WithoutOverrides()
	var report *wrapcast.ValidationReport
	err := w.view.Store.View(ctx, func(tx *store.Tx) (err error) {
		report, err = steps.Optional(tx.Validations().Latest(w.view.Organisation(), w.view.Unit()))
		return err
	})
	if err != nil {
		return err
	}
	verdicts := map[wrapcast.CodeID]wrapcast.Verdict{}
	if report != nil {
		for _, c := range report.Codes {
			verdicts[c.Code] = c.Verdict
		}
		counts := report.Counts()
		w.Good, w.Weak, w.Empty = counts.Good, counts.Weak, counts.Empty
	}
	handled := map[steps.Subject][]float64{steps.TotalSubject(): w.history.Total()}
	for _, g := range w.history.Codes() {
		handled[steps.CodeSubject(g.Key)] = g.Handled
	}
	for _, g := range w.history.Queues() {
		handled[steps.QueueSubject(g.Key)] = g.Handled
	}
	w.Total = w.of("", "total", w.made.Total, base.Total, handled[steps.TotalSubject()])
	for i, c := range w.made.Codes {
		one := w.of(string(c.Code.ID), c.Code.Name, c.DailyForecast, base.Codes[i].DailyForecast,
			handled[steps.CodeSubject(c.Code.ID)])
		one.Verdict = verdicts[c.Code.ID]
		w.Codes = append(w.Codes, one)
	}
	for i, q := range w.made.Queues {
		w.Queues = append(w.Queues, w.of(string(q.Queue.ID), q.Queue.Name, q.DailyForecast,
			base.Queues[i].DailyForecast, handled[steps.QueueSubject(q.Queue.ID)]))
	}
	w.addLeftOut(base)
	w.Codes, w.OtherCodes = largest(w.Codes, w.options.Listed)
	w.Queues, w.OtherQueues = largest(w.Queues, w.options.Listed)
	return nil
}

// addLeftOut adds the planning groups that are not planned.
func (w *weekReport) addLeftOut(base wrapcast.Forecast) {
	for _, id := range w.view.LeftOut() {
		i := slices.IndexFunc(w.view.Directory.PlanningGroups, func(g wrapcast.PlanningGroup) bool { return g.ID == id })
		left := wrapcast.ReportSubject{ID: string(id), Name: w.view.Directory.PlanningGroups[i].Name,
			Before: wrapcast.NotMeasured(), YearBefore: wrapcast.NotMeasured(), Handled: wrapcast.NotMeasured(),
			WAPE: wrapcast.NotMeasured()}
		for j, g := range w.made.Groups {
			if g.Group.ID == id {
				left = w.of(string(id), g.Group.Name, g.DailyForecast, base.Groups[j].DailyForecast,
					w.history.EmptyDays())
				left.Before, left.YearBefore, left.Handled = wrapcast.NotMeasured(), wrapcast.NotMeasured(),
					wrapcast.NotMeasured()
			}
		}
		w.LeftOut = append(w.LeftOut, left)
	}
}

// largest keeps those with most contacts, and counts the others.
func largest(all []wrapcast.ReportSubject, n int) (kept []wrapcast.ReportSubject, others int) {
	slices.SortFunc(all, func(a, b wrapcast.ReportSubject) int {
		return cmp.Or(cmp.Compare(b.Mean, a.Mean), strings.Compare(a.ID, b.ID))
	})
	n = min(n, len(all))
	return all[:n], len(all) - n
}

// of adds up a subject's contacts in the week: forecast, and handled where the days were read.
func (w *weekReport) of(id, name string, d, base wrapcast.DailyForecast, handled []float64) wrapcast.ReportSubject {
	one := wrapcast.ReportSubject{ID: id, Name: name, WAPE: d.Accuracy.WAPE, Before: wrapcast.NotMeasured(),
		YearBefore: wrapcast.NotMeasured(), Handled: wrapcast.NotMeasured()}
	first := int(w.Week - w.made.From)
	band := bandAt(d, w.Level)
	work := 0.0
	for t := max(first, 0); t < min(first+7, len(d.Mean)); t++ {
		one.Mean += d.Mean[t]
		work += d.Mean[t] * d.HandleSeconds[t]
		one.Changed = one.Changed || d.Mean[t] != base.Mean[t]
		if band != nil {
			one.Lower, one.Upper = one.Lower+band.Lower[t], one.Upper+band.Upper[t]
		}
	}
	one.Hours = work / 3600
	if one.Mean > 0 {
		one.HandleSeconds = work / one.Mean
	}
	if handled != nil {
		one.Before, one.YearBefore, one.Handled = weekOf(w.history, handled, w.BeforeFrom), weekOf(w.history, handled,
			w.Week-364), weekOf(w.history, handled, w.Week)
	}
	return one
}

// weekOf adds up seven days, not measured where one of them was not read whole.
func weekOf(h *steps.History, values []float64, first wrapcast.Date) wrapcast.Measure {
	sum := 0.0
	for day := first; day < first+7; day++ {
		v := h.On(values, day)
		if !v.Known() {
			return wrapcast.NotMeasured()
		}
		sum += float64(v)
	}
	return wrapcast.Measure(sum)
}
