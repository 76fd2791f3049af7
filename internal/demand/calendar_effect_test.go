package demand

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/calendar"
)

// evenWeeks is a history of so many weeks at 100 contacts a day in each of two queues.
func evenWeeks(weeks int) *History {
	days := constant(100, 7*weeks)
	return historyOf(leafOf("a", "refund", 60, days...), leafOf("b", "refund", 60, days...))
}

func TestClosedDaysAreZeroAndShortDaysLoseTheirHours(t *testing.T) {
	t.Parallel()
	h := evenWeeks(10)
	first := h.To + 1 // a Monday
	rc := resolve(t, wrapcast.Calendar{
		Closures: []wrapcast.Closure{
			{Name: "move", Days: wrapcast.Days{From: first + 1}, Queues: []wrapcast.QueueID{"a"}},
			{Name: "training", Days: wrapcast.Days{From: first + 2}, Begins: 12 * 60, Ends: 24 * 60},
			{Name: "drill", Days: wrapcast.Days{From: monday + 31, Repeat: wrapcast.Weekly, Interval: 6},
				Queues: []wrapcast.QueueID{"b"}, Begins: 9 * 60, Ends: 10 * 60},
		},
	})
	effects := LearnEffects(h, rc, wrapcast.ValidationReport{Codes: make([]wrapcast.CodeReport, 1)})
	read := 0
	recent := func(context.Context) (Patterns, error) {
		read++
		return evenPatterns{zone: time.UTC}, nil
	}
	c := &calendarEffect{history: h, calendar: rc, effects: effects, factors: map[queueDay]float64{}, recent: recent}
	ordinary := []wrapcast.LeafForecast{
		{Leaf: wrapcast.Leaf{Queue: "a", Code: "refund"}, Mean: constant(40, 4)},
		{Leaf: wrapcast.Leaf{Queue: "b", Code: "refund"}, Mean: constant(8, 4)},
		{Leaf: wrapcast.Leaf{Queue: "a", Code: "billing"}, Mean: constant(4, 4)},
	}
	got, err := c.apply(t.Context(), ordinary)
	if err != nil {
		t.Fatal(err)
	}
	// Half of a day comes before noon.
	wantFigures(t, "a", got[0].Mean, 40, 0, 20, 40)
	wantFigures(t, "b", got[1].Mean, 8, 8, 4, 8)
	wantFigures(t, "billing", got[2].Mean, 4, 0, 2, 4)
	wantFigures(t, "what was ordinary", ordinary[0].Mean, 40, 40, 40, 40)
	if read != 1 {
		t.Errorf("the patterns were read %d times", read)
	}
	// A closure of some hours that the history holds has an effect that was learned; its hours are not taken away
	// twice.
	if factor, err := c.openFactor(t.Context(), "b", monday+31+42*2); err != nil || factor != 1 {
		t.Errorf("a drill as before leaves %g, %v", factor, err)
	}
	if read != 1 {
		t.Errorf("the patterns were read %d times", read)
	}
}

func TestThePatternsAreReadOnlyForAClosureOfSomeHours(t *testing.T) {
	t.Parallel()
	h := evenWeeks(2)
	fault := errors.New("the store is gone")
	rc := resolve(t, wrapcast.Calendar{Closures: []wrapcast.Closure{
		{Name: "training", Days: wrapcast.Days{From: h.To + 2}, Begins: 12 * 60, Ends: 24 * 60},
		{Name: "move", Days: wrapcast.Days{From: h.To + 1}},
	}})
	recent := func(context.Context) (Patterns, error) { return nil, fault }
	c := &calendarEffect{history: h, calendar: rc, effects: &calendar.Effects{}, factors: map[queueDay]float64{}, recent: recent}
	leaves := func(days int) []wrapcast.LeafForecast {
		return []wrapcast.LeafForecast{{Leaf: wrapcast.Leaf{Queue: "a"}, Mean: constant(5, days)}}
	}
	if got, err := c.apply(t.Context(), leaves(1)); err != nil || got[0].Mean[0] != 0 {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := c.apply(t.Context(), leaves(2)); !errors.Is(err, fault) {
		t.Errorf("%v", err)
	}
}

func TestSpecialDaysOfTheHorizonAreListed(t *testing.T) {
	t.Parallel()
	event := func(name string, day wrapcast.Date) wrapcast.CalendarEvent {
		return wrapcast.CalendarEvent{Name: name, Days: wrapcast.Days{From: day}}
	}
	rc := resolve(t, wrapcast.Calendar{Events: []wrapcast.CalendarEvent{
		event("before", monday+9), event("first", monday+10), event("both", monday+12),
		event("fair", monday+12), event("after", monday+13)}})
	want := []wrapcast.SpecialDay{
		{Day: monday + 10, Names: []string{"first"}}, {Day: monday + 12, Names: []string{"both", "fair"}}}
	if diff := cmp.Diff(want, specialDays(rc, nil, monday+10, 3)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestWhatNeverHappenedBeforeIsForecastAsExpectedAndSaysSo(t *testing.T) {
	t.Parallel()
	more := wrapcast.Change(0.3)
	r := tenWeeks(t, wrapcast.Calendar{Events: []wrapcast.CalendarEvent{
		{Name: "launch", Days: wrapcast.Days{From: monday + 71}, Expected: &more},
		{Name: "fair", Days: wrapcast.Days{From: monday + 73}},
		{Name: "payday", Days: wrapcast.Days{From: monday + 32, Repeat: wrapcast.Weekly, Interval: 6}},
	}})
	f, err := Forecast(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	plain := tenWeeks(t, wrapcast.Calendar{Events: []wrapcast.CalendarEvent{{Name: "payday",
		Days: wrapcast.Days{From: monday + 32, Repeat: wrapcast.Weekly, Interval: 6}}}})
	before, err := Forecast(t.Context(), plain)
	if err != nil {
		t.Fatal(err)
	}
	for day, want := range map[int]float64{0: 1, 1: 1.3, 2: 1, 3: 1} {
		if got := f.Total.Mean[day] / before.Total.Mean[day]; math.Abs(got-want) > 1e-6 {
			t.Errorf("day %d: × %g, want %g", day, got, want)
		}
	}
	var titles []string
	for _, d := range f.SpecialDays {
		titles = append(titles, d.Title())
	}
	if got := strings.Join(titles, "; "); got != "launch (never before); fair (never before); payday" {
		t.Error(got)
	}
	var said []string
	for _, finding := range f.Findings {
		said = append(said, finding.Code+" "+finding.Message)
	}
	if got := strings.Join(said, "; "); got != "never-before launch never happened before: forecast as expected, +30 %; "+
		"never-before fair never happened before: forecast as an ordinary day" {
		t.Error(got)
	}
}
