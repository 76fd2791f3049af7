package accuracy

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
)

func TestWhichForecastHeld(t *testing.T) {
	t.Parallel()
	monday := date("2026-11-23")
	all := []Publication{
		{Forecast: "1", On: monday, From: monday, Days: 30, Week: monday + 7},
		{Forecast: "2", On: monday + 7, From: monday + 7, Days: 30, Week: monday + 14},
		{Forecast: "3", On: monday + 8, From: monday + 8, Days: 7, Week: monday + 14},
		{Forecast: "2", On: monday + 9, From: monday + 7, Days: 30, Week: monday + 14}, // a rollback of that week
	}
	for _, c := range []struct {
		name  string
		day   wrapcast.Date
		lead  int
		holds wrapcast.ForecastID
	}{
		{"nothing was published yet", monday + 5, 7, ""},
		{"the day it was published is a day before the next", monday + 1, 1, "1"},
		{"an old one holds until there is another", monday + 7, 1, "1"},
		{"the newest on the day before", monday + 8, 1, "2"},
		{"a week before", monday + 14, 7, "2"},
		{"two weeks before", monday + 14, 14, "1"},
		{"one that reaches the day, where the newest does not", monday + 20, 12, "2"},
		{"what was put back, in its week", monday + 14, 5, "2"},
		{"the newest, outside the week that was put back", monday + 10, 1, "3"},
		{"no forecast reaches so far", monday + 50, 1, ""},
	} {
		held, found := InForce(all, c.day, c.lead)
		if held.Forecast != c.holds || found != (c.holds != "") {
			t.Errorf("%s: %q, want %q", c.name, held.Forecast, c.holds)
		}
	}
}

// valuesFor is a forecast of two codes, their queue and planning group, and the total.
func valuesFor(a, b wrapcast.SnapshotValue) []wrapcast.SubjectSnapshot {
	sum := addForecasts(a, b)
	sum.Bands = []wrapcast.BandValue{{Level: 0.8, Lower: 0, Upper: 100}}
	return []wrapcast.SubjectSnapshot{
		{
			Kind:          wrapcast.LevelCode,
			ID:            "a",
			Name:          "A",
			SnapshotValue: a,
			Scale:         2,
		}, {Kind: wrapcast.LevelCode, ID: "b", Name: "B", SnapshotValue: b, Scale: 4},
		{Kind: wrapcast.LevelQueue, ID: "q", Name: "Q", SnapshotValue: sum, Scale: 5},
		{
			Kind:          wrapcast.LevelGroup,
			ID:            "g",
			Name:          "G",
			Routes:        []wrapcast.Route{{Queue: "q", Media: wrapcast.Voice}},
			SnapshotValue: sum,
			Scale:         5,
		},
		{Kind: wrapcast.LevelTotal, Name: "total", SnapshotValue: sum, Scale: 5},
	}
}

func value(mean, lower, upper float64) wrapcast.SnapshotValue {
	return wrapcast.SnapshotValue{
		Mean:          mean,
		Median:        mean,
		HandleSeconds: 60,
		Bands:         []wrapcast.BandValue{{Level: 0.8, Lower: lower, Upper: upper}},
	}
}

func subjectOf(
	t *testing.T,
	r wrapcast.AccuracyReport,
	kind wrapcast.AccuracyLevel,
	id string,
) wrapcast.SubjectAccuracy {
	t.Helper()
	for _, s := range r.Subjects {
		if s.Kind == kind && s.ID == id {
			return s
		}
	}
	t.Fatalf("the report lacks %s %q: %+v", kind, id, r.Subjects)
	return wrapcast.SubjectAccuracy{}
}

func about(a wrapcast.Measure, b float64) bool { return math.Abs(float64(a)-b) < 1e-9 }

