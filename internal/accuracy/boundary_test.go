package accuracy

import (
	"math"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
)

func TestAPublicationHoldsFromItsFirstDayToItsLast(t *testing.T) {
	t.Parallel()
	monday := date("2026-11-23")
	one := []Publication{{Forecast: "1", On: monday - 7, From: monday, Days: 7}}
	for day, want := range map[wrapcast.Date]bool{monday - 1: false, monday: true, monday + 6: true, monday + 7: false} {
		if _, found := InForce(one, day, 1); found != want {
			t.Errorf("%s: found %v", day, found)
		}
	}
	rolledBack := []Publication{{Forecast: "1", On: monday - 9, From: monday - 9, Days: 60},
		{Forecast: "2", On: monday - 8, From: monday - 8, Days: 60},
		{Forecast: "1", On: monday - 7, From: monday - 9, Days: 60, Week: monday}}
	for day, want := range map[wrapcast.Date]wrapcast.ForecastID{monday - 1: "2", monday: "1", monday + 6: "1",
		monday + 7: "2"} {
		if held, _ := InForce(rolledBack, day, 1); held.Forecast != want {
			t.Errorf("%s, after a rollback of its week: %q, want %q", day, held.Forecast, want)
		}
	}
	again := []Publication{{Forecast: "1", On: monday - 9, From: monday - 9, Days: 60, Week: monday},
		{Forecast: "1", On: monday - 8, From: monday - 9, Days: 60, Week: monday + 7}}
	if held, _ := InForce(again, monday, 1); held.On != monday-8 {
		t.Errorf("a forecast published for two weeks holds from %s on, want %s", held.On, monday-8)
	}
}

func TestCellsWithoutAScaleOrAnIntervalCountForTheRest(t *testing.T) {
	t.Parallel()
	var s Score
	nan := math.NaN()
	s.Add(Cell{Actual: 10, Mean: 12, Median: 13, Lower: 10, Upper: 20, Scale: 2}) // on the lower bound
	s.Add(Cell{Actual: 20, Mean: 21, Median: 20, Lower: 10, Upper: 20, Scale: 0}) // on the upper bound
	s.Add(Cell{Actual: 30, Mean: 30, Median: 36, Lower: 31, Upper: 40, Scale: math.Inf(1)})
	s.Add(Cell{Actual: 40, Mean: 40, Median: 40, Lower: nan, Upper: 50, Scale: nan})
	s.Add(Cell{Actual: nan, Mean: 1, Median: 1})
	a := s.Accuracy(0.8)
	if !about(a.WAPE, 0.09) || !about(a.Bias, 0.03) || !about(a.MASE, 1.5) || !about(a.Coverage, 2.0/3) || a.Cells != 4 {
		t.Errorf("%+v", a)
	}
	if none := (&Score{}).Accuracy(0.8); none.WAPE.Known() || none.Bias.Known() || none.MASE.Known() || none.Coverage.Known() {
		t.Errorf("of nothing: %+v", none)
	}
}

func TestHandleTimesOfNothingAreNotScored(t *testing.T) {
	t.Parallel()
	var s HandleScore
	s.Add(0, 10, 5)
	s.Add(-1, 10, 5)
	s.Add(2, math.NaN(), 5)
	s.Add(2, 10, 0)
	if s.WAPE().Known() {
		t.Errorf("nothing: %v", s.WAPE())
	}
	s.Add(2, 200, 90) // 100 s each, 90 forecast
	s.Add(1, 100, 120)
	if !about(s.WAPE(), (20+20)/300.0) {
		t.Errorf("%v", s.WAPE())
	}
}

