package calendar

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
)

const (
	// returnTimes is how many years must have had a day that returns each year, monthTimes how many months one of each
	// month.
	returnTimes, monthTimes = 2, 6
	// monthScore is how many standard errors the days of a month must lie from others, of 31 that are tried, and
	// monthAlike the share of them on the same side.
	monthScore, monthAlike = 6, 0.8
	// monthChange is the least change of contacts on them, as a share.
	monthChange = 0.05
)

// returning finds the days that return among those that nothing explains: first those of every month, then those of
// every year. names are holidays and events near which they may lie.
func (f *fitting) returning(names dayNames) []wrapcast.ReturningDays {
	found := []wrapcast.ReturningDays{}
	for day := 1; day <= 31; day++ {
		if r, ok := f.monthly(day); ok {
			found = append(found, r)
		}
	}
	for _, r := range found {
		for _, day := range r.Days {
			delete(f.open, day)
		}
	}
	var moved []wrapcast.Date
	for day, on := range f.open {
		if on {
			moved = append(moved, day)
		}
	}
	slices.Sort(moved)
	for _, day := range moved {
		if !f.open[day] {
			continue // part of one found already
		}
		if r, ok := f.yearly(day, names); ok {
			found = append(found, r)
			for _, d := range r.Days {
				delete(f.open, d)
			}
		}
	}
	slices.SortStableFunc(found, func(a, b wrapcast.ReturningDays) int {
		return cmp.Compare(math.Abs(float64(b.Change)), math.Abs(float64(a.Change)))
	})
	return found
}

// yearly is the way in which a day returns every year, and moved everything each time: by date, by Easter, or by
// weekday of the month.
func (f *fitting) yearly(day wrapcast.Date, names dayNames) (r wrapcast.ReturningDays, found bool) {
	for _, repeat := range []wrapcast.Repeat{wrapcast.Yearly, wrapcast.YearlyEaster, wrapcast.YearlyWeekday} {
		var days []wrapcast.Date
		rule := wrapcast.Days{From: day, Repeat: repeat}
		each := true
		years := len(f.common)/365 + 1
		for n := -years; n <= years; n++ {
			at := occurrence(rule, n)
			moved, open := f.open[at]
			switch {
			case !open:
			case moved && (f.common[at-f.from] > 0) == (f.common[day-f.from] > 0):
				days = append(days, at)
			default:
				each = false
			}
		}
		if each && len(days) >= returnTimes && len(days) > len(r.Days) {
			rule.From = days[0]
			r = wrapcast.ReturningDays{Event: wrapcast.CalendarEvent{Name: nameNear(rule, days, names), Days: rule}, Days: days,
				Change: f.medianChange(days)}
			found = true
		}
	}
	return r, found
}

// monthly is a day of the month on which everything moves; its 31st is the last of every month.
func (f *fitting) monthly(number int) (r wrapcast.ReturningDays, found bool) {
	rule := wrapcast.Days{From: wrapcast.NewDate(f.from.Year(), time.January, number), Repeat: wrapcast.Monthly}
	var days []wrapcast.Date
	var scores []float64
	for _, at := range starts(rule, f.from, f.from+wrapcast.Date(len(f.common))-1) {
		if _, open := f.open[at]; open {
			days, scores = append(days, at), append(scores, f.common[at-f.from])
		}
	}
	if len(days) < monthTimes {
		return r, false
	}
	middle, alike := medianOf(slices.Clone(scores)), 0.0
	for _, v := range scores {
		if v*middle > 0 {
			alike++
		}
	}
	change := f.medianChange(days)
	if math.Abs(middle)*math.Sqrt(float64(len(days)))/1.25 < monthScore || alike < monthAlike*float64(len(days)) ||
		math.Abs(float64(change)) < monthChange {
		return r, false
	}
	rule.From = days[0]
	name := ordinal(number) + " of the month"
	if number == 31 {
		name = "last of the month"
	}
	return wrapcast.ReturningDays{Event: wrapcast.CalendarEvent{Name: name, Days: rule}, Days: days, Change: change}, true
}

func (f *fitting) medianChange(days []wrapcast.Date) wrapcast.Change {
	var changes []float64
	for _, day := range days {
		changes = append(changes, f.change[day-f.from])
	}
	return wrapcast.Change(math.Round(100*medianOf(changes)) / 100)
}

// namesAround are the names of the days of the calendar and of the regions suggested.
func namesAround(rc *ResolvedCalendar, s wrapcast.CalendarSuggestion, holidays map[string]dayNames) dayNames {
	names := dayNames{}
	for _, r := range s.Regions {
		for day, name := range holidays[r.Region] {
			if names[day] == "" {
				names[day] = name
			}
		}
	}
	for day := s.From - 7; day <= s.To+7; day++ {
		if of := rc.Names(day); len(of) > 0 {
			names[day] = of[0]
		}
	}
	return names
}

// nameNear names days that return: by the holiday they lie next to each time, else by their rule.
func nameNear(rule wrapcast.Days, days []wrapcast.Date, names dayNames) string {
	for _, near := range []struct {
		offset wrapcast.Date
		words  string
	}{{1, "day after "}, {-1, "day before "}, {2, "two days after "}, {-2, "two days before "}} {
		name := ""
		for i, day := range days {
			at := strings.TrimSuffix(names[day-near.offset], " (observed)")
			if i > 0 && at != name {
				name = ""
				break
			}
			name = at
		}
		if name != "" {
			return near.words + name
		}
	}
	year, month, day := civil(rule.From)
	switch from := rule.From - easter(year); {
	case rule.Repeat == wrapcast.Yearly:
		return fmt.Sprintf("%d %s", day, month)
	case rule.Repeat == wrapcast.YearlyEaster && from < 0:
		return fmt.Sprintf("%d days before Easter", -from)
	case rule.Repeat == wrapcast.YearlyEaster:
		return fmt.Sprintf("%d days after Easter", from)
	}
	n := (day + 6) / 7
	if n == 5 {
		return fmt.Sprintf("last %s of %s", rule.From.Weekday(), month)
	}
	return fmt.Sprintf("%s %s of %s", ordinal(n), rule.From.Weekday(), month)
}

// ordinal is 1st, 2nd, 3rd, 4th.
func ordinal(n int) string {
	suffix := "th"
	if n%100/10 != 1 {
		switch n % 10 {
		case 1:
			suffix = "st"
		case 2:
			suffix = "nd"
		case 3:
			suffix = "rd"
		}
	}
	return fmt.Sprint(n, suffix)
}