func TestForecastsAreMeasuredAgainstActuals(t *testing.T) {
	t.Parallel()
	day := date("2026-11-23")
	// a: 10 forecast, 8 handled; b: 5 forecast, 9 handled, on one day; the next day both are right.
	r := Judge(Judging{Level: 0.8, Watched: day, Rate: 0.05, Days: []wrapcast.ForecastSnapshot{
		{Day: day, Lead: 1, Age: 1, Forecast: "f1", Values: valuesFor(value(10, 5, 15), value(5, 4, 6))},
		{Day: day + 1, Lead: 1, Age: 2, Forecast: "f1", Values: valuesFor(value(3, 1, 5), value(4, 1, 5))},
	}, Actuals: []wrapcast.LocalDay{localDay("2026-11-23", "a", 8), localDay("2026-11-23", "b", 9), localDay("2026-11-24",
		"a", 3), localDay("2026-11-24", "b", 4)}})
	a, b := subjectOf(t, r, wrapcast.LevelCode, "a").Leads[0], subjectOf(t, r, wrapcast.LevelCode, "b").Leads[0]
	if !about(a.WAPE, 2.0/11) || !about(a.Bias, 2.0/11) || !about(a.MASE, 0.5) || !about(a.Coverage, 1) || a.Cells != 2 ||
		!about(a.Age, 1.5) ||
		a.Origins != 1 {
		t.Errorf("code a: %+v", a)
	}
	if !about(b.WAPE, 4.0/13) || !about(b.Bias, -4.0/13) || !about(b.MASE, 0.5) || !about(b.Coverage, 0.5) {
		t.Errorf("code b: %+v", b)
	}
	for kind, id := range map[wrapcast.AccuracyLevel]string{wrapcast.LevelQueue: "q", wrapcast.LevelGroup: "g",
		wrapcast.LevelTotal: ""} {
		if sum := subjectOf(t, r, kind, id); !about(sum.Leads[0].WAPE, 2.0/24) || sum.Contacts != 24 {
			t.Errorf("%s: %+v", kind, sum)
		}
	}
	codes := r.Levels[0]
	if codes.Kind != wrapcast.LevelCode || codes.Subjects != 2 || !about(codes.Leads[0].WAPE, 6.0/24) ||
		!about(codes.Leads[0].Bias, -2.0/24) ||
		codes.Leads[0].Cells != 4 {
		t.Errorf("all codes: %+v", codes)
	}
	if r.Watch.Tested != 5 || len(r.Watch.Alarms) != 0 || r.Forecasts != 1 || len(r.Leads) != 1 {
		t.Errorf("watch %+v, %d forecasts, leads %v", r.Watch, r.Forecasts, r.Leads)
	}
}

func TestHandleTimesAreJudgedByContact(t *testing.T) {
	t.Parallel()
	// localDay gives every contact 60.001 s; 60 s were forecast for code a, 90 s for code b.
	long := value(9, 0, 99)
	long.HandleSeconds = 90
	r := Judge(
		Judging{
			Days:    []wrapcast.ForecastSnapshot{{Day: date("2026-11-23"), Lead: 7, Values: valuesFor(value(1, 0, 9), long)}},
			Actuals: []wrapcast.LocalDay{localDay("2026-11-23", "a", 30), localDay("2026-11-23", "b", 10)},
		},
	)
	if got := float64(r.Levels[0].Leads[0].HandleTime); math.Abs(got-(30*0.001+10*29.999)/(40*60.001)) > 1e-6 {
		t.Errorf("the error of the handle time is %v", got)
	}
}

func TestWhatNobodyForesawCountsAsForecastWithNothing(t *testing.T) {
	t.Parallel()
	r := Judge(
		Judging{
			Days: []wrapcast.ForecastSnapshot{
				{Day: date("2026-11-23"), Lead: 1, Values: valuesFor(value(5, 0, 9), value(5, 0, 9))},
			},
			Actuals: []wrapcast.LocalDay{localDay("2026-11-23", "a", 5), localDay("2026-11-23", "new", 5)},
		},
	)
	if unseen := subjectOf(t, r, wrapcast.LevelCode, "new").Leads[0]; !about(unseen.WAPE, 1) || !about(unseen.Bias, -1) ||
		unseen.Coverage.Known() {
		t.Errorf("a code nobody knew of: %+v", unseen)
	}
	if all := r.Levels[0].Leads[0]; !about(all.WAPE, 1) { // b: 5 forecast, none handled; new: none forecast, 5 handled
		t.Errorf("all codes: %+v", all)
	}
}

func TestOverridesAreJudgedBesideTheForecastWithoutThem(t *testing.T) {
	t.Parallel()
	values := valuesFor(value(12, 0, 20), value(5, 0, 9))
	base := value(6, 0, 9)
	values[0].Base = &base
	r := Judge(Judging{Days: []wrapcast.ForecastSnapshot{{Day: date("2026-11-23"), Lead: 1, Values: values}},
		Actuals: []wrapcast.LocalDay{localDay("2026-11-23", "a", 10), localDay("2026-11-23", "b", 5)}})
	a, b := subjectOf(t, r, wrapcast.LevelCode, "a").Leads[0], subjectOf(t, r, wrapcast.LevelCode, "b").Leads[0]
	if a.Overridden != 1 || !about(a.WAPE, 0.2) || a.Without == nil || !about(a.Without.WAPE, 0.4) {
		t.Errorf("the code that was overridden: %+v", a)
	}
	if b.Overridden != 0 || b.Without != nil {
		t.Errorf("the code that was not: %+v", b)
	}
	if all := r.Levels[0].Leads[0]; !about(all.WAPE, 2.0/15) || !about(all.Without.WAPE, 4.0/15) {
		t.Errorf("all codes: %+v", all)
	}
}

