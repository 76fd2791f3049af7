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

// usualOf is a usual week of the two groups of calm, a day's contacts each, 300 and 200 seconds long.
func usualOf(a, b float64) UsualWeek {
	days := func(n, seconds float64) []UsualDay {
		return slices.Repeat([]UsualDay{{Offered: n, Seconds: n * seconds}}, 8)
	}
	return UsualWeek{Weeks: 4, Groups: map[wrapcast.PlanningGroupID][]UsualDay{"a": days(a, 300), "b": days(b, 200)}}
}

func TestTheFirstPlanOfAWeekIsJudgedByTheWeeksBefore(t *testing.T) {
	t.Parallel()
	// The new plan has 101 and 202 contacts a day of 310 and 190 seconds.
	for _, c := range []struct {
		name    string
		usual   UsualWeek
		want    []string
		message string
	}{
		{"much the same", usualOf(96, 192), []string{"first-import"}, "2 planning groups have no forecast for this week yet: they are compared with the last 4"},
		{"half as many more", usualOf(68, 192), []string{"first-import"}, ""},
		{"twice as many", usualOf(50, 192), []string{"large-change", "first-import"},
			"in the week are not the 350 of the last complete weeks, but 706 (+102 %); the auto-publish limit of a first import is 50 %"},
		{"fewer than half", usualOf(96, 410), []string{"large-change", "first-import"}, "are not the 2870 of the last complete weeks, but 1411 (-51 %)"},
		{"from nothing", usualOf(0, 192), []string{"large-change", "first-import"}, "not the 0 of"},
		{"no complete week", UsualWeek{}, []string{"nothing-to-compare"}, "no complete week of history to compare with"},
	} {
		findings := calm(t, func(old, _ *wrapcast.WeekPlan, in *AutoPublishCheck) { old.Groups, in.Usual = nil, c.usual })
		if !slices.Equal(codesOf(findings), c.want) || !strings.Contains(findings[0].Message, c.message) {
			t.Errorf("%s: %+v", c.name, findings)
		}
		if blocks := findings[0].Severity == wrapcast.Blocking; blocks != (c.want[0] != "first-import") {
			t.Errorf("%s: it blocks: %v", c.name, blocks)
		}
	}
	longer := usualOf(96, 192)
	for d := range longer.Groups["a"] {
		longer.Groups["a"][d].Seconds /= 1.6
	}
	findings := calm(t, func(old, _ *wrapcast.WeekPlan, in *AutoPublishCheck) { old.Groups, in.Usual = nil, longer })
	if !slices.Equal(codesOf(findings), []string{"handle-time-change", "first-import"}) || !strings.Contains(findings[0].Message, "+65 % off that of the last complete weeks, 188 s, with 310 s") {
		t.Errorf("%+v", findings)
	}
	// A group that the target's forecast lacks is judged so too.
	findings = calm(t, func(old, _ *wrapcast.WeekPlan, in *AutoPublishCheck) {
		old.Groups, in.Usual = old.Groups[:1], usualOf(96, 20)
	})
	if !slices.Equal(codesOf(findings), []string{"large-change", "first-import"}) || findings[0].Place != "b" {
		t.Errorf("%+v", findings)
	}
}

func TestWhatIsUsualIsTheMeanOfTheLastCompleteWeeks(t *testing.T) {
	t.Parallel()
	week := date("2026-11-30") // a Monday
	from := week - 7*9 - 3
	values := func(of func(day wrapcast.Date) float64) []float64 {
		all := make([]float64, int(week-from)-2) // Friday is the last day read
		for i := range all {
			all[i] = of(from + wrapcast.Date(i))
		}
		return all
	}
	weeksAgo := func(day wrapcast.Date) int { return int(week-1-day)/7 + 1 }
	in := UsualInput{From: from, Recent: &RecentPatterns{overallRatio: 1.5},
		Directory: wrapcast.Directory{PlanningGroups: []wrapcast.PlanningGroup{{ID: "g", Routes: []wrapcast.Route{{Queue: "q", Media: wrapcast.Voice}}}}},
		Special:   func(day wrapcast.Date) bool { return day == week-14 },
		Factor:    func(wrapcast.Leaf, wrapcast.Date) float64 { return 1 },
		Leaves: []UsualLeaf{{Leaf: wrapcast.Leaf{Queue: "q", Media: wrapcast.Voice},
			Handled: values(func(day wrapcast.Date) float64 { return float64(10 * weeksAgo(day)) }),
			Seconds: values(func(day wrapcast.Date) float64 { return float64(600 * weeksAgo(day)) })},
			{Leaf: wrapcast.Leaf{Queue: "elsewhere", Media: wrapcast.Voice}, Handled: values(func(wrapcast.Date) float64 { return 99 }), Seconds: values(func(wrapcast.Date) float64 { return 9 })}}}
	in.Read = make([]bool, len(in.Leaves[0].Handled))
	for i := range in.Read {
		in.Read[i] = from+wrapcast.Date(i) != week-28+2 // one day of the fourth week back was never read
	}
	in.Leaves[0].Handled[week-20-from] = math.NaN() // the Tuesday of the third week back is masked
	usual := Usual(in, week)
	// Complete are the weeks 2, 3, 5 and 6 back. Monday two weeks back is special, Tuesday of the third masked.
	want := []float64{1.5 * (30 + 50 + 60) / 3, 1.5 * (20 + 50 + 60) / 3, 1.5 * 40, 1.5 * 40, 1.5 * 40, 1.5 * 40, 1.5 * 40, 1.5 * (30 + 50 + 60) / 3}
	if usual.Weeks != 4 || len(usual.Groups) != 1 {
		t.Fatalf("%+v", usual)
	}
	for d, day := range usual.Groups["g"] {
		if math.Abs(day.Offered-want[d]) > 1e-9 || math.Abs(day.Seconds-60*want[d]) > 1e-9 {
			t.Errorf("day %d: %+v, want %g", d, day, want[d])
		}
	}
	in.Factor = func(_ wrapcast.Leaf, day wrapcast.Date) float64 { return map[bool]float64{false: 1}[day == week+1] }
	if usual := Usual(in, week); usual.Groups["g"][1].Offered != 0 || usual.Groups["g"][2].Offered != 60 {
		t.Errorf("a closed Tuesday: %+v", usual.Groups["g"])
	}
	clear(in.Read)
	if usual := Usual(in, week); usual.Weeks != 0 || len(usual.Groups) != 0 {
		t.Errorf("of nothing read: %+v", usual)
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
