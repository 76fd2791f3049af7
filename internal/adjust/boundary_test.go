package adjust

import (
	"math"
	"strings"
	"testing"

	"github.com/wrapcast/wrapcast"
)

// These tests pin the first and the last day, the least and the most of every rule, and the amounts in what is refused.

func TestTheDayOfAChangeBelongsToTheCodesAfterIt(t *testing.T) {
	t.Parallel()
	history := []wrapcast.LocalDay{localDay("2026-01-30", "a", 4), localDay("2026-01-31", "a", 6)}
	days, findings, err := ApplyLineage(history, []wrapcast.LineageChange{
		lineage(wrapcast.LineageRename, "2026-01-31", "a", "b")}, nil)
	if got, want := spellDays(days), "01-30 b 4, 01-31 a 6"; err != nil || got != want {
		t.Errorf("%s, %v; want %s", got, err, want)
	}
	if len(findings) != 1 || !strings.Contains(findings[0].Message, "6 contacts") ||
		!strings.HasSuffix(findings[0].Message, "2026-01-31") {
		t.Errorf("findings %+v, want one of 6 contacts up to 31 January", findings)
	}
}

func TestSharesAreLearnedFromTheDayOfTheSplitAndFiftyFiveMore(t *testing.T) {
	t.Parallel()
	split := []wrapcast.LineageChange{lineage(wrapcast.LineageSplit, "2026-01-01", "a", "c", "d")}
	for _, c := range []struct {
		name string
		days []wrapcast.LocalDay
		want float64 // share of c
	}{
		{"the day itself", []wrapcast.LocalDay{localDay("2026-01-01", "c", 3), localDay("2026-01-02", "d", 1)}, 0.75},
		{"the day before", []wrapcast.LocalDay{localDay("2025-12-31", "c", 3), localDay("2026-01-02", "d", 1)}, 0},
		{"the 56th day", []wrapcast.LocalDay{localDay("2026-02-25", "c", 3), localDay("2026-01-02", "d", 1)}, 0.75},
		{"the 57th day", []wrapcast.LocalDay{localDay("2026-02-26", "c", 3), localDay("2026-01-02", "d", 1)}, 0},
		{"nothing to learn from", nil, 0.5},
	} {
		to := LearnShares(c.days, split, nil)[0].To
		if to[0].Share != c.want || math.Abs(to[0].Share+to[1].Share-1) > 1e-12 {
			t.Errorf("%s: shares %v, want %g for c", c.name, to, c.want)
		}
	}
	hidden := func(code wrapcast.CodeID, day wrapcast.Date) bool { return code == "d" && day == split[0].On }
	seen := []wrapcast.LocalDay{localDay("2026-01-01", "c", 90), localDay("2026-01-02", "c", 3),
		localDay("2026-01-02", "d", 1)}
	if to := LearnShares(seen, split, hidden)[0].To; to[0].Share != 0.75 {
		t.Errorf("shares %v, want 0.75 for c: a day hidden in d teaches nothing of either", to)
	}
	if split[0].To[0].Share != 0 {
		t.Error("the changes given were changed")
	}
	given := []wrapcast.LineageChange{lineage(wrapcast.LineageSplit, "2026-01-01", "a", "c=0.3", "d=0.7"),
		lineage(wrapcast.LineageRename, "2026-01-01", "x", "y")}
	learned := LearnShares([]wrapcast.LocalDay{localDay("2026-01-02", "d", 1)}, given, nil)
	if learned[0].To[0].Share != 0.3 || learned[1].To[0].Share != 1 {
		t.Errorf("shares %v and %v, want those given, and one", learned[0].To, learned[1].To)
	}
}

