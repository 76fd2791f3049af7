package report_test

import (
	"math"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/export/report"
)

// week is a report with everything in it, some of it hostile.
func week() wrapcast.WeekReport {
	unknown := wrapcast.NotMeasured()
	monday := wrapcast.NewDate(2026, time.November, 30)
	r := wrapcast.WeekReport{Schema: wrapcast.WeekReportSchema, Organisation: wrapcast.Organisation{Name: `<b>Bobby</b> "Tables" & Sons`},
		BusinessUnit: wrapcast.BusinessUnit{Name: "Contact Centre", TimeZone: "America/New_York", WeekStart: time.Monday}, Week: monday, BeforeFrom: monday - 9,
		MadeAt: time.Date(2026, 11, 28, 15, 0, 0, 0, time.UTC), AsOf: time.Date(2026, 11, 28, 15, 0, 0, 0, time.UTC), Level: 0.85,
		Total:      wrapcast.ReportSubject{Name: "total", Mean: 2030.4, Lower: 1337, Upper: 2685, Before: 1724, YearBefore: 2338, Handled: unknown, HandleSeconds: 433, Hours: 244, WAPE: 0.13},
		OtherCodes: 151, Good: 43, Weak: 120, AuditEntries: 11, AuditHash: strings.Repeat("a", 64),
		Named:     []wrapcast.SpecialDay{{Day: monday + 2, Names: []string{"Mailing"}}},
		Suggested: []wrapcast.Finding{{Message: "the public holidays of United States fit 19 of 20 such days", Advice: "use them: wrapcast calendar use US"}},
		Overrides: []wrapcast.AppliedOverride{{Override: wrapcast.Override{Kind: wrapcast.OverridePercent, Value: 12, From: monday, To: monday + 1, Author: "farah", Reason: "<script>alert(1)</script>"}, Before: 50, After: 56}},
		Ledger: &wrapcast.Ledger{From: monday - 91, To: monday - 5, ErrorRate: 0.05,
			Authors: []wrapcast.LedgerGroup{{Name: "<b>farah</b>", Decisions: 2, Sum: wrapcast.LedgerSum{ValueAdded: -23}, Verdict: wrapcast.VerdictFew}},
			Entries: []wrapcast.LedgerEntry{{Kind: wrapcast.DecisionOverride, Author: "farah", Reason: "a <guess>", From: monday - 9, Over: true,
				Sum: wrapcast.LedgerSum{Days: 3, With: 130, Without: 100, Actual: 107, ValueAdded: -16}}}},
		Account: &wrapcast.ReconciliationSums{Platform: 8313, Codes: 7824, Reasons: map[wrapcast.Reason]int{wrapcast.ReasonDirection: 209}},
		LeftOut: []wrapcast.ReportSubject{{ID: "g1", Name: "Billing <i>Spanish</i>", Mean: 41}, {ID: "g2", Name: "Claims", Mean: 7}},
		Accuracy: &wrapcast.AccuracyReport{From: monday - 91, To: monday - 5, Leads: []int{1, 7}, Levels: []wrapcast.LevelAccuracy{
			{Kind: wrapcast.LevelCode, Leads: []wrapcast.LeadAccuracy{{Lead: 1, Accuracy: wrapcast.Accuracy{WAPE: 0.4}}, {Lead: 7, Accuracy: wrapcast.Accuracy{WAPE: unknown}}}},
			{Kind: wrapcast.LevelTotal, Leads: []wrapcast.LeadAccuracy{{Lead: 1, Accuracy: wrapcast.Accuracy{WAPE: 0.1}}, {Lead: 7, Accuracy: wrapcast.Accuracy{WAPE: 0.12, Coverage: 0.86}}}}}}}
	for day := monday - 28; day < monday+14; day++ {
		d := wrapcast.ReportDay{Day: day, Handled: wrapcast.Measure(300 + day%7), Mean: unknown, Lower: unknown, Upper: unknown, YearBefore: unknown}
		if day >= monday-2 {
			d.Handled, d.Mean, d.Lower, d.Upper = unknown, 310, 250, 390
		}
		r.Days = append(r.Days, d)
	}
	for _, name := range []string{"Street Light Outages", "Très long nom de code qui ne finit jamais, vraiment jamais", "<img src=x onerror=alert(1)>", ""} {
		r.Codes = append(r.Codes, wrapcast.ReportSubject{Name: name, Mean: 100, Lower: 60, Upper: 150, Before: 80, YearBefore: unknown, Handled: unknown, HandleSeconds: 300, WAPE: unknown, Verdict: wrapcast.Weak})
	}
	r.Queues = []wrapcast.ReportSubject{{Name: "Public Works", Mean: 0, Before: unknown, YearBefore: unknown, Handled: unknown, WAPE: unknown}}
	r.Groups = []wrapcast.ReportSubject{{ID: "g3", Name: "Calls <u>all</u>", Mean: 900, Lower: 800, Upper: 1011, Before: unknown, YearBefore: unknown, Handled: unknown, WAPE: unknown}}
	cost := 4200.0
	r.Staff = &wrapcast.RequiredStaff{Certainty: 0.9, Currency: "<i>EUR</i>", Indicative: 1, Total: wrapcast.StaffStretch{Peak: 46, Hours: 3346,
		HoursSurer: 3378, PeakSurer: unknown, Rostered: 4780, Cost: &cost}, Groups: []wrapcast.StaffGroup{{Name: "Calls <u>all</u>", Indicative: true,
		Week: wrapcast.StaffStretch{Peak: 4, PeakSurer: 6, Hours: 120, HoursSurer: 131, Rostered: 171}}}}
	for range 7 {
		r.Hours = append(r.Hours, make([]float64, 24))
	}
	r.Hours[1][9] = 40
	return r
}