func TestASnapshotIsOneDayOfAForecast(t *testing.T) {
	t.Parallel()
	f := tenDays()
	for t := range f.Total.Mean {
		f.Total.Mean[t] = float64(100 + t)
	}
	f.Total.HandleSeconds = f.Total.HandleSeconds[:9]
	f.Queues = []wrapcast.QueueForecast{{Queue: wrapcast.Queue{ID: "q", Name: "Q"}, DailyForecast: f.Total}}
	routes := func(queues ...wrapcast.QueueID) (all []wrapcast.Route) {
		for _, q := range queues {
			all = append(all, wrapcast.Route{Queue: q, Media: wrapcast.Voice})
		}
		return all
	}
	f.Groups = []wrapcast.GroupForecast{{Group: wrapcast.PlanningGroup{ID: "g", Routes: routes("q", "r")},
		DailyForecast: f.Total},
		{Group: wrapcast.PlanningGroup{ID: "h", Routes: routes("r", "s")}, DailyForecast: f.Total}}
	scale := func(wrapcast.AccuracyLevel, string) wrapcast.Measure { return 3 }
	for i := range wrapcast.Date(10) {
		values := Snapshot(f, f.From+i, scale)
		if len(values) != 6 {
			t.Fatalf("day %d: %d values, want two codes, a queue, two groups and the total", i, len(values))
		}
		total := values[5]
		if total.Kind != wrapcast.LevelTotal || total.Mean != float64(100+i) || total.Scale != 3 || total.Base != nil {
			t.Errorf("day %d: the total is %+v", i, total)
		}
		if want := 100.0; i < 9 && total.HandleSeconds != want || i == 9 && total.HandleSeconds != 0 {
			t.Errorf("day %d: the handle time is %g", i, total.HandleSeconds)
		}
	}
	values := Snapshot(f, f.From, scale)
	if len(values[3].Routes) != 2 || len(values[4].Routes) != 1 || values[4].Routes[0].Queue != "s" {
		t.Errorf("routes %v and %v, want each with the first group that claims it", values[3].Routes, values[4].Routes)
	}
	f.Base = &wrapcast.Forecast{Total: tenDays().Total}
	f.Base.Total.Mean[0], f.Base.Total.HandleSeconds[0] = 100, 90 // another handle time alone
	if values = Snapshot(f, f.From, scale); values[5].Base == nil || values[5].Base.HandleSeconds != 90 {
		t.Errorf("the total without overrides is %+v", values[5].Base)
	}
}

func TestValuesOfMergedAndSplitCodes(t *testing.T) {
	t.Parallel()
	of := func(mean, seconds float64) wrapcast.SnapshotValue {
		return wrapcast.SnapshotValue{Mean: mean, Median: mean - 1, HandleSeconds: seconds}
	}
	value := func(id string, v wrapcast.SnapshotValue, base *wrapcast.SnapshotValue) wrapcast.SubjectSnapshot {
		return wrapcast.SubjectSnapshot{Kind: wrapcast.LevelCode, ID: id, SnapshotValue: v, Base: base, Scale: 2}
	}
	base := of(20, 50)
	late := date("2026-11-30").Midnight(time.UTC)
	merge := lineage(wrapcast.LineageMerge, "2026-11-23", "a b", "z=1")
	merge.MadeAt = late
	s := newSuccessors([]wrapcast.LineageChange{merge})
	for _, c := range []struct {
		name       string
		values     []wrapcast.SubjectSnapshot
		mean, aht  float64
		base, bAHT float64 // zero where there is none
	}{
		{"neither overridden", []wrapcast.SubjectSnapshot{value("a", of(10, 60), nil), value("b", of(30, 100), nil)}, 40, 90,
			0, 0},
		{"the first", []wrapcast.SubjectSnapshot{value("a", of(10, 60), &base), value("b", of(30, 100), nil)}, 40, 90, 50,
			80},
		{"the second", []wrapcast.SubjectSnapshot{value("a", of(10, 60), nil), value("b", of(30, 100), &base)}, 40, 90, 30,
			1600.0 / 30},
		{"of nothing", []wrapcast.SubjectSnapshot{value("a", of(0, 60), nil), value("b", of(0, 100), nil)}, 0, 0, 0, 0},
	} {
		got := s.of(c.values, late.Add(-time.Hour))
		if len(got) != 1 || got[0].ID != "z" || got[0].Mean != c.mean || got[0].Median != c.mean-2 || got[0].HandleSeconds != c.aht ||
			got[0].Scale.Known() {
			t.Errorf("%s: %+v", c.name, got)
			continue
		}
		if (got[0].Base != nil) != (c.base > 0) || got[0].Base != nil &&
			(got[0].Base.Mean != c.base || math.Abs(got[0].Base.HandleSeconds-c.bAHT) > 1e-9) {
			t.Errorf("%s: without overrides %+v, want %g contacts of %g s", c.name, got[0].Base, c.base, c.bAHT)
		}
	}
	split := lineage(wrapcast.LineageSplit, "2026-11-23", "a", "y=0.25", "z=0.75")
	split.MadeAt = late
	got := newSuccessors([]wrapcast.LineageChange{split}).of([]wrapcast.SubjectSnapshot{value("a", of(9, 60), &base)},
		late.Add(-time.Hour))
	if len(got) != 2 || got[0].Mean != 2.25 || got[1].Median != 6 || got[1].HandleSeconds != 60 || got[1].Base.Mean != 15 ||
		got[1].Scale.Known() {
		t.Errorf("split: %+v", got)
	}
	known := newSuccessors([]wrapcast.LineageChange{split}).of([]wrapcast.SubjectSnapshot{value("a", of(9, 60), nil)},
		late)
	if len(known) != 1 || known[0].ID != "a" {
		t.Errorf("a change that was known: %+v", known)
	}
}

