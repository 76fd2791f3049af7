package validate

import (
	"fmt"
	"slices"

	"github.com/wrapcast/wrapcast"
)

// The fallbacks a report may name: what is used where the full choice of models has
// nothing to stand on.
const (
	// fallbackZero: nothing was ever handled, or nothing is any more.
	fallbackZero = "zero"
	// fallbackAverage: too few days for a week; the average of those there are.
	fallbackAverage = "average of the days there are"
	// fallbackLevel: the week does not repeat; a level without a weekly pattern.
	fallbackLevel = "level without a weekly pattern"
)

// Check judges one code's history by the rules. Days, gaps and zeros are counted
// from the first day with a contact to the last day read: the time before a code
// existed is not history. A constant series is as good as any.
func Check(s Series, rules Rules) wrapcast.CodeReport {
	rules = rules.withDefaults()
	h := historyOf(s)
	report := wrapcast.CodeReport{
		Code: s.Code.ID, Name: nameOf(s.Code), Verdict: wrapcast.Good,
		Seasonality: wrapcast.NotMeasured(), Masks: []wrapcast.Mask{}, Findings: []wrapcast.Finding{},
	}
	if len(h.values) == 0 {
		return emptyReport(report, s)
	}
	report.Days, report.Gaps, report.Zeros, report.Contacts = len(h.values), h.gaps(), h.zeros(), h.contacts()
	report.OutliersRaw = outliersRaw(h.values, rules.IQRFactor)
	odd := findMasks(h, rules)
	report.Masks = append(report.Masks, odd.masks...)
	values := h.without(odd.masks)
	report.Seasonality = autocorrelation(values, week)

	c := checker{series: s, history: h, rules: rules, report: &report}
	if !c.ended() { // a code that fell silent has neither a week nor a level left to judge
		c.seasonality(values)
		c.shift(values)
	}
	c.length()
	c.freshness()
	c.gaps()
	c.outliers(odd)
	c.sparse()
	return conclude(report)
}

// conclude sorts the findings, worst first, and draws the verdict from them.
func conclude(report wrapcast.CodeReport) wrapcast.CodeReport {
	slices.SortStableFunc(report.Findings,
		func(a, b wrapcast.Finding) int { return rank(b.Severity) - rank(a.Severity) })
	report.Reason = "every check passed"
	if len(report.Findings) > 0 && rank(report.Findings[0].Severity) > rank(wrapcast.Info) {
		report.Verdict, report.Reason = wrapcast.Weak, report.Findings[0].Message
	}
	return report
}

func rank(s wrapcast.Severity) int {
	switch s {
	case wrapcast.Blocking:
		return 2
	case wrapcast.Warning:
		return 1
	case wrapcast.Info:
	}
	return 0
}

func emptyReport(report wrapcast.CodeReport, s Series) wrapcast.CodeReport {
	read := len(known(s.Values))
	finding := wrapcast.Finding{
		Code: "no-contacts", Severity: wrapcast.Blocking, Place: report.Name,
		Message: fmt.Sprintf("no contact on any of the %d days read", read),
		Advice:  "check that the code is in use and that the client may see its queues' divisions",
	}
	if read == 0 {
		finding.Code, finding.Message = "never-read", fmt.Sprintf("none of the %d days was read from the platform",
			len(s.Values))
		finding.Advice = "run wrapcast extract"
	}
	report.Verdict, report.Reason, report.Fallback = wrapcast.Empty, finding.Message, fallbackZero
	report.Gaps, report.Findings = len(s.Values)-read, append(report.Findings, finding)
	return report
}

// nameOf returns a code's name, and the title of its id where it has none.
func nameOf(c wrapcast.Code) string {
	if c.Name != "" {
		return c.Name
	}
	return c.ID.Title()
}
