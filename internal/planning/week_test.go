package planning

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/wrapcast/wrapcast"
)

// zones are business units' zones of every awkward kind: both hemispheres, half-hour and quarter-hour offsets,
// a change of thirty minutes, changes at midnight, none at all.
var zones = []string{
	"America/New_York",
	"Europe/Berlin",
	"Europe/London",
	"Australia/Sydney",
	"Australia/Lord_Howe",
	"Asia/Kolkata",
	"Asia/Kathmandu",
	"Pacific/Chatham",
	"America/Santiago",
	"America/Asuncion",
	"Africa/Cairo",
	"America/St_Johns",
	"Asia/Beirut",
	"America/Havana",
	"Pacific/Auckland",
	"Atlantic/Azores",
	"UTC",
}

func location(t interface{ Fatal(...any) }, name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func unitIn(zone string) wrapcast.BusinessUnit {
	return wrapcast.BusinessUnit{ID: "bu", Name: "Boston", TimeZone: zone, WeekStart: time.Monday}
}

func date(s string) wrapcast.Date {
	d, err := wrapcast.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func TestAnArrayIsEightElapsedDaysWhateverTheClocksDo(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		zone, week string
		quarters   int // in the seven days of the week
		days       int // local days the array touches
		lastCount  int // quarter-hours of the last of them
	}{
		{"America/New_York", "2026-11-23", 672, 8, 96},
		{"America/New_York", "2026-03-02", 668, 9, 4},
		{"America/New_York", "2026-10-26", 676, 8, 92},
		{"Europe/Berlin", "2026-03-23", 668, 9, 4},
		{"Europe/Berlin", "2026-10-19", 676, 8, 92},
		{"Australia/Lord_Howe", "2026-09-28", 670, 9, 2},
		{"Australia/Lord_Howe", "2026-03-30", 674, 8, 94},
		{"America/Santiago", "2026-08-31", 668, 9, 4}, // the clocks jump over midnight
	} {
		loc := location(t, c.zone)
		week := date(c.week)
		if got := index(week, loc, (week + 7).Midnight(loc)); got != c.quarters {
			t.Errorf("%s, week of %s: %d quarter-hours, want %d", c.zone, c.week, got, c.quarters)
		}
		spans := daysOf(week, loc, wrapcast.QuarterHoursInWeekPlan)
		if last := spans[len(spans)-1]; len(spans) != c.days || last.count != c.lastCount {
			t.Errorf(
				"%s, week of %s: %d days, the last with %d quarter-hours; want %d, %d",
				c.zone,
				c.week,
				len(spans),
				last.count,
				c.days,
				c.lastCount,
			)
		}
	}
}

func TestIndexAndInstantAgreeInEveryZoneAndYear(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		loc := location(t, rapid.SampledFrom(zones).Draw(t, "zone"))
		week := wrapcast.NewDate(2000, 1, 1) + wrapcast.Date(rapid.IntRange(0, 40*365).Draw(t, "day"))
		i := rapid.IntRange(0, wrapcast.QuarterHoursInWeekPlan-1).Draw(t, "index")
		at := quarterHour(week, loc, i)
		within := time.Duration(rapid.Int64Range(0, int64(wrapcast.QuarterHour)-1).Draw(t, "within"))
		if got := index(week, loc, at.Add(within)); got != i {
			t.Fatalf("index %d begins at %s, whose index is %d", i, at, got)
		}
		for _, s := range daysOf(week, loc, wrapcast.QuarterHoursInWeekPlan) {
			if i >= s.first && i < s.first+s.count && wrapcast.DateOf(at.In(loc)) != s.day {
				t.Fatalf("index %d is placed on %s, but begins at %s", i, s.day, at.In(loc))
			}
		}
	})
}

