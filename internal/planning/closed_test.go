package planning

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/calendar"
)

func TestAPlanKeepsOpeningHoursAndClosures(t *testing.T) {
	t.Parallel()
	loc := location(t, "America/New_York")
	week := date("2026-11-23")
	in, before, _ := planWorld(loc, week)
	var err error
	in.Calendar, err = calendar.Resolve(wrapcast.Calendar{Holidays: []string{"US"}, Hours: []wrapcast.OpeningHours{{
		Queues: []wrapcast.QueueID{
			"billing",
		}, Open: []wrapcast.OpenHours{{Days: "mon-fri", Begins: 10 * 60, Ends: 16 * 60}}}}},
		date("2026-01-01"), date("2026-12-31"))
	if err != nil {
		t.Fatal(err)
	}
	plan, findings := Week(in, week)
	voice := plan.Groups[0].Offered
	for i, n := range voice {
		local := quarterHour(week, loc, i).In(loc)
		open := local.Hour() >= 10 && local.Hour() < 16 && local.Weekday() != time.Saturday &&
			local.Weekday() != time.Sunday &&
			local.Day() != 26
		if !open && n != 0 {
			t.Fatalf("%g contacts are planned at %s, when billing is closed", n, local)
		}
	}
	if monday := sumOf(voice[:96]); math.Abs(monday-sumOf(before.Groups[0].Offered[:96])) > 0.011 {
		t.Errorf(
			"the contacts of a shorter Monday are %g, want those of a long one, %g",
			monday,
			sumOf(before.Groups[0].Offered[:96]),
		)
	}
	if f := findingOf(findings, "closed"); f.Place != "Billing / email" ||
		!strings.Contains(f.Message, "are not planned") {
		t.Errorf("contacts of Thanksgiving vanish without a word: %v", findings)
	}
	if slices.Equal(plan.Groups[2].Offered, make([]float64, 768)) {
		t.Error("a queue without hours is closed")
	}
}
