package planning

import (
	"time"

	"github.com/wrapcast/wrapcast"
)

// Zone loads the time zone a business unit plans in. An empty zone and "Local" are refused: they would
// make a plan depend on the machine it was made on.
func Zone(unit wrapcast.BusinessUnit) (*time.Location, error) {
	if unit.TimeZone == "" || unit.TimeZone == "Local" {
		return nil, wrapcast.Errorf(wrapcast.Usage, "plan", "business unit %q has no time zone", unit.Name).
			WithHint("a zone is written as America/New_York")
	}
	loc, err := time.LoadLocation(unit.TimeZone)
	if err != nil {
		return nil, wrapcast.Errorf(wrapcast.Usage, "plan", "business unit %q: time zone %q is not known: %w",
			unit.Name, unit.TimeZone, err).
			WithHint("a zone is written as America/New_York")
	}
	return loc, nil
}

// NextWeek returns the first day of the earliest week of the unit that begins after now.
func NextWeek(unit wrapcast.BusinessUnit, now time.Time) (wrapcast.Date, error) {
	loc, err := Zone(unit)
	if err != nil {
		return 0, err
	}
	return wrapcast.DateOf(now.In(loc)).StartOfWeek(unit.WeekStart) + 7, nil
}

// daySpan is the part of a week's array that lies on one local day.
type daySpan struct {
	day wrapcast.Date
	// first is the index of its first quarter-hour, count how many of its quarter-hours the array
	// holds, of those the day has.
	first, count, of int
}

// daysOf cuts the first values quarter-hours of a week into local days. The last may be cut short: in a week
// of 25 hours the array ends before the eighth day does, in one of 23 hours it reaches into the ninth.
func daysOf(week wrapcast.Date, loc *time.Location, values int) []daySpan {
	var spans []daySpan
	for first := 0; first < values; {
		day := week + wrapcast.Date(len(spans))
		of := day.QuarterHours(loc)
		spans = append(spans, daySpan{day: day, first: first, count: min(of, values-first), of: of})
		first += of
	}
	return spans
}

// DaysNeeded returns how many days a forecast that begins on from must have so that the arrays of as many weeks,
// the first beginning on week, are covered to their last quarter-hour: the lead, the weeks, the eighth
// day of the last, and a ninth where the clocks go forward in it. Six weeks from the next week on need 44 to 50.
func DaysNeeded(from, week wrapcast.Date, weeks int, loc *time.Location) int {
	if weeks < 1 {
		return 0
	}
	last := week
	for w := range weeks {
		spans := daysOf(week+wrapcast.Date(7*w), loc, wrapcast.QuarterHoursInWeekPlan)
		last = max(last, spans[len(spans)-1].day)
	}
	return int(last-from) + 1
}
