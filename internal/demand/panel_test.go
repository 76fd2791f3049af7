package demand

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/forecast"
	"github.com/wrapcast/wrapcast/internal/calendar"
)

func TestMaskedDaysAreHiddenAndNoOtherMoves(t *testing.T) {
	t.Parallel()
	h := historyOf(leafOf("a", "billing", 1, 1, 2, 3), leafOf("a", "refund", 1, 4, 5, 6))
	masks := []wrapcast.Mask{{Day: monday - 1}, {Day: monday + 2}, {Day: monday}, {Day: monday}, {Day: monday + 3}}
	seen, hidden := h.hide(wrapcast.ValidationReport{Codes: []wrapcast.CodeReport{{Masks: masks}, {}}})
	wantFigures(t, "masked", seen.Leaves[0].Handled, nan, 2, nan)
	wantFigures(t, "of another code", seen.Leaves[1].Handled, 4, 5, 6)
	wantFigures(t, "what was masked", h.Leaves[0].Handled, 1, 2, 3)
	if len(hidden[0]) != 2 || hidden[0][0].at != 0 || hidden[0][1].at != 2 || hidden[1] != nil {
		t.Errorf("hidden %v", hidden)
	}
}

func TestTheEngineSeesOrdinaryDaysOfCodesQueuesGroupsAndTheTotal(t *testing.T) {
	t.Parallel()
	h := historyOf(
		leafOf("b", "refund", 10, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8), leafOf("b", "billing", 20, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5),
		leafOf("a", "refund", 30, 0, 0, 0, 10, 10, 10, 10, 10, 10, 10))
	rc := resolve(
		t,
		wrapcast.Calendar{Events: []wrapcast.CalendarEvent{{Name: "sale", Days: wrapcast.Days{From: monday + 4}}}},
	)
	report := wrapcast.ValidationReport{
		Codes: []wrapcast.CodeReport{
			{Masks: []wrapcast.Mask{{Day: monday + 1}}},
			{Masks: []wrapcast.Mask{{Day: monday + 9}}},
		},
	}
	p := newPanel(Request{History: h, Directory: shopDirectory(), Judged: report, Calendar: rc})
	if p.effects.KindOf(monday+4) != "sale" {
		t.Fatal("the test needs a special day")
	}
	series := p.series()
	start := func(day wrapcast.Date) time.Time { return time.Unix(0, 0).UTC().AddDate(0, 0, int(day)) }
	want := []struct {
		id     string
		start  wrapcast.Date
		values []float64
	}{
		{"code billing", monday, []float64{5, nan, 5, 5, nan, 5, 5, 5, 5, 5}},
		{"code refund", monday + 2, []float64{1, 12, nan, 14, 15, 16, 17, nan}},
		// Queue a has nothing but refund. In queue b, billing is all there is on Tuesday, and on the last day refund is
		// what it was a week before: 1.
		{"queue a", monday + 3, []float64{10, nan, 10, 10, 10, 10, nan}},
		{"queue b", monday, []float64{5, nan, 6, 7, nan, 9, 10, 11, 12, 6}},
		{"group 1", monday, []float64{5, nan, 6, 7, nan, 9, 10, 11, 12, 6}},
		{"group 2", monday + 3, []float64{10, nan, 10, 10, 10, 10, nan}},
		{"total", monday, []float64{5, nan, 6, 17, nan, 19, 20, 21, 22, 6}},
	}
	if len(series) != len(want) {
		t.Fatalf("%d series, want %d", len(series), len(want))
	}
	for i, w := range want {
		s := series[i]
		if s.ID != w.id || !s.Start.Equal(start(w.start)) || s.Step != 24*time.Hour ||
			!slices.EqualFunc(s.Values, w.values, closeTo) {
			t.Errorf("%s from %s: %v; want %s from %s: %v", s.ID, s.Start, s.Values, w.id, w.start, w.values)
		}
	}
	results := make([]forecast.Result, len(series))
	for i, s := range series {
		results[i].ID = s.ID
	}
	parts := p.divide(results)
	var got []string
	for _, r := range slices.Concat(parts.codes, parts.queues, parts.groups, []forecast.Result{parts.total}) {
		got = append(got, r.ID)
	}
	if len(parts.codes) != 2 || len(parts.queues) != 2 || len(parts.groups) != 2 {
		t.Errorf("%d codes, %d queues, %d groups", len(parts.codes), len(parts.queues), len(parts.groups))
	}
	order := "code billing,code refund,queue a,queue b,group 1,group 2,total"
	if diff := cmp.Diff(order, strings.Join(got, ",")); diff != "" {
		t.Error(diff)
	}
}

func TestASeriesThatNeverHasAContactIsWhole(t *testing.T) {
	t.Parallel()
	h := historyOf(leafOf("a", "refund", 1, 0, 0, nan))
	if s := h.series("x", []float64{0, 0, nan}); len(s.Values) != 3 ||
		!s.Start.Equal(time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("%+v", s)
	}
}

func TestEffectsAreLearnedPerQueueAndCodeOverItsChannels(t *testing.T) {
	t.Parallel()
	// Nine weeks of 10 contacts a day by voice and 30 by chat; on the Wednesday of the fifth, a sale, 100 by voice and
	// 300 by chat. Codes in the order of their ids: billing is masked on that day and learns nothing.
	const sale = 30
	leaf := func(code wrapcast.CodeID, each, special float64) LeafHistory {
		handled := constant(each, 63)
		handled[sale] = special
		return leafOf("q", code, 1, handled...)
	}
	h := historyOf(leaf("billing", 10, 100), leaf("refund", 10, 100), byChat(leaf("refund", 30, 300)))
	rc := resolve(
		t,
		wrapcast.Calendar{
			Events: []wrapcast.CalendarEvent{
				{Name: "sale", Days: wrapcast.Days{From: monday + sale, Repeat: wrapcast.Weekly, Interval: 9}},
			},
		},
	)
	effects := LearnEffects(
		h,
		rc,
		wrapcast.ValidationReport{Codes: []wrapcast.CodeReport{{Masks: []wrapcast.Mask{{Day: monday + sale}}}, {}}},
	)
	// 400 contacts where 40 were ordinary. Of all, and of the queue: (400+20)/(40+20/1) = 7, (400+20)/(40+20/7) = 9.8;
	// billing has the queue's factor, refund (400+20)/(40+20/9.8).
	next := monday + sale + 63
	for code, want := range map[wrapcast.CodeID]float64{"billing": 9.8, "refund": 420 / (40 + 20/9.8)} {
		if got := effects.Factor("q", code, next); !closeTo(got, want) {
			t.Errorf("a sale is %g times an ordinary day of %s, want %g", got, code, want)
		}
	}
	if got := effects.Factor("q", "refund", next+1); got != 1 || effects.Days["sale"] != 1 {
		t.Errorf("a factor of %g on an ordinary day, %d days learned from", got, effects.Days["sale"])
	}
	c := &calendarEffect{history: h, calendar: rc, effects: effects, factors: map[queueDay]float64{}}
	ordinary := []wrapcast.LeafForecast{{Leaf: wrapcast.Leaf{Queue: "q", Code: "billing"}, Mean: constant(5, 32)}}
	ahead, err := c.apply(t.Context(), ordinary)
	if err != nil {
		t.Fatal(err)
	}
	wantFigures(t, "days around the next sale", ahead[0].Mean[29:], 5, 49, 5)
	var none *calendar.Effects
	wantFigures(t, "without effects", ordinaryDays([]float64{1, 2}, monday, none), 1, 2)
}
