package demand

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/forecast"
)

// tenWeeks is a request on two queues and two codes with a week, ten weeks long; the next day is a Monday.
func tenWeeks(t *testing.T, c wrapcast.Calendar) Request {
	t.Helper()
	series := func(level float64) []float64 {
		values := make([]float64, 70)
		for day := range values {
			values[day] = level*[]float64{5, 4, 4, 4, 4, 2, 1}[day%7] + float64(day*7%5)
		}
		return values
	}
	h := historyOf(leafOf("a", "billing", 60, series(10)...), byChat(leafOf("b", "billing", 90, series(3)...)),
		leafOf("a", "refund", 120, series(5)...), leafOf("b", "refund", 30, series(20)...))
	return Request{
		History: h, Directory: shopDirectory(), Calendar: resolve(t, c), Days: 14, Level: 0.9, Algorithm: "weekdayAverage",
		Judged: wrapcast.ValidationReport{Codes: []wrapcast.CodeReport{{Fallback: "average of the days there are"}, {}}},
		Recent: func(context.Context) (Patterns, error) { return nil, errors.New("not asked for") },
	}
}

func TestEverythingIsTheSumOfItsLeaves(t *testing.T) {
	t.Parallel()
	first := monday + 70
	r := tenWeeks(
		t,
		wrapcast.Calendar{
			Closures: []wrapcast.Closure{{Name: "move", Days: wrapcast.Days{From: first + 2}, Queues: []wrapcast.QueueID{"b"}}},
		},
	)
	f, err := Forecast(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Leaves) != 4 || len(f.Codes) != 2 || len(f.Queues) != 2 || len(f.Groups) != 2 {
		t.Fatalf("%d leaves, %d codes, %d queues, %d groups", len(f.Leaves), len(f.Codes), len(f.Queues), len(f.Groups))
	}
	sum := func(of func(wrapcast.Leaf) bool) []float64 {
		mean, _ := sumLeaves(f.Leaves, placesOf(f.Leaves, of), 14)
		return mean
	}
	ofCode := func(code wrapcast.CodeID) func(wrapcast.Leaf) bool {
		return func(l wrapcast.Leaf) bool { return l.Code == code }
	}
	byVoice := func(queue wrapcast.QueueID) func(wrapcast.Leaf) bool {
		return func(l wrapcast.Leaf) bool { return l.Queue == queue && l.Media == wrapcast.Voice }
	}
	wantFigures(t, "billing", f.Codes[0].Mean, sum(ofCode("billing"))...)
	wantFigures(t, "refund", f.Codes[1].Mean, sum(ofCode("refund"))...)
	wantFigures(t, "queue a", f.Queues[0].Mean, sum(ofQueue("a"))...)
	wantFigures(t, "queue b", f.Queues[1].Mean, sum(ofQueue("b"))...)
	wantFigures(t, "Beta by voice", f.Groups[0].Mean, sum(byVoice("b"))...)
	wantFigures(t, "Alpha by voice", f.Groups[1].Mean, sum(byVoice("a"))...)
	wantFigures(t, "the total", f.Total.Mean, sum(every)...)
	for t0, v := range f.Queues[1].Mean {
		if closed := t0 == 2; closed != (v == 0) {
			t.Errorf("queue b has %g contacts on day %d", v, t0)
		}
	}
	// The week is what it was: leaves of 10, 3, 5 and 20 have five times that on a Monday, and about two each on top.
	if monday := f.Total.Mean[0]; math.Abs(monday-(38*5+8)) > 8 {
		t.Errorf("a Monday has %g contacts, want about 198", monday)
	}
	if got := f.Codes[0].Fallback; got != "average of the days there are" || f.Codes[1].Fallback != "" {
		t.Errorf("fallbacks %q and %q", got, f.Codes[1].Fallback)
	}
	if f.Groups[0].Group.ID != "beta" || f.Queues[0].Queue.Name != "Alpha" || f.Codes[1].Code.Name != "Refund" {
		t.Errorf("%+v, %+v, %+v", f.Groups[0].Group, f.Queues[0].Queue, f.Codes[1].Code)
	}
}

