package calendar

import (
	"math"
	"slices"
	"testing"

	"github.com/wrapcast/wrapcast"
)

// flat is a code's history of so many days with the same contacts on each.
func flat(days int, contacts float64) EffectSeries {
	return EffectSeries{Queue: "q", Code: "c", Values: slices.Repeat([]float64{contacts}, days)}
}

func events(t *testing.T, from, to string, named map[string]string) *ResolvedCalendar {
	t.Helper()
	var c wrapcast.Calendar
	for day, name := range named {
		c.Events = append(c.Events, wrapcast.CalendarEvent{Name: name, Days: wrapcast.Days{From: date(day)}})
	}
	return resolved(t, c, from, to)
}

func wantFactor(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-12 {
		t.Errorf("%s: factor %.9f, want %.9f", what, got, want)
	}
}

func TestAFactorIsShrunkTowardsItsQueuesAndThatOfAll(t *testing.T) {
	t.Parallel()
	from, special, coming := date("2026-01-05"), date("2026-02-02"), date("2026-04-06")
	s := flat(84, 100)
	s.Values[special-from] = 160
	e := LearnEffects(events(t, "2026-01-05", "2026-12-31", map[string]string{"2026-02-02": "mailing",
		"2026-04-06": "mailing"}),
		EffectHistory{From: from, Series: []EffectSeries{s}})
	all := (160 + 20.0) / (100 + 20)
	queue := (160 + 20.0) / (100 + 20/all)
	code := (160 + 20.0) / (100 + 20/queue)
	wantFactor(t, "all contacts", e.Overall(coming), all)
	wantFactor(t, "another queue", e.Factor("r", "c", coming), all)
	wantFactor(t, "another code of the queue", e.Factor("q", "d", coming), queue)
	wantFactor(t, "the code", e.Factor("q", "c", coming), code)
	wantFactor(t, "an ordinary day", e.Factor("q", "c", coming+1), 1)
	wantFactor(t, "an ordinary day of all", e.Overall(coming+1), 1)
	if e.Days["mailing"] != 1 || len(e.Frequent) != 0 {
		t.Errorf("learned from %v, frequent %v", e.Days, e.Frequent)
	}
}

func TestAnOrdinaryDayIsTheSameWeekdayOfFourWeeksOnEitherSide(t *testing.T) {
	t.Parallel()
	from, special := date("2026-01-05"), 28
	mailing := events(t, "2026-01-05", "2026-12-31", map[string]string{"2026-02-02": "mailing"})
	ordinary := func(change func(values []float64) []float64) float64 {
		values := make([]float64, special+35)
		for t := range values {
			values[t] = 1000 // of other weekdays, or too far off
		}
		for w := 1; w <= 4; w++ {
			values[special-7*w], values[special+7*w] = float64(w), float64(10*w)
		}
		values = change(values)
		e := &Effects{calendar: mailing}
		_, ordinary, ok := e.compare(values, specialDay{at: special, kind: "mailing"}, from)
		if !ok {
			return math.NaN()
		}
		return ordinary
	}
	none := func(values []float64) []float64 { return values }
	wantFactor(t, "all eight", ordinary(none), (10+100)/8.0)
	wantFactor(t, "without the last", ordinary(func(v []float64) []float64 { return v[:special+28] }), (10+60)/7.0)
	wantFactor(t, "with the last day as the last", ordinary(func(v []float64) []float64 { return v[:special+29] }),
		(10+100)/8.0)
	wantFactor(t, "without one that was not read", ordinary(func(v []float64) []float64 {
		v[special-7] = math.NaN()
		return v
	}), (9+100)/7.0)
	if !math.IsNaN(ordinary(func(v []float64) []float64 { return v[:special] })) {
		t.Error("a day after the history is compared")
	}
	if !math.IsNaN(ordinary(func(v []float64) []float64 {
		for t := special % 7; t < len(v); t += 7 {
			if t != special {
				v[t] = math.NaN()
			}
		}
		return v
	})) {
		t.Error("a day without ordinary ones is compared")
	}
}