func TestForecastAndActualStandSideBySide(t *testing.T) {
	t.Parallel()
	first := date("2026-11-23")
	snapshot := func(day wrapcast.Date, lead int, mean float64) wrapcast.ForecastSnapshot {
		return wrapcast.ForecastSnapshot{Day: day, Lead: lead, Values: []wrapcast.SubjectSnapshot{
			{Kind: wrapcast.LevelCode, ID: "a", Name: "A", SnapshotValue: value(mean, mean-2, mean+2)},
			{Kind: wrapcast.LevelCode, ID: "b", SnapshotValue: value(1, 0, 2)},
			{Kind: wrapcast.LevelTotal, Name: "total", SnapshotValue: value(mean+1, mean, mean+3)}}}
	}
	f := ForecastVsActual(Judging{Level: 0.8, Days: []wrapcast.ForecastSnapshot{
		snapshot(first-1, 7, 50), snapshot(first, 7, 5), snapshot(first, 1, 6), snapshot(first+2, 7, 7), snapshot(first+3, 7,
			60)},
		Actuals: []wrapcast.LocalDay{localDay("2026-11-23", "a", 4), localDay("2026-11-23", "new", 9),
			localDay("2026-11-24", "a", 5),
			localDay("2026-11-25", "a", 8), localDay("2026-11-25", "b", 2)}}, 7, first, 3)
	if f.Lead != 7 || f.From != first || f.Days != 3 || f.Level != 0.8 || f.Schema != "wrapcast.forecast-vs-actual/1" {
		t.Errorf("%+v", f)
	}
	wantSeries(t, f, 0, "A", []float64{5, -1, 7}, []float64{3, -1, 5}, []float64{4, -1, 8})
	wantSeries(t, f, 1, "new", []float64{0, -1, -1}, []float64{-1, -1, -1}, []float64{9, -1, -1})
	wantSeries(t, f, 2, "b", []float64{1, -1, 1}, []float64{0, -1, 0}, []float64{0, -1, 2})
	wantSeries(t, f, 4, "total", []float64{6, -1, 8}, []float64{5, -1, 7}, []float64{13, -1, 10})
}

// wantSeries compares one series; -1 stands for days that were not measured. Of codes the busiest comes first.
func wantSeries(t *testing.T, f wrapcast.ForecastVsActual, at int, name string, forecast, lower, actual []float64) {
	t.Helper()
	if at >= len(f.Subjects) || f.Subjects[at].Name != name {
		t.Fatalf("series %d is not %q: %+v", at, name, f.Subjects)
	}
	s := f.Subjects[at]
	for what, both := range map[string]struct {
		got  []wrapcast.Measure
		want []float64
	}{"forecast": {s.Forecast, forecast}, "lower": {s.Lower, lower}, "actual": {s.Actual, actual}} {
		for d, want := range both.want {
			if got := both.got[d]; got.Known() != (want >= 0) || want >= 0 && !about(got, want) {
				t.Errorf("%s, %s of day %d: %v, want %g", name, what, d, got, want)
			}
		}
	}
}

