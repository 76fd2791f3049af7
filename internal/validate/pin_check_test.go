package validate

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/wrapcast/wrapcast"
)

func findingOf(t *testing.T, findings []wrapcast.Finding, code string) wrapcast.Finding {
	t.Helper()
	at := slices.Index(findingCodes(findings), code)
	if at < 0 {
		t.Fatalf("no %q among %v", code, findingCodes(findings))
	}
	return findings[at]
}

func TestAReportCountsItsDays(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	r := Check(series([]float64{0, 5, 0, nan, 0, 3.4, 0}), Rules{})
	if r.Days != 6 || r.Gaps != 1 || r.Zeros != 3 || r.Contacts != 8 {
		t.Errorf("%d days, %d gaps, %d zeros, %d contacts", r.Days, r.Gaps, r.Zeros, r.Contacts)
	}
	short := findingOf(t, r.Findings, "short-history")
	if want := "5 days read since the first contact on 2026-01-06, at least 14 are needed"; short.Message != want ||
		!strings.HasPrefix(short.Advice, "wait 9 days,") {
		t.Errorf("%q, %q", short.Message, short.Advice)
	}
	rare := make([]float64, 200)
	for day := 0; day < len(rare); day += 10 {
		rare[day] = 3
	}
	rare[5] = nan
	sparse := findingOf(t, Check(series(rare), Rules{}).Findings, "sparse").Message
	if !strings.HasPrefix(sparse, "no contact on 179 of the 199 days read") {
		t.Errorf("%q", sparse)
	}
	empty := Check(series([]float64{0, nan, 0, 0, nan, 0, 0}), Rules{})
	if empty.Reason != "no contact on any of the 5 days read" || empty.Gaps != 2 {
		t.Errorf("%q, %d gaps", empty.Reason, empty.Gaps)
	}
}

func TestTheWeekMustRepeatAsMuchAsTheRuleAsks(t *testing.T) {
	t.Parallel()
	values := demand(1, 120, steady(30), office)
	score := float64(Check(series(values), Rules{}).Seasonality)
	for least, weak := range map[float64]bool{
		score: false, math.Nextafter(score, 2): true, math.Nextafter(score, 0): false,
	} {
		report := Check(series(values), Rules{MinSeasonality: least})
		if got := slices.Contains(findingCodes(report.Findings), "weak-seasonality"); got != weak {
			t.Errorf("an autocorrelation of %g where %g is asked for is weak: %v", score, least, got)
		}
	}
	// Two weeks that run against each other: an autocorrelation below zero, judged from the fourteenth day on.
	mirrored := []float64{1, 2, 3, 4, 5, 6, 7, 7, 6, 5, 4, 3, 2, 1}
	mirror := findingOf(t, Check(series(mirrored), Rules{}).Findings, "weak-seasonality")
	if !strings.Contains(mirror.Advice, "change of level") {
		t.Errorf("%q", mirror.Advice)
	}
	if codes := findingCodes(Check(series(mirrored[:13]), Rules{}).Findings); slices.Contains(codes, "weak-seasonality") {
		t.Errorf("thirteen days have a week to judge: %v", codes)
	}
	rare := make([]float64, 200)
	for day := 0; day < len(rare); day += 10 {
		rare[day] = 3
	}
	few := findingOf(t, Check(series(rare), Rules{}).Findings, "weak-seasonality")
	if !strings.Contains(few.Advice, "too few contacts") {
		t.Errorf("%q", few.Advice)
	}
}

func TestMoreThanATenthOfTheDaysUnreadIsAWarning(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		gaps     int
		share    float64
		severity wrapcast.Severity
	}{
		{12, 0, wrapcast.Info}, {13, 0, wrapcast.Warning}, {12, 0.09, wrapcast.Warning}, {60, 0.5, wrapcast.Info},
		{61, 0.5, wrapcast.Warning},
		{100, -1, wrapcast.Info},
	} {
		values := demand(1, 120, steady(30), office)
		for i := range c.gaps {
			values[10+i] = math.NaN()
		}
		if f := findingOf(t, Check(series(values), Rules{MaxGapShare: c.share}).Findings, "gaps"); f.Severity != c.severity {
			t.Errorf("%d of 120 days unread at a share of %g: %s, want %s", c.gaps, c.share, f.Severity, c.severity)
		}
	}
}