func written(t *testing.T, r wrapcast.WeekReport) string {
	t.Helper()
	var b strings.Builder
	if err := report.WriteHTML(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// The file is mailed: nothing in it runs, and nothing is fetched from anywhere.
func TestTheReportSaysWhetherDecisionsWereWorthIt(t *testing.T) {
	t.Parallel()
	r := week()
	page := written(t, r)
	for _, want := range []string{"Were the decisions worth it?", "&lt;b&gt;farah&lt;/b&gt;", "−23", "too few days to say",
		"100 contacts without it, 130 with it, 107 came in 3 days: 16 further away", "a probability of 5"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if r.Ledger = nil; strings.Contains(written(t, r), "worth it") {
		t.Error("without a decision there is a ledger")
	}
}

func TestTheFileNeedsNothingElse(t *testing.T) {
	t.Parallel()
	text := written(t, week())
	for tag := range walk(t, text) {
		switch tag.Data {
		case "script", "link", "iframe", "object", "embed", "form", "base", "img":
			t.Errorf("it has a %s", tag.Data)
		}
		for _, a := range tag.Attr {
			if a.Key == "src" || a.Key == "href" || strings.HasPrefix(a.Key, "on") || strings.Contains(a.Val, "url(") {
				t.Errorf("%s has %s=%q", tag.Data, a.Key, a.Val)
			}
		}
	}
	if regexp.MustCompile(`@import|url\(|https?:`).MatchString(text) {
		t.Error("its style fetches something")
	}
}

// walk gives every element of a document.
func walk(t *testing.T, text string) func(func(*html.Node) bool) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return func(yield func(*html.Node) bool) {
		for n := range root.Descendants() {
			if n.Type == html.ElementNode && !yield(n) {
				return
			}
		}
	}
}

func TestEveryChartIsDrawnInsideItsFrameAndHasAName(t *testing.T) {
	t.Parallel()
	charts := 0
	for tag := range walk(t, written(t, week())) {
		if tag.Data == "svg" {
			charts++
			if attribute(tag, "role") != "img" || attribute(tag, "aria-label") == "" {
				t.Error("a chart has no name")
			}
		}
		for _, a := range tag.Attr {
			if strings.Contains(a.Val, "NaN") || strings.Contains(a.Val, "Inf") {
				t.Errorf("%s has %s=%q", tag.Data, a.Key, a.Val)
			}
		}
	}
	if charts != 8 { // four, each wide and narrow
		t.Errorf("%d charts are drawn", charts)
	}
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func TestAWeekIsSaidInWords(t *testing.T) {
	t.Parallel()
	ahead, over, quiet := week(), week(), week()
	over.Total.Handled = 2100
	quiet.Total.Before = wrapcast.NotMeasured()
	quiet.Codes, quiet.Queues, quiet.Hours, quiet.Accuracy, quiet.Account, quiet.Named, quiet.Overrides, quiet.Suggested = nil, nil, nil, nil, nil, nil, nil, nil
	quiet.Measured = wrapcast.Accuracy{WAPE: wrapcast.Measure(math.NaN()), Coverage: wrapcast.NotMeasured(), Level: 0.85}
	for name, c := range map[string]struct {
		report wrapcast.WeekReport
		says   []string
	}{
		"one that lies ahead": {ahead, []string{"2,030 contacts are expected, 244 hours of handling. That is 18\u00a0% more than the 1,724 of 21 Nov to 27 Nov.",
			"week of Monday 30 November 2026", "Mon 30 Nov to Tue 1 Dec: +12\u00a0% (50 contacts become 56), by farah: &lt;script&gt;", "7 days ahead the total was off by 12\u00a0% and inside its interval on 86\u00a0% of days.",
			"46 people in the busiest quarter-hour; 3,346 hours of people who are there, 3,378 to be enough in 90", "Indicative: nobody set the goals of 1 of 1",
			"All codes, 151 more", "History up to 28 November 2026, 10:00 EST", "No plan of this week was submitted."}},
		"one that is over":         {over, []string{"2,100 contacts were handled; 2,030 had been forecast, 3.3\u00a0% too few.", "Contacts handled"}},
		"one nobody knows much of": {quiet, []string{"2,030 contacts are expected, 244 hours of handling.", "No published forecast is old enough"}},
	} {
		text := strings.ReplaceAll(written(t, c.report), "&#43;", "+")
		for _, want := range c.says {
			if !strings.Contains(text, want) {
				t.Errorf("%s does not say %q", name, want)
			}
		}
	}
}

// TestItSaysWhereTheWeeksIntervalComesFrom: joint paths, or days added up where the forecast is of before.
func TestItSaysWhereTheWeeksIntervalComesFrom(t *testing.T) {
	t.Parallel()
	r := week()
	old := written(t, r)
	r.Total.Interval = wrapcast.IntervalJoint
	joint := written(t, r)
	for _, want := range []string{"1,337 to 2,685, adding up the days’ 85\u00a0% intervals", "its days’ 85\u00a0% intervals, added up", "85\u00a0% of days, added up"} {
		if !strings.Contains(old, want) || strings.Contains(joint, want) {
			t.Errorf("%q: days added up %t, joint %t", want, strings.Contains(old, want), strings.Contains(joint, want))
		}
	}
	for _, want := range []string{"1,337 to 2,685 in 85\u00a0% of such weeks", "the week’s 85\u00a0% interval", "<td>900</td><td class=\"less\">800–1,011</td>"} {
		if !strings.Contains(joint, want) {
			t.Errorf("no %q", want)
		}
	}
}