func TestSharesMayBeNothingAndAllButARetirementNeedsACode(t *testing.T) {
	t.Parallel()
	all := lineage(wrapcast.LineageSplit, "2026-01-01", "a", "c=1", "d=0")
	if err := CheckLineage([]wrapcast.LineageChange{all}); err != nil {
		t.Errorf("a split that gives one code everything: %v", err)
	}
	none := wrapcast.LineageChange{Kind: wrapcast.LineageRetire, On: date("2026-01-01")}
	if err := CheckLineage([]wrapcast.LineageChange{none}); wrapcast.KindOf(err) != wrapcast.Usage {
		t.Errorf("a retirement of no code: %v", err)
	}
}

func TestOfTwoChangesOnOneDayTheLaterListedHolds(t *testing.T) {
	t.Parallel()
	rename := lineage(wrapcast.LineageRename, "2026-11-24", "b", "a")
	retire := wrapcast.LineageChange{Kind: wrapcast.LineageRetire, On: date("2026-11-24"), From: []wrapcast.CodeID{"a"}}
	if f := Retired(coherent(), []wrapcast.LineageChange{rename,
		retire}); f.Codes[0].Mean[0] != 30 || f.Codes[0].Mean[1] != 0 {
		t.Errorf("retired last: code a has %v", f.Codes[0].Mean[:2])
	}
	if f := Retired(coherent(), []wrapcast.LineageChange{retire, rename}); f.Codes[0].Mean[1] != 30 {
		t.Errorf("renamed last: code a has %v", f.Codes[0].Mean[:2])
	}
}

func TestRefusalsSayTheAmount(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind    wrapcast.OverrideKind
		value   float64
		message string
	}{
		{wrapcast.OverridePercent, -130, "30 per cent less"},
		{wrapcast.OverrideSet, -7, "-7 is a negative number of contacts"},
		{wrapcast.OverrideAdd, math.Inf(1), "+Inf"},
	} {
		err := CheckOverride(override(c.kind, c.value))
		if err == nil || !strings.Contains(err.Error(), c.message) {
			t.Errorf("%s %g: %v, want it to say %q", c.kind, c.value, err, c.message)
		}
	}
	for kind, least := range map[wrapcast.OverrideKind]float64{wrapcast.OverridePercent: -100, wrapcast.OverrideSet: 0} {
		if err := CheckOverride(override(kind, least)); err != nil {
			t.Errorf("%s %g: %v", kind, least, err)
		}
	}
	one := override(wrapcast.OverridePercent, 1)
	one.To = one.From
	if err := CheckOverride(one); err != nil {
		t.Errorf("an override of one day: %v", err)
	}
}

func TestAnOverrideEndsWithTheForecast(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		from, to string
		days     int
		before   float64
	}{
		{"on its last day", "2026-12-02", "2026-12-02", 1, 100},
		{"beyond it", "2026-12-01", "2026-12-31", 2, 200},
		{"from before it on", "2026-11-01", "2026-11-23", 1, 100},
	} {
		f := coherent()
		for i := range f.Leaves { // leaves may reach further than the forecast
			f.Leaves[i].Mean = append(f.Leaves[i].Mean, 7, 7)
		}
		o := override(wrapcast.OverridePercent, 10)
		o.From, o.To = date(c.from), date(c.to)
		changed, effects, _ := ApplyOverrides(f, []wrapcast.Override{o}, overrideNow)
		if len(effects) != 1 || effects[0].Days != c.days || effects[0].Leaves != 4 || effects[0].Before != c.before {
			t.Errorf("%s: %+v", c.name, effects)
		}
		sumsHold(t, changed)
	}
}

