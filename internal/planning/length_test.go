package planning

import (
	"testing"
	"time"
)

func TestArraysAreAsLongAsTheRuleSaysOverClockChanges(t *testing.T) {
	t.Parallel()
	loc, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		week string
		want map[LengthRule]int
	}{
		{"2026-11-23", map[LengthRule]int{"": 768, EightDays: 768, SevenDays: 672, Elapsed: 768}},
		{"2026-10-26", map[LengthRule]int{EightDays: 768, SevenDays: 672, Elapsed: 772}}, // a day of 25 hours
		{"2026-03-02", map[LengthRule]int{EightDays: 768, SevenDays: 672, Elapsed: 764}}, // and one of 23
	} {
		for rule, want := range c.want {
			if got := rule.QuarterHours(date(c.week), loc); got != want || !rule.Known() {
				t.Errorf("%s, %q: %d quarter-hours, want %d", c.week, rule, got, want)
			}
		}
	}
	if LengthRule("six-days").Known() {
		t.Error("six days are known")
	}
}
