package figures

import (
	"time"

	"github.com/wrapcast/wrapcast"
)

// celebration is a special day of the American and the Massachusetts calendar and the rule that dates it.
type celebration struct {
	Name string
	// On returns its date in a year.
	On func(year int) wrapcast.Date
}

// celebrations lists the days that were looked for in the requests, in order of the year.
func celebrations() []celebration {
	return []celebration{
		{"New Year's Day", fixed(time.January, 1)},
		{"Martin Luther King Day", nth(time.January, time.Monday, 3)},
		{"Presidents' Day", nth(time.February, time.Monday, 3)},
		{"Patriots' Day", nth(time.April, time.Monday, 3)},
		{"Memorial Day", last(time.May, time.Monday)},
		{"Independence Day", fixed(time.July, 4)},
		{"Independence Day observed", observedIndependence},
		{"Labor Day", nth(time.September, time.Monday, 1)},
		{"Columbus Day", nth(time.October, time.Monday, 2)},
		{"Veterans Day", fixed(time.November, 11)},
		{"Thanksgiving", nth(time.November, time.Thursday, 4)},
		{"Day after Thanksgiving", func(y int) wrapcast.Date { return nth(time.November, time.Thursday, 4)(y) + 1 }},
		{"Christmas Eve", fixed(time.December, 24)},
		{"Christmas Day", fixed(time.December, 25)},
		{"New Year's Eve", fixed(time.December, 31)},
	}
}

func fixed(m time.Month, day int) func(int) wrapcast.Date {
	return func(year int) wrapcast.Date { return wrapcast.NewDate(year, m, day) }
}

func nth(m time.Month, w time.Weekday, n int) func(int) wrapcast.Date {
	return func(year int) wrapcast.Date {
		first := wrapcast.NewDate(year, m, 1)
		return first + wrapcast.Date((int(w)-int(first.Weekday())+7)%7+7*(n-1))
	}
}

func last(m time.Month, w time.Weekday) func(int) wrapcast.Date {
	return func(year int) wrapcast.Date {
		return wrapcast.NewDate(year, m+1, 1) - 1 - wrapcast.Date((int((wrapcast.NewDate(year, m+1,
			1)-1).Weekday())-int(w)+7)%7)
	}
}

// observedIndependence is the weekday off when the fourth of July falls on a weekend, else the day itself.
func observedIndependence(year int) wrapcast.Date {
	day := wrapcast.NewDate(year, time.July, 4)
	switch day.Weekday() {
	case time.Saturday:
		return day - 1
	case time.Sunday:
		return day + 1
	default:
		return day
	}
}

// Special returns the celebrations of a year by date; where two fall on one day, the first named.
func Special(year int) map[wrapcast.Date]string {
	days := map[wrapcast.Date]string{}
	for _, c := range celebrations() {
		if date := c.On(year); days[date] == "" {
			days[date] = c.Name
		}
	}
	return days
}

// Monday0 returns the weekday counted from Monday, which is 0.
func Monday0(d wrapcast.Date) int { return (int(d.Weekday()) + 6) % 7 }

// DayKind sorts a day into the three that have an hourly profile each: 0 Monday to
// Friday, 1 Saturday, 2 Sunday and holidays.
func DayKind(monday0 int, holiday bool) int {
	switch {
	case holiday || monday0 == 6:
		return 2
	case monday0 == 5:
		return 1
	default:
		return 0
	}
}