func TestOverridesThatMeetOnOneDayAreInConflict(t *testing.T) {
	t.Parallel()
	early, late := override(wrapcast.OverridePercent, 10), override(wrapcast.OverrideAdd, -3)
	late.ID, late.Queues = "o-2", []wrapcast.QueueID{"x"}
	late.From, late.To = early.To, early.To+5
	want := "+10 % by farah (mailing) and -3 by farah (mailing) would change the same forecast (2 leaves, from 2026-11-26 on)"
	for _, both := range [][]wrapcast.Override{{early, late}, {late, early}} {
		_, effects, findings := ApplyOverrides(coherent(), both, overrideNow)
		if len(effects) != 0 || len(findings) != 1 || findings[0].Place != string(both[0].ID)+" "+string(both[1].ID) {
			t.Fatalf("effects %v, findings %+v", effects, findings)
		}
		if both[0].ID == "o-1" && !strings.Contains(findings[0].Message, want) {
			t.Errorf("%q, want %q", findings[0].Message, want)
		}
	}
	late.From++
	if _, effects, findings := ApplyOverrides(coherent(), []wrapcast.Override{late, early},
		overrideNow); len(effects) != 2 {
		t.Errorf("on the next day: effects %v, findings %v", effects, findings)
	}
}

func TestPlanningGroupsFollowTheLeavesOfTheirStreams(t *testing.T) {
	t.Parallel()
	f := coherent()
	group := func(id wrapcast.PlanningGroupID, daily wrapcast.DailyForecast, queues ...wrapcast.QueueID) {
		g := wrapcast.PlanningGroup{ID: id}
		for _, q := range queues {
			g.Routes = append(g.Routes, wrapcast.Route{Queue: q, Media: wrapcast.Voice})
		}
		own(&daily)
		f.Groups = append(f.Groups, wrapcast.GroupForecast{Group: g, DailyForecast: daily})
	}
	group("first", f.Queues[0].DailyForecast, "x")
	group("second", f.Queues[1].DailyForecast, "x", "y") // x belongs to the first that claims it
	group("chat", f.Queues[1].DailyForecast)
	o := override(wrapcast.OverrideAdd, 20)
	o.Codes = []wrapcast.CodeID{"a"} // 10 in x and 20 in y
	changed, _, _ := ApplyOverrides(f, []wrapcast.Override{o}, overrideNow)
	for i, want := range []float64{40 + 20.0/3, 60 + 40.0/3, 60} {
		if got := changed.Groups[i].Mean[2]; math.Abs(got-want) > 1e-9 {
			t.Errorf("group %s has %g, want %g", changed.Groups[i].Group.ID, got, want)
		}
		if changed.Groups[i].Mean[1] != f.Groups[i].Mean[1] {
			t.Errorf("group %s changed on another day", changed.Groups[i].Group.ID)
		}
	}
	before, after := 40.0, 40+20.0/3
	if got, want := changed.Groups[0].HandleSeconds[2], (before*325+20.0/3*100)/after; math.Abs(got-want) > 1e-9 {
		t.Errorf("the handle time is %g, want %g", got, want)
	}
}

func TestForecastsFromNothingChangeByWhatTheirLeavesDo(t *testing.T) {
	t.Parallel()
	f, _, _ := ApplyOverrides(coherent(), []wrapcast.Override{override(wrapcast.OverridePercent, -100)}, overrideNow)
	if f.Total.HandleSeconds[2] != 310 || f.Total.Bands[0].Upper[2] != 0 || f.Total.Median[2] != 0 {
		t.Errorf("nothing: handle time %g, median %g, upper bound %g", f.Total.HandleSeconds[2], f.Total.Median[2],
			f.Total.Bands[0].Upper[2])
	}
	f.Total.Median[2], f.Total.Bands[0].Upper[2] = 1, 2
	again, _, _ := ApplyOverrides(f, []wrapcast.Override{override(wrapcast.OverrideSet, 40)}, overrideNow)
	if again.Total.Median[2] != 41 || again.Total.Bands[0].Upper[2] != 42 || again.Total.Mean[2] != 40 {
		t.Errorf("from nothing: median %g, upper bound %g, mean %g", again.Total.Median[2], again.Total.Bands[0].Upper[2],
			again.Total.Mean[2])
	}
	if want := 250.0; again.Total.HandleSeconds[2] != want { // ten contacts of each leaf: 100, 100, 400 and 400 s
		t.Errorf("the handle time is %g, want %g", again.Total.HandleSeconds[2], want)
	}
}