func TestAForecastSaysWhatItIsMadeOf(t *testing.T) {
	t.Parallel()
	r := tenWeeks(
		t,
		wrapcast.Calendar{Events: []wrapcast.CalendarEvent{{Name: "fair", Days: wrapcast.Days{From: monday + 70 + 13}}}},
	)
	var heard []wrapcast.Progress
	r.Progress = func(p wrapcast.Progress) { heard = append(heard, p) }
	f, err := Forecast(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	got := wrapcast.Forecast{
		Schema:       f.Schema,
		Organisation: f.Organisation,
		CountingRule: f.CountingRule,
		Algorithm:    f.Algorithm,
		TimeZone:     f.TimeZone,
		From:         f.From,
		Days:         f.Days,
		HistoryFrom:  f.HistoryFrom,
		HistoryTo:    f.HistoryTo,
		SpecialDays:  f.SpecialDays,
	}
	want := wrapcast.Forecast{
		Schema:       wrapcast.ForecastSchema,
		Organisation: "org",
		CountingRule: wrapcast.CountingRule,
		Algorithm:    "weekdayAverage",
		TimeZone:     "UTC",
		From:         monday + 70,
		Days:         14,
		HistoryFrom:  monday,
		HistoryTo:    monday + 69,
		SpecialDays:  []wrapcast.SpecialDay{{Day: monday + 83, Names: []string{"fair"}, NeverBefore: []string{"fair"}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	// Two codes, two queues, two groups and the total.
	if len(heard) != 2 || heard[0].Done != 0 || heard[0].Total != 7 || heard[1].Done != 7 || heard[1].Total != 7 {
		t.Errorf("%+v", heard)
	}
	var levels []float64
	for _, b := range f.Total.Bands {
		levels = append(levels, b.Level)
	}
	wantFigures(t, "levels", levels, 0.5, 0.8, 0.9, 0.95)
	r.Level = 0.8
	wantFigures(t, "levels without one of their own", r.levels(), 0.5, 0.8, 0.95)
	r.Algorithm = ""
	if got := r.newForecast().Algorithm; got != forecast.Auto {
		t.Errorf("algorithm %q", got)
	}
}

func TestAMaskedBurstOfACodeIsNotShownToTheEngine(t *testing.T) {
	t.Parallel()
	r := tenWeeks(t, wrapcast.Calendar{})
	r.History.Leaves[0].Handled[65], r.History.Leaves[1].Handled[65] = 5000, 6000
	onThatDay := func() float64 { return newPanel(r).series()[0].Values[65] }
	if got := onThatDay(); got != 11000 {
		t.Fatalf("the engine sees %g contacts", got)
	}
	r.Judged.Codes[0].Masks = []wrapcast.Mask{{Day: monday + 65}}
	if got := onThatDay(); !math.IsNaN(got) {
		t.Errorf("the engine sees %g masked contacts", got)
	}
}

func TestWrongSettingsAndUnusableDataAreToldApart(t *testing.T) {
	t.Parallel()
	r := tenWeeks(t, wrapcast.Calendar{})
	r.Days = -1
	if _, err := Forecast(t.Context(), r); wrapcast.KindOf(err) != wrapcast.Usage {
		t.Errorf("no days: %v", err)
	}
	r = tenWeeks(t, wrapcast.Calendar{})
	r.History.Leaves[0].Handled[5] = math.Inf(1)
	if _, err := Forecast(t.Context(), r); wrapcast.KindOf(err) != wrapcast.InvalidData {
		t.Errorf("an infinite count: %v", err)
	}
	stopped, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Forecast(stopped, tenWeeks(t, wrapcast.Calendar{})); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
	r = tenWeeks(
		t,
		wrapcast.Calendar{
			Closures: []wrapcast.Closure{{Name: "x", Days: wrapcast.Days{From: monday + 72}, Begins: 600, Ends: 720}},
		},
	)
	if _, err := Forecast(t.Context(), r); err == nil || err.Error() != "not asked for" {
		t.Errorf("a closure of some hours, the first of its kind: %v", err)
	}
}

func TestTheSameHistoryGivesTheSameForecast(t *testing.T) {
	t.Parallel()
	means := func() (all []float64) {
		f, err := Forecast(t.Context(), tenWeeks(t, wrapcast.Calendar{}))
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range f.Leaves {
			all = append(all, l.Mean...)
		}
		return append(all, f.Total.Median...)
	}
	if a, b := means(), means(); !slices.Equal(a, b) {
		t.Errorf("%v and %v", a, b)
	}
}
