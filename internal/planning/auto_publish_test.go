package planning

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
)

// calm is a plan within the auto-publish limits: two groups, 96 and 192 contacts a day, five per cent more than before.
func calm(t *testing.T, change func(old, next *wrapcast.WeekPlan, in *AutoPublishCheck)) []wrapcast.Finding {
	t.Helper()
	old := weekOf("UTC", "2026-11-30", 768, level("a", 1, 300), level("b", 2, 200))
	next := weekOf("UTC", "2026-11-30", 768, level("a", 1.05, 310), level("b", 2.1, 190))
	in := AutoPublishCheck{
		Forecast:  coherent(),
		Now:       planNow,
		Directory: wrapcast.Directory{PlanningGroups: []wrapcast.PlanningGroup{{ID: "a", Name: "A"}, {ID: "b", Name: "B"}}},
	}
	in.Forecast.MadeAt, in.Forecast.HistoryTo = planNow.Add(-time.Hour), date("2026-11-22")
	if change != nil {
		change(&old, &next, &in)
	}
	var err error
	if in.Diff, err = Diff(old, next); err != nil {
		t.Fatal(err)
	}
	in.Plan = next
	return CheckAutoPublish(in, PublishLimits{})
}

func TestWhatStopsAnUnattendedSubmission(t *testing.T) {
	t.Parallel()
	times := func(values []float64, factor float64) {
		for i := range values {
			values[i] *= factor
		}
	}
	for _, c := range []struct {
		name    string
		change  func(old, next *wrapcast.WeekPlan, in *AutoPublishCheck)
		want    []string
		message string
	}{
		{"nothing", nil, []string{}, ""},
		{"a third more in the week", func(_, next *wrapcast.WeekPlan,
			_ *AutoPublishCheck) {
			times(next.Groups[0].Offered, 1.3)
		},
			[]string{"large-change"}, "in the week change from 672 to 917 (+36 %); the auto-publish limit is 25 %"},
		{"a third less", func(_, next *wrapcast.WeekPlan, _ *AutoPublishCheck) { times(next.Groups[0].Offered, 0.6) },
			[]string{"large-change"}, "in the week"},
		{"one day doubled", func(_, next *wrapcast.WeekPlan, _ *AutoPublishCheck) {
			times(next.Groups[1].Offered[96:192],
				2)
		},
			[]string{"large-change"}, "on 2026-12-01 change from 192 to 403 (+110 %); the auto-publish limit is 50 %"},
		{"the eighth day doubled", func(_, next *wrapcast.WeekPlan,
			_ *AutoPublishCheck) {
			times(next.Groups[1].Offered[672:], 2)
		}, []string{"large-change"}, "on 2026-12-07"},
		{"from nothing to much", func(old, _ *wrapcast.WeekPlan, _ *AutoPublishCheck) { times(old.Groups[0].Offered, 0) },
			[]string{"large-change"}, "in the week change from 0 to 706"},
		{"few contacts more or less", func(old, next *wrapcast.WeekPlan, _ *AutoPublishCheck) {
			times(old.Groups[0].Offered, 0.01)
			times(next.Groups[0].Offered, 0.06)
		}, []string{}, ""},
		{"handle times half as long again", func(_, next *wrapcast.WeekPlan,
			_ *AutoPublishCheck) {
			times(next.Groups[0].HandleSeconds, 1.5)
		},
			[]string{"handle-time-change"}, "changes by +55 %, from 300 s to 465 s"},
		{"a group that was made since", func(_, _ *wrapcast.WeekPlan, in *AutoPublishCheck) {
			in.Directory.PlanningGroups = append(in.Directory.PlanningGroups, wrapcast.PlanningGroup{ID: "c", Name: "C"})
		}, []string{"group-missing"}, "not in the plan"},
		{"a group that was removed since", func(_, _ *wrapcast.WeekPlan, in *AutoPublishCheck) {
			in.Directory.PlanningGroups = in.Directory.PlanningGroups[:1]
		}, []string{"group-gone"}, "no longer exists"},
		{"a group that was planned before", func(_, next *wrapcast.WeekPlan, in *AutoPublishCheck) {
			next.Groups, in.Directory.PlanningGroups = next.Groups[:1], in.Directory.PlanningGroups[:1]
		}, []string{"group-missing"}, "is planned now and is not in the new plan"},
		{"an old forecast", func(_, _ *wrapcast.WeekPlan,
			in *AutoPublishCheck) {
			in.Forecast.MadeAt = planNow.Add(-25 * time.Hour)
		},
			[]string{"forecast-old"}, "made 25h0m0s ago, at most 24h0m0s"},
		{"an old history", func(_, _ *wrapcast.WeekPlan, in *AutoPublishCheck) { in.Forecast.HistoryTo = date("2026-11-20") },
			[]string{"history-old"}, "ends on 2026-11-20, 3 days before"},
		{"sums that do not hold", func(_, _ *wrapcast.WeekPlan, in *AutoPublishCheck) { in.Forecast.Total.Mean[3] += 0.02 },
			[]string{"incoherent"}, "the total has 100.02 contacts on 2026-11-26, its parts have 100.00"},
		{"a code of no number", func(_, _ *wrapcast.WeekPlan,
			in *AutoPublishCheck) {
			in.Forecast.Codes[0].Mean[3] = math.NaN()
		}, []string{"incoherent"}, "code"},
		{"a queue cut short", func(_, _ *wrapcast.WeekPlan, in *AutoPublishCheck) {
			in.Forecast.Queues[0].Mean = in.Forecast.Queues[0].Mean[:9]
		},
			[]string{"incoherent"}, "has no forecast for 2026-12-02"},
		{"a code without a part", func(_, _ *wrapcast.WeekPlan,
			in *AutoPublishCheck) {
			in.Forecast.Codes[0].Code.ID = "elsewhere"
		}, []string{"incoherent"}, "code"},
	} {
		findings := calm(t, c.change)
		if !slices.Equal(codesOf(findings), c.want) ||
			len(findings) > 0 &&
				(findings[0].Severity != wrapcast.Blocking || !strings.Contains(findings[0].Message, c.message)) {
			t.Errorf("%s: %+v", c.name, findings)
		}
	}
}