func TestPastAccuracyFollowsTheCodesThatTookTheirPlace(t *testing.T) {
	t.Parallel()
	day := date("2026-11-23")
	made := []wrapcast.ForecastSnapshot{
		{
			Day:    day,
			Lead:   1,
			MadeAt: day.Midnight(time.UTC).AddDate(0, 0, -1),
			Values: valuesFor(value(8, 5, 15), value(4, 3, 6)),
		},
	}
	judge := func(c wrapcast.LineageChange, actuals ...wrapcast.LocalDay) wrapcast.AccuracyReport {
		c.MadeAt = day.Midnight(time.UTC)
		return Judge(Judging{Days: made, Level: 0.8, Actuals: actuals, Lineage: []wrapcast.LineageChange{c}})
	}
	renamed := subjectOf(t, judge(lineage(wrapcast.LineageRename, "2026-11-23", "a", "z=1"),
		localDay("2026-11-23", "z", 8)), wrapcast.LevelCode, "z").Leads[0]
	if !about(renamed.WAPE, 0) || !about(renamed.Coverage, 1) || !about(renamed.MASE, 0) {
		t.Errorf("a code renamed: %+v", renamed)
	}
	merged := subjectOf(t, judge(lineage(wrapcast.LineageMerge, "2026-11-23", "a b", "z=1"),
		localDay("2026-11-23", "z", 12)), wrapcast.LevelCode, "z").Leads[0]
	if !about(merged.WAPE, 0) || merged.Coverage.Known() || merged.MASE.Known() {
		t.Errorf("two codes merged: %+v", merged)
	}
	split := judge(
		lineage(wrapcast.LineageSplit, "2026-11-23", "a", "y=0.25", "z=0.75"),
		localDay("2026-11-23", "y", 2),
		localDay("2026-11-23", "z", 6),
		localDay("2026-11-23", "b", 4),
	)
	if all := split.Levels[0].Leads[0]; !about(all.WAPE, 0) || split.Levels[0].Subjects != 3 {
		t.Errorf("a code split: %+v", split.Levels[0])
	}
	known := lineage(wrapcast.LineageRename, "2026-11-23", "a", "z=1")
	known.MadeAt = made[0].MadeAt.AddDate(0, 0, -1)
	r := Judge(
		Judging{
			Days:    made,
			Actuals: []wrapcast.LocalDay{localDay("2026-11-23", "a", 8)},
			Lineage: []wrapcast.LineageChange{known},
		},
	)
	if a := subjectOf(t, r, wrapcast.LevelCode, "a").Leads[0]; !about(a.WAPE, 0) {
		t.Errorf("a change the forecast knew of: %+v", a)
	}
}

func TestADayIsCutOutOfAForecastWithAndWithoutOverrides(t *testing.T) {
	t.Parallel()
	scale := func(kind wrapcast.AccuracyLevel, id string) wrapcast.Measure {
		return wrapcast.Measure(len(string(kind) + id))
	}
	changed, base := tenDays(), tenDays()
	changed.Codes[0].Mean[2], changed.Total.Mean[2], changed.Base = 45, 115, &base
	for day, overridden := range map[wrapcast.Date]bool{base.From + 1: false, base.From + 2: true} {
		for _, v := range Snapshot(changed, day, scale) {
			if moved := overridden && v.ID != "b"; (v.Base != nil) != moved {
				t.Errorf("%s: %s %q is overridden: %v", day, v.Kind, v.ID, v.Base != nil)
			}
			if v.Kind == wrapcast.LevelTotal && v.Mean != changed.Total.Mean[day-base.From] {
				t.Errorf("%s: total %v, forecast %v", day, v.Mean, changed.Total.Mean[day-base.From])
			}
			if len(v.Bands) == 0 || !v.Scale.Known() {
				t.Errorf("%s: %+v", day, v)
			}
		}
	}
	if Snapshot(base, base.From-1, scale) != nil || Snapshot(base, base.From+10, scale) != nil {
		t.Error("days are cut out that the forecast does not reach")
	}
}

// tenDays is a forecast from 23 November on: codes a and b of 30 and 70 contacts a day.
func tenDays() wrapcast.Forecast {
	daily := func(mean float64) wrapcast.DailyForecast {
		of := func(v float64) []float64 { return slices.Repeat([]float64{v}, 10) }
		return wrapcast.DailyForecast{Mean: of(mean), Median: of(mean * 0.9), HandleSeconds: of(100),
			Bands: []wrapcast.Band{{Level: 0.85, Lower: of(mean / 2), Upper: of(mean * 2)}}}
	}
	return wrapcast.Forecast{From: date("2026-11-23"), Days: 10, Total: daily(100), Codes: []wrapcast.CodeForecast{
		{Code: wrapcast.Code{ID: "a"}, DailyForecast: daily(30)}, {Code: wrapcast.Code{ID: "b"}, DailyForecast: daily(70)}}}
}
