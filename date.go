package wrapcast

import (
	"fmt"
	"time"
)

// Date is a day of the civil calendar without time or zone, counted in days since
// 1970-01-01: "2026-11-23". Dates are compared and added as whole numbers.
type Date int32

const secondsPerDay = 24 * 60 * 60

// DateOf returns the civil date of t in t's own location.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return NewDate(y, m, d)
}

// NewDate returns the date of a year, month and day; values out of range carry over as in time.Date.
func NewDate(year int, month time.Month, day int) Date {
	return Date(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / secondsPerDay)
}

// ParseDate reads a date written as 2006-01-02.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, Errorf(Usage, "", "%q is not a date", s).WithHint("write dates as 2026-11-23")
	}
	return DateOf(t), nil
}

// Midnight returns the first instant of the date in loc. Where the clocks jump over
// midnight, that is the moment after the jump; where midnight comes twice, the first. A date that
// a zone left out, as Samoa did when it moved across the date line, begins where the next one does.
func (d Date) Midnight(loc *time.Location) time.Time {
	y, m, day := d.utc().Date()
	t := time.Date(y, m, day, 0, 0, 0, 0, loc)
	for DateOf(t) < d { // the gap swallowed midnight and time.Date chose the hour before it
		t = t.Add(QuarterHour)
	}
	if e := t.Add(-time.Hour); DateOf(e) == d {
		return e
	}
	return t
}

// QuarterHours returns how many quarter-hours the date has in loc: 96, 92 and
// 100 on the two days the clocks change, 0 where the zone left the date out.
func (d Date) QuarterHours(loc *time.Location) int {
	return int((d + 1).Midnight(loc).Sub(d.Midnight(loc)) / QuarterHour)
}

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday { return d.utc().Weekday() }

// Year returns the calendar year.
func (d Date) Year() int { return d.utc().Year() }

// String returns the date as 2006-01-02.
func (d Date) String() string { return d.utc().Format(time.DateOnly) }

// MarshalText writes the date as 2006-01-02.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads a date written as 2006-01-02.
func (d *Date) UnmarshalText(text []byte) error {
	v, err := ParseDate(string(text))
	if err != nil {
		return fmt.Errorf("date: %w", err)
	}
	*d = v
	return nil
}

func (d Date) utc() time.Time { return time.Unix(int64(d)*secondsPerDay, 0).UTC() }

// StartOfWeek returns the latest date not after d that falls on the weekday on which weeks begin.
func (d Date) StartOfWeek(begins time.Weekday) Date {
	return d - Date((int(d.Weekday())-int(begins)+7)%7)
}
