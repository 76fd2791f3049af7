package steps

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/calendar"
	"github.com/wrapcast/wrapcast/internal/demand"
	"github.com/wrapcast/wrapcast/internal/lineage"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/validate"
)

// validateStep judges the history of every code. Strict mode refuses weak ones among those asked for.
func validateStep(ctx context.Context, r *Runner) (result, error) {
	h, err := r.LoadHistory(ctx)
	if err != nil {
		return result{}, err
	}
	report, err := r.judgeWithCalendar(h)
	if err != nil {
		return result{}, err
	}
	r.Report.Report(wrapcast.Progress{Step: wrapcast.StepValidate, What: "codes", Done: len(report.Codes),
		Total: len(report.Codes)})
	if r.Spec.Strict {
		if err := validate.Refuse(r.asked(report)); err != nil {
			return result{}, err
		}
	}
	return result{
		detail: report.Counts(),
		entry:  wrapcast.AuditEntry{Detail: countsInWords(report.Counts())},
		save:   func(tx *store.Tx) error { return tx.Validations().Save(r.Organisation(), r.run.ID, r.Unit(), report) },
	}, nil
}

// Validate judges the stored history of the codes asked for, without asking the platform.
func (v *View) Validate(ctx context.Context) (wrapcast.ValidationReport, error) {
	h, err := v.LoadHistory(ctx)
	if err != nil {
		return wrapcast.ValidationReport{}, err
	}
	report, err := v.judgeWithCalendar(h)
	return v.asked(report), err
}

// judgeWithCalendar also says what the history says of the calendar, where a day that it explains is odd no more, and
// of changes of codes.
func (v *View) judgeWithCalendar(h *History) (wrapcast.ValidationReport, error) {
	report := v.Judge(h)
	suggested, err := SuggestCalendar(h)
	if err != nil {
		return report, err
	}
	explained := map[string]bool{}
	for _, d := range suggested.Moved {
		explained[d.Day.String()] = d.Name != ""
	}
	report.Findings = slices.DeleteFunc(report.Findings,
		func(f wrapcast.Finding) bool { return f.Code == "odd-day" && explained[f.Place] })
	report.Findings = append(calendar.SuggestionFindings(suggested), report.Findings...)
	report.CalendarSuggestion = &suggested
	report.LineageSuggestions = v.SuggestLineage(h)
	report.Findings = append(lineage.Findings(report.LineageSuggestions, v.Directory.Code), report.Findings...)
	return report, nil
}

// SuggestLineage finds the changes of codes that a history looks like and that nobody has made known.
func (v *View) SuggestLineage(h *History) []wrapcast.LineageSuggestion {
	r := lineage.History{From: h.From, Code: v.Directory.Code, Hidden: h.Known.hidden(), Known: h.Known.Lineage}
	for _, l := range h.Leaves {
		r.Leaves = append(r.Leaves, lineage.Leaf{Leaf: l.Leaf, Handled: l.Handled, Seconds: l.Seconds})
	}
	return lineage.Suggest(r)
}

// SuggestCalendar finds the days on which everything moved in a history, and the holidays and events that would explain
// them. Days that somebody hid in a code tell nothing.
func SuggestCalendar(h *History) (wrapcast.CalendarSuggestion, error) {
	r := calendar.SuggestHistory{From: h.From, Calendar: h.Known.Resolved, Regions: h.Known.Calendar.Holidays,
		Zone: h.Zone.String()}
	hidden := h.Known.hidden()
	for _, g := range h.Codes() {
		values := slices.Clone(g.Handled)
		for t := range values {
			if hidden(g.Key, h.From+wrapcast.Date(t)) {
				values[t] = math.NaN()
			}
		}
		r.Codes = append(r.Codes, values)
	}
	return calendar.Suggest(r)
}

// Judge validates the history of all codes together.
func (v *View) Judge(h *History) wrapcast.ValidationReport {
	r := validate.Request{From: h.From, To: h.To, Zone: h.Zone, Horizon: v.Spec.HorizonDays}
	for _, g := range h.Codes() {
		r.Series = append(r.Series, v.SeriesOf(h, g))
	}
	report := validate.History(r, v.Rules(h))
	if f, late := beginsLate(v.Day(v.historyFrom()), h.From); late {
		report.Findings = append(report.Findings, f)
	}
	return report
}

// beginsLate says that the history begins days after the first that was wanted.
func beginsLate(wanted, first wrapcast.Date) (f wrapcast.Finding, late bool) {
	days := int(first - wanted)
	return wrapcast.Finding{Code: "history-begins", Severity: wrapcast.Info, Place: first.String(),
		Message: fmt.Sprintf("the history begins on %s: nothing was read of the %d days before that were asked for", first, days),
		Advice:  "the platform may not keep them (the run says what it answered); else run wrapcast extract"}, days > 1
}

// SeriesOf is a code's history, and what people decided about its days.
func (v *View) SeriesOf(h *History, g demand.Sum[wrapcast.CodeID]) validate.Series {
	hidden, shown := h.Known.byHand(g.Key)
	return validate.Series{Code: v.Directory.Code(g.Key), From: h.From, Values: g.Handled, Hidden: hidden, Shown: shown}
}

// Rules are those asked for; days the calendar names need no other explanation.
func (v *View) Rules(h *History) validate.Rules {
	rules := v.Spec.Rules
	rules.Explained, rules.Special = h.Known.Resolved.Explained(), h.Known.Resolved.Special(h.From, h.To)
	return rules
}

// asked cuts a report to the codes the run was asked for.
func (v *View) asked(r wrapcast.ValidationReport) wrapcast.ValidationReport {
	if len(v.Spec.Codes) == 0 {
		return r
	}
	kept := r
	kept.Codes = nil
	for _, c := range r.Codes {
		if v.wants(c.Code) {
			kept.Codes = append(kept.Codes, c)
		}
	}
	return kept
}

// countsInWords is the line of the audit trail about a validation.
func countsInWords(v wrapcast.VerdictCounts) string {
	return fmt.Sprintf("%d codes: %d good, %d weak, %d empty; %d days masked", v.Codes, v.Good, v.Weak, v.Empty,
		v.MaskedDays)
}
