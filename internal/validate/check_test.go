package validate

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/wrapcast/wrapcast"
)

func TestVerdicts(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	seasonal := demand(1, 120, steady(30), office)
	flat := [7]float64{1, 1, 1, 1, 1, 1, 1}
	gapped := slices.Clone(seasonal)
	for i := 30; i < 50; i++ {
		gapped[i] = nan
	}
	fewGaps := slices.Clone(seasonal)
	fewGaps[30], fewGaps[31] = nan, nan
	shifted := demand(2, 120, func(t int) float64 { return 30 + 40*float64(t/90) }, office)
	for _, c := range []struct {
		name     string
		values   []float64
		verdict  wrapcast.Verdict
		fallback string
		finding  string // the first finding, "" for none
		reason   string // part of it
	}{
		{"a busy code with a week", seasonal, wrapcast.Good, "", "outliers", "every check passed"},
		{"a constant series is valid", repeat(40, 12), wrapcast.Good, "", "flat", "every check passed"},
		{"thirteen days are too few", seasonal[:13], wrapcast.Weak, fallbackAverage, "short-history", "13 days read since the first contact on 2026-01-05, at least 14 are needed"},
		{"fourteen days are enough", repeat(2, 9, 8, 7, 6, 5, 4, 3), wrapcast.Good, "", "", "every check passed"},
		{"days before the first contact are not history", append(make([]float64, 300), seasonal[:13]...), wrapcast.Weak, fallbackAverage, "short-history", "13 days read"},
		{"no weekly pattern", demand(3, 200, steady(30), flat), wrapcast.Weak, fallbackLevel, "weak-seasonality", "is below 0.3"},
		{"nothing was ever handled", make([]float64, 100), wrapcast.Empty, fallbackZero, "no-contacts", "no contact on any of the 100 days read"},
		{"nothing was ever read", repeat(10, nan), wrapcast.Empty, fallbackZero, "never-read", "none of the 10 days was read"},
		{"there is no series", nil, wrapcast.Empty, fallbackZero, "never-read", "none of the 0 days"},
		{"a long gap", gapped, wrapcast.Weak, "", "gaps", "20 of 120 days were never read: 2026-02-04 to 2026-02-23"},
		{"a short gap", fewGaps, wrapcast.Good, "", "gaps", "every check passed"},
		{"the last days were not read", append(slices.Clone(seasonal), nan, nan), wrapcast.Weak, "", "stale", "the last 2 days were never read: history ends on 2026-05-04"},
		{"the code fell silent", append(slices.Clone(seasonal), make([]float64, 40)...), wrapcast.Weak, fallbackZero, "ended", "no contact for 40 days, the last on 2026-05-0"},
		{"the level moved lately", shifted, wrapcast.Weak, "", "level-shift", "the level changed on 2026-04-0"},
		{"a negative and an infinite count", append(slices.Clone(seasonal), -3, math.Inf(1), 40), wrapcast.Weak, "", "not-a-count", "2 days held no count"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			report := Check(series(c.values), Rules{})
			first := ""
			if len(report.Findings) > 0 {
				first = report.Findings[0].Code
			}
			if report.Verdict != c.verdict || report.Fallback != c.fallback || first != c.finding || !strings.Contains(report.Reason, c.reason) {
				t.Errorf("%s, fallback %q, findings %v, reason %q; want %s, %q, %q, %q", report.Verdict, report.Fallback,
					findingCodes(report.Findings), report.Reason, c.verdict, c.fallback, c.finding, c.reason)
			}
		})
	}
}

func TestTheRulesCanBeChangedAndSwitchedOff(t *testing.T) {
	t.Parallel()
	values := demand(3, 200, steady(30), [7]float64{1, 1, 1, 1, 1, 1, 1})
	for name, rules := range map[string]Rules{
		"a lower threshold": {MinSeasonality: 0.0001, ShiftChange: -1},
		"no threshold":      {MinSeasonality: -1, ShiftChange: -1},
	} {
		if report := Check(series(values), rules); float64(report.Seasonality) > rules.MinSeasonality && report.Verdict != wrapcast.Good {
			t.Errorf("%s: %s, %s", name, report.Verdict, report.Reason)
		}
	}
	if report := Check(series(values[:10]), Rules{MinDays: 8}); slices.Contains(findingCodes(report.Findings), "short-history") {
		t.Error("ten days are refused where eight are enough")
	}
}