func TestTheLastDayOfACodeThatEndedIsNamed(t *testing.T) {
	t.Parallel()
	values := append(quietQueue(), make([]float64, 28)...) // 112 days from 5 January on, then four weeks of silence
	f := findingOf(t, Check(series(values), Rules{}).Findings, "ended")
	if want := "no contact for 28 days, the last on 2026-04-26: the code seems to be no longer used"; f.Message != want {
		t.Errorf("%q, want %q", f.Message, want)
	}
}

func TestTheWorstFindingGivesTheReason(t *testing.T) {
	t.Parallel()
	with := func(severities ...wrapcast.Severity) wrapcast.CodeReport {
		r := wrapcast.CodeReport{Verdict: wrapcast.Good}
		for _, s := range severities {
			r.Findings = append(r.Findings, wrapcast.Finding{Severity: s, Message: string(s)})
		}
		return conclude(r)
	}
	for _, c := range []struct {
		report  wrapcast.CodeReport
		verdict wrapcast.Verdict
		reason  string
	}{
		{with(), wrapcast.Good, "every check passed"},
		{with(wrapcast.Info, wrapcast.Info), wrapcast.Good, "every check passed"},
		{with(wrapcast.Info, wrapcast.Warning, wrapcast.Info), wrapcast.Weak, string(wrapcast.Warning)},
		{with(wrapcast.Warning, wrapcast.Info, wrapcast.Blocking, wrapcast.Warning), wrapcast.Weak,
			string(wrapcast.Blocking)},
	} {
		if c.report.Verdict != c.verdict || c.report.Reason != c.reason {
			t.Errorf("%s, %q, want %s, %q", c.report.Verdict, c.report.Reason, c.verdict, c.reason)
		}
	}
}

func TestTheWholeAddsUpTheCodesOnTheDaysAskedFor(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	r := Request{From: monday, To: monday + 4, Series: []Series{
		{From: monday - 2, Values: []float64{100, 100, 1, 2, nan, nan, 5}},
		{From: monday + 1, Values: []float64{10, nan, -1, 1e9, 100, 100}},
		{From: monday + 3, Values: []float64{1e9 + 1}},
	}}
	wantFigures(t, "the whole", sum(r).Values, []float64{1, 12, nan, nan, 5 + 1e9})
	if got := sum(Request{From: monday, To: monday - 5}).Values; len(got) != 0 {
		t.Errorf("days that end before they begin: %v", got)
	}
}

func TestMoreThanAFifthWithoutACodeIsAWarning(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		none, system, agents int
		share                float64
		severity             wrapcast.Severity
		message              string
	}{
		{12, 8, 80, 0, wrapcast.Info, "20.0 % of contacts have no code of an agent: 12 without any, 8 with a system code"},
		{13, 8, 79, 0, wrapcast.Warning, "21.0 % of contacts have no code of an agent: 13 without any, 8 with a system code"},
		{5, 5, 90, 0, wrapcast.Info, "10.0 %"}, {1, 0, 3, 0.25, wrapcast.Info, "25.0 %"},
		{0, 1, 3, 0.24, wrapcast.Warning, "0 without any, 1 with"}, {9, 0, 1, -1, wrapcast.Info, "90.0 %"},
	} {
		codes := []wrapcast.CodeReport{
			{Code: wrapcast.NoCode, Contacts: c.none},
			{Code: "ININ-WRAP-UP-TIMEOUT", Contacts: c.system},
			{Code: "refund", Contacts: c.agents},
		}
		f := findingOf(t, codingFindings(codes, Rules{MaxUncodedShare: c.share}.withDefaults()), "uncoded")
		if f.Severity != c.severity || !strings.HasPrefix(f.Message, c.message) && !strings.Contains(f.Message, c.message) {
			t.Errorf("%+v: %s, %q", c, f.Severity, f.Message)
		}
	}
	if found := codingFindings([]wrapcast.CodeReport{{Code: "refund", Contacts: 5}}, Defaults()); len(found) != 0 {
		t.Errorf("all coded: %+v", found)
	}
}

