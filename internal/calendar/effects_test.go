package calendar

import (
	"math"
	"testing"

	"github.com/wrapcast/wrapcast"
)

// TestWhatSpecialDaysDoIsLearnedUnlessTheyAreTheWeeksHabit gives a year of 100 contacts a day in which the named days
// have half as many again.
func TestWhatSpecialDaysDoIsLearnedUnlessTheyAreTheWeeksHabit(t *testing.T) {
	t.Parallel()
	from, to := date("2025-11-01"), date("2026-11-01")
	const queue, code = wrapcast.QueueID("q"), wrapcast.CodeID("c")
	for name, c := range map[string]struct {
		days   wrapcast.Days
		factor float64
		habit  bool
	}{
		"a day of each month": {wrapcast.Days{From: date("2025-11-15"), Repeat: wrapcast.Monthly}, 1.5, false},
		"every other Wednesday": {wrapcast.Days{From: date("2025-11-05"), Repeat: wrapcast.Weekly, Interval: 2},
			1.5, false},
		"a fortnight":                    {wrapcast.Days{From: date("2026-03-02"), To: date("2026-03-15")}, 1.5, false},
		"every Wednesday":                {wrapcast.Days{From: date("2025-11-05"), Repeat: wrapcast.Weekly}, 1, true},
		"every Wednesday since February": {wrapcast.Days{From: date("2026-02-04"), Repeat: wrapcast.Weekly}, 1, true},
		"Monday to Wednesday": {wrapcast.Days{From: date("2025-11-03"), To: date("2025-11-05"),
			Repeat: wrapcast.Weekly}, 1, true},
	} {
		a := resolved(
			t,
			wrapcast.Calendar{Events: []wrapcast.CalendarEvent{{Name: "mailing", Days: c.days}}},
			"2025-11-01",
			"2026-11-30",
		)
		s := EffectSeries{Queue: queue, Code: code}
		for d := from; d < to; d++ {
			s.Values = append(s.Values, 100+50*float64(len(a.Names(d))))
		}
		e := LearnEffects(a, EffectHistory{From: from, Series: []EffectSeries{s}})
		if got := len(e.Frequent) > 0; got != c.habit {
			t.Errorf("%s: taken for a habit of the week: %v", name, got)
		}
		for d := to; d < to+29; d++ {
			if len(a.Names(d)) > 0 && math.Abs(e.Factor(queue, code, d)-c.factor) > 0.05 {
				t.Errorf("%s: factor %v on %s, want %v", name, e.Factor(queue, code, d), d, c.factor)
			}
		}
	}
}