func TestBandsAreWatchedFromTheFirstDayOn(t *testing.T) {
	t.Parallel()
	first := date("2026-11-23")
	var days []wrapcast.ForecastSnapshot
	for i, lead := range []int{1, 1, 1, 1, 1, 7} {
		days = append(days, wrapcast.ForecastSnapshot{Day: first - 1 + wrapcast.Date(i), Lead: lead,
			Values: []wrapcast.SubjectSnapshot{
				{Kind: wrapcast.LevelCode, ID: "a", SnapshotValue: value(6, 5, 7)},
				{Kind: wrapcast.LevelCode, ID: "no band", SnapshotValue: wrapcast.SnapshotValue{Mean: 1}}}})
	}
	r := &judge{Judging: Judging{Level: 0.8, Watched: first}, subjects: map[subject]*judged{},
		levels: map[wrapcast.AccuracyLevel]map[int]*leadScore{}, forecasts: map[wrapcast.ForecastID]bool{},
		actuals: sumActuals([]wrapcast.LocalDay{localDay("2026-11-22", "a", 99), localDay("2026-11-23", "a", 5),
			localDay("2026-11-24", "a", 7), localDay("2026-11-25", "a", 8), localDay("2026-11-26", "a",
				4), localDay("2026-11-27", "a", 99)}, nil)}
	for _, d := range days {
		r.day(d)
	}
	if band := r.subjects[subject{wrapcast.LevelCode, "a"}].band; band.inside != 2 || band.above != 1 || band.below != 1 {
		t.Errorf("counted %+v, want both bounds inside, one day above and one below", band)
	}
	if w := r.report().Watch; w.Tested != 1 || w.Lead != 1 || w.From != first {
		t.Errorf("watch %+v, want the code with a band alone", w)
	}
}

func TestCodesWithoutContactsAreNotUnforeseen(t *testing.T) {
	t.Parallel()
	a := sumActuals([]wrapcast.LocalDay{localDay("2026-11-23", "none", 0), localDay("2026-11-23", "some", 1)}, nil)
	got := a.unforeseen(nil, date("2026-11-23"))
	if len(got) != 2 || got[0].ID != "some" || got[1].Kind != wrapcast.LevelQueue || got[0].Scale.Known() {
		t.Errorf("%+v", got)
	}
	if got := a.unforeseen(got, date("2026-11-23")); len(got) != 0 {
		t.Errorf("known: %+v", got)
	}
}

func TestNoDayOutsideIsCertain(t *testing.T) {
	t.Parallel()
	if got := atLeast(0, 28, 0.15); got != 1 {
		t.Errorf("none or more of 28: %g", got)
	}
	if got, want := atLeast(1, 2, 0.5), 0.75; math.Abs(got-want) > 1e-12 {
		t.Errorf("one or more of two: %g, want %g", got, want)
	}
}

func TestDaysThatPeopleHidRaiseNoAlarm(t *testing.T) {
	t.Parallel()
	hidden := func(code wrapcast.CodeID, day wrapcast.Date) bool {
		return code == "a" && day != date("2026-11-24") || day == date("2026-11-26")
	}
	a := sumActuals([]wrapcast.LocalDay{localDay("2026-11-23", "a", 99), localDay("2026-11-23", "b", 1),
		localDay("2026-11-25", "a", 9), localDay("2026-11-25", "b", 91), localDay("2026-11-24", "a", 5)}, hidden)
	total := wrapcast.SubjectSnapshot{Kind: wrapcast.LevelTotal}
	for day, want := range map[string]bool{
		"2026-11-23": true,  // nearly all of it
		"2026-11-24": false, // nothing
		"2026-11-25": false, // less than a tenth
		"2026-11-26": true,  // nothing came, and every code is hidden
		"2026-11-27": false, // nothing came, and b is not
	} {
		if got := a.hides(total, date(day), nil); got != want {
			t.Errorf("the total on %s: %v", day, got)
		}
	}
	if code := (wrapcast.SubjectSnapshot{Kind: wrapcast.LevelCode, ID: "a"}); !a.hides(code, date("2026-11-25"), nil) ||
		a.hides(code, date("2026-11-24"), nil) {
		t.Error("a code is tested on the days that are not hidden in it")
	}
	if sumActuals(nil, nil).hides(total, date("2026-11-26"), nil) {
		t.Error("nothing is hidden where nobody hid anything")
	}
}