func TestTheDaysOfAWeekCoverItsArrayWithoutGapOrOverlap(t *testing.T) {
	t.Parallel()
	for _, zone := range zones {
		loc := location(t, zone)
		for week := wrapcast.NewDate(2015, 1, 5); week.Year() < 2035; week += 7 {
			next := 0
			for _, s := range daysOf(week, loc, wrapcast.QuarterHoursInWeekPlan) {
				if s.first != next || s.count < 1 || s.count > s.of {
					t.Fatalf("%s, week of %s: %+v after index %d", zone, week, s, next)
				}
				next += s.count
			}
			if next != wrapcast.QuarterHoursInWeekPlan {
				t.Fatalf("%s, week of %s: %d values", zone, week, next)
			}
		}
	}
}

func TestTheNextWeekBeginsAfterNowOnTheUnitsWeekday(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		unit := unitIn(rapid.SampledFrom(zones).Draw(t, "zone"))
		unit.WeekStart = time.Weekday(rapid.IntRange(0, 6).Draw(t, "weekday"))
		loc := location(t, unit.TimeZone)
		now := time.Unix(rapid.Int64Range(1e9, 2.1e9).Draw(t, "now"), 0)
		week, err := NextWeek(unit, now)
		if err != nil {
			t.Fatal(err)
		}
		if !week.Midnight(loc).After(now) || (week - 7).Midnight(loc).After(now) || week.Weekday() != unit.WeekStart {
			t.Fatalf("at %s the next week begins on %s, a %s", now.In(loc), week, week.Weekday())
		}
	})
}

func TestAWeekThatBeginsThisInstantIsNoLongerPlannable(t *testing.T) {
	t.Parallel()
	unit := unitIn("America/New_York")
	monday := date("2026-11-23").Midnight(location(t, unit.TimeZone))
	for now, want := range map[time.Time]string{monday: "2026-11-30", monday.Add(-time.Nanosecond): "2026-11-23"} {
		if week, err := NextWeek(unit, now); err != nil || week.String() != want {
			t.Errorf("at %s: %s, %v; want %s", now, week, err, want)
		}
	}
}

func TestDaysNeededReachesTheLastQuarterHour(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, from, week string
		weeks, want      int
	}{
		{"six weeks, made on the day before", "2026-11-22", "2026-11-23", 6, 44},
		{"six weeks, made at the start of a week", "2026-11-24", "2026-11-30", 6, 49},
		{"one week", "2026-11-24", "2026-11-30", 1, 14},
		{"the clocks go forward in the last week", "2026-02-24", "2026-03-02", 1, 15},
		{"the clocks go forward in an earlier week", "2026-02-24", "2026-03-02", 2, 21},
		{"no week", "2026-11-24", "2026-11-30", 0, 0},
	} {
		if got := DaysNeeded(date(c.from), date(c.week), c.weeks, location(t, "America/New_York")); got != c.want {
			t.Errorf("%s: %d days, want %d", c.name, got, c.want)
		}
	}
}

func TestAUnitWithoutAZoneIsRefused(t *testing.T) {
	t.Parallel()
	for _, zone := range []string{"", "Local", "Mars/Olympus", "../../etc/passwd"} {
		if _, err := Zone(unitIn(zone)); wrapcast.KindOf(err) != wrapcast.Usage || wrapcast.Hint(err) == "" {
			t.Errorf("%q: %v", zone, err)
		}
		if _, err := NextWeek(unitIn(zone), time.Unix(0, 0)); err == nil {
			t.Errorf("%q: a next week without a zone", zone)
		}
	}
}

// quarterHour returns the instant at which the index-th quarter-hour after a week's start begins.
func quarterHour(week wrapcast.Date, loc *time.Location, index int) time.Time {
	return week.Midnight(loc).Add(time.Duration(index) * wrapcast.QuarterHour)
}

// index returns how many whole quarter-hours at lies after the week's start; it is negative before it.
func index(week wrapcast.Date, loc *time.Location, at time.Time) int {
	d := at.Sub(week.Midnight(loc))
	i := int(d / wrapcast.QuarterHour)
	if d < 0 && d%wrapcast.QuarterHour != 0 {
		i--
	}
	return i
}
