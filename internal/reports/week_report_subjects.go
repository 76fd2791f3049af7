package reports

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/calendar"
	"github.com/wrapcast/wrapcast/internal/demand"
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
		w.Suggested = suggested(*report, w.history.Known.Calendar)
	}
	handled := map[steps.Subject][]float64{steps.TotalSubject(): w.history.Total()}
	for _, g := range w.history.Codes() {
		handled[steps.CodeSubject(g.Key)] = g.Handled
	}
	for _, g := range w.history.Queues() {
		handled[steps.QueueSubject(g.Key)] = g.Handled
	}
	sums, err := demand.SumsOver(ctx, &w.made, wrapcast.Span{From: w.Week, To: w.Week + 6})
	if err != nil {
		return err
	}
	w.Total = w.of(weekSubject{"", "total", w.made.Total, base.Total, sums[0].Total, handled[steps.TotalSubject()]})
	for i, c := range w.made.Codes {
		one := w.of(weekSubject{string(c.Code.ID), c.Code.Name, c.DailyForecast, base.Codes[i].DailyForecast,
			sums[0].Codes[i], handled[steps.CodeSubject(c.Code.ID)]})
		one.Verdict = verdicts[c.Code.ID]
		w.Codes = append(w.Codes, one)
	}
	for i, q := range w.made.Queues {
		w.Queues = append(w.Queues, w.of(weekSubject{string(q.Queue.ID), q.Queue.Name, q.DailyForecast,
			base.Queues[i].DailyForecast, sums[0].Queues[i], handled[steps.QueueSubject(q.Queue.ID)]}))
	}
	w.addGroups(base, sums[0].Groups)
	w.Codes, w.OtherCodes = largest(w.Codes, w.options.Listed)
	w.Queues, w.OtherQueues = largest(w.Queues, w.options.Listed)
	return nil
}

// addGroups adds the planning groups, those that are not planned by themselves.
func (w *weekReport) addGroups(base wrapcast.Forecast, sums []wrapcast.SumForecast) {
	groups := w.view.Directory.PlanningGroups
	handled := map[wrapcast.PlanningGroupID][]float64{}
	for _, g := range w.history.Groups(w.view.Directory) {
		handled[groups[g.Key].ID] = g.Handled
	}
	known := map[wrapcast.PlanningGroupID]wrapcast.ReportSubject{}
	for i, g := range w.made.Groups {
		known[g.Group.ID] = w.of(weekSubject{string(g.Group.ID), g.Group.Name, g.DailyForecast,
			base.Groups[i].DailyForecast, sums[i], handled[g.Group.ID]})
	}
	leftOut := w.view.LeftOut()
	for _, id := range leftOut {
		i := slices.IndexFunc(groups, func(g wrapcast.PlanningGroup) bool { return g.ID == id })
		left, forecast := known[id]
		if !forecast {
			left = wrapcast.ReportSubject{ID: string(id), Name: groups[i].Name, WAPE: wrapcast.NotMeasured()}
		}
		left.Before, left.YearBefore, left.Handled = wrapcast.NotMeasured(), wrapcast.NotMeasured(),
			wrapcast.NotMeasured()
		w.LeftOut = append(w.LeftOut, left)
	}
	for id, group := range known {
		if !slices.Contains(leftOut, id) {
			w.Groups = append(w.Groups, group)
		}
	}
	w.Groups, w.OtherGroups = largest(w.Groups, w.options.Listed)
}

// largest keeps those with most contacts, and counts the others.
func largest(all []wrapcast.ReportSubject, n int) (kept []wrapcast.ReportSubject, others int) {
	slices.SortFunc(all, func(a, b wrapcast.ReportSubject) int {
		return cmp.Or(cmp.Compare(b.Mean, a.Mean), strings.Compare(a.ID, b.ID))
	})
	n = min(n, len(all))
	return all[:n], len(all) - n
}

// weekSubject is something forecast, and what was handled of it per day of the history, nil where it had nothing.
type weekSubject struct {
	id, name    string
	daily, base wrapcast.DailyForecast
	sum         wrapcast.SumForecast
	handled     []float64
}

// of adds up a subject's contacts in the week: forecast, and handled where the days were read.
func (w *weekReport) of(t weekSubject) wrapcast.ReportSubject {
	d := t.daily
	one := wrapcast.ReportSubject{ID: t.id, Name: t.name, WAPE: d.Accuracy.WAPE, Before: wrapcast.NotMeasured(),
		YearBefore: wrapcast.NotMeasured(), Handled: wrapcast.NotMeasured(), Interval: t.sum.Interval}
	if b, ok := t.sum.Band(w.Level); ok {
		one.Lower, one.Upper = b.Lower, b.Upper
	}
	first, work := int(w.Week-w.made.From), 0.0
	for i := max(first, 0); i < min(first+7, len(d.Mean)); i++ {
		one.Mean += d.Mean[i]
		work += d.Mean[i] * d.HandleSeconds[i]
		one.Changed = one.Changed || d.Mean[i] != t.base.Mean[i]
	}
	one.Hours = work / 3600
	if one.Mean > 0 {
		one.HandleSeconds = work / one.Mean
	}
	if t.handled != nil {
		one.Before, one.YearBefore, one.Handled = weekOf(w.history, t.handled, w.BeforeFrom),
			weekOf(w.history, t.handled, w.Week-364), weekOf(w.history, t.handled, w.Week)
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

// suggested is what a validation said the calendar lacks, as far as it still does.
func suggested(report wrapcast.ValidationReport, now wrapcast.Calendar) []wrapcast.Finding {
	if report.CalendarSuggestion == nil {
		return nil
	}
	return calendar.SuggestionFindings(calendar.StillMissing(*report.CalendarSuggestion, now))
}