func TestSpecialDaysAreNoOrdinaryOnes(t *testing.T) {
	t.Parallel()
	from := date("2026-01-05")
	s := flat(84, 100)
	s.Values[28], s.Values[35] = 160, 900 // a week later is another kind of day
	e := LearnEffects(events(t, "2026-01-05", "2026-12-31", map[string]string{"2026-02-02": "mailing",
		"2026-02-09": "outage"}),
		EffectHistory{From: from, Series: []EffectSeries{s}})
	wantFactor(t, "mailing", e.total["mailing"], 180.0/120)
	wantFactor(t, "outage", e.total["outage"], 920.0/120)
}

func TestAHolidayNeverSeenDoesWhatHolidaysDo(t *testing.T) {
	t.Parallel()
	from := date("2026-01-01")
	c := wrapcast.Calendar{Holidays: []string{"US"}, Events: []wrapcast.CalendarEvent{
		{Name: "launch", Days: wrapcast.Days{From: date("2026-10-20")}}}}
	rc := resolved(t, c, "2026-01-01", "2026-12-31")
	s := flat(180, 100)
	actual, ordinary := 0.0, 0.0
	for d := range wrapcast.Date(180) {
		if len(rc.Names(from+d)) > 0 {
			s.Values[d] = 30
			actual, ordinary = actual+30, ordinary+100
		}
	}
	e := LearnEffects(rc, EffectHistory{From: from, Series: []EffectSeries{s}})
	wantFactor(t, "a holiday of September", e.Overall(date("2026-09-07")), (actual+20)/(ordinary+20))
	wantFactor(t, "an event never seen", e.Overall(date("2026-10-20")), 1)
	if ordinary < 500 {
		t.Errorf("the history has %g contacts of holidays", ordinary)
	}
}

func TestADayOfTwoNamesIsExpectedToDoWhatBothDo(t *testing.T) {
	t.Parallel()
	from, both := date("2026-01-05"), date("2026-05-04")
	c := wrapcast.Calendar{Events: []wrapcast.CalendarEvent{
		{Name: "a", Days: wrapcast.Days{From: date("2026-02-02")}}, {Name: "b",
			Days: wrapcast.Days{From: date("2026-02-10")}},
		{Name: "a", Days: wrapcast.Days{From: both}}, {Name: "b", Days: wrapcast.Days{From: both}}}}
	s := flat(84, 100)
	s.Values[28], s.Values[36] = 200, 50
	e := LearnEffects(resolved(t, c, "2026-01-05", "2026-12-31"), EffectHistory{From: from, Series: []EffectSeries{s}})
	if kind := e.KindOf(both); kind != "a + b" {
		t.Errorf("its kind is %q", kind)
	}
	wantFactor(t, "both", e.Overall(both), 220.0/120*70/120)
}

func TestFactorsAreBounded(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ actual, ordinary, prior, want float64 }{
		{1e6, 1, 1, 20}, {0, 0, 1e3, 20}, {0, 0, 0, 1e-6}, {0, 20, 1, 0.5}, {60, 20, 2, 80.0 / 30},
	} {
		wantFactor(t, "posterior", posterior(c.actual, c.ordinary, c.prior), c.want)
	}
}

func TestWhatIsTooFrequentToBeSpecial(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		n    [7]int
		days int
		want bool
	}{
		{"a fifth of all days", [7]int{2, 2, 2, 2, 2, 2, 2}, 70, false},
		{"more than a fifth", [7]int{3, 2, 2, 2, 2, 2, 2}, 70, true},
		{"six of ten Mondays", [7]int{1: 6}, 70, false},
		{"seven of ten Mondays", [7]int{1: 7}, 70, true},
		{"both of two Mondays", [7]int{1: 2}, 14, true},
		{"two in less than two weeks", [7]int{1: 2}, 13, false},
	} {
		if got := tooFrequent(&c.n, c.days); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func TestNoEffectsAreKnownWhereNoneWereLearned(t *testing.T) {
	t.Parallel()
	var e *Effects
	if e.KindOf(1) != "" || e.Factor("q", "c", 1) != 1 || e.Overall(1) != 1 {
		t.Error("nothing has an effect")
	}
}
