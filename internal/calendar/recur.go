package calendar

import (
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
)

// starts returns the first days of the stretches of d that touch the days from to to, both included, in order.
func starts(d wrapcast.Days, from, to wrapcast.Date) []wrapcast.Date {
	length := max(d.To-d.From, 0)
	var out []wrapcast.Date
	for n := 0; ; n++ {
		at := occurrence(d, n)
		if at > to || d.Until != 0 && at > d.Until && n > 0 {
			return out
		}
		if at+length >= from && !slices.Contains(d.Skip, at) {
			out = append(out, at)
		}
		if d.Repeat == "" {
			return out
		}
	}
}

// occurrence returns the first day of the n-th repetition, 0 for the first stretch itself.
func occurrence(d wrapcast.Days, n int) wrapcast.Date {
	n *= max(d.Interval, 1)
	y, m, day := civil(d.From)
	switch d.Repeat {
	case wrapcast.Weekly:
		return d.From + wrapcast.Date(7*n)
	case wrapcast.Monthly:
		return inMonth(y, m+time.Month(n), day)
	case wrapcast.MonthlyWeekday:
		return nthWeekday(y, m+time.Month(n), d.From.Weekday(), (day+6)/7)
	case wrapcast.Yearly:
		return inMonth(y+n, m, day)
	case wrapcast.YearlyWeekday:
		return nthWeekday(y+n, m, d.From.Weekday(), (day+6)/7)
	case wrapcast.YearlyEaster:
		return easter(y+n) + (d.From - easter(y))
	}
	return d.From
}

func civil(d wrapcast.Date) (int, time.Month, int) { return d.Midnight(time.UTC).Date() }

// inMonth returns a day of a month, its last where it has no such day.
func inMonth(year int, month time.Month, day int) wrapcast.Date {
	last := wrapcast.NewDate(year, month+1, 0)
	return min(wrapcast.NewDate(year, month, 1)+wrapcast.Date(day-1), last)
}

// nthWeekday returns the n-th of a weekday in a month, the last where it has no such.
func nthWeekday(year int, month time.Month, weekday time.Weekday, n int) wrapcast.Date {
	first := wrapcast.NewDate(year, month, 1)
	at := first + wrapcast.Date((int(weekday)-int(first.Weekday())+7)%7+7*(n-1))
	if at > wrapcast.NewDate(year, month+1, 0) {
		at -= 7
	}
	return at
}

// easter is Easter Sunday of the western churches, by the algorithm of Meeus, Jones and Butcher
// (Nature, 20 April 1876; J. Meeus, Astronomical Algorithms, chapter 8).
func easter(year int) wrapcast.Date {
	a, b, c := year%19, year/100, year%100
	d, e := b/4, b%4
	g := (8*b + 13) / 25
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 19*l) / 433
	month := (h + l - 7*m + 90) / 25
	day := (h + l - 7*m + 33*month + 19) % 32
	return wrapcast.NewDate(year, time.Month(month), day)
}
