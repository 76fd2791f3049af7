package wfm

import (
	"strconv"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim/internal/api"
)

// Since 2025-12-15 a forecast may begin between 26 weeks back and 104 ahead and must end within 130 weeks.
const (
	weeksBack    = 26
	weeksAhead   = 104
	weeksTillEnd = 130
	maxWeeks     = 6
)

// week reads the week in the path: a date on the weekday the unit's weeks begin.
func (b *businessUnit) week(c *api.Call) (wrapcast.Date, error) {
	return b.weekOn(c.Path("weekDateId"))
}

// weekOn reads a date on the weekday the unit's weeks begin.
func (b *businessUnit) weekOn(text string) (wrapcast.Date, error) {
	date, err := wrapcast.ParseDate(text)
	if err != nil {
		return 0, invalid("weekDateId", "[%s] is not a date in yyyy-MM-dd format", text)
	}
	if date.Weekday() != b.WeekStart {
		return 0, invalid("weekDateId", "[%s] is a %s; the weeks of the business unit begin on %s", text,
			date.Weekday(), b.WeekStart)
	}
	return date, nil
}

// today is the local day in the business unit.
func (b *businessUnit) today() wrapcast.Date {
	return wrapcast.DateOf(b.clock.Now().In(b.zone()))
}

// newWeek reads the week in the path of something to be made, and refuses one too far away.
func (b *businessUnit) newWeek(c *api.Call) (wrapcast.Date, error) {
	date, err := b.week(c)
	if err != nil {
		return 0, err
	}
	return date, b.near(date)
}

// near refuses a week too far away for something new.
func (b *businessUnit) near(week wrapcast.Date) error {
	if today := b.today(); week < today-7*weeksBack || week > today+7*weeksAhead {
		return invalid("weekDateId", "[%s] lies outside %d weeks back and %d weeks ahead", week, weeksBack, weeksAhead)
	}
	return nil
}

// checkWeeks refuses a number of weeks the platform does not take from this start.
func (b *businessUnit) checkWeeks(start wrapcast.Date, count int) error {
	if count < 1 || count > maxWeeks {
		return invalid("weekCount", "[%d] lies outside 1 to %d", count, maxWeeks)
	}
	if end := start + wrapcast.Date(7*count); end > b.today()+7*weeksTillEnd {
		return invalid("weekCount", "the forecast ends on %s, more than %d weeks ahead", end, weeksTillEnd)
	}
	return nil
}

// LengthRule says how many values a forecast's arrays must have, which no public source says.
type LengthRule string

// The length rules. A week is 7 days; the eighth covers shifts that run over its end.
const (
	// EightDays wants (7 × weeks + 1) × 96 values, whatever the clocks do.
	EightDays LengthRule = "eight-days"
	// SevenDays wants 7 × weeks × 96.
	SevenDays LengthRule = "seven-days"
	// Elapsed wants the quarter-hours that really pass in the weeks and the day after: 764 or 772 where the clocks
	// change.
	Elapsed LengthRule = "elapsed"
)

// values returns how many values the rule wants.
func (l LengthRule) values(start wrapcast.Date, weeks int, zone *time.Location) int {
	days := wrapcast.Date(7*weeks + 1)
	switch l {
	case SevenDays:
		return int(days-1) * 96
	case Elapsed:
		return int((start + days).Midnight(zone).Sub(start.Midnight(zone)) / wrapcast.QuarterHour)
	default:
		return int(days) * 96
	}
}

// weekOf cuts one week with its eighth day out of an array of several weeks.
func weekOf(values []float64, number int) []float64 {
	const week, eight = 7 * 96, 8 * 96
	from := min((number-1)*week, len(values))
	return values[from:min(from+eight, len(values))]
}

// weekNumber reads a week of a forecast, counted from 1.
func weekNumber(text string, count int) (int, error) {
	if text == "" {
		return 1, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > count {
		return 0, invalid("weekNumber", "[%s] lies outside 1 to %d", text, count)
	}
	return n, nil
}