func TestClockChangesOfTheFirstAndTheLastDayAreListed(t *testing.T) {
	t.Parallel()
	spring, autumn := wrapcast.NewDate(2026, 3, 29), wrapcast.NewDate(2026, 10, 25)
	r := Request{From: spring, To: autumn, Zone: zone(t, "Europe/Berlin")}
	if got := clockChanges(r); !slices.Equal(got, []wrapcast.Date{spring, autumn}) {
		t.Errorf("%v", got)
	}
	f := findingOf(t, clockFindings(clockChanges(r), r.Zone), "clock-change")
	if want := "2 days in Europe/Berlin do not have 24 hours: 2026-03-29, 2026-10-25"; f.Message != want ||
		f.Place != "2026-03-29" {
		t.Errorf("%q at %q", f.Message, f.Place)
	}
	if found := clockFindings(nil, r.Zone); len(found) != 0 {
		t.Errorf("no change: %+v", found)
	}
}

func TestARefusalNamesFiveCodesWorstAndBusiestFirst(t *testing.T) {
	t.Parallel()
	weak := func(name string, severity wrapcast.Severity, contacts int) wrapcast.CodeReport {
		return wrapcast.CodeReport{
			Code:     wrapcast.CodeID(name),
			Name:     name,
			Verdict:  wrapcast.Weak,
			Reason:   "r",
			Contacts: contacts,
			Findings: []wrapcast.Finding{{Severity: severity, Advice: "mend " + name}},
		}
	}
	report := wrapcast.ValidationReport{Codes: []wrapcast.CodeReport{
		weak("e", wrapcast.Warning, 10),
		weak("c", wrapcast.Warning, 500), weak("b", wrapcast.Blocking, 7), weak("a", wrapcast.Blocking, 9),
		weak("d", wrapcast.Warning, 10), {Name: "fine", Verdict: wrapcast.Good},
	}}
	err := Refuse(report)
	if want := "strict mode refuses 5 of 6 codes: a: r; b: r; c: r; d: r; e: r"; !strings.HasSuffix(err.Error(), want) {
		t.Errorf("%q, want %q", err, want)
	}
	want := "mend a; mend b; mend c; mend d; mend e; or run without --strict"
	if !strings.HasPrefix(wrapcast.Hint(err), want) {
		t.Errorf("%q, want %q", wrapcast.Hint(err), want)
	}
	report.Codes = append(report.Codes, weak("f", wrapcast.Warning, 1))
	if err := Refuse(report); !strings.HasSuffix(err.Error(), "e: r; and 1 more") {
		t.Errorf("%q", err)
	}
	report.Codes = []wrapcast.CodeReport{
		{Name: "none", Verdict: wrapcast.Weak, Reason: "r"},
		weak("w", wrapcast.Warning, 0),
	}
	if err := Refuse(report); !strings.HasSuffix(err.Error(), "w: r; none: r") {
		t.Errorf("%q", err)
	}
}

func TestAutocorrelationOfNeighboursAndOfNoLag(t *testing.T) {
	t.Parallel()
	// Deviations of -1.5, -0.5, 0.5, 1.5: squares add up to 5, products of neighbours to 0.75 - 0.25 + 0.75.
	if got := autocorrelation([]float64{1, 2, 3, 4}, 1); !closeTo(float64(got), 0.25) {
		t.Errorf("%g, want 0.25", got)
	}
	if got := autocorrelation([]float64{1, 2, 3, 4}, 0); got.Known() {
		t.Errorf("no lag: %g", got)
	}
}