func TestADeletedCodeEndsSooner(t *testing.T) {
	t.Parallel()
	values := append(demand(1, 120, steady(30), office), make([]float64, 9)...)
	s := series(values)
	if slices.Contains(findingCodes(Check(s, Rules{}).Findings), "ended") {
		t.Fatal("nine quiet days alone do not end a code")
	}
	s.Code.Deleted = true
	report := Check(s, Rules{})
	if !slices.Contains(findingCodes(report.Findings), "ended") || !strings.Contains(report.Reason, "deleted") {
		t.Errorf("findings %v, reason %q", findingCodes(report.Findings), report.Reason)
	}
}

func TestACodeThatIsOftenQuietHasNotEnded(t *testing.T) {
	t.Parallel()
	values := make([]float64, 365)
	for t := 0; t < len(values); t += 45 {
		values[t] = 2
	}
	values = values[:360]
	if report := Check(series(values), Rules{}); slices.Contains(findingCodes(report.Findings), "ended") {
		t.Errorf("reason %q", report.Reason)
	}
}

func TestContactsWithoutACodeHaveAName(t *testing.T) {
	t.Parallel()
	s := Series{Code: wrapcast.Code{ID: wrapcast.NoCode}, From: monday, Values: demand(1, 60, steady(5), office)}
	if name := Check(s, Rules{}).Name; name != "(no code)" {
		t.Errorf("name %q", name)
	}
	s.Code.ID = "ININ-WRAP-UP-TIMEOUT"
	if name := Check(s, Rules{}).Name; name != "ININ-WRAP-UP-TIMEOUT" {
		t.Errorf("name %q", name)
	}
}

// anyValue is what a broken source may hold.
func anyValue() *rapid.Generator[float64] {
	return rapid.OneOf(rapid.Float64Range(0, 50), rapid.Just(0.0), rapid.Just(math.NaN()), rapid.Float64(), rapid.Just(math.Inf(1)))
}

func TestAnyInputGetsASoundReport(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := series(rapid.SliceOfN(anyValue(), 0, 120).Draw(t, "values"))
		report := Check(s, Rules{})
		if report.Zeros+report.Gaps > report.Days && report.Verdict != wrapcast.Empty || report.Contacts < 0 || report.Days > len(s.Values) {
			t.Fatalf("figures do not add up: %+v", report)
		}
		if report.Verdict == wrapcast.Good && report.Fallback != "" || report.Reason == "" {
			t.Fatalf("%s with fallback %q and reason %q", report.Verdict, report.Fallback, report.Reason)
		}
		days := maskedDays(report.Masks)
		if !slices.IsSorted(days) || len(slices.Compact(days)) != len(report.Masks) {
			t.Fatalf("masked days %v", days)
		}
		for _, m := range report.Masks {
			if v := s.Values[m.Day-s.From]; v != m.Value {
				t.Fatalf("mask of %s holds %g, the series %g", m.Day, m.Value, v)
			}
		}
		if _, err := json.Marshal(report); err != nil {
			t.Fatal(err)
		}
	})
}

func TestWhatCameBeforeTheFirstContactChangesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		values := demand(rapid.Uint64().Draw(t, "seed"), rapid.IntRange(1, 150).Draw(t, "days"), steady(6), office)
		values[0] = 4
		lead := rapid.IntRange(1, 50).Draw(t, "lead")
		late := Series{Code: code("Refund"), From: monday - wrapcast.Date(lead), Values: append(make([]float64, lead), values...)}
		want, _ := json.Marshal(Check(series(values), Rules{}))
		got, _ := json.Marshal(Check(late, Rules{}))
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestCheckLeavesItsInputAlone(t *testing.T) {
	t.Parallel()
	values := demand(1, 120, steady(30), office)
	values[50] = -1
	before := slices.Clone(values)
	Check(series(values), Rules{})
	if !slices.Equal(before, values) {
		t.Error("the series was changed")
	}
}

func BenchmarkCheckTwoYears(b *testing.B) {
	s := series(demand(1, 730, steady(40), office))
	b.ReportAllocs()
	for b.Loop() {
		Check(s, Rules{})
	}
}