func TestTheFirstPlanOfAWeekHasNothingToCompareWith(t *testing.T) {
	t.Parallel()
	findings := calm(t, func(old, _ *wrapcast.WeekPlan, _ *AutoPublishCheck) { old.Groups = nil })
	if !slices.Equal(codesOf(findings), []string{"nothing-to-compare"}) || findings[0].Severity != wrapcast.Info {
		t.Errorf("%+v", findings)
	}
}

func TestWhatCannotBeReadStopsAPlan(t *testing.T) {
	t.Parallel()
	for _, part := range []UnreadPart{{Reason: "answered 500"}, {Place: "Billing", Reason: "has no handle times", Advice: "ask"}} {
		findings := calm(t, func(old, _ *wrapcast.WeekPlan, in *AutoPublishCheck) { old.Groups, in.Unread = nil, []UnreadPart{part} })
		if !slices.Equal(codesOf(findings), []string{UnreadCode}) || findings[0].Severity != wrapcast.Blocking ||
			findings[0].Place != part.Place || !strings.Contains(findings[0].Message, part.Reason) || findings[0].Advice == "" {
			t.Errorf("%+v", findings)
		}
	}
}

func TestStopsCanBeSwitchedOff(t *testing.T) {
	t.Parallel()
	old := weekOf("UTC", "2026-11-30", 768, level("a", 1, 300))
	next := weekOf("UTC", "2026-11-30", 768, level("a", 9, 900))
	diff, err := Diff(old, next)
	if err != nil {
		t.Fatal(err)
	}
	in := AutoPublishCheck{
		Plan:      next,
		Diff:      diff,
		Forecast:  coherent(),
		Now:       planNow,
		Directory: wrapcast.Directory{PlanningGroups: []wrapcast.PlanningGroup{{ID: "a"}}},
	}
	if findings := CheckAutoPublish(in, PublishLimits{}); len(findings) < 3 {
		t.Errorf("the test needs a plan that is stopped: %v", findings)
	}
	if findings := CheckAutoPublish(in, PublishLimits{WeekChange: -1, DayChange: -1, HandleChange: -1, MaxAge: -1,
		HistoryLag: -1}); len(
		findings,
	) != 0 {
		t.Errorf("%v", findings)
	}
}

func TestAForecastOfUnevenLengthsIsIncoherent(t *testing.T) {
	t.Parallel()
	f := coherent()
	f.Leaves[0].Mean = append(f.Leaves[0].Mean, 1, 2, 3)
	f.Leaves[1].Mean, f.Leaves[2].HandleSeconds = f.Leaves[1].Mean[:4], nil
	f.Total.Bands[0].Lower, f.Total.Median, f.Codes[0].Mean = f.Total.Bands[0].Lower[:2], nil, nil
	if findings := checkCoherence(f); !blocked(findings) {
		t.Error("nobody notices")
	}
}
